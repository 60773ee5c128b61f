//! An option as its function declares it: names, what it accepts, what it is unless given, and a sentence.

/// An option as its function declares it.
#[derive(Clone, Copy, Debug)]
pub struct OptionRow {
    /// Its name, and synonyms behind bars.
    pub names: &'static str,
    pub(super) accepts: Accepts,
    pub(super) preset: Preset,
    /// What it says, without its default.
    pub doc: &'static str,
}

/// Which values an option may have.
#[derive(Clone, Copy, Debug)]
pub(super) enum Accepts {
    /// An integer from the first to the second; without a second to what fits in memory.
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
        OptionRow::new(names, Accepts::Count(least, usize::MAX), doc)
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
}
