//! `format`: templates in the manner of printf, every mismatch an error that names the directive.

use super::printing;
use crate::error::{Code, Error, Result, Stop};
use crate::eval::args::string;
use crate::eval::cx::Cx;
use crate::eval::print::brief;
use crate::eval::value::Value;

/// One `%…` of a template.
struct Directive<'t> {
    /// As written, for reports.
    text: &'t str,
    flags: &'t str,
    width: usize,
    precision: Option<usize>,
    kind: char,
}

/// Widest field and most digits.
const MAX_WIDTH: usize = 10_000;

pub fn format(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let template = string("format", args, 0)?;
    let mut out = String::new();
    let mut next = 1;
    let mut rest = template;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let directive = Directive::parse(&rest[at..])?;
        rest = &rest[at + directive.text.len()..];
        match directive.kind {
            '%' => out.push_str(&directive.padded("%".into(), false)),
            'n' => out.push('\n'),
            _ => {
                let Some(value) = args.get(next) else { return Err(too_few(template, directive.text, next)) };
                let field = directive.field(cx, value).map_err(|e| e.arg(next))?;
                out.push_str(&field);
                next += 1;
            }
        }
        printing::check_length(out.len())?;
    }
    if next < args.len() {
        let message = format!("`format` has no directive for `{}` in `{template}`", brief(&args[next]));
        return Err(Error::raise(Code::Format, message).help("add `%s`, or leave the value out").arg(next));
    }
    out.push_str(rest);
    printing::string(out)
}

