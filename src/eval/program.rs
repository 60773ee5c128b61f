//! The program: globals, namespaces, macros, sources and places. Immutable while workers run, copied on `def` when shared.

use super::equality::identical;
use super::function::Builtin;
use super::node::Place;
use super::value::Value;
use crate::lexer::{SourceId, Sources, Span};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// Everything that code refers to by number or name.
#[derive(Clone)]
pub struct Program {
    pub globals: Vec<Value>,
    pub vars: Vec<Arc<VarMeta>>,
    pub namespaces: HashMap<Arc<str>, Namespace>,
    pub sources: Sources,
    /// Places of nodes, by number; the places of a call's arguments follow the call's.
    pub spans: Vec<Span>,
    /// Rows of builtins and constants, visible everywhere under their names.
    pub core: HashMap<Cow<'static, str>, Core>,
    /// What makes a generative function of the parts of a `gen` form.
    pub models: Option<&'static Builtin>,
    /// Sources of the library's files read so far.
    pub library_sources: HashMap<&'static str, SourceId>,
    /// Rises when a global gets another value: functions that were run before may give other results now.
    pub redefined: u64,
    /// What it rose to, for each such global.
    redefinitions: HashMap<u32, u64>,
}

/// A name of the core that is not read from `stdlib/`.
#[derive(Clone)]
pub enum Core {
    Row(&'static Builtin),
    Constant(Value),
}

impl Core {
    pub fn value(&self) -> Value {
        match self {
            Core::Row(row) => Value::Native(row),
            Core::Constant(v) => v.clone(),
        }
    }
}

/// What is known of a global besides its value.
#[derive(Clone, Debug, Default)]
pub struct VarMeta {
    pub namespace: Arc<str>,
    pub name: Arc<str>,
    pub doc: Option<Arc<str>>,
    pub arglists: Option<Arc<str>>,
    /// The whole defining form.
    pub span: Option<Span>,
    pub is_macro: bool,
    pub is_private: bool,
    /// Declared, not yet defined.
    pub is_declared: bool,
}

/// Names of one namespace.
#[derive(Clone, Default)]
pub struct Namespace {
    /// Defined here: name to global.
    pub vars: HashMap<Arc<str>, u32>,
    /// `:as` names of other namespaces.
    pub aliases: HashMap<Arc<str>, Arc<str>>,
    /// `:refer`red names.
    pub refers: HashMap<Arc<str>, u32>,
}

/// The namespace of the standard library's core.
pub const CORE: &str = "gen.core";
/// Where a program starts.
pub const USER: &str = "user";

impl Program {
    pub fn new() -> Program {
        let mut namespaces = HashMap::new();
        namespaces.insert(Arc::from(CORE), Namespace::default());
        namespaces.insert(Arc::from(USER), Namespace::default());
        Program {
            globals: Vec::new(),
            vars: Vec::new(),
            namespaces,
            sources: Sources::default(),
            spans: Vec::new(),
            core: HashMap::new(),
            models: None,
            library_sources: HashMap::new(),
            redefined: 0,
            redefinitions: HashMap::new(),
        }
    }

    pub fn add_rows(&mut self, rows: &'static [Builtin]) {
        self.core.extend(rows.iter().map(|row| (Cow::Borrowed(row.name), Core::Row(row))));
    }

    pub fn add_constants<N: Into<Cow<'static, str>>>(&mut self, constants: impl IntoIterator<Item = (N, Value)>) {
        self.core.extend(constants.into_iter().map(|(name, v)| (name.into(), Core::Constant(v))));
    }

    /// Registers a place and returns its number.
    pub fn place(&mut self, span: Span) -> Place {
        self.spans.push(span);
        (self.spans.len() - 1) as Place
    }

    pub fn span(&self, place: Place) -> Span {
        self.spans.get(place as usize).copied().unwrap_or(Span::new(u32::MAX, 0, 0))
    }

    pub fn namespace(&mut self, name: &Arc<str>) -> &mut Namespace {
        self.namespaces.entry(name.clone()).or_default()
    }

    /// The global of `namespace/name`, made when it is new.
    pub fn intern(&mut self, namespace: &Arc<str>, name: &str) -> u32 {
        if let Some(global) = self.namespace(namespace).vars.get(name) {
            return *global;
        }
        let global = self.globals.len() as u32;
        let name: Arc<str> = name.into();
        self.globals.push(Value::Nil);
        self.vars.push(Arc::new(VarMeta {
            namespace: namespace.clone(),
            name: name.clone(),
            is_declared: true,
            ..VarMeta::default()
        }));
        self.namespace(namespace).vars.insert(name, global);
        global
    }

    /// Gives a global a value; false when there is no such global.
    pub fn define(&mut self, global: u32, value: Value, meta: Arc<VarMeta>) -> bool {
        let at = global as usize;
        let (Some(known), Some(var)) = (self.globals.get_mut(at), self.vars.get_mut(at)) else { return false };
        if !var.is_declared && !identical(known, &value) {
            self.redefined += 1;
            self.redefinitions.insert(global, self.redefined);
        }
        (*known, *var) = (value, meta);
        true
    }

    /// True of a global that has been defined anew since that count of redefinitions.
    pub(super) fn is_redefined_since(&self, count: u64, global: u32) -> bool {
        self.redefinitions.get(&global).is_some_and(|at| *at > count)
    }

    /// The global that `name` means in `namespace`, without looking at the core.
    pub fn lookup(&self, namespace: &str, name: &str) -> Option<u32> {
        let ns = self.namespaces.get(namespace)?;
        ns.vars.get(name).or_else(|| ns.refers.get(name)).copied()
    }

    /// `ns/name` or plain `name` for the core and the user's namespace, as reports show it.
    pub fn full_name(&self, global: u32) -> String {
        let var = &self.vars[global as usize];
        if &*var.namespace == CORE || &*var.namespace == USER {
            var.name.to_string()
        } else {
            format!("{}/{}", var.namespace, var.name)
        }
    }

    /// The namespace an alias or a full name stands for.
    pub fn resolve_namespace(&self, current: &str, prefix: &str) -> Option<Arc<str>> {
        if let Some(target) = self.namespaces.get(current).and_then(|ns| ns.aliases.get(prefix)) {
            return Some(target.clone());
        }
        self.namespaces.get_key_value(prefix).map(|(name, _)| name.clone())
    }
}

impl Default for Program {
    fn default() -> Self {
        Program::new()
    }
}
