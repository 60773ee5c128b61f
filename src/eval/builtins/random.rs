//! Random numbers outside models, from the program's stream.

use crate::error::{Code, Error, Result};
use crate::eval::args::{integer, number, wrong_type};
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::key::{Key, SiteRng, Stream};
use crate::eval::sequence;
use crate::eval::value::Value;
use crate::tensor::special::normal_icdf;
use rand::TryRng;

#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    Builtin::new("rand", "[] [n]", rand).draws(),
    Builtin::new("rand-int", "[n]", rand_int).draws(),
    Builtin::new("rand-nth", "[xs]", rand_nth).draws(),
    Builtin::new("randn", "[] [mean] [mean sd]", randn).draws(),
    Builtin::new("shuffle", "[xs]", shuffle).draws(),
    Builtin::new("random-sample", "[p xs]", random_sample).draws(),
    Builtin::new("with-seed*", "[seed f]", with_seed).draws(),
];

fn draws(cx: &mut Cx, function: &str) -> Result<SiteRng> {
    Ok(cx.next_key(function)?.site(0, 0))
}

fn rand(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let scale = if args.is_empty() { 1.0 } else { number("rand", args, 0)? };
    Ok(Value::float(scale * draws(cx, "rand")?.open01()))
}

fn rand_int(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let n = integer("rand-int", args, 0)?;
    match u64::try_from(n) {
        Ok(n) if n > 0 => Ok(Value::Int(below(&mut draws(cx, "rand-int")?, n) as i64)),
        _ => Err(Error::raise(Code::Type, format!("`rand-int` wants a positive integer, not `{n}`")).arg(0)),
    }
}

/// An integer from 0 to n - 1 without bias: the high half of a product, redrawn in the uneven part (Lemire 2019).
fn below(draws: &mut SiteRng, n: u64) -> u64 {
    loop {
        let Ok(word) = draws.try_next_u64();
        let product = u128::from(word) * u128::from(n);
        if product as u64 >= n.wrapping_neg() % n {
            return (product >> 64) as u64;
        }
    }
}

fn rand_nth(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let mut items = sequence::to_vec(cx, &args[0]).map_err(|e| e.arg(0))?;
    if items.is_empty() {
        let message = "`rand-nth` of an empty collection";
        return Err(Error::raise(Code::Index, message).arg(0));
    }
    let at = below(&mut draws(cx, "rand-nth")?, items.len() as u64) as usize;
    Ok(items.swap_remove(at))
}

fn randn(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let (mean, sd) = match args.len() {
        0 => (0.0, 1.0),
        1 => (number("randn", args, 0)?, 1.0),
        _ => (number("randn", args, 0)?, number("randn", args, 1)?),
    };
    if sd.is_nan() || sd < 0.0 {
        return Err(wrong_type("randn", "a standard deviation that is not negative", &args[1], 1));
    }
    Ok(Value::float(mean + sd * normal_icdf(draws(cx, "randn")?.open01())))
}

fn shuffle(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let mut items = sequence::to_vec(cx, &args[0]).map_err(|e| e.arg(0))?;
    cx.charge(items.len())?;
    let mut draws = draws(cx, "shuffle")?;
    // Fisher and Yates, from the end.
    for last in (1..items.len()).rev() {
        items.swap(last, below(&mut draws, last as u64 + 1) as usize);
    }
    Value::vector(items)
}

fn random_sample(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let p = number("random-sample", args, 0)?;
    let items = sequence::to_vec(cx, &args[1]).map_err(|e| e.arg(1))?;
    cx.charge(items.len())?;
    let mut draws = draws(cx, "random-sample")?;
    Value::list(items.into_iter().filter(|_| draws.open01() < p).collect())
}

fn with_seed(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let seed = integer("with-seed", args, 0)?;
    let f = args[1].clone();
    cx.outside_model(Stream::new(Key::from_seed(seed as u64)), |cx| cx.call(&f, &mut []))
}
