//! Running other programs, and ending the build with a message that says what to do.
use std::{
    env,
    ffi::{OsStr, OsString},
    process::Command,
};

/// A step that may fail with a message for the person who runs the build.
pub type Fallible<T> = Result<T, String>;

/// A variable cargo always sets for build scripts.
pub fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| stop(&format!("{name} is not set; run this through cargo")))
}

/// Ends the build with `message` (cargo shows it as an error of this crate).
pub fn stop(message: &str) -> ! {
    for line in message.lines() {
        println!("cargo::error={line}");
    }
    std::process::exit(1)
}

/// Runs `command` to its end and returns what it printed.
pub fn run(command: &mut Command) -> Fallible<String> {
    let output = command.output().map_err(|e| format!("cannot run {:?}: {e}", command.get_program()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    // Not `{command:?}`: that may hold the whole environment.
    let arguments: Vec<_> = command.get_args().map(OsStr::to_string_lossy).collect();
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{} {} failed:\n{}", command.get_program().to_string_lossy(), arguments.join(" "), said.trim()))
}

/// Takes the variables of the running build from `command`, so that a cargo started by it is not
/// caught in the flags, wrappers and job server of the build it serves. What says how to reach a
/// registry stays.
pub fn outside_this_build(command: &mut Command) -> &mut Command {
    for (name, _) in env::vars_os() {
        if is_of_this_build(&name) {
            command.env_remove(&name);
        }
    }
    command
}

fn is_of_this_build(name: &OsString) -> bool {
    const REACH: [&str; 5] = ["CARGO_HOME", "CARGO_NET_", "CARGO_HTTP_", "CARGO_REGISTRIES_", "CARGO_SOURCE_"];
    const BUILD: [&str; 6] = ["CARGO", "__CARGO", "RUSTC", "RUSTDOC", "RUSTFLAGS", "CLIPPY_ARGS"];
    const MAKE: [&str; 3] = ["MAKEFLAGS", "MFLAGS", "NUM_JOBS"];
    let name = name.to_string_lossy();
    let starts = |prefix: &&str| name.starts_with(*prefix);
    !REACH.iter().any(starts) && (BUILD.iter().any(starts) || MAKE.contains(&&*name))
}
