//! The command line: what was asked for, run, and reported to the shell as an exit code.

mod console;
pub mod doc;
mod exit;
mod interrupt;
mod options;
mod run;
mod session;

use console::Console;
pub use session::Session;

use clap::Parser;
use genlisp::internals::tensor::{self, Backend, Device};
use genlisp::{Code, Error};
use options::{CliOptions, Command};
use std::process::ExitCode;

pub fn main() -> ExitCode {
    let options = CliOptions::parse();
    let console = Console::new(&options);
    if let Some(threads) = options.threads {
        // Nothing has asked for the pool yet; if the system refuses so many threads, its own number serves.
        let most = std::thread::available_parallelism().map_or(1, |n| n.get());
        let _ = rayon::ThreadPoolBuilder::new().num_threads((threads as usize).min(most)).build_global();
    }
    let code = match &options.command {
        _ if let Some(error) = refused(&options) => {
            console.report(&error);
            exit::USAGE
        }
        Some(Command::Doc { names }) => doc::show(names, &options, &console),
        None => run::run(&options, &console),
    };
    // MLX must not be at work while the process ends.
    tensor::finish();
    ExitCode::from(console.close(code))
}

/// Why the device that is asked for cannot compute, in terms of the command line.
fn refused(options: &CliOptions) -> Option<Box<Error>> {
    let (device, backend) = (options.device(), options.backend());
    if (device, backend) == (Device::Gpu, Some(Backend::Host)) {
        let error = Error::new(Code::Usage, "`--backend host` computes on the CPU, not with `--device gpu`");
        return Some(error.help("leave out one of them"));
    }
    let error = device.check().err()?.into_error();
    let help = error.help.as_ref().map_or_else(String::new, |help| format!(", or {help}"));
    Some(Error::new(Code::Usage, error.message).help(format!("leave out `--device gpu`{help}")))
}
