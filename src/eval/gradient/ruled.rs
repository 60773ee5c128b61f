//! Recording an operation on whole values with a rule of its own.

use super::innermost;
use super::tape::VarOrigin;
use crate::error::Result;
use crate::eval::cx::Cx;
use crate::eval::value::Value;

/// What a rule is given: the inputs and the result, one level down, and the cotangent of the result.
pub struct RuleInput<'a> {
    pub inputs: &'a [Value],
    pub output: &'a Value,
    pub cotangent: &'a Value,
}

/// An operation of several inputs. `forward` computes it one level down; `rule` gives cotangents of the inputs, of
/// which those of constants are dropped.
pub fn ruled(
    inputs: &[Value],
    forward: impl FnOnce(&[Value]) -> Result<Value>,
    rule: impl Fn(&mut Cx, &RuleInput) -> Result<Vec<Value>> + Send + Sync + 'static,
) -> Result<Value> {
    let Some(tape) = innermost(inputs) else { return forward(inputs) };
    let below: Vec<Value> = inputs.iter().map(|value| tape.below(value)).collect();
    let output = forward(&below)?;
    let places: Vec<Option<u32>> = inputs.iter().map(|value| tape.index_of(value)).collect();
    let indices = places.iter().copied().flatten().collect();
    let kept = output.clone();
    let chosen = move |cx: &mut Cx, cotangent: &Value| {
        let parts = rule(cx, &RuleInput { inputs: &below, output: &kept, cotangent })?;
        Ok(parts.into_iter().zip(&places).filter_map(|(part, place)| place.map(|_| part)).collect())
    };
    tape.push(output, VarOrigin::Rule(indices, Box::new(chosen)))
}

/// An operation of one input.
pub fn ruled1(
    x: &Value,
    forward: impl FnOnce(&Value) -> Result<Value>,
    rule: impl Fn(&RuleInput) -> Result<Value> + Send + Sync + 'static,
) -> Result<Value> {
    ruled(std::slice::from_ref(x), |x| forward(&x[0]), move |_, flow| Ok(vec![rule(flow)?]))
}

/// A linear operation of one input, with its adjoint: nothing is kept but the shape.
pub fn linear(
    x: &Value,
    forward: impl FnOnce(&Value) -> Result<Value>,
    adjoint: impl Fn(&Value) -> Result<Value> + Send + Sync + 'static,
) -> Result<Value> {
    let Value::Var(v) = x else { return forward(x) };
    let output = forward(v.primal())?;
    let rule = move |_: &mut Cx, cotangent: &Value| Ok(vec![adjoint(cotangent)?]);
    v.tape().push(output, VarOrigin::Rule(Box::new([v.index()]), Box::new(rule)))
}
