fn main() {
    let text = std::env::args().nth(1).unwrap_or_default();
    let mut lisp = genlisp::Interpreter::builder().seed(1).build().unwrap();
    let t = std::time::Instant::now();
    match lisp.eval(&text) {
        Ok(v) => println!("{}", genlisp::eval::print::shown(&v)),
        Err(e) => println!("{}", e.report(&Default::default())),
    }
    eprintln!("{:?}", t.elapsed());
}
