//! Tokens to forms: pairing of delimiters, the chumsky grammar, recovery, printing of forms.

mod form;

pub use form::{Embedded, Form, FormKind};
