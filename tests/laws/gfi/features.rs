//! What can be seen of a random model without running it, for the counters.

use super::model::{Block, Dist, Gf, Module, Native, Statement};
use super::print::chosen;
use std::mem::discriminant;

/// The features that the source shows.
pub fn of(module: &Module) -> Vec<&'static str> {
    let mut seen = Seen { module, depths: Vec::new(), shared: false, nested: false };
    for model in &module.models {
        let before = seen.depths.len();
        let depth = seen.block(&model.body, before);
        seen.depths.push(depth);
    }
    // Everything counts only as far as the root reaches it, which for most roots is all of it.
    let depth = seen.native(&module.root, module.models.len(), 0);
    let root_switched = matches!(&module.root, Native::Switch(branches)
        if module.before.index % branches.len() != module.after.index % branches.len());
    let found = [
        ("three-deep", depth >= 3),
        ("shared-address", seen.shared),
        ("nested-combinators", seen.nested),
        ("switched", root_switched),
    ];
    found.into_iter().filter(|(_, shown)| *shown).map(|(name, _)| name).collect()
}

/// The forms that the text of a program has.
pub fn written(program: &str) -> impl Iterator<Item = String> {
    let forms = [
        ("branch", "(if (yes? "),
        ("loop", "(loop ["),
        ("recursion", "go (flip"),
        ("splice", "(splice "),
        ("switch", "(switch "),
        ("mask", "(mask "),
        ("mix", "(mix "),
        ("map", "(map-gf "),
        ("unfold", "(unfold "),
        ("scan", "(scan "),
        ("repeat", "(repeat-gf "),
        ("vmap", "(vmap "),
        ("atom", "(atom "),
        ("delay", "(delay "),
        ("lazy", "(lazy-seq "),
        ("memo", "(memoize "),
        ("closure", "(fn [k] (+ k "),
        ("inference", "(log-ml "),
        ("defdist", "(bell "),
        ("finite-defdist", "(die "),
        ("derived", "(mixture "),
        ("taken-apart", "(let [[x y] "),
        ("computed-address", "(trace [:p"),
        ("custom", "pair"),
        ("custom-without-shares", "lump"),
    ];
    let shown = forms.into_iter().filter(|(_, text)| program.contains(text));
    shown.map(|(name, _)| name.to_string()).collect::<Vec<_>>().into_iter()
}

struct Seen<'a> {
    module: &'a Module,
    /// How deeply the calls of each model nest.
    depths: Vec<usize>,
    shared: bool,
    nested: bool,
}

impl Seen<'_> {
    fn block(&mut self, block: &Block, before: usize) -> usize {
        block.statements.iter().map(|s| self.statement(s, before)).max().unwrap_or(0)
    }

    fn statement(&mut self, statement: &Statement, before: usize) -> usize {
        match statement {
            Statement::Branch { yes, no, apart, .. } => {
                self.shared |= !apart && yes.statements.iter().zip(&no.statements).any(|(x, y)| differ(x, y));
                self.block(yes, before).max(self.block(no, before))
            }
            Statement::Call { callee, .. } => self.native(callee, before, 0),
            _ => 0,
        }
    }

    /// Models called one inside the other; `combinators` around this one.
    fn native(&mut self, native: &Native, before: usize, combinators: usize) -> usize {
        self.nested |= combinators > 0 && !matches!(native, Native::Plain(_));
        match native {
            Native::Plain(gf) => self.gf(gf, before, combinators),
            Native::Map(gf) | Native::Mask(gf) | Native::Recurse(gf) | Native::CallAt(gf) => {
                self.gf(gf, before, combinators + 1)
            }
            Native::Unfold { kernel, .. } | Native::Scan { kernel, .. } => self.gf(kernel, before, combinators + 1),
            Native::Switch(branches) => self.parts(branches, before, combinators),
            Native::MixDists | Native::Repeat | Native::Vmap => 0,
        }
    }

    fn gf(&mut self, gf: &Gf, before: usize, combinators: usize) -> usize {
        match gf {
            Gf::Model(_) if before == 0 => 1,
            Gf::Custom => 1,
            Gf::Model(k) => 1 + self.depths[chosen(*k, before)],
            Gf::Contramap(g) | Gf::MapRetval(g) | Gf::Dimap(g) => self.gf(g, before, combinators + 1),
            Gf::Mix(parts, _) => self.parts(parts, before, combinators),
            Gf::Lift(native) => self.native(native, before, combinators + 1),
        }
    }

    /// Models of one letter use the same addresses, mostly under different distributions.
    fn parts(&mut self, parts: &[Gf], before: usize, combinators: usize) -> usize {
        let first = |gf: &Gf| match gf {
            Gf::Model(k) if before > 0 => {
                let model = &self.module.models[chosen(*k, before)];
                model.body.statements.first().map(|s| (model.letter % 3, s.clone()))
            }
            _ => None,
        };
        let firsts: Vec<_> = parts.iter().filter_map(first).collect();
        self.shared |= firsts
            .iter()
            .enumerate()
            .any(|(i, (letter, x))| firsts[..i].iter().any(|(other, y)| letter == other && differ(x, y)));
        parts.iter().map(|part| self.gf(part, before, combinators + 1)).max().unwrap_or(0)
    }
}

/// Two choices from different families.
fn differ(x: &Statement, y: &Statement) -> bool {
    let family = |s: &Statement| match s {
        Statement::Choice(dist) => Some(discriminant::<Dist>(dist)),
        _ => None,
    };
    family(x).is_some() && family(y).is_some() && family(x) != family(y)
}
