//! Schemes of resampling: which particles those of the next step come from, each as often as its weight says on
//! average (Douc, Cappé, Moulines 2005).

use crate::eval::key::Key;
use crate::infer::resampling::systematic;
use crate::tensor::lanes;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scheme {
    Multinomial,
    Residual,
    Stratified,
    Systematic,
}

/// As options name them.
pub const SCHEMES: &[&str] = &["systematic", "multinomial", "residual", "stratified"];
/// Those that are known given that a particle stays.
pub const CONDITIONAL: &[&str] = &["systematic", "multinomial"];

impl Scheme {
    pub fn named(name: &str) -> Scheme {
        match name {
            "multinomial" => Scheme::Multinomial,
            "residual" => Scheme::Residual,
            "stratified" => Scheme::Stratified,
            _ => Scheme::Systematic,
        }
    }

    /// For each of n particles the one that it comes from.
    pub fn draw(self, log_weights: &[f64], n: usize, key: Key) -> Vec<u32> {
        let mut draws = key.site(0, 0);
        match self {
            Scheme::Systematic => systematic(log_weights, n, draws.open01()),
            Scheme::Stratified => {
                inverted(&shares(log_weights), (0..n).map(|i| (i as f64 + draws.open01()) / n as f64))
            }
            Scheme::Multinomial => {
                let mut points: Vec<f64> = (0..n).map(|_| draws.open01()).collect();
                points.sort_unstable_by(f64::total_cmp);
                inverted(&shares(log_weights), points.into_iter())
            }
            Scheme::Residual => residual(&shares(log_weights), n, key),
        }
    }

    /// The same, given that the first particle comes from the first.
    pub fn draw_kept(self, log_weights: &[f64], key: Key) -> Vec<u32> {
        let n = log_weights.len();
        match self {
            Scheme::Systematic => conditional_systematic(log_weights, key),
            other => {
                let others = other.draw(log_weights, n - 1, key);
                std::iter::once(0).chain(others).collect()
            }
        }
    }
}

/// Weights as shares of 1.
pub fn shares(log_weights: &[f64]) -> Vec<f64> {
    let weights = lanes::relative(log_weights, lanes::maximum(log_weights));
    let total = lanes::sum(&weights);
    weights.into_iter().map(|w| w / total).collect()
}

/// The index into whose share each of some ascending points of [0, 1) falls.
fn inverted(shares: &[f64], points: impl Iterator<Item = f64>) -> Vec<u32> {
    let last = shares.iter().rposition(|share| *share > 0.0).unwrap_or(0);
    let (mut at, mut end) = (0, shares[0]);
    points
        .map(|point| {
            while (point >= end || shares[at] == 0.0) && at < last {
                at += 1;
                end += shares[at];
            }
            at as u32
        })
        .collect()
}

/// ⌊n w⌋ of each, and the rest drawn by what is left (Liu and Chen 1998).
fn residual(shares: &[f64], n: usize, key: Key) -> Vec<u32> {
    let whole: Vec<usize> = shares.iter().map(|share| (share * n as f64).floor() as usize).collect();
    let mut chosen: Vec<u32> =
        whole.iter().enumerate().flat_map(|(i, count)| std::iter::repeat_n(i as u32, *count)).take(n).collect();
    let missing = n - chosen.len();
    if missing > 0 {
        let rest = |(share, count): (&f64, &usize)| (share * n as f64 - *count as f64).max(0.0).ln();
        let rest: Vec<f64> = shares.iter().zip(&whole).map(rest).collect();
        chosen.extend(Scheme::Multinomial.draw(&rest, missing, key.fold(1)));
    }
    chosen
}

/// Systematic resampling given that the first index comes first (Chopin and Singh 2015, "On particle Gibbs sampling",
/// Algorithm 4): the point that all slots share is drawn given that the first index has one of them, then the slots are
/// turned round so that one of its own stands first.
fn conditional_systematic(log_weights: &[f64], key: Key) -> Vec<u32> {
    let n = log_weights.len();
    let expected = shares(log_weights)[0] * n as f64;
    let mut draws = key.site(0, 0);
    let (choice, within) = (draws.open01(), draws.open01());
    let (whole, part) = (expected.floor(), expected.fract());
    let u = if expected <= 1.0 {
        within * expected
    } else if choice < part * (whole + 1.0) / expected {
        within * part
    } else {
        part + within * (1.0 - part)
    };
    let mut indices = systematic(log_weights, n, u.min(1.0 - f64::EPSILON));
    let own = indices.iter().take_while(|i| **i == 0).count().max(1);
    indices.rotate_left((draws.open01() * own as f64) as usize);
    indices[0] = 0;
    indices
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A scheme's expected counts are n times the shares; bounds of 5 standard errors.
    #[test]
    fn counts_are_expected() {
        let logs: Vec<f64> = [0.5f64, 0.0, 0.2, 0.05, 0.25].iter().map(|w| w.ln()).collect();
        let shares = shares(&logs);
        for (name, scheme) in SCHEMES.iter().map(|name| (name, Scheme::named(name))) {
            let (rounds, n) = (4000, 7);
            let mut counts = [0.0; 5];
            for round in 0..rounds {
                for index in scheme.draw(&logs, n, Key(1).fold(round)) {
                    counts[index as usize] += 1.0;
                }
            }
            for (count, share) in counts.iter().zip(&shares) {
                let (mean, expected) = (count / rounds as f64, share * n as f64);
                let error = (n as f64 * share * (1.0 - share) / rounds as f64).sqrt();
                assert!((mean - expected).abs() <= 5.0 * error, "{name}: {mean} for {expected}");
            }
        }
    }

    /// P(A | A⁰ = 0) of a conditional scheme is that of the scheme itself, given that a uniformly drawn slot holds the
    /// first index and is turned to the front: the mean counts of the others.
    #[test]
    fn conditional_counts_are_those_given_the_first() {
        let logs: Vec<f64> = [0.3f64, 0.4, 0.1, 0.2].iter().map(|w| w.ln()).collect();
        let (rounds, n) = (40_000, 4);
        for scheme in [Scheme::Systematic, Scheme::Multinomial] {
            let (mut given, mut total) = ([0.0; 4], 0.0);
            let mut kept = [0.0; 4];
            for round in 0..rounds {
                let key = Key(7).fold(round);
                let free = scheme.draw(&logs, n, key.fold(0));
                // Each slot with the first index is a way to have it in front.
                let ways = free.iter().filter(|i| **i == 0).count() as f64;
                free.iter().for_each(|i| given[*i as usize] += ways);
                total += ways;
                let draw = scheme.draw_kept(&logs, key.fold(1));
                assert_eq!(draw[0], 0);
                draw.iter().for_each(|i| kept[*i as usize] += 1.0);
            }
            for (given, kept) in given.iter().zip(&kept) {
                let (given, kept) = (given / total, kept / rounds as f64);
                assert!((given - kept).abs() < 0.04, "{scheme:?}: {kept} for {given}");
            }
        }
    }
}
