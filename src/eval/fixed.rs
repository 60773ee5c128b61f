//! Values in the place of choices: what an intervention fixes, by the hashes of full addresses in the run.

use super::Value;
use super::equality::identical;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is fixed in the run that is going on. Nothing but lookups happens to it, so that copies share it.
#[derive(Clone, Debug, Default)]
pub struct Fixed {
    values: HashMap<u64, (Value, Arc<AtomicBool>)>,
    above: HashSet<u64>,
}

impl Fixed {
    /// Fixes the value at an address; `above` are the hashes of its prefixes, `seen` tells whether a run came there.
    pub fn add(&mut self, address: u64, above: impl IntoIterator<Item = u64>, value: Value, seen: Arc<AtomicBool>) {
        self.above.extend(above);
        self.values.insert(address, (value, seen));
    }

    /// The value that stands at an address.
    pub fn value(&self, address: u64) -> Option<&Value> {
        let (value, seen) = self.values.get(&address)?;
        seen.store(true, Ordering::Relaxed);
        Some(value)
    }

    /// Does it fix the same values at the same addresses?
    pub fn same(&self, other: &Fixed) -> bool {
        let at = |address: &u64| other.values.get(address).map(|(value, _)| value);
        let same = |(address, (value, _)): (&u64, &(Value, _))| at(address).is_some_and(|now| identical(value, now));
        self.values.len() == other.values.len() && self.values.iter().all(same)
    }

    /// Is something below this address fixed?
    pub fn is_above(&self, address: u64) -> bool {
        self.above.contains(&address)
    }
}
