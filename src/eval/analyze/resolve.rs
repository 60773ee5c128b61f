//! Names: locals, then the namespace, then the core; what is unknown gets a suggestion.

use super::scope::resolve_local;
use super::{Analyzer, special, visible_names};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::builtins::namespaces::refer::unknown_in;
use crate::eval::cx::Cx;
use crate::eval::name::split_name;
use crate::eval::node::{Node, Slot};
use crate::eval::program::{CORE, Core};
use crate::eval::stdlib;
use crate::eval::value::Value;
use crate::lexer::Span;
use std::sync::Arc;

/// What a name means.
pub enum Resolved {
    Local(Slot),
    Global(u32),
    Core(Core),
    /// In the check of a whole program: not known, and perhaps rightly.
    Excused,
}

impl Analyzer<'_> {
    pub(super) fn symbol(&mut self, name: &Arc<str>, span: Span) -> Result<Node> {
        match self.resolve(name, span)? {
            Resolved::Local(slot) => Ok(Node::Local(slot)),
            Resolved::Global(global) => {
                let var = &self.cx.program.vars[global as usize];
                if var.is_macro {
                    return Err(macro_as_value(name).at(span));
                }
                Ok(Node::Global(global))
            }
            Resolved::Core(core) => Ok(Node::Const(core.value())),
            Resolved::Excused => Ok(Node::Const(Value::Nil)),
        }
    }

    pub fn local(&mut self, name: &str) -> Option<Slot> {
        resolve_local(&mut self.functions, name)
    }

    /// What `name` means here, or the error that says it is unknown.
    pub fn resolve(&mut self, name: &str, span: Span) -> Result<Resolved> {
        if let Some(slot) = self.local(name) {
            return Ok(Resolved::Local(slot));
        }
        match resolve_global(self.cx, name).map_err(|e| e.or_at(span))? {
            Some(resolved) => {
                self.note_name(&resolved);
                Ok(resolved)
            }
            None if special(name).is_some() => Err(macro_as_value(name).at(span)),
            None if self.excuses(name) => Ok(Resolved::Excused),
            None => Err(self.unknown(name, span)),
        }
    }

    fn unknown(&self, name: &str, span: Span) -> Stop {
        let locals = self.functions.iter().flat_map(|f| f.locals.iter().map(|(n, _)| n.to_string()));
        let mut names = visible_names(self.cx, &self.cx.namespace);
        names.extend(locals);
        if let Some(error) = self.unknown_in_namespace(name) {
            return error.at(span);
        }
        let error = Error::raise(Code::UnknownName, format!("unknown name `{name}`")).at(span);
        if let Some(place) = self.defined_later(name, span) {
            return error.label("not defined yet").help(format!(
                "it is defined further down, at {place}: move that up, or write `(declare {name})` before this"
            ));
        }
        match (known_habit(name), closest(name, &names)) {
            (Some(help), _) => error.help(help),
            (None, Some(best)) => error.label("not defined here").help(format!("did you mean `{best}`?")),
            (None, None) => error.label("not defined here").help(format!(
                "define it first: `(def {name} …)` or `(defn {name} […] …)`; search with `(apropos \"{}\")`",
                split_name(name).1
            )),
        }
    }

    /// Where the same source defines the name after its use.
    fn defined_later(&self, name: &str, span: Span) -> Option<String> {
        let source = self.cx.program.sources.get(span.source)?;
        let forms = crate::parser::top_level(source);
        let later = forms.iter().find(|f| f.name == name && f.span.start > span.start && f.head.starts_with("def"))?;
        Some(self.cx.program.sources.place(later.span))
    }

    /// `ns/name` where no namespace is called `ns` here, or where it has no such name.
    fn unknown_in_namespace(&self, name: &str) -> Option<Stop> {
        let (Some(prefix), base) = split_name(name) else { return None };
        if known_habit(name).is_some() {
            return None;
        }
        let program = &self.cx.program;
        let Some(target) = program.resolve_namespace(&self.cx.namespace, prefix) else {
            let error = Error::raise(Code::UnknownName, format!("no namespace is called `{prefix}` here"));
            let full = match prefix {
                "str" | "string" => "clojure.string",
                "set" => "clojure.set",
                _ => "some.file",
            };
            return Some(error.label("not loaded").help(format!("load it first: `(require '[{full} :as {prefix}])`")));
        };
        Some(unknown_in(self.cx, &target, base).label("not defined there"))
    }
}

/// A name that is no local: the current namespace, its aliases, then the core.
pub fn resolve_global(cx: &mut Cx, name: &str) -> Result<Option<Resolved>> {
    if let (Some(prefix), base) = split_name(name) {
        if matches!(prefix, CORE | "clojure.core" | "cljs.core") {
            return resolve_core(cx, base);
        }
        if let Some(core) = cx.program.core.get(name) {
            return Ok(Some(Resolved::Core(core.clone())));
        }
        let namespace = cx.namespace.clone();
        if cx.program.resolve_namespace(&namespace, prefix).is_none() && cx.library.has_namespace(prefix) {
            stdlib::load_namespace(cx, prefix)?;
        }
        let Some(target) = cx.program.resolve_namespace(&namespace, prefix) else { return Ok(None) };
        let found = cx.program.namespaces.get(&target).and_then(|ns| ns.vars.get(base)).copied();
        return match found {
            Some(global) if cx.program.vars[global as usize].is_private && *target != *namespace => {
                Err(Error::raise(Code::Private, format!("`{name}` is private to the namespace `{target}`")))
            }
            Some(global) => Ok(Some(Resolved::Global(global))),
            // Builtins of a namespace have its name in theirs.
            None => Ok(cx.program.core.get(&*format!("{target}/{base}")).cloned().map(Resolved::Core)),
        };
    }
    if let Some(global) = cx.program.lookup(&cx.namespace, name) {
        return Ok(Some(Resolved::Global(global)));
    }
    resolve_core(cx, name)
}

