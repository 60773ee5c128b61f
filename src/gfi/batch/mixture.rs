//! Mixtures in batched runs: components that are drawn from and scored for all lanes at once.

use super::choice::Chooser;
use super::dimension::Dimension;
use super::site::LaneDensities;
use crate::distributions::{choose, column_of, elements, log_mixture};
use crate::error::Result;
use crate::eval::key::Key;
use crate::eval::lanes::{Group, adopt, holds_lanes, merge};
use crate::eval::{Cx, Value};
use crate::tensor::lanes::Column;
use std::sync::Arc;

/// Components, each with its weight in every lane.
pub struct MixtureLanes<'a> {
    parts: Vec<Chooser<'a>>,
    /// Of one lane after the other; of one for all when they share them.
    weights: Vec<f64>,
    group: Arc<Group>,
}

impl<'a> MixtureLanes<'a> {
    /// The mixture of these arguments; `None` of what only single distributions take, wrong weights among it.
    pub fn read(cx: &mut Cx, args: &'a [Value], group: &Arc<Group>) -> Result<Option<MixtureLanes<'a>>> {
        let [weights, Value::Vector(dists)] = args else { return Ok(None) };
        let weights = match holds_lanes(weights) {
            true => column_of(weights, group)?.filter(|column| column.event() == [dists.len()]),
            false => {
                if matches!(weights, Value::Array(array) if array.ndim() != 1) {
                    return Ok(None);
                }
                let numbers = elements(weights)?.iter().map(Value::as_f64).collect::<Option<Vec<f64>>>();
                numbers.filter(|numbers| numbers.len() == dists.len()).map(Column::from)
            }
        };
        let Some(weights) = weights.map(|column| column.to_f64()).filter(|_| !dists.is_empty()) else {
            return Ok(None);
        };
        let fine = |w: &[f64]| {
            let total: f64 = w.iter().sum();
            w.iter().all(|w| *w >= 0.0) && total > 0.0 && total.is_finite()
        };
        if !weights.chunks_exact(dists.len()).all(fine) {
            return Ok(None);
        }
        let mut parts = Vec::with_capacity(dists.len());
        for dist in dists.iter() {
            match Chooser::of(cx, dist, &[])? {
                Some(Chooser::Any { .. }) | None => return Ok(None),
                Some(part) => {
                    part.admit(cx, group)?;
                    parts.push(part);
                }
            }
        }
        Ok(Some(MixtureLanes { parts, weights, group: group.clone() }))
    }

    /// The weights of the lane at a position.
    fn of_lane(&self, lane: usize) -> &[f64] {
        let n = self.parts.len();
        let start = if self.weights.len() == n { 0 } else { lane * n };
        &self.weights[start..start + n]
    }

    fn places(&self, group: &Arc<Group>) -> Result<Arc<[u32]>> {
        group.within(&self.group).ok_or_else(|| crate::eval::lanes::other_lanes(&self.group, group))
    }

    /// Of continuous components only?
    pub fn continuous(&self) -> bool {
        self.parts.iter().all(Chooser::continuous)
    }

    /// The form that the first component gives it that can take it.
    pub fn check(&self, cx: &mut Cx, group: &Arc<Group>, value: &Value) -> Result<Value> {
        let mut first = None;
        for part in &self.parts {
            match part.check(cx, group, value) {
                Ok(value) => return Ok(value),
                Err(error) => first = first.or(Some(error)),
            }
        }
        first.map_or(Ok(value.clone()), Err)
    }

    /// A component for each lane, then a value of it in the lanes that have it.
    pub fn sample(&self, cx: &mut Cx, group: &Arc<Group>, key: Key, address: u64) -> Result<Value> {
        cx.charge(group.len())?;
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); self.parts.len()];
        for ((position, id), place) in group.iter().enumerate().zip(self.places(group)?.iter()) {
            let chosen = choose(self.of_lane(*place as usize), &mut key.site(address, id));
            members[chosen].push(position as u32);
        }
        let mut drawn = Vec::with_capacity(self.parts.len());
        for (k, positions) in members.into_iter().enumerate().filter(|(_, positions)| !positions.is_empty()) {
            let lanes = group.part(positions);
            let value = self.parts[k].sample(cx, &lanes, key.fold(k as u64 + 1), address)?;
            drawn.push((lanes, value));
        }
        merge(drawn, group)
    }

    pub fn score(&self, cx: &mut Cx, group: &Arc<Group>, value: &Value) -> Result<(LaneDensities, Dimension)> {
        let (densities, dimensions): (Vec<f64>, Vec<u32>) = self.graded(cx, group, value)?.into_iter().unzip();
        Ok((LaneDensities::Each(Column::from(densities)), Dimension::of(dimensions)))
    }

    /// The log-density in each lane, and its dimension.
    fn graded(&self, cx: &mut Cx, group: &Arc<Group>, value: &Value) -> Result<Vec<(f64, u32)>> {
        cx.charge(group.len())?;
        let value = adopt(value, group)?;
        let scores = self.parts.iter().map(|part| graded(part, cx, group, &value)).collect::<Result<Vec<_>>>()?;
        let mut terms = Vec::with_capacity(self.parts.len());
        let one = |(at, place): (usize, &u32)| {
            let weights = self.of_lane(*place as usize);
            terms.clear();
            terms.extend(weights.iter().zip(&scores).map(|(w, scores)| (*w, scores[at].0, scores[at].1 as usize)));
            terms.retain(|(weight, score, _)| *weight != 0.0 && *score != f64::NEG_INFINITY);
            let dimension = terms.iter().map(|(_, _, dimension)| *dimension).min();
            (log_mixture(&terms, |score| *score, weights), dimension.unwrap_or(0) as u32)
        };
        Ok(self.places(group)?.iter().enumerate().map(one).collect())
    }
}

/// The log-density of a component in each lane, and its dimension.
fn graded(part: &Chooser<'_>, cx: &mut Cx, group: &Arc<Group>, value: &Value) -> Result<Vec<(f64, u32)>> {
    if let Chooser::Mixture(mixture) = part {
        return mixture.graded(cx, group, value);
    }
    let (scores, dimension) = part.score(cx, group, value)?;
    Ok(scores.numbers(group.len()).into_iter().enumerate().map(|(at, score)| (score, dimension.at(at))).collect())
}
