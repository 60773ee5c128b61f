//! The probability of an interval under a distribution of one number, in logarithms, with its derivatives.

use super::inner::InnerDist;
use crate::distributions::density::Density;
use crate::distributions::derivatives;
use crate::distributions::graded::{density_at, mass_at};
use crate::distributions::support_of::SupportOf;
use crate::error::Result;
use crate::eval::args::wrong_type;
use crate::eval::gradient::primal_of;
use crate::eval::print::brief;
use crate::eval::{Cx, Value};

/// Masses below this are integrated from the log-density, or summed over components: as differences of the cdf they have few digits left.
const SMALL: f64 = 1e-6;

/// An error unless the distribution is one of numbers and knows its cdf.
pub fn check(cx: &mut Cx, name: &str, part: &InnerDist) -> Result<()> {
    let part = plain_part(cx, part)?;
    if matches!(part.density().cdf(cx, &Value::float(0.5))?, Some(Value::Float(_))) {
        return Ok(());
    }
    let error = wrong_type(name, "a distribution of one number whose cdf is known", part.value(), 0);
    Err(error.help("for example `normal`, `gamma`, `poisson`; an array of them: `(iid (truncated …) n)`"))
}

/// The distribution with the numbers below its variables.
pub fn plain_part(cx: &mut Cx, part: &InnerDist) -> Result<InnerDist> {
    InnerDist::new("truncated", &derivatives::without(cx, part.value(), None)?)
}

fn cdf(cx: &mut Cx, d: &dyn Density, x: f64) -> Result<f64> {
    if x.is_infinite() {
        return Ok(if x > 0.0 { 1.0 } else { 0.0 });
    }
    Ok(d.cdf(cx, &Value::float(x))?.and_then(|p| p.as_f64()).unwrap_or(f64::NAN))
}

/// What the values of a distribution of numbers are.
#[derive(Clone, Copy, PartialEq)]
pub enum Values {
    /// All have densities.
    Real,
    Whole,
    /// Some have probabilities, and others may have densities.
    Mixed,
}

impl Values {
    pub fn of(d: &dyn Density) -> Values {
        if d.continuous() { Values::Real } else { Values::within(d, &d.support()) }
    }

    /// The same where the support was asked for already, which may be deep.
    pub fn within(d: &dyn Density, support: &SupportOf) -> Values {
        match d.continuous() {
            true => Values::Real,
            false if support.is_whole() => Values::Whole,
            false => Values::Mixed,
        }
    }
}

/// P(X < lo) and P(X ≤ hi), whose difference is P(lo ≤ X ≤ hi).
pub fn below(cx: &mut Cx, d: &dyn Density, lo: f64, hi: f64) -> Result<(f64, f64)> {
    let start = match Values::of(d) {
        Values::Real => cdf(cx, d, lo)?,
        Values::Whole => cdf(cx, d, lo.ceil() - 1.0)?,
        Values::Mixed => cdf(cx, d, lo)? - mass_at(cx, d, lo)?,
    };
    Ok((start, cdf(cx, d, hi)?))
}

/// log P(lo ≤ X ≤ hi) under a distribution with plain parameters.
pub fn log_mass(cx: &mut Cx, d: &dyn Density, lo: f64, hi: f64) -> Result<f64> {
    let (a, b) = below(cx, d, lo, hi)?;
    if b - a > SMALL {
        return Ok((b - a).ln());
    }
    if is_empty(d, lo, hi) {
        return Ok(f64::NEG_INFINITY);
    }
    let total = match Values::of(d) {
        Values::Real => Panels::new(cx, d, lo, hi)?.map(|panels| panels.log_total()),
        Values::Whole => sum(cx, d, lo, hi)?,
        Values::Mixed => d.log_mass(cx, lo, hi)?,
    };
    Ok(total.unwrap_or((b - a).max(0.0).ln()))
}

/// True when no values, or one of those with densities, lie in an interval.
fn is_empty(d: &dyn Density, lo: f64, hi: f64) -> bool {
    match (Values::of(d), d.support()) {
        (Values::Real, SupportOf::Numbers { lo: least, hi: most, .. }) => lo.max(least) >= hi.min(most),
        (Values::Whole, _) => lo.ceil() > hi.floor(),
        _ => false,
    }
}

/// Terms of a sum that are looked at.
const TERMS: usize = 100_000;

