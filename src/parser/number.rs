//! Numbers: integers in several bases, floats, and what to write instead of the numbers that there are not.

use crate::error::{Code, Error};
use crate::parser::FormKind;

type NumberForm = Result<FormKind, Box<Error>>;

pub fn number(text: &str) -> NumberForm {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.bytes().all(|b| b.is_ascii_digit()) {
        return decimal(text, digits);
    }
    if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        return based(text, hex, 16);
    }
    if let Some((base, rest)) = digits.split_once(['r', 'R'])
        && let Ok(base) = base.parse::<u32>()
    {
        return based(text, rest, base);
    }
    if is_float(digits) { float(text) } else { Err(invalid(text, digits)) }
}

/// `##Inf`, `##-Inf`, `##NaN`
pub fn symbolic(text: &str) -> NumberForm {
    Ok(FormKind::Float(match text {
        "##Inf" => f64::INFINITY,
        "##-Inf" => f64::NEG_INFINITY,
        "##NaN" => f64::NAN,
        _ => {
            let error = Error::new(Code::Number, format!("unknown number `{text}`"));
            return Err(error.label("not a number").help("write `##Inf`, `##-Inf` or `##NaN`"));
        }
    }))
}

fn decimal(text: &str, digits: &str) -> NumberForm {
    // octal to Clojure, decimal to everybody else
    if digits.len() > 1 && digits.starts_with('0') {
        let plain = match digits.trim_start_matches('0') {
            "" => "0",
            plain => plain,
        };
        let sign = if text.starts_with('-') { "-" } else { "" };
        return Err(not_a_number(text, "has a leading zero").help(format!("write `{sign}{plain}`")));
    }
    text.parse().map(FormKind::Int).map_err(|_| too_large(text))
}

fn based(text: &str, digits: &str, base: u32) -> NumberForm {
    let right = (2..=36).contains(&base) && !digits.is_empty() && digits.chars().all(|c| c.is_digit(base));
    if !right {
        let help = "write base 16 as `0x1F`, other bases from 2 to 36 as `2r101`";
        return Err(not_a_number(text, "not a number of this base").help(help));
    }
    let signed = if text.starts_with('-') { format!("-{digits}") } else { digits.to_string() };
    i64::from_str_radix(&signed, base).map(FormKind::Int).map_err(|_| too_large(text))
}

/// Digits, then a fraction, an exponent, or both.
fn is_float(digits: &str) -> bool {
    let skip = |text: &str| text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = &digits[digits.len() - skip(digits)..];
    if rest.len() == digits.len() {
        return false;
    }
    let fraction = rest.strip_prefix('.');
    let rest = fraction.map_or(rest, |after| &after[after.len() - skip(after)..]);
    match rest.strip_prefix(['e', 'E']) {
        Some(exponent) => {
            let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            !exponent.is_empty() && exponent.bytes().all(|b| b.is_ascii_digit())
        }
        None => rest.is_empty() && fraction.is_some(),
    }
}

fn float(text: &str) -> NumberForm {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(FormKind::Float(value)),
        _ => {
            let infinity = if text.starts_with('-') { "##-Inf" } else { "##Inf" };
            let error = not_a_number(text, "beyond the largest float, 1.8e308");
            Err(error.help(format!("write `{infinity}` if infinity is meant, or compute with logarithms")))
        }
    }
}

#[cold]
fn not_a_number(text: &str, label: &str) -> Box<Error> {
    Error::new(Code::Number, format!("invalid number `{text}`")).label(label)
}

#[cold]
fn too_large(text: &str) -> Box<Error> {
    let error = Error::new(Code::Number, format!("the integer `{text}` is beyond 64 bits")).label("too large");
    match text.parse::<f64>() {
        Ok(value) => error.help(format!("write it as a float, `{value:e}`")),
        Err(_) => error.help("write it as a float, such as `1e30`"),
    }
}

/// Says what to type instead.
#[cold]
fn invalid(text: &str, digits: &str) -> Box<Error> {
    let sign = if text.starts_with('-') { "-" } else { "" };
    let body = &digits[..digits.len() - digits.chars().next_back().map_or(0, char::len_utf8)];
    let is_plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_number = |text: &str| is_plain(text) || is_float(text);
    if let Some((top, bottom)) = digits.split_once('/')
        && is_plain(top)
        && is_plain(bottom)
    {
        return ratio(text, sign, top, bottom);
    }
    if digits.ends_with(['N', 'M', 'f', 'd', 'L']) && is_number(body) {
        return not_a_number(text, "numbers have no suffix").help(format!("write `{sign}{body}`"));
    }
    if digits.ends_with('%') && is_number(body) {
        return not_a_number(text, "numbers have no unit").help(format!("write `(/ {sign}{body} 100)`"));
    }
    let joined = digits.replace('_', "");
    if joined != digits && is_number(&joined) {
        return not_a_number(text, "digits stand together").help(format!("write `{sign}{joined}`"));
    }
    if digits.starts_with('.') && is_float(&format!("0{digits}")) {
        return not_a_number(text, "needs a digit before the point").help(format!("write `{sign}0{digits}`"));
    }
    not_a_number(text, "starts like a number")
        .help("a name cannot start with a digit; a number looks like `12`, `0.5` or `1e-3`")
}

fn ratio(text: &str, sign: &str, top: &str, bottom: &str) -> Box<Error> {
    let call = format!("(/ {sign}{top} {bottom})");
    let value = top.parse::<f64>().unwrap_or(0.0) / bottom.parse::<f64>().unwrap_or(0.0);
    let short = format!("{value:?}");
    let error = not_a_number(text, "there are no ratios");
    if value.is_finite() && short.len() <= 8 {
        error.help(format!("write `{call}` or `{sign}{short}`"))
    } else {
        error.help(format!("write `{call}`"))
    }
}
