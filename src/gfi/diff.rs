//! Diffs: what is known of how a value changed between the old run and the new one.

use crate::error::{Code, Error, Result};
use crate::eval::args::described;
use crate::eval::print::Printer;
use crate::eval::{HostObject, Value, equality::identical};
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A promise about a change. Diffs are trusted: what they say did not change is not looked at again.
#[derive(Clone, Debug, Default)]
pub enum Diff {
    NoChange,
    #[default]
    Unknown,
    /// The elements at these indices changed; all others below both lengths are equal.
    Vector(Arc<BTreeMap<usize, Diff>>),
    /// Keys that came, went, or hold something else.
    Map(Arc<MapDiff>),
    /// The new integer less the old one.
    Int(i64),
    Value(Arc<(Value, Value)>),
}

/// What changed of a map.
#[derive(Clone, Debug, Default)]
pub struct MapDiff {
    pub added: Vec<Value>,
    pub removed: Vec<Value>,
    pub changed: Vec<Value>,
}

impl Diff {
    /// nil stands for an unknown change.
    pub fn from_value(value: &Value) -> Result<Diff> {
        match (value, value.as_host::<Diff>()) {
            (Value::Nil, _) => Ok(Diff::Unknown),
            (_, Some(diff)) => Ok(diff.clone()),
            (Value::Keyword(k), _) if ["no-change", "unknown-change"].contains(&k.as_str()) => {
                let k = k.as_str();
                Err(Error::raise(Code::Diff, format!("`:{k}` is a keyword, not a diff"))
                    .help(format!("it is a name, without the colon: `{k}`")))
            }
            _ => Err(Error::raise(Code::Diff, format!("{} is not a diff", described(value)))
                .help("a diff is `no-change`, `unknown-change`, `(vector-diff #{0})`, `(int-diff 1)`, `(map-diff {…})` or `(value-change old new)`")),
        }
    }

    /// What can be seen of a change without looking deeply: the same object did not change.
    pub fn between(old: &Value, new: &Value) -> Diff {
        if identical(old, new) {
            return Diff::NoChange;
        }
        match (old, new) {
            (Value::Int(a), Value::Int(b)) => b.checked_sub(*a).map_or(Diff::Unknown, Diff::Int),
            (Value::Vector(a), Value::Vector(b)) => {
                let changed: BTreeMap<usize, Diff> = (a.iter().zip(b.iter()).enumerate())
                    .filter(|(_, (x, y))| !identical(x, y))
                    .map(|(i, _)| (i, Diff::Unknown))
                    .collect();
                match changed.is_empty() && a.len() == b.len() {
                    true => Diff::NoChange,
                    false => Diff::Vector(Arc::new(changed)),
                }
            }
            (a, b) if equal_leaves(a, b) => Diff::NoChange,
            _ => Diff::Unknown,
        }
    }

    pub fn is_no_change(&self) -> bool {
        match self {
            Diff::NoChange | Diff::Int(0) => true,
            Diff::Value(pair) => identical(&pair.0, &pair.1),
            _ => false,
        }
    }

    /// How the element at an index below both lengths changed.
    pub fn element(&self, index: usize) -> Diff {
        match self {
            Diff::NoChange => Diff::NoChange,
            Diff::Vector(changed) => changed.get(&index).cloned().unwrap_or(Diff::NoChange),
            Diff::Value(pair) => match (&pair.0, &pair.1) {
                (Value::Vector(a), Value::Vector(b)) => match (a.get(index), b.get(index)) {
                    (Some(x), Some(y)) => Diff::between(x, y),
                    _ => Diff::Unknown,
                },
                _ => Diff::Unknown,
            },
            _ => Diff::Unknown,
        }
    }

    /// The indices below both lengths that may have changed; `None` when it may be any.
    pub fn changed_elements(&self) -> Option<Vec<usize>> {
        match self {
            diff if diff.is_no_change() => Some(Vec::new()),
            Diff::Vector(changed) => Some(changed.iter().filter(|(_, d)| !d.is_no_change()).map(|(i, _)| *i).collect()),
            Diff::Value(pair) => match Diff::between(&pair.0, &pair.1) {
                diff @ Diff::Vector(_) => diff.changed_elements(),
                Diff::NoChange => Some(Vec::new()),
                _ => None,
            },
            _ => None,
        }
    }

    pub fn into_value(self) -> Value {
        Value::host(self)
    }

    /// True when the promise holds of these two values.
    pub fn holds(&self, old: &Value, new: &Value) -> bool {
        match self {
            Diff::NoChange => old == new,
            Diff::Unknown => true,
            Diff::Int(d) => matches!((old, new), (Value::Int(a), Value::Int(b)) if a.checked_add(*d) == Some(*b)),
            Diff::Value(pair) => pair.0 == *old && pair.1 == *new,
            Diff::Vector(changed) => match (old, new) {
                (Value::Vector(a), Value::Vector(b)) => a
                    .iter()
                    .zip(b.iter())
                    .enumerate()
                    .all(|(i, (x, y))| changed.get(&i).map_or(x == y, |d| d.holds(x, y))),
                _ => false,
            },
            Diff::Map(diff) => match (old, new) {
                (Value::Map(a), Value::Map(b)) => {
                    a.iter().all(|(k, v)| {
                        diff.changed.contains(k) || diff.removed.contains(k) || b.get(k).is_some_and(|w| v == w)
                    }) && b.iter().all(|(k, _)| a.contains(k) || diff.added.contains(k))
                        && diff.removed.iter().all(|k| !b.contains(k))
                }
                _ => false,
            },
        }
    }
}

