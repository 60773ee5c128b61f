//! Numbers that are not known: sums of unknown choices, each times a known number.

use crate::error::Result;
use crate::eval::node::Op;
use crate::eval::print::{Printer, float};
use crate::eval::{HostObject, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is known of how a program treats unknown numbers.
#[derive(Default)]
pub struct Watch {
    /// It has looked at one otherwise than by sums and known factors.
    looked: AtomicBool,
}

impl Watch {
    pub fn looked(&self) -> bool {
        self.looked.load(Ordering::Relaxed)
    }

    fn look(&self) {
        self.looked.store(true, Ordering::Relaxed);
    }
}

/// constant + Σ factor · unknown.
#[derive(Clone)]
pub struct Affine {
    pub terms: Vec<LinearTerm>,
    pub constant: f64,
    watch: Arc<Watch>,
}

#[derive(Clone)]
pub struct LinearTerm {
    pub unknown: usize,
    /// Its address, for reports.
    pub name: Arc<str>,
    pub factor: f64,
}

impl Affine {
    pub fn unknown(unknown: usize, name: Arc<str>, watch: &Arc<Watch>) -> Value {
        let terms = vec![LinearTerm { unknown, name, factor: 1.0 }];
        Value::host(Affine { terms, constant: 0.0, watch: watch.clone() })
    }

    /// The unknown, where it is nothing but one.
    pub fn bare(&self) -> Option<usize> {
        match &self.terms[..] {
            [term] if term.factor == 1.0 && self.constant == 0.0 => Some(term.unknown),
            _ => None,
        }
    }

    /// The unknowns in it, for reports.
    pub fn names(&self) -> String {
        self.terms.iter().map(|term| format!("`{}`", term.name)).collect::<Vec<_>>().join(" and ")
    }

    /// The number that it is for these values of the unknowns.
    pub fn at(&self, values: &[f64]) -> f64 {
        self.constant + self.terms.iter().map(|term| term.factor * values[term.unknown]).sum::<f64>()
    }

    fn scaled(&self, factor: f64) -> Affine {
        let mut scaled = self.clone();
        scaled.constant *= factor;
        scaled.terms.iter_mut().for_each(|term| term.factor *= factor);
        scaled
    }

    /// self + factor · other.
    fn plus(&self, other: &Affine, factor: f64) -> Affine {
        let mut sum = self.clone();
        sum.constant += factor * other.constant;
        for term in &other.terms {
            match sum.terms.iter_mut().find(|known| known.unknown == term.unknown) {
                Some(known) => known.factor += factor * term.factor,
                None => sum.terms.push(LinearTerm { factor: factor * term.factor, ..term.clone() }),
            }
        }
        sum
    }
}

/// An unknown or a known number.
fn operand(value: &Value, like: &Affine) -> Option<Affine> {
    match (value.as_host::<Affine>(), value.as_f64()) {
        (Some(affine), _) => Some(affine.clone()),
        (None, Some(constant)) => Some(Affine { terms: Vec::new(), constant, watch: like.watch.clone() }),
        _ => None,
    }
}

impl HostObject for Affine {
    fn kind(&self) -> &'static str {
        self.watch.look();
        "a number that is not known"
    }

    fn print(&self, out: &mut Printer<'_>) {
        self.watch.look();
        for (i, term) in self.terms.iter().enumerate() {
            out.text(if i > 0 { " + " } else { "" });
            if term.factor != 1.0 {
                out.text(&format!("{} ", float(term.factor)));
            }
            out.text(&term.name);
        }
        if self.constant != 0.0 {
            out.text(&format!(" + {}", float(self.constant)));
        }
    }

    /// Sums, and products and quotients with known numbers.
    fn operate(&self, op: Op, a: &Value, b: &Value) -> Option<Result<Value>> {
        let (x, y) = (operand(a, self)?, operand(b, self)?);
        let result = match op {
            Op::Add => x.plus(&y, 1.0),
            Op::Sub => x.plus(&y, -1.0),
            Op::Mul if x.terms.is_empty() => y.scaled(x.constant),
            Op::Mul if y.terms.is_empty() => x.scaled(y.constant),
            Op::Div if y.terms.is_empty() && y.constant != 0.0 => x.scaled(1.0 / y.constant),
            _ => return None,
        };
        Some(Ok(Value::host(result)))
    }
}
