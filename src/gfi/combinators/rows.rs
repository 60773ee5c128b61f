//! vmap and repeat-gf in a batched run: run by run for all lanes at once, then the choices of all are put together.

use super::slices::{check_fit, slice_goal, unfit_or};
use super::vectorized::{by_run, ragged, stacked};
use crate::error::{Code, Error, Result};
use crate::eval::lanes::numbers::{Held, in_lane};
use crate::eval::lanes::{Group, LaneValues, adopt, in_parts, merge, per_value_where};
use crate::eval::{Cx, Value};
use crate::gfi::address::show;
use crate::gfi::batch::Batch;
use crate::gfi::batch::dimension::Dimension;
use crate::gfi::batch::runner::Sites;
use crate::gfi::batch::site::{LaneDensities, Visit, given_lanes};
use crate::gfi::batch::terms::Term;
use crate::gfi::body::Run;
use crate::gfi::data::{count, element};
use crate::gfi::decision::{GoalKind, ValueFrom};
use crate::gfi::goal::Goal;
use crate::gfi::trie::Trie;
use crate::tensor::lanes::{Column, Operand, stack};
use std::sync::Arc;

/// The runs of one call.
pub struct Rows<'a> {
    pub inner: &'a Value,
    /// The combinator's name, and what it calls the function with.
    pub says: (&'a str, &'a str),
    pub n: usize,
}

/// What the old run had below the call, run by run.
#[derive(Default)]
struct OldRuns {
    rows: Vec<Sites>,
    /// What is no array over the runs.
    unfit: Vec<(Vec<Value>, Visit)>,
}

impl Rows<'_> {
    /// Runs all for the lanes in force, each with its arguments and its slice of the goal: what they return.
    pub fn run(&self, cx: &mut Cx, rows: Vec<Vec<Value>>, batch: &mut Batch) -> Result<Value> {
        let Some(group) = cx.group.clone() else {
            return Err(Error::raise(Code::Internal, "a batched call outside a batched run"));
        };
        let goal = batch.goal.below(batch.prefix())?;
        let old = self.old(batch, &group)?;
        let (mut runs, mut returned) = (Vec::with_capacity(self.n), Vec::with_capacity(self.n));
        for (t, args) in rows.into_iter().enumerate() {
            cx.step()?;
            let past = old.rows.get(t).map(|sites| Arc::new(sites.clone()));
            let slice = slice_goal(&goal, t)?;
            let (value, run) = batch
                .apart(&[Value::Int(t as i64)], slice, past, |run| run.visit(cx, &[], self.inner, &args, self.says))
                .map_err(|e| unfit_or(e, &goal, self.n, Some(&group)))?;
            returned.push(value);
            runs.push(run);
        }
        self.finish(cx, batch, &group, &goal, runs, &old)?;
        stacked_lanes(cx, &returned, &group)
    }

    /// The old choices of the lanes in force; log-densities of the runs are known where runs made the choice.
    fn old(&self, batch: &Batch, group: &Arc<Group>) -> Result<OldRuns> {
        let mut old = OldRuns { rows: vec![Sites::default(); self.n], unfit: Vec::new() };
        let (Some(past), prefix) = (&batch.past, batch.prefix()) else { return Ok(old) };
        for (path, site) in past.list.iter().filter(|(path, _)| path.starts_with(prefix)) {
            for mut visit in site.split(group)?.0 {
                visit.density = visit
                    .density
                    .map(|density| density.moved(|call| call.get(prefix.len()..).unwrap_or_default().to_vec()));
                for visit in of_one_kind(visit)? {
                    old.take(&path[prefix.len()..], visit, self.n, matches!(batch.goal, Goal::Redraw { .. }))?;
                }
            }
        }
        Ok(old)
    }

    /// Puts the choices of the runs together.
    fn finish(
        &self,
        cx: &mut Cx,
        batch: &mut Batch,
        group: &Arc<Group>,
        goal: &Goal,
        mut runs: Vec<Batch>,
        old: &OldRuns,
    ) -> Result<()> {
        let mut discards: Vec<Sites> = runs.iter_mut().map(|run| std::mem::take(&mut run.discard)).collect();
        let paths: Vec<Arc<[Value]>> = match runs.first() {
            Some(first) => first.sites.list.iter().map(|(path, _)| path.clone()).collect(),
            None => Vec::new(),
        };
        paths.iter().try_for_each(|path| check_fit(goal, self.n, Some(group), path))?;
        for (path, site) in runs.iter().flat_map(|run| &run.accounted.list) {
            let full = batch.full(path);
            batch.accounted.entry(&full).visits.extend(site.visits.iter().cloned());
        }
        for run in &mut runs {
            if let Some((odd, _)) = run.sites.list.iter().find(|(path, _)| !paths.contains(path)) {
                return Err(ragged(odd));
            }
            run.sites.list.iter_mut().try_for_each(|(_, site)| site.join(group))?;
        }
        discards.resize_with(old.rows.len().max(self.n), Sites::default);
        for path in &paths {
            let (mut visit, observed) = together(cx, path, &runs, group)?;
            for (t, removed) in old.rows.iter().enumerate().skip(self.n) {
                let Some(site) = removed.get(path) else { continue };
                for gone in site.split(&visit.group)?.0 {
                    if let (true, Some(density)) = (goal.counts_gone(), &gone.density) {
                        batch.count(&gone.group, Term::Go(density));
                    }
                    discards[t].entry(path).visits.push(gone);
                }
            }
            for (_, unfit) in old.unfit.iter().filter(|(at, _)| **at == **path) {
                visit = lost(batch, goal, path, visit, unfit)?;
            }
            visit.density = visit.density.map(|density| density.moved(|call| batch.full(call)));
            batch.record(cx, &batch.full(path), visit, &observed)?;
        }
        for path in paths {
            for (m, lanes) in old.lengths(&path, group) {
                if let Some((lanes, value)) = discarded(cx, &path, &discards[..m], &lanes)? {
                    let full = batch.full(&path);
                    let dimension = Dimension::UNKNOWN;
                    batch.discarded(&full, &Visit { group: lanes, value, density: None, dimension, of_given: None });
                }
            }
        }
        Ok(())
    }
}

