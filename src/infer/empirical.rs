//! `empirical`: the result of an inference as a distribution, to be traced like any other.

use super::enumerate::weighed_values;
use super::samples::{Pick, ResultDraws};
use crate::distributions::points;
use crate::error::Result;
use crate::eval::collections::Map;
use crate::eval::{Builtin, Cx, Value};

pub const TABLE: &[Builtin] = &[Builtin::new(
    "empirical",
    "[weights] [result address-or-function]",
    "The distribution that the draws of an inference make of a choice, or of a function of the trace: each value has the weight of its draws. It can be traced, scored, enumerated, and has a mean and a variance; a gradient by the value is 0, as of everything discrete, and one by the weights an error. Of a choice that `exact` has solved it is the distribution found. A map from values to weights may be given instead of a result. Define it outside the model that traces it: it is made anew at each call.\n(logpdf (empirical {:a 1 :b 3} ) :b) ;=> -0.2876820724517809\n(let [r (enumerate (gen [] (trace :rain (flip 0.25))) [] {})] (logpdf (empirical r :rain) true)) ;~> -1.3862943611198906\n(let [t (fn [x] (:trace (generate (gen [] (trace :x (normal 0 1))) [] {:x x})))] (mean (empirical [(t 1.0) (t 2.0)] :x))) ;=> 1.5",
    empirical,
)];

fn empirical(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let weights = match args {
        [result, what] => {
            let draws = ResultDraws::of_value(cx, "empirical", result)?;
            let pick = Pick::of("empirical", what)?;
            if let Some(solved) = pick.solved(&draws) {
                return Ok(solved);
            }
            Value::Map(Map::from_pairs(weighed_values(cx, &draws, &pick)?)?)
        }
        _ => args[0].clone(),
    };
    points(cx, &weights)
}