/// Of the integers in an interval that lies in a tail, the one next to the bulk, and the step away from there.
fn outward(cx: &mut Cx, d: &dyn Density, lo: f64, hi: f64) -> Result<Option<(f64, f64)>> {
    let up = lo.is_finite()
        && (!hi.is_finite()
            || d.logpdf(cx, &Value::Int(lo.ceil() as i64))? >= d.logpdf(cx, &Value::Int(hi.floor() as i64))?);
    let (start, step) = if up { (lo.ceil(), 1.0) } else { (hi.floor(), -1.0) };
    Ok((start.abs() <= 9.0e15).then_some((start, step)))
}

/// The least integer of an interval in a tail up to which lies the share `u` of its mass.
pub fn integer_at(cx: &mut Cx, d: &dyn Density, (lo, hi): (f64, f64), log_mass: f64, u: f64) -> Result<Option<f64>> {
    let Some((start, step)) = outward(cx, d, lo, hi)? else { return Ok(None) };
    let (mut x, mut sum) = (start, 0.0);
    for _ in 0..TERMS {
        cx.charge(1)?;
        sum += (d.logpdf(cx, &Value::Int(x as i64))? - log_mass).exp();
        // From above: all that is greater has at most the rest.
        let reached = if step > 0.0 { sum >= u } else { sum > 1.0 - u };
        if reached || x + step < lo || x + step > hi {
            break;
        }
        x += step;
    }
    Ok(Some(x))
}

/// log Σ of the probabilities of integers in an interval that lies in a tail: from the end next to the bulk outward.
fn sum(cx: &mut Cx, d: &dyn Density, lo: f64, hi: f64) -> Result<Option<f64>> {
    let Some((start, step)) = outward(cx, d, lo, hi)? else { return Ok(None) };
    let (mut total, mut top, mut x) = (0.0, f64::NEG_INFINITY, start);
    for _ in 0..TERMS {
        let term = d.logpdf(cx, &Value::Int(x as i64))?;
        cx.charge(1)?;
        if term > top {
            total = total * (top - term).exp() + 1.0;
            top = term;
        } else if top > f64::NEG_INFINITY {
            total += (term - top).exp();
        }
        x += step;
        if x < lo || x > hi || (top > f64::NEG_INFINITY && term - top < -40.0) {
            break;
        }
    }
    Ok(Some(top + f64::ln(total)))
}

/// The integral of a density over an interval in its tail, piece by piece from the end next to the bulk.
pub struct Panels {
    /// Start and width (negative downward) of each piece, and its integral over the density at the start of all.
    pieces: Vec<(f64, f64, f64)>,
    top: f64,
}

/// Pieces are looked at; they double in width.
const PIECES: usize = 200;

impl Panels {
    /// `None` when no end is finite or the density does not fall from one.
    pub fn new(cx: &mut Cx, d: &dyn Density, lo: f64, hi: f64) -> Result<Option<Panels>> {
        let at =
            |cx: &mut Cx, x: f64| if x.is_finite() { d.logpdf(cx, &Value::float(x)) } else { Ok(f64::NEG_INFINITY) };
        let (left, right) = (at(cx, lo)?, at(cx, hi)?);
        let (start, stop, top) = if left >= right { (lo, hi, left) } else { (hi, lo, right) };
        if !top.is_finite() {
            return Ok(None);
        }
        let sign = if stop > start { 1.0 } else { -1.0 };
        // The first piece is where the density falls by about 1 in logarithms.
        let mut width = 1.0f64.max(start.abs());
        if stop.is_finite() {
            width = (stop - start).abs();
        }
        while at(cx, start + sign * width)? < top - 1.0 && width > f64::MIN_POSITIVE {
            width *= 0.5;
        }
        let (mut pieces, mut x, mut total) = (Vec::new(), start, 0.0);
        for _ in 0..PIECES {
            let left = (stop - x).abs();
            let step = sign * width.min(left);
            let part = gauss(&mut |t| Ok((d.logpdf(cx, &Value::float(t))? - top).exp()), x, step)?.abs();
            pieces.push((x, step, part));
            total += part;
            x += step;
            if width >= left || part < 1e-18 * total {
                break;
            }
            width *= if pieces.len() < 8 { 1.0 } else { 2.0 };
        }
        Ok(Some(Panels { pieces, top }))
    }

