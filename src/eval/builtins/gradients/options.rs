//! With respect to what a function is differentiated: the option `:wrt`.

use crate::error::{Error, Result};
use crate::eval::builtins::args::wrong_type;
use crate::eval::gradient::{self, Cotangents, Tape};
use crate::eval::print::brief;
use crate::eval::value::Value;

/// Places of arguments.
pub enum Wrt {
    One(usize),
    Several(Vec<usize>),
}

/// Reads the option map that follows the function.
pub fn wrt(function: &str, args: &[Value]) -> Result<Wrt> {
    let Some(options) = args.get(1) else { return Ok(Wrt::One(0)) };
    let Value::Map(map) = options else {
        return Err(
            wrong_type(function, "a map of options", options, 1).help(format!("write `({function} f {{:wrt 1}})`"))
        );
    };
    if let Some((key, _)) = map.iter().find(|(key, _)| key.as_keyword() != Some("wrt")) {
        let message = format!("`{function}` has no option `{}`", brief(key));
        return Err(Error::new("gen::type", message)
            .help("its option: `:wrt`, the place of an argument or a vector of places")
            .arg(1));
    }
    match map.get_keyword("wrt") {
        None => Ok(Wrt::One(0)),
        Some(Value::Vector(places)) => {
            let places: Vec<usize> = places.iter().map(|p| place(function, p)).collect::<Result<_>>()?;
            match (1..places.len()).find(|&i| places[..i].contains(&places[i])) {
                None => Ok(Wrt::Several(places)),
                Some(i) => {
                    let message = format!("`:wrt` of `{function}` names the argument {} twice", places[i]);
                    Err(Error::new("gen::type", message).arg(1))
                }
            }
        }
        Some(one) => place(function, one).map(Wrt::One),
    }
}

fn place(function: &str, value: &Value) -> Result<usize> {
    value.as_int().and_then(|i| usize::try_from(i).ok()).ok_or_else(|| {
        let message =
            format!("`:wrt` of `{function}` wants places of arguments, counted from 0, not `{}`", brief(value));
        Error::new("gen::type", message).arg(1)
    })
}

impl Wrt {
    fn places(&self) -> &[usize] {
        match self {
            Wrt::One(place) => std::slice::from_ref(place),
            Wrt::Several(places) => places,
        }
    }

    /// Replaces the arguments by variables and returns those.
    pub fn lift(&self, function: &str, tape: &Tape, args: &mut [Value]) -> Result<Vec<Value>> {
        let count = args.len();
        let lift = |&place: &usize| {
            let Some(arg) = args.get_mut(place) else {
                let message = format!("`{function}` differentiates argument {place}, but the call has {count}");
                return Err(Error::new("gen::arity", message).help("`:wrt` counts arguments from 0"));
            };
            *arg = gradient::lift_argument(tape, arg)?;
            if !gradient::holds_var(arg) {
                return Err(Error::new(
                    "gen::type",
                    format!("`{function}` with respect to {} `{}`, which holds no numbers", arg.kind(), brief(arg)),
                )
                .arg(place));
            }
            Ok(arg.clone())
        };
        self.places().iter().map(lift).collect()
    }

    /// The cotangents of what [`Wrt::lift`] returned.
    pub fn gather(&self, lifted: &[Value], cotangents: &Cotangents) -> Result<Value> {
        let mut found = lifted.iter().map(|value| cotangents.of(value));
        match self {
            Wrt::One(_) => found.next().unwrap_or(Ok(Value::Nil)),
            Wrt::Several(_) => Value::vector(found.collect::<Result<_>>()?),
        }
    }
}
