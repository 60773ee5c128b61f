//! The unobserved choices of all draws, taken apart into scalars.

use crate::error::Result;
use crate::eval::lanes::numbers::floats;
use crate::eval::lanes::{Group, lane_of};
use crate::eval::{Cx, Value, arrays};
use crate::gfi::{Selection, Share};
use crate::infer::samples::{Draws, Runs};
use std::collections::HashMap;

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

impl Site {
    /// Brings the draws in their order.
    fn sort(&mut self) {
        if !self.places.is_sorted() {
            let mut both: Vec<(usize, f64)> = self.places.iter().copied().zip(self.numbers.iter().copied()).collect();
            both.sort_by_key(|(place, _)| *place);
            (self.places, self.numbers) = both.into_iter().unzip();
        }
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
    pub fn of(cx: &mut Cx, draws: &Draws) -> Result<Sites> {
        let mut sites = Sites::default();
        match draws.runs() {
            Runs::Single(traces) => {
                for (draw, trace) in traces.iter().enumerate() {
                    let latent = trace.latent();
                    for (path, value, _) in trace.all_choices() {
                        cx.step()?;
                        if latent.contains(&path) {
                            sites.add(cx, draw, &latent, path, &value)?;
                        }
                    }
                }
            }
            Runs::Batched(batched) => {
                let latent = batched.latent();
                for path in batched.addresses().into_iter().filter(|path| latent.contains(path)) {
                    for (group, value) in batched.values(&path)? {
                        sites.add_lanes(cx, &latent, &path, &group, &value)?;
                    }
                }
            }
        }
        sites.scalars.iter_mut().for_each(Site::sort);
        Ok(sites)
    }

    /// The values of some lanes, whose numbers are the draws.
    fn add_lanes(
        &mut self,
        cx: &mut Cx,
        latent: &Selection,
        path: &[Value],
        group: &Group,
        value: &Value,
    ) -> Result<()> {
        let column = match &*floats(value)? {
            Value::Lanes(lanes) => lanes.column().cloned().filter(|_| lanes.group.same(group)),
            _ => None,
        };
        let Some(column) = column else {
            for id in group.iter() {
                cx.step()?;
                self.add(cx, id as usize, latent, path.to_vec(), &lane_of(value, id)?)?;
            }
            return Ok(());
        };
        cx.charge(column.len() * column.width().max(1))?;
        let (numbers, width, shape) = (column.to_f64(), column.width(), column.event());
        for i in (0..width).filter(drawn(latent, path, shape)) {
            let element = if shape.is_empty() { String::new() } else { element(shape, i) };
            let site = self.site(path.to_vec(), element);
            site.places.extend(group.iter().map(|id| id as usize));
            site.numbers.extend(numbers.iter().skip(i).step_by(width));
        }
        Ok(())
    }

    /// One value, of an array with data its other elements.
    fn add(&mut self, cx: &mut Cx, draw: usize, latent: &Selection, path: Vec<Value>, value: &Value) -> Result<()> {
        let scalar = value.as_f64().or(value.is_bool().then(|| f64::from(u8::from(value.truthy()))));
        match (scalar, value) {
            (Some(x), _) => self.push(draw, path, String::new(), x),
            (None, Value::Array(_) | Value::Vector(_) | Value::List(_)) => match arrays::from_value(value) {
                Ok(array) => {
                    cx.charge(array.len())?;
                    let numbers = array.to_f64()?;
                    for i in (0..numbers.len()).filter(drawn(latent, &path, array.shape())) {
                        self.push(draw, path.clone(), element(array.shape(), i), numbers[i]);
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
        let site = self.site(path, element);
        site.places.push(draw);
        site.numbers.push(x);
    }

    /// The scalar of this name, made if it is new.
    fn site(&mut self, path: Vec<Value>, element: String) -> &mut Site {
        let scalars = &mut self.scalars;
        let at = *self.index.entry((path.clone(), element.clone())).or_insert_with(|| {
            scalars.push(Site { path, element, places: Vec::new(), numbers: Vec::new() });
            scalars.len() - 1
        });
        &mut scalars[at]
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
    let index: Vec<String> = index(shape, n).iter().map(usize::to_string).collect();
    format!("[{}]", index.join(","))
}

/// Is the n-th element of a choice no data?
fn drawn(latent: &Selection, path: &[Value], shape: &[usize]) -> impl Fn(&usize) -> bool {
    let partly = latent.share(path) == Share::Some;
    let at = move |n| path.iter().cloned().chain(index(shape, n).into_iter().map(|i| Value::Int(i as i64)));
    move |n| !partly || latent.contains(&at(*n).collect::<Vec<Value>>())
}

fn index(shape: &[usize], n: usize) -> Vec<usize> {
    let (mut left, mut index) = (n, vec![0; shape.len()]);
    for (at, size) in index.iter_mut().zip(shape).rev() {
        *at = left % size.max(&1);
        left /= size.max(&1);
    }
    index
}
