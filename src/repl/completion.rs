//! Completion: names and aliases, options of the call, keywords seen before, commands, and files inside strings.

use super::commands::COMMANDS;
use genlisp::Interpreter;
use genlisp::internals::eval::Cx;
use genlisp::internals::eval::analyze::visible_names;
use genlisp::internals::eval::program::Core;
use genlisp::internals::lexer::{Token, tokens};
use rustyline::completion::Pair;
use std::collections::BTreeSet;
use std::path::Path;

/// The start of the word before the cursor, and what it may become.
pub fn complete(line: &str, pos: usize, keywords: &BTreeSet<String>, lisp: &mut Interpreter) -> (usize, Vec<Pair>) {
    let before = &line[..pos];
    let Some((token, range)) = tokens(before).last() else { return (pos, Vec::new()) };
    let word = &before[range.start..];
    if token == Token::StrUnclosed {
        return file(&word[1..], range.start + 1, &lisp.cx().base);
    }
    if let Some((command, path)) = before.split_once(char::is_whitespace)
        && command == ":load"
    {
        return file(path, pos - path.len(), &lisp.cx().base);
    }
    let mut candidates = match token {
        Token::Keyword => keywords.iter().cloned().chain(options(&before[..range.start], lisp.cx())).collect(),
        Token::Symbol => names(word, lisp.cx()),
        Token::Nil | Token::True | Token::False => names(word, lisp.cx()),
        _ => BTreeSet::new(),
    };
    if range.start == 0 {
        candidates.extend(COMMANDS.iter().map(|command| command.name.to_string()));
    }
    // Names of the text itself: locals, above all.
    let symbols = tokens(line).filter(|(token, at)| *token == Token::Symbol && *at != range && at.start != range.start);
    candidates.extend(symbols.map(|(_, at)| line[at].to_string()));
    let fitting = candidates.into_iter().filter(|name| name.starts_with(word) && name != word);
    (range.start, fitting.map(|name| Pair { display: name.clone(), replacement: name }).collect())
}

/// The options of the innermost call that is open at the end of a text and whose function has some.
fn options(before: &str, cx: &Cx) -> Vec<String> {
    let mut open: Vec<Option<&str>> = Vec::new();
    let mut last = None;
    for (token, range) in tokens(before) {
        match token {
            Token::ParenOpen | Token::BracketOpen | Token::BraceOpen | Token::SetOpen | Token::FnOpen => {
                open.push(None)
            }
            Token::ParenClose | Token::BracketClose | Token::BraceClose => drop(open.pop()),
            Token::Symbol if matches!(last, Some(Token::ParenOpen | Token::FnOpen)) => {
                open.iter_mut().rev().take(1).for_each(|head| *head = Some(&before[range.clone()]));
            }
            _ => {}
        }
        last = Some(token);
    }
    let rows = open.into_iter().rev().flatten().find_map(|head| match cx.program.core.get(head) {
        Some(Core::Row(row)) => row.options,
        _ => None,
    });
    let names = rows.into_iter().flat_map(|(_, rows)| rows).flat_map(|row| row.names.split('|'));
    names.map(|name| format!(":{name}")).collect()
}

/// Names that a symbol may become: `alias/…` those of the alias's namespace, else all that are visible.
fn names(word: &str, cx: &mut Cx) -> BTreeSet<String> {
    let program = &cx.program;
    let current = program.namespaces.get(&cx.namespace);
    if let Some((prefix, _)) = word.split_once('/').filter(|(prefix, _)| !prefix.is_empty()) {
        let target = program.resolve_namespace(&cx.namespace, prefix);
        let vars = target.and_then(|target| program.namespaces.get(&target)).map(|ns| ns.vars.iter());
        let public = vars.into_iter().flatten().filter(|(_, global)| !program.vars[**global as usize].is_private);
        return public.map(|(name, _)| format!("{prefix}/{name}")).collect();
    }
    let mut names: BTreeSet<String> = visible_names(cx, &cx.namespace).into_iter().collect();
    names.extend(current.into_iter().flat_map(|ns| ns.aliases.keys()).map(|alias| format!("{alias}/")));
    names
}

/// Files and directories whose path starts like the text of a string.
fn file(text: &str, start: usize, base: &Path) -> (usize, Vec<Pair>) {
    let split = text.rfind('/').map_or(0, |at| at + 1);
    let (folder, stem) = text.split_at(split);
    let entries = std::fs::read_dir(base.join(if folder.is_empty() { "." } else { folder })).into_iter().flatten();
    let mut pairs: Vec<Pair> = entries
        .flatten()
        .filter_map(|entry| {
            let mut name = entry.file_name().into_string().ok()?;
            if !name.starts_with(stem) || (stem.is_empty() && name.starts_with('.')) {
                return None;
            }
            if entry.path().is_dir() {
                name.push('/');
            }
            Some(Pair { display: name.clone(), replacement: name })
        })
        .collect();
    pairs.sort_by(|a, b| a.display.cmp(&b.display));
    (start + split, pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(line: &str) -> Vec<String> {
        let mut lisp = Interpreter::builder().seed(1).build().expect("an interpreter");
        lisp.eval("(def my-value 1)").expect("a definition");
        let keywords = BTreeSet::from([":alpha".to_string(), ":beta".to_string()]);
        let (start, pairs) = complete(line, line.len(), &keywords, &mut lisp);
        pairs.into_iter().map(|pair| format!("{}{}", &line[..start], pair.replacement)).collect()
    }

    #[test]
    fn names_keywords_locals_commands_files() {
        assert_eq!(completed("(+ my-v"), ["(+ my-value"]);
        assert_eq!(completed("(f :al"), ["(f :alpha"]);
        assert_eq!(completed("(let [elephant 1] (+ ele"), ["(let [elephant 1] (+ elephant"]);
        assert_eq!(completed(":se"), [":seed"]);
        assert_eq!(completed("(slurp \"Cargo.t"), ["(slurp \"Cargo.toml"]);
        assert_eq!(completed(":load src/ma"), [":load src/main.rs"]);
        assert_eq!(completed("(f "), [""; 0]);
        assert_eq!(completed("(nuts m [] {:y 1} {:max"), ["(nuts m [] {:y 1} {:max-depth"]);
        assert_eq!(completed("(summary (nuts m [] {}) :dig"), ["(summary (nuts m [] {}) :digits"]);
        assert_eq!(completed("(nuts m [] {}) :max"), [""; 0]);
    }
}
