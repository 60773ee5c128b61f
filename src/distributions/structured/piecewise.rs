//! A density that is constant between bounds, with weights for the pieces, which it normalizes.

use super::categorical::choose;
use super::linear::{log_share_of, shares_of};
use super::{Block, Case, Clash, Point, Requirement, ShapedParam, Structured, shaped};
use crate::distributions::family::Support;
use crate::distributions::real::Real;
use crate::distributions::support_of::SupportOf;
use crate::eval::key::SiteRng;

pub struct PiecewiseUniform;

/// The piece in which `x` lies; a bound belongs to the piece above it, the last to the one below.
fn piece(bounds: &[f64], x: f64) -> usize {
    let above = bounds.iter().take_while(|b| **b <= x).count();
    above.saturating_sub(1).min(bounds.len() - 2)
}

impl PiecewiseUniform {
    /// The probabilities of the pieces with their ends.
    fn pieces<'a>(p: &'a [Block<'_, f64>]) -> impl Iterator<Item = (f64, f64, f64)> + 'a {
        let shares = shares_of(p[1].items, p[1].items).into_iter();
        shares.zip(p[0].items.windows(2)).map(|(share, ends)| (share, ends[0], ends[1]))
    }
}

impl Structured for PiecewiseUniform {
    const NAME: &'static str = "piecewise-uniform";
    const PARAMS: &'static [ShapedParam] =
        &[shaped("bounds", 1, Requirement::Increasing), shaped("probs", 1, Requirement::Weights)];
    const RANK: usize = 0;
    const CASES: &'static [Case] =
        &[Case { args: "[-1 0 0.5 3] [2 1 4]", ends: &[(-1.0, 3.0)], embed: |x| Some(x.to_vec()) }];

    const JUMPS: &'static [usize] = &[0];

    fn clash(p: &[Block<'_, f64>]) -> Option<Clash> {
        let (bounds, probs) = (p[0].rows, p[1].rows);
        (bounds != probs + 1).then(|| (0, format!("{probs} pieces have {} bounds, not {bounds}", probs + 1)))
    }

    fn support(p: &[Block<'_, f64>]) -> SupportOf {
        let (lo, hi) = PiecewiseUniform::ends(p);
        SupportOf::Numbers { of: Support::Between(0, 1), lo, hi }
    }

    fn ends<R: Real>(p: &[Block<'_, R>]) -> (R, R) {
        (p[0].at(0, 0), p[0].at(p[0].rows - 1, 0))
    }

    fn logpdf<R: Real>(_x: &Block<'_, R>, p: &[Block<'_, R>], at: &Point<'_>) -> R {
        let i = piece(at.p[0].items, at.x[0]);
        log_share_of(p[1].items, at.p[1].items, i) - (p[0].at(i + 1, 0) - p[0].at(i, 0)).ln()
    }

    fn sample(p: &[Block<'_, f64>], draws: &mut SiteRng) -> Vec<f64> {
        let i = choose(p[1].items, draws);
        let (lo, hi) = (p[0].at(i, 0), p[0].at(i + 1, 0));
        vec![(lo + (hi - lo) * draws.open01()).min(hi)]
    }

    fn mean(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        Some(vec![PiecewiseUniform::pieces(p).map(|(w, lo, hi)| w * 0.5 * (lo + hi)).sum()])
    }

    fn variance(p: &[Block<'_, f64>]) -> Option<Vec<f64>> {
        let mean = PiecewiseUniform::mean(p)?[0];
        // Of one piece about the mean of all: width²/12 + (middle − mean)².
        let part = |(w, lo, hi): (f64, f64, f64)| w * ((hi - lo).powi(2) / 12.0 + (0.5 * (lo + hi) - mean).powi(2));
        Some(vec![PiecewiseUniform::pieces(p).map(part).sum()])
    }
}
