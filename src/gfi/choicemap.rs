//! Choice maps: values under addresses, as constraints and as what a trace has chosen.

use super::address::{components, path_of, show, to_value};
use super::choice_paths::choice_paths;
use super::data::{self, Row};
use super::reading;
use super::trie::Trie;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::described;
use crate::eval::collections::{List, Map};
use crate::eval::print::{Printer, brief, readable};
use crate::eval::value::with_stack;
use crate::eval::{Cx, HostObject, Value};
use std::any::Any;

/// Values under addresses. A leaf of data (a map, a vector, an array) is read where it is used: as the value of a
/// choice, or as children under the addresses of a call; so no part of it is set or taken away but by [`ChoiceMap::put`]
/// and [`ChoiceMap::remove`], which leave its other elements as they are.
#[derive(Clone, Debug, Default)]
pub struct ChoiceMap(Trie<Value>);

impl ChoiceMap {
    /// A choice map from a choice map, a plain map, nil, or a vector or an array, which is integer children.
    pub fn from_value(value: &Value) -> Result<ChoiceMap> {
        match value {
            Value::Nil => Ok(ChoiceMap::default()),
            Value::Map(m) => ChoiceMap::from_pairs(m.iter().map(|(k, v)| (k.clone(), v.clone()))),
            Value::Vector(_) | Value::List(_) | Value::Array(_) => reading::children(value),
            other => match other.as_host::<ChoiceMap>() {
                Some(choices) => Ok(choices.clone()),
                None => match super::choicemap_lanes::each_part(other, ChoiceMap::from_value)? {
                    Some(choices) => Ok(choices),
                    None => Err(not_choices(other)),
                },
            },
        }
    }

    /// Addresses and values; an address given twice, or below another, is an error.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (Value, Value)>) -> Result<ChoiceMap> {
        reading::pairs(pairs)
    }

    /// The choices under these addresses, each with its value.
    pub(crate) fn of(leaves: Trie<Value>) -> ChoiceMap {
        ChoiceMap(leaves)
    }

    /// What is given under each address, to be read: a leaf of data there has elements too.
    pub(crate) fn as_trie(&self) -> &Trie<Value> {
        &self.0
    }

    /// The same for somebody who goes on with it alone.
    pub(crate) fn into_trie(self) -> Trie<Value> {
        self.0
    }

    /// Addresses and what is given for them, in order.
    pub(crate) fn leaves(&self) -> Vec<(Vec<Value>, &Value)> {
        self.0.leaves()
    }

    /// Is there no choice in it?
    pub fn is_empty(&self) -> bool {
        !self.0.any(&|value| !value.is_nil())
    }

    /// What is constrained below one component of an address.
    pub fn child(&self, key: &Value) -> Result<ChoiceMap> {
        match &self.0 {
            Trie::Empty => Ok(ChoiceMap::default()),
            Trie::Branch(_) => Ok(ChoiceMap(self.0.child(key).cloned().unwrap_or_default())),
            Trie::Leaf(data) => data::below(data, key),
        }
    }

    /// What is constrained below a path.
    pub fn at(&self, path: &[Value]) -> Result<ChoiceMap> {
        let mut at = &self.0;
        for (n, key) in path.iter().enumerate() {
            at = match at {
                Trie::Leaf(data) => {
                    let below = data::below(data, key)?;
                    return path[n + 1..].iter().try_fold(below, |choices, key| choices.child(key));
                }
                other => match other.child(key) {
                    Some(child) => child,
                    None => return Ok(ChoiceMap::default()),
                },
            };
        }
        Ok(ChoiceMap(at.clone()))
    }

    /// What is given for the choice at a path, if it is one value: nil constrains nothing, and neither do children.
    pub fn value_at(&self, path: &[Value]) -> Result<Option<Value>> {
        own(&self.at(path)?.0)
    }

    /// What is given for the choice at a path: a leaf that is its value, or a branch of its elements.
    pub(crate) fn given_at(&self, path: &[Value]) -> Result<Trie<Value>> {
        let found = self.at(path)?.0;
        Ok(match &found {
            Trie::Leaf(value) => match value.as_host::<Row>() {
                Some(row) => row.read()?.0,
                None => found,
            },
            _ => found,
        })
    }

    /// Which elements of the choice at a path are given: a leaf for all of it.
    pub(crate) fn mask_at(&self, path: &[Value]) -> Result<Trie<()>> {
        Ok(data::mask(&self.given_at(path)?))
    }

    /// The number of missing elements of data.
    pub(crate) fn missing(&self) -> usize {
        self.0.count(&reading::missing)
    }

    /// All leaves of `self`, with those of `other` over them; what one gives as data and the other below it, element
    /// by element; a missing element is not there to win.
    pub fn merge(&self, other: &ChoiceMap) -> Result<ChoiceMap> {
        let mut merged = self.clone();
        for (path, value) in other.0.leaves() {
            if !reading::is_partial(value) || self.at(&path)?.is_empty() {
                merged.put(&path, value.clone())?;
                continue;
            }
            merged.put_elements(&path, value)?;
        }
        Ok(merged)
    }

    /// Puts each element of data that is not missing at a path of its own.
    fn put_elements(&mut self, path: &[Value], data: &Value) -> Result<()> {
        let elements = ChoiceMap(Trie::Leaf(data.clone()));
        for below in choice_paths(&elements, &[])? {
            if let Some(value) = elements.value_at(&below)? {
                self.put(&[path, &below].concat(), value)?;
            }
        }
        Ok(())
    }

    /// The same where the elements of data with missing ones stand alone.
    pub(crate) fn element_by_element(&self) -> Result<ChoiceMap> {
        let mut apart = ChoiceMap::default();
        for (path, value) in self.0.leaves() {
            match reading::is_partial(value) {
                true => apart.put_elements(&path, value)?,
                false => apart.put(&path, value.clone())?,
            }
        }
        Ok(apart)
    }

    /// Puts a value at a path: over a value, and among the elements of data that stands above or below it.
    pub fn put(&mut self, path: &[Value], value: Value) -> Result<()> {
        match data::put(&mut self.0, path, value)? {
            true => Ok(()),
            false => Err(leaf_and_subtree(path)),
        }
    }

    /// Puts choices below a path, each as [`ChoiceMap::put`] does.
    pub(crate) fn put_below(&mut self, path: &[Value], below: &ChoiceMap) -> Result<()> {
        let mut leaves = below.leaves().into_iter();
        leaves.try_for_each(|(rest, value)| self.put(&[path, &rest].concat(), value.clone()))
    }

    /// Takes away what stands at a path and below it: of data that stands above, this element.
    pub fn remove(&mut self, path: &[Value]) -> Result<()> {
        data::remove(&mut self.0, path)
    }

    /// Nested maps and values.
    pub fn to_map(&self) -> Result<Value> {
        data::to_map(&self.0)
    }

    /// The choice map as a value of the language.
    pub fn into_value(self) -> Value {
        Value::host(self)
    }
}

