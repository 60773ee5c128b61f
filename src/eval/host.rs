//! Host objects: one trait through which atoms, errors, distributions, traces and models reach the evaluator.

use super::cx::Cx;
use super::node::Op;
use super::print::Printer;
use super::value::{Value, with_stack};
use crate::error::{Code, Error, Result, Stop};
use std::any::Any;
use std::sync::Arc;

/// What the evaluator can do with a value it knows nothing about. Every method but the first two has a default.
pub trait HostObject: Any + Send + Sync {
    /// What a report calls it, with its article: `a trace`.
    fn kind(&self) -> &'static str;

    /// Writes what the REPL shows.
    fn print(&self, out: &mut Printer<'_>);

    /// Equality with another object; identity unless the type says otherwise.
    fn equals(&self, other: &dyn HostObject) -> bool {
        std::ptr::addr_eq(self as *const Self, other as *const dyn HostObject)
    }

    /// Agrees with `equals`.
    fn hash_code(&self) -> u64 {
        std::ptr::from_ref(self).cast::<()>() as usize as u64
    }

    /// Levels of nesting of the values inside.
    fn depth(&self) -> u32 {
        0
    }

    /// The values inside of which lanes of a batched run may be; see [`HostObject::with_parts`].
    fn parts(&self) -> &[Value] {
        &[]
    }

    /// Values with the functions that it may call; `None` where they may be any.
    fn code(&self) -> Option<Vec<Value>> {
        Some(self.parts().to_vec())
    }

    /// The same object made of other parts, as many.
    fn with_parts(&self, _cx: &mut Cx, _parts: Vec<Value>) -> Result<Value> {
        Err(Error::raise(Code::Internal, format!("{} has no parts", self.kind())))
    }

    /// Calls the object as a function.
    fn call(&self, this: &Value, _cx: &mut Cx, _args: &mut [Value]) -> Result<Value> {
        Err(not_callable(this))
    }

    /// `(get object key)`; `None` when the key is absent.
    fn get(&self, _cx: &mut Cx, _key: &Value) -> Option<Result<Value>> {
        None
    }

    /// The entries as seen by `count`, `seq`, `keys`, `vals`: a map or vector.
    fn contents(&self, _cx: &mut Cx) -> Option<Result<Value>> {
        None
    }

    /// The number of entries, where it is known without them.
    fn count(&self) -> Option<usize> {
        None
    }

    /// The object with one entry set, for `assoc`.
    fn assoc(&self, _cx: &mut Cx, _key: &Value, _value: &Value) -> Option<Result<Value>> {
        None
    }

    /// The object without an entry, for `dissoc`.
    fn dissoc(&self, _cx: &mut Cx, _key: &Value) -> Option<Result<Value>> {
        None
    }

    /// `(deref object)`.
    fn deref(&self, _cx: &mut Cx) -> Option<Result<Value>> {
        None
    }

    /// An operator with this object on either side; `None` where it is no number of any kind.
    fn operate(&self, _op: Op, _a: &Value, _b: &Value) -> Option<Result<Value>> {
        None
    }

    /// An error where a call of this object with so many arguments is certainly wrong.
    fn takes(&self, _given: usize) -> Result<()> {
        Ok(())
    }

    /// True when a visible call of this object as a callee of `trace` need not make the object it returns:
    /// the handler gets the object itself with the call's arguments.
    fn fuses_with_trace(&self) -> bool {
        false
    }

    /// What to type instead where it stands as a condition and cannot be meant as one; most objects are true.
    fn no_condition(&self, _this: &Value) -> Option<String> {
        None
    }

    /// The documentation that `doc` shows for a name bound to this object: arglists and text.
    fn doc(&self) -> Option<(String, String)> {
        None
    }
}

fn not_callable(value: &Value) -> Stop {
    Error::raise(Code::NotAFunction, format!("`{}` is {}, not a function", super::print::brief(value), value.kind()))
}

/// A shared host object behind a thin pointer.
#[derive(Clone)]
pub struct Host(Arc<HostBox>);

struct HostBox {
    depth: u32,
    object: Option<Box<dyn HostObject>>,
}

/// Objects may hold long chains of others, so they are dropped with enough stack.
impl Drop for HostBox {
    fn drop(&mut self) {
        let object = self.object.take();
        genlisp_stack::ensure(32 * 1024, 1024 * 1024, || drop(object));
    }
}

impl Host {
    pub fn new<T: HostObject>(object: T) -> Host {
        Host(Arc::new(HostBox { depth: object.depth(), object: Some(Box::new(object)) }))
    }

    pub fn object(&self) -> &dyn HostObject {
        // The option is only empty while dropping, when nobody can hold a `&Host`.
        self.0.object.as_deref().unwrap_or(&Gone)
    }

    pub fn downcast<T: 'static>(&self) -> Option<&T> {
        (self.object() as &dyn Any).downcast_ref()
    }

    pub fn kind(&self) -> &'static str {
        self.object().kind()
    }

    /// Depth when the object was made.
    pub fn depth(&self) -> u32 {
        self.0.depth
    }

    /// Tells objects that live apart.
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// The same object, not only an equal one.
    pub fn same(&self, other: &Host) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    pub fn equals(&self, other: &Host) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || with_stack(self.0.depth, || self.object().equals(other.object()))
    }
}

/// Stands for an object that is being dropped.
struct Gone;

impl HostObject for Gone {
    fn kind(&self) -> &'static str {
        "nothing"
    }
    fn print(&self, out: &mut Printer<'_>) {
        out.text("#<gone>");
    }
}
