//! The seam between samplers and models: a log density over unconstrained coordinates. Moves along gradients, normal
//! approximations and the search for a mode know nothing else of a model.

use crate::error::Result;
use crate::eval::Cx;
use crate::gfi::ChoiceMap;

pub trait LogDensity {
    /// The number of coordinates.
    fn size(&self) -> usize;

    /// The log density at some coordinates, −∞ where there is none, and its gradient where there is room for one. `None`
    /// where the model makes other choices, which have no place among the coordinates.
    fn at(&mut self, cx: &mut Cx, u: &[f64], gradient: Option<&mut [f64]>) -> Result<Option<f64>>;

    /// The unobserved choices that coordinates stand for.
    fn choices(&self, cx: &mut Cx, u: &[f64]) -> Result<ChoiceMap>;
}

/// Coordinates with their log density and its gradient.
#[derive(Clone, Debug, Default)]
pub struct DensityPoint {
    pub u: Vec<f64>,
    pub value: f64,
    pub gradient: Vec<f64>,
}

impl DensityPoint {
    /// The point at some coordinates; `None` where the model makes other choices.
    pub fn at(cx: &mut Cx, density: &mut dyn LogDensity, u: Vec<f64>) -> Result<Option<DensityPoint>> {
        let mut gradient = vec![0.0; u.len()];
        let value = density.at(cx, &u, Some(&mut gradient))?;
        Ok(value.map(|value| DensityPoint { u, value, gradient }))
    }

    pub fn is_finite(&self) -> bool {
        self.value.is_finite() && self.gradient.iter().all(|g| g.is_finite())
    }

    /// Becomes another point, in place.
    pub fn copy(&mut self, other: &DensityPoint) {
        self.u.clone_from(&other.u);
        self.gradient.clone_from(&other.gradient);
        self.value = other.value;
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::error::Error;
    use crate::eval::Output;
    use crate::eval::program::Program;

    /// A normal distribution with these standard deviations.
    pub struct Normal(pub Vec<f64>);

    impl LogDensity for Normal {
        fn size(&self) -> usize {
            self.0.len()
        }

        fn at(&mut self, _: &mut Cx, u: &[f64], gradient: Option<&mut [f64]>) -> Result<Option<f64>> {
            for (slope, (u, s)) in gradient.into_iter().flatten().zip(u.iter().zip(&self.0)) {
                *slope = -u / (s * s);
            }
            Ok(Some(u.iter().zip(&self.0).map(|(u, s)| -0.5 * (u / s).powi(2)).sum()))
        }

        fn choices(&self, _: &mut Cx, _: &[f64]) -> Result<ChoiceMap> {
            Ok(ChoiceMap::default())
        }
    }

    struct Silent;

    impl Output for Silent {
        fn write(&mut self, _: &str) -> std::io::Result<()> {
            Ok(())
        }
        fn warn(&mut self, _: &Error) {}
    }

    /// A context without a program.
    pub fn context() -> Cx {
        Cx::new(Program::new(), 1, Box::new(Silent))
    }
}
