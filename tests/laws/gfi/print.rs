//! The source text of a random model.

use super::model::{Args, Block, Expr, Gf, Model, Module, Native, Statement};
use super::text::{Scope, dist, expr, inference, state};

/// Addresses that an inlined function would put into its caller: a bit for each letter, integers, `:component`, `:v`.
type Names = u32;

const INTEGERS: Names = 1 << 8;
const COMPONENT: Names = 1 << 9;
const LEAF: Names = 1 << 10;
const KERNEL: Names = 1 << 11;
const PAIR: Names = 1 << 12;
const ANY: Names = 1 << 13;

/// A model without calls, for where there is no model before.
const LEAF_MODEL: &str = "(gen leaf [a] (trace :v (normal (squash a) 1.0)))";
const FINITE_LEAF: &str = "(gen leaf [a] (trace :v (flip (chance a))))";

struct Printer<'a> {
    module: &'a Module,
    /// What each finished model would put into a caller.
    names: Vec<Names>,
    /// Definitions so far.
    definitions: Vec<(String, String)>,
}

/// `[function arguments-before arguments-after]` in a `let` of everything it needs.
pub fn program(module: &Module) -> String {
    let mut printer = Printer { module, names: Vec::new(), definitions: Vec::new() };
    let leaf = if module.finite { FINITE_LEAF } else { LEAF_MODEL };
    printer.definitions.push(("leaf".into(), leaf.into()));
    for (k, model) in module.models.iter().enumerate() {
        let (text, names) = printer.model(k, model);
        printer.names.push(names);
        printer.definitions.push((format!("m{k}"), text));
    }
    let (root, _) = printer.native(&module.root, module.models.len());
    let mut text = String::from("(let [");
    for (name, definition) in &printer.definitions {
        text.push_str(&format!("{name} {definition}\n      "));
    }
    let (before, after) = (arguments(module, &module.before), arguments(module, &module.after));
    format!("{}]\n  {{:gf {root}\n   :args {before}\n   :args2 {after}}})", text.trim_end())
}

fn arguments(module: &Module, args: &Args) -> String {
    let (root, Args { a, b, n, index, active, xs }) = (&module.root, args);
    let xs = xs.iter().map(f64::to_string).collect::<Vec<_>>().join(" ");
    match (root, b) {
        (Native::Plain(Gf::Model(k)), Some(b)) if module.models[chosen(*k, module.models.len())].optional => {
            format!("[{a:?} {b:?}]")
        }
        (Native::Plain(_), _) => format!("[{a:?}]"),
        (Native::Map(_), _) => format!("[[{xs}]]"),
        (Native::Unfold { .. }, _) => format!("[{n} {:?} {a:?}]", b.unwrap_or(0.5)),
        (Native::Scan { .. }, _) => format!("[{a:?} [{xs}]]"),
        (Native::Switch(branches), _) => format!("[{} {a:?}]", index % branches.len()),
        (Native::Mask(_), _) => format!("[{active} {a:?}]"),
        (Native::Recurse(_), _) => format!("[{n} {a:?}]"),
        (Native::CallAt(_), _) => format!("[{a:?} {index}]"),
        (Native::MixDists, _) => "[]".to_string(),
        (Native::Repeat, _) => format!("[{a:?}]"),
        (Native::Vmap, _) => format!("[[{a:?} 0.5]]"),
    }
}

/// Which of the models before is meant: the newest most often, so that calls nest.
pub fn chosen(k: u8, before: usize) -> usize {
    before - 1 - (k as usize / 2).min(before - 1)
}

