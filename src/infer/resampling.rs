//! Weights as logarithms: their mean, how many equal ones they are worth, and resampling by them.

use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::wrong_type;
use crate::eval::arithmetic::apply;
use crate::eval::gradient::{holds_var, no_gradient};
use crate::eval::lanes::Group;
use crate::eval::lanes::by_value::by_keys;
use crate::eval::lanes::numbers::floats;
use crate::eval::node::Op;
use crate::eval::print::brief;
use crate::eval::{Builtin, Cx, Value, sequence};
use crate::tensor::lanes::{self, Column, Side};
use rayon::prelude::*;
use std::borrow::Cow;

pub const TABLE: &[Builtin] = &[
    Builtin::new("log-mean-exp", "[log-weights]", |cx, a| {
        if holds_var(&a[0]) {
            let all = sequence::to_vec(cx, &a[0])?;
            let n = Value::float((all.len() as f64).ln());
            let sum = cx.call_core("logsumexp", &mut [Value::vector(all)?])?;
            return apply(Op::Sub, &sum, &n);
        }
        by_lane(cx, &a[0], |cx, all| {
            let (sums, n) = sums(cx, "log-mean-exp", all)?;
            Ok(Value::float(sums.log_mean_exp(n)))
        })
    })
    .takes_lanes(),
    Builtin::new("effective-sample-size", "[log-weights]", |cx, a| {
        by_lane(cx, &a[0], |cx, all| {
            let (sums, _) = sums(cx, "effective-sample-size", all)?;
            if sums.max == f64::NEG_INFINITY {
                return Err(impossible("effective-sample-size"));
            }
            Ok(Value::float(sums.effective_size()))
        })
    })
    .takes_lanes(),
    Builtin::new("systematic-indices", "[log-weights] [log-weights n] [log-weights n u]", indices)
        .draws()
        .takes_lanes(),
];

/// What the weights in a collection come to, in each lane where these differ; lanes themselves are the weights.
fn by_lane(cx: &mut Cx, weights: &Value, f: impl Fn(&mut Cx, &Value) -> Result<Value>) -> Result<Value> {
    match weights {
        Value::Lanes(_) => f(cx, weights),
        all => by_keys(cx, std::slice::from_ref(all), &mut |cx, all| f(cx, &all[0])),
    }
}

/// log (1/n Σ exp w), without overflow.
pub fn log_mean_exp(log_weights: &[f64]) -> f64 {
    lanes::weights(log_weights).log_mean_exp(log_weights.len())
}

/// Systematic resampling (Kitagawa 1996): indices whose counts are the expected ones, rounded.
///
/// Index i takes the slots from ⌈n C(i) − u⌉ on, C(i) being the share of all before it: each marks its first slot, the
/// last mark wins, and a running maximum fills the slots between. No branch depends on the weights. Blocks of indices
/// fill slots of their own, on threads; where a block begins is known from the sums of those before it.
pub fn systematic(log_weights: &[f64], n: usize, u: f64) -> Vec<u32> {
    let max = lanes::maximum(log_weights);
    let weights = if max.is_finite() { lanes::relative(log_weights, max) } else { vec![1.0; log_weights.len()] };
    let last = weights.iter().rposition(|w| *w > 0.0).unwrap_or(0);
    let blocks: Vec<&[f64]> = weights[..=last].chunks(BLOCK).collect();
    let sums: Vec<f64> = blocks.iter().map(|block| lanes::sum(block)).collect();
    let scale = n as f64 / sums.iter().sum::<f64>();
    let mut slots = vec![0u32; n];
    let (mut rest, mut work) = (slots.as_mut_slice(), Vec::with_capacity(blocks.len()));
    let (mut before, mut first) = (0.0, 0);
    for (at, (block, sum)) in blocks.iter().zip(&sums).enumerate() {
        let shares = Shares { index: (at * BLOCK) as u32, before, first, scale, u };
        before += sum;
        let end = if at + 1 == blocks.len() { n } else { shares.slot(before).clamp(first, n) };
        let (own, others) = rest.split_at_mut(end - first);
        work.push((shares, *block, own));
        (rest, first) = (others, end);
    }
    work.into_par_iter().for_each(|(shares, weights, slots)| shares.fill(weights, slots));
    slots
}

/// A block of indices: the first of them, the weight of all before it, and the first slot that it may take.
struct Shares {
    index: u32,
    before: f64,
    first: usize,
    scale: f64,
    u: f64,
}

impl Shares {
    fn slot(&self, before: f64) -> usize {
        ceiling(before * self.scale - self.u) as usize
    }