impl OldRuns {
    /// How many elements the choice had, and in which lanes.
    fn lengths(&self, path: &[Value], group: &Arc<Group>) -> Vec<(usize, Arc<Group>)> {
        let has = |t: usize| self.rows.get(t)?.get(path)?.lanes(&group.outermost());
        let of = |m: usize| {
            let mut lanes = group.part(group.split_by(&*has(m - 1)?).0);
            if let Some(more) = has(m) {
                lanes = lanes.part(lanes.split_by(&more).1);
            }
            (!lanes.is_empty()).then_some((m, lanes))
        };
        (1..=self.rows.len()).filter_map(of).collect()
    }

    /// Takes in a choice, element by element; the log-density of one that no runs made is charged once.
    /// Errors: `gen::lanes` if the log-density of each run is needed and lost, so that lanes run one by one.
    fn take(&mut self, path: &[Value], visit: Visit, n: usize, redraw: bool) -> Result<()> {
        let Some(m) = count(&visit.value) else {
            self.unfit.push((path.to_vec(), visit));
            return Ok(());
        };
        let known = visit.density.as_ref().is_none_or(|density| density.row(0).is_some());
        if !known && (m != n || redraw) {
            return Err(Error::raise(Code::Lanes, format!("`{}` was not made run by run in all lanes", show(path))));
        }
        self.rows.resize_with(self.rows.len().max(m), Sites::default);
        for t in 0..m {
            let whole = |density: &LaneDensities| if t == 0 { density.clone() } else { LaneDensities::One(0.0) };
            let density = visit.density.as_ref().map(|density| density.row(t).unwrap_or_else(|| whole(density)));
            if let Some(value) = element(&visit.value, &Value::Int(t as i64))? {
                let dimension = visit.dimension.row(m);
                self.rows[t].entry(path).visits.push(Visit {
                    group: visit.group.clone(),
                    value,
                    density,
                    dimension,
                    of_given: None,
                });
            }
        }
        Ok(())
    }
}

