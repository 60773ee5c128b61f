//! Single-precision functions against double precision, in units in the last place.
use crate::tensor::lanes::single;

/// How far `found` is from the exact value, in units in the last place of a float there.
fn ulps(found: f32, exact: f64) -> f64 {
    let nearest = exact as f32;
    if found == nearest || found.is_nan() && nearest.is_nan() {
        return 0.0;
    }
    let unit = f64::from(nearest.abs().next_up()) - f64::from(nearest.abs());
    (f64::from(found) - exact).abs() / unit
}

/// Floats of all sizes and both signs, and the ends.
fn floats() -> impl Iterator<Item = f32> {
    let grid = (0..u32::MAX / 4099).map(|i| f32::from_bits(i * 4099));
    let near = (-400_000..400_000).map(|i| i as f32 * 1e-3);
    let ends = [0.0, -0.0, 1.0, -1.0, f32::INFINITY, f32::NEG_INFINITY, f32::NAN, f32::MAX, f32::MIN_POSITIVE, 1e-45];
    grid.chain(near).chain(ends)
}

fn check(name: &str, found: fn(f32) -> f32, exact: fn(f64) -> f64, most: f64) {
    let (mut worst, mut at) = (0.0, 0.0);
    for x in floats() {
        let off = ulps(found(x), exact(f64::from(x)));
        if off.is_nan() || off > worst {
            (worst, at) = (off, x);
        }
    }
    assert!(worst <= most, "{name} is {worst} units off at {at:e}: {:e}, not {:e}", found(at), exact(f64::from(at)));
}

#[test]
fn within_units_in_the_last_place() {
    use crate::tensor::special;
    check("exp", single::exp, f64::exp, 2.0);
    check("exp_m1", single::exp_m1, f64::exp_m1, 3.0);
    check("ln", single::ln, f64::ln, 2.0);
    check("ln_1p", single::ln_1p, f64::ln_1p, 2.0);
    check("log1p_square", single::log1p_square, special::log1p_square, 3.0);
    check("sigmoid", single::sigmoid, special::sigmoid, 4.0);
    check("softplus", single::softplus, special::softplus, 4.0);
    check("tanh", single::tanh, f64::tanh, 4.0);
}

#[test]
fn normal_quantiles() {
    use crate::tensor::special::normal_icdf;
    for i in 0..1_000_000 {
        let u = (i as f32 * 8.0 + 0.5) / 8_388_608.0;
        let (found, exact) = (f64::from(single::normal_quantile(u)), normal_icdf(f64::from(u)));
        assert!((found - exact).abs() <= 2e-6 * exact.abs() + 1e-9, "{found} at {u}, not {exact}");
    }
}
