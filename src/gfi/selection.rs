//! Selections: sets of addresses, each with everything under it.

use super::address::{components, show, to_value};
use super::trie::Trie;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::described;
use crate::eval::print::{Printer, brief};
use crate::eval::run::arity_error;
use crate::eval::{Cx, HostObject, Value};
use std::any::Any;
use std::sync::Arc;

/// Levels of complements, unions and intersections.
const MAX_LEVELS: u32 = 500;

/// Which addresses an operation is about.
#[derive(Clone, Debug)]
pub enum Selection {
    /// Every address.
    All,
    /// No address.
    None,
    /// Each leaf selects its address and everything under it.
    Addresses(Trie<()>),
    /// What the other does not select.
    Complement(Arc<Selection>),
    /// What either selects.
    Union(Arc<(Selection, Selection)>),
    /// What both select.
    Intersection(Arc<(Selection, Selection)>),
    /// A selection among the elements of arrays over several runs, seen from one of them.
    Row(Arc<Selection>, usize),
}

/// How much of a choice is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    All,
    None,
    /// Some of its elements may be.
    Some,
}

impl Share {
    fn complement(self) -> Share {
        match self {
            Share::All => Share::None,
            Share::None => Share::All,
            Share::Some => Share::Some,
        }
    }
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

    /// The addresses, and all below them.
    pub fn of<'a>(addresses: impl IntoIterator<Item = &'a Value>) -> Result<Selection> {
        let mut trie = Trie::Empty;
        for address in addresses {
            trie.mark(&components(address)?);
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
            Selection::Row(s, t) => s.child(key).row(*t),
        }
    }

    /// The selection of run `t`, of one among the elements of arrays over all runs.
    pub(crate) fn row(&self, t: usize) -> Selection {
        match self {
            Selection::All | Selection::None | Selection::Addresses(Trie::Leaf(())) => self.clone(),
            _ => Selection::Row(Arc::new(self.clone()), t),
        }
    }

    /// What is selected below a path.
    pub fn at(&self, path: &[Value]) -> Selection {
        path.iter().fold(self.clone(), |s, key| s.child(key))
    }

    /// True when the choice at a path is selected; a prefix of a selected address is not.
    pub fn contains(&self, path: &[Value]) -> bool {
        self.holds(path, &[])
    }

    /// True when an element of the choice at a path is selected.
    pub(crate) fn holds(&self, path: &[Value], element: &[Value]) -> bool {
        match self {
            Selection::All => true,
            Selection::None => false,
            Selection::Addresses(trie) => within(trie, path, element) == Share::All,
            Selection::Complement(s) => !s.holds(path, element),
            Selection::Union(s) => s.0.holds(path, element) || s.1.holds(path, element),
            Selection::Intersection(s) => s.0.holds(path, element) && s.1.holds(path, element),
            Selection::Row(s, t) => s.holds(path, &of_row(*t, element)),
        }
    }

    /// How much of the choice at a path is selected, if it has elements.
    pub(crate) fn share(&self, path: &[Value]) -> Share {
        self.share_of(path, &[])
    }

    /// The same of an element that may have some itself.
    pub(crate) fn share_of(&self, path: &[Value], element: &[Value]) -> Share {
        match self {
            Selection::All => Share::All,
            Selection::None => Share::None,
            Selection::Addresses(trie) => within(trie, path, element),
            Selection::Complement(s) => s.share_of(path, element).complement(),
            Selection::Union(s) => match (s.0.share_of(path, element), s.1.share_of(path, element)) {
                (Share::All, _) | (_, Share::All) => Share::All,
                (Share::None, other) | (other, Share::None) => other,
                _ => Share::Some,
            },
            Selection::Intersection(s) => match (s.0.share_of(path, element), s.1.share_of(path, element)) {
                (Share::None, _) | (_, Share::None) => Share::None,
                (Share::All, other) | (other, Share::All) => other,
                _ => Share::Some,
            },
            Selection::Row(s, t) => s.share_of(path, &of_row(*t, element)),
        }
    }

    /// Which of these elements of the choice at a path are selected: a leaf for all of it.
    pub(crate) fn mask_at(&self, path: &[Value], elements: impl FnOnce() -> Trie<()>) -> Trie<()> {
        match self.share(path) {
            Share::All => Trie::Leaf(()),
            Share::None => Trie::Empty,
            Share::Some => {
                let mut mask = Trie::Empty;
                for (place, ()) in elements().leaves().into_iter().filter(|(place, ())| self.holds(path, place)) {
                    mask.mark(&place);
                }
                mask
            }
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
            Selection::Row(s, _) => s.is_none(),
            Selection::All => false,
        }
    }

    /// The children in which anything may be selected, and no others; `None` when it may be any.
    pub(crate) fn touched(&self) -> Option<Vec<Value>> {
        match self {
            Selection::None => Some(Vec::new()),
            Selection::Addresses(Trie::Empty) => Some(Vec::new()),
            Selection::Addresses(branch @ Trie::Branch(_)) => {
                Some(branch.children().into_iter().map(|(k, _)| k.clone()).collect())
            }
            Selection::Union(s) => Some([s.0.touched()?, s.1.touched()?].concat()),
            Selection::Intersection(s) => s.0.touched().or_else(|| s.1.touched()),
            Selection::Row(s, _) => s.touched(),
            Selection::All | Selection::Addresses(_) | Selection::Complement(_) => None,
        }
    }

    /// Every address that is named explicitly.
    pub(crate) fn named(&self) -> Vec<Vec<Value>> {
        match self {
            Selection::All | Selection::None => Vec::new(),
            Selection::Addresses(trie) => trie.leaves().into_iter().map(|(path, ())| path).collect(),
            Selection::Complement(s) | Selection::Row(s, _) => s.named(),
            Selection::Union(s) | Selection::Intersection(s) => [s.0.named(), s.1.named()].concat(),
        }
    }

    /// Every address that is named must be there.
    pub fn check(&self, has: &dyn Fn(&[Value]) -> bool, known: &dyn Fn() -> Vec<String>) -> Result<()> {
        match self.named().iter().find(|path| !has(path)) {
            Some(path) => Err(names_nothing(path, &known())),
            None => Ok(()),
        }
    }

    /// What this does not select.
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
            Selection::Complement(s) | Selection::Row(s, _) => 1 + s.levels(),
            Selection::Union(s) | Selection::Intersection(s) => 1 + s.0.levels().max(s.1.levels()),
        }
    }

    /// The selection itself, unless it is combined so deeply that walking it is no longer safe.
    pub(crate) fn bounded(self) -> Result<Selection> {
        if self.levels() <= MAX_LEVELS {
            return Ok(self);
        }
        Err(Error::raise(Code::TooNested, format!("a selection combined more than {MAX_LEVELS} levels deep"))
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
            (Selection::Row(a, s), Selection::Row(b, t)) => s == t && a.same(b),
            (Selection::Union(a), Selection::Union(b)) | (Selection::Intersection(a), Selection::Intersection(b)) => {
                a.0.same(&b.0) && a.1.same(&b.1)
            }
            _ => false,
        }
    }

    /// The selection as a value of the language.
    pub fn into_value(self) -> Value {
        Value::host(self)
    }
}

