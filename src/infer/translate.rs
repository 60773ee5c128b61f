//! Trace translators: a trace of one model as a trace of another, weighed by how the densities compare
//! (Cusumano-Towner, Bichsel, Gehr, Vechev, Mansinghka, PLDI 2018; Lew et al. 2023).

use super::bijection::{Bijection, Pair, TracePair};
use crate::error::{Code, Error, Result, Stop};
use crate::eval::key::Key;
use crate::eval::options::{OptionRow, Options};
use crate::eval::{Builtin, Cx, Value};
use crate::gfi::{
    ChoiceMap, Origin, Proposal, Trace, Trie, Weight, all_visited, assess, check_callable, function, generate,
    of_value, result, show, simulate, trace_value,
};
use std::sync::Arc;

pub const ROW: Builtin = Builtin::new("translate", "[trace & translator]", translate).draws().options(1, OPTIONS);

const OPTIONS: &[OptionRow] = &[
    OptionRow::any("model", "the other model").or_told("the trace's"),
    OptionRow::any("args", "its arguments").or_told("the trace's"),
    OptionRow::any("obs", "its data"),
    OptionRow::any("transform", "a bijection `(fn [choices aux] [choices' aux' log-abs-det?])`").or_told("none"),
    OptionRow::any("forward", "a proposal of auxiliary choices").or_told("none"),
    OptionRow::any("forward-args", "its arguments after the choices").or_told("[]"),
    OptionRow::any("backward", "the proposal of the way back").or_told("none"),
    OptionRow::any("backward-args", "its arguments after the choices").or_told("[]"),
];

/// What a translator map says.
struct Translator {
    model: Value,
    args: Vec<Value>,
    data: ChoiceMap,
    transform: Option<Bijection>,
    forward: Option<Proposal>,
    backward: Option<Proposal>,
}

impl Translator {
    fn read(cx: &mut Cx, old: &Trace, options: &Options<'_>) -> Result<Translator> {
        let proposal = |cx: &mut Cx, name: &str, args: &str| -> Result<Option<Proposal>> {
            options.needs(args, name)?;
            let Some(q) = options.get(name) else { return Ok(None) };
            function("translate", q).map_err(|e| e.arg(1))?;
            Ok(Some(Proposal { function: q.clone(), args: options.arguments(cx, args)? }))
        };
        let model = options.get("model").unwrap_or(&old.function).clone();
        function("translate", &model).map_err(|e| e.arg(1))?;
        let args = match options.get("args") {
            Some(_) => options.arguments(cx, "args")?,
            None => old.args.clone(),
        };
        let data = options.get("obs").map(ChoiceMap::from_value).transpose().map_err(|e| e.arg(1))?;
        let transform = options.get("transform").cloned();
        transform.iter().try_for_each(|f| check_callable("translate", f, 1))?;
        Ok(Translator {
            model,
            args,
            data: data.unwrap_or_default(),
            transform: transform.map(Bijection),
            forward: proposal(cx, "forward", "forward-args")?,
            backward: proposal(cx, "backward", "backward-args")?,
        })
    }

    fn apply(&self, cx: &mut Cx, old: &Trace, key: Key) -> Result<(Arc<Trace>, f64)> {
        let choices = old.choices();
        let proposed = match &self.forward {
            Some(q) => Some(simulate(cx, &q.function, &q.arguments(&choices), Origin::new(key))?),
            None => None,
        };
        let from = Pair { choices, aux: proposed.as_ref().map(|t| t.choices()).unwrap_or_default() };
        let (to, given) = match &self.transform {
            Some(f) => f.call(cx, &from)?,
            None => (Pair { choices: from.choices.clone(), aux: from.aux.clone() }, Some(0.0)),
        };
        let new = new_trace(cx, self, &to.choices)?;
        let back = match &self.backward {
            Some(q) => Some(assess(cx, &q.function, &q.arguments(&new.choices()), &to.aux)?.trace),
            None => None,
        };
        match &back {
            Some(back) => all_visited(&to.aux, back)?,
            None if to.aux.is_empty() => {}
            None => return Err(nothing_back()),
        }
        let log_det = match (given, &self.transform) {
            (None, Some(f)) => {
                let (before, after) = (proposed.as_deref(), back.as_deref());
                f.log_det(cx, &from, TracePair { model: old, aux: before }, TracePair { model: &new, aux: after })?
            }
            (given, _) => given.unwrap_or(0.0),
        };
        let mut weight = Weight::default();
        weight.change(new.score, old.score);
        weight.add(log_det);
        weight.change(back.map_or(0.0, |t| t.score), proposed.map_or(0.0, |t| t.score));
        Ok((new, weight.total()))
    }
}

fn translate(cx: &mut Cx, args: &mut [Value]) -> Result<Value> {
    let old = of_value("translate", &args[0], 0)?;
    let options = Options::read("translate", args, 1, OPTIONS)?;
    let translator = Translator::read(cx, &old, &options)?;
    let key = cx.next_key("translate")?;
    let (new, weight) = translator.apply(cx, &old, key)?;
    result([("trace", trace_value(new)), ("weight", Value::float(weight))])
}

/// The new run, every choice of which is given.
fn new_trace(cx: &mut Cx, translator: &Translator, choices: &ChoiceMap) -> Result<Arc<Trace>> {
    let Translator { model, args, data, .. } = translator;
    let all = choices.merge(data)?;
    let mut new = Trace::clone(&*generate(cx, model, args, &all, Origin::default())?.trace);
    all_visited(&all, &new).map_err(|e| e.arg(1))?;
    let given = std::mem::take(&mut new.observed);
    for (path, _, _) in new.all_choices() {
        if given.at(&path).and_then(Trie::leaf).is_none() {
            let at = show(&path);
            return Err(Error::raise(
                Code::Kernel,
                format!("the new run makes a choice at `{at}`, which has no value"),
            )
            .help(format!("let `:transform` give `{at}` a value, drawn by `:forward` if it comes from nowhere")));
        }
        new.observed.add_at(&path, &data.mask_at(&path)?);
    }
    Ok(Arc::new(new))
}

#[cold]
fn nothing_back() -> Stop {
    Error::raise(Code::Kernel, "the auxiliary choices of the way back have no `:backward` that would propose them")
        .arg(1)
        .help("give `:backward`, a proposal of them from the new choices, or return `{}`")
}
