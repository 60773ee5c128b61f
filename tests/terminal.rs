//! The REPL on a real terminal: every line that is pasted or typed ahead is evaluated.
#![cfg(unix)]

use rexpect::session::{PtySession, spawn_command};
use std::process::Command;

/// Milliseconds until an answer is late.
const PATIENCE: u64 = 20_000;

/// Three lines of which the last needs the others; no line holds what it prints.
const LINES: [&str; 3] = ["(def a 11111)", "(def b (* a 3))", "(+ a b)"];
const ANSWER: &str = "44444";

fn repl() -> PtySession {
    let folder = env!("CARGO_TARGET_TMPDIR");
    let mut command = Command::new(env!("CARGO_BIN_EXE_gen"));
    command.args(["--seed", "1"]).env("TERM", "xterm").env("HOME", folder).env("XDG_STATE_HOME", folder);
    let mut session = spawn_command(command, Some(PATIENCE)).expect("a terminal");
    session.exp_string("user> ").expect("a prompt");
    session
}

fn send(session: &mut PtySession, keys: &str) {
    session.send(keys).expect("keys");
    session.flush().expect("keys");
}

fn typed(lines: &[&str]) -> String {
    lines.iter().map(|line| format!("{line}\r")).collect()
}

#[test]
fn lines_pasted_at_once() {
    let mut session = repl();
    send(&mut session, &typed(&LINES));
    session.exp_string(ANSWER).expect("all lines evaluated");
}

#[test]
fn lines_in_bracketed_paste() {
    let mut session = repl();
    send(&mut session, &format!("\x1b[200~{}\x1b[201~\r", LINES.join("\n")));
    session.exp_string(ANSWER).expect("all lines evaluated");
}

#[test]
fn lines_typed_while_a_form_runs() {
    let mut session = repl();
    send(&mut session, "(do (println (+ 200 22)) (reduce + (range 2000000)) (+ 300 33))\r");
    session.exp_string("222").expect("the form runs");
    send(&mut session, &typed(&LINES));
    session.exp_string("333").expect("the form ended");
    session.exp_string(ANSWER).expect("all lines evaluated");
}

#[test]
fn a_form_over_several_lines_typed_ahead() {
    let mut session = repl();
    send(&mut session, "(do (println (+ 200 22)) (reduce + (range 2000000)) (+ 300 33))\r");
    session.exp_string("222").expect("the form runs");
    send(&mut session, &typed(&["(+ 11111", "33333)"]));
    session.exp_string("333").expect("the form ended");
    session.exp_string(ANSWER).expect("one form of two lines");
}
