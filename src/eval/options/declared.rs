//! What declarations of options say: whether a value is accepted, the default, the table of documentation.

use super::row::{Accepts, OptionRow, Preset};
use crate::docs;
use crate::eval::args::described;
use crate::eval::keys;
use crate::eval::print::float;
use crate::eval::sequence::MAX_ELEMENTS;
use crate::eval::value::Value;

impl OptionRow {
    /// What is wrong with a value, in words that say what is wanted.
    pub(super) fn refuses(&self, value: &Value) -> Option<String> {
        match self.accepts {
            Accepts::Count(least, most) => {
                let most = most.min(MAX_ELEMENTS);
                let n = value.as_int().and_then(|i| usize::try_from(i).ok()).filter(|n| *n >= least);
                match n {
                    Some(n) if n <= most => None,
                    None if most == MAX_ELEMENTS => Some(format!("an integer of at least {least}")),
                    _ => Some(format!("an integer from {least} to {most}")),
                }
            }
            Accepts::Number(wanted, admits) => (!value.as_f64().is_some_and(admits)).then(|| wanted.to_string()),
            Accepts::Flag => (!value.is_bool()).then(|| "true or false".to_string()),
            Accepts::Word(words) => {
                let known = value.as_keyword().is_some_and(|word| words.contains(&word));
                (!known).then(|| format!("one of {}", listed(words, "`, `")))
            }
            Accepts::Any => None,
        }
    }

    /// The error text of a value that is not wanted.
    pub(super) fn wrong(owner: &str, written: &str, wanted: &str, value: &Value) -> String {
        format!("`:{written}` of `{owner}` is {wanted}, not {}", described(value))
    }

    /// What it is unless given, as documentation shows it.
    pub fn default(&self) -> String {
        match self.preset {
            Preset::Nothing => String::new(),
            Preset::Count(n) => n.to_string(),
            Preset::Number(x) => float(x),
            Preset::Word(word) => format!(":{word}"),
            Preset::Flag(on) => on.to_string(),
            Preset::Told(words) => words.to_string(),
        }
    }

    /// The sentence, with the keywords that may stand for others.
    fn says(&self) -> String {
        match self.accepts {
            Accepts::Word(words) => format!("{}: `{}`", self.doc, listed(words, "` `").trim_matches('`')),
            _ => self.doc.to_string(),
        }
    }
}

/// Keywords between marks.
fn listed(words: &[&str], between: &str) -> String {
    let words: Vec<String> = words.iter().map(|word| format!(":{word}")).collect();
    format!("`{}`", words.join(between))
}

/// The names of options as [`keys`] takes them.
pub fn names_of(rows: &[OptionRow]) -> String {
    rows.iter().map(|row| row.names).collect::<Vec<_>>().join(" ")
}

/// The row of a name, and the name as it is written there.
pub fn find<'r>(rows: &'r [OptionRow], key: &str) -> Option<(&'r OptionRow, &'static str)> {
    rows.iter().find_map(|row| keys::find(row.names, key).map(|(_, written)| (row, written)))
}

/// Columns that a sentence has at least, however narrow the terminal.
const LEAST_ROOM: usize = 20;

/// Options as documentation lists them: names, defaults, sentences in lines of so many columns.
pub fn table(rows: &[OptionRow], columns: usize) -> String {
    let names = |row: &OptionRow| row.names.split('|').map(|name| format!(":{name}")).collect::<Vec<_>>().join(" ");
    let cells: Vec<[String; 3]> = rows.iter().map(|row| [names(row), row.default(), row.says()]).collect();
    let width = |i: usize| cells.iter().map(|row| row[i].chars().count()).max().unwrap_or(0);
    let (first, second) = (width(0), width(1));
    let before = first + second + 6;
    let room = columns.saturating_sub(before).max(LEAST_ROOM);
    let line = |[names, default, says]: &[String; 3]| {
        let says = docs::wrapped(says, room).join(&format!("\n{:before$}", ""));
        format!("  {names:first$}  {default:second$}  {says}")
    };
    cells.iter().map(line).collect::<Vec<_>>().join("\n")
}
