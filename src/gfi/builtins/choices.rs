//! Choice maps and their parts.

use crate::error::{Code, Error, Result};
use crate::eval::print::brief;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::address::components;
use crate::gfi::any_trace::choices_of;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::trie::Trie;

pub const TABLE: &[Builtin] = &[
    Builtin::new("choicemap", "[& address-value-pairs]", choicemap),
    Builtin::new("value", "[v]", |_, a| Ok(ChoiceMap::of(Trie::Leaf(a[0].clone())).into_value())),
    Builtin::new("to-map", "[choices]", |_, a| choices_of("to-map", &a[0], 0)?.to_map()),
    Builtin::new("merge-choices", "[a b]", |_, a| {
        let (a, b) = (choices_of("merge-choices", &a[0], 0)?, choices_of("merge-choices", &a[1], 1)?);
        Ok(a.merge(&b)?.into_value())
    }),
];

fn choicemap(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    if !args.len().is_multiple_of(2) {
        let last = args.len() - 1;
        let message =
            format!("`choicemap` takes addresses and values in pairs, but `{}` has no value", brief(&args[last]));
        return Err(Error::raise(Code::Arity, message).arg(last).help(match args {
            [Value::Map(_)] => "a plain map is accepted as choices as it is; or write `(choicemap :x 1 [:y 0] 2)`",
            _ => "write `(choicemap :x 1 [:y 0] 2)`",
        }));
    }
    for (i, pair) in args.chunks(2).enumerate() {
        components(&pair[0]).map_err(|e| e.arg(2 * i))?;
    }
    let pairs = args.chunks(2).map(|pair| (pair[0].clone(), pair[1].clone()));
    Ok(ChoiceMap::from_pairs(pairs)?.into_value())
}
