//! How many moves chains make, which of them are draws, and how the chains are run: the options that all of them have.

use crate::error::Result;
use crate::eval::key::Key;
use crate::eval::options::{OptionRow, Options};
use crate::eval::{Cx, Value};
use crate::gfi::check_callable;

pub const SAMPLES: OptionRow = OptionRow::count("samples", 1, "draws that are kept of each chain").or_count(1000);
pub const BURN: OptionRow =
    OptionRow::count("burn|warmup", 0, "moves before them, in which an algorithm may adapt").or_count(1000);
pub const THIN: OptionRow = OptionRow::count("thin", 1, "one draw in so many is kept").or_count(1);
pub const CHAINS: OptionRow = OptionRow::count("chains", 1, "chains, each from a start of its own").or_count(4);
pub const SEED: OptionRow =
    OptionRow::count("seed", 0, "the seed of all that is drawn").or_told("the program's stream");
pub const THREADS: OptionRow =
    OptionRow::count("threads", 1, "threads that run chains, at most; results do not depend on it")
        .or_told("as many as there are");
pub const CALLBACK: OptionRow = OptionRow::any(
    "callback",
    "a function called with `{:chain :iteration :trace :info}` after each move; chains then run one after another",
)
.or_told("none");

/// What the options say.
pub struct ChainPlan {
    pub samples: usize,
    pub burn: usize,
    pub thin: usize,
    pub chains: usize,
    pub threads: Option<usize>,
    pub callback: Option<Value>,
    /// That of chain i is its child i.
    pub key: Key,
}

impl ChainPlan {
    pub fn read(cx: &mut Cx, algorithm: &str, options: &Options<'_>) -> Result<ChainPlan> {
        let callback = options.get("callback").cloned();
        if let Some(callback) = &callback {
            check_callable(algorithm, callback, options.place("callback"))?;
        }
        Ok(ChainPlan {
            samples: options.count("samples"),
            burn: options.count("burn"),
            thin: options.count("thin"),
            chains: options.count("chains"),
            threads: options.count_given("threads"),
            callback,
            key: match options.count_given("seed") {
                Some(seed) => Key::from_seed(seed as u64),
                None => cx.next_key(algorithm)?,
            },
        })
    }

    pub fn moves(&self) -> usize {
        self.burn.saturating_add((self.samples - 1).saturating_mul(self.thin)).saturating_add(1)
    }

    /// Is the state after move i a draw?
    pub fn keeps(&self, i: usize) -> bool {
        i >= self.burn && (i - self.burn).is_multiple_of(self.thin)
    }
}
