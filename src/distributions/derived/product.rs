//! Independent distributions side by side: a vector of values, or a map of them.

use super::inner::InnerDist;
use super::sums;
use crate::distributions::bijector::Bijector;
use crate::distributions::density::Density;
use crate::distributions::graded::Graded;
use crate::distributions::object::Built;
use crate::distributions::support_of::SupportOf;
use crate::error::{Code, Error, Result};
use crate::eval::arrays::rows;
use crate::eval::collections::Map;
use crate::eval::gradient::primal_of;
use crate::eval::key::SiteRng;
use crate::eval::print::brief;
use crate::eval::{Cx, Value};

pub const PRODUCT: Built = Built {
    name: "product",
    aliases: &[],
    arglist: "[& dists]",
    make: |_, args| {
        let (keys, dists): (Option<Vec<Value>>, Vec<Value>) = match args {
            [Value::Map(map)] => {
                (Some(map.iter().map(|(k, _)| k.clone()).collect()), map.iter().map(|(_, d)| d.clone()).collect())
            }
            _ => (None, args.to_vec()),
        };
        let at = |i: usize| if keys.is_some() { 0 } else { i };
        let parts = dists.iter().enumerate().map(|(i, d)| InnerDist::new("product", d).map_err(|e| e.arg(at(i))));
        let parts: Vec<InnerDist> = parts.collect::<Result<_>>()?;
        let continuous = parts.iter().all(|part| part.density().continuous());
        Ok(Box::new(ProductDist { parts, keys, continuous }))
    },
};

struct ProductDist {
    parts: Vec<InnerDist>,
    /// The keys of a map; `None` for a vector.
    keys: Option<Vec<Value>>,
    continuous: bool,
}

impl ProductDist {
    /// The values of the parts; `None` of a value that has others.
    fn split(&self, value: &Value) -> Result<Option<Vec<Value>>> {
        let values = match (&self.keys, value) {
            (Some(keys), Value::Map(map)) if map.len() == keys.len() => {
                return Ok(keys.iter().map(|key| map.get(key).cloned()).collect());
            }
            (Some(_), _) => return Ok(None),
            (None, Value::Vector(items)) => items.iter().cloned().collect(),
            (None, Value::List(items)) => items.iter().cloned().collect(),
            (None, Value::Array(array)) if array.ndim() > 0 => rows(array)?,
            (None, Value::Var(_)) if matches!(primal_of(value), Value::Array(a) if a.ndim() == 1) => {
                crate::distributions::elements::elements(value)?
            }
            _ => return Ok(None),
        };
        Ok((values.len() == self.parts.len()).then_some(values))
    }

    fn join(&self, values: Vec<Value>) -> Result<Value> {
        match &self.keys {
            None => Value::vector(values),
            Some(keys) => Ok(Value::Map(Map::from_pairs(keys.iter().cloned().zip(values))?)),
        }
    }

    /// One thing of each part, if all know it.
    fn each(&self, mut f: impl FnMut(&dyn Density) -> Result<Option<Value>>) -> Result<Option<Value>> {
        let found: Option<Vec<Value>> = self.parts.iter().map(|part| f(part.density())).collect::<Result<_>>()?;
        found.map(|values| self.join(values)).transpose()
    }
}

impl Density for ProductDist {
    fn name(&self) -> &str {
        "product"
    }

    fn sample(&self, cx: &mut Cx, draws: &mut SiteRng) -> Result<Value> {
        self.join(self.parts.iter().map(|part| part.density().sample(cx, draws)).collect::<Result<_>>()?)
    }

    fn logpdf(&self, cx: &mut Cx, value: &Value) -> Result<f64> {
        sums::logpdf(cx, &self.parts, self.split(value)?.as_deref())
    }

    fn score(&self, cx: &mut Cx, value: &Value) -> Result<Value> {
        sums::score(cx, &self.parts, self.split(value)?.as_deref())
    }

