//! A table of times: a row for each case and size, a column for each system.

use super::{Case, Data, Figure, rows};

/// A time in µs with its ratio to ours, or an estimate that is wrong: its time counts for nothing.
fn cell(case: &Case, lanes: usize, exact: f64, figure: &Figure, own: &Figure, time: fn(&Figure) -> f64) -> String {
    let off = case.check.as_ref().map_or(0.0, |check| 5.0 * check.spread / (lanes as f64).sqrt());
    if (figure.evidence - exact).abs() > off {
        return format!("wrong: {:.3}", figure.evidence);
    }
    format!("{:.1} ({:.2}×)", time(figure) * 1e6, time(figure) / time(own))
}

pub fn print(title: &str, columns: &[(&str, Vec<Figure>)], data: &Data, time: fn(&Figure) -> f64) {
    let names: String = columns.iter().map(|(name, _)| format!(" {name:>24}")).collect();
    println!("\n{title:42} {:>8}{names} {:>12}", "lanes", "log evidence");
    let own = &columns[0].1;
    let mut compared = 0;
    for (row, (case, lanes)) in rows().enumerate() {
        let exact = case.check.as_ref().map_or(f64::NAN, |check| (check.exact)(data));
        let mut cells = vec![cell(case, lanes, exact, &own[row], &own[row], time)];
        if case.check.is_some() {
            let figures = columns[1..].iter().filter_map(|(_, figures)| figures.get(compared));
            cells.extend(figures.map(|figure| cell(case, lanes, exact, figure, &own[row], time)));
            cells.push(format!("{exact:.3}"));
            compared += 1;
        }
        let cells: String = cells.iter().map(|cell| format!(" {cell:>24}")).collect();
        println!("{:42} {lanes:>8}{cells}", case.title);
    }
}
