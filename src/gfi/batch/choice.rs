//! What a batched choice is drawn from: a scalar family with parameters per lane, or any distribution lane by lane.

use super::kinds::{in_floats, of_kind};
use super::lanes_of::{collect_lanes, lane_value, varies};
use super::mixture::MixtureLanes;
use crate::distributions::{
    self, Constructor, Density as _, Dist, Family, Kind, ReadParams, StructuredFamily, StructuredLanes,
};
use crate::error::{Caught, Code, Error, Result, Stop};
use crate::eval::gradient::holds_var;
use crate::eval::key::Key;
use crate::eval::lanes::numbers::{Held, in_lane};
use crate::eval::lanes::{Group, adopt, foreign, holds_lanes, lane_of};
use crate::eval::{Cx, Value};
use crate::gfi::data::has_elements;
use crate::tensor::lanes::Operand;
use crate::tensor::lanes::random::LaneIds;
use std::borrow::Cow;
use std::sync::Arc;

/// A distribution whose parameters may be lanes.
pub enum Chooser<'a> {
    /// Numbers, by kernels over all lanes at once.
    Family {
        family: &'static Family,
        args: Cow<'a, [Value]>,
    },
    /// Indices, vectors and matrices, event by event; the distribution is there for what it says of odd values.
    Structured {
        lanes: StructuredLanes,
        what: &'a Value,
        args: &'a [Value],
    },
    Mixture(MixtureLanes<'a>),
    /// Anything else, lane by lane: the constructor, or a distribution, with the arguments.
    Any {
        what: &'a Value,
        args: &'a [Value],
    },
}

