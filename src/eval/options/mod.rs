//! Options of a call, and other maps with known keys that a program hands over: one reader, one wording.

use super::args::wrong_type;
use super::collections::Map;
use super::cx::Cx;
use super::print::brief;
use super::value::Value;
use super::{keys, sequence};
use crate::error::{Code, Error, Result, Stop};
use crate::parser::{Form, FormKind};
mod declared;
mod row;

pub use declared::find;
pub use declared::{names_of, table};
pub use row::OptionRow;
use row::Preset;

/// The options given to one call: a map, or keywords and values one after the other, or these and then a map.
pub struct Options<'k> {
    /// Who takes them.
    owner: &'k str,
    rows: &'static [OptionRow],
    given: Vec<GivenOption>,
    /// The first argument that may hold them, for reports.
    index: usize,
}

/// One of them.
struct GivenOption {
    row: &'static OptionRow,
    /// The name that was used.
    written: &'static str,
    value: Value,
    /// The argument that holds it.
    at: usize,
}

impl<'k> Options<'k> {
    /// Reads the options in `args[index..]`, which may be left out, as they are declared. A name that is not, or a value
    /// that is not accepted, is an error.
    pub fn read(owner: &'k str, args: &[Value], index: usize, rows: &'static [OptionRow]) -> Result<Options<'k>> {
        let mut options = Options { owner, rows, given: Vec::new(), index };
        let mut i = index;
        while let Some(arg) = args.get(i) {
            match (arg, args.get(i + 1)) {
                (Value::Keyword(_), Some(value)) => options.add(arg, value, i, i + 1)?,
                (Value::Keyword(_), None) => return Err(options.valueless(arg, i)),
                (Value::Map(map), None) => {
                    map.iter().try_for_each(|(key, value)| options.add(key, value, i, i))?;
                }
                (Value::Nil, None) => {}
                (Value::Int(_) | Value::Float(_), _) => {
                    return Err(wrong_type(owner, "its options as a map, or as keywords and values", arg, i).help(
                        match index {
                            0 | 1 => format!("numbers that go together are a vector: `({owner} [1 2 3])`"),
                            _ => {
                                let first = rows.first().map_or("", OptionRow::name);
                                format!("options are named, such as `:{first} {}`", brief(arg))
                            }
                        },
                    ));
                }
                (Value::Map(_), Some(Value::Map(_))) => {
                    return Err(Error::raise(Code::Option, format!("`{owner}` has two maps of options"))
                        .help("put all into one")
                        .arg(i + 1));
                }
                _ => return Err(wrong_type(owner, "its options as a map, or as keywords and values", arg, i)),
            }
            i += 2;
        }
        Ok(options)
    }

    fn add(&mut self, key: &Value, value: &Value, key_at: usize, at: usize) -> Result<()> {
        let Some((row, written)) = key.as_keyword().and_then(|key| find(self.rows, key)) else {
            return Err(keys::unknown(self.owner, "option", key, &names_of(self.rows)).arg(key_at));
        };
        if let Some(before) = self.given.iter().find(|given| given.row.names == row.names) {
            let message = match before.written == written {
                true => format!("`{}` is given `:{written}` twice", self.owner),
                false => format!("`:{}` and `:{written}` of `{}` are one option", before.written, self.owner),
            };
            return Err(Error::raise(Code::Option, message).arg(key_at).help("give one of them"));
        }
        if let Some(wanted) = row.refuses(value).filter(|_| !value.is_nil()) {
            return Err(Error::raise(Code::Option, OptionRow::wrong(self.owner, written, &wanted, value)).arg(at));
        }
        self.given.push(GivenOption { row, written, value: value.clone(), at });
        Ok(())
    }

    #[cold]
    fn valueless(&self, key: &Value, at: usize) -> Stop {
        match key.as_keyword().and_then(|key| find(self.rows, key)) {
            Some((_, written)) => {
                let message = format!("the option `:{written}` of `{}` has no value", self.owner);
                Error::raise(Code::Option, message).arg(at)
            }
            None => keys::unknown(self.owner, "option", key, &names_of(self.rows)).arg(at),
        }
    }

    fn find(&self, name: &str) -> Option<&GivenOption> {
        self.given.iter().find(|given| given.row.name() == name && !given.value.is_nil())
    }

    /// The value of an option; nil counts as not given.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.find(name).map(|given| &given.value)
    }

    /// What an option is unless given.
    fn preset(&self, name: &str) -> Preset {
        self.rows.iter().find(|row| row.name() == name).map_or(Preset::Nothing, |row| row.preset)
    }

    /// An option as it was written.
    pub fn written<'a>(&self, name: &'a str) -> &'a str {
        self.find(name).map_or(name, |given| given.written)
    }

    /// The argument that holds an option, or the first that may.
    pub fn place(&self, name: &str) -> usize {
        self.find(name).map_or(self.index, |given| given.at)
    }

    /// True or false.
    pub fn flag(&self, name: &str) -> bool {
        match self.get(name) {
            Some(value) => value.truthy(),
            None => matches!(self.preset(name), Preset::Flag(true)),
        }
    }

    /// A count; 0 where none is given or declared.
    pub fn count(&self, name: &str) -> usize {
        let declared = match self.preset(name) {
            Preset::Count(n) => n,
            _ => 0,
        };
        self.count_given(name).unwrap_or(declared)
    }

    /// A count that is given.
    pub fn count_given(&self, name: &str) -> Option<usize> {
        self.get(name).and_then(Value::as_int).map(|n| n as usize)
    }

    /// A number; NaN where none is given or declared.
    pub fn number(&self, name: &str) -> f64 {
        let declared = match self.preset(name) {
            Preset::Number(x) => x,
            _ => f64::NAN,
        };
        self.get(name).and_then(Value::as_f64).unwrap_or(declared)
    }

    /// A keyword without its colon; empty where none is given or declared.
    pub fn word(&self, name: &str) -> &str {
        let declared = match self.preset(name) {
            Preset::Word(word) => word,
            _ => "",
        };
        self.get(name).and_then(Value::as_keyword).unwrap_or(declared)
    }

    /// The meaning of a keyword in an option that may hold several.
    pub fn meaning<T: Copy>(&self, name: &str, given: &Value, known: &[(&str, T)]) -> Result<T> {
        let found = known.iter().find(|(word, _)| given.as_keyword() == Some(word));
        found.map(|(_, meaning)| *meaning).ok_or_else(|| {
            let words: Vec<String> = known.iter().map(|(word, _)| format!("`:{word}`")).collect();
            self.wrong(name, &format!("one of {}", words.join(", ")), given)
        })
    }

    /// A vector of arguments.
    pub fn arguments(&self, cx: &mut Cx, name: &str) -> Result<Vec<Value>> {
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(value @ (Value::Vector(_) | Value::List(_) | Value::Lazy(_))) => sequence::to_vec(cx, value),
            Some(other) => Err(self.wrong(name, "a vector of arguments", other)),
        }
    }

    /// The error of an option that says something about another one, which is not there.
    pub fn needs(&self, name: &str, other: &str) -> Result<()> {
        match (self.find(name), self.get(other)) {
            (Some(given), None) => {
                let message = format!("`:{}` of `{}` has no effect without `:{other}`", given.written, self.owner);
                Err(Error::raise(Code::Option, message)
                    .arg(given.at)
                    .help(format!("give `:{other}` too, or leave `:{}` out", given.written)))
            }
            _ => Ok(()),
        }
    }

    /// The error of an option that does not matter by what `why` says.
    pub fn idle(&self, name: &str, why: &str) -> Result<()> {
        match self.find(name) {
            None => Ok(()),
            Some(given) => {
                let message = format!("`:{}` of `{}` has no effect {why}", given.written, self.owner);
                Err(Error::raise(Code::Option, message).arg(given.at).help(format!("leave `:{}` out", given.written)))
            }
        }
    }

    /// The error of an option with another value than is wanted.
    #[cold]
    pub fn wrong(&self, name: &str, wanted: &str, value: &Value) -> Stop {
        Error::raise(Code::Option, OptionRow::wrong(self.owner, self.written(name), wanted, value))
            .arg(self.place(name))
    }
}

