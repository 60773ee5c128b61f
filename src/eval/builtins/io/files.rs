//! Files: text, CSV and JSON, relative to the program.

use super::super::strings::printing;
use super::{json, not_allowed, tables};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::string;
use crate::eval::cx::Cx;
use crate::eval::function::Builtin;
use crate::eval::gradient::{holds_var, no_gradient};
use crate::eval::options::{OptionRow, Options};
use crate::eval::value::Value;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    Builtin::generic("slurp", "[path]", slurp).io(),
    Builtin::generic("spit", "[path text & {:keys [append]}]", spit).io().per_value_in_runs(),
    Builtin::generic("file-exists?", "[path]", file_exists).io(),
    Builtin::generic("read-csv", "[path & {:keys [header separator]}]", tables::read_csv).io(),
    Builtin::generic("write-csv", "[path columns]", tables::write_csv).io().per_value_in_runs(),
    Builtin::generic("read-json", "[path]", read_json).io(),
    Builtin::generic("write-json", "[path value]", write_json).io().per_value_in_runs(),
    Builtin::generic("json-str", "[value]", |cx, a| {
        if holds_var(&a[0]) {
            return Err(no_gradient("json-str"));
        }
        printing::string(json::to_text(cx, &a[0])?)
    })
    .per_value_in_runs(),
    Builtin::generic("parse-json", "[text]", |_, a| json::from_text(string("parse-json", a, 0)?).map_err(|e| e.arg(0))),
];

/// The file an argument names, if files may be used at all.
pub fn path(cx: &Cx, function: &str, args: &[Value]) -> Result<PathBuf> {
    let name = string(function, args, 0)?;
    if !cx.capabilities.files {
        return Err(not_allowed(function, "files"));
    }
    Ok(cx.base.join(name))
}

/// The bytes of a file that is small enough for one string.
pub fn bytes(function: &str, path: &Path) -> Result<Vec<u8>> {
    let read = || {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(printing::MAX_TEXT as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let bytes: Vec<u8> = read().map_err(|e: std::io::Error| failed(function, path, &e))?;
    if bytes.len() > printing::MAX_TEXT {
        let message = format!("`{}` has more than {} MiB", path.display(), printing::MAX_TEXT >> 20);
        return Err(Error::raise(Code::TooLarge, message).arg(0));
    }
    Ok(bytes)
}

/// The text of a file.
pub fn text(function: &str, path: &Path) -> Result<String> {
    String::from_utf8(bytes(function, path)?).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        Error::raise(Code::Encoding, format!("`{}` is not UTF-8: see the byte at offset {offset}", path.display()))
            .arg(0)
    })
}

#[cold]
pub fn failed(function: &str, path: &Path, error: &std::io::Error) -> Stop {
    let shown = path.display();
    let message = match error.kind() {
        std::io::ErrorKind::NotFound => format!("`{function}`: there is no `{shown}`"),
        std::io::ErrorKind::PermissionDenied => format!("`{function}`: no permission for `{shown}`"),
        std::io::ErrorKind::IsADirectory => format!("`{function}`: `{shown}` is a directory"),
        _ => format!("`{function}`: `{shown}`: {error}"),
    };
    Error::raise(Code::File, message).help("relative paths start at the program's directory").arg(0)
}

/// Writes a whole file, or more at its end.
pub fn save(function: &str, path: &Path, bytes: &[u8], append: bool) -> Result<Value> {
    let mut open = OpenOptions::new();
    let written = match append {
        true => open.create(true).append(true).open(path).and_then(|mut file| file.write_all(bytes)),
        false => replace(path, bytes),
    };
    written.map(|()| Value::Nil).map_err(|e| match path.parent() {
        Some(folder) if e.kind() == std::io::ErrorKind::NotFound && !folder.as_os_str().is_empty() => {
            failed(function, folder, &e)
        }
        _ => failed(function, path, &e),
    })
}

/// Writes beside the file and puts the whole in its place, so that whatever fails leaves the old one as it was.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    // A link stays one; what is no plain file, such as a pipe, has nothing to lose.
    let linked = || std::fs::read_link(path).map(|to| path.parent().unwrap_or(Path::new("")).join(to));
    let target = std::fs::canonicalize(path).or_else(|_| linked()).unwrap_or_else(|_| path.to_path_buf());
    let old = std::fs::metadata(&target).ok();
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        return OpenOptions::new().write(true).open(&target)?.write_all(bytes);
    }
    if old.is_some() {
        // What may not be written is not replaced either.
        OpenOptions::new().write(true).open(&target)?;
    }
    let (beside, mut file) = beside(&target)?;
    let fill = || {
        file.write_all(bytes)?;
        if let Some(old) = old {
            file.set_permissions(old.permissions())?;
        }
        file.sync_all()?;
        std::fs::rename(&beside, &target)
    };
    let written = fill();
    if written.is_err() {
        // What could not be written is of no use; that it stays is no further harm.
        let _ = std::fs::remove_file(&beside);
    }
    written
}

/// A new file in the folder of another.
fn beside(target: &Path) -> std::io::Result<(PathBuf, File)> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let mut tries = 0;
    loop {
        let path = target.with_file_name(format!(".{name}.{}-{tries}.new", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists && tries < 100 => tries += 1,
            opened => return opened.map(|file| (path, file)),
        }
    }
}

fn slurp(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    Ok(Value::str(text("slurp", &path(cx, "slurp", args)?)?))
}

const APPEND: &[OptionRow] = &[OptionRow::flag("append", "add to what the file holds")];

fn spit(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let path = path(cx, "spit", args)?;
    let append = Options::read("spit", args, 2, APPEND)?.flag("append");
    let mut out = String::new();
    printing::write_str(cx, &args[1], &mut out)?;
    save("spit", &path, out.as_bytes(), append)
}

fn file_exists(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    Ok(Value::bool(path(cx, "file-exists?", args)?.exists()))
}

fn read_json(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let path = path(cx, "read-json", args)?;
    json::from_text(&text("read-json", &path)?).map_err(|e| e.within(format!("`{}`", path.display())).arg(0))
}

fn write_json(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let path = path(cx, "write-json", args)?;
    let mut text = json::to_text(cx, &args[1]).map_err(|e| e.arg(1))?;
    text.push('\n');
    save("write-json", &path, text.as_bytes(), false)
}
