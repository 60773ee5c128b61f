//! intervene: a function with some sites fixed from outside (the do-operator: Pearl, Causality, 2009). They take their
//! values, add nothing to the density, and are no choices.
//!
//! What is fixed is known by full address for the time of the run (`eval::fixed`), so that sites in calls, combinators
//! and batched runs find it without being told. Addresses below an intervention are hashed from a start of their own:
//! no run inside another one takes the other's values.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::wrong_type;
use crate::eval::gradient::holds_var;
use crate::eval::print::Printer;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::address::{hash_path, show};
use crate::gfi::body::{Body, Run};
use crate::gfi::choice_arrays::flat;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::diff::Diff;
use crate::gfi::interface::{self, GenerativeFunction, Model, function, same_function};
use crate::gfi::request::{Outcome, Request};
use crate::gfi::trace::Trace;
use crate::gfi::trie::Trie;
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub const ROW: Builtin = Builtin::new("intervene", "[gf values]", |_, args| {
    interface::function("intervene", &args[0]).map_err(|e| e.arg(0))?;
    let given = match &args[1] {
        Value::Map(_) => ChoiceMap::from_value(&args[1]).map_err(|e| e.arg(1))?,
        other => match other.as_host::<ChoiceMap>() {
            Some(choices) => choices.clone(),
            None => {
                return Err(wrong_type("intervene", "a map of values by address", other, 1)
                    .help("write `(intervene model {:x 1.5 [:sub :y] true})`"));
            }
        },
    };
    let mut sites = Vec::new();
    for (path, value) in flat(&given)? {
        if value.is_nil() {
            let message = format!("`intervene` fixes `{}` to nil, which is no value", show(&path));
            return Err(Error::raise(Code::Value, message).arg(1).help("leave out what is not fixed"));
        }
        sites.push(FixedSite { path, value, seen: Arc::default() });
    }
    let hashed = |h: u64, site: &FixedSite| hash_path(hash_path(h, &site.path), std::slice::from_ref(&site.value));
    let start = sites.iter().fold(START, hashed);
    Ok(Model::value(Intervened { inner: args[0].clone(), sites, start, warned: AtomicBool::new(false) }))
});

/// Any number but 0, from which plain runs start.
const START: u64 = 0x9e37_79b9_7f4a_7c15;

/// One fixed site, and whether any run has come there.
struct FixedSite {
    path: Vec<Value>,
    value: Value,
    seen: Arc<AtomicBool>,
}

struct Intervened {
    inner: Value,
    sites: Vec<FixedSite>,
    /// What the hashes of addresses inside start from, beside where it stands.
    start: u64,
    warned: AtomicBool,
}

impl Intervened {
    /// Where addresses inside start: by their own way, unless an intervention around this one fixes some of them.
    fn start(&self, cx: &Cx, outer: u64) -> u64 {
        let reached = cx.fixed.as_ref().is_some_and(|fixed| fixed.is_above(outer));
        if reached { outer } else { outer ^ self.start }
    }

    /// Runs something where the sites below a hash are fixed, beside those that are already.
    fn fixing<R>(&self, cx: &mut Cx, start: u64, f: impl FnOnce(&mut Cx) -> R) -> R {
        let outer = cx.fixed.take();
        let mut fixed = outer.as_deref().cloned().unwrap_or_default();
        for site in &self.sites {
            let at = hash_path(start, &site.path);
            // The outermost intervention has the last word.
            if fixed.value(at).is_none() {
                let above = (0..site.path.len()).map(|n| hash_path(start, &site.path[..n]));
                fixed.add(at, above, site.value.clone(), site.seen.clone());
            }
        }
        cx.fixed = Some(Arc::new(fixed));
        let result = f(cx);
        cx.fixed = outer;
        result
    }

