//! How a function declares its options: a row each with its names, what it accepts, what it is unless given, and a
//! sentence. Reading, reports, documentation and completion come from these rows.

use crate::eval::builtins::args::described;
use crate::eval::keys;
use crate::eval::print::float;
use crate::eval::sequence::MAX_ELEMENTS;
use crate::eval::value::Value;

/// An option as its function declares it.
#[derive(Clone, Copy, Debug)]
pub struct OptionRow {
    /// Its name, and synonyms behind bars.
    pub names: &'static str,
    accepts: Accepts,
    pub(super) preset: Preset,
    /// What it says, without its default.
    pub doc: &'static str,
}

/// Which values an option may have.
#[derive(Clone, Copy, Debug)]
enum Accepts {
    /// An integer from the first to the second.
    Count(usize, usize),
    /// A number of which the function is true, as the words say.
    Number(&'static str, fn(f64) -> bool),
    Flag,
    /// One of these keywords.
    Word(&'static [&'static str]),
    /// What the function that declares it makes of it.
    Any,
}

/// What an option is unless it is given.
#[derive(Clone, Copy, Debug)]
pub(super) enum Preset {
    Nothing,
    Count(usize),
    Number(f64),
    Word(&'static str),
    Flag(bool),
    /// What hangs on the call, in words.
    Told(&'static str),
}

impl OptionRow {
    const fn new(names: &'static str, accepts: Accepts, doc: &'static str) -> OptionRow {
        OptionRow { names, accepts, preset: Preset::Nothing, doc }
    }

    /// An integer of at least `least`.
    pub const fn count(names: &'static str, least: usize, doc: &'static str) -> OptionRow {
        OptionRow::new(names, Accepts::Count(least, MAX_ELEMENTS), doc)
    }

    /// An integer from `least` to `most`.
    pub const fn between(names: &'static str, least: usize, most: usize, doc: &'static str) -> OptionRow {
        OptionRow::new(names, Accepts::Count(least, most), doc)
    }

    /// A number of which `admits` is true, as `wanted` says.
    pub const fn number(
        names: &'static str,
        wanted: &'static str,
        admits: fn(f64) -> bool,
        doc: &'static str,
    ) -> OptionRow {
        OptionRow::new(names, Accepts::Number(wanted, admits), doc)
    }

    /// A positive number.
    pub const fn positive(names: &'static str, doc: &'static str) -> OptionRow {
        OptionRow::number(names, "a positive number", |x| x > 0.0 && x.is_finite(), doc)
    }

    /// True or false; false unless given.
    pub const fn flag(names: &'static str, doc: &'static str) -> OptionRow {
        OptionRow { preset: Preset::Flag(false), ..OptionRow::new(names, Accepts::Flag, doc) }
    }

    /// One of these keywords.
    pub const fn word(names: &'static str, words: &'static [&'static str], doc: &'static str) -> OptionRow {
        OptionRow::new(names, Accepts::Word(words), doc)
    }

    /// A value that the function reads by itself.
    pub const fn any(names: &'static str, doc: &'static str) -> OptionRow {
        OptionRow::new(names, Accepts::Any, doc)
    }

    /// With a count unless one is given.
    pub const fn or_count(self, n: usize) -> OptionRow {
        OptionRow { preset: Preset::Count(n), ..self }
    }

    pub const fn or_number(self, x: f64) -> OptionRow {
        OptionRow { preset: Preset::Number(x), ..self }
    }

    pub const fn or_word(self, word: &'static str) -> OptionRow {
        OptionRow { preset: Preset::Word(word), ..self }
    }

    pub const fn or_flag(self, on: bool) -> OptionRow {
        OptionRow { preset: Preset::Flag(on), ..self }
    }

    /// With something that hangs on the call, which the words name.
    pub const fn or_told(self, words: &'static str) -> OptionRow {
        OptionRow { preset: Preset::Told(words), ..self }
    }

    /// The same for another algorithm, where it says something else.
    pub const fn saying(self, doc: &'static str) -> OptionRow {
        OptionRow { doc, ..self }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        self.names.split('|').next().unwrap_or(self.names)
    }

    /// What is wrong with a value, in words that say what is wanted.
    pub(super) fn refuses(&self, value: &Value) -> Option<String> {
        match self.accepts {
            Accepts::Count(least, most) => {
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

/// Options as documentation lists them: names, defaults, sentences.
pub fn table(rows: &[OptionRow]) -> String {
    let names = |row: &OptionRow| row.names.split('|').map(|name| format!(":{name}")).collect::<Vec<_>>().join(" ");
    let cells: Vec<[String; 3]> = rows.iter().map(|row| [names(row), row.default(), row.says()]).collect();
    let width = |i: usize| cells.iter().map(|row| row[i].chars().count()).max().unwrap_or(0);
    let (first, second) = (width(0), width(1));
    let line = |row: &[String; 3]| format!("  {:first$}  {:second$}  {}", row[0], row[1], row[2]);
    cells.iter().map(line).collect::<Vec<_>>().join("\n")
}
