//! Selections: sets of addresses, each with everything under it.

use super::address::{components, show, to_value};
use super::trie::Trie;
use crate::error::{Error, Result};
use crate::eval::builtins::args::described;
use crate::eval::print::{Printer, brief};
use crate::eval::{HostObject, Value};
use std::any::Any;
use std::sync::Arc;

/// Levels of complements, unions and intersections.
const MAX_LEVELS: u32 = 500;

/// Which addresses an operation is about.
#[derive(Clone, Debug)]
pub enum Selection {
    All,
    None,
    /// Each leaf selects its address and everything under it.
    Addresses(Trie<()>),
    Complement(Arc<Selection>),
    Union(Arc<(Selection, Selection)>),
    Intersection(Arc<(Selection, Selection)>),
}

impl Selection {
    /// A selection, a bare address, or a set of addresses.
    pub fn from_value(value: &Value) -> Result<Selection> {
        if let Some(selection) = value.as_host::<Selection>() {
            return Ok(selection.clone());
        }
        match value {
            Value::Set(addresses) => Selection::of(addresses.iter()),
            Value::Keyword(_) | Value::Int(_) | Value::Str(_) | Value::True | Value::False | Value::Vector(_) => {
                Selection::of([value])
            }
            Value::Float(_) | Value::Symbol(_) => Selection::of([value]),
            _ => Err(not_a_selection(value)),
        }
    }

    pub fn of<'a>(addresses: impl IntoIterator<Item = &'a Value>) -> Result<Selection> {
        let mut trie = Trie::Empty;
        for address in addresses {
            let path = components(address)?;
            let covered = (0..path.len()).any(|n| trie.at(&path[..n]).is_some_and(|t| t.leaf().is_some()));
            if !covered {
                trie.set(&path, Trie::Leaf(()));
            }
        }
        Ok(Selection::Addresses(trie))
    }

    /// The selection of what lies below one component.
    pub fn child(&self, key: &Value) -> Selection {
        match self {
            Selection::All => Selection::All,
            Selection::None => Selection::None,
            Selection::Addresses(Trie::Leaf(())) => Selection::All,
            Selection::Addresses(trie) => trie.child(key).map_or(Selection::None, |t| Selection::Addresses(t.clone())),
            Selection::Complement(s) => s.child(key).complement(),
            Selection::Union(s) => Selection::Union(Arc::new((s.0.child(key), s.1.child(key)))),
            Selection::Intersection(s) => Selection::Intersection(Arc::new((s.0.child(key), s.1.child(key)))),
        }
    }

    pub fn at(&self, path: &[Value]) -> Selection {
        path.iter().fold(self.clone(), |s, key| s.child(key))
    }

    /// True when the choice at a path is selected; a prefix of a selected address is not.
    pub fn contains(&self, path: &[Value]) -> bool {
        match self {
            Selection::All => true,
            Selection::None => false,
            Selection::Addresses(trie) => {
                let mut at = trie;
                for key in path {
                    match at.child(key) {
                        Some(child) => at = child,
                        None => return at.leaf().is_some(),
                    }
                }
                at.leaf().is_some()
            }
            Selection::Complement(s) => !s.contains(path),
            Selection::Union(s) => s.0.contains(path) || s.1.contains(path),
            Selection::Intersection(s) => s.0.contains(path) && s.1.contains(path),
        }
    }

    /// True when nothing below can be selected, as far as can be seen without the addresses.
    pub fn is_none(&self) -> bool {
        match self {
            Selection::None => true,
            Selection::Addresses(trie) => trie.is_empty(),
            Selection::Complement(s) => matches!(**s, Selection::All),
            Selection::Union(s) => s.0.is_none() && s.1.is_none(),
            Selection::Intersection(s) => s.0.is_none() || s.1.is_none(),
            Selection::All => false,
        }
    }

    /// The children in which anything may be selected, and no others; `None` when it may be any.
    pub fn touched(&self) -> Option<Vec<Value>> {
        match self {
            Selection::None => Some(Vec::new()),
            Selection::Addresses(Trie::Empty) => Some(Vec::new()),
            Selection::Addresses(branch @ Trie::Branch(_)) => {
                Some(branch.children().into_iter().map(|(k, _)| k.clone()).collect())
            }
            Selection::Union(s) => Some([s.0.touched()?, s.1.touched()?].concat()),
            Selection::Intersection(s) => s.0.touched().or_else(|| s.1.touched()),
            Selection::All | Selection::Addresses(_) | Selection::Complement(_) => None,
        }
    }

    /// Every address that is named explicitly.
    pub fn named(&self) -> Vec<Vec<Value>> {
        match self {
            Selection::All | Selection::None => Vec::new(),
            Selection::Addresses(trie) => trie.leaves().into_iter().map(|(path, ())| path).collect(),
            Selection::Complement(s) => s.named(),
            Selection::Union(s) | Selection::Intersection(s) => [s.0.named(), s.1.named()].concat(),
        }
    }

    pub fn complement(self) -> Selection {
        match self {
            Selection::Complement(inner) => (*inner).clone(),
            Selection::All => Selection::None,
            Selection::None => Selection::All,
            other => Selection::Complement(Arc::new(other)),
        }
    }

    /// What is in both.
    pub fn and(self, other: Selection) -> Selection {
        Selection::Intersection(Arc::new((self, other)))
    }

    /// How deeply selections are combined.
    fn levels(&self) -> u32 {
        match self {
            Selection::All | Selection::None | Selection::Addresses(_) => 1,
            Selection::Complement(s) => 1 + s.levels(),
            Selection::Union(s) | Selection::Intersection(s) => 1 + s.0.levels().max(s.1.levels()),
        }
    }

    /// The selection itself, unless it is combined so deeply that walking it is no longer safe.
    pub fn bounded(self) -> Result<Selection> {
        if self.levels() <= MAX_LEVELS {
            return Ok(self);
        }
        Err(Error::new("gen::too-nested", format!("a selection combined more than {MAX_LEVELS} levels deep"))
            .help("collect the addresses in a set first: `(apply select addresses)`"))
    }

    /// Equality of what is written, whatever the order of addresses.
    fn same(&self, other: &Selection) -> bool {
        match (self, other) {
            (Selection::All, Selection::All) | (Selection::None, Selection::None) => true,
            (Selection::Addresses(a), Selection::Addresses(b)) => {
                let (a, b) = (a.leaves(), b.leaves());
                a.len() == b.len() && a.iter().all(|(path, ())| b.iter().any(|(p, ())| p == path))
            }
            (Selection::Complement(a), Selection::Complement(b)) => a.same(b),
            (Selection::Union(a), Selection::Union(b)) | (Selection::Intersection(a), Selection::Intersection(b)) => {
                a.0.same(&b.0) && a.1.same(&b.1)
            }
            _ => false,
        }
    }

    pub fn into_value(self) -> Value {
        Value::host(self)
    }
}

