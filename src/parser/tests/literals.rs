//! Numbers, strings, characters, names: what they are and what is said about those that are none.

use super::*;
use crate::error::Code;

#[test]
fn integers() {
    assert_eq!(good("0 1 +1 -1 -0 42"), "0 1 1 -1 0 42");
    assert_eq!(good("9223372036854775807 -9223372036854775808"), "9223372036854775807 -9223372036854775808");
    assert_eq!(good("0x1F 0XfF -0x10 2r101 36rZz -8r17"), "31 255 -16 5 1295 -15");
    assert_eq!(good("-0x8000000000000000"), "-9223372036854775808");
}

#[test]
fn floats() {
    assert_eq!(good("1.5 1e-3 -0.5 1. 1E3 1.5e+2 -0.0"), "1.5 0.001 -0.5 1.0 1000.0 150.0 -0.0");
    assert_eq!(good("1e30 5e-324"), "1e30 5e-324");
    assert_eq!(good("##Inf ##-Inf ##NaN"), "##Inf ##-Inf ##NaN");
}

#[test]
fn numbers_that_are_none() {
    let cases = [
        ("1/2", "write `(/ 1 2)` or `0.5`"),
        ("-1/3", "write `(/ -1 3)`"),
        ("1N", "write `1`"),
        ("1.5M", "write `1.5`"),
        (".5", "write `0.5`"),
        ("-.5", "write `-0.5`"),
        ("1_000", "write `1000`"),
        ("007", "write `7`"),
        ("-010", "write `-10`"),
        ("5%", "write `(/ 5 100)`"),
        ("9223372036854775808", "write it as a float, `9.223372036854776e18`"),
        ("1e400", "write `##Inf` if infinity is meant, or compute with logarithms"),
        ("0xG", "write base 16 as `0x1F`, other bases from 2 to 36 as `2r101`"),
        ("37r1", "write base 16 as `0x1F`, other bases from 2 to 36 as `2r101`"),
        ("2r102", "write base 16 as `0x1F`, other bases from 2 to 36 as `2r101`"),
        ("##Foo", "write `##Inf`, `##-Inf` or `##NaN`"),
    ];
    for (text, expected) in cases {
        assert!(errors(text)[0].starts_with("number 1: "), "{text}");
        assert_eq!(help(text), expected, "{text}");
    }
    for text in ["1a", "1..2", "1e", "1.2.3", "1-2", "0x", "1/", "1/2/3", "2r", "99999999999999999999r1", "1é", "0x-1"]
    {
        assert_eq!(parse(&source(text)).errors.len(), 1, "{text}");
        assert_eq!(parse(&source(text)).errors[0].code, Code::Number, "{text}");
    }
}

#[test]
fn strings() {
    assert_eq!(good(r#""a\n\t\r\\\"\0""#), r#""a\n\t\r\\\"\u0000""#);
    assert_eq!(good(r#""\u0041\u{1F600}\uD83D\uDE00""#), "\"A😀😀\"");
    assert_eq!(good("\"two\nlines\""), r#""two\nlines""#);
    assert_eq!(good(r##"#"\d+\"""##), r#"(gen.core/re-pattern "\\d+\\\"")"#);
}

#[test]
fn escapes_that_are_none() {
    for text in
        [r#""ab\q""#, r#""ab\u12""#, r#""ab\u{}""#, r#""ab\u{110000}""#, r#""ab\uD800""#, r#""ab\é""#, r#""ab\u{41""#]
    {
        let found = errors(text);
        assert_eq!(found.len(), 1, "{text}");
        assert!(found[0].starts_with("string 4: unknown escape `\\"), "{found:?}");
    }
}

#[test]
fn characters() {
    assert_eq!(
        good(r"\a \newline \space \tab \return \u0041 \( \\ \é \u"),
        r#""a" "\n" " " "\t" "\r" "A" "(" "\\" "é" "u""#
    );
    assert_eq!(errors(r"\ab"), [r"character 1: unknown character `\ab`"]);
    assert_eq!(errors("\\\n"), ["character 1:1: unknown character `\\`"]);
}

#[test]
fn names() {
    assert_eq!(good("a ns/a + / - ns// :a/b :/ a:b %x é"), "a ns/a + / - ns// :a/b :/ a:b %x é");
    for (text, expected) in [
        ("::a", "write `:a`, or the namespace in full: `:my.ns/a`"),
        (":", "write `:name`"),
        ("x:", "a keyword has its colon first: `:x`"),
        ("a/", "write `name` or `namespace/name`; a division is `(/ a b)`"),
        ("/a", "write `name` or `namespace/name`; a division is `(/ a b)`"),
        ("a/b/c", "write `name` or `namespace/name`; a division is `(/ a b)`"),
        ("“a”", "write a string with plain quotes: \"…\""),
    ] {
        assert_eq!(help(text), expected, "{text}");
    }
}
