//! Diagnostics of draws as functions: what `summary` says of each row, of an array `[chain draw]`.

use super::diagnostics;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::arrays::{self};
use crate::eval::builtins::args::{described, wrong_type};
use crate::eval::gradient::{holds_var, no_gradient};
use crate::eval::options::Options;
use crate::eval::{Builtin, Cx, Value, sequence};

pub const TABLE: &[Builtin] = &[
    Builtin::new(
        "ess",
        "[draws & options]",
        "The effective sample size of draws `[chain draw]`, as `samples` gives them; a vector is one chain. Option `:of`: `:bulk` (as ArviZ's ess_bulk), `:tail` or `:mean`. Of weights it is `effective-sample-size`.\n(ess [[1.0 2.0 3.0 4.0] [2.0 1.0 4.0 3.0]] {:of :mean}) ;~> 7.224719895935548",
        |cx, a| {
            let of = [
                ("bulk", diagnostics::ess_bulk as Diagnostic),
                ("tail", diagnostics::ess_tail),
                ("mean", diagnostics::ess_mean),
            ];
            diagnose(cx, "ess", a, &of)
        },
    )
    .options(1, OF),
    Builtin::new(
        "r-hat",
        "[draws]",
        "Rank-normalized split R-hat of draws `[chain draw]`, as `samples` gives them: near 1 when the chains agree. It needs two chains.\n(r-hat [[1.0 2.0 3.0 4.0] [2.0 1.0 4.0 3.0]]) ;~> 1.618658569695271",
        |cx, a| diagnose(cx, "r-hat", a, &[("r-hat", diagnostics::r_hat as Diagnostic)]),
    ),
    Builtin::new(
        "mcse",
        "[draws & options]",
        "The Monte Carlo standard error of the mean of draws `[chain draw]`, as `samples` gives them; a vector is one chain. Option `:of`: `:mean` or `:sd`.\n(mcse [[1.0 2.0 3.0 4.0] [2.0 1.0 4.0 3.0]]) ;~> 0.4446727056744846",
        |cx, a| {
            let of = [("mean", diagnostics::mcse_mean as Diagnostic), ("sd", diagnostics::mcse_sd)];
            diagnose(cx, "mcse", a, &of)
        },
    )
    .options(1, OF),
];

const OF: &str = "of";

/// A number about chains.
type Diagnostic = fn(&[Vec<f64>]) -> f64;

/// One of some diagnostics, by the option `:of`; the first unless it says otherwise.
fn diagnose(cx: &mut Cx, name: &'static str, args: &[Value], all: &[(&str, Diagnostic)]) -> Result<Value> {
    let options = Options::read(name, args, 1, if all.len() > 1 { OF } else { "" })?;
    let diagnostic = options.one_of("of", all)?.or(all.first().map(|(_, first)| *first));
    let chains = chains(cx, name, &args[0])?;
    Ok(Value::float(diagnostic.map_or(f64::NAN, |f| f(&chains))))
}

/// Draws as numbers, chain by chain.
fn chains(cx: &mut Cx, name: &str, draws: &Value) -> Result<Vec<Vec<f64>>> {
    if holds_var(draws) {
        return Err(no_gradient(name));
    }
    let array = match draws {
        Value::Array(array) => (**array).clone(),
        Value::Vector(_) | Value::List(_) | Value::Lazy(_) => {
            let rows = Value::vector(sequence::to_vec(cx, draws)?)?;
            arrays::from_value(&rows).map_err(|_| no_draws(name, draws))?
        }
        _ => return Err(no_draws(name, draws)),
    };
    let numbers = array.to_f64()?;
    cx.charge(numbers.len())?;
    match array.shape() {
        [_] => Ok(vec![numbers]),
        [_, 0] | [0, _] => Ok(Vec::new()),
        [_, per] => Ok(numbers.chunks(*per).map(<[f64]>::to_vec).collect()),
        shape => {
            let message =
                format!("`{name}` wants the draws of one number, `[chain draw]`, not an array of shape {shape:?}");
            Err(Error::raise(Code::Shape, message.replace(',', ""))
                .arg(0)
                .help("take one element of the choice: `(samples r (fn [t] (nth (t :x) 0)))`"))
        }
    }
}

#[cold]
fn no_draws(name: &str, draws: &Value) -> Stop {
    let error = wrong_type(name, "draws as numbers, `[chain draw]`", draws, 0);
    match draws {
        Value::Map(_) => error.help(format!("take the draws of a choice: `({name} (samples result :x))`")),
        _ => error.help(format!("`(samples result :x)` gives them; here it holds {}", described(draws))),
    }
}