    fn graded(&self, cx: &mut Cx, value: &Value) -> Result<Graded> {
        let (Some(keys), Value::Map(map)) = (&self.keys, value) else {
            return sums::graded(cx, &self.parts, self.split(value)?.as_deref());
        };
        // In the order of the value's keys, in which its numbers are.
        let part = |key: &Value| keys.iter().position(|known| known == key).map(|i| &self.parts[i]);
        let parts: Option<Vec<&InnerDist>> = map.iter().map(|(key, _)| part(key)).collect();
        let values: Vec<Value> = map.iter().map(|(_, value)| value.clone()).collect();
        let fits = parts.as_ref().is_some_and(|parts| parts.len() == keys.len());
        sums::graded(cx, parts.unwrap_or_default(), fits.then_some(&values[..]))
    }

    fn scores(&self, cx: &mut Cx, value: &Value) -> Result<Option<Value>> {
        let Some(values) = self.split(value)? else { return Ok(None) };
        let scores = self.parts.iter().zip(&values).map(|(part, value)| part.scores_or_score(cx, value));
        self.join(scores.collect::<Result<_>>()?).map(Some)
    }

    fn check_value(&self, value: &Value) -> Result<Value> {
        let Some(values) = self.split(value)? else {
            let wanted = match &self.keys {
                None => format!("vectors of {} values", self.parts.len()),
                Some(keys) => format!("maps with the keys {}", keys.iter().map(brief).collect::<Vec<_>>().join(" ")),
            };
            let message =
                format!("`product` here has values that are {wanted}, not {} `{}`", value.kind(), brief(value));
            return Err(Error::raise(Code::Value, message));
        };
        let checked = self.parts.iter().zip(&values).map(|(part, value)| part.density().check_value(value));
        self.join(checked.collect::<Result<_>>()?)
    }

    fn support(&self) -> SupportOf {
        let key = |i: usize| self.keys.as_ref().map_or(Value::Int(i as i64), |keys| keys[i].clone());
        SupportOf::Each(self.parts.iter().enumerate().map(|(i, part)| (key(i), part.density().support())).collect())
    }

    fn continuous(&self) -> bool {
        self.continuous
    }

    fn coordinates(&self, cx: &mut Cx, value: &Value) -> Result<usize> {
        sums::coordinates(cx, &self.parts, self.split(value)?.as_deref())
    }

    fn atom_near(&self, cx: &mut Cx, x: &Value) -> Result<Option<Value>> {
        let Some(values) = self.split(x)? else { return Ok(None) };
        self.join(sums::atoms_near(cx, &self.parts, &values)?).map(Some)
    }

    fn is_mixed(&self) -> bool {
        !self.continuous && self.parts.iter().any(|part| part.density().has_densities())
    }

    fn is_dense_at(&self, below: &[Value]) -> bool {
        let Some((key, rest)) = below.split_first() else { return self.continuous };
        let part = match &self.keys {
            None => key.as_int().and_then(|i| self.parts.get(usize::try_from(i).ok()?)),
            Some(keys) => keys.iter().position(|own| own == key).map(|i| &self.parts[i]),
        };
        part.is_some_and(|part| part.density().is_dense_at(rest))
    }

    fn support_moves(&self) -> bool {
        self.parts.iter().any(|part| part.density().support_moves())
    }

    fn transform(&self, cx: &mut Cx) -> Result<Bijector> {
        let parts = self.parts.iter().map(|part| part.density().transform(cx)).collect::<Result<_>>()?;
        Ok(Bijector::Parts { parts, keys: self.keys.clone() })
    }

    fn mean(&self, cx: &mut Cx) -> Result<Option<Value>> {
        self.each(|d| d.mean(cx))
    }

    fn variance(&self, cx: &mut Cx) -> Result<Option<Value>> {
        self.each(|d| d.variance(cx))
    }
}