/// A choice whose lanes differ in kind, kind by kind.
fn of_one_kind(visit: Visit) -> Result<Vec<Visit>> {
    let parts = match &visit.value {
        Value::Lanes(lanes) => match &lanes.of {
            LaneValues::Parts(parts) => parts,
            LaneValues::Numbers(_) => return Ok(vec![visit]),
        },
        _ => return Ok(vec![visit]),
    };
    let part = |(group, value): &(Arc<Group>, Value)| Ok(Visit { value: adopt(value, group)?, ..visit.within(group)? });
    parts.iter().map(part).collect()
}

/// The choices of all runs at one address, as one.
fn together(cx: &mut Cx, path: &[Value], runs: &[Batch], group: &Arc<Group>) -> Result<(Visit, Trie<()>)> {
    let mut visits = Vec::with_capacity(runs.len());
    let mut shares = Vec::with_capacity(runs.len());
    for run in runs {
        let Some(site) = run.sites.get(path) else { return Err(ragged(path)) };
        let [visit] = &site.visits[..] else { return Err(ragged(path)) };
        shares.push(&site.observed);
        visits.push(visit);
    }
    let Some(first) = visits.first().map(|visit| visit.group.clone()) else { return Err(ragged(path)) };
    if let Some(odd) = visits.iter().find(|visit| !visit.group.same(&first)) {
        let apart = [first.split_by(&odd.group).1, odd.group.split_by(&first).1];
        let id = apart[0].first().map(|at| first.id(*at as usize));
        let id = id.or_else(|| apart[1].first().map(|at| odd.group.id(*at as usize)));
        return Err(in_lane(ragged(path), id.unwrap_or(group.id(0))));
    }
    let densities = visits.iter().map(|visit| Some(visit.density.as_ref()?.numbers(first.len()).into()));
    let densities: Option<Vec<Column>> = densities.collect();
    let values: Vec<Value> = visits.iter().map(|visit| visit.value.clone()).collect();
    let value = cx.under(first.clone(), |cx| stacked_lanes(cx, &values, &first))?;
    let stacked = |densities: Vec<Column>| {
        let rows: Vec<Operand> = densities.iter().map(Operand::Column).collect();
        let shares = stack(&rows, first.len(), first.width)?;
        Some(match LaneDensities::common(visits.iter().filter_map(|visit| visit.density.as_ref())) {
            Some(told) => told.with(shares),
            None => LaneDensities::Each(shares),
        })
    };
    let density = densities.and_then(stacked);
    let dimension = Dimension::sum(visits.iter().map(|visit| &visit.dimension), first.len());
    let given = visits.iter().any(|visit| visit.of_given.is_some()) || shares.iter().any(|mask| mask.is_empty());
    let of = |(visit, mask): (&&Visit, &&Trie<()>)| match mask.is_empty() {
        true => Dimension::One(0),
        false => visit.of_given.clone().unwrap_or_else(|| visit.dimension.clone()),
    };
    let own: Vec<Dimension> = visits.iter().zip(&shares).map(of).collect();
    let of_given = given.then(|| Dimension::sum(own.iter(), first.len()));
    Ok((Visit { group: first, value, density, dimension, of_given }, by_run(&shares)))
}