/// The arguments of a call with its options, if any, as one map.
pub fn gathered(args: &[Value], index: usize) -> Result<Vec<Value>> {
    let (own, rest) = args.split_at(index.min(args.len()));
    let mut map = Map::empty();
    for pair in rest.chunks(2) {
        match pair {
            [Value::Map(given)] => map = given.iter().try_fold(map, |map, (k, v)| map.insert(k.clone(), v.clone()))?,
            [key, value] => map = map.insert(key.clone(), value.clone())?,
            _ => {}
        }
    }
    Ok(own.iter().cloned().chain((!map.is_empty()).then_some(Value::Map(map))).collect())
}

/// Options as a map.
pub fn option_map<'a>(options: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let pairs = options.into_iter().map(|(name, value)| (Value::keyword(name), value));
    Map::from_pairs(pairs).map(Value::Map).unwrap_or_default()
}

/// The check of a call that is only read: literal options among its arguments from `from` on.
pub fn check_forms(owner: &str, args: &[Form], from: usize, rows: &[OptionRow]) -> Result<()> {
    let checked = |form: &Form| match &form.kind {
        FormKind::Keyword(name) if find(rows, name).is_none() => {
            Err(keys::unknown(owner, "option", &Value::keyword(name), &names_of(rows)).at(form.span))
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