impl<'t> Directive<'t> {
    /// Reads `%[flags][width][.precision]kind`.
    fn parse(text: &'t str) -> Result<Directive<'t>> {
        let flags_end = 1 + text[1..].find(|c| !"-0+, #".contains(c)).unwrap_or(text.len() - 1);
        let width_end = flags_end + digits(&text[flags_end..]);
        let precision_end = match text[width_end..].strip_prefix('.') {
            Some(after) => width_end + 1 + digits(after),
            None => width_end,
        };
        let Some(kind) = text[precision_end..].chars().next().filter(|c| "%sdfegxXobcn".contains(*c)) else {
            let end = text[precision_end..].chars().next().map_or(precision_end, |c| precision_end + c.len_utf8());
            return Err(Error::raise(Code::Format, format!("`{}` is no directive of `format`", &text[..end]))
                .help("directives are %s %d %f %e %g %x %o %c %b %n, and %% for a percent sign")
                .arg(0));
        };
        let whole = &text[..precision_end + kind.len_utf8()];
        let number = |digits: &str| match digits.parse::<usize>() {
            Ok(n) if n <= MAX_WIDTH => Ok(n),
            _ => Err(Error::raise(Code::TooLarge, format!("`{whole}` is wider than {MAX_WIDTH} characters")).arg(0)),
        };
        let width = if width_end > flags_end { number(&text[flags_end..width_end])? } else { 0 };
        let precision = match &text[width_end..precision_end] {
            "" => None,
            "." => Some(0),
            digits => Some(number(&digits[1..])?),
        };
        Ok(Directive { text: whole, flags: &text[1..flags_end], width, precision, kind })
    }

    fn has(&self, flag: char) -> bool {
        self.flags.contains(flag)
    }

    fn field(&self, cx: &mut Cx, value: &Value) -> Result<String> {
        Ok(match self.kind {
            'd' => self.integer(value)?,
            'x' => self.padded(format!("{:x}", self.int(value)?), true),
            'X' => self.padded(format!("{:X}", self.int(value)?), true),
            'o' => self.padded(format!("{:o}", self.int(value)?), true),
            'f' | 'e' | 'g' => self.float(value)?,
            'b' => self.padded(value.truthy().to_string(), false),
            'c' => match value.as_str() {
                Some(c) if c.chars().count() == 1 => self.padded(c.into(), false),
                _ => return Err(self.mismatch("a string of one character", value)),
            },
            _ => {
                let mut text = String::new();
                match value {
                    Value::Nil => text.push_str("nil"),
                    _ => printing::write_str(cx, value, &mut text)?,
                }
                let shown = self.precision.map_or(usize::MAX, |n| n);
                self.padded(text.chars().take(shown).collect(), false)
            }
        })
    }

    fn int(&self, value: &Value) -> Result<i64> {
        let whole = value.as_f64().filter(|x| x.fract() == 0.0 && x.abs() < 9.0e15);
        value.as_int().or(whole.map(|x| x as i64)).ok_or_else(|| {
            let error = self.mismatch("an integer", value);
            if value.as_f64().is_some() { error.help("use `%f`, or round first: `(round x)`") } else { error }
        })
    }

    fn integer(&self, value: &Value) -> Result<String> {
        let n = self.int(value)?;
        Ok(self.signed(n < 0, n.unsigned_abs().to_string()))
    }

    fn float(&self, value: &Value) -> Result<String> {
        let Some(x) = value.as_f64() else { return Err(self.mismatch("a number", value)) };
        if !x.is_finite() {
            let text = if x.is_nan() { "NaN" } else { "Inf" };
            let sign = if x < 0.0 {
                "-"
            } else if self.has('+') && !x.is_nan() {
                "+"
            } else {
                ""
            };
            return Ok(self.padded(format!("{sign}{text}"), false));
        }
        let precision = self.precision.unwrap_or(6);
        let digits = match self.kind {
            'f' => format!("{:.precision$}", x.abs()),
            'e' => scientific(x.abs(), precision),
            _ => general(x.abs(), precision.max(1)),
        };
        Ok(self.signed(x.is_sign_negative(), digits))
    }

    /// Sign, grouping and padding of a number's digits.
    fn signed(&self, negative: bool, digits: String) -> String {
        let digits = if self.has(',') { grouped(&digits) } else { digits };
        let sign = match negative {
            true => "-",
            false if self.has('+') => "+",
            false if self.has(' ') => " ",
            false => "",
        };
        let zeros =
            if self.has('0') && !self.has('-') { self.width.saturating_sub(sign.len() + digits.len()) } else { 0 };
        self.padded(format!("{sign}{}{digits}", "0".repeat(zeros)), false)
    }

    fn padded(&self, text: String, zeros: bool) -> String {
        let missing = self.width.saturating_sub(text.chars().count());
        match (self.has('-'), zeros && self.has('0')) {
            (true, _) => text + &" ".repeat(missing),
            (false, true) => "0".repeat(missing) + &text,
            (false, false) => " ".repeat(missing) + &text,
        }
    }

    #[cold]
    fn mismatch(&self, wanted: &str, value: &Value) -> Stop {
        let message = format!("`{}` wants {wanted}, not {} `{}`", self.text, value.kind(), brief(value));
        let error = Error::raise(Code::Format, message);
        if value.as_f64().is_some() { error } else { error.help("`%s` shows any value") }
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// `1.500000e+00`: at least two digits of exponent, as C has it.
fn scientific(x: f64, precision: usize) -> String {
    let text = format!("{x:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    format!("{mantissa}e{sign}{digits:0>2}")
}

/// The shorter of both notations with this many significant digits, without zeros at the end.
fn general(x: f64, significant: usize) -> String {
    let scientific = scientific(x, significant - 1);
    let exponent = scientific.rsplit('e').next().and_then(|e| e.parse::<i64>().ok()).unwrap_or(0);
    let without_zeros = |digits: &str| match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => digits.to_string(),
    };
    if exponent < -4 || exponent >= significant as i64 {
        let (mantissa, rest) = scientific.split_once('e').unwrap_or((&scientific, "+00"));
        return format!("{}e{rest}", without_zeros(mantissa));
    }
    let places = (significant as i64 - 1 - exponent).max(0) as usize;
    without_zeros(&format!("{x:.places$}"))
}

/// Commas between groups of three digits before the point.
fn grouped(digits: &str) -> String {
    let (whole, fraction) = digits.find(['.', 'e']).map_or((digits, ""), |at| digits.split_at(at));
    let mut out = String::new();
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    out + fraction
}

#[cold]
fn too_few(template: &str, directive: &str, given: usize) -> Stop {
    let values = given - 1;
    let plural = if values == 1 { "" } else { "s" };
    Error::raise(
        Code::Format,
        format!(
            "`{directive}` in `{template}` has no value: there {} {values} value{plural}",
            if values == 1 { "is" } else { "are" }
        ),
    )
    .help("give `format` one value for each directive")
    .arg(0)
}
