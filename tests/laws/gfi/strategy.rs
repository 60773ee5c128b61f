//! Random models for proptest; shrinking drops statements, calls and arguments.

use super::model::{Args, Block, Dist, Expr, Gf, Inner, Model, Module, Native, Own, Statement};
use proptest::prelude::*;

fn expr() -> impl Strategy<Value = Expr> + Clone {
    let leaf = prop_oneof![1 => (-15..15i8).prop_map(Expr::Constant), 4 => (0..5u8).prop_map(Expr::Variable)];
    leaf.prop_recursive(2, 4, 2, |inner| {
        let sum = (inner.clone(), inner.clone()).prop_map(|(x, y)| Expr::Sum(x.into(), y.into()));
        prop_oneof![2 => sum, 1 => inner.prop_map(|x| Expr::Negative(x.into()))]
    })
}

fn dist() -> impl Strategy<Value = Dist> + Clone {
    let e = expr;
    prop_oneof![
        4 => e().prop_map(Dist::Normal),
        7 => e().prop_map(Dist::Uniform),
        4 => e().prop_map(Dist::Flip),
        1 => e().prop_map(Dist::Bernoulli),
        1 => e().prop_map(Dist::Exponential),
        1 => e().prop_map(Dist::Gamma),
        1 => e().prop_map(Dist::Beta),
        2 => e().prop_map(Dist::Categorical),
        1 => e().prop_map(Dist::Poisson),
        1 => (e(), e()).prop_map(|(x, y)| Dist::Array(x, y)),
        1 => (e(), e()).prop_map(|(x, n)| Dist::Resized(x, n)),
        1 => e().prop_map(Dist::Flips),
        1 => e().prop_map(Dist::Defined),
        1 => e().prop_map(Dist::Die),
        1 => e().prop_map(Dist::Mixture),
        1 => e().prop_map(Dist::Truncated),
        1 => e().prop_map(Dist::Simplex),
        1 => e().prop_map(Dist::Iid),
    ]
}

fn own() -> impl Strategy<Value = Own> + Clone {
    prop_oneof![
        2 => expr().prop_map(Own::Atom),
        2 => expr().prop_map(Own::Change),
        2 => dist().prop_map(Own::Delay),
        2 => dist().prop_map(Own::Lazy),
        2 => dist().prop_map(Own::Memo),
        2 => expr().prop_map(Own::Ask),
        2 => expr().prop_map(Own::Closure),
    ]
}

fn inner() -> impl Strategy<Value = Inner> + Clone {
    prop_oneof![expr().prop_map(Inner::Enumerate), expr().prop_map(Inner::Closed), expr().prop_map(Inner::Importance),]
}

fn gf(arrays: u32) -> impl Strategy<Value = Gf> + Clone {
    let leaf = prop_oneof![9 => (0..6u8).prop_map(Gf::Model), 1 => Just(Gf::Custom)];
    leaf.prop_recursive(2, 5, 2, move |inner| {
        let boxed = |inner: &BoxedStrategy<Gf>| inner.clone().prop_map(Box::new);
        let natives = native_over(inner.clone(), arrays);
        prop_oneof![
            2 => inner.clone(),
            1 => boxed(&inner.clone().boxed()).prop_map(Gf::Contramap),
            1 => boxed(&inner.clone().boxed()).prop_map(Gf::MapRetval),
            1 => boxed(&inner.clone().boxed()).prop_map(Gf::Dimap),
            1 => (prop::collection::vec(inner, 1..4), any::<bool>()).prop_map(|(parts, named)| Gf::Mix(parts, named)),
            2 => natives.prop_map(|native| Gf::Lift(native.into())),
        ]
    })
}

/// Two branches at least, so that an index of 0 or 1 is always right.
fn native_over(gf: impl Strategy<Value = Gf> + Clone + 'static, arrays: u32) -> impl Strategy<Value = Native> + Clone {
    let gf = gf.boxed();
    prop_oneof![
        1 => gf.clone().prop_map(Native::Plain),
        2 => gf.clone().prop_map(Native::Map),
        2 => (gf.clone(), any::<bool>()).prop_map(|(kernel, addressed)| Native::Unfold { kernel, addressed }),
        2 => (gf.clone(), any::<bool>()).prop_map(|(kernel, addressed)| Native::Scan { kernel, addressed }),
        9 => prop::collection::vec(gf.clone(), 2..4).prop_map(Native::Switch),
        1 => gf.clone().prop_map(Native::Mask),
        1 => gf.clone().prop_map(Native::Recurse),
        1 => gf.prop_map(Native::CallAt),
        1 + arrays => prop_oneof![1 => Just(Native::MixDists), arrays => Just(Native::Repeat), arrays => Just(Native::Vmap)],
    ]
}

