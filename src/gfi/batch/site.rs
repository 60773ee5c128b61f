//! The choices of a chunk: under each address the lanes that made the choice, and what is decided for them.

use super::call_density::CallDensity;
use super::choice::Chooser;
use super::dimension::Dimension;
use super::runner::Batch;
use super::terms::Counts;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::lanes::{Group, adopt, merge};
use crate::eval::print::brief;
use crate::eval::{Cx, Value};
use crate::gfi::address::show;
use crate::gfi::choicemap::ChoiceMap;
use crate::gfi::data::has_elements;
use crate::gfi::decision::{self, ValueFrom};
use crate::gfi::ops::assess::not_given;
use crate::gfi::ops::site::Given;
use crate::gfi::selection::{Selection, Share};
use crate::gfi::trie::Trie;
use crate::tensor::lanes::{Column, all, element, gather, lane_sums};
use std::sync::Arc;

/// Log-densities of one choice.
#[derive(Clone, Debug)]
pub enum LaneDensities {
    /// The same in every lane.
    One(f64),
    /// A number per lane; of a choice of several runs an array over them, which add up.
    Each(Column),
    /// The same, told by a function for its whole call.
    Told(Arc<CallDensity>),
}

impl LaneDensities {
    /// As numbers, one a lane.
    pub fn numbers(&self, lanes: usize) -> Vec<f64> {
        match (self, self.column()) {
            (LaneDensities::One(x), _) => vec![*x; lanes],
            (_, Some(column)) => lane_sums(column).collect(),
            (_, None) => Vec::new(),
        }
    }

    /// The numbers where lanes have their own.
    pub fn column(&self) -> Option<&Column> {
        match self {
            LaneDensities::One(_) => None,
            LaneDensities::Each(column) => Some(column),
            LaneDensities::Told(told) => Some(&told.shares),
        }
    }

    /// The same with the numbers of other lanes.
    pub fn map(&self, f: impl FnOnce(&Column) -> Column) -> LaneDensities {
        match self {
            LaneDensities::One(x) => LaneDensities::One(*x),
            LaneDensities::Each(column) => LaneDensities::Each(f(column)),
            LaneDensities::Told(told) => told.with(f(&told.shares)),
        }
    }

    /// That of one run, of a choice of several.
    pub fn row(&self, t: usize) -> Option<LaneDensities> {
        match self {
            LaneDensities::Each(column) => element(column, t).map(LaneDensities::Each),
            LaneDensities::Told(told) => element(&told.shares, t).map(|shares| told.with(shares)),
            LaneDensities::One(_) => None,
        }
    }

    /// That of one lane, by its position.
    pub fn at(&self, position: usize) -> f64 {
        match (self, self.column()) {
            (LaneDensities::One(x), _) => *x,
            (_, Some(column)) if column.event().is_empty() => {
                column.get(position).map_or(f64::NAN, |item| item.as_f64())
            }
            (_, Some(column)) => lane_sums(&column.slice(position..position + 1)).next().unwrap_or(f64::NAN),
            (_, None) => f64::NAN,
        }
    }

    /// Of a choice of several runs: that of the selected ones, where no part of one is selected.
    pub fn selected(&self, path: &[Value], selection: &Selection) -> Option<LaneDensities> {
        let LaneDensities::Each(column) = self else { return None };
        let runs = column.event().first().copied()?;
        let mut sums = vec![0.0; column.len()];
        for t in 0..runs {
            match selection.share_of(path, &[Value::Int(t as i64)]) {
                Share::None => {}
                Share::Some => return None,
                Share::All => {
                    let own = self.row(t).map(|row| row.numbers(sums.len())).unwrap_or_default();
                    sums.iter_mut().zip(own).for_each(|(sum, x)| *sum += x);
                }
            }
        }
        Some(LaneDensities::Each(Column::from(sums)))
    }

    /// In the lanes of a smaller group.
    pub fn project(&self, from: &Group, to: &Group) -> LaneDensities {
        match self {
            LaneDensities::One(x) => LaneDensities::One(*x),
            same if from.same(to) => same.clone(),
            other => match to.within(from) {
                Some(positions) => other.map(|column| gather(column, &positions)),
                None => LaneDensities::One(f64::NAN),
            },
        }
    }