    pub fn log_total(&self) -> f64 {
        self.top + self.pieces.iter().map(|(_, _, part)| part).sum::<f64>().ln()
    }

    /// The point below which lies the share `u`; the pieces may go down from the upper end.
    pub fn quantile(&self, cx: &mut Cx, d: &dyn Density, u: f64) -> Result<f64> {
        let total: f64 = self.pieces.iter().map(|(_, _, part)| part).sum();
        let down = self.pieces.first().is_some_and(|(_, step, _)| *step < 0.0);
        let mut left = total * if down { 1.0 - u } else { u };
        for (start, step, part) in &self.pieces {
            if left > *part {
                left -= part;
                continue;
            }
            return self.within(cx, d, (*start, *step), left, left / part);
        }
        Ok(self.pieces.last().map_or(f64::NAN, |(start, step, _)| start + step))
    }

    /// The point of a piece up to which lies some mass: by Newton's steps, and by halves where these leave what is known.
    fn within(&self, cx: &mut Cx, d: &dyn Density, piece: (f64, f64), mass: f64, guess: f64) -> Result<f64> {
        let (start, step) = piece;
        let (mut near, mut far, mut at) = (0.0, 1.0, guess);
        let mut density = |t: f64| -> Result<f64> { Ok((d.logpdf(cx, &Value::float(t))? - self.top).exp()) };
        for _ in 0..52 {
            let excess = gauss(&mut density, start, at * step)?.abs() - mass;
            if excess < 0.0 {
                near = at
            } else {
                far = at
            }
            let next = at - excess / (density(start + at * step)? * step.abs());
            let next = if near < next && next < far { next } else { 0.5 * (near + far) };
            if (next - at).abs() <= 1e-15 * next || far - near < 1e-15 {
                break;
            }
            at = next;
        }
        Ok(start + at * step)
    }
}

/// Gauss-Legendre quadrature with 10 nodes from `start` over `width`.
fn gauss(f: &mut dyn FnMut(f64) -> Result<f64>, start: f64, width: f64) -> Result<f64> {
    const NODES: [(f64, f64); 5] = [
        (0.148_874_338_981_631_22, 0.295_524_224_714_752_87),
        (0.433_395_394_129_247_2, 0.269_266_719_309_996_35),
        (0.679_409_568_299_024_4, 0.219_086_362_515_982_04),
        (0.865_063_366_688_984_5, 0.149_451_349_150_580_6),
        (0.973_906_528_517_171_7, 0.066_671_344_308_688_14),
    ];
    let half = 0.5 * width;
    let mut sum = 0.0;
    for (x, w) in NODES {
        sum += w * (f(start + half * (1.0 - x))? + f(start + half * (1.0 + x))?);
    }
    Ok(half * sum)
}

/// log P(lo ≤ X ≤ hi), differentiable by the ends and by the parameters of the distribution: by an end the
/// derivative is ± the density there over the mass.
pub fn score(cx: &mut Cx, part: &InnerDist, lo: &Value, hi: &Value) -> Result<Value> {
    let ends = [number(lo), number(hi)];
    let plain = plain_part(cx, part)?;
    let mass = log_mass(cx, plain.density(), ends[0], ends[1])?;
    let name = format!("the mass of an interval under `{}`", brief(plain.value()));
    let all: Vec<_> = [part.value(), lo, hi].into_iter().flat_map(derivatives::variables).collect();
    let tape = derivatives::tape_of(&name, &all).map_err(|e| e.help("`truncated-normal` has all of them"))?;
    let Some(tape) = tape else { return Ok(Value::float(mass)) };
    let mut edges = derivatives::edges(cx, &name, std::slice::from_ref(part.value()), &mut |cx, moved| {
        let part = InnerDist::new("truncated", &moved[0])?;
        log_mass(cx, part.density(), ends[0], ends[1])
    })?;
    for (at, (value, sign)) in [(lo, -1.0), (hi, 1.0)].into_iter().enumerate() {
        if matches!(value, Value::Var(_)) && ends[at].is_finite() {
            let density = density_at(cx, plain.density(), &Value::float(ends[at]))?;
            edges.push((value.clone(), Value::float(sign * (density.ln() - mass).exp())));
        }
    }
    tape.record(Value::float(mass), &edges)
}

fn number(value: &Value) -> f64 {
    primal_of(value).as_f64().unwrap_or(f64::NAN)
}
