//! A table of times: a row for each case and size, a column for each system.

use super::{Case, Check, Data, Figure, rows};

/// True where there is nothing to check too.
fn right(case: &Case, lanes: usize, exact: f64, figure: &Figure) -> bool {
    let within = |check: &Check| (figure.evidence - exact).abs() <= 5.0 * check.spread / (lanes as f64).sqrt();
    case.check.as_ref().is_none_or(within)
}

/// Our own columns come first: they have a figure for every row, the peers for those that are compared.
const OWN: usize = 2;

/// A time with its ratio to our first. Where the estimate is wrong, the time says nothing.
fn cell(right: bool, figure: &Figure, own: &Figure, time: fn(&Figure) -> f64) -> String {
    match right {
        _ if time(figure).is_nan() => "–".to_string(),
        true => format!("{:.1} ({:.2}×)", time(figure) * 1e6, time(figure) / time(own)),
        false => format!("wrong: {:.3}", figure.evidence),
    }
}

pub fn print(title: &str, columns: &[(&str, Vec<Figure>)], data: &Data, time: fn(&Figure) -> f64) {
    let names: String = columns.iter().map(|(name, _)| format!(" {name:>24}")).collect();
    println!("\n{title:42} {:>8}{names} {:>12}", "lanes", "log evidence");
    let own = &columns[0].1;
    let mut compared = 0;
    for (row, (case, lanes)) in rows().enumerate() {
        let exact = case.check.as_ref().map_or(f64::NAN, |check| (check.exact)(data));
        let of = |figure: &Figure| cell(right(case, lanes, exact, figure), figure, &own[row], time);
        let mut cells: Vec<String> = columns[..OWN].iter().map(|(_, figures)| of(&figures[row])).collect();
        if case.check.is_some() {
            cells.extend(columns[OWN..].iter().filter_map(|(_, figures)| figures.get(compared)).map(of));
            cells.push(format!("{exact:.3}"));
            compared += 1;
        }
        let cells: String = cells.iter().map(|cell| format!(" {cell:>24}")).collect();
        println!("{:42} {lanes:>8}{cells}", case.title);
    }
}
