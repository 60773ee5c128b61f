//! The `gen` program: scripts, expressions, and the REPL.

mod cli;
mod repl;

fn main() -> std::process::ExitCode {
    cli::main()
}
