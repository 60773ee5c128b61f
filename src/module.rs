//! A loaded program file as its host sees it: what it defined, by name.

use crate::convert::Answer;
use crate::error::{Code, Error};
use crate::eval::Value;
use crate::eval::analyze::closest;
use crate::eval::program::Program;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The definitions of a file's namespace as they were when it had run.
#[non_exhaustive]
pub struct Module {
    /// The namespace that the file ended in.
    pub namespace: Arc<str>,
    /// The value of its last form.
    pub value: Value,
    values: BTreeMap<Arc<str>, Value>,
}

impl Module {
    pub(crate) fn new(program: &Program, namespace: Arc<str>, value: Value) -> Module {
        let vars = program.namespaces.get(&namespace).into_iter().flat_map(|space| &space.vars);
        let public = vars.filter(|(_, global)| !program.vars[**global as usize].is_private);
        let values = public.map(|(name, global)| (name.clone(), program.globals[*global as usize].clone())).collect();
        Module { namespace, value, values }
    }

    /// The value of a name that the file defines.
    pub fn get(&self, name: &str) -> Answer<Value> {
        if let Some(value) = self.values.get(name) {
            return Ok(value.clone());
        }
        let names: Vec<String> = self.names().map(str::to_string).collect();
        let error = Error::new(Code::UnknownName, format!("the file does not define `{name}`"));
        Err(match closest(name, &names) {
            Some(best) => error.help(format!("did you mean `{best}`?")),
            None => error.help(format!("it defines {}", names.join(", "))),
        })
    }

    /// The names that it defines, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(|name| &**name)
    }
}