impl<'a> Chooser<'a> {
    /// The distribution that `what` and `args` mean; `None` when they mean none. Numbers as parameters are yet to be
    /// checked, by [`Chooser::admit`].
    pub fn of(cx: &mut Cx, what: &'a Value, args: &'a [Value]) -> Result<Option<Chooser<'a>>> {
        let (constructor, params) = match (what.as_host::<Constructor>(), what.as_host::<Dist>()) {
            (Some(constructor), _) => (constructor, args),
            (None, Some(dist)) if args.is_empty() => (&dist.constructor, &dist.args[..]),
            (None, Some(_)) => return Ok(Some(Chooser::Any { what, args })),
            _ => return Ok(None),
        };
        if params.iter().any(holds_var) {
            return Err(tracked(&format!("a parameter of `{}`", constructor.name())));
        }
        let any = Chooser::Any { what, args };
        let Some(group) = &cx.group.clone() else { return Ok(Some(any)) };
        let family = match constructor {
            Constructor::Scalar(family) => family,
            Constructor::Structured(family) => return Ok(Some(structured(family, what, args, params, group)?)),
            Constructor::Built(built) if std::ptr::eq(built.name, distributions::MIXTURE.name) => {
                return Ok(Some(MixtureLanes::read(cx, params, group)?.map_or(any, Chooser::Mixture)));
            }
            _ => return Ok(Some(any)),
        };
        let args_here = in_floats(projected(params, group)?)?;
        let number = |param: &Value| match param {
            Value::Lanes(lanes) => lanes.column().is_some_and(|column| column.event().is_empty()),
            other => other.as_f64().is_some(),
        };
        if args_here.len() != family.params.len() || !args_here.iter().all(number) {
            return Ok(Some(any));
        }
        Ok(Some(Chooser::Family { family, args: args_here }))
    }

    /// Checks what [`Chooser::of`] has not: parameters outside their supports are an error of the first lane.
    pub fn admit(&self, cx: &mut Cx, group: &Arc<Group>) -> Result<()> {
        match self {
            Chooser::Family { family, args } => check_params(cx, family, &projected(args, group)?, group),
            _ => Ok(()),
        }
    }

    /// Has the log-density a gradient with respect to the value?
    pub fn continuous(&self) -> bool {
        match self {
            Chooser::Family { family, .. } => family.kind == Kind::Real,
            Chooser::Structured { lanes, .. } => lanes.continuous(),
            Chooser::Mixture(mixture) => mixture.continuous(),
            Chooser::Any { .. } => false,
        }
    }

    /// True of one number, which has no elements.
    pub fn one_number(&self) -> bool {
        matches!(self, Chooser::Family { .. })
    }

    /// The constructor, or the distribution, with its arguments.
    pub fn parts(&self) -> Option<(&Value, &[Value])> {
        match self {
            Chooser::Structured { what, args, .. } | Chooser::Any { what, args } => Some((what, args)),
            Chooser::Family { .. } | Chooser::Mixture(_) => None,
        }
    }

    /// A given value as the value of the choice; a wrong type or shape is an error.
    pub fn check(&self, cx: &mut Cx, group: &Arc<Group>, value: &Value) -> Result<Value> {
        if holds_var(value) {
            return Err(tracked("a given value"));
        }
        match self {
            Chooser::Family { family, .. } => match value {
                Value::Lanes(_) => match of_kind(family, value)? {
                    Some(value) => Ok(value),
                    None => each(cx, group, value, &mut |_, one, _| {
                        distributions::ScalarDist::kind_only(family).check_value(one)
                    }),
                },
                plain => distributions::ScalarDist::kind_only(family).check_value(plain),
            },
            Chooser::Structured { lanes: own, .. } if matches!(value, Value::Lanes(lanes) if lanes.column().is_some_and(|c| own.fits(c))) => {
                Ok(value.clone())
            }
            Chooser::Mixture(mixture) => mixture.check(cx, group, value),
            // One lane says it for all: their events have one shape.
            Chooser::Structured { what, args, .. } if !holds_lanes(value) => {
                let id = group.id(0);
                let (what, args) = (lane_value(cx, what, id)?, all(cx, args, id)?);
                made(cx, &what, &args, |_, density| density.check_value(value))
            }
            Chooser::Any { what, args } | Chooser::Structured { what, args, .. } => {
                let (what, args) = (*what, *args);
                if !holds_lanes(value) && !varies(what, args) {
                    return made(cx, what, args, |_, density| density.check_value(value));
                }
                each(cx, group, value, &mut |cx, one, id| {
                    let (what, args) = (lane_value(cx, what, id)?, all(cx, args, id)?);
                    made(cx, &what, &args, |_, density| density.check_value(one))
                })
            }
        }
    }

    /// A value that stays: another distribution may have the same elements in another collection, as one lane tells for
    /// all.
    pub fn kept(&self, cx: &mut Cx, group: &Arc<Group>, value: &Value) -> Result<Value> {
        if self.one_number() || !has_elements(value) {
            return Ok(value.clone());
        }
        let (first, id) = (group.part(vec![0]), group.id(0));
        let own = lane_of(value, id)?;
        let other =
            |checked: Value| Ok(std::mem::discriminant(&lane_of(&checked, id)?) != std::mem::discriminant(&own));
        match self.check(cx, &first, &own).and_then(other).caught()? {
            Ok(true) => Ok(self.check(cx, group, value).caught()?.unwrap_or_else(|_| value.clone())),
            _ => Ok(value.clone()),
        }
    }

    /// A draw for each lane. A lane's draw depends on the key, the address and its number alone.
    pub fn sample(&self, cx: &mut Cx, group: &Arc<Group>, key: Key, address: u64) -> Result<Value> {
        match self {
            Chooser::Family { family, args } => {
                let args = projected(args, group)?;
                if cx.defers() && !distributions::lanes::draws_lazily(family) {
                    // The sampler reads its parameters, and may never end where they are off their supports.
                    args.iter().filter(|arg| matches!(arg, Value::Lanes(_))).try_for_each(|arg| cx.decides(arg))?;
                }
                let mut held: [Held; 4] = Default::default();
                let operands = operands(family, &mut held, &args)?;
                let column = distributions::lanes::sample(family, &operands, key, address, ids(group), group.width);
                Ok(Value::lanes(group, column.ok_or_else(unfit)?))
            }
            Chooser::Structured { lanes, .. } => {
                cx.charge(group.len())?;
                let column = lanes.sample(group, key, address).ok_or_else(unfit)?;
                Ok(Value::lanes(group, column))
            }
            Chooser::Mixture(mixture) => mixture.sample(cx, group, key, address),
            Chooser::Any { what, args } => {
                if !varies(what, args) {
                    let values = made(cx, what, args, |cx, density| {
                        group
                            .iter()
                            .map(|id| {
                                cx.step()?;
                                density.sample(cx, &mut key.site(address, id).of_width(group.width))
                            })
                            .collect::<Result<Vec<Value>>>()
                    })?;
                    return collect_lanes(values, group);
                }
                let mut values = Vec::with_capacity(group.len());
                for id in group.iter() {
                    cx.step()?;
                    let (what, args) = (lane_value(cx, what, id)?, all(cx, args, id)?);
                    let draw = made(cx, &what, &args, |cx, density| {
                        density.sample(cx, &mut key.site(address, id).of_width(group.width))
                    });
                    values.push(draw.map_err(|e| in_lane(e, id))?);
                }
                collect_lanes(values, group)
            }
        }
    }
}

/// Batched runs compute their densities without a tape.
#[cold]
fn tracked(name: &str) -> Stop {
    Error::raise(Code::NoGradient, format!("{name} depends on what a gradient is taken of, and a batched run has none"))
        .help("differentiate `(:weight (assess model args choices))`, or give the run `(stop-gradient x)`")
}

