//! A structured family with its parameters as a distribution: batches of events, each scored by the one formula.

use super::batch::common_batch;
use super::block::{Block, DenseNumbers};
use super::{Point, StructuredFamily};
use crate::distributions::bijector::{self, Bijector, ElementwiseBijector, Events};
use crate::distributions::density::Density;
use crate::distributions::elements::{elements, stack, stack_nested};
use crate::distributions::family::Kind;
use crate::distributions::graded::Graded;
use crate::distributions::lifted::Lifted;
use crate::distributions::numbers_in;
use crate::distributions::support_of::SupportOf;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::arrays::{from_value, wrap};
use crate::eval::gradient::{decisive_in, holds_var, plain};
use crate::eval::key::SiteRng;
use crate::eval::print::brief;
use crate::eval::run::arity_error;
use crate::eval::{Cx, Value, numeric};
use crate::tensor::Array;

/// A family of the table with checked parameters.
pub struct StructuredDist {
    name: &'static str,
    pub(super) family: &'static StructuredFamily,
    pub(super) params: Vec<DenseNumbers>,
    /// The parameters to differentiate by; nothing when all are plain numbers.
    exact: Option<Vec<Value>>,
    /// The axes of independent events.
    batch: Vec<usize>,
    /// Rows and columns of one event.
    event: (usize, usize),
}

impl StructuredDist {
    pub fn new(family: &'static StructuredFamily, args: &[Value]) -> Result<StructuredDist> {
        StructuredDist::named(family.name, family, args)
    }

    /// A family's distribution under another name.
    pub fn named(name: &'static str, family: &'static StructuredFamily, args: &[Value]) -> Result<StructuredDist> {
        let required = family.required();
        if args.len() < required || args.len() > family.params.len() {
            return Err(arity_error(family.name, &family.arglist(), args.len()));
        }
        let mut params = Vec::with_capacity(family.params.len());
        for i in 0..family.params.len() {
            params.push(match args.get(i) {
                Some(arg) => read(family, i, arg)?,
                None => DenseNumbers { shape: Vec::new(), items: family.params[i].default.into_iter().collect() },
            });
        }
        let exact = args.iter().any(holds_var).then(|| args.to_vec());
        let batch = common_batch(family, &params)?;
        let mut dist = StructuredDist { name, family, params, exact, batch, event: (1, 1) };
        dist.check_together()?;
        Ok(dist)
    }

    /// Conditions on several parameters, and the size of an event, which must be the same for all.
    fn check_together(&mut self) -> Result<()> {
        let family = self.family;
        let mut event = None;
        for i in 0..self.count() {
            let found = self.with_blocks(i, |p| match (family.clash)(p) {
                Some((at, sentence)) => {
                    Err(Error::raise(Code::Parameter, format!("`{}`: {sentence}", family.name)).arg(at))
                }
                None => Ok((family.support)(p).size()),
            })?;
            if *event.get_or_insert(found) != found {
                let message = format!("`{}`: all events of one array must have the same size", family.name);
                return Err(Error::raise(Code::Shape, message));
            }
        }
        self.event = event.unwrap_or((1, 1));
        crate::distributions::elements::check_size(
            family.name,
            self.count().saturating_mul(self.event.0.saturating_mul(self.event.1)),
        )
    }

    /// Independent events.
    pub(super) fn count(&self) -> usize {
        self.batch.iter().product()
    }

    /// The axes of one event.
    fn event_shape(&self) -> Vec<usize> {
        [self.event.0, self.event.1][..self.family.rank].to_vec()
    }

    pub(super) fn full_shape(&self) -> Vec<usize> {
        self.batch.iter().copied().chain(self.event_shape()).collect()
    }

    /// Runs `f` on the parameters of one event.
    pub(super) fn with_blocks<T>(&self, index: usize, f: impl FnOnce(&[Block<'_, f64>]) -> T) -> T {
        let ranks = self.family.params.iter().map(|p| p.rank);
        let blocks: Vec<_> = self.params.iter().zip(ranks).map(|(d, r)| d.block(r, &self.batch, index)).collect();
        f(&blocks)
    }

    /// One event of a value.
    pub(super) fn event_of<'a, R>(&self, items: &'a [R], index: usize) -> Block<'a, R> {
        let (rows, cols) = self.event;
        Block { items: &items[index * rows * cols..(index + 1) * rows * cols], rows, cols }
    }

