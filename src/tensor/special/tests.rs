//! Special functions against values computed with 60 digits.
use super::*;

type Function = fn(f64) -> f64;

/// A function with arguments and values.
type Reference = (&'static str, Function, &'static [(f64, f64)]);

#[rustfmt::skip]
const REFERENCE: [Reference; 11] = [
    ("lgamma", lgamma, &[(0.5, 0.5723649429247001), (1.5, -0.12078223763524522), (2.0, 0.0), (3.7, 1.428072326665388), (1e-05, 11.512919692895826), (10.25, 13.368023671476045), (100000.0, 1051287.7089736569), (-0.5, 1.2655121234846454), (-2.25, 0.5555015450206475)]),
    ("digamma", digamma, &[(1.0, -0.5772156649015329), (0.5, -1.9635100260214235), (1.4616321, -4.3514636958769774e-08), (1.4616321449683622, -9.241265521729427e-17), (1.5, 0.03648997397857652), (2.5, 0.7031566406452432), (0.001, -1000.5755719318103), (9.99, 2.250700372831201), (10.5, 2.3030010342976865), (1000000.0, 13.815510057964191), (-0.5, 0.03648997397857652), (-3.3, 3.620353460592126)]),
    ("trigamma", trigamma, &[(1.0, 1.6449340668482264), (0.5, 4.934802200544679), (1.5, 0.9348022005446793), (2.5, 0.49035775610023485), (0.001, 1000001.6425331958), (9.99, 0.10527695014824179), (14.9, 0.06941658320709579), (15.1, 0.06846641759625392), (100.0, 0.010050166663333571), (1000000.0, 1.0000005000001667e-06), (-0.5, 8.934802200544679), (-3.3, 14.817739525515929), (-0.01, 10001.669304101071)]),
    ("erf", erf, &[(1e-08, 1.1283791670955126e-08), (0.1, 0.1124629160182849), (0.5, 0.5204998778130465), (1.0, 0.8427007929497149), (2.5, 0.999593047982555), (-1.3, -0.9340079449406524)]),
    ("erfc", erfc, &[(-1.0, 1.8427007929497148), (0.5, 0.4795001221869535), (3.0, 2.209049699858544e-05), (10.0, 2.088487583762545e-45), (25.0, 8.300172571196523e-274)]),
    ("erfinv", erfinv, &[(1e-10, 8.862269254527581e-11), (0.1, 0.08885599049425769), (0.5, 0.4769362762044699), (0.85, 1.0179024648320276), (0.9, 1.1630871536766743), (0.999, 2.3267537655135246), (-0.7, -0.7328690779592167), (0.9999999999, 4.572824958544925)]),
    ("normal_cdf", normal_cdf, &[(0.0, 0.5), (1.0, 0.8413447460685429), (-1.0, 0.15865525393145705), (-5.5, 1.8989562465887718e-08), (-20.0, 2.7536241186062337e-89), (-37.0, 5.725571222524577e-300), (3.0, 0.9986501019683699)]),
    ("normal_icdf", normal_icdf, &[(0.5, 0.0), (0.3, -0.5244005127080408), (0.001, -3.0902323061678136), (1e-10, -6.361340902404057), (1e-100, -21.273453560965326), (1e-300, -37.0470962993612), (0.975, 1.9599639845400538), (0.9999, 3.7190164854557084)]),
    ("logit", logit, &[(0.5000001, 3.99999999789463e-07), (0.1, -2.197224577336219), (0.9, 2.1972245773362196), (1e-10, -23.025850929840455), (0.3, -0.8472978603872037)]),
    ("sigmoid", sigmoid, &[(0.0, 0.5), (2.0, 0.8807970779778824), (-3.0, 0.04742587317756678), (-700.0, 9.85967654375977e-305), (40.0, 1.0)]),
    ("softplus", softplus, &[(0.0, std::f64::consts::LN_2), (2.0, 2.1269280110429727), (-40.0, 4.248354255291589e-18), (800.0, 800.0), (-3.0, 0.04858735157374206)]),
];

fn close(name: &str, x: &dyn std::fmt::Debug, found: f64, expected: f64) {
    let error = (found - expected).abs();
    assert!(error <= 1e-13 * expected.abs(), "{name}({x:?}) = {found:e}, expected {expected:e}");
}

#[test]
fn agree_with_reference_values() {
    for (name, function, values) in REFERENCE {
        for (x, expected) in values {
            close(name, x, function(*x), *expected);
        }
    }
}

#[test]
fn lbeta_agrees_for_small_and_large_arguments() {
    let values = [
        ((0.5, 0.5), 1.1447298858494002),
        ((2.0, 3.0), -2.4849066497880004),
        ((1e10, 0.5), -10.940560522033028),
        ((1e6, 2e6), -1909548.290968533),
        ((12.0, 15.0), -18.568172732389435),
        ((3.0, 1e5), -33.84565921410074),
    ];
    for ((a, b), expected) in values {
        close("lbeta", &(a, b), lbeta(a, b), expected);
        close("lbeta", &(b, a), lbeta(b, a), expected);
    }
}

#[test]
fn edges() {
    assert_eq!(normal_icdf(0.0), f64::NEG_INFINITY);
    assert_eq!(normal_icdf(1.0), f64::INFINITY);
    assert_eq!(erfinv(-1.0), f64::NEG_INFINITY);
    assert_eq!(normal_cdf(f64::NEG_INFINITY), 0.0);
    assert_eq!(normal_cdf(f64::INFINITY), 1.0);
    assert_eq!(logit(0.0), f64::NEG_INFINITY);
    assert_eq!(logit(1.0), f64::INFINITY);
    assert_eq!(softplus(f64::NEG_INFINITY), 0.0);
    assert_eq!(softplus(f64::INFINITY), f64::INFINITY);
    assert_eq!(xlogy(0.0, 0.0), 0.0);
    assert_eq!(log1p(1e-300), 1e-300);
    assert_eq!(lgamma(0.0), f64::INFINITY);
    assert_eq!(trigamma(-1.0), f64::INFINITY);
    assert_eq!(trigamma(f64::INFINITY), 0.0);
    assert_eq!(lbeta(0.0, 2.0), f64::INFINITY);
    let outside = [normal_icdf(-0.1), normal_icdf(1.1), erfinv(1.5), digamma(0.0), digamma(-2.0), logit(1.5)];
    assert!(outside.iter().all(|x| x.is_nan()), "{outside:?}");
    let unary: [Function; 6] = [softplus, sigmoid, normal_cdf, normal_icdf, digamma, erfinv];
    assert!(unary.iter().all(|f| f(f64::NAN).is_nan()));
    assert!(xlogy(0.0, f64::NAN).is_nan() && lbeta(f64::NAN, 1.0).is_nan());
}