/// Values as the lanes of a group see them.
pub(super) fn projected<'v>(values: &'v [Value], group: &Arc<Group>) -> Result<Cow<'v, [Value]>> {
    let here = |value: &Value| !matches!(value, Value::Lanes(lanes) if !lanes.group.is(group));
    if values.iter().all(here) {
        return Ok(Cow::Borrowed(values));
    }
    values.iter().map(|value| own(value, group)).collect::<Result<Vec<Value>>>().map(Cow::Owned)
}

/// A parameter as the lanes of a group see it; one of another run's lanes is no number here.
fn own(value: &Value, group: &Arc<Group>) -> Result<Value> {
    match value {
        Value::Lanes(lanes) if !lanes.group.meets(group)? => Err(foreign(&lanes.group, group)),
        other => adopt(other, group),
    }
}

/// A structured family with these parameters in each lane of a group.
fn structured<'a>(
    family: &'static StructuredFamily,
    what: &'a Value,
    args: &'a [Value],
    params: &[Value],
    group: &Arc<Group>,
) -> Result<Chooser<'a>> {
    match StructuredLanes::read(family, params, group)? {
        ReadParams::Fine(lanes) => Ok(Chooser::Structured { lanes, what, args }),
        ReadParams::Other => Ok(Chooser::Any { what, args }),
        ReadParams::Wrong(at) => {
            let id = group.id(at);
            let one = params.iter().map(|param| lane_of(param, id)).collect::<Result<Vec<Value>>>()?;
            let lanes = params.iter().any(holds_lanes);
            // The single distribution says what is wrong.
            let error = |e| if lanes { in_lane(e, id) } else { e };
            distributions::StructuredDist::new(family, &one).map_err(error)?;
            Ok(Chooser::Any { what, args })
        }
    }
}

/// Parameters on their supports in every lane.
fn check_params(cx: &mut Cx, family: &'static Family, args: &[Value], group: &Arc<Group>) -> Result<()> {
    if !args.iter().any(|arg| matches!(arg, Value::Lanes(_))) {
        return distributions::ScalarDist::new(family, args).map(|_| ());
    }
    let mut held: [Held; 4] = Default::default();
    let operands = operands(family, &mut held, args)?;
    if cx.deferred.take(|| distributions::lanes::admitted(family, &operands)) {
        return Ok(());
    }
    match distributions::lanes::check(family, &operands, group.len()) {
        Ok(()) => Ok(()),
        Err(invalid) => {
            let id = group.id(invalid.lane());
            let one = args.iter().map(|arg| lane_of(arg, id)).collect::<Result<Vec<Value>>>()?;
            // The scalar distribution says what is wrong.
            distributions::ScalarDist::new(family, &one).map(|_| ()).map_err(|e| in_lane(e, id))
        }
    }
}

#[cold]
fn unfit() -> Stop {
    Error::raise(Code::Internal, "parameters of a batched choice that do not fit its lanes")
}

pub(super) fn operands<'a>(family: &Family, held: &'a mut [Held; 4], args: &'a [Value]) -> Result<Vec<Operand<'a>>> {
    held.iter_mut().zip(args).enumerate().map(|(i, (held, arg))| held.operand(family.name, arg, i)).collect()
}

fn ids(group: &Group) -> LaneIds<'_> {
    match group.ids() {
        crate::eval::lanes::Ids::Range { first, len } => LaneIds::Range { first: *first, n: *len as usize },
        crate::eval::lanes::Ids::List(ids) => LaneIds::List(ids),
    }
}

/// Calls `f` with the distribution that `what` and `args` make.
pub fn made<R>(
    cx: &mut Cx,
    what: &Value,
    args: &[Value],
    f: impl FnOnce(&mut Cx, &dyn distributions::Density) -> Result<R>,
) -> Result<R> {
    match distributions::callee(cx, what, args) {
        Some(callee) => f(cx, callee?.density()),
        None => Err(crate::error::Error::raise(Code::Internal, "a choice without a distribution")),
    }
}

pub(super) fn all(cx: &mut Cx, args: &[Value], id: u32) -> Result<Vec<Value>> {
    args.iter().map(|arg| lane_value(cx, arg, id)).collect()
}

type Of<'f> = &'f mut dyn FnMut(&mut Cx, &Value, u32) -> Result<Value>;

/// `f` of the value of each lane.
fn each(cx: &mut Cx, group: &Arc<Group>, value: &Value, f: Of<'_>) -> Result<Value> {
    let value = adopt(value, group)?;
    let mut values = Vec::with_capacity(group.len());
    for id in group.iter() {
        let one = lane_of(&value, id)?;
        values.push(f(cx, &one, id).map_err(|e| in_lane(e, id))?);
    }
    collect_lanes(values, group)
}
