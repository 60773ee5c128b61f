//! Values as JSON: keywords are strings, arrays nest, NaN and the infinities are strings.

use crate::error::{Code, Error, Result};
use crate::eval::print::readable;
use crate::eval::{Cx, Value, arrays, sequence};
use serde_json::{Map, Value as Json};

/// Levels that JSON written here may nest; readers elsewhere give up far earlier than we do.
const MAX_LEVELS: u32 = 1_000;

/// The value as JSON. Sequences and sets become arrays, maps and what has entries become objects; what JSON has no
/// word for, such as a function, becomes the string that the REPL shows.
pub fn to_json(value: &Value, cx: &mut Cx) -> Result<Json> {
    convert(value, cx, 0)
}

fn convert(value: &Value, cx: &mut Cx, level: u32) -> Result<Json> {
    if level > MAX_LEVELS {
        return Err(Error::raise(
            Code::TooNested,
            format!("a value nested more than {MAX_LEVELS} levels deep, as JSON"),
        ));
    }
    cx.step()?;
    genlisp_stack::ensure(64 * 1024, 1024 * 1024, || match value {
        Value::Nil => Ok(Json::Null),
        Value::False => Ok(Json::Bool(false)),
        Value::True => Ok(Json::Bool(true)),
        Value::Int(i) => Ok(Json::from(*i)),
        Value::Float(x) => Ok(float(x.get())),
        Value::Keyword(k) => Ok(Json::from(k.as_str())),
        Value::Symbol(s) => Ok(Json::from(s.as_str())),
        Value::Str(s) => Ok(Json::from(&**s)),
        Value::Var(v) => convert(v.primal(), cx, level + 1),
        Value::Array(a) => convert(&arrays::nested_vectors(a)?, cx, level + 1),
        Value::Lanes(l) => {
            let values = super::lanes::merge::values_of(value, &l.group)?;
            values.iter().map(|x| convert(x, cx, level + 1)).collect::<Result<_>>().map(Json::Array)
        }
        Value::Map(m) => object(m.iter(), cx, level),
        Value::List(_) | Value::Vector(_) | Value::Set(_) | Value::Lazy(_) => {
            let items = sequence::to_vec(cx, value)?;
            items.iter().map(|item| convert(item, cx, level + 1)).collect::<Result<_>>().map(Json::Array)
        }
        Value::Host(h) => match h.clone().object().contents(cx) {
            Some(contents) => convert(&contents?, cx, level + 1),
            None => Ok(Json::from(readable(value))),
        },
        Value::Fn(_) | Value::Native(_) => Ok(Json::from(readable(value))),
    })
}

fn object<'a>(entries: impl Iterator<Item = (&'a Value, &'a Value)>, cx: &mut Cx, level: u32) -> Result<Json> {
    let mut object = Map::new();
    for (key, value) in entries {
        let name = key_name(key);
        let value = convert(value, cx, level + 1)?;
        if object.insert(name, value).is_some() {
            let message = format!("two keys of a map are both `{}` in JSON", key_name(key));
            return Err(
                Error::raise(Code::Json, message).help("rename one of them, or write the map as pairs: `(vec m)`")
            );
        }
    }
    Ok(Json::Object(object))
}

/// The name of an entry; keys that are no names are written as the language writes them.
fn key_name(key: &Value) -> String {
    match key {
        Value::Keyword(name) | Value::Symbol(name) => name.as_str().to_string(),
        Value::Str(s) => s.to_string(),
        other => readable(other),
    }
}

/// JSON has no numbers for what is not finite.
fn float(x: f64) -> Json {
    match serde_json::Number::from_f64(x) {
        Some(number) => Json::Number(number),
        None if x.is_nan() => Json::from("NaN"),
        None if x > 0.0 => Json::from("Infinity"),
        None => Json::from("-Infinity"),
    }
}

#[cfg(test)]
mod tests {
    use crate::Interpreter;
    use crate::error::Stop;

    fn json(text: &str) -> String {
        let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
        match lisp.eval(text).and_then(|value| super::to_json(&value, lisp.cx()).map_err(Stop::into_error)) {
            Ok(json) => json.to_string(),
            Err(error) => error.code.to_string(),
        }
    }

    #[test]
    fn data() {
        assert_eq!(json("[nil true 1 0.5 \"a\\n\" :a/b 'c]"), r#"[null,true,1,0.5,"a\n","a/b","c"]"#);
        assert_eq!(json("{:a {\"b\" 1} [1 2] #{3}}"), r#"{"a":{"b":1},"[1 2]":[3]}"#);
        assert_eq!(json("[##NaN ##Inf ##-Inf -0.0]"), r#"["NaN","Infinity","-Infinity",-0.0]"#);
    }

    #[test]
    fn functions_are_text() {
        assert_eq!(json("[+ (fn twice [x] x)]"), r##"["#<fn +>","#<fn twice>"]"##);
    }

    #[test]
    fn keys_that_collide() {
        assert_eq!(json("{:a 1, \"a\" 2}"), "gen::json");
    }

    #[test]
    fn deep_values() {
        let nested = |n: usize| format!("(loop [i 0, v [1]] (if (= i {n}) v (recur (inc i) [v])))");
        assert_eq!(json(&nested(900)).len(), 2 * 901 + 1);
        assert_eq!(json(&nested(2000)), "gen::too-nested");
    }
}