/// The value of a leaf, if it has one.
fn own(at: &Trie<Value>) -> Result<Option<Value>> {
    match at {
        Trie::Leaf(v @ Value::Lanes(_)) => super::choicemap_lanes::plain(v),
        Trie::Leaf(v) => match v.as_host::<Row>() {
            Some(row) => own(&row.read()?.0),
            None => Ok(Some(v.clone()).filter(|v| !v.is_nil())),
        },
        _ => Ok(None),
    }
}

#[cold]
pub fn leaf_and_subtree(path: &[Value]) -> Stop {
    Error::raise(
        Code::Address,
        format!("`{}` clashes with another address: a value has no choices below it", show(path)),
    )
    .help("an address that starts another holds no value: rename one, or take it out with `(dissoc choices address)`")
}

#[cold]
fn not_choices(value: &Value) -> Stop {
    let error =
        Error::raise(Code::Type, format!("choices are a map from addresses to values, not {}", described(value)));
    match value {
        Value::Int(_) | Value::Float(_) | Value::Str(_) | Value::True | Value::False => error.help(format!(
            "name the choice: `{{:x {0}}}`; the one value of a bare distribution is `(value {0})`",
            brief(value)
        )),
        _ => error.help("write `{:x 1.5, [:y 0] 2.0}` or `(choicemap :x 1.5 [:y 0] 2.0)`"),
    }
}

/// What a missing key gives, where a present one gives a value or the choices below it.
fn entry(trie: &Trie<Value>) -> Option<Value> {
    match trie {
        Trie::Empty => None,
        Trie::Leaf(v) => Some(v.clone()),
        branch => Some(ChoiceMap(branch.clone()).into_value()),
    }
}

