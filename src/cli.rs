//! The command line: what was asked for, run, and told to the shell as an exit code.

mod console;
mod doc;
mod exit;
mod interrupt;
mod options;
mod run;
mod session;

use console::Console;
pub use session::Session;

use clap::Parser;
use options::{Command, Device, Options};
use std::process::ExitCode;

pub fn main() -> ExitCode {
    let options = Options::parse();
    let console = Console::new(&options);
    if let Some(threads) = options.threads {
        // Nothing has asked for the pool yet; if the system refuses so many threads, its own number serves.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads as usize).build_global();
    }
    let code = match &options.command {
        _ if options.device == Device::Gpu => no_gpu(&console),
        Some(Command::Doc { names }) => doc::show(names, &options, &console),
        None => run::run(&options, &console),
    };
    // MLX must not be at work while the process ends.
    genlisp::tensor::finish();
    ExitCode::from(console.close(code))
}

fn no_gpu(console: &Console) -> u8 {
    console.error("this build computes on the CPU alone", "leave out `--device gpu`");
    exit::USAGE
}
