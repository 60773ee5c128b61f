//! What a chain has kept so far: its draws, the stats of its moves, and what all of them came to.

use super::{DrawColumns, Tally};
use crate::error::Result;
use crate::eval::collections::Map;
use crate::eval::{Cx, Value};
use crate::gfi::Trace;
use crate::infer::kernel::Stats;
use std::sync::Arc;

#[derive(Default)]
pub struct ChainRecord {
    draws: DrawColumns,
    /// One column for each stat, with nil where a move did not tell it.
    stats: Vec<(&'static str, Vec<Value>)>,
    pub tally: Tally,
}

impl ChainRecord {
    /// An empty one; its runs are kept as they are, or by their choices.
    pub fn new(whole: bool, move_data: bool) -> ChainRecord {
        ChainRecord { draws: DrawColumns::new(whole, move_data), ..ChainRecord::default() }
    }

    /// Keeps a draw.
    pub fn keep(&mut self, cx: &mut Cx, run: &Arc<Trace>, stats: Stats) -> Result<()> {
        let row = self.draws.len();
        for (name, value) in stats {
            let column = self.column(name);
            column.resize(row, Value::Nil);
            column.push(value);
        }
        self.draws.push(cx, run)
    }

    fn column(&mut self, name: &'static str) -> &mut Vec<Value> {
        let at = self.stats.iter().position(|(known, _)| *known == name).unwrap_or_else(|| {
            self.stats.push((name, Vec::new()));
            self.stats.len() - 1
        });
        &mut self.stats[at].1
    }

    /// How many draws it has.
    pub fn len(&self) -> usize {
        self.draws.len()
    }

    fn truncate(&mut self, draws: usize) {
        self.draws.truncate(draws);
        self.stats.iter_mut().for_each(|(_, column)| column.truncate(draws));
    }

    /// What chains have in common, all of it but where they were halted: so many chains, and so many draws of each, that most are kept.
    pub fn in_common(records: Vec<ChainRecord>) -> Vec<ChainRecord> {
        let mut lengths: Vec<usize> = records.iter().map(ChainRecord::len).collect();
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        let best = lengths.iter().enumerate().max_by_key(|(i, draws)| ((i + 1) * **draws, *i));
        let draws = best.map_or(0, |(_, draws)| *draws);
        let mut kept: Vec<ChainRecord> =
            records.into_iter().filter(|record| draws > 0 && record.len() >= draws).collect();
        kept.iter_mut().for_each(|record| record.truncate(draws));
        kept
    }

    /// The records of all chains as one, chain after chain.
    pub fn joined(records: Vec<ChainRecord>) -> ChainRecord {
        let mut all = ChainRecord::default();
        for record in records {
            let row = all.draws.len();
            for (name, values) in record.stats {
                let column = all.column(name);
                column.resize(row, Value::Nil);
                column.extend(values);
            }
            all.draws.append(record.draws);
            all.tally.join(record.tally);
        }
        all
    }

    /// `{:traces :chains :accept-rate :stats}`.
    pub fn result(mut self, cx: &Cx, chains: usize) -> Result<Map> {
        let rows = self.draws.len();
        let columns = self.stats.iter_mut().map(|(name, column)| {
            column.resize(rows, Value::Nil);
            Ok((Value::keyword(name), Value::vector(std::mem::take(column))?))
        });
        let totals = self.tally.entries()?.into_iter().map(|(name, value)| Ok((Value::keyword(name), value)));
        let stats = Map::from_pairs(columns.chain(totals).collect::<Result<Vec<_>>>()?)?;
        let accept_rate = self.tally.accept_rate();
        let entries = [
            ("traces", self.draws.into_value(cx)?),
            ("chains", Value::Int(chains as i64)),
            ("accept-rate", accept_rate),
            ("stats", Value::Map(stats)),
        ];
        Map::from_pairs(entries.into_iter().map(|(name, value)| (Value::keyword(name), value)))
    }
}