#[cold]
fn not_a_selection(value: &Value) -> Box<Error> {
    let error =
        Error::new("gen::type", format!("a selection is an address or a set of them, not {}", described(value)));
    match value {
        Value::Fn(_) | Value::Native(_) => error.help("call it: `(select-all)`"),
        Value::Map(_) => error.help("a selection names addresses without values: `#{:x [:y 0]}`"),
        Value::Nil => error.help("the selection of nothing is `(select-none)`"),
        _ => error.help("write `:x`, `#{:x [:y 0]}` or `(select :x [:y 0])`"),
    }
}

/// The error of a selection that names what is not there.
#[cold]
pub fn names_nothing(path: &[Value], known: &[String]) -> Box<Error> {
    let name = show(path);
    let error =
        Error::new("gen::selection", format!("the selection names `{name}`, but the trace has no such address"));
    if let [_, _, ..] = path
        && path.iter().all(|key| known.contains(&brief(key)))
    {
        let keys: Vec<String> = path.iter().map(brief).collect();
        return error.help(format!("a vector is one path; several addresses are a set: `#{{{}}}`", keys.join(" ")));
    }
    match crate::eval::analyze::closest(&name, known) {
        Some(best) => error.help(format!("did you mean `{best}`?")),
        None if known.is_empty() => error.help("the trace has no choices at all"),
        None => {
            error.help(format!("the addresses are {}", known.iter().take(8).cloned().collect::<Vec<_>>().join(", ")))
        }
    }
}

impl HostObject for Selection {
    fn kind(&self) -> &'static str {
        "a selection"
    }

    fn print(&self, out: &mut Printer<'_>) {
        match self {
            Selection::All => out.text("(select-all)"),
            Selection::None => out.text("(select-none)"),
            Selection::Addresses(trie) => {
                out.text("(select");
                for (path, ()) in trie.leaves() {
                    out.text(" ");
                    out.value(&to_value(&path));
                }
                out.text(")");
            }
            Selection::Complement(s) => {
                out.text("(select-complement ");
                s.print(out);
                out.text(")");
            }
            Selection::Union(s) | Selection::Intersection(s) => {
                out.text(if matches!(self, Selection::Union(_)) { "(select-union " } else { "(select-intersection " });
                s.0.print(out);
                out.text(" ");
                s.1.print(out);
                out.text(")");
            }
        }
    }

    /// Selections are few and seldom keys: one bucket for each kind agrees with equality.
    fn hash_code(&self) -> u64 {
        self.levels().into()
    }

    fn equals(&self, other: &dyn HostObject) -> bool {
        let Some(other) = (other as &dyn Any).downcast_ref::<Selection>() else { return false };
        self.same(other)
    }
}