/// A name of the core: a definition of `stdlib/` already read, a builtin, or a definition to read now.
fn resolve_core(cx: &mut Cx, name: &str) -> Result<Option<Resolved>> {
    let known = cx.program.namespaces.get(CORE).and_then(|ns| ns.vars.get(name)).copied();
    if let (None, Some(core)) = (known, cx.program.core.get(name)) {
        return Ok(Some(Resolved::Core(core.clone())));
    }
    let global = match known {
        Some(global) => Some(global),
        None => stdlib::load_definition(cx, name)?,
    };
    // What only the library's own macros use is no name of the language.
    let visible = |g: &u32| &*cx.namespace == CORE || !cx.program.vars[*g as usize].is_private;
    Ok(global.filter(visible).map(Resolved::Global))
}

/// The global value of a name, for `resolve`, `doc` and host code.
pub fn global_value(cx: &mut Cx, name: &str) -> Result<Option<Value>> {
    Ok(match resolve_global(cx, name)? {
        Some(Resolved::Global(g)) => Some(cx.program.globals[g as usize].clone()),
        Some(Resolved::Core(core)) => Some(core.value()),
        _ => None,
    })
}

pub(super) fn macro_as_value(name: &str) -> Stop {
    Error::raise(Code::MacroAsValue, format!("`{name}` is a macro or special form, not a function"))
        .help(format!("call it, `({name} …)`, or wrap it: `#({name} %)`"))
}

/// The most similar name, if any is close.
pub fn closest<'a>(name: &str, names: &'a [String]) -> Option<&'a str> {
    let (score, best) = names.iter().map(|n| (strsim::jaro_winkler(name, n), n)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    let edits = strsim::osa_distance(name, best);
    (score > 0.8 && edits <= 1 + name.chars().count() / 5).then_some(best.as_str())
}

/// What people of other languages type, and what to type here.
fn known_habit(name: &str) -> Option<String> {
    let host_math =
        name.strip_prefix("Math/").or_else(|| name.strip_prefix("js/Math.")).or_else(|| name.strip_prefix("math/"));
    if let Some(function) = host_math {
        return Some(format!("math functions have no prefix: `({function} x)`"));
    }
    let instead = match name {
        "lambda" => "(fn [x] …)",
        "mv-normal" | "mvnormal" | "multi-normal" | "multinormal" | "multi_normal" | "MvNormal" => {
            "(multivariate-normal mean covariance)"
        }
        "uniform-discrete" | "UniformDiscrete" | "DiscreteUniform" | "runif-int" => "(discrete-uniform lo hi)",
        "runif" => "(sample (uniform 0 1))",
        "rbinom" => "(sample (binomial n p))",
        "rpois" => "(sample (poisson rate))",
        "dbinom" => "(logpdf (binomial n p) k)",
        "dpois" => "(logpdf (poisson rate) k)",
        "dgamma" => "(logpdf (gamma shape rate) x)",
        "dexp" => "(logpdf (exponential rate) x)",
        "dbeta" => "(logpdf (beta a b) x)",
        "dunif" => "(logpdf (uniform lo hi) x)",
        "normal_lpdf" | "normal-lpdf" => "(logpdf (normal mean sd) x)",
        "pnorm" => "(cdf (normal 0 1) x)",
        "qnorm" => "(quantile (normal 0 1) p)",
        "invgamma" | "inv-gamma" | "inv_gamma" | "InverseGamma" => "(inverse-gamma shape scale)",
        "StudentT" | "student_t" | "student" => "(student-t df location scale)",
        "LogNormal" | "lognormal" => "(log-normal location scale)",
        "HalfNormal" | "half_normal" => "(half-normal scale)",
        "HalfCauchy" | "half_cauchy" => "(half-cauchy scale)",
        "VonMises" | "von_mises" => "(von-mises mean concentration)",
        "neg_binomial" | "neg-binomial" | "NegativeBinomial" => "(negative-binomial r p)",
        "lkj" | "lkj_corr_cholesky" | "LKJCholesky" => "(lkj-cholesky dimension shape)",
        "bernoulli_logit" | "bernoulli-logit" => "(bernoulli-logits x)",
        "sd" => "(std xs)",
        "c" => "[1 2 3]",
        "append" => "(concat xs ys)",
        "NA" => "nil",
        "Deterministic" | "deterministic" => "(samples r (fn [t] …)), of any function of the trace",
        "sorted-map" => "(into {} (sort m))",
        "quit" => "(exit)",
        "help" => "(doc name), (apropos \"word\")",
        "join" => "(clojure.string/join \", \" xs)",
        "define" | "setq" | "var" => "(def name value)",
        "defun" => "(defn name [x] …)",
        "progn" | "begin" => "(do …)",
        "elif" | "elseif" => "(cond test value … :else value)",
        "None" | "null" | "NULL" => "nil",
        "True" | "TRUE" => "true",
        "False" | "FALSE" => "false",
        "gaussian-logpdf" | "dnorm" => "(logpdf (normal 0 1) x)",
        "rnorm" => "(sample (normal 0 1))",
        "len" | "length" | "size" => "(count xs)",
        "print!" | "printf" | "echo" | "display" => "(println x)",
        "!=" => "(not= a b)",
        "==" => "(= a b)",
        "%" | "modulo" => "(mod a b)",
        "**" | "^" => "(pow a b)",
        "foldl" | "fold" => "(reduce f init xs)",
        "catch" | "finally" => "(try … (catch e …) (finally …))",
        "sample!" => "(trace :addr dist)",
        _ => return None,
    };
    Some(format!("here it is `{instead}`"))
}
