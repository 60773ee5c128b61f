//! Selections and how they are put together.

use crate::error::Result;
use crate::eval::print::brief;
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::address::components;
use crate::gfi::selection::Selection;
use std::sync::Arc;

pub const TABLE: &[Builtin] = &[
    Builtin::new("select", "[& addresses]", select),
    Builtin::new("select-complement", "[selection]", |_, a| {
        Ok(Selection::from_value(&a[0]).map_err(|e| e.arg(0))?.complement().bounded()?.into_value())
    }),
    Builtin::new("select-union", "[a b]", |_, a| pair(a, Selection::Union)),
    Builtin::new("select-intersection", "[a b]", |_, a| pair(a, Selection::Intersection)),
    Builtin::new("selected?", "[selection address]", |_, a| {
        let selection = Selection::from_value(&a[0]).map_err(|e| e.arg(0))?;
        let path = components(&a[1]).map_err(|e| e.arg(1))?;
        Ok(Value::bool(selection.contains(&path)))
    }),
];

fn select(_: &mut Cx, args: &mut [Value]) -> Result<Value> {
    for (i, address) in args.iter().enumerate() {
        components(address).map_err(|e| match address {
            Value::Set(_) => e.arg(i).help(format!("a set of addresses is a selection as it is: `{}`", brief(address))),
            _ if address.as_host::<Selection>().is_some() => {
                e.arg(i).help("put selections together with `select-union`")
            }
            _ => e.arg(i),
        })?;
    }
    Ok(Selection::of(args.iter())?.into_value())
}

fn pair(args: &[Value], make: fn(Arc<(Selection, Selection)>) -> Selection) -> Result<Value> {
    let part = |i: usize| Selection::from_value(&args[i]).map_err(|e| e.arg(i));
    let both = (part(0)?, part(1)?);
    Ok(make(Arc::new(both)).bounded()?.into_value())
}