    fn fill(&self, weights: &[f64], slots: &mut [u32]) {
        let (mut before, mut index) = (self.before, self.index);
        let mut starts = [0.0; STEP];
        for weights in weights.chunks(STEP) {
            let starts = &mut starts[..weights.len()];
            before = prefix_sums(weights, before, starts);
            let (scale, u) = (self.scale, self.u);
            let firsts = lanes::zip(
                starts.len(),
                Side::Lanes(starts),
                Side::Lanes(weights),
                // What has no weight gets no slot, however the sums were rounded.
                #[inline(always)]
                move |start, weight| if weight > 0.0 { ceiling(start * scale - u) } else { u32::MAX },
            );
            for slot in firsts {
                // The slots after the last are the next block's.
                if let Some(mark) = slots.get_mut((slot as usize).saturating_sub(self.first)) {
                    *mark = index;
                }
                index += 1;
            }
        }
        lanes::running_maximum(slots, self.index);
    }
}

/// What stands before each weight, `before` and the weights between, and after the last. Four sums run side by side,
/// for an addition waits for the one before it.
fn prefix_sums(weights: &[f64], before: f64, starts: &mut [f64]) -> f64 {
    let quarter = weights.len() / 4;
    let [mut a, mut b, mut c, mut d] = [0.0; 4];
    for i in 0..quarter {
        [starts[i], starts[quarter + i], starts[2 * quarter + i], starts[3 * quarter + i]] = [a, b, c, d];
        a += weights[i];
        b += weights[quarter + i];
        c += weights[2 * quarter + i];
        d += weights[3 * quarter + i];
    }
    for i in 4 * quarter..weights.len() {
        starts[i] = d;
        d += weights[i];
    }
    let mut offset = before;
    for (part, own) in [a, b, c, d].into_iter().enumerate() {
        let end = if part == 3 { weights.len() } else { (part + 1) * quarter };
        starts[part * quarter..end].iter_mut().for_each(|start| *start += offset);
        offset += own;
    }
    offset
}

/// So many indices are a thread's share.
const BLOCK: usize = 16_384;
/// Shares are added up for so many indices at a time.
const STEP: usize = 1024;

/// ⌈x⌉, and 0 for what is below: without the call that rounding is on the least of machines.
#[inline(always)]
fn ceiling(x: f64) -> u32 {
    let floor = x as u32;
    floor.saturating_add(u32::from(f64::from(floor) < x))
}

/// Some weight must be positive for shares of them to mean something.
fn possible(name: &str, log_weights: &[f64]) -> Result<()> {
    match log_weights.iter().all(|w| *w == f64::NEG_INFINITY) {
        true => Err(impossible(name)),
        false => Ok(()),
    }
}

#[cold]
fn impossible(name: &str) -> Stop {
    Error::raise(Code::AllImpossible, format!("`{name}`: all weights are 0"))
        .arg(0)
        .help("the logarithms are all ##-Inf: the data are impossible under every draw")
}

/// What log-weights add up to, and how many there are.
fn sums(cx: &mut Cx, name: &str, value: &Value) -> Result<(lanes::WeightSums, usize)> {
    let numbers = read(cx, name, value)?;
    let sums = lanes::weights(&numbers);
    // The largest shows any NaN and ##Inf.
    if !sums.max.is_finite() {
        check(name, &numbers)?;
    }
    Ok((sums, numbers.len()))
}

/// Log-weights given as lanes, an array or a vector, at least one; NaN and ##Inf are weights of nothing.
pub fn log_weights<'a>(cx: &mut Cx, name: &str, value: &'a Value) -> Result<Cow<'a, [f64]>> {
    let numbers = read(cx, name, value)?;
    check(name, &numbers)?;
    Ok(numbers)
}

fn check(name: &str, numbers: &[f64]) -> Result<()> {
    // A sum is quick, and any NaN or ##Inf shows in it; so does an overflow.
    if lanes::sum(numbers) < f64::INFINITY {
        return Ok(());
    }
    match numbers.iter().position(|w| w.is_nan() || *w == f64::INFINITY) {
        Some(at) => Err(no_weight(name, at, numbers[at])),
        None => Ok(()),
    }
}

