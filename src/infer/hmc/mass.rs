//! The mass of the coordinates: the covariance of momenta. Its inverse is best the covariance of the posterior.

use crate::broken::broken;
use crate::distributions::{cholesky, dot, solve_lower, standard_normal};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::Value;
use crate::eval::key::SiteRng;
use crate::eval::options::Options;

#[derive(Clone, Debug)]
pub enum Mass {
    /// The inverse masses.
    Diagonal(Vec<f64>),
    /// The inverse of the mass matrix, row after row, and its Cholesky factor.
    Dense { inverse: Vec<f64>, factor: Vec<f64> },
}

impl Mass {
    pub fn unit(n: usize) -> Mass {
        Mass::Diagonal(vec![1.0; n])
    }

    /// The mass that suits a covariance; `None` if it is not positive definite.
    pub fn of_covariance(covariance: Vec<f64>, n: usize) -> Option<Mass> {
        let factor = cholesky(&covariance, n);
        let fine = (0..n).all(|i| factor[i * n + i] > 0.0 && factor[i * n + i].is_finite());
        fine.then_some(Mass::Dense { inverse: covariance, factor })
    }

    /// An error of an option `:mass` that suits no number of coordinates.
    pub fn check(options: &Options) -> Result<()> {
        let wrong = |value| options.wrong("mass", "a positive number, one for each coordinate, or a matrix", value);
        match options.get("mass") {
            Some(value) if value.as_keyword() == Some("unit") => Ok(()),
            Some(value @ Value::Keyword(_)) => {
                Err(wrong(value).help("`nuts` and `hmc` learn a mass: `{:mass :dense}`"))
            }
            Some(Value::Array(_)) | None => Ok(()),
            Some(other) => crate::infer::learning::numbers(other)
                .ok()
                .filter(|n| !n.is_empty())
                .map(drop)
                .ok_or_else(|| wrong(other)),
        }
    }

    /// The option `:mass` of a kernel: a number, one for each coordinate, or a matrix.
    pub fn read(options: &Options, n: usize) -> Result<Mass> {
        let Some(value) = options.get("mass").filter(|value| value.as_keyword() != Some("unit")) else {
            return Ok(Mass::unit(n));
        };
        let wanted = "a positive number, one for each coordinate, or a positive definite matrix";
        let wrong = || options.wrong("mass", wanted, value);
        let numbers = match value {
            Value::Array(array) => array.to_f64()?,
            other => crate::infer::learning::numbers(other).map_err(|_| wrong())?,
        };
        let positive = numbers.iter().all(|m| *m > 0.0 && m.is_finite());
        match (&numbers[..], value) {
            ([mass], _) if positive => Ok(Mass::Diagonal(vec![1.0 / mass; n])),
            (masses, _) if masses.len() == n && positive => {
                Ok(Mass::Diagonal(masses.iter().map(|mass| 1.0 / mass).collect()))
            }
            (masses, Value::Array(array)) if array.shape() == [n, n] => {
                Mass::of_covariance(inverse(masses, n), n).ok_or_else(wrong)
            }
            _ => {
                let help = format!("the number of coordinates of the selected choices is {n}");
                Err(wrong().help(help))
            }
        }
    }

    /// M⁻¹ p.
    pub fn velocity(&self, p: &[f64], into: &mut [f64]) {
        match self {
            Mass::Diagonal(inverse) => into.iter_mut().zip(inverse.iter().zip(p)).for_each(|(v, (m, p))| *v = m * p),
            Mass::Dense { inverse, .. } => {
                into.iter_mut().zip(inverse.chunks(p.len().max(1))).for_each(|(v, row)| *v = dot(row, p));
            }
        }
    }

    /// Normal momenta of covariance M, each with a noise of its own.
    pub fn momentum(&self, n: usize, draws: &mut SiteRng) -> Vec<f64> {
        let noise: Vec<f64> = (0..n).map(|_| standard_normal(draws)).collect();
        match self {
            _ if broken!("momenta-mass") => noise,
            Mass::Diagonal(inverse) => noise.iter().zip(inverse).map(|(z, m)| z / m.sqrt()).collect(),
            // M⁻¹ = L Lᵀ, so that L⁻ᵀ z has the covariance M.
            Mass::Dense { factor, .. } => solve_transposed(factor, n, noise),
        }
    }
}

/// x with Lᵀ x = b.
fn solve_transposed(l: &[f64], n: usize, mut x: Vec<f64>) -> Vec<f64> {
    for i in (0..n).rev() {
        let rest: f64 = (i + 1..n).map(|j| l[j * n + i] * x[j]).sum();
        x[i] = (x[i] - rest) / l[i * n + i];
    }
    x
}

/// The inverse of a symmetric positive definite matrix; NaN of others.
fn inverse(a: &[f64], n: usize) -> Vec<f64> {
    let l = cholesky(a, n);
    let unit = |j: usize| (0..n).map(|i| if i == j { 1.0 } else { 0.0 }).collect::<Vec<f64>>();
    let columns = (0..n).map(|j| solve_transposed(&l, n, solve_lower(&l, n, &unit(j))));
    columns.collect::<Vec<_>>().concat()
}

/// The error of a mass that does not fit, for kernels that learn how many coordinates there are when they run.
#[cold]
pub fn no_coordinates() -> Stop {
    Error::raise(Code::Selection, "the selection covers no continuous choice that is not observed")
        .help("select continuous choices, such as `:x` or `#{:x :y}`")
}
