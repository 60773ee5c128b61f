//! Mixtures: a component by weight, then a value of it; and counts with an excess of zeros, which are one.

use super::arguments::arity;
use super::delta::Delta;
use super::elementwise::{self, Arg};
use super::inner::InnerDist;
use super::mass;
use crate::distributions::atoms::nearer;
use crate::distributions::bijector::{self, Bijector};
use crate::distributions::bisection::invert;
use crate::distributions::density::{Density, draw_of_variables};
use crate::distributions::derivatives::decide_by;
use crate::distributions::elements::elements;
use crate::distributions::graded::Graded;
use crate::distributions::lifted::Lifted;
use crate::distributions::object::Built;
use crate::distributions::real::Real;
use crate::distributions::structured::choose;
use crate::distributions::structured::linear::{scale_of, sum};
use crate::distributions::support_of::SupportOf;
use crate::error::{Code, Error, Result};
use crate::eval::args::wrong_type;
use crate::eval::gradient::{holds_var, primal_of};
use crate::eval::key::SiteRng;
use crate::eval::numeric::{self, Binary};
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use std::cell::RefCell;

pub const MIXTURE: Built = Built {
    name: "mixture",
    aliases: &[],
    arglist: "[weights dists]",
    make: |cx, args| {
        arity(&MIXTURE, args, 2, 2)?;
        if let Some(elements) = elementwise::broadcast(cx, &MIXTURE, &[Arg::Row(&args[0]), Arg::Dists(&args[1])])? {
            return Ok(elements);
        }
        let (Value::Vector(_) | Value::List(_)) = &args[1] else {
            return Err(wrong_type("mixture", "a vector of distributions", &args[1], 1));
        };
        let parts = elements(&args[1])?.into_iter().map(|d| InnerDist::new("mixture", &d).map_err(|e| e.arg(1)));
        let parts = parts.collect::<Result<Vec<InnerDist>>>()?.into_iter().map(Component::Part).collect();
        Ok(Box::new(MixtureDist::new("mixture", weights(&args[0])?, parts)?.checked(&args[0])?))
    },
};

pub const ZERO_INFLATED: Built = Built {
    name: "zero-inflated",
    aliases: &[],
    arglist: "[p dist]",
    make: |cx, args| {
        arity(&ZERO_INFLATED, args, 2, 2)?;
        let given = [Arg::Number(&args[0]), Arg::Dist(&args[1])];
        if let Some(elements) = elementwise::broadcast(cx, &ZERO_INFLATED, &given)? {
            return Ok(elements);
        }
        let part = InnerDist::of("zero-inflated", args, 1)?;
        match primal_of(&args[0]).as_f64() {
            Some(p) if (0.0..=1.0).contains(&p) => {}
            Some(_) => {
                let message = format!("`p` of `zero-inflated` must be between 0 and 1, but is `{}`", brief(&args[0]));
                return Err(Error::raise(Code::Parameter, message).arg(0));
            }
            None => return Err(wrong_type("zero-inflated", "a probability", &args[0], 0)),
        }
        let p = numeric::binary(Binary::Mul, &args[0], &Value::float(1.0))?;
        let rest = numeric::binary(Binary::Sub, &Value::float(1.0), &p)?;
        let parts = vec![Component::Zero(Delta(Value::Int(0))), Component::Part(part)];
        Ok(Box::new(MixtureDist::new("zero-inflated", vec![p, rest], parts)?))
    },
};

struct MixtureDist {
    name: &'static str,
    /// Non-negative numbers or variables.
    weights: Vec<Value>,
    parts: Vec<Component>,
    /// True when all components are: found once, since mixtures of mixtures would ask again and again.
    continuous: bool,
    /// That of the values, where a component knows it.
    shape: Option<Vec<usize>>,
}

enum Component {
    Part(InnerDist),
    Zero(Delta),
}

impl Component {
    fn density(&self) -> &dyn Density {
        match self {
            Component::Part(part) => part.density(),
            Component::Zero(delta) => delta,
        }
    }

    fn values(&self) -> Vec<Value> {
        match self {
            Component::Part(part) => vec![part.value().clone()],
            Component::Zero(_) => Vec::new(),
        }
    }
}

fn weights(arg: &Value) -> Result<Vec<Value>> {
    match primal_of(arg) {
        Value::Vector(_) | Value::List(_) | Value::Array(_) => elements(arg),
        other => Err(wrong_type("mixture", "a vector of weights", other, 0)),
    }
}

fn plain_weight(weight: &Value) -> f64 {
    primal_of(weight).as_f64().unwrap_or(f64::NAN)
}

impl MixtureDist {
    fn new(name: &'static str, weights: Vec<Value>, parts: Vec<Component>) -> Result<MixtureDist> {
        let continuous = parts.iter().all(|part| part.density().continuous());
        let mut shapes = parts.iter().filter_map(|part| part.density().shape());
        let shape = shapes.next();
        if let Some((first, other)) =
            shape.as_ref().and_then(|first| Some((first, shapes.find(|other| other != first)?)))
        {
            let message = format!("`{name}`: one component has values of shape {first:?}, another of shape {other:?}");
            return Err(Error::raise(Code::Shape, message)
                .help(
                    "`(iid d n)` draws an array as one value; elements of their own mixture are `(iid (mixture …) n)`",
                )
                .arg(1));
        }
        Ok(MixtureDist { name, weights, parts, continuous, shape })
    }

