//! Effects: `trace`, `splice` and `param` go to whichever handler runs the program.

use super::cx::Cx;
use super::node::Place;
use super::value::Value;
use crate::error::Result;
use std::any::Any;

/// A place in a model that makes a choice or a call.
pub struct EffectSite<'a> {
    /// The address as written or computed: a keyword, a path, an integer. nil for an inlined splice.
    pub address: &'a Value,
    /// The place of the effect form, see [`Cx::span`].
    pub place: Place,
}

/// What runs a model: an operation of the generative function interface, or a program's own `with-handler`.
///
/// While a method runs, the handler is out of the [`Cx`], so that an effect inside it reaches nobody by accident.
pub trait Handler: Any + Send {
    /// The value of a choice or of a call at an address. `callee` is a distribution, a distribution's constructor
    /// with its parameters in `args` (see [`super::host::HostObject::fuses_with_trace`]), or a generative function.
    fn trace(&mut self, cx: &mut Cx, site: &EffectSite<'_>, callee: &Value, args: &[Value]) -> Result<Value>;

    /// The value of a call; without an address its choices join those of the caller.
    fn splice(&mut self, cx: &mut Cx, site: &EffectSite<'_>, callee: &Value, args: &[Value]) -> Result<Value>;

    /// The value of a trainable parameter.
    fn param(&mut self, cx: &mut Cx, site: &EffectSite<'_>, default: &Value) -> Result<Value>;
}
