//! Printing, reading, equality, hashing and order agree with each other.

use super::generators::{data, number, ordered};
use genlisp::internals::eval::{Value, compare, convert, hash_code, print};
use genlisp::internals::lexer::Source;
use genlisp::internals::parser;
use proptest::prelude::*;
use std::cmp::Ordering;

/// The one value that a text reads as.
fn read(text: &str) -> Value {
    let forms = parser::read(&Source::new(0, "data", text)).unwrap_or_else(|e| panic!("{text}: {e}"));
    assert_eq!(forms.len(), 1, "{text}");
    convert::to_value(&forms[0]).expect("shallow")
}

/// Equal and of the same types all the way down, as far as text shows it.
fn identical(a: &Value, b: &Value) -> bool {
    a == b && print::readable(a) == print::readable(b)
}

proptest! {
    #![proptest_config(super::config(2_000))]

    #[test]
    fn what_is_printed_reads_back(value in data()) {
        let text = print::readable(&value);
        let back = read(&text);
        prop_assert!(back == value, "{text}\n{}", print::readable(&back));
    }

    #[test]
    fn leaves_read_back_exactly(value in number()) {
        prop_assert!(identical(&read(&print::readable(&value)), &value));
    }

    #[test]
    fn equal_values_hash_alike(a in data(), b in data()) {
        prop_assert!(a == a.clone());
        prop_assert_eq!(a == b, b == a);
        if a == b {
            prop_assert_eq!(hash_code(&a), hash_code(&b));
        }
    }

    #[test]
    fn numbers_hash_as_they_compare(a in number(), b in number()) {
        if a == b {
            prop_assert_eq!(hash_code(&a), hash_code(&b));
        }
        prop_assert_eq!(compare(&a, &b) == Some(Ordering::Equal), a == b, "{} {}", print::readable(&a), print::readable(&b));
    }

    #[test]
    fn lists_equal_vectors(items in prop::collection::vec(data(), 0..6)) {
        let vector = Value::vector(items.clone()).expect("shallow");
        let list = Value::list(items).expect("shallow");
        prop_assert!(vector == list);
        prop_assert_eq!(hash_code(&vector), hash_code(&list));
    }

    #[test]
    fn compare_is_a_total_order(values in ordered()) {
        let [a, b, c] = &values[..] else { unreachable!() };
        let order = |x, y| compare(x, y).expect("of one kind");
        prop_assert_eq!(order(a, a), Ordering::Equal);
        prop_assert_eq!(order(a, b), order(b, a).reverse());
        if order(a, b) != Ordering::Greater && order(b, c) != Ordering::Greater {
            prop_assert!(order(a, c) != Ordering::Greater, "{:?}", values.iter().map(print::readable).collect::<Vec<_>>());
        }
        if order(a, b) == Ordering::Equal {
            prop_assert_eq!(order(a, c), order(b, c));
        }
    }
}
