//! Lanes against single values, for every family from its declaration alone.

use super::check::Invalid;
use super::fused::{LaneInput, within};
use super::lane_array::LaneArray;
use super::lane_float::LaneFloat;
use super::{Flat, check, flattened, logpdf, sample};
use crate::distributions::number::Number;
use crate::distributions::{FAMILIES, Family, Kind};
use crate::eval::key::Key;
use crate::tensor::DType::{self, Float32, Float64};
use crate::tensor::lanes::random::LaneIds;
use crate::tensor::lanes::{Column, Operand, ScalarItem};

const KEY: Key = Key::from_seed(5);

fn family(name: &str) -> &'static Family {
    FAMILIES.iter().find(|f| f.name == name).expect("a family")
}

/// Values in and out of the support.
fn values(family: &Family, p: &[f64]) -> Vec<f64> {
    let mut draws = KEY.site(1, 0);
    let drawn = (0..30).map(|_| (family.sample)(p, &mut draws));
    let odd = [f64::NEG_INFINITY, -1e30, -2.5, -1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 7.5, 1e9 + 0.5, 1e30, f64::INFINITY];
    // What both widths hold.
    drawn.chain(odd).map(|x| f64::from(x as f32)).collect()
}

fn column(family: &Family, xs: &[f64], float: DType) -> Column {
    match family.kind {
        Kind::Boolean => Column::new(xs.iter().map(|x| *x != 0.0).collect::<Vec<bool>>()),
        _ => Column::new(xs.to_vec()).cast(float),
    }
}

/// The value as the family's lanes hold it.
fn held(family: &Family, x: f64) -> f64 {
    if family.kind == Kind::Boolean { f64::from(u8::from(x != 0.0)) } else { x }
}

/// Calls `test` with parameters as constants, as columns, and each alone as a column.
fn layouts(p: &[f64], n: usize, float: DType, mut test: impl FnMut(&[Operand])) {
    let columns: Vec<Column> = p.iter().map(|x| Column::new(vec![*x; n]).cast(float)).collect();
    for bits in 0..1 << p.len() {
        let operand = |i: usize| match bits >> i & 1 {
            0 => Operand::Float(p[i]),
            _ => Operand::Column(&columns[i]),
        };
        test(&(0..p.len()).map(operand).collect::<Vec<_>>());
    }
}

fn cases() -> impl Iterator<Item = (&'static Family, &'static [f64])> {
    FAMILIES.iter().flat_map(|family| family.cases.iter().map(move |p| (family, *p)))
}

#[test]
fn double_precision_is_that_of_single_values() {
    for (family, p) in cases() {
        let xs = values(family, p);
        layouts(p, xs.len(), Float64, |params| {
            let found = logpdf(family, Operand::Column(&column(family, &xs, Float64)), params, xs.len(), Float64);
            for (x, l) in xs.iter().zip(found.to_f64()) {
                let exact = (family.logpdf)(held(family, *x), p);
                let same = l == exact || (l - exact).abs() <= 1e-12 * exact.abs();
                assert!(same, "{} {p:?} at {x}: {l}, not {exact}", family.name);
            }
        });
    }
}

/// How much the density changes when any of its numbers is rounded to single precision, a few times over.
fn slack(family: &Family, x: f64, p: &[f64]) -> f64 {
    let exact = (family.logpdf)(x, p);
    let mut most = 1.0 + exact.abs();
    for (i, sign) in (0..=p.len()).flat_map(|i| [(i, 1.0), (i, -1.0)]) {
        let mut all = [&[x], p].concat();
        all[i] *= 1.0 + sign * 1e-5;
        let moved = (family.logpdf)(all[0], &all[1..]);
        if moved.is_finite() {
            most = most.max((moved - exact).abs() / 1e-5);
        }
    }
    4e-6 * most
}

#[test]
fn single_precision_is_close() {
    let mut problems = Vec::new();
    for (family, p) in cases() {
        let p: Vec<f64> = p.iter().map(|x| f64::from(x.clamp(-1e30, 1e30) as f32)).collect();
        let xs = values(family, &p);
        layouts(&p, xs.len(), Float32, |params| {
            let found = logpdf(family, Operand::Column(&column(family, &xs, Float32)), params, xs.len(), Float32);
            assert_eq!(found.dtype(), Float32);
            for (x, l) in xs.iter().zip(found.to_f64()) {
                let exact = (family.logpdf)(held(family, *x), &p);
                let (off, slack) = ((l - exact).abs(), slack(family, held(family, *x), &p));
                // Beyond the largest float both are as good as impossible.
                let same = l == exact || off <= slack || l == f64::NEG_INFINITY && exact < -1e30;
                if !same {
                    problems.push(format!("{} {p:?} at {x}: {l}, not {exact}, slack {slack}", family.name));
                }
            }
        });
    }
    assert!(problems.is_empty(), "{}\n{}", problems.len(), problems[..problems.len().min(60)].join("\n"));
}

