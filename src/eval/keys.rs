//! The names that a map of options, or of parts, may have: known ones with their synonyms, and the error of others.

use super::analyze::closest;
use super::collections::Map;
use super::print::brief;
use super::value::Value;
use crate::error::{Code, Error, Result, Stop};
use crate::parser::{Form, FormKind};

/// What people of other systems call an option.
const HABITS: &[(&str, &str)] = &[
    ("draws", "samples"),
    ("num-samples", "samples"),
    ("n-samples", "samples"),
    ("iterations", "samples"),
    ("iter", "samples"),
    ("tune", "burn"),
    ("burn-in", "burn"),
    ("burnin", "burn"),
    ("num-warmup", "burn"),
    ("cores", "chains"),
    ("n-chains", "chains"),
    ("num-chains", "chains"),
    ("num-particles", "particles"),
    ("observations", "obs"),
    ("learning-rate", "optimizer"),
    ("lr", "optimizer"),
];

/// The first name of a known key and the name itself: `known` has keys by spaces, synonyms by bars.
pub fn find<'k>(known: &'k str, key: &str) -> Option<(&'k str, &'k str)> {
    known.split_whitespace().find_map(|names| {
        let written = names.split('|').find(|name| *name == key)?;
        Some((names.split('|').next().unwrap_or(written), written))
    })
}

/// An error if a map has a key that is not known; `noun` says what its keys are: options, parts, keys.
pub fn check(owner: &str, noun: &str, map: &Map, known: &str) -> Result<()> {
    let odd = map.iter().find(|(key, _)| key.as_keyword().is_none_or(|key| find(known, key).is_none()));
    odd.map_or(Ok(()), |(key, _)| Err(unknown(owner, noun, key, known)))
}

/// The error of a key that is not known. An owner that is no name has its own marks.
#[cold]
pub fn unknown(owner: &str, noun: &str, key: &Value, known: &str) -> Stop {
    let names: Vec<String> =
        known.split_whitespace().flat_map(|names| names.split('|')).map(|n| format!(":{n}")).collect();
    let given = brief(key);
    let owner = if owner.contains('`') { owner.to_string() } else { format!("`{owner}`") };
    let error = Error::raise(Code::Option, format!("{owner} has no {noun} `{given}`"));
    let habit = HABITS.iter().find(|(habit, name)| key.as_keyword() == Some(habit) && find(known, name).is_some());
    let habit = habit.map(|(_, name)| format!(":{name}"));
    let best = habit.as_deref().or_else(|| closest(&given, &names));
    let are = if names.len() == 1 { " is" } else { "s are" };
    let list = format!("{noun}{are} {}", names.join(" "));
    match (best, &names[..]) {
        (_, []) => error.help("it takes none"),
        (Some(":optimizer"), _) => error.help(format!("write `:optimizer (adam 0.01)`; the {list}")),
        (Some(best), _) => error.help(format!("did you mean `{best}`? The {list}")),
        (None, _) => error.help(format!("the {list}")),
    }
}

/// The same check of a call that is only read: literal options among its arguments from `from` on.
pub fn check_forms(owner: &str, args: &[Form], from: usize, known: &str) -> Result<()> {
    let checked = |form: &Form| match &form.kind {
        FormKind::Keyword(name) if find(known, name).is_none() => {
            Err(unknown(owner, "option", &Value::keyword(name), known).at(form.span))
        }
        _ => Ok(()),
    };
    let given = args.get(from..).unwrap_or_default();
    match given {
        [Form { kind: FormKind::Map(entries), .. }] => entries.iter().try_for_each(|(key, _)| checked(key)),
        [first, ..] if matches!(first.kind, FormKind::Keyword(_)) => given.iter().step_by(2).try_for_each(checked),
        _ => Ok(()),
    }
}