    /// The position of the first that is not a number.
    fn nan(&self) -> Option<usize> {
        match (self, self.column()) {
            (LaneDensities::One(x), _) => x.is_nan().then_some(0),
            (_, None) => None,
            (_, Some(column)) => {
                let at = match (column.values::<f32>(), column.values::<f64>()) {
                    (Some(values), _) if !all(values, |x| !x.is_nan()) => values.iter().position(|x| x.is_nan()),
                    (_, Some(values)) if !all(values, |x| !x.is_nan()) => values.iter().position(|x| x.is_nan()),
                    _ => None,
                };
                at.map(|at| at / column.width().max(1))
            }
        }
    }
}

/// A choice of some lanes.
#[derive(Clone)]
pub struct Visit {
    pub group: Arc<Group>,
    pub value: Value,
    /// `None` where it was not kept: see `densities.rs`.
    pub density: Option<LaneDensities>,
    pub dimension: Dimension,
    /// That of what is given, where that is not all of it.
    pub of_given: Option<Dimension>,
}

impl Visit {
    /// A value whose log-density nobody knows.
    pub fn untold(group: Arc<Group>, value: Value) -> Visit {
        Visit { group, value, density: None, dimension: Dimension::UNKNOWN, of_given: None }
    }

    /// The same in the lanes of a smaller group.
    pub fn within(&self, part: &Arc<Group>) -> Result<Visit> {
        let (group, value, density) = (part.clone(), adopt(&self.value, part)?, self.density_of(part));
        let dimension = self.dimension.project(&self.group, part);
        let of_given = self.of_given.as_ref().map(|given| given.project(&self.group, part));
        Ok(Visit { group, value, density, dimension, of_given })
    }

    /// Its log-densities in the lanes of a smaller group.
    pub fn density_of(&self, part: &Group) -> Option<LaneDensities> {
        Some(self.density.as_ref()?.project(&self.group, part))
    }
}

/// Everything that lanes of a chunk chose at one address; no lane twice.
#[derive(Clone, Default)]
pub struct Site {
    pub visits: Vec<Visit>,
    /// What was given by data: a leaf, or a tree of the elements that were.
    pub observed: Trie<()>,
}

impl Site {
    /// The lanes of a group that have the choice, with it, and those that lack it.
    pub fn split(&self, group: &Arc<Group>) -> Result<(Vec<Visit>, Option<Arc<Group>>)> {
        let (mut found, mut rest) = (Vec::new(), Some(group.clone()));
        for visit in &self.visits {
            let Some(left) = rest.take() else { break };
            let (with, without) = left.split_by(&visit.group);
            if !with.is_empty() {
                let part = left.part(with);
                found.push(visit.within(&part)?);
            }
            rest = (!without.is_empty()).then(|| left.part(without));
        }
        Ok((found, rest))
    }

    /// The value in the lanes that have one, which is all of `group` or a part of it.
    pub fn value(&self, group: &Arc<Group>) -> Result<Value> {
        let parts: Vec<_> = self.visits.iter().map(|visit| (visit.group.clone(), visit.value.clone())).collect();
        match group.union(parts.iter().map(|(part, _)| part)) {
            Some(all) => merge(parts, &all),
            None => Ok(Value::Nil),
        }
    }

    /// All visits as one.
    pub fn join(&mut self, group: &Arc<Group>) -> Result<()> {
        let (Some(all), true) = (self.lanes(group), self.visits.len() > 1) else { return Ok(()) };
        let (value, density) = (self.value(group)?, self.densities(&all));
        let given = self.visits.iter().any(|visit| visit.of_given.is_some());
        let of_given = given.then(|| self.dimension(&all, |visit| visit.of_given.as_ref().unwrap_or(&visit.dimension)));
        let dimension = self.dimension(&all, |visit| &visit.dimension);
        self.visits = vec![Visit { value, density, dimension, of_given, group: all }];
        Ok(())
    }