/// The whole formula in one loop, and step by step.
fn loops_and_steps<T: LaneFloat + std::fmt::Debug>(family: &Family, p: &[f64], float: DType) -> usize {
    let Some(loops) = T::loops(family) else { return 0 };
    let (density, quantile) = T::formulas(family);
    let xs = values(family, p);
    let n = xs.len();
    let us: Vec<f64> = (0..n).map(|i| (i as f64 + 0.5) / n as f64).collect();
    layouts(p, n, float, |params| {
        let flat = flattened(params, n, &[], float).expect("numbers");
        let inputs: Vec<LaneInput<T>> = flat.iter().filter_map(input).collect();
        let wide: Vec<Number<LaneArray<T>>> = flat.iter().map(Number::<LaneArray<_>>::of).collect();
        for (numbers, one) in [(&xs, &loops.logpdf), (&us, &loops.from_uniform)] {
            let column = Number::Varying(Column::new(numbers.clone()).cast(float));
            let mut found = vec![T::default(); n];
            let first = input(&column).expect("this width");
            one(first, &inputs, &mut found).expect("loops for as many parameters");
            let steps = match std::ptr::eq(numbers, &xs) {
                true => density(Number::<LaneArray<_>>::of(&column), &wide),
                false => quantile(Number::<LaneArray<_>>::of(&column), &wide).expect("a formula"),
            };
            let (least, most) = T::bounds(family.support);
            for (x, y) in found.iter().zip(steps.into_lanes(n)) {
                let y = if std::ptr::eq(numbers, &us) { within(y, least, most) } else { y };
                assert!(*x == y, "{}: {x:?}, not {y:?}", family.name);
            }
        }
    });
    1
}

#[test]
fn loops_of_whole_formulas_give_the_bits_of_their_steps() {
    let families = cases()
        .map(|(family, p)| loops_and_steps::<f32>(family, p, Float32) + loops_and_steps::<f64>(family, p, Float64));
    assert!(families.sum::<usize>() >= 2);
}

#[test]
fn one_value_in_many_lanes() {
    for (family, p) in cases() {
        let x = (family.sample)(p, &mut KEY.site(2, 0));
        let operand = match family.kind {
            Kind::Boolean => Operand::Bool(x != 0.0),
            _ => Operand::Float(x),
        };
        layouts(p, 3, Float64, |params| {
            let found = logpdf(family, operand, params, 3, Float64).to_f64();
            assert!(found.len() == 3 && found.iter().all(|l| (l - (family.logpdf)(x, p)).abs() < 1e-9));
        });
    }
}

#[test]
fn wrong_types_and_shapes_are_impossible() {
    let (truths, numbers) = (Column::new(vec![true, false]), Column::new(vec![0.5, 1.0]));
    let impossible = |name, x, params: &[Operand]| {
        let found = logpdf(family(name), x, params, 2, Float32);
        assert_eq!(found.to_f64(), [f64::NEG_INFINITY; 2], "{name}");
    };
    impossible("flip", Operand::Column(&numbers), &[Operand::Float(0.5)]);
    impossible("bernoulli", Operand::Column(&truths), &[Operand::Float(0.5)]);
    let array = Operand::Array { values: &[1.0, 2.0], shape: &[2] };
    impossible("normal", Operand::Column(&numbers), &[array, Operand::Float(1.0)]);
    impossible("normal", Operand::Float(0.0), &[Operand::Column(&Column::new(vec![1.0])), Operand::Float(1.0)]);
}