/// What happens to an old choice that is no array over the runs: it is kept as it is, which is impossible, or lost.
fn lost(batch: &mut Batch, goal: &Goal, path: &[Value], visit: Visit, unfit: &Visit) -> Result<Visit> {
    let (with, _) = unfit.group.split_by(&visit.group);
    if with.is_empty() {
        return Ok(visit);
    }
    let group = unfit.group.part(with);
    let (whole, full) = (batch.whole.clone(), batch.full(path));
    let stays = match goal.given().map(|given| given.value_at(path)).transpose()?.flatten() {
        Some(given) if matches!(goal.kind(), GoalKind::Constrain { .. }) => given_lanes(&given, &group).1,
        _ => (goal.decide_old(path)?.from == ValueFrom::Old).then(|| group.clone()),
    };
    let goes = match &stays {
        Some(stays) => group.part(group.split_by(stays).1),
        None => group,
    };
    if !goes.is_empty() {
        let gone = unfit.within(&goes)?;
        batch.discarded(&full, &gone);
        if let (true, Some(density)) = (goal.counts_gone(), &gone.density) {
            batch.count(&goes, Term::Go(density));
        }
    }
    let Some(stays) = stays else { return Ok(visit) };
    let kept = unfit.within(&stays)?;
    batch.changed(&stays, &LaneDensities::One(f64::NEG_INFINITY), &kept);
    batch.score.forbid(&whole, &stays);
    let (_, rest) = visit.group.split_by(&stays);
    let mut densities = match &visit.density {
        Some(density) => density.numbers(visit.group.len()),
        None => vec![0.0; visit.group.len()],
    };
    stays.iter().filter_map(|id| visit.group.find(id)).for_each(|at| densities[at] = f64::NEG_INFINITY);
    let mut parts = vec![(stays, kept.value)];
    if !rest.is_empty() {
        let rest = visit.group.part(rest);
        parts.push((rest.clone(), adopt(&visit.value, &rest)?));
    }
    let (value, group) = (merge(parts, &visit.group)?, visit.group);
    let density = Some(LaneDensities::Each(Column::from(densities)));
    Ok(Visit { group, value, density, dimension: Dimension::UNKNOWN, of_given: None })
}

/// Old values at an address, with nil for runs that kept theirs, in the lanes in which some did not.
fn discarded(
    cx: &mut Cx,
    path: &[Value],
    discards: &[Sites],
    group: &Arc<Group>,
) -> Result<Option<(Arc<Group>, Value)>> {
    let sites: Vec<_> = discards.iter().map(|sites| sites.get(path)).collect();
    let visits = sites.iter().flatten().flat_map(|site| &site.visits);
    let Some(lanes) = group.outermost().union(visits.map(|visit| &visit.group)) else { return Ok(None) };
    let lanes = group.part(group.split_by(&lanes).0);
    if lanes.is_empty() {
        return Ok(None);
    }
    let mut values = Vec::with_capacity(sites.len());
    for site in sites {
        let (found, rest) = match site {
            Some(site) => site.split(&lanes)?,
            None => (Vec::new(), Some(lanes.clone())),
        };
        let parts = found.into_iter().map(|visit| (visit.group, visit.value));
        values.push(merge(parts.chain(rest.map(|rest| (rest, Value::Nil))).collect(), &lanes)?);
    }
    let value = cx.under(lanes.clone(), |cx| stacked_lanes(cx, &values, &lanes))?;
    Ok(Some((lanes, value)))
}

/// Numbers, booleans and arrays of one shape as an array in each lane; anything else stays a vector.
pub fn stacked_lanes(cx: &mut Cx, values: &[Value], group: &Arc<Group>) -> Result<Value> {
    let kinds = |_, value: &Value| in_parts(value);
    let each = &mut |cx: &mut Cx, values: &[Value]| {
        let group = cx.group.clone().unwrap_or(group.clone());
        stacked_lanes(cx, values, &group)
    };
    if let Some(value) = per_value_where(cx, values, kinds, each)? {
        return Ok(value);
    }
    let values = values.iter().map(|value| adopt(value, group)).collect::<Result<Vec<Value>>>()?;
    if !values.iter().any(|value| matches!(value, Value::Lanes(_))) {
        return stacked(values);
    }
    let mut held: Vec<Held> = values.iter().map(|_| Held::default()).collect();
    let operands = held.iter_mut().zip(&values).map(|(held, value)| held.operand("vmap", value, 0).ok());
    let operands: Option<Vec<Operand>> = operands.collect();
    match operands.and_then(|operands| stack(&operands, group.len(), group.width)) {
        Some(column) => Ok(Value::lanes(group, column)),
        None => Value::vector(values),
    }
}