/// Equality of what is cheap to compare: numbers, names, strings, host objects that are values.
fn equal_leaves(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Host(x), Value::Host(y)) => {
            x.depth() < 32 && y.depth() < 32 && x.kind() == "a generative function" && a == b
        }
        _ => false,
    }
}

/// Values of which it is known how they changed: old, new, how.
#[derive(Default)]
pub struct KnownDiffs(Vec<(Value, Value, Diff)>);

impl KnownDiffs {
    pub fn of(old: &[Value], new: &[Value], diffs: &[Diff]) -> KnownDiffs {
        let mut known = KnownDiffs::default();
        old.iter().zip(new).zip(diffs).for_each(|((old, new), diff)| known.learn(old, new, diff));
        known
    }

    /// Numbers and names are compared where they are met, which is cheaper than remembering.
    pub fn learn(&mut self, old: &Value, new: &Value, diff: &Diff) {
        if !matches!(diff, Diff::Unknown) && is_composite(new) {
            self.0.push((old.clone(), new.clone(), diff.clone()));
        }
    }

    /// How a value changed: as promised where the promise is about these very values, else as can be seen.
    pub fn diff(&self, old: &Value, new: &Value) -> Diff {
        let promised = self.0.iter().find(|(a, b, _)| identical(a, old) && identical(b, new));
        promised.map_or_else(|| Diff::between(old, new), |(_, _, diff)| diff.clone())
    }
}

/// Values that cost something to compare.
fn is_composite(value: &Value) -> bool {
    matches!(
        value,
        Value::Vector(_) | Value::List(_) | Value::Map(_) | Value::Set(_) | Value::Array(_) | Value::Host(_)
    )
}

/// The diff of several parts together.
pub fn all_no_change(diffs: &[Diff], parts: usize) -> bool {
    diffs.len() >= parts && diffs.iter().all(Diff::is_no_change)
}

impl HostObject for Diff {
    fn kind(&self) -> &'static str {
        "a diff"
    }

    /// As code that makes it again.
    fn print(&self, out: &mut Printer<'_>) {
        let list = |out: &mut Printer<'_>, items: &[Value]| {
            out.text("#{");
            for (i, item) in items.iter().enumerate() {
                out.text(if i > 0 { " " } else { "" });
                out.value(item);
            }
            out.text("}");
        };
        match self {
            Diff::NoChange => out.text("no-change"),
            Diff::Unknown => out.text("unknown-change"),
            Diff::Int(d) => out.text(&format!("(int-diff {d})")),
            Diff::Value(pair) => {
                out.text("(value-change ");
                out.value(&pair.0);
                out.text(" ");
                out.value(&pair.1);
                out.text(")");
            }
            Diff::Vector(changed) => {
                let plain = changed.values().all(|d| matches!(d, Diff::Unknown));
                out.text(if plain { "(vector-diff #{" } else { "(vector-diff {" });
                for (n, (i, diff)) in changed.iter().enumerate() {
                    out.text(if n > 0 { " " } else { "" });
                    out.text(&i.to_string());
                    if !plain {
                        out.text(" ");
                        diff.print(out);
                    }
                }
                out.text("})");
            }
            Diff::Map(diff) => {
                out.text("(map-diff {:added ");
                list(out, &diff.added);
                out.text(" :removed ");
                list(out, &diff.removed);
                out.text(" :changed ");
                list(out, &diff.changed);
                out.text("})");
            }
        }
    }

    fn equals(&self, other: &dyn HostObject) -> bool {
        let Some(other) = (other as &dyn Any).downcast_ref::<Diff>() else { return false };
        match (self, other) {
            (Diff::NoChange, Diff::NoChange) | (Diff::Unknown, Diff::Unknown) => true,
            (Diff::Int(a), Diff::Int(b)) => a == b,
            (Diff::Value(a), Diff::Value(b)) => a == b,
            (Diff::Vector(a), Diff::Vector(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|((i, x), (j, y))| i == j && x.equals(y))
            }
            (Diff::Map(a), Diff::Map(b)) => a.added == b.added && a.removed == b.removed && a.changed == b.changed,
            _ => false,
        }
    }

    fn doc(&self) -> Option<(String, String)> {
        let text = match self {
            Diff::NoChange => {
                "The diff of an argument that is what it was: `(update trace args [no-change] constraints)`.\nno-change ;=> no-change"
            }
            _ => "The diff of an argument of which nothing is known.\nunknown-change ;=> unknown-change",
        };
        Some((String::new(), text.to_string()))
    }

    fn hash_code(&self) -> u64 {
        match self {
            Diff::NoChange => 1,
            Diff::Unknown => 2,
            Diff::Int(d) => *d as u64,
            Diff::Vector(changed) => changed.keys().fold(3, |h: u64, i| h.wrapping_mul(31).wrapping_add(*i as u64)),
            Diff::Map(_) => 4,
            Diff::Value(_) => 5,
        }
    }
}