/// How much a tree of addresses has of an element of the choice at a path.
fn within(trie: &Trie<()>, path: &[Value], element: &[Value]) -> Share {
    let mut at = trie;
    for key in path.iter().chain(element) {
        match at.child(key) {
            Some(child) => at = child,
            None => return if at.leaf().is_some() { Share::All } else { Share::None },
        }
    }
    match at {
        Trie::Leaf(()) => Share::All,
        Trie::Empty => Share::None,
        Trie::Branch(_) => Share::Some,
    }
}

/// An element of run `t` among those of all runs.
fn of_row(t: usize, element: &[Value]) -> Vec<Value> {
    [&[Value::Int(t as i64)], element].concat()
}

#[cold]
fn not_a_selection(value: &Value) -> Stop {
    let error =
        Error::raise(Code::Type, format!("a selection is an address or a set of them, not {}", described(value)));
    match value {
        Value::Map(_) => error.help("a selection names addresses without values: `#{:x [:y 0]}`"),
        Value::Nil => error.help("the selection of nothing is `select-none`"),
        _ => error.help("write `:x`, `#{:x [:y 0]}` or `(select :x [:y 0])`"),
    }
}

/// The error of a selection that names what is not there.
#[cold]
fn names_nothing(path: &[Value], known: &[String]) -> Stop {
    let name = show(path);
    let error =
        Error::raise(Code::Selection, format!("the selection names `{name}`, but the trace has no such address"));
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
            Selection::Row(s, t) => {
                out.text(&format!("#<run {t} of "));
                s.print(out);
                out.text(">");
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

    /// `(select-all)` is `select-all`.
    fn call(&self, this: &Value, _cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        match (self, &args) {
            (Selection::All | Selection::None, []) => Ok(this.clone()),
            (Selection::All, _) => Err(arity_error("select-all", "[]", args.len())),
            (Selection::None, _) => Err(arity_error("select-none", "[]", args.len())),
            _ => {
                let message = format!("`{}` is a selection, not a function", brief(this));
                Err(Error::raise(Code::NotAFunction, message)
                    .help("is an address in it? `(selected? selection address)`"))
            }
        }
    }

    fn doc(&self) -> Option<(String, String)> {
        let text = match self {
            Selection::All => {
                "The selection of everything; calling it gives the same.\n(selected? select-all :x) ;=> true"
            }
            Selection::None => {
                "The selection of nothing; calling it gives the same.\n(selected? select-none :x) ;=> false"
            }
            _ => return None,
        };
        Some((String::new(), text.to_string()))
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
