//! `summary`: a table of what the draws say of each unobserved choice, and whether they can be trusted.

mod sites;
mod statistics;
mod table;
mod warnings;

use super::diagnostics::RelativeWeights;
use super::samples::ResultDraws;
use crate::error::{Code, Error, Result};
use crate::eval::collections::Map;
use crate::eval::options::{OptionRow, Options};
use crate::eval::print::Printer;
use crate::eval::{Builtin, Cx, HostObject, Value};
use crate::gfi::{components, to_value};
use sites::ScalarSite;
pub use sites::ScalarSites;
use statistics::{ColumnNames, CredibleInterval, HDI, INTERVAL};

pub const TABLE: &[Builtin] = &[Builtin::new("summary", "[result & options]", summary).options(1, OPTIONS)];

const OPTIONS: &[OptionRow] =
    &[OptionRow::between("digits", 1, 15, "the significant digits of sd").or_count(3), INTERVAL, HDI];

/// One scalar of the model.
struct SummaryRow {
    name: String,
    path: Vec<Value>,
    /// One element of a choice that holds several.
    element: bool,
    /// ResultDraws that have it.
    count: usize,
    columns: ColumnNames,
    numbers: Vec<f64>,
}

/// The table as a value.
struct Summary {
    rows: Vec<SummaryRow>,
    columns: ColumnNames,
    draws: usize,
    /// Numbers about the whole sample: names and values.
    footer: Vec<(&'static str, f64)>,
    notes: Vec<String>,
    warnings: Vec<String>,
    digits: usize,
}

fn summary(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let options = Options::read("summary", args, 1, OPTIONS)?;
    let draws = ResultDraws::of_value(cx, "summary", &args[0])?;
    draws.untracked("summary")?;
    let sites = ScalarSites::of(cx, &draws)?;
    let interval = CredibleInterval::read(&options);
    let mut summary = match &draws.log_weights {
        Some(log_weights) => of_weighted(cx, &sites, &draws, (log_weights, interval))?,
        None => of_chains(cx, &sites, &draws, interval)?,
    };
    summary.rows.extend(solved(cx, &draws, interval)?);
    if let Some(missing) = draws.result.get_keyword("missing").and_then(Value::as_int) {
        let were = if missing == 1 {
            "element of the data is missing and was"
        } else {
            "elements of the data are missing and were"
        };
        summary.notes.push(format!("{missing} {were} drawn"));
    }
    summary.digits = options.count("digits");
    cx.reported = true;
    if !sites.others.is_empty() {
        summary.notes.push(format!("left out, as they hold no numbers: {}", sites.others.join(", ")));
    }
    Ok(Value::host(summary))
}

fn of_chains(cx: &mut Cx, sites: &ScalarSites, draws: &ResultDraws, interval: CredibleInterval) -> Result<Summary> {
    let columns = interval.columns_of_chains();
    let rows = rows(cx, sites, &columns, |site| interval.of_chains(site, draws))?;
    let warnings = warnings::of_chains(&rows, draws);
    Ok(Summary { rows, columns, draws: draws.len(), footer: Vec::new(), notes: Vec::new(), warnings, digits: 3 })
}

fn of_weighted(
    cx: &mut Cx,
    sites: &ScalarSites,
    draws: &ResultDraws,
    (log_weights, interval): (&[f64], CredibleInterval),
) -> Result<Summary> {
    let Some(weights) = RelativeWeights::new(log_weights) else {
        return Err(Error::raise(Code::AllImpossible, "no draw of this result has a positive weight").arg(0));
    };
    let columns = interval.columns_of_weighted();
    let rows = rows(cx, sites, &columns, |site| interval.of_weighted(site, &weights))?;
    // All there is, not a sample of it.
    let exact = draws.result.get_keyword("joint").is_some();
    let ess = weights.effective_sample_size();
    let mut footer = if exact { Vec::new() } else { vec![("ess", ess)] };
    footer.extend(draws.result.get_keyword("log-ml").and_then(Value::as_f64).map(|x| ("log-ml", x)));
    let warnings = if exact { Vec::new() } else { warnings::of_weighted(ess, draws, log_weights) };
    Ok(Summary { rows, columns, draws: draws.len(), footer, notes: Vec::new(), warnings, digits: 3 })
}

/// Rows of choices that `exact` has solved: those of their distributions.
fn solved(cx: &mut Cx, draws: &ResultDraws, interval: CredibleInterval) -> Result<Vec<SummaryRow>> {
    let mut rows = Vec::new();
    for (path, posterior) in draws.all_solved()? {
        let site = ScalarSite { path, element: String::new(), places: Vec::new(), numbers: Vec::new() };
        let numbers = interval.of_distribution(cx, &posterior)?;
        let (name, count) = (site.name(), draws.len());
        rows.push(SummaryRow {
            name,
            path: site.path,
            element: false,
            count,
            columns: interval.columns_of_weighted(),
            numbers,
        });
    }
    Ok(rows)
}

fn rows(
    cx: &mut Cx,
    sites: &ScalarSites,
    columns: &ColumnNames,
    numbers: impl Fn(&ScalarSite) -> Vec<f64>,
) -> Result<Vec<SummaryRow>> {
    let row = |site: &ScalarSite| {
        cx.charge(site.numbers.len())?;
        let (name, element) = (site.name(), !site.element.is_empty());
        Ok(SummaryRow {
            name,
            path: site.path.clone(),
            element,
            count: site.numbers.len(),
            columns: columns.clone(),
            numbers: numbers(site),
        })
    };
    sites.scalars.iter().map(row).collect()
}

impl SummaryRow {
    /// The number in a column.
    fn get(&self, column: &str) -> f64 {
        let at = self.columns.iter().position(|c| c == column);
        at.and_then(|i| self.numbers.get(i)).copied().unwrap_or(f64::NAN)
    }