    fn checked(self, given: &Value) -> Result<MixtureDist> {
        let (n, k) = (self.weights.len(), self.parts.len());
        if n != k || n == 0 {
            let message = format!("`mixture` needs a weight for each distribution: {n} weights, {k} distributions");
            return Err(Error::raise(Code::Parameter, message).arg(0));
        }
        let fine = |w: &Value| plain_weight(w) >= 0.0 && plain_weight(w).is_finite();
        let plain: Vec<f64> = self.weights.iter().map(plain_weight).collect();
        if self.weights.iter().all(fine) && plain.iter().any(|w| *w > 0.0) {
            return self.scaled(scale_of(&plain));
        }
        let message = format!(
            "`weights` of `mixture` must be a vector of non-negative numbers, not all 0, but is `{}`",
            brief(given)
        );
        Err(Error::raise(Code::Parameter, message).arg(0))
    }

    fn scaled(self, scale: f64) -> Result<MixtureDist> {
        if scale == 1.0 {
            return Ok(self);
        }
        let scaled = self.weights.iter().map(|w| numeric::binary(Binary::Mul, w, &Value::float(scale)));
        Ok(MixtureDist { weights: scaled.collect::<Result<_>>()?, ..self })
    }

    /// The log-density, and what those components have a density of that count.
    fn mixed(&self, cx: &mut Cx, value: &Value) -> Result<Graded> {
        let (mut terms, mut least, mut most) = (Vec::with_capacity(self.parts.len()), None::<Graded>, None::<Graded>);
        for (weight, part) in self.weights.iter().zip(&self.parts) {
            if matches!(weight, Value::Float(w) if w.get() == 0.0) {
                continue;
            }
            let graded = part.density().graded(cx, value)?;
            let dimension = graded.dimension();
            if graded.is_impossible() {
                if cx.watch.decisions.is_some() {
                    // Where it begins to be possible the density may jump.
                    decide_by(&[vec![value.clone()], part.values()].concat());
                }
                most = most.filter(|most| most.dimension() >= dimension).or(Some(graded));
                continue;
            }
            terms.push((lifted(weight), lifted(&graded.score), dimension));
            least = least.filter(|least| least.dimension() <= dimension).or(Some(graded));
        }
        let weights: Vec<Lifted> = self.weights.iter().map(lifted).collect();
        let score = log_mixture(&terms, plain, &weights).value()?;
        Ok(Graded { score, numbers: least.or(most).map_or(Vec::new(), |of| of.numbers) })
    }

    /// Weights that sum to 1; nothing when there are variables among them.
    fn shares(&self) -> Vec<f64> {
        let total: f64 = self.weights.iter().map(plain_weight).sum();
        self.weights.iter().map(|w| plain_weight(w) / total).collect()
    }

    /// Σ wᵢ fᵢ of numbers that all components know.
    fn average(&self, mut f: impl FnMut(&dyn Density) -> Result<Option<Value>>) -> Result<Option<f64>> {
        let mut sum = 0.0;
        for (share, part) in self.shares().into_iter().zip(&self.parts) {
            match f(part.density())?.and_then(|x| x.as_f64()) {
                Some(x) if share > 0.0 => sum += share * x,
                Some(_) => {}
                None => return Ok(None),
            }
        }
        Ok(Some(sum))
    }
}

fn lifted(value: &Value) -> Lifted {
    Lifted::of(value.clone())
}

fn plain(x: &Lifted) -> f64 {
    x.clone().value().map_or(f64::NAN, |x| plain_weight(&x))
}

/// log Σ wᵢ pᵢ(x) − log Σ wᵢ, with the largest pᵢ taken out. A term is the weight and the log-density of a component
/// that has the value, and of how many numbers it is a density: one of more is nothing beside one of fewer, or a mass.
pub fn log_mixture<R: Real>(terms: &[(R, R, usize)], plain: impl Fn(&R) -> f64, weights: &[R]) -> R {
    let least = terms.iter().map(|(_, _, dimension)| *dimension).min();
    let counting = || terms.iter().filter(|(_, _, dimension)| Some(*dimension) == least);
    let top = counting().map(|(_, l, _)| plain(l)).fold(f64::NEG_INFINITY, f64::max);
    if top.is_infinite() {
        return R::constant(top);
    }
    let parts = counting().map(|(w, l, _)| w.clone() * (l.clone() - R::constant(top)).exp());
    sum(parts).ln() - sum(weights.iter().cloned()).ln() + R::constant(top)
}

impl Density for MixtureDist {
    fn name(&self) -> &str {
        self.name
    }

    fn sample(&self, cx: &mut Cx, draws: &mut SiteRng) -> Result<Value> {
        if self.weights.iter().any(holds_var) {
            return Err(draw_of_variables(self.name));
        }
        let chosen = choose(&self.shares(), draws);
        self.parts[chosen].density().sample(cx, draws)
    }

