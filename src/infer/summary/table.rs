//! A table of numbers that line up at the decimal point.

/// A number as text before and from the decimal point on.
pub type TableCell = (String, String);

/// `x` with so many decimals; numbers too large or too small for that in scientific notation.
pub fn cell(x: f64, decimals: usize) -> TableCell {
    let text = match x {
        _ if x.is_nan() => "NaN".to_string(),
        _ if x.is_infinite() => if x > 0.0 { "Inf" } else { "-Inf" }.to_string(),
        _ if decimals > 8 || x.abs() >= 1e9 => format!("{x:.2e}"),
        _ => format!("{x:.decimals$}"),
    };
    match text.find('.') {
        Some(point) => (text[..point].to_string(), text[point..].to_string()),
        None => (text, String::new()),
    }
}

/// Decimals that show so many significant digits of a spread.
pub fn decimals(spread: f64, digits: usize) -> usize {
    if spread > 0.0 && spread.is_finite() {
        (digits as i64 - 1 - spread.log10().floor() as i64).clamp(0, 17) as usize
    } else {
        digits
    }
}

/// Lines of a header and rows; the first column is text, at the left.
pub fn lines(header: &[&str], rows: &[(String, Vec<TableCell>)]) -> Vec<String> {
    let width = |text: &str| text.chars().count();
    let first = rows.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let columns: Vec<(usize, usize)> = (0..header.len())
        .map(|i| {
            let cells = rows.iter().filter_map(|(_, cells)| cells.get(i));
            let (left, right) = cells.fold((0, 0), |(l, r), (a, b)| (l.max(width(a)), r.max(width(b))));
            (left.max(width(header[i]).saturating_sub(right)), right)
        })
        .collect();
    let head = header.iter().zip(&columns).map(|(name, (l, r))| format!("  {name:>w$}", w = l + r));
    let mut lines = vec![format!("{:first$}{}", "", head.collect::<String>())];
    for (name, cells) in rows {
        let cells = cells.iter().zip(&columns).map(|((a, b), (l, r))| format!("  {a:>l$}{b:<r$}"));
        lines.push(format!("{name:first$}{}", cells.collect::<String>()).trim_end().to_string());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_line_up() {
        let rows = [
            ("a".to_string(), vec![cell(1.5, 2), cell(10.0, 0)]),
            ("long".to_string(), vec![cell(-12.25, 1), cell(f64::NAN, 0)]),
        ];
        assert_eq!(lines(&["mean", "n"], &rows), ["        mean    n", "a       1.50   10", "long  -12.2   NaN"]);
    }

    #[test]
    fn decimals_follow_the_spread() {
        assert_eq!([0.154, 15.4, 1540.0, 0.0, f64::NAN, 1e-7].map(|x| decimals(x, 3)), [3, 1, 0, 3, 3, 9]);
        assert_eq!(cell(1.5e-7, 9).0 + &cell(1.5e-7, 9).1, "1.50e-7");
    }
}
