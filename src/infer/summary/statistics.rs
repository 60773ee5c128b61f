//! One row of a summary: what is computed of the draws of one scalar.

use super::sites::ScalarSite;
use crate::error::{Code, Error, Result};
use crate::eval::options::{OptionRow, Options};
use crate::eval::{Cx, Value};
use crate::infer::diagnostics::{self, ChainStatistic, RelativeWeights};
use crate::infer::samples::ResultDraws;
use std::sync::Arc;

pub const INTERVAL: OptionRow = OptionRow::number(
    "interval",
    "a number between 0 and 1",
    |x| x > 0.0 && x < 1.0,
    "the probability inside the interval of each row",
)
.or_number(0.89);
pub const HDI: OptionRow =
    OptionRow::flag("hdi", "is it the narrowest one, and not the one that leaves as much on either side?")
        .or_flag(false);

/// Names of the columns of a table.
pub type ColumnNames = Arc<[String]>;

/// What is told of the spread of draws: an interval of some probability.
#[derive(Clone, Copy)]
pub struct CredibleInterval {
    probability: f64,
    narrowest: bool,
}

impl CredibleInterval {
    pub fn read(options: &Options<'_>) -> CredibleInterval {
        CredibleInterval { probability: options.number("interval"), narrowest: options.flag("hdi") }
    }

    /// ColumnNames of chains, as ArviZ names them.
    pub fn columns_of_chains(self) -> ColumnNames {
        let more = ["ess_bulk", "ess_tail", "r_hat", "mcse_mean", "mcse_sd"].map(String::from);
        self.names().into_iter().chain(more).collect()
    }

    /// ColumnNames of weighted draws.
    pub fn columns_of_weighted(self) -> ColumnNames {
        self.names().into_iter().collect()
    }

    fn names(self) -> [String; 4] {
        let kind = if self.narrowest { "hdi" } else { "eti" };
        // As many digits as it takes, and none of rounding.
        let percent = (self.probability * 1e8).round() / 1e6;
        ["mean".into(), "sd".into(), format!("{kind}{percent}_lb"), format!("{kind}{percent}_ub")]
    }

    fn edge(self) -> f64 {
        (1.0 - self.probability) / 2.0
    }

    /// A row of chains. Statistics of chains need the choice in every draw.
    pub fn of_chains(self, site: &ScalarSite, draws: &ResultDraws) -> Vec<f64> {
        let whole = site.numbers.len() == draws.len();
        let length = if whole { draws.per_chain() } else { site.numbers.len() };
        let chains: Vec<Vec<f64>> = site.numbers.chunks(length.max(1)).map(<[f64]>::to_vec).collect();
        let ends = if self.narrowest { diagnostics::narrowest } else { diagnostics::equal_tailed };
        let (lower, upper) = ends(&chains, self.probability);
        let mut row = vec![diagnostics::mean(&chains), diagnostics::sd(&chains), lower, upper];
        let diagnose: [ChainStatistic; 5] = [
            diagnostics::ess_bulk,
            diagnostics::ess_tail,
            diagnostics::r_hat,
            diagnostics::mcse_mean,
            diagnostics::mcse_sd,
        ];
        row.extend(diagnose.map(|f| if whole { f(&chains) } else { f64::NAN }));
        row
    }

    /// A row of weighted draws.
    pub fn of_weighted(self, site: &ScalarSite, weights: &RelativeWeights) -> Vec<f64> {
        let Some(w) = weights.only(&site.places) else { return vec![f64::NAN; 4] };
        let xs = &site.numbers;
        let (lower, upper) = match self.narrowest {
            true => w.narrowest(xs, self.probability),
            false => (w.quantile(xs, self.edge()), w.quantile(xs, 1.0 - self.edge())),
        };
        vec![w.mean(xs), w.sd(xs), lower, upper]
    }

    /// The same of a distribution.
    pub fn of_distribution(self, cx: &mut Cx, dist: &Value) -> Result<Vec<f64>> {
        if self.narrowest {
            return Err(Error::raise(Code::Option, "`:hdi` is of draws, and `exact` has solved for distributions")
                .help("leave it out: the interval leaves as much on either side"));
        }
        let (edge, mut row) = (self.edge(), Vec::with_capacity(4));
        for (name, at) in [("mean", None), ("std", None), ("quantile", Some(edge)), ("quantile", Some(1.0 - edge))] {
            let mut args: Vec<Value> = std::iter::once(dist.clone()).chain(at.map(Value::float)).collect();
            row.push(cx.call_core(name, &mut args)?.as_f64().unwrap_or(f64::NAN));
        }
        Ok(row)
    }
}
