//! The log-densities of a batched choice, in each lane, and of how many numbers they are ones.

use super::choice::{Chooser, all, made, operands, projected};
use super::dimension::Dimension;
use super::kinds::fits;
use super::lanes_of::{lane_value, varies};
use super::site::LaneDensities;
use crate::distributions::{self, Family, Kind, measured};
use crate::error::Result;
use crate::eval::lanes::numbers::{Held, floats, in_lane};
use crate::eval::lanes::{Group, adopt, holds_lanes, in_parts, lane_of};
use crate::eval::{Cx, Value};
use crate::tensor::lanes::{Column, Operand};
use std::sync::Arc;

impl Chooser<'_> {
    /// The log-density of a value in each lane, and of how many numbers it is one.
    pub fn score(&self, cx: &mut Cx, group: &Arc<Group>, value: &Value) -> Result<(LaneDensities, Dimension)> {
        match self {
            Chooser::Family { family, args } => {
                let value = adopt(value, group)?;
                let density = score_family(family, &projected(args, group)?, &*floats(&value)?, group)?;
                Ok((density, Dimension::One(self.continuous().into())))
            }
            Chooser::Mixture(mixture) => mixture.score(cx, group, value),
            Chooser::Structured { lanes, .. } if !in_parts(value) => {
                cx.charge(group.len())?;
                let density = lanes.logpdf(group, value)?.map(|all| LaneDensities::Each(Column::from(all)));
                let dimension = Dimension::One(lanes.coordinates() as u32);
                Ok((density.unwrap_or(LaneDensities::One(f64::NEG_INFINITY)), dimension))
            }
            Chooser::Any { what, args } | Chooser::Structured { what, args, .. } => {
                let value = adopt(value, group)?;
                let number =
                    |(score, dimension): (Value, usize)| (score.as_f64().unwrap_or(f64::NAN), dimension as u32);
                let one = |cx: &mut Cx, density: &dyn distributions::Density, value: &Value| -> Result<(f64, u32)> {
                    Ok(number(measured(cx, density, value)?))
                };
                if !varies(what, args) {
                    return made(cx, what, args, |cx, density| {
                        if !holds_lanes(&value) {
                            let (score, dimension) = one(cx, density, &value)?;
                            return Ok((LaneDensities::One(score), Dimension::One(dimension)));
                        }
                        let of = |id| {
                            cx.step()?;
                            one(cx, density, &lane_of(&value, id)?)
                        };
                        group.iter().map(of).collect::<Result<Vec<_>>>().map(each_lane)
                    });
                }
                let mut scores = Vec::with_capacity(group.len());
                for id in group.iter() {
                    cx.step()?;
                    let (what, args, own) = (lane_value(cx, what, id)?, all(cx, args, id)?, lane_of(&value, id)?);
                    let score = made(cx, &what, &args, |cx, density| one(cx, density, &own));
                    scores.push(score.map_err(|e| in_lane(e, id))?);
                }
                Ok(each_lane(scores))
            }
        }
    }
}

fn each_lane(scores: Vec<(f64, u32)>) -> (LaneDensities, Dimension) {
    let (scores, dimensions): (Vec<f64>, Vec<u32>) = scores.into_iter().unzip();
    (LaneDensities::Each(Column::from(scores)), Dimension::of(dimensions))
}

fn score_family(family: &'static Family, args: &[Value], value: &Value, group: &Arc<Group>) -> Result<LaneDensities> {
    if !matches!(value, Value::Lanes(_)) && !args.iter().any(|arg| matches!(arg, Value::Lanes(_))) {
        let dist = distributions::ScalarDist::new(family, args)?;
        return Ok(LaneDensities::One(dist.number_of(value).map_or(f64::NEG_INFINITY, |x| dist.at_number(x))));
    }
    let impossible = || LaneDensities::One(f64::NEG_INFINITY);
    let x = match value {
        Value::Lanes(lanes) => match lanes.column() {
            Some(column) if fits(family, column) => Operand::Column(column),
            Some(_) => return Ok(impossible()),
            // Values of several kinds: each part has its own log-density.
            None => return score_parts(family, args, value, group),
        },
        Value::True | Value::False if family.kind == Kind::Boolean => Operand::Bool(value.truthy()),
        Value::Int(n) if family.kind != Kind::Boolean => Operand::Int(*n),
        Value::Float(x) if family.kind != Kind::Boolean => Operand::Float(x.get()),
        _ => return Ok(impossible()),
    };
    let mut held: [Held; 4] = Default::default();
    let operands = operands(family, &mut held, args)?;
    Ok(LaneDensities::Each(distributions::lanes::logpdf(family, x, &operands, group.len(), group.width)))
}

fn score_parts(family: &'static Family, args: &[Value], value: &Value, group: &Arc<Group>) -> Result<LaneDensities> {
    let mut scores = Vec::with_capacity(group.len());
    for id in group.iter() {
        let one = args.iter().map(|arg| lane_of(arg, id)).collect::<Result<Vec<Value>>>()?;
        let dist = distributions::ScalarDist::new(family, &one)?;
        let x = dist.number_of(&lane_of(value, id)?);
        scores.push(x.map_or(f64::NEG_INFINITY, |x| dist.at_number(x)));
    }
    Ok(LaneDensities::Each(Column::from(scores)))
}