    /// Of all visits, if all have them.
    fn densities(&self, all: &Group) -> Option<LaneDensities> {
        let mut densities = vec![0.0; all.len()];
        for visit in &self.visits {
            for (id, density) in visit.group.iter().zip(visit.density.as_ref()?.numbers(visit.group.len())) {
                if let Some(at) = all.find(id) {
                    densities[at] = density;
                }
            }
        }
        let shares = Column::from(densities);
        Some(match LaneDensities::common(self.visits.iter().filter_map(|visit| visit.density.as_ref())) {
            Some(told) => told.with(shares),
            None => LaneDensities::Each(shares),
        })
    }

    /// The lanes that have the choice.
    pub fn lanes(&self, group: &Arc<Group>) -> Option<Arc<Group>> {
        group.union(self.visits.iter().map(|visit| &visit.group))
    }
}

/// Where the value of a choice comes from, for lanes that agree in this.
struct LaneCase {
    group: Arc<Group>,
    given: Option<Value>,
    old: Option<Visit>,
}

/// Decides a choice for the lanes in force: its value.
pub fn choose(batch: &mut Batch, cx: &mut Cx, path: &[Value], chooser: &Chooser<'_>) -> Result<Value> {
    let Some(group) = cx.group.clone() else { return Err(outside()) };
    let mut cases = cases(batch, cx, path, chooser, &group)?;
    if cases.len() == 1
        && let Some(case) = cases.pop()
    {
        return decide(batch, cx, path, chooser, case);
    }
    // What is wrong with the first of all lanes is said first.
    chooser.admit(cx, &group)?;
    let mut parts = Vec::with_capacity(cases.len());
    for case in cases {
        let part = case.group.clone();
        let value = cx.under(part.clone(), |cx| decide(batch, cx, path, chooser, case))?;
        parts.push((part, value));
    }
    merge(parts, &group)
}

/// Tells the lanes apart by what is given for the choice and by what the old run had.
fn cases(
    batch: &Batch,
    cx: &mut Cx,
    path: &[Value],
    chooser: &Chooser<'_>,
    group: &Arc<Group>,
) -> Result<Vec<LaneCase>> {
    let given = match batch.goal.given() {
        Some(choices) => super::elements::read(cx, choices.given_at(path)?, chooser, group)?,
        None => Given::Nothing,
    };
    let mut by_given = Vec::new();
    match given {
        Given::Nothing => by_given.push((group.clone(), None)),
        Given::Elements(given) => by_given.push((group.clone(), Some(given.into_value()))),
        Given::Whole(value) => {
            let (some, others) = given_lanes(&value, group);
            if let Some(some) = some {
                given_parts(cx, chooser, &value, some, &mut by_given)?;
            }
            by_given.extend(others.map(|others| (others, None)));
        }
    }
    let Some(old) = batch.old_site(path) else {
        return Ok(by_given.into_iter().map(|(group, given)| LaneCase { group, given, old: None }).collect());
    };
    let mut cases = Vec::new();
    for (part, given) in by_given {
        let (found, rest) = old.split(&part)?;
        for visit in found {
            let given = given.as_ref().map(|value| adopt(value, &visit.group)).transpose()?;
            cases.push(LaneCase { group: visit.group.clone(), given, old: Some(visit) });
        }
        if let Some(rest) = rest {
            let given = given.map(|value| adopt(&value, &rest)).transpose()?;
            cases.push(LaneCase { group: rest, given, old: None });
        }
    }
    Ok(cases)
}

/// The lanes of a group that a constraint is about, and the others.
pub fn given_lanes(value: &Value, group: &Arc<Group>) -> (Option<Arc<Group>>, Option<Arc<Group>>) {
    let Value::Lanes(lanes) = value else { return (Some(group.clone()), None) };
    let (with, without) = group.split_by(&lanes.group);
    let part = |positions: Vec<u32>| (!positions.is_empty()).then(|| group.part(positions));
    (part(with), part(without))
}

