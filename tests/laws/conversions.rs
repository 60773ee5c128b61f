//! Rust data goes into values and comes back the same; what does not fit is an error that says why.

use genlisp::internals::error::Code;
use genlisp::{FromValue, Interpreter, IntoValue, Value};
use proptest::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

fn round_trip<T: IntoValue + FromValue + Clone + PartialEq + Debug>(data: T) -> Result<(), TestCaseError> {
    let value = data.clone().into_value().expect("shallow");
    prop_assert_eq!(T::from_value(&value).expect("just made"), data);
    Ok(())
}

proptest! {
    #![proptest_config(super::config(256))]

    #[test]
    fn data_comes_back(
        i: i64, b: bool, s: String, small: u8,
        x in -1e300..1e300f64,
        list: Vec<Option<i64>>,
        map in prop::collection::hash_map("[a-z]{1,5}", any::<Vec<bool>>(), 0..20),
    ) {
        round_trip((i, b, s.clone(), small))?;
        round_trip((x, Some(x), None::<f64>))?;
        round_trip(list)?;
        round_trip(map.clone())?;
        round_trip(map.into_iter().collect::<BTreeMap<_, _>>())?;
        round_trip([(i, s)].to_vec())?;
    }
}

fn eval(text: &str) -> Value {
    Interpreter::builder().seed(1).build().expect("an interpreter").eval(text).expect("a value")
}

fn message<T: TryFrom<Value, Error = Box<genlisp::Error>>>(text: &str) -> String {
    match T::try_from(eval(text)) {
        Ok(_) => "converted".to_string(),
        Err(error) => error.message.clone(),
    }
}

#[test]
fn what_does_not_fit_says_why() {
    assert_eq!(message::<i64>("\"a\""), "wanted an integer, not a string `\"a\"`");
    assert_eq!(message::<i64>("1.5"), "wanted an integer, not a number `1.5`");
    assert_eq!(message::<u8>("256"), "wanted an integer that fits u8, not an integer `256`");
    assert_eq!(message::<f64>("nil"), "wanted a number, not nil");
    assert_eq!(message::<String>(":a"), "wanted a string, not a keyword `:a`");
    assert_eq!(message::<Vec<f64>>("[1 2 :c]"), "at index 2: wanted a number, not a keyword `:c`");
    assert_eq!(message::<HashMap<String, bool>>("{:a {}}"), "at key :a: wanted true or false, not a map `{}`");
    assert_eq!(message::<(i64, i64)>("[1 2 3]"), "wanted a sequence of 2, not a vector `[1 2 3]`");
    assert_eq!(message::<Option<i64>>("[]"), "wanted an integer, not a vector `[]`");
}

#[test]
fn values_convert_as_people_expect() {
    assert_eq!(i64::try_from(eval("2.0")).ok(), Some(2));
    assert_eq!(f64::try_from(eval("2")).ok(), Some(2.0));
    assert_eq!(Option::<Vec<i64>>::try_from(eval("nil")).ok(), Some(None));
    assert_eq!(Vec::<(String, i64)>::try_from(eval("[[\"a\" 1]]")).ok(), Some(vec![("a".to_string(), 1)]));
    assert_eq!(Vec::<Value>::try_from(eval("'(1 :a)")).ok(), Some(vec![Value::Int(1), Value::keyword("a")]));
    assert!((u64::MAX).into_value().is_err_and(|e| e.code == Code::Overflow));
    assert!(().into_value().is_ok_and(|v| v.is_nil()));
}

#[test]
fn a_loaded_file_is_found_by_name() {
    let path = std::env::temp_dir().join(format!("gen-module-{}.gen", std::process::id()));
    std::fs::write(&path, "(ns models) (defn line [a x] (* a x)) (defn- hidden [] 1) :last").expect("a file");
    let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
    let module = lisp.load_file(&path).expect("a module");
    let _ = std::fs::remove_file(&path);
    assert_eq!((&*module.namespace, module.names().collect::<Vec<_>>()), ("models", vec!["line"]));
    assert_eq!(module.value, Value::keyword("last"));
    let line = module.get("line").expect("a function");
    assert_eq!(lisp.call_value(&line, (2, 21)).ok(), Some(Value::Int(42)));
    assert_eq!(lisp.call("models/line", (2, 21)).ok(), Some(Value::Int(42)));
    assert_eq!(module.get("lines").map_err(|e| e.help).err(), Some(Some("did you mean `line`?".to_string())));
    assert!(module.get("hidden").is_err());
    lisp.eval("(def here 1)").expect("a definition");
    assert_eq!(lisp.get("user/here").ok(), Some(Value::Int(1)));
}

#[test]
fn host_functions_are_functions() {
    let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
    lisp.register("zero", || 0);
    lisp.register("add", |a: i64, b: i64| a + b);
    lisp.register_pure("half", |x: f64| x / 2.0);
    lisp.register("parse", |text: String| text.parse::<f64>());
    lisp.register("all", |a: i64, b: f64, c: bool, d: String, e: Vec<i64>, f: Option<i64>| {
        format!("{a} {b} {c} {d} {e:?} {f:?}")
    });
    let mut shown = |text: &str| match lisp.eval(text) {
        Ok(value) => genlisp::internals::eval::print::readable(&value),
        Err(error) => format!("{} {}", error.code, error.message),
    };
    assert_eq!(shown("[(zero) (add 1 2) (half 3)]"), "[0 3 1.5]");
    assert_eq!(shown("(map half [1 2])"), "(0.5 1.0)");
    assert_eq!(shown("(all 1 2 true \"s\" [1 2] nil)"), "\"1 2 true s [1, 2] None\"");
    assert_eq!(shown("(parse \"x\")"), "gen::host invalid float literal");
    assert_eq!(shown("(add 1)"), "gen::arity `add` takes [a b], but got 1 argument");
    assert_eq!(shown("(add 1 :b)"), "gen::type wanted an integer, not a keyword `:b`");
    assert_eq!(shown("(do (ns other) (add 20 22))"), "42");
    assert_eq!(shown("add"), "#<fn add>");
}
