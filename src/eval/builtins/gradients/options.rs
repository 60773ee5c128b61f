//! With respect to what a function is differentiated: the option `:wrt`.

use super::settled;
use crate::error::{Code, Error, Result};
use crate::eval::args::wrong_type;
use crate::eval::cx::Cx;
use crate::eval::gradient::{self, Tape};
use crate::eval::options::Options;
use crate::eval::print::brief;
use crate::eval::value::Value;

/// Places of arguments.
#[derive(Clone)]
pub enum Wrt {
    One(usize),
    Several(Vec<usize>),
}

/// The value of the only option that a function knows, after its first argument, and where it stands.
pub fn option(function: &str, key: &str, about: &str, args: &[Value]) -> Result<Option<(Value, usize)>> {
    let options = Options::read(function, args, 1, key);
    let options = options.map_err(|e| e.help(format!("write `({function} f {{:{key} …}})`: {about}")))?;
    Ok(options.get(key).map(|value| (value.clone(), options.place(key))))
}

/// Reads the option map that follows the function.
pub fn wrt(function: &str, args: &[Value]) -> Result<Wrt> {
    let Some((places, at)) = option(function, "wrt", "the place of an argument, or a vector of places", args)? else {
        return Ok(Wrt::One(0));
    };
    match &places {
        Value::Vector(places) => {
            let places: Vec<usize> = places.iter().map(|p| place(function, p, at)).collect::<Result<_>>()?;
            match (1..places.len()).find(|&i| places[..i].contains(&places[i])) {
                None => Ok(Wrt::Several(places)),
                Some(i) => {
                    let message = format!("`:wrt` of `{function}` names the argument {} twice", places[i]);
                    Err(Error::raise(Code::Type, message).arg(at))
                }
            }
        }
        one => place(function, one, at).map(Wrt::One),
    }
}

fn place(function: &str, value: &Value, at: usize) -> Result<usize> {
    value.as_int().and_then(|i| usize::try_from(i).ok()).ok_or_else(|| {
        let message =
            format!("`:wrt` of `{function}` wants places of arguments, counted from 0, not `{}`", brief(value));
        Error::raise(Code::Type, message).arg(at)
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
    pub fn lift(&self, function: &str, cx: &mut Cx, tape: &Tape, args: &mut [Value]) -> Result<Vec<Value>> {
        let count = args.len();
        let mut lifted = Vec::with_capacity(self.places().len());
        for &place in self.places() {
            let Some(arg) = args.get_mut(place) else {
                let message = format!("`{function}` is taken of argument {place}, but the call has only {count}");
                return Err(Error::raise(Code::Arity, message).help("`:wrt` counts arguments from 0"));
            };
            let given = settled(cx, arg)?;
            *arg = gradient::lift_argument(tape, &given)?;
            if !gradient::holds_var(arg) {
                return Err(wrong_type(function, "a number, an array, or data with some in it", &given, place));
            }
            lifted.push(arg.clone());
        }
        Ok(lifted)
    }

    /// What is found for the variables of one argument, or a vector of it for several.
    pub fn gather(&self, lifted: &[Value], find: impl FnMut(&Value) -> Result<Value>) -> Result<Value> {
        let mut found = lifted.iter().map(find);
        match self {
            Wrt::One(_) => found.next().unwrap_or(Ok(Value::Nil)),
            Wrt::Several(_) => Value::vector(found.collect::<Result<_>>()?),
        }
    }
}