    /// The doubles of a value with this distribution's shape; `None` for other values.
    pub(super) fn numbers_of(&self, value: &Value) -> Result<Option<Vec<f64>>> {
        let value = plain(value)?;
        if self.batch.is_empty() && self.family.rank == 0 {
            return Ok(value.as_f64().map(|x| vec![x]));
        }
        let data = DenseNumbers::read(&value)?;
        Ok(data.ok().filter(|data| data.shape == self.full_shape()).map(|data| data.items))
    }

    /// The doubles of a value on the support.
    fn admitted(&self, value: &Value) -> Result<Option<Vec<f64>>> {
        let Some(items) = self.numbers_of(value)? else { return Ok(None) };
        let admits = |i| self.with_blocks(i, |p| (self.family.support)(p).admits(&self.event_of(&items, i)));
        Ok((0..self.count()).all(admits).then_some(items))
    }

    /// Numbers of all events as the kind of value that a choice has.
    pub(super) fn value_of(&self, items: Vec<f64>) -> Result<Value> {
        let integer = self.family.kind == Kind::Integer;
        if self.batch.is_empty() && self.family.rank == 0 {
            let x = items.first().copied().unwrap_or(f64::NAN);
            return Ok(if integer { Value::Int(x as i64) } else { Value::float(x) });
        }
        wrap(match integer {
            true => Array::from_i64(items.into_iter().map(|x| x as i64).collect(), &self.full_shape()),
            false => Array::from_f64(items, &self.full_shape()),
        })
    }

    fn moment(&self, of: super::declaration::Moment) -> Result<Option<Value>> {
        let mut items = Vec::new();
        for i in 0..self.count() {
            match self.with_blocks(i, of) {
                Some(event) => items.extend(event),
                None => return Ok(None),
            }
        }
        if self.batch.is_empty() && self.family.rank == 0 {
            return Ok(items.first().copied().map(Value::float));
        }
        wrap(Array::from_f64(items, &self.full_shape())).map(Some)
    }

    #[cold]
    fn wrong_value(&self, value: &Value) -> Stop {
        let name = self.name;
        let is_array = matches!(value, Value::Array(_) | Value::Vector(_) | Value::List(_));
        let shape = self.full_shape();
        let wanted = match shape.is_empty() {
            true => self.support().describe(),
            false if self.batch.is_empty() => self.support().describe(),
            false => format!("an array of shape {shape:?}"),
        };
        let found = match from_value(value) {
            Ok(array) if is_array && !shape.is_empty() => format!("shape {:?}", array.shape()),
            _ => format!("{} `{}`", value.kind(), brief(value)),
        };
        let code = if is_array { Code::Shape } else { Code::Value };
        Error::raise(code, format!("`{name}` here has values that are {wanted}, not {found}"))
    }
}

/// A parameter of a distribution, read and checked event by event.
fn read(family: &StructuredFamily, i: usize, arg: &Value) -> Result<DenseNumbers> {
    let param = family.params[i];
    let wrong = |found: String| {
        let must = param.must.describe();
        let message = format!("`{}` of `{}` must be {must}, but {found}", param.name, family.name);
        Error::raise(Code::Parameter, message).arg(i)
    };
    let data = match DenseNumbers::read(&plain(arg)?)? {
        Ok(data) => data,
        Err(odd) => return Err(wrong(misfit(arg, &odd))),
    };
    let Some(batch) = data.batch(param.rank) else {
        let kind = ["a number", "a vector", "a matrix"][param.rank.min(2)];
        return Err(wrong(format!("`{}` is not {kind}", brief(arg))));
    };
    if data.items.is_empty() && !batch.contains(&0) {
        return Err(wrong("is empty".to_string()));
    }
    for event in 0..batch.iter().product() {
        if let Some(violation) = param.must.violation(&data.block(param.rank, batch, event)) {
            return Err(wrong(violation));
        }
    }
    Ok(data)
}

