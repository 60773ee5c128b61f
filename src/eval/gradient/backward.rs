//! The pass backwards over a tape: reverse accumulation as in Griewank and Walther, *Evaluating Derivatives* (2008),
//! section 3.2.

use super::arrays::{broadcast_to, sum_to};
use super::kind::VarKind;
use super::lanes::fit;
use super::tape::{Tape, TapeNode, VarOrigin};
use crate::error::Result;
use crate::eval::cx::Cx;
use crate::eval::numeric::{self, Binary};
use crate::eval::value::Value;

impl Tape {
    /// Cotangents of the inputs for these of the outputs (a seed of the output's shape each). An output that is no
    /// variable of this tape does not depend on the inputs. The tape stays, so that other seeds can follow.
    pub fn backward(&self, cx: &mut Cx, seeds: &[(Value, Value)]) -> Result<Cotangents> {
        let list = self.begin_pass(seeds)?;
        let cotangents = self.pass(cx, &list, seeds);
        self.end_pass(list);
        Ok(Cotangents { tape: self.clone(), values: cotangents? })
    }

    fn pass(&self, cx: &mut Cx, list: &[TapeNode], seeds: &[(Value, Value)]) -> Result<Vec<Option<Value>>> {
        let mut cotangents: Vec<Option<Value>> = vec![None; list.len()];
        for (output, seed) in seeds {
            if let Some(index) = self.index_of(output) {
                let kind = &list[index as usize].kind;
                let seed = match kind {
                    VarKind::Array(shape, _) => broadcast_to(seed, shape)?,
                    VarKind::Number => seed.clone(),
                    VarKind::Lanes(group) => fit(seed, group)?,
                };
                add(&mut cotangents, list, index, seed)?;
            }
        }
        for i in (0..list.len()).rev() {
            if matches!(list[i].origin, VarOrigin::Input) {
                continue;
            }
            let Some(cotangent) = cotangents[i].take() else { continue };
            cx.step()?;
            spread(cx, &mut cotangents, list, &list[i].origin, &cotangent)?;
        }
        // Only those of the inputs are asked for.
        let inputs = list.iter().rposition(|node| matches!(node.origin, VarOrigin::Input)).map_or(0, |last| last + 1);
        cotangents.truncate(inputs);
        cotangents.shrink_to_fit();
        Ok(cotangents)
    }
}

/// Hands the cotangent of an entry on to the entries it was computed from.
fn spread(
    cx: &mut Cx,
    cotangents: &mut [Option<Value>],
    list: &[TapeNode],
    origin: &VarOrigin,
    cotangent: &Value,
) -> Result<()> {
    let mut edge = |index: u32, partial: &Value| match partial {
        Value::Float(one) if one.get() == 1.0 => add(cotangents, list, index, cotangent.clone()),
        _ => add(cotangents, list, index, numeric::binary(Binary::Mul, cotangent, partial)?),
    };
    match origin {
        VarOrigin::Input => Ok(()),
        VarOrigin::One(index, partial) => edge(*index, partial),
        VarOrigin::Two([i, j], [p, q]) => edge(*i, p).and_then(|()| edge(*j, q)),
        VarOrigin::Many(edges) => edges.iter().try_for_each(|(index, partial)| edge(*index, partial)),
        VarOrigin::Rule(inputs, rule) => {
            let parts = rule(cx, cotangent)?;
            let flowing = inputs.iter().zip(parts).filter(|(_, part)| !part.is_nil());
            flowing.into_iter().try_for_each(|(index, part)| add(cotangents, list, *index, part))
        }
    }
}

/// Adds to the cotangent of an entry, summed down to its shape where it was broadcast.
fn add(cotangents: &mut [Option<Value>], list: &[TapeNode], index: u32, part: Value) -> Result<()> {
    let part = match (&list[index as usize].kind, &part) {
        (VarKind::Number, Value::Float(_)) => part,
        (kind, _) => sum_to(&part, kind)?,
    };
    let slot = &mut cotangents[index as usize];
    *slot = Some(match slot.take() {
        None => part,
        Some(sum) => numeric::binary(Binary::Add, &sum, &part)?,
    });
    Ok(())
}

/// What a pass backwards found for the inputs of its tape.
pub struct Cotangents {
    tape: Tape,
    values: Vec<Option<Value>>,
}

impl Cotangents {
    /// The cotangents of lifted data, in its structure: zero where nothing flowed, nil for what is no number.
    pub fn of(&self, lifted: &Value) -> Result<Value> {
        super::data::map_leaves(lifted, &mut |leaf| match leaf {
            Value::Var(v) if v.tape().same(&self.tape) => {
                let kind = VarKind::of(v.primal())?;
                match self.values.get(v.index() as usize).and_then(Option::as_ref) {
                    Some(found) => kind.fit_dtype(found),
                    None => kind.zero(),
                }
            }
            Value::Var(_) | Value::Int(_) | Value::Float(_) => Ok(Value::float(0.0)),
            _ => Ok(Value::Nil),
        })
    }
}
