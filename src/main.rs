//! The `gen` program: scripts, expressions, and the REPL.

#![deny(unsafe_code)]

mod cli;
mod repl;

fn main() -> std::process::ExitCode {
    cli::main()
}
