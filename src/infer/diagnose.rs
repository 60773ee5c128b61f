//! Diagnostics of draws as functions: what `summary` says of each row, of an array `[chain draw]`.

use super::diagnostics::{self, ChainStatistic};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::{described, wrong_type};
use crate::eval::arrays::{self};
use crate::eval::gradient::{holds_var, no_gradient};
use crate::eval::options::{OptionRow, Options};
use crate::eval::{Builtin, Cx, Value, sequence};

pub const TABLE: &[Builtin] = &[
    Builtin::new("ess", "[draws & options]", |cx, a| {
        let of = [
            ("bulk", diagnostics::ess_bulk as ChainStatistic),
            ("tail", diagnostics::ess_tail),
            ("mean", diagnostics::ess_mean),
        ];
        diagnose(cx, "ess", ESS, a, &of)
    })
    .options(1, ESS),
    Builtin::new("r-hat", "[draws]", |cx, a| {
        diagnose(cx, "r-hat", &[], a, &[("r-hat", diagnostics::r_hat as ChainStatistic)])
    }),
    Builtin::new("mcse", "[draws & options]", |cx, a| {
        let of = [("mean", diagnostics::mcse_mean as ChainStatistic), ("sd", diagnostics::mcse_sd)];
        diagnose(cx, "mcse", MCSE, a, &of)
    })
    .options(1, MCSE),
];

const ESS: &[OptionRow] =
    &[OptionRow::word("of", &["bulk", "tail", "mean"], "of what, as ArviZ names them").or_word("bulk")];
const MCSE: &[OptionRow] = &[OptionRow::word("of", &["mean", "sd"], "of what").or_word("mean")];

/// One of some diagnostics, by the option `:of`; the first unless it says otherwise.
fn diagnose(
    cx: &mut Cx,
    name: &'static str,
    rows: &'static [OptionRow],
    args: &[Value],
    all: &[(&str, ChainStatistic)],
) -> Result<Value> {
    let options = Options::read(name, args, 1, rows)?;
    let wanted = all.iter().find(|(of, _)| *of == options.word("of")).or(all.first());
    let diagnostic = wanted.map(|(_, diagnostic)| *diagnostic);
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
