//! The regularized incomplete gamma and beta functions: what distribution functions are made of.
use super::normal::{erfc, normal_cdf};
use super::polynomial;
use super::saddle::{deviance, stirling_excess};
use std::f64::consts::TAU;

/// P(a, x) = γ(a, x) / Γ(a), for a > 0 and x ≥ 0.
pub fn gammainc_lower(a: f64, x: f64) -> f64 {
    gammainc(a, x).0
}

/// Q(a, x) = Γ(a, x) / Γ(a), for a > 0 and x ≥ 0.
pub fn gammainc_upper(a: f64, x: f64) -> f64 {
    gammainc(a, x).1
}

/// P and Q, each to its own relative precision.
fn gammainc(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x.is_infinite() {
        return (1.0, 0.0);
    }
    if a > 1e4 {
        return uniform(a, x);
    }
    // x^a exp(-x) / Γ(a + 1).
    let log_prefix = -deviance(a, x) - stirling_excess(a);
    if x < a + 1.0 {
        let (mut term, mut sum) = (1.0, 1.0);
        for n in 1..10_000 {
            term *= x / (a + f64::from(n)); // DLMF 8.11.4
            if sum + term == sum {
                break;
            }
            sum += term;
        }
        let log_lower = log_prefix + f64::ln(sum);
        (log_lower.exp().min(1.0), -log_lower.exp_m1().min(0.0))
    } else {
        // DLMF 8.9.2.
        let step = |k: f64| (-k * (k - a), x + 2.0 * k + 1.0 - a);
        let upper = log_prefix.exp() * a / continued(x + 1.0 - a, step);
        (1.0 - upper, upper)
    }
}