/// How data fails to be numbers of one shape.
fn misfit(whole: &Value, odd: &Value) -> String {
    match odd {
        Value::Int(_) | Value::Float(_) | Value::Vector(_) | Value::List(_) | Value::Array(_) => {
            format!("`{}` has parts of different shapes, one of them `{}`", brief(whole), brief(odd))
        }
        Value::Nil => "is or holds nil".to_string(),
        other => format!("is or holds {} `{}`", other.kind(), brief(other)),
    }
}

impl Density for StructuredDist {
    fn name(&self) -> &str {
        self.name
    }

    fn sample(&self, cx: &mut Cx, draws: &mut SiteRng) -> Result<Value> {
        if self.exact.is_some() {
            return Err(crate::distributions::density::draw_of_variables(self.name));
        }
        cx.charge(self.count() * self.event.0 * self.event.1)?;
        let mut items = Vec::new();
        for i in 0..self.count() {
            items.extend(self.with_blocks(i, |p| {
                let mut event = (self.family.sample)(p, draws);
                if self.continuous() {
                    (self.family.support)(p).hold(&mut event, draws);
                }
                event
            }));
        }
        self.value_of(items)
    }

    fn logpdf(&self, cx: &mut Cx, value: &Value) -> Result<f64> {
        let Some(items) = self.admitted(value)? else { return Ok(f64::NEG_INFINITY) };
        cx.charge(self.count())?;
        let one = |i| {
            let x = self.event_of(&items, i);
            self.with_blocks(i, |p| (self.family.logpdf)(&x, p, &Point { x: x.items, p }))
        };
        // Adding 0 turns −0, which only puzzles people, into 0.
        Ok((0..self.count()).map(one).sum::<f64>() + 0.0)
    }

    fn score(&self, cx: &mut Cx, value: &Value) -> Result<Value> {
        let by_value = self.continuous() && holds_var(value);
        if self.exact.is_none() && !by_value {
            return self.logpdf(cx, value).map(Value::float);
        }
        let Some(at) = self.admitted(value)? else { return Ok(Value::float(f64::NEG_INFINITY)) };
        for i in self.family.jumps.iter().filter(|_| cx.watch.decisions.is_some()) {
            decisive_in(value);
            self.exact.iter().for_each(|all| decisive_in(&all[*i]));
        }
        let x = if by_value { lift(value)? } else { at.iter().map(|x| Lifted::of(Value::float(*x))).collect() };
        let params = self.lifted()?;
        let mut total: Option<Value> = None;
        for i in 0..self.count() {
            cx.charge(1)?;
            let part = self.score_event(i, &at, &x, &params)?;
            total = Some(match total {
                None => part,
                Some(sum) => numeric::binary(numeric::Binary::Add, &sum, &part)?,
            });
        }
        Ok(total.unwrap_or(Value::float(0.0)))
    }

    fn check_value(&self, value: &Value) -> Result<Value> {
        let Some(items) = self.numbers_of(value)? else { return Err(self.wrong_value(value)) };
        if holds_var(value) {
            return stack_nested(value, &self.full_shape());
        }
        match self.family.kind {
            // Fractions are off the support, which is no error.
            Kind::Integer if items.iter().any(|x| x.fract() != 0.0 || x.abs() > 9.0e15) => {
                if self.full_shape().is_empty() {
                    Ok(value.clone())
                } else {
                    wrap(Array::from_f64(items, &self.full_shape()))
                }
            }
            _ => self.value_of(items),
        }
    }

    fn support(&self) -> SupportOf {
        match self.count() {
            // An array of no events.
            0 => SupportOf::Vectors(0),
            _ => self.with_blocks(0, self.family.support),
        }
    }

    fn continuous(&self) -> bool {
        self.family.kind == Kind::Real
    }

    fn coordinates(&self, _cx: &mut Cx, value: &Value) -> Result<usize> {
        Ok(numbers_in(value).saturating_sub(self.count() * self.support().bound()))
    }

