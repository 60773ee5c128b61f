//! The error function and the normal distribution function, with their inverses.
use super::polynomial;
use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

/// 2/√π ∫₀ˣ exp(-t²) dt.
pub fn erf(x: f64) -> f64 {
    libm::erf(x)
}

/// 1 - erf(x), accurate in the right tail.
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

/// The inverse of [`erf`]: ±∞ at ±1, NaN outside.
pub fn erfinv(x: f64) -> f64 {
    // erf⁻¹(x) = Φ⁻¹((1 + x) / 2) / √2, without rounding the argument.
    FRAC_1_SQRT_2 * quantile(0.5 * x, 0.5 * (1.0 - x.abs()))
}

/// The standard normal distribution function Φ, accurate in both tails.
pub fn normal_cdf(x: f64) -> f64 {
    // erfc is steep in the tail: the rounding of x / √2 is worth a first-order correction.
    const REST_OF_SQRT: f64 = -4.833_646_656_726_457e-17;
    let z = -x * FRAC_1_SQRT_2;
    let missing = (-x).mul_add(FRAC_1_SQRT_2, -z) - x * REST_OF_SQRT;
    let correction = FRAC_2_SQRT_PI * (-z * z).exp() * missing;
    let value = 0.5 * erfc(z);
    if correction.is_finite() { value - 0.5 * correction } else { value }
}

/// The standard normal quantile Φ⁻¹: -∞ at 0, ∞ at 1, NaN outside.
pub fn normal_icdf(p: f64) -> f64 {
    quantile(p - 0.5, if p < 0.5 { p } else { 1.0 - p })
}

/// Φ⁻¹ from p - 1/2 and min(p, 1 - p): Wichura, Algorithm AS 241 (1988), routine PPND16.
fn quantile(centred: f64, tail: f64) -> f64 {
    if centred.abs() <= 0.425 {
        let r = 0.180625 - centred * centred;
        return centred * polynomial(&CENTRE.0, r) / polynomial(&CENTRE.1, r);
    }
    if tail == 0.0 {
        return f64::INFINITY.copysign(centred);
    }
    let r = (-tail.ln()).sqrt(); // NaN outside [0, 1]
    let (shift, (above, below)) = if r <= 5.0 { (1.6, MIDDLE) } else { (5.0, FAR) };
    (polynomial(&above, r - shift) / polynomial(&below, r - shift)).copysign(centred)
}

type Ratio = ([f64; 8], [f64; 8]);

#[rustfmt::skip]
const CENTRE: Ratio = (
    [3.387_132_872_796_366_5e0, 1.331_416_678_917_843_8e2, 1.971_590_950_306_551_3e3, 1.373_169_376_550_946e4,
     4.592_195_393_154_987e4, 6.726_577_092_700_87e4, 3.343_057_558_358_813e4, 2.509_080_928_730_122_7e3],
    [1.0, 4.231_333_070_160_091e1, 6.871_870_074_920_579e2, 5.394_196_021_424_751e3,
     2.121_379_430_158_659_7e4, 3.930_789_580_009_271e4, 2.872_908_573_572_194_3e4, 5.226_495_278_852_854e3],
);
#[rustfmt::skip]
const MIDDLE: Ratio = (
    [1.423_437_110_749_683_5e0, 4.630_337_846_156_546e0, 5.769_497_221_460_691e0, 3.647_848_324_763_204_5e0,
     1.270_458_252_452_368_4e0, 2.417_807_251_774_506e-1, 2.272_384_498_926_918_4e-2, 7.745_450_142_783_414e-4],
    [1.0, 2.053_191_626_637_759e0, 1.676_384_830_183_803_8e0, 6.897_673_349_851e-1,
     1.481_039_764_274_800_8e-1, 1.519_866_656_361_645_7e-2, 5.475_938_084_995_345e-4, 1.050_750_071_644_416_9e-9],
);
#[rustfmt::skip]
const FAR: Ratio = (
    [6.657_904_643_501_103e0, 5.463_784_911_164_114e0, 1.784_826_539_917_291_3e0, 2.965_605_718_285_048_7e-1,
     2.653_218_952_657_612_4e-2, 1.242_660_947_388_078_4e-3, 2.711_555_568_743_487_6e-5, 2.010_334_399_292_288_1e-7],
    [1.0, 5.998_322_065_558_88e-1, 1.369_298_809_227_358e-1, 1.487_536_129_085_061_5e-2,
     7.868_691_311_456_133e-4, 1.846_318_317_510_054_8e-5, 1.421_511_758_316_446e-7, 2.044_263_103_389_939_8e-15],
);
