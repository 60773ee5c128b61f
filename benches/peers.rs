//! The interpreter's workloads beside those peers that are installed: `cargo bench --bench peers`. Only ratios count.
//!
//! Every program runs as a process of its own; from a workload's best time that of an empty program is taken off.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often each program runs; the best time counts.
const REPETITIONS: usize = 5;
const PATIENCE: Duration = Duration::from_secs(60);

/// The columns: an empty program, then what the others add to it.
const WORKLOADS: [&str; 4] = ["start-up", "fib 30", "loop 10^7", "map-filter-sum 10^6"];

/// A language: how to run a text, and the texts in the order of the workloads.
struct Peer {
    name: &'static str,
    command: &'static [&'static str],
    programs: [&'static str; 4],
}

const CLOJURE: [&str; 4] = [
    "nil",
    "(do (defn fib [n] (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))) (println (fib 30)))",
    "(println (loop [i 1 s 0] (if (> i 10000000) s (recur (inc i) (+ s i)))))",
    "(println (reduce + (filter even? (map inc (vec (range 1000000))))))",
];

const SCHEME: [&str; 4] = [
    "'()",
    "(define (fib n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))) (display (fib 30))",
    "(display (let loop ((i 1) (s 0)) (if (> i 10000000) s (loop (+ i 1) (+ s i)))))",
    "(use-modules (srfi srfi-1)) (display (reduce + 0 (filter even? (map (lambda (x) (+ x 1)) (iota 1000000)))))",
];

const JANET: [&str; 4] = [
    "nil",
    "(defn fib [n] (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))) (print (fib 30))",
    "(defn f [] (var s 0) (var i 1) (while (<= i 10000000) (+= s i) (++ i)) s) (print (f))",
    "(print (reduce + 0 (filter even? (map inc (range 1000000)))))",
];

const PYTHON: [&str; 4] = [
    "None",
    "def fib(n):\n return n if n < 2 else fib(n - 1) + fib(n - 2)\nprint(fib(30))",
    "def f():\n i = 1; s = 0\n while i <= 10000000:\n  s += i; i += 1\n return s\nprint(f())",
    "print(sum(filter(lambda x: x % 2 == 0, map(lambda x: x + 1, list(range(1000000))))))",
];

const JAVASCRIPT: [&str; 4] = [
    "null",
    "function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2) } console.log(fib(30))",
    "let s = 0; for (let i = 1; i <= 10000000; i++) s += i; console.log(s)",
    "console.log(Array.from({length: 1e6}, (_, i) => i).map(x => x + 1).filter(x => x % 2 == 0).reduce((a, b) => a + b, 0))",
];

const LUA: [&str; 4] = [
    "",
    "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end print(fib(30))",
    "local s, i = 0, 1 while i <= 10000000 do s = s + i i = i + 1 end print(s)",
    "local function inc(x) return x + 1 end local function even(x) return x % 2 == 0 end
     local t, m, f, s = {}, {}, {}, 0 for i = 1, 1000000 do t[i] = i - 1 end for i = 1, #t do m[i] = inc(t[i]) end
     for i = 1, #m do if even(m[i]) then f[#f + 1] = m[i] end end for i = 1, #f do s = s + f[i] end print(s)",
];

const PEERS: &[Peer] = &[
    Peer { name: "gen", command: &[env!("CARGO_BIN_EXE_gen"), "-e"], programs: CLOJURE },
    Peer { name: "nbb", command: &["nbb", "-e"], programs: CLOJURE },
    Peer { name: "babashka", command: &["bb", "-e"], programs: CLOJURE },
    Peer { name: "janet", command: &["janet", "-e"], programs: JANET },
    Peer { name: "guile", command: &["guile", "--no-auto-compile", "-c"], programs: SCHEME },
    Peer { name: "luajit, interpreter", command: &["luajit", "-joff", "-e"], programs: LUA },
    Peer { name: "lua", command: &["lua", "-e"], programs: LUA },
    Peer { name: "python", command: &["python3", "-c"], programs: PYTHON },
    Peer { name: "node, without compiler", command: &["node", "--jitless", "-e"], programs: JAVASCRIPT },
    Peer { name: "node", command: &["node", "-e"], programs: JAVASCRIPT },
];

/// True if there is such a program.
fn installed(program: &str) -> bool {
    let found = |folder: std::path::PathBuf| folder.join(program).is_file();
    Path::new(program).is_absolute()
        || std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(found))
}

/// The best time of a text's runs, or what went wrong.
fn best(peer: &Peer, text: &str) -> Result<f64, String> {
    let mut best = f64::INFINITY;
    let begin = Instant::now();
    for _ in 0..REPETITIONS {
        let mut command = Command::new(peer.command[0]);
        command.args(&peer.command[1..]).arg(text).stdin(Stdio::null());
        let start = Instant::now();
        let output = command.output().map_err(|e| e.to_string())?;
        best = best.min(start.elapsed().as_secs_f64());
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            return Err(errors.lines().next().unwrap_or("failed").to_string());
        }
        if begin.elapsed() > PATIENCE {
            break;
        }
    }
    Ok(best)
}

/// Seconds of every workload, start-up taken off the others.
fn measure(peer: &Peer) -> Result<[f64; 4], String> {
    let mut times = [0.0; 4];
    for (time, program) in times.iter_mut().zip(peer.programs) {
        *time = best(peer, program)?;
    }
    let start = times[0];
    times[1..].iter_mut().for_each(|time| *time = (*time - start).max(1e-4));
    Ok(times)
}

fn main() {
    // `cargo test --benches` only wants to know that it builds.
    if std::env::args().all(|arg| arg != "--bench") {
        return;
    }
    println!("{:24} {}", "milliseconds (ratio)", WORKLOADS.map(|name| format!("{name:>22}")).join(""));
    let mut own = None;
    for peer in PEERS.iter().filter(|peer| installed(peer.command[0])) {
        match measure(peer) {
            Ok(times) => {
                let base = *own.get_or_insert(times);
                let cell = |i: usize| format!("{:>12.1} ({:>6.2}×)", times[i] * 1e3, times[i] / base[i]);
                println!("{:24} {}", peer.name, [0, 1, 2, 3].map(|i| format!("{:>22}", cell(i))).join(""));
            }
            Err(error) => println!("{:24} {error}", peer.name),
        }
    }
}
