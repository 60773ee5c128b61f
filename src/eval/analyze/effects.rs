//! `trace`, `splice` and `param`: addresses numbered, visible distribution calls fused.

use super::calls::takes;
use super::{Analyzer, Resolved, syntax};
use crate::error::Result;
use crate::eval::node::{AddressNode, EffectKind, EffectNode, Node};
use crate::eval::program::Core;
use crate::eval::value::Value;
use crate::parser::{Form, FormKind};

impl Analyzer<'_> {
    pub(super) fn trace(&mut self, form: &Form, items: &[Form], _tail: bool) -> Result<Node> {
        let [address, callee, args @ ..] = items else {
            return Err(syntax(
                form,
                "`trace` takes an address and a distribution or model",
                "(trace :x (normal 0 1))",
            ));
        };
        let address = self.address(address)?;
        if let (Some((family, params)), []) = (self.visible_call(callee), args) {
            takes(&family, callee, params)?;
            return self.effect(EffectKind::Trace, Some(address), Node::Const(family), params, form);
        }
        let callee_node = self.analyze(callee, false)?;
        self.effect(EffectKind::Trace, Some(address), callee_node, args, form)
    }

    /// With an address first, or without one; of what is no literal it shows when it runs.
    pub(super) fn splice(&mut self, form: &Form, items: &[Form], _tail: bool) -> Result<Node> {
        let literal = |f: &Form| {
            matches!(
                f.kind,
                FormKind::Keyword(_) | FormKind::Vector(_) | FormKind::Str(_) | FormKind::Int(_) | FormKind::Bool(_)
            )
        };
        match items {
            [address, callee, args @ ..] if literal(address) => {
                let address = self.address(address)?;
                let callee = self.analyze(callee, false)?;
                self.effect(EffectKind::Splice, Some(address), callee, args, form)
            }
            [callee, args @ ..] if !literal(callee) => {
                let callee = self.analyze(callee, false)?;
                self.effect(EffectKind::Splice, None, callee, args, form)
            }
            _ => Err(syntax(form, "`splice` takes a model and its arguments", "(splice :part model x)")),
        }
    }

    pub(super) fn param(&mut self, form: &Form, items: &[Form], _tail: bool) -> Result<Node> {
        let [name, default] = items else {
            return Err(syntax(form, "`param` takes a name and a default", "(param :sigma 1.0)"));
        };
        let name = self.address(name)?;
        let default = self.analyze(default, false)?;
        self.effect(EffectKind::Param, Some(name), default, &[], form)
    }

    fn effect(
        &mut self,
        kind: EffectKind,
        address: Option<AddressNode>,
        callee: Node,
        args: &[Form],
        call: &Form,
    ) -> Result<Node> {
        let place = self.places(call.span, args);
        let args = self.nodes(args)?;
        self.scope().traces = true;
        Ok(Node::Effect(Box::new(EffectNode { kind, address, callee, args: args.into(), place })))
    }

    fn address(&mut self, form: &Form) -> Result<AddressNode> {
        Ok(match self.analyze(form, false)? {
            Node::Const(value) => AddressNode::Literal(value),
            node => AddressNode::Computed(node),
        })
    }

    /// `(normal mu sigma)`: the distribution's constructor and its parameters, when the name means that.
    fn visible_call<'f>(&mut self, form: &'f Form) -> Option<(Value, &'f [Form])> {
        let items = form.as_list()?;
        let (head, params) = items.split_first()?;
        match self.resolve(head.as_symbol()?, head.span).ok()? {
            Resolved::Core(Core::Constant(family @ Value::Host(_))) => match &family {
                Value::Host(h) if h.object().fuses_with_trace() => Some((family, params)),
                _ => None,
            },
            _ => None,
        }
    }
}
