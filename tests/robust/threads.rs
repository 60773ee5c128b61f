//! Interpreters and values move between threads, arrays too, and threads leave nothing behind.

use super::support::{lisp, shown};
use genlisp::{Captured, Error, Interpreter, InterruptHandle, Value};
use std::thread::spawn;

const fn sent<T: Send + 'static>() {}
const fn shared<T: Send + Sync + 'static>() {}
const _: () = {
    sent::<Interpreter>();
    shared::<Value>();
    shared::<Error>();
    shared::<InterruptHandle>();
    shared::<Captured>();
    shared::<genlisp::internals::eval::Program>();
};

#[test]
fn an_interpreter_moves_between_threads() {
    let mut lisp = lisp();
    lisp.eval("(def state (atom 0)) (defn f [x] (swap! state + x))").expect("definitions");
    for i in 1..=10 {
        lisp = spawn(move || {
            lisp.eval(&format!("(f {i})")).expect("a sum");
            lisp
        })
        .join()
        .expect("no panic");
    }
    assert_eq!(lisp.eval("@state").ok(), Some(Value::Int(55)));
}

/// Whatever a program makes can be used, compared, printed and dropped by others, all at once.
#[test]
fn values_are_shared_between_threads() {
    let mut lisp = lisp();
    let value = lisp
        .eval("{:v (vec (range 1000)) :s #{1 2 3} :l (map inc (iterate inc 0)) :f (fn [x] [x]) :a (atom [1]) :e (ex-info \"m\" {}) :x (array [1 2 3])}")
        .expect("a map");
    let text = shown(&value);
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let (value, text) = (value.clone(), text.clone());
            spawn(move || {
                for _ in 0..100 {
                    assert_eq!(shown(&value), text);
                    assert!(value == value.clone());
                }
            })
        })
        .collect();
    drop(value);
    threads.into_iter().for_each(|thread| thread.join().expect("no panic"));
}

/// A lazy sequence made on one thread is forced on another, and an atom changed there.
#[test]
fn unmade_values_are_made_elsewhere() {
    let mut lisp = lisp();
    lisp.eval("(def xs (map #(* % %) (iterate inc 1))) (def a (atom 1))").expect("definitions");
    let lisp = spawn(move || {
        assert_eq!(lisp.eval("(nth xs 9)").ok(), Some(Value::Int(100)));
        lisp.eval("(swap! a inc)").expect("a number");
        lisp
    });
    let mut lisp = lisp.join().expect("no panic");
    assert_eq!(lisp.eval("[@a (nth xs 9)]").map(|v| shown(&v)).ok(), Some("[2 100]".to_string()));
}

/// A function belongs to its interpreter; in another one it fails or does something else, but never panics.
#[test]
fn functions_of_another_interpreter() {
    let mut one = lisp();
    one.eval("(def many (mapv (fn [x] (eval (list 'def (symbol (str \"g\" x)) x))) (range 1000)))")
        .expect("definitions");
    let f =
        one.eval("(def secret 42) (defn helper [x] (+ x secret)) (fn [x] [secret (helper x)])").expect("a function");
    let mut other = lisp();
    assert_eq!(other.call_value(&f, (1,)).map_err(|e| e.code).err(), Some(genlisp::Code::ForeignFunction));
}

#[test]
fn lazy_arrays_are_read_on_another_thread() {
    let mut lisp = lisp();
    let array = spawn(move || lisp.eval("(* (array [1.0 2.0 3.0]) 2)").expect("an array")).join().expect("no panic");
    let reader = spawn(move || shown(&array));
    assert_eq!(reader.join().expect("no panic"), "(array [2.0 4.0 6.0])");
}

#[cfg(target_os = "linux")]
fn thread_count() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("the system's status");
    let line = status.lines().find_map(|line| line.strip_prefix("Threads:")).expect("a count");
    line.trim().parse().expect("a number")
}

/// Other tests run beside this one: it tells tens of threads from thousands.
#[cfg(target_os = "linux")]
#[test]
fn ten_thousand_threads_leave_none_behind() {
    let mut lisp = lisp();
    let array = lisp.eval("(+ (array [1.0 2.0]) 1)").expect("an array");
    let before = thread_count();
    for _ in 0..10_000 {
        let (array, text) = (array.clone(), "(array [2.0 3.0])");
        spawn(move || assert_eq!(shown(&array), text)).join().expect("no panic");
    }
    for _ in 0..200 {
        spawn(|| super::support::lisp().eval("(+ (array [1 2]) 1)").map(|v| shown(&v)).expect("an array"))
            .join()
            .expect("no panic");
    }
    assert!(thread_count() < before + 50, "{before} threads became {}", thread_count());
}
