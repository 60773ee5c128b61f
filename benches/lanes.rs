//! The kernels of batched runs, on 2,048 lanes: criterion divides by the elements of a call.
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use genlisp::internals::distributions::{FAMILIES, Family, lanes};
use genlisp::internals::eval::key::Key;
use genlisp::internals::tensor::DType;
use genlisp::internals::tensor::lanes::random::LaneIds;
use genlisp::internals::tensor::lanes::{Column, Operand, add_to, binary, partition, select, unary, weights};
use genlisp::internals::tensor::ops::{BinaryOp, UnaryOp};
use std::hint::black_box;

const LANES: usize = 2048;

fn family(name: &str) -> &'static Family {
    FAMILIES.iter().find(|f| f.name == name).expect("a family")
}

/// Positive numbers of moderate size.
fn numbers(float: DType) -> Column {
    Column::new((0..LANES).map(|i| 0.25 + (i % 97) as f64 * 0.03).collect::<Vec<f64>>()).cast(float)
}

fn elementwise(c: &mut Criterion, float: DType) {
    let mut group = c.benchmark_group(float.name());
    group.throughput(Throughput::Elements(LANES as u64));
    let (a, b) = (numbers(float), numbers(float));
    group.bench_function("add", |bench| {
        bench.iter(|| binary(BinaryOp::Add, Operand::Column(black_box(&a)), Operand::Column(&b), float));
    });
    group.bench_function("multiply by a constant", |bench| {
        bench.iter(|| binary(BinaryOp::Mul, Operand::Column(black_box(&a)), Operand::Float(0.3), float));
    });
    group.bench_function("less than", |bench| {
        bench.iter(|| binary(BinaryOp::Lt, Operand::Column(black_box(&a)), Operand::Float(0.3), float));
    });
    for op in [UnaryOp::Exp, UnaryOp::Log, UnaryOp::Log1p, UnaryOp::Sigmoid, UnaryOp::Tanh] {
        group.bench_function(op.name(), |bench| bench.iter(|| unary(op, black_box(&a), float)));
    }
    let mut scores = vec![0.0; LANES];
    group.bench_function("add to scores", |bench| bench.iter(|| add_to(black_box(&mut scores), &a)));
    let mask = binary(BinaryOp::Lt, Operand::Column(&a), Operand::Float(1.0), float).expect("numbers");
    group.bench_function("partition", |bench| bench.iter(|| partition(black_box(&mask).values().unwrap_or(&[]))));
    group.bench_function("select", |bench| {
        bench.iter(|| select(black_box(&mask), Operand::Column(&a), Operand::Float(0.0), float));
    });
}

fn distributions(c: &mut Criterion, float: DType) {
    let mut group = c.benchmark_group(format!("{} distributions", float.name()));
    group.throughput(Throughput::Elements(LANES as u64));
    let (xs, key) = (numbers(float), Key::from_seed(1));
    let (x, two) = (Operand::Column(&xs), Operand::Float(2.0));
    let rows: [(&str, &[Operand]); 6] = [
        ("normal", &[x, two]),
        ("normal", &[x, x]),
        ("exponential", &[x]),
        ("gamma", &[two, x]),
        ("student-t", &[two, x, two]),
        ("bernoulli-logits", &[x]),
    ];
    for (name, params) in rows {
        let constants = params.iter().filter(|p| p.lanes().is_none()).count();
        group.bench_function(format!("score {name}, {constants} constants"), |bench| {
            bench.iter(|| lanes::logpdf(family(name), black_box(x), params, LANES, float));
        });
        group.bench_function(format!("draw {name}, {constants} constants"), |bench| {
            let ids = LaneIds::Range { first: 4096, n: LANES };
            bench.iter(|| lanes::sample(family(name), black_box(params), key, 3, ids, float));
        });
    }
    let listed: Vec<u32> = (0..LANES as u32).map(|i| 3 * i).collect();
    group.bench_function("draw uniform of some lanes", |bench| {
        bench.iter(|| lanes::sample(family("uniform"), &[Operand::Int(0), two], key, 3, LaneIds::List(&listed), float));
    });
    group.bench_function("check normal", |bench| {
        bench.iter(|| lanes::check(family("normal"), black_box(&[x, x]), LANES));
    });
}

fn sums(c: &mut Criterion) {
    let mut group = c.benchmark_group("sums of weights");
    group.throughput(Throughput::Elements(LANES as u64));
    let scores: Vec<f64> = (0..LANES).map(|i| -((i % 89) as f64) * 0.3).collect();
    group.bench_function("log-sum-exp", |bench| bench.iter(|| weights(black_box(&scores)).log_sum_exp()));
}

fn all(c: &mut Criterion) {
    sums(c);
    for float in [DType::Float32, DType::Float64] {
        elementwise(c, float);
        distributions(c, float);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).measurement_time(std::time::Duration::from_millis(300)).warm_up_time(std::time::Duration::from_millis(100)).without_plots();
    targets = all
}
criterion_main!(benches);