impl Printer<'_> {
    fn model(&mut self, k: usize, model: &Model) -> (String, Names) {
        let letter = model.letter % 3;
        let stem = format!(":{}", (b'p' + letter) as char);
        let mut scope = Scope::new(k, 1 << letter, self.module.finite);
        if model.optional {
            scope.variables.push("b".into());
        }
        let mut body = self.block(&model.body, &stem, &mut scope);
        if model.recursive && !scope.finite {
            body = format!(
                "(let [r {body}] (if (trace {stem}go (flip 0.35)) (+ (squash r) (squash (splice {stem}next m{k} (squash r)))) r))"
            );
        }
        let parameters = if model.optional { "a (b (* 0.5 (num a)))" } else { "a" };
        (format!("(gen m{k} [{parameters}] {body})"), scope.used)
    }

    fn block(&mut self, block: &Block, stem: &str, scope: &mut Scope) -> String {
        let outer = scope.variables.len();
        let mut bindings = Vec::new();
        for statement in &block.statements {
            let value = self.statement(statement, stem, scope);
            let name = scope.next();
            bindings.push(format!("{name} {value}"));
            scope.variables.push(name);
        }
        let result = expr(&block.result, &scope.variables);
        scope.leave(outer);
        match bindings.as_slice() {
            [] => result,
            _ => format!("(let [{}] {result})", bindings.join(" ")),
        }
    }

    fn statement(&mut self, statement: &Statement, stem: &str, scope: &mut Scope) -> String {
        let at = scope.address;
        scope.address += 1;
        match statement {
            Statement::Choice(d) => format!("(trace {stem}{at} {})", dist(d, scope)),
            Statement::Loop { dist: d, count, chained } => {
                let count = expr(count, &scope.variables);
                scope.variables.push(if *chained { "s" } else { "i" }.into());
                let d = dist(d, scope);
                scope.variables.pop();
                if *chained {
                    format!(
                        "(loop [i 0 s 0.0] (if (< i (count-of {count})) (recur (inc i) (+ (* 0.5 s) (squash (trace [{stem}{at}e i] {d})))) s))"
                    )
                } else {
                    format!("(mapv (fn [i] (trace [{stem}{at}e i] {d})) (range (count-of {count})))")
                }
            }
            Statement::Branch { condition, yes, no, apart } => {
                let condition = expr(condition, &scope.variables);
                let yes = self.block(yes, stem, scope);
                let after_yes = std::mem::replace(&mut scope.address, at + 1);
                let no = self.block(no, &format!("{stem}{}", if *apart { "x" } else { "" }), scope);
                scope.address = scope.address.max(after_yes);
                format!("(if (yes? {condition}) {yes} {no})")
            }
            Statement::Call { callee, args, inline } => self.call(callee, args, *inline, &format!("{stem}{at}"), scope),
            Statement::Param => "(param :theta 0.7)".to_string(),
            Statement::Own(own) => state(own, &format!("{stem}{at}"), scope),
            Statement::Inner(inner) => inference(inner, &scope.variables),
            Statement::Computed { dist: d, key, whole } => {
                let (d, key) = (dist(d, scope), expr(key, &scope.variables));
                match whole {
                    true => format!("(trace (if (yes? {key}) {stem}{at} {stem}{at}other) {d})"),
                    false => format!("(trace [{stem}{at}e (count-of {key})] {d})"),
                }
            }
            Statement::Apart(x) if scope.finite => {
                format!("(trace {stem}{at} (flip (chance {})))", expr(x, &scope.variables))
            }
            Statement::Apart(x) => {
                let x = expr(x, &scope.variables);
                format!(
                    "(let [[x y] (trace {stem}{at} (normal (array [(squash {x}) 1.0]) 1.0))] (- (num x) (* 0.5 (num y))))"
                )
            }
        }
    }

    fn call(&mut self, callee: &Native, args: &[Expr; 3], inline: bool, address: &str, scope: &mut Scope) -> String {
        let (text, names) = self.native(callee, scope.before);
        let args: Vec<String> = args.iter().map(|e| expr(e, &scope.variables)).collect();
        let text = self.hoisted(text);
        let args = native_arguments(callee, &args, &format!("(trace {address}k (categorical [0.6 0.4]))"));
        if inline && scope.used & names == 0 && names & ANY == 0 {
            scope.used |= names;
            format!("(splice {text} {args})")
        } else {
            format!("(splice {address} {text} {args})")
        }
    }

    /// A name for a combinator that is built once, or its text.
    fn hoisted(&mut self, text: String) -> String {
        if !self.module.hoist || !text.starts_with('(') {
            return text;
        }
        let name = format!("c{}", self.definitions.len());
        self.definitions.push((name.clone(), text));
        name
    }

    fn gf(&mut self, gf: &Gf, before: usize) -> (String, Names) {
        match gf {
            Gf::Custom if self.module.finite => ("leaf".to_string(), LEAF),
            // One of both in a program: they take nothing over from each other.
            Gf::Custom => (if self.module.seed.is_multiple_of(2) { "pair" } else { "lump" }.to_string(), PAIR | ANY),
            Gf::Model(_) if before == 0 => ("leaf".to_string(), LEAF),
            Gf::Model(k) => {
                let k = chosen(*k, before);
                (format!("m{k}"), self.names[k])
            }
            Gf::Contramap(g) => {
                let (text, names) = self.gf(g, before);
                (format!("(contramap {text} (fn [[a]] [(+ 0.5 (* -0.5 (num a)))]))"), names)
            }
            Gf::MapRetval(g) => {
                let (text, names) = self.gf(g, before);
                (format!("(map-retval {text} (fn [r] (* 0.5 (num r))))"), names)
            }
            Gf::Dimap(g) => {
                let (text, names) = self.gf(g, before);
                (format!("(dimap {text} (fn [[a]] [(* 1.5 (num a))]) (fn [r] (- (num r))))"), names)
            }
            Gf::Mix(parts, named) => {
                let (parts, names) = self.parts(parts, before, COMPONENT);
                let n = parts.len();
                let text = if *named {
                    let weights = ["0.2", "0.3", "0.5"][..n].join(" ");
                    format!("(mix {{:weights [{weights}] :components [{}]}})", parts.join(" "))
                } else {
                    format!("(mix [{}] [{}])", parts.join(" "), ["-0.5", "-1.0", "0.25"][..n].join(" "))
                };
                (text, names | COMPONENT)
            }
            Gf::Lift(native) => {
                let (text, names) = self.native(native, before);
                let args: Vec<String> = ["(num a)", "0.7", "(- (num a))"].map(String::from).to_vec();
                let args = native_arguments(native, &args, "(if (pos? (num a)) 1 0)");
                (format!("(contramap {text} (fn [[a]] [{args}]))"), names)
            }
        }
    }

    /// Alternatives of which one runs; those that would put `without` into the caller are replaced.
    fn parts(&mut self, parts: &[Gf], before: usize, without: Names) -> (Vec<String>, Names) {
        let mut all = 0;
        let texts = parts.iter().map(|part| {
            let (text, names) = self.gf(part, before);
            let allowed = names & without == 0;
            all |= if allowed { names } else { LEAF };
            if allowed { text } else { "leaf".to_string() }
        });
        (texts.collect(), all)
    }

    fn native(&mut self, native: &Native, before: usize) -> (String, Names) {
        let kernel_call = |addressed: bool| if addressed { "(splice :k" } else { "(splice" };
        match native {
            Native::Plain(gf) => self.gf(gf, before),
            Native::Map(gf) => {
                let (text, _) = self.gf(gf, before);
                (format!("(map-gf {text})"), INTEGERS)
            }
            Native::Unfold { kernel, addressed } => {
                let (text, _) = self.gf(kernel, before);
                let call = kernel_call(*addressed);
                (
                    format!(
                        "(unfold (gen step [t s a] (+ (* 0.5 (squash s)) (squash {call} {text} (+ (squash s) (squash a)))))))"
                    ),
                    INTEGERS,
                )
            }
            Native::Scan { kernel, addressed } => {
                let (text, _) = self.gf(kernel, before);
                let call = kernel_call(*addressed);
                (
                    format!(
                        "(scan (gen step [c x] (let [o {call} {text} (+ (squash c) (squash x)))] [(+ (* 0.5 (squash c)) (squash o)) o])))"
                    ),
                    INTEGERS,
                )
            }
            Native::Switch(branches) => {
                let (branches, names) = self.parts(branches, before, 0);
                (format!("(switch {})", branches.join(" ")), names)
            }
            Native::Mask(gf) => {
                let (text, names) = self.gf(gf, before);
                (format!("(mask {text})"), names)
            }
            Native::Recurse(gf) => {
                let (text, _) = self.gf(gf, before);
                (
                    format!(
                        "(recurse (fn [self] (gen tree [n a] (let [x (splice :here {text} a)] (if (pos? n) (+ (squash x) (squash (splice :next self (dec n) (* 0.5 (squash x))))) x)))))"
                    ),
                    KERNEL,
                )
            }
            Native::CallAt(gf) => {
                let (text, _) = self.gf(gf, before);
                (format!("(call-at {text})"), ANY)
            }
            Native::Repeat => ("(repeat-gf leaf 2)".to_string(), LEAF | ANY),
            Native::Vmap => ("(vmap leaf)".to_string(), LEAF | ANY),
            Native::MixDists => {
                let parts = match self.module.finite {
                    true => "(flip 0.3) (bernoulli 0.6) (flip 0.5)",
                    false => "(normal 0 1) (normal 3 2) (flip 0.5)",
                };
                (format!("(mix [{parts}] [-0.5 -1.0 -1.5])"), COMPONENT | ANY)
            }
        }
    }
}

/// The arguments of a call, from numbers; a Switch takes the index that is given.
fn native_arguments(native: &Native, e: &[String], index: &str) -> String {
    let (x, y, z) = (&e[0], &e[1], &e[2]);
    match native {
        Native::Plain(_) => x.clone(),
        Native::Map(_) => format!("(vec (take (count-of {y}) [{x} {y} {z}]))"),
        Native::Unfold { .. } => format!("(count-of {y}) {x} {z}"),
        Native::Scan { .. } => format!("{x} (vec (take (count-of {z}) [{x} {y} {z}]))"),
        Native::Switch(_) => format!("{index} {x}"),
        Native::Mask(_) => format!("(yes? {y}) {x}"),
        Native::Recurse(_) => format!("(count-of {y}) {x}"),
        Native::CallAt(_) => format!("{x} (count-of {y})"),
        Native::MixDists => String::new(),
        Native::Repeat => x.clone(),
        Native::Vmap => format!("[{x} {y}]"),
    }
}
