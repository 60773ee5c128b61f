//! Options of a call, and other maps with known keys that a program hands over: one reader, one wording.

use super::args::{described, wrong_type};
use super::collections::Map;
use super::cx::Cx;
use super::print::brief;
use super::value::Value;
use super::{keys, sequence};
use crate::error::{Code, Error, Result, Stop};

/// The options given to one call: a map, or keywords and values one after the other, or these and then a map.
pub struct Options<'k> {
    /// Who takes them.
    owner: &'k str,
    given: Vec<GivenOption<'k>>,
    /// The first argument that may hold them, for reports.
    index: usize,
}

/// One of them.
struct GivenOption<'k> {
    /// The first of its names, and the one that was used.
    name: &'k str,
    written: &'k str,
    value: Value,
    /// The argument that holds it.
    at: usize,
}

/// The first name of a list of names, without its synonyms.
fn first_of(known: &str) -> &str {
    known.split([' ', '|']).next().unwrap_or_default()
}

impl<'k> Options<'k> {
    /// Reads the options in `args[index..]`, which may be left out. `known` has their names, with synonyms behind
    /// bars: `samples burn|warmup`. A name that is not there is an error.
    pub fn read(owner: &'k str, args: &[Value], index: usize, known: &'k str) -> Result<Options<'k>> {
        let mut options = Options { owner, given: Vec::new(), index };
        let mut i = index;
        while let Some(arg) = args.get(i) {
            match (arg, args.get(i + 1)) {
                (Value::Keyword(_), Some(value)) => options.add(known, arg, value, i, i + 1)?,
                (Value::Keyword(_), None) => return Err(options.valueless(known, arg, i)),
                (Value::Map(map), None) => {
                    map.iter().try_for_each(|(key, value)| options.add(known, key, value, i, i))?;
                }
                (Value::Nil, None) => {}
                (Value::Int(_) | Value::Float(_), _) => {
                    return Err(wrong_type(owner, "its options as a map, or as keywords and values", arg, i).help(
                        match index {
                            0 | 1 => format!("numbers that go together are a vector: `({owner} [1 2 3])`"),
                            _ => format!("options are named, such as `:{} {}`", first_of(known), brief(arg)),
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

    fn add(&mut self, known: &'k str, key: &Value, value: &Value, key_at: usize, at: usize) -> Result<()> {
        let Some((name, written)) = key.as_keyword().and_then(|key| keys::find(known, key)) else {
            return Err(keys::unknown(self.owner, "option", key, known).arg(key_at));
        };
        if let Some(before) = self.given.iter().find(|given| given.name == name) {
            let message = match before.written == written {
                true => format!("`{}` is given `:{written}` twice", self.owner),
                false => format!("`:{}` and `:{written}` of `{}` are one option", before.written, self.owner),
            };
            return Err(Error::raise(Code::Option, message).arg(key_at).help("give one of them"));
        }
        self.given.push(GivenOption { name, written, value: value.clone(), at });
        Ok(())
    }

    #[cold]
    fn valueless(&self, known: &str, key: &Value, at: usize) -> Stop {
        match key.as_keyword().and_then(|key| keys::find(known, key)) {
            Some((_, written)) => {
                let message = format!("the option `:{written}` of `{}` has no value", self.owner);
                Error::raise(Code::Option, message).arg(at)
            }
            None => keys::unknown(self.owner, "option", key, known).arg(at),
        }
    }

    fn find(&self, name: &str) -> Option<&GivenOption<'k>> {
        self.given.iter().find(|given| given.name == name && !given.value.is_nil())
    }

    /// The value of an option; nil counts as not given.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.find(name).map(|given| &given.value)
    }

    /// An option as it was written.
    pub fn written<'a>(&self, name: &'a str) -> &'a str
    where
        'k: 'a,
    {
        self.find(name).map_or(name, |given| given.written)
    }

    /// The argument that holds an option, or the first that may.
    pub fn place(&self, name: &str) -> usize {
        self.find(name).map_or(self.index, |given| given.at)
    }

    /// True or false, which it is unless given.
    pub fn flag(&self, name: &str) -> Result<bool> {
        match self.get(name) {
            None => Ok(false),
            Some(value) if value.is_bool() => Ok(value.truthy()),
            Some(value) => Err(self.wrong(name, "true or false", value)),
        }
    }

    /// A count of at least `least`.
    pub fn count(&self, name: &str, default: usize, least: usize) -> Result<usize> {
        let Some(value) = self.get(name) else { return Ok(default) };
        let n = value.as_int().and_then(|i| usize::try_from(i).ok()).filter(|n| *n >= least);
        match n {
            Some(n) if n <= sequence::MAX_ELEMENTS => Ok(n),
            Some(_) => Err(self.wrong(name, &format!("an integer from {least} to {}", sequence::MAX_ELEMENTS), value)),
            None => Err(self.wrong(name, &format!("an integer of at least {least}"), value)),
        }
    }

    /// A number of which `admits` is true, as `wanted` says in words.
    pub fn number(&self, name: &str, default: f64, wanted: &str, admits: fn(f64) -> bool) -> Result<f64> {
        let Some(value) = self.get(name) else { return Ok(default) };
        value.as_f64().filter(|x| admits(*x)).ok_or_else(|| self.wrong(name, wanted, value))
    }

    /// The meaning of a keyword.
    pub fn one_of<T: Copy>(&self, name: &str, known: &[(&str, T)]) -> Result<Option<T>> {
        self.get(name).map(|given| self.meaning(name, given, known)).transpose()
    }

    /// The meaning of a keyword in an option.
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
        let written = self.written(name);
        let message = format!("`:{written}` of `{}` is {wanted}, not {}", self.owner, described(value));
        Error::raise(Code::Option, message).arg(self.place(name))
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
