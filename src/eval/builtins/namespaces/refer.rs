//! `:refer`: names of another namespace, usable without a prefix.

use crate::error::{Error, Result};
use crate::eval::analyze::closest;
use crate::eval::cx::Cx;
use crate::eval::program::Namespace;
use crate::eval::value::Value;
use std::sync::Arc;

/// Which names.
pub enum Refer {
    None,
    All,
    Names(Vec<Arc<str>>),
}

impl Refer {
    /// `:all`, or a vector or list of names.
    pub fn read(value: &Value) -> Option<Refer> {
        let items = match value {
            Value::Vector(v) => v.to_vec(),
            Value::List(l) => l.to_vec(),
            other => return (other.as_keyword() == Some("all")).then_some(Refer::All),
        };
        let names = items.iter().map(|item| match item {
            Value::Symbol(name) => Some(Arc::from(name.as_str())),
            _ => None,
        });
        names.collect::<Option<_>>().map(Refer::Names)
    }
}

/// Makes names of the namespace `from` known in the current one.
pub fn refer(cx: &mut Cx, from: &str, names: &Refer) -> Result<()> {
    // The core needs no `:refer`: its names are visible everywhere.
    let Some(source) = cx.program.namespaces.get(from) else { return Ok(()) };
    let is_public = |global: &u32| !cx.program.vars[*global as usize].is_private;
    let found: Vec<(Arc<str>, u32)> = match names {
        Refer::None => return Ok(()),
        Refer::All => source.vars.iter().filter(|(_, g)| is_public(g)).map(|(name, g)| (name.clone(), *g)).collect(),
        Refer::Names(names) => names
            .iter()
            .map(|name| match source.vars.get(name) {
                Some(global) if is_public(global) => Ok((name.clone(), *global)),
                Some(_) => Err(Error::new("gen::private", format!("`{from}/{name}` is private to its namespace"))),
                None => Err(unknown(from, name, source)),
            })
            .collect::<Result<_>>()?,
    };
    let here = cx.namespace.clone();
    cx.program_mut().namespace(&here).refers.extend(found);
    Ok(())
}

#[cold]
fn unknown(from: &str, name: &str, source: &Namespace) -> Box<Error> {
    let names: Vec<String> = source.vars.keys().map(|n| n.to_string()).collect();
    let error = Error::new("gen::unknown-name", format!("the namespace `{from}` has no `{name}`"));
    match closest(name, &names) {
        Some(best) => error.help(format!("did you mean `{best}`?")),
        None => error.help(format!("see what it has: `(dir {from})`")),
    }
}
