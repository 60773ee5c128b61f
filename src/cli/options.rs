//! Options and help of the command line.

use clap::builder::PossibleValuesParser;
use clap::{ColorChoice, Parser, Subcommand, ValueEnum};
use genlisp::internals::tensor::{Backend, DType, Device};
use std::path::PathBuf;

/// Run probabilistic programs: scripts, expressions, or a REPL.
#[derive(Parser)]
#[command(name = "gen", version, disable_help_subcommand = true, args_conflicts_with_subcommands = false)]
#[command(override_usage = USAGE, after_help = HELP, help_template = TEMPLATE, max_term_width = 100)]
#[command(color = ColorChoice::Auto)]
pub struct CliOptions {
    /// Evaluate EXPR and print its value unless it is nil; several run in order, the last value is printed
    #[arg(short, long, value_name = "EXPR", allow_hyphen_values = true)]
    pub eval: Vec<String>,
    /// Start the REPL when the program or the expressions have run
    #[arg(short, long)]
    pub interactive: bool,
    /// Run FILE before everything else; repeatable
    #[arg(long, value_name = "FILE")]
    pub load: Vec<PathBuf>,
    /// Fix the random stream: the same seed and program give the same draws
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Print the last value as one line of JSON; reports on standard error are JSON lines too
    #[arg(long)]
    pub json: bool,
    /// Leave out warnings, notes and the REPL's greeting
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Color of reports and of the REPL
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    pub color: ColorWhen,
    /// Where arrays are computed
    #[arg(long, value_name = "DEVICE", default_value = "cpu", value_parser = device_names())]
    device: String,
    /// Who stores and computes arrays [default: host]
    #[arg(long, value_name = "BACKEND", value_parser = backend_names())]
    backend: Option<String>,
    /// Precision of batched runs [default: f64, on a GPU f32]
    #[arg(long, value_name = "WIDTH", value_parser = ["f32", "f64"])]
    dtype: Option<String>,
    /// Most threads, at most one a core; results never depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub threads: Option<u32>,

    #[command(subcommand)]
    pub command: Option<Command>,

    /// A program (`-` is standard input) and its arguments
    #[arg(value_name = "FILE", trailing_var_arg = true, allow_hyphen_values = false)]
    pub program: Vec<String>,
}

#[derive(Subcommand)]
pub enum Command {
    /// Show the documentation of names
    Doc {
        /// Functions, macros and special forms, such as `map` or `str/join`
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    Auto,
    Always,
    Never,
}

impl CliOptions {
    /// The device that is asked for.
    pub fn device(&self) -> Device {
        Device::from_name(&self.device).unwrap_or_default()
    }

    /// The type of numbers that is asked for, if any.
    pub fn dtype(&self) -> Option<DType> {
        self.dtype.as_deref().map(|name| if name == "f32" { DType::Float32 } else { DType::Float64 })
    }

    /// The backend that is asked for, if any.
    pub fn backend(&self) -> Option<Backend> {
        self.backend.as_deref().and_then(Backend::from_name)
    }
}

fn device_names() -> PossibleValuesParser {
    PossibleValuesParser::new(Device::ALL.map(Device::name))
}

fn backend_names() -> PossibleValuesParser {
    PossibleValuesParser::new(Backend::ALL.map(Backend::name))
}

const TEMPLATE: &str =
    "{about}\n\n{usage-heading}\n  {usage}\n\nCommands:\n{subcommands}\n\nOptions:\n{options}{after-help}";

const USAGE: &str = "
  gen [OPTIONS]                    the REPL on a terminal, else a program from standard input
  gen [OPTIONS] FILE [ARG]...      a program; ARGs are its `*command-line-args*`
  gen [OPTIONS] -e EXPR [ARG]...   expressions
  gen doc NAME...                  documentation";

const HELP: &str = "Examples:
  gen -e '(+ 1 2)'                 print 3
  gen model.gen data.csv --fast    run a program; what follows FILE belongs to the program
  gen --seed 42 model.gen          run it with the same draws every time
  gen -i model.gen                 run it, then go on in the REPL
  gen --load model.gen -e '(f 1)'  use its definitions
  echo '(println 1)' | gen         run standard input
  gen --json -e '{:mean 0.5}'      print {\"mean\":0.5}
  gen doc map                      explain `map`

Exit codes:
  0 it ran   1 it raised an error   2 bad usage or unreadable file   65 syntax or unknown name, before running
  130 interrupted   n by (exit n)

Environment:
  GEN_BACKEND       who stores and computes arrays, unless --backend says it
  GEN_MLX_FROM      MLX computes arrays of so many elements and more (default 256)
  GENLISP_MLX       the folder of MLX, unless it is where it was installed
  GEN_PATH          directories searched for namespaces after the program's own
  NO_COLOR          no color, as with --color never
  XDG_CONFIG_HOME   the REPL runs gen/init.gen in it first (default ~/.config)
  XDG_STATE_HOME    the REPL's history lies in it at gen/history (default ~/.local/state)

A file named like a command runs as `gen ./doc`.
";
