//! Draws without replacement: the hypergeometric distribution.

use super::draw::log_concave;
use super::family::{Distribution, Joint, Kind, Param, Support, param};
use super::real::Real;
use super::saddle_point::{binomial_kernel, is_count, safe};
use crate::eval::key::SiteRng;

pub struct Hypergeometric;

impl Distribution for Hypergeometric {
    const NAME: &'static str = "hypergeometric";
    const PARAMS: &'static [Param] =
        &[param("N", Support::Counts), param("K", Support::Counts), param("n", Support::Counts)];
    const SUPPORT: Support = Support::Overlap;
    const KIND: Kind = Kind::Integer;
    const CASES: &'static [&'static [f64]] =
        &[&[20.0, 7.0, 12.0], &[10.0, 8.0, 9.0], &[1e5, 3e4, 50.0], &[5.0, 0.0, 3.0], &[4.0, 4.0, 4.0]];
    const INVALID: Option<Joint> = Some(|p| (p[1].max(p[2]) > p[0]).then_some("K and n must not be greater than N"));

    /// Given their sum n, two binomials of K and N − K trials and any one probability: n/N here (Loader 2000).
    fn logpdf<R: Real>(k: R, p: &[R]) -> R {
        let [total, special, drawn] = [0, 1, 2].map(|i| p[i].clone());
        let plain = total.clone() - special.clone();
        let possible = R::and(k.le(&special), (drawn.clone() - k.clone()).le(&plain));
        let inside = R::and(R::and(is_count(&k), k.le(&drawn)), possible);
        // Some of the drawn, so that nothing is negative where k is impossible.
        let least = R::constant(0.0);
        let least = R::select(&plain.lt(&drawn), drawn.clone() - plain.clone(), least);
        let k = R::select(&inside, k, least);
        let any = R::constant(0.0).lt(&total);
        let whole = safe(&any, total.clone(), 1.0);
        let chance = drawn.clone() / whole.clone();
        let rest = (total.clone() - drawn.clone()) / whole;
        let part = |k: R, n: R| binomial_kernel(k.clone(), n - k, chance.clone(), rest.clone());
        let value = part(k.clone(), special) + part(drawn.clone() - k, plain) - part(drawn, total);
        R::on(&inside, value)
    }

    fn sample(p: &[f64], draws: &mut SiteRng) -> f64 {
        let (lo, hi) = Hypergeometric::SUPPORT.ends(p);
        let mode = ((p[2] + 1.0) / (p[0] + 2.0) * (p[1] + 1.0)).floor().clamp(lo, hi);
        log_concave(mode, |k| Hypergeometric::logpdf(k, p), draws)
    }

    fn mean(p: &[f64]) -> f64 {
        if p[0] > 0.0 { p[2] * (p[1] / p[0]) } else { 0.0 }
    }

    fn variance(p: &[f64]) -> f64 {
        let (total, special, drawn) = (p[0], p[1], p[2]);
        if total < 2.0 {
            return 0.0;
        }
        drawn * (special / total) * ((total - special) / total) * ((total - drawn) / (total - 1.0))
    }
}
