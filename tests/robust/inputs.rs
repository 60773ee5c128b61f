//! Random texts and mutated programs, the same in every run.

use std::path::Path;

/// SplitMix64 (Steele, Lea and Flood 2014): small, and good enough to choose with.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `n`, which is not 0.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// What broken programs are made of.
const PIECES: &[&str] = &[
    "(",
    ")",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "#{",
    "#(",
    "\"",
    "\\",
    "'",
    "`",
    "~",
    "~@",
    "@",
    "^",
    "#_",
    "#'",
    "#\"",
    "##",
    "##NaN",
    "%",
    "%&",
    "%2",
    ":",
    "::",
    ":a",
    "a",
    "b",
    "x",
    "é",
    "\u{1F600}",
    "\u{200B}",
    "\u{FEFF}",
    "\u{202E}",
    "\0",
    "\u{7f}",
    "0",
    "1",
    "9",
    "-1",
    "1.5",
    "1e400",
    "0x",
    "9223372036854775807",
    "-9223372036854775808",
    "1/2",
    ".",
    "/",
    "-",
    "+",
    "*",
    "=",
    "<",
    "&",
    "_",
    "!",
    "?",
    "\n",
    "\r\n",
    "\t",
    " ",
    " ",
    " ",
    ",",
    ";",
    ";;",
    "#!",
    "nil",
    "true",
    "def ",
    "defn ",
    "fn ",
    "let ",
    "loop ",
    "recur ",
    "if ",
    "quote ",
    "try ",
    "catch ",
    "finally ",
    "throw ",
    "do ",
    "case ",
    "defmacro ",
    "ns ",
    "trace ",
    "gen ",
    "map ",
    "reduce ",
    "apply ",
    "vec ",
    "range ",
    "str ",
    "[x]",
    "[& r]",
    "{:keys [a]}",
    ":as",
    ":or",
    "{}",
    "[]",
    "()",
    "\\a",
    "\\u00e9",
    "\\newline",
    "\"a\"",
];

/// Pieces in a row, now and then with any bytes in between.
pub fn random_bytes(random: &mut Random) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..random.below(24) {
        match random.below(12) {
            0 => bytes.push(random.next() as u8),
            1 => bytes.push(b' ' + (random.next() % 95) as u8),
            _ => bytes.extend(random.pick(PIECES).as_bytes()),
        }
    }
    bytes
}

/// Valid programs: code blocks of the Markdown suites, programs, definitions of the library.
pub fn corpus() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut programs = Vec::new();
    for folder in ["tests/lang", "tests/errors", "programs", "stdlib"] {
        let entries = std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
        let mut paths: Vec<_> = entries.map(|e| e.path()).collect();
        paths.sort();
        for path in paths {
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            match path.extension().and_then(|e| e.to_str()) {
                Some("md") => programs
                    .extend(text.split("```clojure").skip(1).filter_map(|t| t.split("```").next()).map(String::from)),
                Some("gen") => programs.extend(text.split("\n\n").map(String::from)),
                _ => {}
            }
        }
    }
    programs.push("(defn f [x] (if (< x 2) x (+ (f (- x 1)) (f (- x 2))))) (f 10)".to_string());
    programs.push("(let [{:keys [a b] :or {b 2}} {:a 1}] (reduce + (map inc [a b])))".to_string());
    programs.push("(try (throw (ex-info \"m\" {:a 1})) (catch e (ex-data e)) (finally 1))".to_string());
    programs.retain(|p| p.len() < 4_000 && !p.trim().is_empty());
    programs
}

