//! Bytes to forms, and printed forms back to the same forms: `cargo fuzz run reader`.
#![no_main]

use genlisp::internals::lexer::Source;
use genlisp::internals::parser;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = parser::decode(bytes, "input") else { return };
    let source = Source::new(0, "input", text);
    parser::completeness(text);
    parser::top_level(&source);
    let parsed = parser::parse(&source);
    if !parsed.errors.is_empty() {
        return;
    }
    for form in &parsed.forms {
        let printed = parser::print(form);
        let again = parser::parse(&Source::new(0, "printed", printed.as_str()));
        assert!(again.errors.is_empty(), "{printed}");
        assert!(again.forms.len() == 1 && parser::same(form, &again.forms[0]), "{printed}");
    }
});
