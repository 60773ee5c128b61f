//! The unobserved choices of all draws, taken apart into scalars.

use crate::error::Result;
use crate::eval::{Cx, Value, arrays};
use crate::gfi::Trace;
use std::collections::HashMap;
use std::sync::Arc;

/// One scalar of the draws: a number or boolean choice, or one element of a choice that holds several.
pub struct Site {
    pub path: Vec<Value>,
    /// Place in an array: empty for a scalar, `[0,1]` for an element.
    pub element: String,
    /// Draws that have it, and its value there.
    pub places: Vec<usize>,
    pub numbers: Vec<f64>,
}

impl Site {
    /// `clusters.3.mu`, `y[0]`; a distribution that was run by itself has but its value.
    pub fn name(&self) -> String {
        if self.path.is_empty() {
            return format!("value{}", self.element);
        }
        let parts: Vec<String> = self.path.iter().map(component).collect();
        format!("{}{}", parts.join("."), self.element)
    }
}

fn component(value: &Value) -> String {
    match value {
        Value::Keyword(name) => name.as_str().to_string(),
        other => crate::eval::print::plain(other),
    }
}

/// The scalars in order of first appearance, and the names of choices that hold no numbers.
#[derive(Default)]
pub struct Sites {
    pub scalars: Vec<Site>,
    pub others: Vec<String>,
    index: HashMap<(Vec<Value>, String), usize>,
}

impl Sites {
    pub fn of(cx: &mut Cx, traces: &[Arc<Trace>]) -> Result<Sites> {
        let mut sites = Sites::default();
        for (draw, trace) in traces.iter().enumerate() {
            let latent = trace.latent();
            for (path, value, _) in trace.all_choices() {
                cx.step()?;
                if latent.contains(&path) {
                    sites.add(cx, draw, path, &value)?;
                }
            }
        }
        Ok(sites)
    }

    fn add(&mut self, cx: &mut Cx, draw: usize, path: Vec<Value>, value: &Value) -> Result<()> {
        let scalar = value.as_f64().or(value.is_bool().then(|| f64::from(u8::from(value.truthy()))));
        match (scalar, value) {
            (Some(x), _) => self.push(draw, path, String::new(), x),
            (None, Value::Array(_) | Value::Vector(_) | Value::List(_)) => match arrays::from_value(value) {
                Ok(array) => {
                    cx.charge(array.len())?;
                    let numbers = array.to_f64().map_err(arrays::raise)?;
                    for (i, x) in numbers.into_iter().enumerate() {
                        self.push(draw, path.clone(), element(array.shape(), i), x);
                    }
                }
                // Data that is no array of numbers.
                Err(_) => self.other(path),
            },
            _ => self.other(path),
        }
        Ok(())
    }

    fn push(&mut self, draw: usize, path: Vec<Value>, element: String, x: f64) {
        let scalars = &mut self.scalars;
        let at = *self.index.entry((path.clone(), element.clone())).or_insert_with(|| {
            scalars.push(Site { path, element, places: Vec::new(), numbers: Vec::new() });
            scalars.len() - 1
        });
        let site = &mut scalars[at];
        site.places.push(draw);
        site.numbers.push(x);
    }

    fn other(&mut self, path: Vec<Value>) {
        let name = crate::gfi::show(&path);
        if !self.others.contains(&name) {
            self.others.push(name);
        }
    }
}

/// `[row,column]` of the n-th element in row-major order.
fn element(shape: &[usize], n: usize) -> String {
    let mut left = n;
    let mut index: Vec<String> = shape
        .iter()
        .rev()
        .map(|size| {
            let i = left % size.max(&1);
            left /= size.max(&1);
            i.to_string()
        })
        .collect();
    index.reverse();
    format!("[{}]", index.join(","))
}
