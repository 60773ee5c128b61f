//! Keywords and symbols: text with its hash, compared without an interner.

use crate::lexer::Span;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A name such as `a` or `ns/a`; the hash is computed once, so that equality is one comparison in almost every case.
#[derive(Clone)]
pub struct Name(Arc<NameData>);

struct NameData {
    hash: u64,
    text: Box<str>,
    span: Option<Span>,
}

/// FNV-1a followed by a finalizer: deterministic on every machine.
pub fn hash_text(text: &str) -> u64 {
    let fnv = text.bytes().fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    mix(fnv)
}

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
pub fn mix(mut h: u64) -> u64 {
    h ^= h >> 30;
    h = h.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    h ^= h >> 27;
    h = h.wrapping_mul(0x94d0_49bb_1331_11eb);
    h ^ (h >> 31)
}

impl Name {
    pub fn new(text: &str) -> Name {
        Name(Arc::new(NameData { hash: hash_text(text), text: text.into(), span: None }))
    }

    /// A name that remembers where it was written, so that code made by macros keeps its places.
    pub fn spanned(text: &str, span: Span) -> Name {
        Name(Arc::new(NameData { hash: hash_text(text), text: text.into(), span: Some(span) }))
    }

    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    pub fn hash_code(&self) -> u64 {
        self.0.hash
    }

    pub fn span(&self) -> Option<Span> {
        self.0.span
    }

    /// `(Some("ns"), "a")` of `ns/a`; the name `/` has no namespace.
    pub fn split(&self) -> (Option<&str>, &str) {
        split_name(self.as_str())
    }
}

/// Splits `ns/a`; a lone `/` is a name.
pub fn split_name(text: &str) -> (Option<&str>, &str) {
    match text.find('/') {
        Some(at) if at > 0 && text.len() > at + 1 => (Some(&text[..at]), &text[at + 1..]),
        _ => (None, text),
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || (self.0.hash == other.0.hash && self.0.text == other.0.text)
    }
}

impl Eq for Name {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.hash);
    }
}