    fn graded(&self, cx: &mut Cx, value: &Value) -> Result<Graded> {
        let graded = Graded::uniform(self.score(cx, value)?, value, self.continuous());
        Ok(graded.bound(self.count(), self.support().bound()))
    }

    fn support_moves(&self) -> bool {
        self.exact.as_ref().is_some_and(|all| self.family.jumps.iter().any(|i| holds_var(&all[*i])))
    }

    fn shape(&self) -> Option<Vec<usize>> {
        Some(self.full_shape())
    }

    fn axes(&self, _cx: &mut Cx) -> Result<Vec<usize>> {
        Ok(self.batch.clone())
    }

    fn elements(&self, cx: &mut Cx, axes: &[usize]) -> Result<Option<Vec<Value>>> {
        if self.batch.is_empty() { Ok(None) } else { self.of_each(cx, axes).map(Some) }
    }

    fn pathwise(&self, _cx: &mut Cx, value: &Value) -> Result<Option<Value>> {
        if self.exact.is_none() && self.continuous() { Ok(Some(value.clone())) } else { self.follow(value) }
    }

    fn transform(&self, _cx: &mut Cx) -> Result<Bijector> {
        let support = self.support();
        if !self.continuous() {
            return Err(bijector::none(self.name, &support, false));
        }
        match support {
            SupportOf::Numbers { .. } => self.between_ends(),
            of => match Events::onto(&of, self.batch.clone()) {
                Some(events) => Ok(Bijector::Events(events)),
                _ => ElementwiseBijector::free(self.full_shape()).map(Bijector::Numbers),
            },
        }
    }

    fn mean(&self, _cx: &mut Cx) -> Result<Option<Value>> {
        self.moment(self.family.mean)
    }

    fn variance(&self, _cx: &mut Cx) -> Result<Option<Value>> {
        self.moment(self.family.variance)
    }
}

fn lift(value: &Value) -> Result<Vec<Lifted>> {
    Ok(elements(value)?.into_iter().map(Lifted::of).collect())
}

impl StructuredDist {
    /// The parameters as numbers of a formula.
    pub(super) fn lifted(&self) -> Result<Vec<Vec<Lifted>>> {
        let exact = self.exact.as_deref().unwrap_or(&[]);
        let param = |(i, data): (usize, &DenseNumbers)| match exact.get(i) {
            Some(arg) => lift(arg),
            None => Ok(data.items.iter().map(|x| Lifted::of(Value::float(*x))).collect()),
        };
        self.params.iter().enumerate().map(param).collect()
    }

    /// The parameters of one event.
    pub(super) fn blocks<'a>(&self, params: &'a [Vec<Lifted>], i: usize) -> Vec<Block<'a, Lifted>> {
        let ranks = self.family.params.iter().map(|p| p.rank);
        let parts = self.params.iter().zip(params).zip(ranks);
        parts.map(|((data, items), rank)| data.block_of(items, rank, &self.batch, i)).collect()
    }

    /// The map onto single numbers, whose ends parameters may give.
    fn between_ends(&self) -> Result<Bijector> {
        let params = self.lifted()?;
        let (mut los, mut his) = (Vec::new(), Vec::new());
        for i in 0..self.count() {
            let (lo, hi) = (self.family.ends)(&self.blocks(&params, i));
            los.push(lo.value()?);
            his.push(hi.value()?);
        }
        if self.batch.is_empty() {
            return ElementwiseBijector::between(los.swap_remove(0), his.swap_remove(0), None).map(Bijector::Numbers);
        }
        let (lo, hi) = (stack(&los, &self.batch)?, stack(&his, &self.batch)?);
        ElementwiseBijector::between(lo, hi, Some(self.batch.clone())).map(Bijector::Numbers)
    }

    /// The log-density of one event over values that may be variables.
    fn score_event(&self, i: usize, at: &[f64], x: &[Lifted], params: &[Vec<Lifted>]) -> Result<Value> {
        let blocks = self.blocks(params, i);
        let (x, at) = (self.event_of(x, i), self.event_of(at, i));
        self.with_blocks(i, |p| (self.family.logpdf_lifted)(&x, &blocks, &Point { x: at.items, p })).value()
    }
}
