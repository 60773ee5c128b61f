//! Broken files, huge texts, huge numbers, huge requests, loops without end.

use super::support::{builder, lisp, on_stack, outcome};
use genlisp::Interpreter;
use std::time::{Duration, Instant};

fn read_code(text: String) -> &'static str {
    on_stack(512, move || outcome(&mut lisp(), &text).err().unwrap_or("no error"))
}

#[test]
fn huge_texts() {
    assert_eq!(read_code("(".repeat(1_000_000)), "gen::too-large");
    assert_eq!(read_code(format!("{}{}", "(".repeat(1_000_000), ")".repeat(1_000_000))), "gen::too-large");
    assert_eq!(read_code(format!("{}1", "'".repeat(1_000_000))), "gen::too-large");
    assert_eq!(read_code(" ".repeat(100 << 20)), "gen::too-large");
    assert_eq!(read_code("a".repeat(1_000_000)), "gen::too-large");
    assert_ne!(read_code("1".repeat(1_000_000)), "no error");
    assert_ne!(read_code(format!("1e{}", "9".repeat(1_000_000))), "gen::unknown-name");
    assert_eq!(read_code(format!("(count \"{}\")", "a".repeat(1_000_000))), "no error");
    assert_eq!(read_code(format!("[{}]", "1 ".repeat(1_000_000))), "no error");
    assert_ne!(read_code(format!("(+ {})", "1 ".repeat(100_000))), "gen::too-deep");
    assert_ne!(
        read_code(format!("(fn [{}] 1)", (0..70_000).map(|i| format!("a{i} ")).collect::<String>())),
        "no error"
    );
    assert_ne!(
        read_code(format!("(let [{}] 1)", (0..70_000).map(|i| format!("a{i} 1 ")).collect::<String>())),
        "no error"
    );
}

/// Code that nests as deep as the reader allows is analysed and run on any stack.
#[test]
fn the_deepest_code_runs() {
    for (open, close) in [
        ("(+ 1 ", ")"),
        ("[", "]"),
        ("(let [x 1] ", ")"),
        ("(if true ", ")"),
        ("((fn [] ", "))"),
        ("(do ", ")"),
        ("{:a ", "}"),
    ] {
        let levels = 990 / (open.matches(['(', '[', '{']).count() - open.matches([')', ']', '}']).count());
        let text = format!("(do {}1{} :done)", open.repeat(levels), close.repeat(levels));
        let got = on_stack(512, move || outcome(&mut lisp(), &text));
        assert_eq!(got, Ok(":done".to_string()), "{open}");
    }
}