    fn logpdf(&self, cx: &mut Cx, value: &Value) -> Result<f64> {
        Ok(plain_weight(&self.score(cx, value)?) + 0.0)
    }

    fn score(&self, cx: &mut Cx, value: &Value) -> Result<Value> {
        self.mixed(cx, value).map(|graded| graded.score)
    }

    fn graded(&self, cx: &mut Cx, value: &Value) -> Result<Graded> {
        self.mixed(cx, value)
    }

    /// The form that the first component gives it that can take it.
    fn check_value(&self, value: &Value) -> Result<Value> {
        let mut first = None;
        for part in &self.parts {
            // A point takes every value as it is: the others know better.
            if matches!(part, Component::Zero(_)) {
                continue;
            }
            match part.density().check_value(value) {
                Ok(value) => return Ok(value),
                Err(error) => first = first.or(Some(error)),
            }
        }
        first.map_or(Ok(value.clone()), Err)
    }

    fn support(&self) -> SupportOf {
        SupportOf::Either(self.parts.iter().map(|part| part.density().support()).collect())
    }

    fn continuous(&self) -> bool {
        self.continuous
    }

    /// That of the components, or of those that count.
    fn coordinates(&self, cx: &mut Cx, value: &Value) -> Result<usize> {
        let each = self.parts.iter().map(|part| part.density().coordinates(cx, value));
        let each = each.collect::<Result<Vec<usize>>>()?;
        match each.split_first() {
            Some((first, rest)) if rest.iter().all(|one| one == first) => Ok(*first),
            _ => Ok(self.mixed(cx, value)?.dimension()),
        }
    }

    fn atom_near(&self, cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
        let mut nearest = None;
        for part in &self.parts {
            nearest = nearer(x, nearest, part.density().atom_near(cx, x)?)?;
        }
        Ok(nearest)
    }

    fn is_mixed(&self) -> bool {
        !self.continuous && self.parts.iter().any(|part| part.density().has_densities())
    }

    fn support_moves(&self) -> bool {
        self.parts.iter().any(|part| part.density().support_moves())
    }

    fn shape(&self) -> Option<Vec<usize>> {
        self.shape.clone()
    }

    /// That of the components, where it is the same for all.
    fn transform(&self, cx: &mut Cx) -> Result<Bijector> {
        let none = || bijector::none(self.name, &self.support(), self.continuous);
        if !self.continuous {
            return Err(none());
        }
        let mut common: Option<Bijector> = None;
        for part in &self.parts {
            let next = part.density().transform(cx)?;
            match &common {
                Some(first) if !first.agrees(&next) => return Err(none()),
                Some(_) => {}
                None => common = Some(next),
            }
        }
        common.ok_or_else(none)
    }

    fn mean(&self, cx: &mut Cx) -> Result<Option<Value>> {
        Ok(self.average(|d| d.mean(cx))?.map(Value::float))
    }

    /// The mean of the variances, and the variance of the means.
    fn variance(&self, cx: &mut Cx) -> Result<Option<Value>> {
        let Some(mean) = self.average(|d| d.mean(cx))? else { return Ok(None) };
        let within = self.average(|d| d.variance(cx))?;
        let between = self.average(|d| {
            let squared = d.mean(cx)?.and_then(|m| m.as_f64()).map(|m| (m - mean).powi(2));
            Ok(squared.map(Value::float))
        })?;
        Ok(within.zip(between).map(|(a, b)| Value::float(a + b)))
    }

    fn cdf(&self, cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
        Ok(self.average(|d| d.cdf(cx, x))?.map(Value::float))
    }

    fn log_mass(&self, cx: &mut Cx, lo: f64, hi: f64) -> Result<Option<f64>> {
        let (shares, mut terms) = (self.shares(), Vec::with_capacity(self.parts.len()));
        for (share, part) in shares.iter().zip(&self.parts).filter(|(share, _)| **share > 0.0) {
            terms.push((*share, mass::log_mass(cx, part.density(), lo, hi)?, 0));
        }
        Ok(Some(log_mixture(&terms, |l| *l, &shares)))
    }

    /// Between the quantiles of the components, where the distribution function reaches the share.
    fn quantile(&self, cx: &mut Cx, p: &Value) -> Result<Option<Value>> {
        let Some(share) = p.as_f64() else { return Ok(None) };
        let (mut lo, mut hi) = (f64::INFINITY, f64::NEG_INFINITY);
        for part in &self.parts {
            let Some(x) = part.density().quantile(cx, p)?.and_then(|x| x.as_f64()) else { return Ok(None) };
            (lo, hi) = (lo.min(x), hi.max(x));
        }
        let cx = RefCell::new(cx);
        let share_below = |x: f64| match self.cdf(&mut cx.borrow_mut(), &Value::float(x)) {
            Ok(Some(share)) => share.as_f64().unwrap_or(f64::NAN),
            _ => f64::NAN,
        };
        // Not −0.
        self.check_value(&Value::float(invert(share, lo, hi, share_below) + 0.0)).map(Some)
    }
}
