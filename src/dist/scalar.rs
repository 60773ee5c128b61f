//! A scalar family with its parameters as a distribution.

use super::density::Density;
use super::family::{Family, Kind};
use super::params::{Params, check_value};
use super::region::SupportOf;
use crate::error::Result;
use crate::eval::key::Draws;
use crate::eval::{Cx, Value};

/// A family of the table with checked parameters; on the stack when they are numbers.
#[derive(Clone)]
pub struct ScalarDist {
    pub family: &'static Family,
    pub params: Params,
}

impl ScalarDist {
    #[inline]
    pub fn new(family: &'static Family, args: &[Value]) -> Result<ScalarDist> {
        Ok(ScalarDist { family, params: Params::check(family, args)? })
    }
}

impl Density for ScalarDist {
    fn name(&self) -> &str {
        self.family.name
    }

    #[inline]
    fn sample(&self, _cx: &mut Cx, draws: &mut Draws) -> Result<Value> {
        self.params.sample(self.family, draws)
    }

    #[inline]
    fn logpdf(&self, _cx: &mut Cx, value: &Value) -> Result<f64> {
        self.params.logpdf(self.family, value)
    }

    fn check_value(&self, value: &Value) -> Result<Value> {
        check_value(self.family, &self.params, value)
    }

    fn support(&self) -> SupportOf {
        SupportOf::numbers(self.family.support, self.params.numbers())
    }

    fn continuous(&self) -> bool {
        self.family.kind == Kind::Real
    }

    fn mean(&self, _cx: &mut Cx) -> Result<Option<Value>> {
        self.params.moment(self.family.mean).map(Some)
    }

    fn variance(&self, _cx: &mut Cx) -> Result<Option<Value>> {
        self.params.moment(self.family.variance).map(Some)
    }
}