/// A program with a few changes: pieces cut, doubled, swapped, replaced by others' pieces.
pub fn mutated(random: &mut Random, corpus: &[String]) -> String {
    let mut text: Vec<char> = random.pick(corpus).chars().collect();
    for _ in 0..1 + random.below(4) {
        let at = random.below(text.len() + 1);
        let end = (at + 1 + random.below(20)).min(text.len());
        match random.below(7) {
            0 => drop(text.drain(at..end)),
            1 => {
                let copy: Vec<char> = text[at..end].to_vec();
                text.splice(at..at, copy);
            }
            2 => drop(text.splice(at..at, random.pick(PIECES).chars())),
            3 => drop(text.splice(at..end, random.pick(PIECES).chars())),
            4 => {
                let other: Vec<char> = random.pick(corpus).chars().collect();
                let from = random.below(other.len() + 1);
                let to = (from + 1 + random.below(60)).min(other.len());
                text.splice(at..at, other[from..to].iter().copied());
            }
            5 => text.truncate(at),
            _ => {
                let numbers: Vec<usize> = (0..text.len()).filter(|i| text[*i].is_ascii_digit()).collect();
                if !numbers.is_empty() {
                    let at = *random.pick(&numbers);
                    text.splice(
                        at..=at,
                        random.pick(&["9223372036854775807", "-1", "0", "1e308", "##NaN", "nil", "100000000"]).chars(),
                    );
                }
            }
        }
    }
    text.into_iter().collect()
}

/// Arguments that functions may not expect.
const ARGUMENTS: &[&str] = &[
    "nil",
    "true",
    "false",
    "0",
    "1",
    "2",
    "3",
    "-1",
    "7",
    "100000000",
    "9223372036854775807",
    "-9223372036854775808",
    "0.0",
    "-0.0",
    "0.5",
    "-1.5",
    "1e308",
    "1e-320",
    "##NaN",
    "##Inf",
    "##-Inf",
    "\"\"",
    "\"a\"",
    "\"äöü \u{1F600}\"",
    "\"1 2\"",
    "\"(\"",
    "\"%s %d %5.2f\"",
    "\"\\\\\"",
    ":a",
    ":a/b",
    "'a",
    "'(+ 1 2)",
    "'(1 2 3)",
    "()",
    "[]",
    "[1 2 3]",
    "[1 [2 [3]]]",
    "[:a 1]",
    "[[1 2] [3 4]]",
    "{}",
    "{:a 1}",
    "{1 2 nil 3}",
    "#{}",
    "#{1 2}",
    "#{:a}",
    "(range)",
    "(range 5)",
    "(map inc (range))",
    "(cycle [1 2])",
    "(repeat nil)",
    "(lazy-seq nil)",
    "inc",
    "+",
    "str",
    "identity",
    "(fn [x] x)",
    "(fn [& xs] xs)",
    "(fn [a b] (< a b))",
    "(fn [] (throw 1))",
    "(constantly nil)",
    "odd?",
    "(atom 1)",
    "(atom [])",
    "(delay 1)",
    "(ex-info \"m\" {:a 1})",
    "#\"a+\"",
    "#\"(\"",
    "(array [1.0 2.0 3.0])",
    "(array [[1 2] [3 4]])",
    "(array 3)",
    "(zeros [0])",
    "(zeros [0 3])",
    "(zeros [2 0 2])",
    "(array [true false])",
    "(eye 2)",
    "(arange 6)",
    "(volatile! 0)",
    "(normal 0 1)",
    "(bernoulli 0.5)",
    "(categorical [0.5 0.5])",
    "normal",
    "(fn [x] (normal x 1))",
    "(gen [] (trace :x (normal 0 1)))",
    "(gen [m] (trace :x (normal m 1)))",
    "(choicemap {:x 1.0})",
    "(select :x)",
    "(simulate (gen [] (trace :x (normal 0 1))) [])",
    "{:x 0.5}",
];

/// A call of a known function with anything, now and then in a call or in a model.
pub fn call(random: &mut Random, names: &[String]) -> String {
    let name = random.pick(names);
    let count = random.below(5);
    let arguments: Vec<String> = (0..count)
        .map(|_| match random.below(8) {
            0 => format!("({} {})", random.pick(names), random.pick(ARGUMENTS)),
            _ => random.pick(ARGUMENTS).to_string(),
        })
        .collect();
    let call = format!("({name} {})", arguments.join(" "));
    match random.below(10) {
        0 => format!("(simulate (gen [] (trace :x {call}) {call}) [])"),
        1 => format!(
            "(generate (gen [y] (trace y {call})) [{}] {{:x {}}})",
            random.pick(ARGUMENTS),
            random.pick(ARGUMENTS)
        ),
        _ => call,
    }
}