impl HostObject for ChoiceMap {
    fn kind(&self) -> &'static str {
        "a choice map"
    }

    /// As code that makes it again, or as a tree when there are several lines' worth.
    fn print(&self, out: &mut Printer<'_>) {
        let leaves = self.0.leaves();
        if let Trie::Leaf(value) = &self.0 {
            return out.call("value", std::slice::from_ref(value));
        }
        if out.inside || out.limit == usize::MAX || leaves.len() < 2 {
            out.text("(choicemap");
            for (path, value) in leaves {
                out.text(" ");
                out.value(&to_value(&path));
                out.text(" ");
                out.value(value);
            }
            out.text(")");
        } else {
            out.text("choices");
            tree(&self.0, out, &mut String::from("\n"), &|v: &Value| brief(v));
        }
    }

    fn equals(&self, other: &dyn HostObject) -> bool {
        let Some(other) = (other as &dyn Any).downcast_ref::<ChoiceMap>() else { return false };
        let (a, b) = (self.0.leaves(), other.0.leaves());
        a.len() == b.len() && a.iter().all(|(path, v)| other.0.at(path).and_then(Trie::leaf) == Some(*v))
    }

    fn hash_code(&self) -> u64 {
        self.0
            .leaves()
            .iter()
            .fold(7, |h: u64, (path, v)| h.wrapping_add(super::address::hash_path(crate::eval::hash_code(v), path)))
    }

    fn depth(&self) -> u32 {
        self.0.leaves().iter().map(|(path, v)| path.len() as u32 + v.depth()).max().unwrap_or(0)
    }

    /// `(choices :x)` raises when the address is absent; `(get choices :x)` gives nil.
    fn call(&self, this: &Value, cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
        let [address] = args else {
            return Err(one_address("a choice map", args));
        };
        match self.get(cx, address) {
            Some(found) => found,
            None => {
                let names = self.0.leaves().iter().take(1000).map(|(path, _)| show(path)).collect();
                Err(absent(this.kind(), &components(address)?, names))
            }
        }
    }

    fn get(&self, cx: &mut Cx, key: &Value) -> Option<Result<Value>> {
        match path_of(key).and_then(|path| self.at(&path)) {
            Ok(found) => entry(&found.0).map(|found| super::choicemap_lanes::in_force(cx, found)),
            Err(e) => Some(Err(e)),
        }
    }

    fn contents(&self, _cx: &mut Cx) -> Option<Result<Value>> {
        let entries = self.0.children().into_iter().filter_map(|(k, t)| entry(t).map(|v| (k.clone(), v)));
        Some(Map::from_pairs(entries).map(Value::Map))
    }

    fn assoc(&self, _cx: &mut Cx, key: &Value, value: &Value) -> Option<Result<Value>> {
        Some(reading::with(self, key, value).map(ChoiceMap::into_value))
    }

    fn dissoc(&self, _cx: &mut Cx, key: &Value) -> Option<Result<Value>> {
        let without = |path: &[Value]| {
            let mut rest = self.clone();
            rest.remove(path)?;
            Ok(rest.into_value())
        };
        Some(components(key).and_then(|path| without(&path)))
    }
}

/// Writes the children of a tree of addresses, one a line.
pub fn tree<T: Clone>(trie: &Trie<T>, out: &mut Printer<'_>, indent: &mut String, show: &dyn Fn(&T) -> String) {
    let children = trie.children();
    let most = out.limit.min(100);
    for (i, (key, child)) in children.iter().enumerate() {
        let last = i + 1 == children.len();
        out.text(indent);
        if i == most {
            return out.text(&format!("└─ … {} more", children.len() - i));
        }
        out.text(if last { "└─ " } else { "├─ " });
        out.text(&readable(key));
        match child {
            Trie::Leaf(leaf) => out.text(&format!("  {}", show(leaf))),
            _ => {
                let length = indent.len();
                indent.push_str(if last { "   " } else { "│  " });
                with_stack(length as u32, || tree(child, out, indent, show));
                indent.truncate(length);
            }
        }
    }
}

/// The addresses of a choice map, for error messages.
pub fn address_list(choices: &ChoiceMap) -> Result<Value> {
    Ok(Value::List(List::from_vec(choices.0.leaves().iter().map(|(path, _)| to_value(path)).collect())?))
}

/// The error of a trace or choice map that is called with more or less than one address.
#[cold]
pub fn one_address(what: &str, args: &[Value]) -> Stop {
    let message = format!("{what} is called with one address, not with {}", args.len());
    Error::raise(Code::Arity, message).help(match args {
        [] => "its addresses are `(addresses x)`".to_string(),
        path => format!("a path is one vector: `{}`", show(path)),
    })
}

/// The error of an address that is not there.
#[cold]
pub fn absent(kind: &str, path: &[Value], known: Vec<String>) -> Stop {
    let what = kind.trim_start_matches("a ");
    let error = Error::raise(Code::Address, format!("the {what} has no address `{}`", show(path)));
    match crate::eval::analyze::closest(&show(path), &known) {
        Some(best) => error.help(format!("did you mean `{best}`?")),
        None if known.is_empty() => error.help("it has none at all"),
        None => {
            error.help(format!("its addresses are {}", known.iter().take(8).cloned().collect::<Vec<_>>().join(", ")))
        }
    }
}