/// A given value as the choice has it; nil constrains nothing.
fn given_parts(
    cx: &mut Cx,
    chooser: &Chooser<'_>,
    value: &Value,
    group: Arc<Group>,
    parts: &mut Vec<(Arc<Group>, Option<Value>)>,
) -> Result<()> {
    match adopt(value, &group)? {
        Value::Lanes(lanes) if lanes.column().is_none() => {
            let split = cx.under(group, |cx| crate::eval::lanes::by_value::split(cx, &[Value::Lanes(lanes)], false))?;
            for (part, mut value) in split {
                let value = value.pop().filter(|value| !value.is_nil());
                let value = value.map(|value| chooser.check(cx, &part, &value)).transpose()?;
                parts.push((part, value));
            }
        }
        value => {
            let value = chooser.check(cx, &group, &value)?;
            parts.push((group, Some(value)));
        }
    }
    Ok(())
}

/// What becomes of a choice in lanes that are in one case.
fn decide(batch: &mut Batch, cx: &mut Cx, path: &[Value], chooser: &Chooser<'_>, case: LaneCase) -> Result<Value> {
    let LaneCase { group, given, old } = case;
    let old = old.as_ref();
    let apart = given.as_ref().and_then(|given| given.as_host::<ChoiceMap>());
    let split = old.is_some_and(|old| batch.goal.share(path) == Share::Some && has_elements(&old.value));
    if apart.is_some() || split {
        let given = apart.cloned().unwrap_or_default();
        return super::elements::decide(batch, cx, path, chooser, &group, &given, old);
    }
    let decision = decision::decide(batch.goal.kind(), given.is_some(), old.is_some(), batch.goal.selects(path));
    if let (true, Some(old)) = (decision.discarded, old) {
        batch.discarded(path, old);
    }
    let value = match (decision.from, given, old) {
        (ValueFrom::Given, Some(value), _) => value,
        (ValueFrom::Old, _, Some(old)) => chooser.kept(cx, &group, &old.value)?,
        (ValueFrom::Prior, ..) => {
            chooser.admit(cx, &group)?;
            chooser.sample(cx, &group, batch.key, batch.hash_below(path))?
        }
        _ => return Err(not_given(path)),
    };
    let (counts, observed) = (Counts::of(decision, old), decision.data);
    let (of_given, observed) = (counts.of_given(&group), if observed { Trie::Leaf(()) } else { Trie::Empty });
    let (density, dimension) = batch.score(cx, chooser, &group, &value, counts)?;
    batch.record(cx, path, Visit { group, value: value.clone(), density, dimension, of_given }, &observed)?;
    Ok(value)
}

#[cold]
fn outside() -> Stop {
    Error::raise(Code::Internal, "a batched choice outside a batched run")
}

#[cold]
fn not_a_number(path: &[Value], value: &Value, group: &Group, at: usize) -> Stop {
    let (id, message) = (group.id(at), "print the distribution's parameters: one of them went wrong");
    let shown = crate::eval::lanes::lane_of(value, id).unwrap_or_default();
    let text = format!("the log-density at `{}` is not a number for the value `{}`", show(path), brief(&shown));
    crate::eval::lanes::numbers::in_lane(Error::raise(Code::Nan, text).help(message), id)
}

/// A log-density that is no number is an error that names the choice, as far as log-densities are kept.
pub fn check_numbers(batch: &mut Batch) -> Result<()> {
    if batch.are_numbers() {
        return Ok(());
    }
    if !batch.keeps_densities {
        return Err(not_numbers());
    }
    let mut visits =
        batch.sites.list.iter().flat_map(|(path, site)| site.visits.iter().map(move |visit| (path, visit)));
    match visits.find_map(|(path, visit)| visit.density.as_ref()?.nan().map(|at| (path, visit, at))) {
        Some((path, visit, at)) => Err(not_a_number(path, &visit.value, &visit.group, at)),
        None => Ok(()),
    }
}

/// What goes wrong in a run that does not keep log-densities; one that does says where.
#[cold]
fn not_numbers() -> Stop {
    Error::raise(Code::Nan, "a log-density is not a number")
}
