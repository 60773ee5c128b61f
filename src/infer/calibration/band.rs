//! The simultaneous band that the empirical distribution of uniform ranks stays in (Säilynoja, Bürkner, Vehtari 2022,
//! "Graphical test for discrete uniformity and its applications in goodness-of-fit evaluation and multiple sample
//! comparison", Statistics and Computing 32, § 2.2): binomial intervals at every point, as wide as it takes for all of
//! them to hold at once.

use crate::tensor::special::lgamma;

/// Points at which distributions are compared, at most.
const POINTS: usize = 100;

/// Of `n` ranks 0 … `draws`: how many may be below some of them.
pub struct RankBand {
    points: Vec<EcdfPoint>,
}

/// Between `low` and `high` ranks are below `rank`.
struct EcdfPoint {
    rank: usize,
    low: usize,
    high: usize,
}

impl RankBand {
    /// The narrowest band of its kind in which `n` uniform ranks lie with this probability.
    pub fn new(n: usize, draws: usize, level: f64) -> RankBand {
        let counts = ProbableCounts::new(n, draws);
        // Coverage falls as the intervals' share outside grows; one that has not the level is too large.
        let (mut low, mut high) = (((1.0 - level) / (4 * counts.ranks.len()) as f64).ln(), (1.0 - level).ln());
        for _ in 0..30 {
            let middle = 0.5 * (low + high);
            match counts.coverage(&counts.intervals(middle.exp())) >= level {
                true => low = middle,
                false => high = middle,
            }
        }
        let intervals = counts.intervals(low.exp());
        let point = |(&rank, (low, high))| EcdfPoint { rank, low, high };
        RankBand { points: counts.ranks.iter().zip(intervals).map(point).collect() }
    }

    /// Do these ranks lie in the band?
    pub fn holds(&self, ranks: &[usize]) -> bool {
        let mut sorted = ranks.to_vec();
        sorted.sort_unstable();
        self.points.iter().all(|point| {
            let below = sorted.partition_point(|rank| *rank < point.rank);
            (point.low..=point.high).contains(&below)
        })
    }
}

/// How many of `n` uniform ranks are below some of them.
struct ProbableCounts {
    n: usize,
    ranks: Vec<usize>,
    /// The chance that a rank is below each of these.
    shares: Vec<f64>,
    log_factorials: Vec<f64>,
    /// The chance that so many or fewer are.
    cumulative: Vec<Vec<f64>>,
}

impl ProbableCounts {
    fn new(n: usize, draws: usize) -> ProbableCounts {
        let points = draws.min(POINTS);
        let ranks: Vec<usize> = (1..=points).map(|i| i * draws / points).collect();
        let shares: Vec<f64> = ranks.iter().map(|rank| *rank as f64 / (draws + 1) as f64).collect();
        let log_factorials = (0..=n).map(|k| lgamma(k as f64 + 1.0)).collect();
        let mut counts = ProbableCounts { n, ranks, shares, log_factorials, cumulative: Vec::new() };
        counts.cumulative = counts.shares.iter().map(|share| counts.cumulative_at(*share)).collect();
        counts
    }

    /// The chance of k successes in n trials.
    fn binomial(&self, k: usize, n: usize, p: f64) -> f64 {
        let ways = self.log_factorials[n] - self.log_factorials[k] - self.log_factorials[n - k];
        (ways + k as f64 * p.ln() + (n - k) as f64 * (-p).ln_1p()).exp()
    }

    fn cumulative_at(&self, share: f64) -> Vec<f64> {
        let mut sum = 0.0;
        let up_to = |k| {
            sum += self.binomial(k, self.n, share);
            sum
        };
        (0..=self.n).map(up_to).collect()
    }

    /// At every point the central interval outside of which this share of all counts lies, or less.
    fn intervals(&self, outside: f64) -> Vec<(usize, usize)> {
        let interval = |cumulative: &Vec<f64>| {
            let low = cumulative.partition_point(|p| *p <= 0.5 * outside);
            let high = cumulative.partition_point(|p| *p < 1.0 - 0.5 * outside);
            (low, high.min(self.n))
        };
        self.cumulative.iter().map(interval).collect()
    }

    /// The chance that all counts lie in their intervals. Of the ranks that are not below one point, each is below the
    /// next with the same chance.
    fn coverage(&self, intervals: &[(usize, usize)]) -> f64 {
        let (mut first, mut chances, mut before) = (0, vec![1.0], 0.0);
        for ((low, high), share) in intervals.iter().zip(&self.shares) {
            let p = (share - before) / (1.0 - before);
            let mut next = vec![0.0; high + 1 - low];
            for (below, chance) in (first..).zip(&chances).filter(|(_, chance)| **chance > 0.0) {
                for now in below.max(*low)..=*high {
                    next[now - low] += chance * self.binomial(now - below, self.n - below, p);
                }
            }
            (first, chances, before) = (*low, next, *share);
        }
        chances.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::key::Key;

    /// Of 20,000 sets of uniform ranks as many lie inside as the band says, within five standard errors; counts are
    /// whole numbers, so that a band may be a little wide.
    #[test]
    fn uniform_ranks_lie_inside_as_often_as_the_level_says() {
        for (n, draws, level) in [(50, 9, 0.9), (100, 19, 0.95), (40, 250, 0.9)] {
            let band = RankBand::new(n, draws, level);
            let mut draw = Key::from_seed(7).site(0, 0);
            let mut ranks = || (0..n).map(|_| (draw.open01() * (draws + 1) as f64) as usize).collect::<Vec<_>>();
            let inside = (0..20_000).filter(|_| band.holds(&ranks())).count() as f64 / 20_000.0;
            let error = 5.0 * (level * (1.0 - level) / 20_000.0_f64).sqrt();
            assert!(inside > level - error && inside < level + 0.02 + error, "{n} {draws} {level}: {inside}");
        }
    }

    /// Ranks that lean to one side, or pile up at both ends or in the middle, lie outside.
    #[test]
    fn other_ranks_lie_outside() {
        let band = RankBand::new(500, 99, 0.999);
        let spread =
            |f: fn(f64) -> f64| (0..500).map(|i| (100.0 * f((i as f64 + 0.5) / 500.0)) as usize).collect::<Vec<_>>();
        assert!(band.holds(&spread(|u| u)));
        assert!(!band.holds(&spread(|u| u * u.sqrt())));
        assert!(!band.holds(&spread(|u| 0.15 + 0.7 * u)));
        assert!(
            !band.holds(&spread(|u| 0.5 + 0.5 * (2.0 * u - 1.0).abs().powf(0.6) * (2.0 * u - 1.0).signum() * 0.999))
        );
    }
}
