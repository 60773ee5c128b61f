//! Reading program texts, with an error for everything that is no program.

use crate::error::{Code, Error, Result, Stop};
use crate::parser;
use std::io::Read;
use std::path::Path;

/// The text of a program file.
pub fn read_program(path: &Path) -> Result<String> {
    let shown = path.display();
    let metadata = std::fs::metadata(path).map_err(|e| unreadable(path, &e))?;
    if metadata.is_dir() {
        return Err(Error::raise(Code::File, format!("`{shown}` is a directory, not a program"))
            .help(format!("name a file in it: `gen {shown}/main.gen`")));
    }
    parser::check_size(usize::try_from(metadata.len()).unwrap_or(usize::MAX), &shown.to_string())?;
    let mut bytes = Vec::new();
    // A pipe or device tells no size before it is read.
    let mut file = std::fs::File::open(path).map_err(|e| unreadable(path, &e))?.take(parser::MAX_BYTES as u64 + 1);
    file.read_to_end(&mut bytes).map_err(|e| unreadable(path, &e))?;
    Ok(parser::decode(&bytes, &shown.to_string())?.to_string())
}

fn unreadable(path: &Path, error: &std::io::Error) -> Stop {
    let message = match error.kind() {
        std::io::ErrorKind::NotFound => format!("there is no file `{}`", path.display()),
        std::io::ErrorKind::PermissionDenied => format!("no permission to read `{}`", path.display()),
        _ => format!("cannot read `{}`: {error}", path.display()),
    };
    let error = Error::raise(Code::File, message);
    match path.to_string_lossy().trim_start().starts_with('(') {
        true => error.help(format!("an expression goes after `-e`: `gen -e '{}'`", path.display())),
        false => error,
    }
}
