//! Transcripts of the command line: the README and the files in `tests/cli/` are run by a shell and compared.
//!
//! A block ```` ```clojure name.gen ```` (any language) writes a file. A block ```` ```console ```` holds commands
//! after `$ `, the output expected of each (both streams in order), and `? n` where the exit code is not 0.
//! `[..]` stands for any text within a line. `BLESS=1` writes what came instead of comparing.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Time that one command may take.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn transcripts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "md"));
    paths.sort();
    assert!(!paths.is_empty());
    paths.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"));
    let runs: Vec<_> = paths.into_iter().map(|path| std::thread::spawn(move || check(&path))).collect();
    let failures: Vec<String> = runs.into_iter().filter_map(|run| run.join().unwrap()).collect();
    assert!(failures.is_empty(), "{}\n(BLESS=1 accepts what came)", failures.join("\n"));
}

/// Runs one file; the differences, if there are any.
fn check(path: &Path) -> Option<String> {
    let name = path.file_stem().unwrap().to_str().unwrap();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let expected = fs::read_to_string(path).unwrap();
    let actual = replay(&expected, &folder);
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, actual).unwrap();
        return None;
    }
    (expected != actual).then(|| difference(name, &expected, &actual))
}

/// The text with every command's output as it came; expected lines that fit are kept as they are.
fn replay(text: &str, folder: &Path) -> String {
    let mut out = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        out.extend([line, "\n"]);
        let Some(info) = line.strip_prefix("```") else { continue };
        let mut block = Vec::new();
        while let Some(line) = lines.next_if(|line| *line != "```") {
            block.push(line);
        }
        match info.split_whitespace().collect::<Vec<_>>()[..] {
            ["console"] => out.push_str(&session(&block, folder)),
            [_, file] => {
                fs::write(folder.join(file), block.join("\n") + "\n").unwrap();
                out.extend(block.iter().flat_map(|line| [line, "\n"]));
            }
            _ => out.extend(block.iter().flat_map(|line| [line, "\n"])),
        }
        out.extend(lines.next().into_iter().flat_map(|end| [end, "\n"]));
    }
    out
}

/// A block of commands, each followed by what it printed.
fn session(block: &[&str], folder: &Path) -> String {
    let mut out = String::new();
    for part in block.chunk_by(|_, next| !next.starts_with("$ ")) {
        let Some(command) = part[0].strip_prefix("$ ") else { continue };
        let came = run(command, folder);
        let fits = came.len() == part.len() - 1 && came.iter().zip(&part[1..]).all(|(came, line)| fits(came, line));
        out.extend([part[0], "\n"]);
        match fits {
            true => out.extend(part[1..].iter().flat_map(|line| [line, "\n"])),
            false => out.extend(came.iter().flat_map(|line| [line, "\n"])),
        }
    }
    out
}

/// The lines that a command prints, with its exit code behind them.
fn run(command: &str, folder: &Path) -> Vec<String> {
    let output = folder.join(".output");
    let file = File::create(&output).unwrap();
    let programs = Path::new(env!("CARGO_BIN_EXE_gen")).parent().unwrap();
    let mut child = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env_clear()
        .envs([("LC_ALL", "C.UTF-8"), ("HOME", folder.to_str().unwrap()), ("TERM", "xterm")])
        .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", programs.display()))
        .stdin(Stdio::null())
        .stderr(file.try_clone().unwrap())
        .stdout(file)
        .spawn()
        .unwrap();
    let start = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break status.code().map_or("killed".to_string(), |code| code.to_string()),
            None if start.elapsed() > PATIENCE => {
                child.kill().unwrap();
                child.wait().unwrap();
                break "too slow".to_string();
            }
            None => std::thread::sleep(Duration::from_millis(1)),
        }
    };
    let text = String::from_utf8_lossy(&fs::read(output).unwrap()).into_owned();
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    if status != "0" {
        lines.push(format!("? {status}"));
    }
    lines
}

/// True when a line is as expected; `[..]` stands for anything.
fn fits(line: &str, pattern: &str) -> bool {
    let Some((start, rest)) = pattern.split_once("[..]") else { return line == pattern };
    let Some(line) = line.strip_prefix(start) else { return false };
    (0..=line.len()).filter(|at| line.is_char_boundary(*at)).any(|at| fits(&line[at..], rest))
}

/// The first lines that differ.
fn difference(name: &str, expected: &str, actual: &str) -> String {
    let same = expected.lines().zip(actual.lines()).take_while(|(a, b)| a == b).count();
    let show = |text: &str| text.lines().skip(same).take(12).map(|line| format!("    {line}\n")).collect::<String>();
    format!("tests/cli/{name}.md:{}\n  expected\n{}  but got\n{}", same + 1, show(expected), show(actual))
}