    fn to_map(&self, of: usize) -> Result<Value> {
        let numbers = self.columns.iter().zip(&self.numbers).map(|(c, x)| (Value::keyword(c), Value::float(*x)));
        let count = (self.count < of).then(|| (Value::keyword("n"), Value::Int(self.count as i64)));
        Ok(Value::Map(Map::from_pairs(numbers.chain(count))?))
    }

    fn cells(&self, digits: usize, count: bool) -> Vec<table::TableCell> {
        let decimals = table::decimals(self.get("sd"), digits);
        let cell = |(column, x): (&String, &f64)| match column.as_str() {
            "ess_bulk" | "ess_tail" => table::cell(*x, 0),
            "r_hat" => table::cell(*x, 3),
            "mcse_mean" | "mcse_sd" => table::cell(*x, table::decimals(*x, 2)),
            _ => table::cell(*x, decimals),
        };
        let mut cells: Vec<table::TableCell> = self.columns.iter().zip(&self.numbers).map(cell).collect();
        if count {
            cells.push(table::cell(self.count as f64, 0));
        }
        cells
    }
}

impl Summary {
    /// The row of a choice.
    fn entry(&self, path: &[Value]) -> Option<Result<Value>> {
        let rows: Vec<&SummaryRow> = self.rows.iter().filter(|row| row.path == path).collect();
        (!rows.is_empty()).then(|| self.rows_to_value(&rows))
    }

    /// The columns as a map; a vector of such maps, one an element, for a choice that holds several.
    fn rows_to_value(&self, rows: &[&SummaryRow]) -> Result<Value> {
        match rows {
            [row] if !row.element => row.to_map(self.draws),
            rows => Value::vector(rows.iter().map(|row| row.to_map(self.draws)).collect::<Result<_>>()?),
        }
    }

    /// Rows by address.
    fn to_map(&self) -> Result<Value> {
        let (mut groups, mut index): (Vec<Vec<&SummaryRow>>, Map) = (Vec::new(), Map::empty());
        for row in &self.rows {
            let address = to_value(&row.path);
            match index.get(&address).and_then(Value::as_int) {
                Some(at) => groups[at as usize].push(row),
                None => {
                    index = index.insert(address, Value::Int(groups.len() as i64))?;
                    groups.push(vec![row]);
                }
            }
        }
        let entries = groups.iter().map(|rows| Ok((to_value(&rows[0].path), self.rows_to_value(rows)?)));
        Ok(Value::Map(Map::from_pairs(entries.collect::<Result<Vec<_>>>()?)?))
    }

    fn lines(&self, limit: usize) -> Vec<String> {
        let count = self.rows.iter().any(|row| row.count < self.draws);
        let header: Vec<&str> = self.columns.iter().map(String::as_str).chain(count.then_some("n")).collect();
        let rows: Vec<_> =
            self.rows.iter().take(limit).map(|r| (r.name.clone(), r.cells(self.digits, count))).collect();
        let mut lines = match rows.is_empty() {
            true => vec!["no unobserved choices that are numbers".to_string()],
            false => table::lines(&header, &rows),
        };
        if self.rows.len() > limit {
            lines.push(format!("… {} more", self.rows.len() - limit));
        }
        if !self.footer.is_empty() {
            lines.push(String::new());
            lines.extend(self.footer.iter().map(|(name, x)| {
                let (a, b) = table::cell(*x, if *name == "ess" { 1 } else { 4 });
                format!("{name} {a}{b}")
            }));
        }
        lines.extend(self.notes.iter().map(|note| format!("note: {note}")));
        lines.extend(self.warnings.iter().map(|warning| format!("warning: {warning}")));
        lines
    }
}

/// Room below which a table is only named.
const SHORT: usize = 200;

impl HostObject for Summary {
    fn kind(&self) -> &'static str {
        "a summary"
    }

    fn print(&self, out: &mut Printer<'_>) {
        if out.budget < SHORT {
            return out.text(&format!("#<summary of {} rows>", self.rows.len()));
        }
        out.text(&self.lines(out.limit).join("\n"));
    }

    fn get(&self, _cx: &mut Cx, key: &Value) -> Option<Result<Value>> {
        match components(key) {
            Ok(path) => self.entry(&path),
            Err(e) => Some(Err(e)),
        }
    }

    fn contents(&self, _cx: &mut Cx) -> Option<Result<Value>> {
        Some(self.to_map())
    }
}
