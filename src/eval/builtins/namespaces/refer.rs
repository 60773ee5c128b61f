//! `:refer`: names of another namespace, usable without a prefix.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::analyze::closest;
use crate::eval::cx::Cx;
use crate::eval::program::{Core, VarMeta};
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
pub fn refer(cx: &mut Cx, from: &Arc<str>, names: &Refer) -> Result<()> {
    let wanted = match names {
        Refer::None => return Ok(()),
        Refer::All => public_names(cx, from),
        Refer::Names(names) => names.clone(),
    };
    let here = cx.namespace.clone();
    for name in wanted {
        // The core needs no `:refer`: its names are visible everywhere.
        if let Some(global) = global(cx, from, &name)? {
            cx.program_mut().namespace(&here).refers.insert(name, global);
        }
    }
    Ok(())
}

/// The names that other namespaces may use: definitions, and builtins under the namespace's name.
pub fn public_names(cx: &Cx, namespace: &str) -> Vec<Arc<str>> {
    let vars = cx.program.namespaces.get(namespace).map(|ns| &ns.vars).into_iter().flatten();
    let public =
        vars.filter(|(_, global)| !cx.program.vars[**global as usize].is_private).map(|(name, _)| name.clone());
    let prefix = format!("{namespace}/");
    let rows = cx.program.core.keys().filter_map(|name| name.strip_prefix(&prefix)).map(Arc::from);
    let mut names: Vec<Arc<str>> = public.chain(rows).collect();
    names.sort();
    names.dedup();
    names
}

/// The global of a public name; a builtin gets one when it is first referred to.
fn global(cx: &mut Cx, from: &Arc<str>, name: &Arc<str>) -> Result<Option<u32>> {
    let Some(source) = cx.program.namespaces.get(from) else { return Ok(None) };
    if let Some(global) = source.vars.get(name) {
        let private = cx.program.vars[*global as usize].is_private;
        let error = || Error::raise(Code::Private, format!("`{from}/{name}` is private to its namespace"));
        return if private { Err(error()) } else { Ok(Some(*global)) };
    }
    let Some(Core::Row(row)) = cx.program.core.get(&*format!("{from}/{name}")).cloned() else {
        return Err(unknown_in(cx, from, name));
    };
    let program = cx.program_mut();
    let global = program.intern(from, name);
    program.globals[global as usize] = Value::Native(row);
    program.vars[global as usize] = Arc::new(VarMeta {
        namespace: from.clone(),
        name: name.clone(),
        doc: Some(row.doc().into()),
        arglists: Some(row.arglists.into()),
        ..VarMeta::default()
    });
    Ok(Some(global))
}

/// The error of a name that a namespace does not have.
#[cold]
pub fn unknown_in(cx: &Cx, from: &str, name: &str) -> Stop {
    let names: Vec<String> = public_names(cx, from).iter().map(|n| n.to_string()).collect();
    let error = Error::raise(Code::UnknownName, format!("the namespace `{from}` has no `{name}`"));
    match closest(name, &names) {
        Some(best) => error.help(format!("did you mean `{best}`?")),
        None => error.help(format!("see what it has: `(dir {from})`")),
    }
}
