//! The chumsky grammar: balanced tokens to forms. It cannot fail; what is wrong with a form is collected beside it.

use super::lexemes::Lexeme;
use super::limits::with_stack;
use super::reader::Reader;
use super::{collection, prefix};
use crate::lexer::Token;
use crate::parser::Form;
use chumsky::error::EmptyErr;
use chumsky::extra;
use chumsky::inspector::SimpleState;
use chumsky::prelude::*;

type Lexemes<'s> = &'s [Lexeme];
type Extra<'s> = extra::Full<EmptyErr, SimpleState<Reader<'s>>, ()>;

/// A form, or nothing where `#_` dropped one or a prefix had none.
type MaybeForm = Option<Form>;

/// Something before a form that says what to do with it.
pub enum Prefix {
    /// `'`, `~` and the like: the form is wrapped in a list.
    Wrap(Lexeme),
    /// `^meta`
    Meta(Lexeme, MaybeForm),
    /// `#_form`, `#inst`: already done with.
    Done,
}

/// Forms of a group, with the dropped ones left out.
struct Forms(Vec<Form>);

impl FromIterator<MaybeForm> for Forms {
    fn from_iter<I: IntoIterator<Item = MaybeForm>>(items: I) -> Self {
        Forms(items.into_iter().flatten().collect())
    }
}

/// Reads all forms; the reader collects the errors.
pub fn read_forms<'s>(lexemes: &'s [Lexeme], reader: Reader<'s>) -> (Vec<Form>, Reader<'s>) {
    let mut state = SimpleState(reader);
    let forms = forms().parse_with_state(lexemes, &mut state).into_output();
    (forms.unwrap_or_default(), state.0)
}

fn forms<'s>() -> impl Parser<'s, Lexemes<'s>, Vec<Form>, Extra<'s>> {
    let item = recursive(|item| {
        let group = token(Token::is_open).then(items(item.clone())).then(token(Token::is_close));
        let group = group.map_with(|((open, forms), close), e| collection::group(e.state(), open, forms, close));
        let atom = token(Token::is_atom).map_with(|lexeme: Lexeme, e| e.state().atom(lexeme));
        let form = choice((atom, group));
        let prefixed = prefixes(item)
            .then(form.clone().or_not())
            .map_with(|(prefixes, form), e| prefix::apply(e.state(), prefixes, form));
        choice((form.map(Some), prefixed))
    });
    items(item)
}

/// Any number of forms. Every level of nesting passes here, so here the native stack is looked after.
fn items<'s, P>(item: P) -> impl Parser<'s, Lexemes<'s>, Vec<Form>, Extra<'s>> + Clone
where
    P: Parser<'s, Lexemes<'s>, MaybeForm, Extra<'s>> + Clone,
{
    let items = item.repeated().collect::<Forms>().map(|forms| forms.0);
    deep(items)
}

fn prefixes<'s, P>(item: P) -> impl Parser<'s, Lexemes<'s>, Vec<Prefix>, Extra<'s>> + Clone
where
    P: Parser<'s, Lexemes<'s>, MaybeForm, Extra<'s>> + Clone,
{
    let operand = deep(item.or_not().map(Option::flatten));
    let meta = token(|t| t == Token::Meta).then(operand.clone());
    let discard = token(|t| t == Token::Discard).then(operand);
    let one = choice((
        meta.map(|(lexeme, form)| Prefix::Meta(lexeme, form)),
        discard.map_with(|(lexeme, form), e| prefix::discard(e.state(), lexeme, form)),
        token(|t| t == Token::Tag).map_with(|lexeme, e| prefix::unknown_tag(e.state(), lexeme)),
        token(Token::is_prefix).map(Prefix::Wrap),
    ));
    one.repeated().at_least(1).collect()
}

/// One token of a kind.
fn token<'s>(is: impl Fn(Token) -> bool + Copy) -> impl Parser<'s, Lexemes<'s>, Lexeme, Extra<'s>> + Copy {
    any().filter(move |lexeme: &Lexeme| is(lexeme.token))
}

/// Runs a parser with enough native stack.
fn deep<'s, O, P>(parser: P) -> impl Parser<'s, Lexemes<'s>, O, Extra<'s>> + Clone
where
    P: Parser<'s, Lexemes<'s>, O, Extra<'s>> + Clone,
{
    custom(move |input| with_stack(|| input.parse(&parser)))
}
