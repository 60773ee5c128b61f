//! Options of an algorithm: the last argument, a map whose keys are checked.

use crate::error::{Error, Result};
use crate::eval::analyze::closest;
use crate::eval::builtins::args::wrong_type;
use crate::eval::collections::Map;
use crate::eval::print::brief;
use crate::eval::{Cx, Value, sequence};
use crate::tensor::DType;

/// The options given to one call.
pub struct Options {
    algorithm: &'static str,
    given: Map,
    /// The argument that held them, for reports.
    index: usize,
}

impl Options {
    /// Reads the options in `args[index]`, which may be left out; a key that is not in `known` is an error.
    pub fn read(algorithm: &'static str, args: &[Value], index: usize, known: &[&str]) -> Result<Options> {
        let given = match args.get(index) {
            None | Some(Value::Nil) => Map::empty(),
            Some(Value::Map(m)) => m.clone(),
            Some(other) => return Err(wrong_type(algorithm, "its options as a map", other, index)),
        };
        for (key, _) in given.iter() {
            if !key.as_keyword().is_some_and(|k| known.contains(&k)) {
                return Err(unknown(algorithm, key, known).arg(index));
            }
        }
        Ok(Options { algorithm, given, index })
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.given.get_keyword(name).filter(|v| !v.is_nil())
    }

    /// A count of at least `least`.
    pub fn count(&self, name: &str, default: usize, least: usize) -> Result<usize> {
        let Some(value) = self.get(name) else { return Ok(default) };
        let n = value
            .as_int()
            .and_then(|i| usize::try_from(i).ok())
            .filter(|n| *n >= least && *n <= sequence::MAX_ELEMENTS);
        n.ok_or_else(|| {
            let most = sequence::MAX_ELEMENTS;
            let range = if value.as_int() > Some(most as i64) {
                format!("from {least} to {most}")
            } else {
                format!("of at least {least}")
            };
            let message = format!("`:{name}` of `{}` is an integer {range}, not `{}`", self.algorithm, brief(value));
            Error::new("gen::option", message).arg(self.index)
        })
    }

    /// A number of which `admits` is true, as `wanted` says in words.
    pub fn number(&self, name: &str, default: f64, wanted: &str, admits: fn(f64) -> bool) -> Result<f64> {
        let Some(value) = self.get(name) else { return Ok(default) };
        value.as_f64().filter(|x| admits(*x)).ok_or_else(|| self.wrong(name, wanted, value))
    }

    /// The error of an option with another value than is wanted.
    #[cold]
    pub fn wrong(&self, name: &str, wanted: &str, value: &Value) -> Box<Error> {
        let message = format!("`:{name}` of `{}` is {wanted}, not {} `{}`", self.algorithm, value.kind(), brief(value));
        Error::new("gen::option", message).arg(self.index)
    }

    /// A vector of arguments.
    pub fn arguments(&self, cx: &mut Cx, name: &str) -> Result<Vec<Value>> {
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(value @ (Value::Vector(_) | Value::List(_) | Value::Lazy(_))) => sequence::to_vec(cx, value),
            Some(other) => {
                let message = format!(
                    "`:{name}` of `{}` is a vector of arguments, not {} `{}`",
                    self.algorithm,
                    other.kind(),
                    brief(other)
                );
                Err(Error::new("gen::option", message).arg(self.index))
            }
        }
    }
}

/// Calls an algorithm whose options, in `args[index]`, may say by `:dtype` what numbers the lanes that it makes have.
pub fn in_width(
    cx: &mut Cx,
    algorithm: &'static str,
    args: &mut [Value],
    index: usize,
    run: fn(&mut Cx, &mut [Value]) -> Result<Value>,
) -> Result<Value> {
    let Some(Value::Map(given)) = args.get(index) else { return run(cx, args) };
    let Some(asked) = given.get_keyword("dtype").filter(|v| !v.is_nil()) else { return run(cx, args) };
    let Some(dtype) = asked.as_keyword().and_then(DType::from_name).filter(|dtype| dtype.is_float()) else {
        let options = Options { algorithm, given: given.clone(), index };
        return Err(options.wrong("dtype", "`:float32` or `:float64`", asked));
    };
    let outer = cx.dtype.replace(dtype);
    let result = run(cx, args);
    cx.dtype = outer;
    result
}

#[cold]
fn unknown(algorithm: &str, key: &Value, known: &[&str]) -> Box<Error> {
    let names: Vec<String> = known.iter().map(|k| format!(":{k}")).collect();
    let given = brief(key);
    let error = Error::new("gen::option", format!("`{algorithm}` has no option `{given}`"));
    match closest(&given, &names) {
        Some(best) => error.help(format!("did you mean `{best}`? The options are {}", names.join(", "))),
        None => error.help(format!("the options are {}", names.join(", "))),
    }
}
