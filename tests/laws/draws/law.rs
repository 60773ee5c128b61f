//! What must hold of the draws of one distribution.

use super::table::DEFINITIONS;
use genlisp::internals::distributions::{Density, Dist, SupportOf};
use genlisp::internals::eval::key::Key;
use genlisp::internals::tensor::DType;
use genlisp::{Interpreter, Value};

/// Draws in lanes, and one by one.
pub struct Sizes {
    pub lanes: usize,
    pub single: usize,
}

/// The points at which the empirical distribution function is compared.
const POINTS: usize = 1_000;

/// Draws at one width, a column for each number of a value, and what the distribution says of each draw.
struct Draws {
    width: &'static str,
    single: bool,
    columns: Vec<Vec<f64>>,
    scores: Vec<f64>,
}

/// What a distribution tells of each number of its values; `None` where it is not known.
struct Told {
    integers: bool,
    angle: bool,
    ends: (f64, f64),
    mean: Option<Vec<f64>>,
    variance: Option<Vec<f64>>,
}

pub fn problems(text: &str, sizes: &Sizes) -> Vec<String> {
    let mut lisp = Interpreter::builder().seed(5).build().expect("an interpreter");
    lisp.eval(DEFINITIONS).expect("the definitions");
    let made = match lisp.eval(&format!("(def d {text}) d")) {
        Ok(made) => made,
        Err(error) => return vec![error.to_string()],
    };
    let dist = made.as_host::<Dist>().expect("a distribution").density();
    let told = told(&mut lisp, dist);
    let mut all = vec![one_by_one(&mut lisp, dist, sizes.single)];
    let mut runs = vec![(":float64", text.to_string()), (":float32", text.to_string())];
    runs.extend(with_lanes(text).map(|text| (":float64", text)));
    let mut problems = Vec::new();
    for (width, text) in runs {
        match in_lanes(&mut lisp, &text, width, sizes.lanes) {
            Ok(draws) => all.push(draws),
            Err(error) => problems.push(format!("{width} {text}: {error}")),
        }
    }
    for draws in &mut all {
        let found = wrong(&mut lisp, dist, &told, draws);
        problems.extend(found.into_iter().map(|problem| format!("{}: {problem}", draws.width)));
    }
    problems
}

/// The same distribution with numbers for parameters that differ by lane, as far as the program can tell.
fn with_lanes(text: &str) -> Option<String> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let mut words = inner.split(' ');
    let name = words.next()?;
    let each = |word: &str| {
        word.parse::<f64>().ok()?;
        Some(match word.parse::<i64>() {
            Ok(_) => format!("(+ {word} k)"),
            Err(_) => format!("(+ {word} z)"),
        })
    };
    let words: Option<Vec<String>> = words.map(each).collect();
    words.map(|words| format!("({name} {})", words.join(" ")))
}

fn told(lisp: &mut Interpreter, dist: &dyn Density) -> Told {
    let of = dist.support();
    let (ends, angle) = match &of {
        SupportOf::Numbers { of, lo, hi } => ((*lo, *hi), *of == genlisp::internals::distributions::Support::Angle),
        _ => ((f64::NAN, f64::NAN), false),
    };
    let row = |value: Option<Value>| value.map(|value| numbers(&value));
    let mean = row(dist.mean(lisp.cx()).expect("a mean, if it is known"));
    let variance = row(dist.variance(lisp.cx()).expect("a variance, if it is known"));
    Told { integers: !dist.continuous() && whole(&of), angle, ends, mean, variance }
}

/// Are these only integers (or booleans)?
fn whole(of: &SupportOf) -> bool {
    match of {
        SupportOf::Numbers { of, .. } => {
            ["binary", "booleans", "integers", "counts", "up-to", "integer-interval", "indices"].contains(&of.keyword())
        }
        SupportOf::Either(parts) => parts.iter().all(whole),
        SupportOf::Only(value) => matches!(value, Value::Int(_)),
        SupportOf::Finite(values) => values.iter().all(|value| matches!(value, Value::Int(_))),
        _ => false,
    }
}

/// All numbers of a value in their order.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(array) => array.to_f64().expect("numbers"),
        Value::Vector(items) => items.iter().flat_map(numbers).collect(),
        Value::Map(map) => map.iter().flat_map(|(_, item)| numbers(item)).collect(),
        value if value.is_bool() => vec![f64::from(u8::from(value.truthy()))],
        value => vec![value.as_f64().unwrap_or(f64::NAN)],
    }
}