/// b₀ + a₁/(b₁ + a₂/(b₂ + …)) with (aₖ, bₖ) = `step(k)`, by Lentz's method with Thompson and Barnett's changes (1986).
fn continued(first: f64, step: impl Fn(f64) -> (f64, f64)) -> f64 {
    const TINY: f64 = 1e-300;
    let safe = |x: f64| if x == 0.0 { TINY } else { x };
    let mut value = safe(first);
    let (mut c, mut d) = (value, 0.0);
    for k in 1..200_000 {
        let (a, b) = step(f64::from(k));
        d = 1.0 / safe(b + a * d);
        c = safe(b + a / c);
        value *= c * d;
        if (c * d - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    value
}

/// Temme's expansion for large a, DLMF 8.12.3-4, with the coefficients as series in η (8.12.12 and on).
fn uniform(a: f64, x: f64) -> (f64, f64) {
    let half_square = deviance(a, x); // a η² / 2
    let eta = (2.0 * half_square / a).sqrt().copysign(x - a);
    if half_square > 745.0 {
        return if x < a { (0.0, 1.0) } else { (1.0, 0.0) };
    }
    let rest = TEMME.iter().rev().fold(0.0, |sum, c| sum / a + polynomial(c, eta));
    let rest = rest * (-half_square).exp() / (TAU * a).sqrt();
    let z = half_square.sqrt().copysign(eta);
    (0.5 * erfc(-z) - rest, 0.5 * erfc(z) + rest)
}

#[rustfmt::skip]
const TEMME: [[f64; 14]; 4] = [
    [-0.333_333_333_333_333_3, 0.083_333_333_333_333_33, -0.014_814_814_814_814_815, 0.001_157_407_407_407_407_3,
     0.000_352_733_686_067_019_4, -0.000_178_755_144_032_921_8, 3.919_263_178_522_438e-5, -2.185_448_510_679_992_4e-6,
     -1.854_062_210_715_16e-6, 8.296_711_340_953_087e-7, -1.766_595_273_682_607_8e-7, 6.707_853_543_401_498e-9,
     1.026_180_978_424_030_9e-8, -4.382_036_018_453_353e-9],
    [-0.001_851_851_851_851_852, -0.003_472_222_222_222_222, 0.002_645_502_645_502_645_4, -0.000_990_226_337_448_559_6,
     0.000_205_761_316_872_427_98, -4.018_775_720_164_609e-7, -1.809_855_033_448_997_7e-5, 7.649_160_916_081_11e-6,
     -1.612_090_089_456_344_6e-6, 4.647_127_802_807_434e-9, 1.378_633_446_915_721e-7, -5.752_545_603_517_705e-8,
     1.195_162_859_977_814_8e-8, -1.754_324_171_974_764_7e-11],
    [0.004_133_597_883_597_883, -0.002_681_327_160_493_827_3, 0.000_771_604_938_271_604_9, 2.009_387_860_082_304_7e-6,
     -0.000_107_366_536_532_263_65, 5.292_344_882_912_012_5e-5, -1.276_063_518_861_872_8e-5, 3.423_578_734_096_138e-8,
     1.372_195_730_906_293_2e-6, -6.298_992_138_380_055e-7, 1.428_061_420_606_424_2e-7, -2.047_709_842_199_086_6e-10,
     -1.409_252_991_086_752e-8, 6.228_974_084_922_022e-9],
    [0.000_649_434_156_378_600_8, 0.000_229_472_093_621_399_2, -0.000_469_189_494_395_255_7, 0.000_267_720_632_062_838_85,
     -7.561_801_671_883_977e-5, -2.396_505_113_867_297e-7, 1.108_265_411_534_73e-5, -5.674_952_826_991_597e-6,
     1.423_090_073_243_588_3e-6, -2.786_108_002_915_281e-11, -1.695_840_409_193_027_8e-7, 8.099_464_905_388_081e-8,
     -1.911_116_848_597_365_5e-8, 2.392_862_043_980_812e-12],
];

/// I_x(a, b), for a, b > 0 and x between 0 and 1.
pub fn betainc(a: f64, b: f64, x: f64) -> f64 {
    betainc_of(a, b, x, 1.0 - x)
}

/// I_x(a, b) with y = 1 - x given, which may be too small for x to tell.
pub fn betainc_of(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if x <= 0.0 || y <= 0.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    let n = (a + b).min(f64::MAX);
    let log_kernel = -deviance(a, a * x + b * x) - deviance(b, a * y + b * y);
    if a.min(b) > 1e8 {
        return large(a, b, (x * b - y * a) / n, log_kernel);
    }
    if x * (n + 2.0) > a + 1.0 {
        return 1.0 - fraction(b, a, y, log_kernel);
    }
    fraction(a, b, x, log_kernel)
}

/// DLMF 8.17.22, for x below the mean.
fn fraction(a: f64, b: f64, x: f64, log_kernel: f64) -> f64 {
    // x^a y^b / (a B(a, b)).
    let n = a + b;
    let prefix = (stirling_excess(n) - stirling_excess(a) - stirling_excess(b) + log_kernel).exp() * (b / n);
    if prefix == 0.0 {
        return 0.0;
    }
    let step = |k: f64| {
        let m = (0.5 * k).floor();
        let at = a + 2.0 * m;
        let numerator = if k % 2.0 == 0.0 {
            m * (b - m) * x / ((at - 1.0) * at)
        } else {
            -(a + m) * (n + m) * x / (at * (at + 1.0))
        };
        (numerator, 1.0)
    };
    (prefix / continued(1.0, step)).min(1.0)
}

/// The leading terms for large a and b, DLMF 8.18.9-12: what is left out is of order 1 / (a + b).
fn large(a: f64, b: f64, above_mean: f64, log_kernel: f64) -> f64 {
    let n = (a + b).min(f64::MAX);
    let sd = (a / n).sqrt() * (b / n / n).sqrt();
    let z = (-2.0 * log_kernel).sqrt().copysign(above_mean);
    let correction = if z.abs() < 1e-3 { (b - a) / n / (3.0 * n * sd) } else { 1.0 / z - sd / above_mean };
    (normal_cdf(z) + log_kernel.exp() / TAU.sqrt() * correction).clamp(0.0, 1.0)
}