    /// Says once when no run has come to a site that is fixed.
    fn warn(&self, cx: &mut Cx, addresses: &[String]) {
        let Some(missed) = self.sites.iter().find(|site| !site.seen.load(Ordering::Relaxed)) else { return };
        if self.warned.swap(true, Ordering::Relaxed) {
            return;
        }
        let (at, there) = (show(&missed.path), addresses.iter().take(8).cloned().collect::<Vec<_>>().join(", "));
        let message = format!("`intervene` fixes `{at}`, where the run does not come");
        let error = Error::new(Code::Intervention, message);
        cx.warn(match crate::eval::analyze::closest(&at, addresses) {
            Some(best) => error.help(format!("did you mean `{best}`? the choices left are {there}")),
            None => error.help(format!("the choices left are {there}")),
        });
    }
}

impl GenerativeFunction for Intervened {
    fn name(&self) -> &str {
        "intervene"
    }

    fn code(&self) -> Vec<Value> {
        vec![self.inner.clone()]
    }

    fn doc(&self) -> Option<(String, String)> {
        Some(("[& args]".to_string(), "Made by `intervene`: the arguments of the function inside.".to_string()))
    }

    fn complete(&self, cx: &mut Cx, args: &[Value]) -> Result<Vec<Value>> {
        function("intervene", &self.inner)?.complete(cx, args)
    }

    fn same(&self, other: &dyn GenerativeFunction) -> bool {
        let Some(other) = (other as &dyn Any).downcast_ref::<Intervened>() else { return false };
        let alike = |(a, b): (&FixedSite, &FixedSite)| {
            a.path == b.path && a.value == b.value && !holds_var(&a.value) && !holds_var(&b.value)
        };
        same_function(&self.inner, &other.inner)
            && self.sites.len() == other.sites.len()
            && self.sites.iter().zip(&other.sites).all(alike)
    }

    fn body(&self) -> Option<&dyn Body> {
        Some(self)
    }

    fn print(&self, out: &mut Printer<'_>) {
        out.text("(intervene ");
        out.value(&self.inner);
        out.text(" {");
        for (i, site) in self.sites.iter().enumerate() {
            out.text(if i > 0 { ", " } else { "" });
            out.value(&crate::gfi::address::to_value(&site.path));
            out.text(" ");
            out.value(&site.value);
        }
        out.text("})");
    }

    fn depth(&self) -> u32 {
        self.sites.iter().map(|site| site.value.depth()).max().unwrap_or(0).max(self.inner.depth()) + 1
    }
}

impl Body for Intervened {
    fn run_in(&self, cx: &mut Cx, _this: &Value, args: &[Value], run: &mut dyn Run) -> Result<Value> {
        let outer = run.hash();
        let start = self.start(cx, outer);
        run.set_hash(start);
        let says = ("intervene", "its own arguments");
        let returned = self.fixing(cx, start, |cx| run.visit(cx, &[], &self.inner, args, says));
        run.set_hash(outer);
        let returned = returned?;
        if outer == 0 {
            self.warn(cx, &run.address_names());
        }
        Ok(returned)
    }
}

/// The run of a call that is fixed: it returns the value, and what an old run had there is gone.
pub fn fixed_call(cx: &mut Cx, run: &Request<'_>) -> Option<Outcome> {
    let value = cx.fixed.as_ref()?.value(run.origin.path)?.clone();
    let mut weight = crate::gfi::ops::weight::Weight::default();
    let mut discard = Trie::Empty;
    crate::gfi::ops::vanish::vanish_under(run.past, &Trie::Empty, run.goal, &mut weight, &mut discard);
    let trace = Trace { observed: run.observed(Trie::Empty), ..run.trace(cx, value, 0) };
    let total = Value::float(0.0);
    Some(Outcome { trace: Arc::new(trace), weight, total, discard, retdiff: Diff::Unknown })
}

/// The error of a choice of which a part is fixed.
#[cold]
pub fn partly_fixed(what: &str) -> Stop {
    Error::raise(Code::Operation, format!("`intervene` fixes a part of {what}, whose density has no parts"))
        .help("fix all of it, or give its parts choices of their own: `(map-gf kernel)`")
}