fn read<'a>(cx: &mut Cx, name: &str, value: &'a Value) -> Result<Cow<'a, [f64]>> {
    let in_floats = floats(value)?;
    let numbers = match value {
        Value::Lanes(lanes) if lanes.column().is_none() => match &*in_floats {
            Value::Lanes(all) => all.column().map(|column| Cow::Owned(column.to_f64())),
            _ => None,
        },
        Value::Lanes(all) => all
            .column()
            .filter(|column| column.event().is_empty())
            .map(|column| column.values().map_or_else(|| Cow::Owned(column.to_f64()), Cow::Borrowed)),
        Value::Array(array) if array.ndim() > 1 => return Err(draws(name, array.shape())),
        Value::Array(array) => Some(Cow::Owned(array.to_f64()?)),
        Value::Vector(_) | Value::List(_) | Value::Lazy(_) => {
            sequence::to_vec(cx, value)?.iter().map(Value::as_f64).collect::<Option<Vec<f64>>>().map(Cow::Owned)
        }
        _ => None,
    };
    match numbers {
        _ if holds_var(value) => Err(no_gradient(name)),
        Some(numbers) if !numbers.is_empty() => Ok(numbers),
        _ => Err(wrong_type(name, "log-weights as lanes, an array or a vector", value, 0)),
    }
}

#[cold]
fn no_weight(name: &str, at: usize, weight: f64) -> Stop {
    let weight = brief(&Value::float(weight));
    Error::raise(Code::Nan, format!("`{name}`: the log-weight {at} is `{weight}`, which is no weight"))
        .arg(0)
        .help("a log-weight is a number or ##-Inf: look at the density that it comes from")
}

/// What has two axes is draws, not weights.
#[cold]
fn draws(name: &str, shape: &[usize]) -> Stop {
    let shape: Vec<String> = shape.iter().map(usize::to_string).collect();
    let message = format!("`{name}` takes log-weights, one a draw, not an array of shape [{}]", shape.join(" "));
    let error = Error::raise(Code::Shape, message).arg(0);
    match name {
        "effective-sample-size" => {
            error.help("of draws `[chain draw]` it is `(ess draws)`; see also `r-hat` and `mcse`")
        }
        _ => error.help("flatten it, or take the log-weights of a result: `(:log-weights r)`"),
    }
}

fn indices(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let weights = log_weights(cx, "systematic-indices", &args[0])?;
    let weights = weights.as_ref();
    possible("systematic-indices", weights)?;
    let n = if args.len() > 1 { crate::eval::args::count("systematic-indices", args, 1)? } else { weights.len() };
    cx.charge(n)?;
    let u = match args.get(2) {
        Some(_) => crate::eval::args::number("systematic-indices", args, 2)?,
        None => cx.next_key("systematic-indices")?.site(0, 0).open01(),
    };
    if !(0.0..1.0).contains(&u) {
        let message = format!("`u` of `systematic-indices` is at least 0 and below 1, not `{u}`");
        return Err(Error::raise(Code::Value, message).arg(2));
    }
    let chosen = lanes::map(&systematic(weights, n, u), i64::from);
    Ok(Value::lanes(&Group::whole(0, n as u32, cx.width()), Column::from(chosen)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_by_hand() {
        let logs: Vec<f64> = [0.1f64, 0.2, 0.3, 0.4].iter().map(|w| w.ln()).collect();
        assert!((lanes::weights(&logs).effective_size() - 10.0 / 3.0).abs() < 1e-12);
        assert!((log_mean_exp(&logs) - 0.25f64.ln()).abs() < 1e-12);
        assert_eq!(systematic(&logs, 4, 0.5), vec![1, 2, 3, 3]);
        assert_eq!(log_mean_exp(&[f64::NEG_INFINITY; 3]), f64::NEG_INFINITY);
    }

    /// Over many blocks, some of them without weight: every index as often as its share, rounded, in order.
    #[test]
    fn systematic_counts_are_shares() {
        let logs: Vec<f64> = (0..3 * BLOCK + 17)
            .map(|i| if i / BLOCK == 1 || i % 7 == 0 { f64::NEG_INFINITY } else { 3.0 * (i as f64).sin() })
            .collect();
        let total: f64 = logs.iter().map(|w| w.exp()).sum();
        for (n, u) in [(logs.len(), 0.5), (BLOCK / 2, 0.0), (5 * BLOCK, 0.999), (3, 0.25)] {
            let picks = systematic(&logs, n, u);
            assert!(picks.len() == n && picks.is_sorted());
            let mut counts = vec![0.0; logs.len()];
            picks.iter().for_each(|at| counts[*at as usize] += 1.0);
            for (count, weight) in counts.iter().zip(&logs) {
                let share = weight.exp() / total * n as f64;
                assert!((count - share).abs() < 1.0 + 1e-6, "{count} for a share of {share}");
            }
        }
    }
}