#[test]
fn arrays_are_independent_elements() {
    let normal = family("normal");
    let (values, sigma) = (&[1.0, 2.0, 3.0][..], Column::new(vec![0.5, 2.0]));
    let params = [Operand::Array { values, shape: &[3] }, Operand::Column(&sigma)];
    for float in [Float32, Float64] {
        let ids = LaneIds::List(&[4, 9]);
        let xs = sample(normal, &params, KEY, 3, ids, float).expect("one shape");
        assert_eq!((xs.event(), xs.len(), xs.dtype()), (&[3][..], 2, float));
        let found = logpdf(normal, Operand::Column(&xs), &params, 2, Float64).to_f64();
        for (lane, sigma) in [(0, 0.5), (1, 2.0)] {
            let each = (0..3).map(|i| {
                let x = xs.element(lane, i).expect("an element").as_f64();
                (normal.logpdf)(x, &[values[i], sigma])
            });
            assert!((found[lane] - each.sum::<f64>()).abs() < 1e-5);
        }
    }
}

#[test]
fn draws_do_not_depend_on_chunks() {
    for (family, p) in cases() {
        for float in [Float32, Float64] {
            let columns: Vec<Column> = p.iter().map(|x| Column::new(vec![*x; 40])).collect();
            let draw = |first: u32, n: usize| {
                let parts: Vec<Column> = columns.iter().map(|c| c.slice(0..n)).collect();
                let params: Vec<Operand> = parts.iter().map(Operand::Column).collect();
                sample(family, &params, KEY, 8, LaneIds::Range { first, n }, float).expect("numbers")
            };
            let whole = draw(0, 40);
            let parts = [draw(0, 3), draw(3, 30), draw(33, 7)];
            let joined = Column::concat(&parts).expect("one type");
            assert_eq!(joined.to_f64(), whole.to_f64(), "{} {p:?}", family.name);
            let wanted = match family.kind {
                Kind::Real => float,
                Kind::Integer => DType::Int64,
                Kind::Boolean => DType::Bool,
            };
            assert_eq!(whole.dtype(), wanted);
        }
    }
}

#[test]
fn single_precision_stays_on_the_support() {
    let at = |name, params: &[f64]| {
        let params: Vec<Operand> = params.iter().map(|x| Operand::Float(*x)).collect();
        let ids = LaneIds::Range { first: 0, n: 20_000 };
        sample(family(name), &params, KEY, 1, ids, Float32).expect("numbers").to_f64()
    };
    assert!(at("beta", &[0.01, 0.01]).iter().all(|x| *x > 0.0 && *x < 1.0));
    assert!(at("gamma", &[0.001, 1.0]).iter().all(|x| *x > 0.0));
    assert!(at("log-normal", &[0.0, 100.0]).iter().all(|x| *x > 0.0 && x.is_finite()));
    assert!(at("cauchy", &[0.0, 1e38]).iter().all(|x| x.is_finite()));
    assert!(at("uniform", &[1.0, 1.0 + 1e-6]).iter().all(|x| (1.0..=1.000001_f32.into()).contains(x)));
}

#[test]
fn the_first_lane_with_a_wrong_parameter() {
    let sigma = |values: Vec<f32>| check(family("normal"), &[Operand::Float(0.0), Operand::Column(&values.into())], 3);
    assert_eq!(sigma(vec![1.0, 2.0, 3.0]), Ok(()));
    let wrong = |lane, x| Err(Invalid::One { lane, index: 1, value: ScalarItem::Float(x) });
    assert_eq!(sigma(vec![1.0, -2.0, 0.0]), wrong(1, -2.0));
    assert_eq!(sigma(vec![1.0, 2.0, f32::INFINITY]), wrong(2, f64::INFINITY));
    for family in FAMILIES {
        let nan = Column::new(vec![0.5, f64::NAN]);
        let params: Vec<Operand> = family.params.iter().map(|_| Operand::Column(&nan)).collect();
        assert!(check(family, &params, 2).is_err(), "{}", family.name);
    }
    for (family, p) in cases() {
        layouts(p, 3, Float64, |params| assert_eq!(check(family, params, 3), Ok(())));
    }
    let (lo, hi) = (Column::new(vec![0.0, 2.0]), Operand::Float(1.0));
    let condition = "lo must be less than hi";
    let found = check(family("uniform"), &[Operand::Column(&lo), hi], 2);
    assert_eq!(found, Err(Invalid::Together { lane: 1, values: vec![2.0, 1.0], condition }));
    assert_eq!(check(family("flip"), &[Operand::Bool(true)], 2), Err(Invalid::NotANumber { index: 0 }));
}

/// As the operand of a loop; `None` if its numbers have another width.
fn input<T: LaneFloat>(flat: &Flat) -> Option<LaneInput<'_, T>> {
    match flat {
        Number::Constant(x) => Some(Number::Constant(*x)),
        Number::Varying(column) => column.values().map(Number::Varying),
    }
}