fn one_by_one(lisp: &mut Interpreter, dist: &dyn Density, n: usize) -> Draws {
    let (mut columns, mut scores) = (Vec::new(), Vec::with_capacity(n));
    let key = Key::from_seed(3);
    for lane in 0..n {
        let value = dist.sample(lisp.cx(), &mut key.site(1, lane as u32).of_width(DType::Float64)).expect("a draw");
        scores.push(dist.logpdf(lisp.cx(), &value).expect("a score"));
        let row = numbers(&value);
        columns.resize_with(row.len(), || Vec::with_capacity(n));
        for (column, x) in columns.iter_mut().zip(row) {
            column.push(x);
        }
    }
    Draws { width: "one by one", single: false, columns, scores }
}

fn in_lanes(lisp: &mut Interpreter, text: &str, width: &'static str, n: usize) -> Result<Draws, String> {
    let program = format!(
        "(defn columns [r]
           (cond (and (lanes? r) (map? (first (lanes->vector r))))
                 (let [maps (lanes->vector r)] (mapv (fn [k] (array (mapv k maps))) (keys (first maps))))
                 (lanes? r) (lanes->array r)
                 (map? r) (mapv columns (vals r))
                 (sequential? r) (mapv columns r)
                 :else (array (repeat {n} r))))
         (def zeros (as-lanes (repeat {n} 0.0) :dtype :float64))
         (def nulls (as-lanes (repeat {n} 0)))
         (def t (vsimulate (gen [z k] (trace :x {text})) [zeros nulls] {n} :dtype {width}))
         [(columns (retval t)) (columns (score t))]"
    );
    let found = lisp.eval(&program).map_err(|error| error.to_string())?;
    let Value::Vector(pair) = &found else { return Err("no pair".to_string()) };
    let (drawn, scores) = (pair.get(0).expect("draws"), pair.get(1).expect("scores"));
    Ok(Draws { width, single: width == ":float32", columns: columns_of(drawn), scores: numbers(scores) })
}

/// The draws of each number of a value: those of a lane follow each other.
fn columns_of(value: &Value) -> Vec<Vec<f64>> {
    match value {
        Value::Array(array) => {
            let width = array.shape()[1..].iter().product::<usize>();
            let all = array.to_f64().expect("numbers");
            (0..width).map(|i| all.iter().skip(i).step_by(width).copied().collect()).collect()
        }
        Value::Vector(items) => items.iter().flat_map(columns_of).collect(),
        _ => Vec::new(),
    }
}

fn wrong(lisp: &mut Interpreter, dist: &dyn Density, told: &Told, draws: &mut Draws) -> Vec<String> {
    let mut problems = Vec::new();
    let odd = draws.scores.iter().filter(|score| !score.is_finite()).count();
    if odd > 0 || draws.scores.is_empty() {
        problems.push(format!("{odd} of {} draws have no finite log-density", draws.scores.len()));
    }
    let one = draws.columns.len() == 1;
    for (i, column) in draws.columns.iter_mut().enumerate() {
        // The ends, too, are stored at the width.
        let at_width = |end: f64| if draws.single { f64::from(end as f32) } else { end };
        let (lo, hi) = (told.ends.0.min(at_width(told.ends.0)), told.ends.1.max(at_width(told.ends.1)));
        if let Some(x) = column.iter().find(|x| !x.is_finite() || **x < lo || **x > hi) {
            problems.push(format!("{x:e} is not between {lo:e} and {hi:e}"));
        }
        let at = |row: &Option<Vec<f64>>| row.as_ref().and_then(|row| row.get(i).copied());
        let (mean, variance) = (at(&told.mean), at(&told.variance));
        problems.extend(match told.angle {
            true => wrong_angles(column, mean, variance).into_iter().collect(),
            false => wrong_moments(column, mean, variance, told.integers, draws.single),
        });
        if one {
            column.sort_by(f64::total_cmp);
            problems.extend(wrong_distances(lisp, dist, told, column, draws.single));
        }
    }
    problems
}

fn mean_of(xs: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    xs.iter().map(|x| f(*x)).sum::<f64>() / xs.len() as f64
}

/// A mean direction, and 1 less the resultant length.
fn wrong_angles(xs: &[f64], mean: Option<f64>, variance: Option<f64>) -> Option<String> {
    let (mean, variance) = mean.zip(variance)?;
    let error = |f: fn(f64) -> f64| {
        let found = mean_of(xs, |x| f(x - mean));
        let spread = mean_of(xs, |x| (f(x - mean) - found).powi(2));
        (found, 5.0 * (spread / xs.len() as f64).sqrt() + 1e-7)
    };
    let ((cos, cos_error), (sin, sin_error)) = (error(f64::cos), error(f64::sin));
    let fine = sin.abs() <= sin_error && (1.0 - cos - variance).abs() <= cos_error;
    (!fine).then(|| format!("the resultant is {cos} ± {cos_error}, {sin} ± {sin_error}, not {} 0", 1.0 - variance))
}

