//! What is printed reads back as the same form.

use super::*;
use proptest::prelude::*;

fn place() -> Span {
    Span::new(0, 0, 0)
}

fn atom() -> impl Strategy<Value = FormKind> {
    let name = "[a-zé*+!?<>=-][a-z0-9é*+!?'#-]{0,6}".prop_filter("words of their own", |name| {
        let number = name.starts_with(['+', '-']) && name[1..].starts_with(|c: char| c.is_ascii_digit());
        !number && !["nil", "true", "false"].contains(&name.as_str())
    });
    prop_oneof![
        Just(FormKind::Nil),
        any::<bool>().prop_map(FormKind::Bool),
        any::<i64>().prop_map(FormKind::Int),
        any::<f64>().prop_map(FormKind::Float),
        any::<String>().prop_map(|text| FormKind::Str(text.into())),
        name.clone().prop_map(|name| FormKind::Keyword(name.into())),
        (name.clone(), name.clone()).prop_map(|(space, name)| FormKind::Symbol(format!("{space}/{name}").into())),
        name.prop_map(|name| FormKind::Symbol(name.into())),
    ]
}

/// Keys are lists with a number in front, so that none comes twice.
fn unique(forms: Vec<Form>) -> Vec<Form> {
    let number = |(i, form)| Form::list(vec![Form::new(FormKind::Int(i as i64), place()), form], place());
    forms.into_iter().enumerate().map(number).collect()
}

fn form() -> impl Strategy<Value = Form> {
    let leaf = atom().prop_map(|kind| Form::new(kind, place()));
    leaf.prop_recursive(5, 40, 5, |inner| {
        let items = || prop::collection::vec(inner.clone(), 0..5);
        let kind = prop_oneof![
            items().prop_map(FormKind::List),
            items().prop_map(FormKind::Vector),
            items().prop_map(|items| FormKind::Set(unique(items))),
            items().prop_map(|items| FormKind::Map(unique(items.clone()).into_iter().zip(items).collect())),
        ];
        (kind, prop::option::weighted(0.2, items())).prop_map(|(kind, meta)| {
            let mut form = Form::new(kind, place());
            let map = |items: Vec<Form>| FormKind::Map(unique(items.clone()).into_iter().zip(items).collect());
            form.meta = meta.map(|items| Box::new(Form::new(map(items), place())));
            form
        })
    })
}

proptest! {
    #[test]
    fn printed_forms_read_back(form in form()) {
        let text = print(&form);
        let parsed = parse(&source(&text));
        prop_assert!(parsed.errors.is_empty(), "{} {:?}", text, parsed.errors);
        prop_assert_eq!(parsed.forms.len(), 1);
        prop_assert!(same(&parsed.forms[0], &form), "{} became {}", text, print(&parsed.forms[0]));
    }

    #[test]
    fn any_text_reads_without_a_panic(text in ".{0,60}") {
        let source = source(&text);
        parse(&source);
        report(&text);
    }
}