fn native(arrays: u32) -> impl Strategy<Value = Native> + Clone {
    prop_oneof![2 => (0..6u8).prop_map(|k| Native::Plain(Gf::Model(k))), 3 => native_over(gf(arrays), arrays)]
}

fn statement(arrays: u32) -> impl Strategy<Value = Statement> + Clone {
    let leaf = prop_oneof![
        6 => dist().prop_map(Statement::Choice),
        1 => (dist(), expr(), any::<bool>())
            .prop_map(|(dist, count, chained)| Statement::Loop { dist, count, chained }),
        4 => (native(arrays), [expr(), expr(), expr()], any::<bool>())
            .prop_map(|(callee, args, inline)| Statement::Call { callee, args, inline }),
        3 => own().prop_map(Statement::Own),
        1 => inner().prop_map(Statement::Inner),
        1 => (dist(), expr(), any::<bool>()).prop_map(|(dist, key, whole)| Statement::Computed { dist, key, whole }),
        1 => expr().prop_map(Statement::Apart),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        let block = || block_of(inner.clone(), 0..3);
        let branch = (expr(), block(), block(), prop::bool::weighted(0.2));
        prop_oneof![
            6 => inner.clone(),
            4 => branch.prop_map(|(condition, yes, no, apart)| Statement::Branch { condition, yes, no, apart }),
        ]
    })
}

fn block_of(
    statement: impl Strategy<Value = Statement> + Clone,
    count: std::ops::Range<usize>,
) -> impl Strategy<Value = Block> + Clone {
    (prop::collection::vec(statement, count), expr()).prop_map(|(statements, result)| Block { statements, result })
}

fn model(arrays: u32) -> impl Strategy<Value = Model> {
    let body = (dist(), block_of(statement(arrays), 0..4), prop::bool::weighted(0.05)).prop_map(
        |(first, mut block, param)| {
            // A first choice for the others to hang on.
            block.statements.insert(0, if param { Statement::Param } else { Statement::Choice(first) });
            block
        },
    );
    (0..3u8, any::<bool>(), prop::bool::weighted(0.15), body).prop_map(|(letter, optional, recursive, body)| Model {
        letter,
        optional,
        recursive,
        body,
    })
}

/// Numbers with few digits, so that counterexamples read well.
fn number() -> impl Strategy<Value = f64> + Clone {
    (-20..20i32).prop_map(|x| f64::from(x) / 10.0)
}

fn args() -> impl Strategy<Value = Args> {
    let xs = prop::collection::vec(number(), 0..4);
    (number(), prop::option::of(number()), 0..4usize, 0..3usize, any::<bool>(), xs)
        .prop_map(|(a, b, n, index, active, xs)| Args { a, b, n, index, active, xs })
}

/// New arguments of which some are the old ones.
fn changed(before: Args) -> impl Strategy<Value = Args> {
    let keep = || prop::array::uniform6(any::<bool>());
    (args(), keep()).prop_map(move |(mut after, keep)| {
        let old = before.clone();
        for (x, y) in after.xs.iter_mut().zip(&old.xs) {
            *x = if keep[5] { *y } else { *x };
        }
        Args {
            a: if keep[0] { old.a } else { after.a },
            b: if keep[1] { old.b } else { after.b },
            n: if keep[2] { old.n } else { after.n },
            index: if keep[3] { old.index } else { after.index },
            active: if keep[4] { old.active } else { after.active },
            xs: after.xs,
        }
    })
}

/// A module in which calls of arrays of runs have this weight among others.
pub fn module(arrays: u32) -> impl Strategy<Value = Module> {
    let models = prop::collection::vec(model(arrays), 1..5);
    let roots = prop_oneof![3 => Just(Native::Plain(Gf::Model(0))), 2 => native(arrays)];
    let both = args().prop_flat_map(|before| (Just(before.clone()), changed(before)));
    (models, roots, any::<bool>(), both, 0..1_000_000u64).prop_map(|(models, root, hoist, (before, after), seed)| {
        Module { models, root, hoist, finite: false, before, after, seed }
    })
}

/// A module whose runs can be counted.
pub fn finite() -> impl Strategy<Value = Module> {
    module(0).prop_map(|module| Module { finite: true, ..module })
}
