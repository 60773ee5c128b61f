//! The No-U-Turn sampler against nuts-rs: with a fixed step size and unit mass, trees are as deep, points as probable, and
//! draws as good for the gradients that they cost.
//!
//! One definition differs: a trajectory turns where the sum of its momenta points back (Betancourt 2017, appendix A.4.2, as
//! in Stan), in nuts-rs where the way from end to end does (Hoffman and Gelman 2014). Where all directions have one scale
//! the trees are the same. Elsewhere ours end up to a step later, so that step sizes here are small against the scales.

use genlisp::{FromValue, Interpreter};
use nuts_rs::rand::{self, SeedableRng, rngs::ChaCha8Rng};
use nuts_rs::{
    Chain, CpuLogpFunc, CpuMath, CpuMathError, DiagNutsSettings, HasDims, LogpError, Settings, StepSizeAdaptMethod,
};
use std::collections::HashMap;
use std::convert::Infallible;
use std::fmt;

const SEEDS: u64 = 30;
const BURN: usize = 20;
const DRAWS: usize = 80;

/// Of each draw: the first coordinate, the depth of the tree, the mean acceptance along it, and its leapfrog steps.
type Run = Vec<Vec<Vec<f64>>>;

/// Ours as such a run, and what is compared of a run's chains: depth, acceptance, effective draws for each gradient.
const PROGRAM: &str = "
(defn ours [model at size seeds draws]
  (let [options {:samples draws :warmup 0 :chains seeds :mass :unit :step-size size :seed 1}
        {:keys [traces stats]} (nuts model [] {} options)
        {:keys [tree-depth accept-prob leapfrog-steps]} stats]
    (partition draws
      (map (fn [t depth accept steps] [(at (choices t)) depth accept steps])
           traces tree-depth accept-prob leapfrog-steps))))

(defn figures [run burn]
  (for [chain run]
    (let [[x depth accept steps] (apply mapv vector (drop burn chain))]
      [(mean (array depth)) (mean (array accept)) (/ (ess x {:of :mean}) (reduce + steps))])))
";

/// One density: a model, its first coordinate, and the same as a function for nuts-rs.
struct Case {
    model: &'static str,
    first: &'static str,
    density: Density,
    /// Where every slope is 1 or -1: nuts-rs takes its masses from the slopes where it starts.
    start: Vec<f64>,
    size: f64,
}

/// The log density at a point, and its slopes.
#[derive(Clone)]
enum Density {
    /// Independent, with these standard deviations.
    Normal(Vec<f64>),
    /// Two of variance 1 with this correlation.
    Correlated(f64),
    /// Neal's: a normal with this deviation, and so many more whose log variance it is.
    Funnel(f64, usize),
}

impl Density {
    fn slopes(&self, x: &[f64]) -> Vec<f64> {
        match self {
            Density::Normal(scales) => x.iter().zip(scales).map(|(x, s)| -x / (s * s)).collect(),
            Density::Correlated(r) => vec![(r * x[1] - x[0]) / (1.0 - r * r), (r * x[0] - x[1]) / (1.0 - r * r)],
            Density::Funnel(scale, others) => {
                let precision = (-x[0]).exp();
                let squares: f64 = x[1..].iter().map(|x| x * x * precision).sum();
                let own = 0.5 * (squares - *others as f64) - x[0] / (scale * scale);
                std::iter::once(own).chain(x[1..].iter().map(|x| -x * precision)).collect()
            }
        }
    }

    fn log(&self, x: &[f64]) -> f64 {
        match self {
            Density::Normal(_) | Density::Correlated(_) => {
                0.5 * x.iter().zip(self.slopes(x)).map(|(x, slope)| x * slope).sum::<f64>()
            }
            Density::Funnel(scale, others) => {
                let squares: f64 = x[1..].iter().map(|x| x * x).sum::<f64>() * (-x[0]).exp();
                -0.5 * (x[0] / scale).powi(2) - 0.5 * squares - 0.5 * *others as f64 * x[0]
            }
        }
    }
}

/// Nothing goes wrong.
#[derive(Debug)]
struct Never(Infallible);

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {}
    }
}

impl std::error::Error for Never {}

impl LogpError for Never {
    fn is_recoverable(&self) -> bool {
        match self.0 {}
    }
}

impl HasDims for Density {
    fn dim_sizes(&self) -> HashMap<String, u64> {
        HashMap::from([("unconstrained_parameter".to_string(), self.dim() as u64)])
    }
}

impl CpuLogpFunc for Density {
    type LogpError = Never;
    type FlowParameters = ();
    type ExpandedVector = Vec<f64>;

    fn dim(&self) -> usize {
        match self {
            Density::Normal(scales) => scales.len(),
            Density::Correlated(_) => 2,
            Density::Funnel(_, others) => 1 + others,
        }
    }

    fn logp(&mut self, x: &[f64], gradient: &mut [f64]) -> Result<f64, Never> {
        gradient.copy_from_slice(&self.slopes(x));
        Ok(self.log(x))
    }

