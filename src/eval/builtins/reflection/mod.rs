//! Code as data: reading, evaluating, expanding; what is known of names and values.

mod code;
mod describe;
pub mod var;

pub use describe::documentation;

use crate::error::Result;
use crate::eval::args::wrong_type;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::value::Value;

#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    Builtin::generic("read-string", "[text]", "The first form of a text, as data: the inverse of `pr-str`.\n(read-string \"(+ 1 2)\") ;=> (+ 1 2)\n(read-string \"{:a [1.5 nil]}\") ;=> {:a [1.5 nil]}", code::read_string),
    Builtin::generic("eval", "[form]", "The value of a form given as data.\n(eval '(+ 1 2)) ;=> 3\n(eval (list '* 6 7)) ;=> 42", code::eval).io(),
    Builtin::generic("load-string", "[text]", "Runs every form of a text; the value of the last.\n(load-string \"(def a 1) (+ a 1)\") ;=> 2", code::load_string).io(),
    Builtin::generic("macroexpand-1", "[form]", "A macro call after one step of expansion, as data; any other form as it is.\n(macroexpand-1 '(inc 1)) ;=> (inc 1)\n(do (defmacro twice [x] (list '+ x x)) (macroexpand-1 '(twice 3))) ;=> (+ 3 3)", code::macroexpand_1).io(),
    Builtin::generic("macroexpand", "[form]", "A macro call expanded until its head is no macro, as data.\n(do (defmacro twice [x] (list '+ x x)) (defmacro four [x] (list 'twice (list '+ x x))) (macroexpand '(four 3))) ;=> (+ (+ 3 3) (+ 3 3))", code::macroexpand).io(),
    Builtin::generic("doc*", "[name]", "Prints the documentation of a name; what `doc` expands to.\n(do (defn f \"Adds one.\" [x] (inc x)) (with-out-str (doc* 'f))) ;=> \"f\\n[x]\\nAdds one.\\n\"", describe::doc).io(),
    Builtin::generic("source*", "[name]", "Prints the definition of a name; what `source` expands to.\n(do (def a 1) (with-out-str (source* 'a))) ;=> \"(def a 1)\\n\"", describe::source).io(),
    Builtin::generic("dir*", "[namespace]", "Prints the names of a namespace; what `dir` expands to.\n(do (in-ns 'scratch) (def b 1) (def a 2) (with-out-str (dir* 'scratch))) ;=> \"a\\nb\\n\"", describe::dir).io(),
    Builtin::generic("apropos", "[pattern]", "The names that contain a text or match a pattern.\n(apropos \"re-fin\") ;=> (re-find)", describe::apropos).io(),
    Builtin::generic("arglists", "[f]", "The parameter vectors of a function, or of what a symbol names.\n(arglists (fn [x & more] x)) ;=> ([x & more])\n(arglists 'inc) ;=> ([x])", describe::arglists).io(),
    Builtin::generic("resolve", "[name]", "The value of the global name that a symbol is, nil when there is none.\n((resolve 'inc) 1) ;=> 2\n(resolve 'no-such-name) ;=> nil", describe::resolve).io(),
    Builtin::generic("type", "[x]", "The kind of a value as a keyword; nil of nil.\n(type 1) ;=> :integer\n(type \"a\") ;=> :string\n(type [1]) ;=> :vector", |_, a| Ok(type_of(&a[0]))).primal().asks_kind(),
];

/// `a lazy sequence` is `:lazy-sequence`.
fn type_of(value: &Value) -> Value {
    match value {
        Value::Nil => Value::Nil,
        Value::Float(_) => Value::keyword("float"),
        other => {
            let kind = other.kind();
            let name = kind.strip_prefix("a ").or(kind.strip_prefix("an ")).unwrap_or(kind);
            Value::keyword(&name.replace(' ', "-"))
        }
    }
}

/// The name that a quoted symbol (or a string) is.
fn name_of<'a>(function: &str, args: &'a [Value]) -> Result<&'a str> {
    match &args[0] {
        Value::Symbol(name) => Ok(name.as_str()),
        Value::Str(text) => Ok(text),
        other => Err(wrong_type(function, "a quoted name", other, 0)),
    }
}

/// Prints a text and ends the line.
fn show(cx: &mut Cx, text: &str) -> Result<Value> {
    super::io::write(cx, &format!("{}\n", text.trim_end()))?;
    Ok(Value::Nil)
}
