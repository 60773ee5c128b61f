//! What choices add to scores and weights. Log-densities with MLX are kept until the run is over: then all that it
//! leaves is computed at once, and added up in double precision as on the host.

use super::choice::Chooser;
use super::dimension::Dimension;
use super::runner::{Batch, Sites};
use super::site::{LaneDensities, Visit};
use crate::error::Result;
use crate::eval::lanes::Group;
use crate::eval::lanes::deferred::arrays_of;
use crate::eval::{Cx, Value};
use crate::gfi::decision::{Counting, Decision, ValueFrom};
use crate::gfi::ops::weight::Weight;
use crate::tensor::Array;
use crate::tensor::lanes::Column;
use crate::tensor::lanes::device;
use std::sync::Arc;

/// How log-densities of the lanes of a group count.
pub enum Term<D> {
    /// In the score alone.
    Score(D),
    /// In the weight, and through it in the score: of choices that only the new run has.
    Come(D),
    /// The new one against the old one.
    Change { new: D, old: D },
    /// Of choices of the old run that are gone.
    Go(D),
}

impl<D> Term<D> {
    fn map<'a, E>(&'a self, f: impl Fn(&'a D) -> E) -> Term<E> {
        match self {
            Term::Score(x) => Term::Score(f(x)),
            Term::Come(x) => Term::Come(f(x)),
            Term::Change { new, old } => Term::Change { new: f(new), old: f(old) },
            Term::Go(x) => Term::Go(f(x)),
        }
    }

    fn each(&self) -> impl Iterator<Item = &D> {
        let (first, second) = match self {
            Term::Score(x) | Term::Come(x) | Term::Go(x) => (x, None),
            Term::Change { new, old } => (new, Some(old)),
        };
        std::iter::once(first).chain(second)
    }
}

/// How a choice counts.
pub enum Counts<'a> {
    Score,
    /// In the score as well; parameters have been checked.
    Drawn,
    /// Only the new run has it.
    Come,
    /// Both runs have it; what the old one did not keep is not compared.
    Change(&'a Visit),
    /// The same, with the same value.
    Keep(&'a Visit),
}

impl<'a> Counts<'a> {
    /// As it was decided, of a choice that the old run may have had.
    pub fn of(decision: Decision, old: Option<&'a Visit>) -> Counts<'a> {
        match (decision.counts, decision.from, old) {
            (Counting::Come, ..) => Counts::Come,
            (Counting::Change, _, Some(old)) => Counts::Change(old),
            (Counting::Keep, _, Some(old)) => Counts::Keep(old),
            (_, ValueFrom::Prior, _) => Counts::Drawn,
            _ => Counts::Score,
        }
    }

    /// Of how many numbers of what is data the log-density is one, of a choice that stays with some of it data.
    pub fn of_given(&self, group: &Group) -> Option<Dimension> {
        let Counts::Keep(old) = self else { return None };
        old.of_given.as_ref().map(|own| own.project(&old.group, group))
    }
}

impl Batch {
    /// Scores the value of a choice and counts it. Its log-densities are kept where they will be asked for.
    pub fn score(
        &mut self,
        cx: &mut Cx,
        chooser: &Chooser<'_>,
        group: &Arc<Group>,
        value: &Value,
        counts: Counts<'_>,
    ) -> Result<(Option<LaneDensities>, Dimension)> {
        if !matches!(counts, Counts::Drawn) {
            chooser.admit(cx, group)?;
        }
        let (density, dimension) = chooser.score(cx, group, value)?;
        match counts {
            Counts::Score | Counts::Drawn => self.count(group, Term::Score(&density)),
            Counts::Come => self.count(group, Term::Come(&density)),
            Counts::Change(old) => {
                self.count(group, Term::Score(&density));
                self.changed(group, &density, old);
            }
            Counts::Keep(old) => {
                self.count(group, Term::Score(&density));
                self.changed(group, &density, old);
                if dimension != old.dimension {
                    self.weight.exceed(&self.whole, group, |at| dimension.beyond(&old.dimension, at));
                }
            }
        }
        Ok((self.keeps_densities.then_some(density), dimension))
    }

    /// A choice that both runs have, in the lanes of a group; what the old run did not keep is not compared.
    pub fn changed(&mut self, group: &Arc<Group>, new: &LaneDensities, old: &Visit) {
        if let Some(old) = &old.density {
            self.count(group, Term::Change { new, old });
        }
    }

    /// Weights of runs of single lanes.
    pub fn weighed(&mut self, group: &Arc<Group>, weights: &[Weight]) {
        let plain =
            LaneDensities::Each(Column::from(weights.iter().map(|weight| weight.plain()).collect::<Vec<f64>>()));
        self.count(group, Term::Change { new: &plain, old: &LaneDensities::One(0.0) });
        self.weight.exceed(&self.whole, group, |at| weights[at].excess);
    }

    /// Counts log-densities of the lanes of a group.
    pub fn count(&mut self, group: &Arc<Group>, term: Term<&LaneDensities>) {
        if term.each().any(|density| density.array().is_some()) {
            self.terms.push((group.clone(), term.map(|density| (*density).clone())));
        } else {
            self.add(group, &term);
        }
    }

    fn add(&mut self, group: &Arc<Group>, term: &Term<&LaneDensities>) {
        let whole = &self.whole;
        match term {
            Term::Score(density) => self.score.add(whole, group, density),
            Term::Come(density) => self.weight.come(whole, group, density),
            Term::Change { new, old } => self.weight.change(whole, group, new, old),
            Term::Go(density) => self.weight.go(whole, group, density),
        }
    }

    /// Computes what a run leaves with MLX, all of it at once, and counts what was kept.
    pub fn settle(&mut self, cx: &mut Cx, retval: &Value) -> Result<()> {
        if !device::in_use(self.whole.width) {
            return Ok(());
        }
        let mut arrays = Vec::new();
        left_by(&self.sites, &mut arrays);
        left_by(&self.discard, &mut arrays);
        arrays_of(retval, &mut arrays);
        for (_, term) in &self.terms {
            arrays.extend(term.each().filter_map(LaneDensities::array).cloned());
        }
        cx.deferred.settle(arrays)?;
        for (group, term) in std::mem::take(&mut self.terms) {
            let term = term.map(LaneDensities::hosted);
            self.add(&group, &term.map(|density| density));
        }
        Ok(())
    }
}

fn left_by(sites: &Sites, arrays: &mut Vec<Array>) {
    for visit in sites.list.iter().flat_map(|(_, site)| &site.visits) {
        arrays.extend(visit.density.iter().filter_map(LaneDensities::array).cloned());
        arrays_of(&visit.value, arrays);
    }
}

impl LaneDensities {
    /// The numbers of all lanes, if they are with MLX.
    fn array(&self) -> Option<&Array> {
        self.column()?.array()
    }

    fn hosted(&self) -> LaneDensities {
        self.map(Column::hosted)
    }
}