    fn expand_vector<R: rand::Rng + ?Sized>(&mut self, _: &mut R, x: &[f64]) -> Result<Vec<f64>, CpuMathError> {
        Ok(x.to_vec())
    }
}

/// The run of nuts-rs.
fn theirs(case: &Case) -> Run {
    let mut settings = DiagNutsSettings { num_tune: 0, maxdepth: 10, ..DiagNutsSettings::default() };
    settings.adapt_options.step_size_settings.jitter = None;
    settings.adapt_options.step_size_settings.adapt_options.method = StepSizeAdaptMethod::Fixed(case.size);
    let chain = |seed| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut chain = settings.new_chain(0, CpuMath::new(case.density.clone()), &mut rng).expect("settings");
        chain.set_position(&case.start).expect("a start");
        let draw = |_| {
            let (x, _, stats, progress) = chain.expanded_draw().expect("a draw");
            let accept = stats.adapt.step_size.mean_tree_accept;
            vec![x[0], stats.depth as f64, accept, progress.num_steps as f64]
        };
        (0..DRAWS).map(draw).collect()
    };
    (0..SEEDS).map(chain).collect()
}

/// Mean and variance of the mean of one figure over the chains.
fn mean(figures: &[Vec<f64>], which: usize) -> (f64, f64) {
    let n = figures.len() as f64;
    let mean = figures.iter().map(|figures| figures[which]).sum::<f64>() / n;
    let squares: f64 = figures.iter().map(|figures| (figures[which] - mean).powi(2)).sum();
    (mean, squares / (n - 1.0) / n)
}

fn agree(case: &Case) {
    for slope in case.density.slopes(&case.start) {
        assert!((slope.abs() - 1.0).abs() < 1e-12, "masses would not be 1: {slope}");
    }
    let mut lisp = Interpreter::builder().build().expect("an interpreter");
    lisp.eval(PROGRAM).expect("the program");
    let call = format!("(figures (ours {} {} {} {SEEDS} {DRAWS}) {BURN})", case.model, case.first, case.size);
    let ours: Vec<Vec<f64>> = lisp.eval(&call).and_then(|run| FromValue::from_value(&run)).expect("our figures");
    let theirs = lisp.call("figures", (theirs(case), BURN as i64)).expect("their figures");
    let theirs: Vec<Vec<f64>> = FromValue::from_value(&theirs).expect("numbers");
    assert_eq!((ours.len(), theirs.len()), (SEEDS as usize, SEEDS as usize));
    let mut apart = Vec::new();
    for (which, name) in ["tree depth", "acceptance", "effective draws for each gradient"].iter().enumerate() {
        let ((a, va), (b, vb)) = (mean(&ours, which), mean(&theirs, which));
        let errors = (a - b) / (va + vb).sqrt();
        if errors.is_nan() || errors.abs() > 4.0 {
            apart.push(format!("{name}: {a} and {b} are {errors:.1} standard errors apart"));
        }
    }
    assert!(apart.is_empty(), "{}", apart.join("\n"));
}

const ARRAY: &str = "(fn [choices] (nth (:x choices) 0))";

#[test]
fn one_scale_in_two_dimensions() {
    let density = Density::Normal(vec![1.0; 2]);
    let model = "(gen [] (trace :x (iid (normal 0 1) 2)))";
    agree(&Case { model, first: ARRAY, density, start: vec![1.0; 2], size: 0.1 });
}

#[test]
fn one_scale_in_ten_dimensions() {
    let density = Density::Normal(vec![1.0; 10]);
    let model = "(gen [] (trace :x (iid (normal 0 1) 10)))";
    agree(&Case { model, first: ARRAY, density, start: vec![1.0; 10], size: 0.2 });
}

#[test]
fn a_correlation() {
    let density = Density::Correlated(0.9);
    let model = "(gen [] (trace :x (mvn [0 0] [[1 0.9] [0.9 1]])))";
    agree(&Case { model, first: ARRAY, density, start: vec![1.9; 2], size: 0.05 });
}

#[test]
fn several_scales() {
    let scales = vec![0.2, 0.5, 1.0, 2.0, 3.0];
    let model = "(gen [] (trace :x (normal (array [0.0 0 0 0 0]) (array [0.2 0.5 1 2 3]))))";
    let start = scales.iter().map(|s| s * s).collect();
    agree(&Case { model, first: ARRAY, density: Density::Normal(scales), start, size: 0.05 });
}

#[test]
fn a_funnel() {
    let density = Density::Funnel(1.5, 2);
    let model = "(gen [] (let [v (trace :v (normal 0 1.5))] (trace :x (iid (normal 0 (exp (/ v 2))) 2))))";
    // The slope by the others is -1 at e^v, the one by v is e^v - 1 - v / 2.25: 1 where v is this.
    let fixed_point = |v: f64| (2.0 + v / 2.25).ln();
    let v = (0..200).fold(1.0, |v, _| fixed_point(v));
    agree(&Case { model, first: ":v", density, start: vec![v, v.exp(), v.exp()], size: 0.1 });
}