/// Five standard errors, and what single precision rounds away.
fn wrong_moments(xs: &[f64], mean: Option<f64>, variance: Option<f64>, integers: bool, single: bool) -> Vec<String> {
    let mut problems = Vec::new();
    let (Some(mean), Some(variance)) = (mean, variance) else { return problems };
    if !mean.is_finite() || !variance.is_finite() {
        return problems;
    }
    let n = xs.len() as f64;
    let grain = if single { f64::from(f32::EPSILON) } else { f64::EPSILON };
    // Numbers less than single precision holds.
    let least = if single { f64::from(f32::MIN_POSITIVE) } else { f64::MIN_POSITIVE };
    let size = xs.iter().fold(0.0_f64, |size, x| size.max(x.abs()));
    let sd = variance.sqrt();
    // In units of the spread, so that nothing overflows.
    let unit = if sd > 0.0 { sd } else { 1.0 };
    let apart = mean_of(xs, |x| (x - mean) / unit);
    let rounded = (grain * mean.abs() + least) / unit;
    if apart.abs() > 5.0 * (sd / unit) / n.sqrt() + 2.0 * rounded + 1e-9 {
        problems.push(format!("the mean is off by {apart} standard deviations of {sd:e} about {mean:e}"));
    }
    // About the mean of the draws, so that it shows where the few largest are nearly all of the moment.
    let square = |x: f64| ((x - mean) / unit - apart).powi(2);
    let (second, fourth) = (mean_of(xs, square), mean_of(xs, |x| square(x).powi(2)));
    let most = xs.iter().fold(0.0_f64, |most, x| most.max(square(*x).powi(2)));
    // Where one draw alone makes much of the fourth moment, the standard error cannot be told.
    let error = 5.0 * ((fourth - second * second).max(0.0) / n).sqrt();
    let rounded = grain * size / unit;
    let slack = error + 2.0 * rounded + rounded * rounded + 1e-9;
    // So rare that none may be seen.
    let rare = integers && variance * n < 100.0;
    if !rare && most < 0.05 * fourth * n && (second - (sd / unit).powi(2)).abs() > slack {
        problems.push(format!("the variance is {second} times the told {variance:e}, allowed are {slack} apart"));
    }
    problems
}

/// Kolmogorov's distance, where the cdf between the numbers next to a draw is what it stands for.
fn wrong_distances(
    lisp: &mut Interpreter,
    dist: &dyn Density,
    told: &Told,
    xs: &[f64],
    single: bool,
) -> Option<String> {
    let n = xs.len() as f64;
    // What is computed in single precision is rounded more than once.
    let next = |x: f64, up: bool| match (single, up) {
        (true, true) => f64::from((x as f32).next_up().next_up()),
        (true, false) => f64::from((x as f32).next_down().next_down()),
        (false, true) => x.next_up(),
        (false, false) => x.next_down(),
    };
    let mut cdf = |x: f64| dist.cdf(lisp.cx(), &Value::float(x)).expect("a cdf, if it is known")?.as_f64();
    let mut worst = (0.0, 0.0, 0.0, 0.0);
    for i in (0..POINTS).map(|i| i * xs.len() / POINTS).chain([xs.len() - 1]) {
        let x = xs[i];
        let upto = xs.partition_point(|y| *y <= x) as f64 / n;
        let exact = told.integers && (!single || x.abs() < 8e6);
        let (below, above) = if exact { (x, x) } else { (next(x, false), next(x, true)) };
        let (least, most) = (cdf(below)?, cdf(above)?);
        // And what lies below the draw itself, unless all that the width does not hold is there.
        let held = if single { (f32::MIN_POSITIVE.into(), f32::MAX.into()) } else { (f64::MIN_POSITIVE, f64::MAX) };
        let before = match exact || (held.0 < x.abs() && x.abs() < held.1) {
            true => cdf(if exact { x - 1.0 } else { below })?,
            false => 0.0,
        };
        let under = xs.partition_point(|y| *y < x) as f64 / n;
        let apart = (least - upto).max(upto - most).max(before - under);
        if apart.is_nan() {
            return Some(format!("the cdf at {x:e} is {least} … {most}"));
        }
        if apart > worst.0 {
            worst = (apart, x, least, upto);
        }
    }
    let (apart, x, share, seen) = worst;
    (apart * n.sqrt() >= 2.0).then(|| format!("up to {x:e} lie {seen}, not {share}: √n D = {}", apart * n.sqrt()))
}