/// Requests that no memory holds are refused before anything is made.
#[test]
fn huge_requests() {
    let mut wrong = Vec::new();
    for text in [
        "(count (vec (range 1000000000000)))",
        "(vec (range 1e12))",
        "(reduce + (range 1000000000000))",
        "(doall (repeat 1000000000000 1))",
        "(vec (repeat 9223372036854775807 1))",
        "(into [] (take 1000000000000 (iterate inc 0)))",
        "(apply str (repeat 1000000000000 \"a\"))",
        "(reduce (fn [s _] (str s s)) \"abcdefgh\" (range 60))",
        "(reduce (fn [v _] (into v v)) [1 2 3 4] (range 60))",
        "(reduce (fn [v _] (concat v v)) [1 2 3 4] (range 60))",
        "(count (reduce (fn [v _] (vec (concat v v))) [1 2 3 4] (range 60)))",
        "(zeros [1000000 1000000])",
        "(zeros [9223372036854775807])",
        "(ones [4294967296 4294967296])",
        "(full [1000000000000] 1)",
        "(eye 10000000)",
        "(arange 1000000000000)",
        "(linspace 0 1 1000000000000)",
        "(bit-shift-left 1 1000000)",
        "(pow 10 1000000)",
        "(* 9223372036854775807 9223372036854775807)",
        "(+ 9223372036854775807 1)",
        "(- -9223372036854775808)",
        "(abs -9223372036854775808)",
        "(/ -9223372036854775808 -1)",
        "(mod -9223372036854775808 -1)",
        "(quot -9223372036854775808 -1)",
        "(rem -9223372036854775808 -1)",
        "(mod 1 0)",
        "(nth [1 2] 9223372036854775807)",
        "(nth [1 2] -9223372036854775808)",
        "(subs \"abc\" -1 9223372036854775807)",
        "(subs \"äöü\" 1 2)",
        "(assoc [1 2] 9223372036854775807 1)",
        "(take -5 [1 2])",
        "(drop -9223372036854775808 [1 2])",
        "(partition 0 [1 2 3])",
        "(partition-all -1 [1 2 3])",
        "(range 0 10 0)",
        "(vec (range 0 10 0))",
        "(range ##NaN)",
        "(vec (range 0 ##Inf))",
        "(int ##NaN)",
        "(int 1e300)",
        "(repeat -1 1)",
        "(rand-int 0)",
        "(rand-int -9223372036854775808)",
        "(rand-nth [])",
        "(shuffle nil)",
        "(reshape (arange 6) [-1 -1])",
        "(reshape (arange 6) [0 9223372036854775807 9223372036854775807])",
        "(sort [1 :a \"b\" nil [] {}])",
        "(sort (fn [a b] (rand-nth [-1 0 1])) (range 1000))",
        "(sort (fn [a b] true) (range 1000))",
        "(re-find #\"(a*)*b\" (apply str (repeat 1000 \"a\")))",
        "(re-pattern \"(((((\")",
        "(apply + (range 1000000))",
        "(apply max (range 1000000))",
        "(apply (fn [& xs] (count xs)) (range 1000000))",
        "(count (frequencies (range 1000000)))",
        "(format \"%999999999d\" 1)",
        "(format \"%s%s%s\" 1)",
        "(read-string (apply str (repeat 100000 \"(\")))",
        "(eval (reduce (fn [a _] (list '+ 1 a)) 1 (range 5000)))",
        "(symbol \"\")",
        "(keyword nil)",
        "(name 1)",
        "(gensym \"\")",
        "(hash ##NaN)",
        "{##NaN 1}",
        "#{##NaN}",
        "(loop [] (recur))",
        "(while true)",
        "(dorun (range))",
        "(count (range))",
        "(last (iterate inc 0))",
        "(into #{} (cycle [1 2]))",
        "(filter neg? (range))",
        "(first (filter neg? (range)))",
        "(= (range) (range))",
        "(hash (range))",
        "(pr-str (range))",
        "(str (iterate inc 0))",
        "(sort (range))",
        "(reverse (cycle [1]))",
        "(apply + (range))",
        "(nth (range) 1000000000000)",
        "(drop 1000000000000 (range))",
        "(first (drop 1000000000000 (range)))",
        "(zipmap (range) (range))",
        "(last (interleave (range) (range)))",
        "(doseq [x (range)] x)",
        "(dotimes [i 1000000000000] i)",
        "(count (for [x (range) y (range)] x))",
    ] {
        let start = Instant::now();
        let got = on_stack(2048, move || {
            let mut lisp = builder().steps(2_000_000).build().expect("an interpreter");
            outcome(&mut lisp, text)
        });
        if matches!(got, Err("gen::internal" | "gen::unknown-name")) || start.elapsed() > Duration::from_secs(20) {
            wrong.push(format!("{text}: {got:?} after {:?}", start.elapsed()));
        }
        if std::env::var_os("GEN_SHOW").is_some() {
            let shown = got.map(|t| t.chars().take(60).collect::<String>());
            println!("{:>9.3?} {text} {shown:?}", start.elapsed());
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn files_that_are_no_programs() {
    let folder = std::env::temp_dir().join(format!("gen-hostile-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a directory");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("a file");
        path
    };
    let code = |path: std::path::PathBuf| match lisp().load_file(path) {
        Ok(_) => "no error",
        Err(error) => {
            error.report(&Default::default());
            error.code.name()
        }
    };
    assert_eq!(code(write("latin1.gen", b"(def a \"\xE9\")")), "gen::encoding");
    assert_eq!(code(write("zeros.gen", &[0; 1000])), "gen::character");
    assert_eq!(code(write("binary.gen", &(0..=255).collect::<Vec<u8>>())), "gen::encoding");
    assert_eq!(code(write("cut.gen", "(def a \"ä".as_bytes().split_last().expect("bytes").1)), "gen::encoding");
    assert_eq!(code(write("empty.gen", b"")), "no error");
    assert_eq!(code(write("mark.gen", b"\xEF\xBB\xBF(+ 1 2)")), "no error");
    assert_eq!(code(folder.clone()), "gen::file");
    assert_eq!(code(folder.join("missing.gen")), "gen::file");
    assert_eq!(code("\0".into()), "gen::file");
    let big = std::fs::File::create(folder.join("big.gen")).expect("a file");
    big.set_len(100 << 20).expect("a sparse file");
    assert_eq!(code(folder.join("big.gen")), "gen::too-large");
    let _ = std::fs::remove_dir_all(&folder);
}

const ENDLESS: &[&str] = &[
    "(loop [] (recur))",
    "(loop [i 0] (recur (inc i)))",
    "((fn f [] (recur)))",
    "(loop [] (try (loop [] (recur)) (catch e nil)) (recur))",
    "(reduce + (range))",
    "(dorun (map inc (range)))",
    "(while true nil)",
    "(loop [] (try (throw 1) (catch e nil) (finally nil)) (recur))",
    "(try (loop [] (recur)) (finally (loop [] (recur))))",
    "(try (try (loop [] (recur)) (catch e 1) (finally (loop [] (recur)))) (catch e (loop [] (recur))))",
    "(loop [] (sort (vec (range 100000 0 -1))) (recur))",
    "(loop [] (reverse (repeat 100000 1)) (recur))",
    "(let [v (vec (range 100000)) w (vec (range 100000))] (loop [] (= v w) (hash v) (recur)))",
    "(let [a (ones [300 300])] (loop [] (matmul a a) (inv (+ a (eye 300))) (recur)))",
    "(let [s (apply str (repeat 100000 \"a\"))] (loop [] (str s s) (count s) (frequencies s) (recur)))",
];

#[test]
fn a_step_limit_ends_every_loop() {
    for text in ENDLESS {
        let mut lisp = Interpreter::builder().seed(1).steps(1_000_000).build().expect("an interpreter");
        assert_eq!(outcome(&mut lisp, text), Err("gen::step-limit"), "{text}");
        assert_eq!(outcome(&mut lisp, "(+ 1 1)"), Ok("2".to_string()));
    }
}

#[test]
fn a_time_limit_ends_every_loop() {
    for text in ENDLESS {
        let mut lisp = Interpreter::builder().seed(1).time(Duration::from_millis(30)).build().expect("an interpreter");
        let start = Instant::now();
        assert_eq!(outcome(&mut lisp, text), Err("gen::time-limit"), "{text}");
        assert!(start.elapsed() < Duration::from_secs(5), "{text}: {:?}", start.elapsed());
        assert_eq!(outcome(&mut lisp, "(+ 1 1)"), Ok("2".to_string()));
    }
}

#[test]
fn another_thread_interrupts_every_loop() {
    for text in ENDLESS {
        let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
        let handle = lisp.interrupt_handle();
        let running = std::thread::spawn(move || (outcome(&mut lisp, text), lisp));
        std::thread::sleep(Duration::from_millis(30));
        let start = Instant::now();
        // An interrupt before the run has begun is for no run.
        while !running.is_finished() {
            handle.interrupt();
            std::thread::sleep(Duration::from_millis(5));
        }
        let (first, mut lisp) = running.join().expect("no panic");
        assert_eq!(first, Err("gen::interrupted"), "{text}");
        handle.interrupt();
        assert_eq!(outcome(&mut lisp, "(+ 1 1)"), Ok("2".to_string()), "an interrupt between two runs");
        assert!(start.elapsed() < Duration::from_secs(2), "{text}: {:?}", start.elapsed());
    }
}

/// A halt that some code takes for an error of its own is raised again.
#[test]
fn no_halt_is_swallowed() {
    for text in [
        "(let [t (simulate (gen [n] (loop [i 0] (if (< i 1000000000) (recur (inc i)))) (trace :x (normal n 1))) [1])] 1)",
        "(do (def n (atom 0)) (defgen m [k] (trace :x (normal (do (if (= @n 0) (reset! n 1) (loop [] (recur))) k) 1)))
             (choice-gradients (simulate m [1]) :x) (choice-gradients (simulate m [1]) :x))",
        "(try (exit 3) (finally (loop [] (recur))))",
        "(loop [] (try (exit 3) (catch e 1) (finally (println 1))) (recur))",
    ] {
        let mut lisp = Interpreter::builder().seed(1).steps(1_000_000).build().expect("an interpreter");
        let halt = outcome(&mut lisp, text);
        assert!(matches!(halt, Err("gen::step-limit" | "gen::exit")), "{text}: {halt:?}");
        assert_eq!(outcome(&mut lisp, "(+ 1 1)"), Ok("2".to_string()));
    }
}
