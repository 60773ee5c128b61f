//! Delays: values made once, when asked for.

use crate::error::Result;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::host::HostObject;
use crate::eval::once::Once;
use crate::eval::print::Printer;
use crate::eval::value::{Value, nest};
use crate::eval::watch::Home;

pub const TABLE: &[Builtin] = &[
    Builtin::generic("delayed", "[f]", |cx, a| {
        let f = std::mem::take(&mut a[0]);
        let depth = nest(f.depth())?;
        Ok(Value::host(Delay { f, home: cx.waits(), once: Once::default(), depth }))
    }),
    Builtin::generic("force", "[x]", |cx, a| match a[0].clone().as_host::<Delay>() {
        Some(delay) => delay.force(cx),
        None => Ok(std::mem::take(&mut a[0])),
    })
    .state(),
    Builtin::generic("delay?", "[x]", |_, a| Ok(Value::bool(a[0].as_host::<Delay>().is_some()))),
    Builtin::generic("realized?", "[x]", |cx, a| match &a[0] {
        Value::Lazy(lazy) => {
            let (made, ended) = lazy.made(1);
            Ok(Value::bool(ended || !made.is_empty()))
        }
        other => match other.as_host::<Delay>() {
            Some(delay) => {
                cx.uses(&delay.home)?;
                Ok(Value::bool(delay.once.is_done()))
            }
            None => Err(crate::eval::args::wrong_type("realized?", "a delay or a lazy sequence", other, 0)),
        },
    })
    .state(),
];

struct Delay {
    f: Value,
    home: Home,
    once: Once,
    depth: u32,
}

impl Delay {
    fn force(&self, cx: &mut Cx) -> Result<Value> {
        self.once.get(cx, &self.home, "a delay", &mut |cx| cx.call(&self.f, &mut [])).0
    }
}

impl HostObject for Delay {
    fn code(&self) -> Option<Vec<Value>> {
        None
    }

    fn kind(&self) -> &'static str {
        "a delay"
    }
    fn print(&self, out: &mut Printer<'_>) {
        super::print_held(out, "delay", self.once.peek().as_ref());
    }
    fn depth(&self) -> u32 {
        self.depth
    }
    fn deref(&self, cx: &mut Cx) -> Option<Result<Value>> {
        Some(self.force(cx))
    }
}
