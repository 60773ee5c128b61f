//! Columns: slices, gathering, merging, splitting, sums.
use crate::tensor::DType;
use crate::tensor::lanes::*;
use crate::tensor::ops::Reduction;

const F32: DType = DType::Float32;

fn items(column: &Column) -> Vec<ScalarItem> {
    let of = |lane| (0..column.width()).map(move |i| column.element(lane, i).expect("an element"));
    (0..column.len()).flat_map(of).collect()
}

fn ints(values: &[i64]) -> Column {
    Column::new(values.to_vec())
}

#[test]
fn slices_in_a_row_are_the_column() {
    let column = Column::of_shape((0..12).collect::<Vec<i64>>(), 6, &[2]).expect("six lanes");
    assert_eq!((column.len(), column.width(), column.event()), (6, 2, &[2][..]));
    let parts = [column.slice(0..1), column.slice(1..4), column.slice(4..9)];
    let whole = Column::concat(&parts).expect("one type");
    assert_eq!(items(&whole), items(&column));
    assert_eq!(items(&parts[1])[0], ScalarItem::Int(2));
    assert!(Column::concat(&[column.clone(), Column::new(vec![1.0])]).is_none());
    assert!(Column::of_shape(vec![1, 2, 3], 2, &[2]).is_none());
    assert!(column.element(6, 0).is_none() && column.element(0, 2).is_none());
}

#[test]
fn what_is_split_merges_again() {
    let mask: Vec<bool> = (0..100).map(|i| i % 3 == 0 || i % 7 == 2).collect();
    let (yes, no) = partition(&mask);
    assert!(yes.iter().all(|&i| mask[i as usize]) && no.iter().all(|&i| !mask[i as usize]));
    assert_eq!(yes.len() + no.len(), 100);
    for width in [1, 3] {
        let event = if width == 1 { vec![] } else { vec![width] };
        let column = Column::of_shape((0..100 * width as i64).collect::<Vec<i64>>(), 100, &event).expect("100 lanes");
        let (a, b) = (gather(&column, &yes), gather(&column, &no));
        let parts = [(&yes[..], Operand::Column(&a)), (&no[..], Operand::Column(&b))];
        assert_eq!(items(&merge(100, &parts, F32).expect("numbers")), items(&column));
    }
}

#[test]
fn merged_types() {
    let (left, right) = ([0_u32], [1_u32]);
    let one = ints(&[5]);
    let both = |a: Operand, b: Operand| merge(2, &[(&left, a), (&right, b)], F32);
    let mixed = both(Operand::Column(&one), Operand::Float(0.5)).expect("numbers");
    assert_eq!((mixed.dtype(), items(&mixed)), (F32, vec![ScalarItem::Float(5.0), ScalarItem::Float(0.5)]));
    let double = Column::new(vec![0.1_f64]);
    assert_eq!(both(Operand::Column(&double), Operand::Float(0.1)).expect("numbers").dtype(), DType::Float64);
    assert_eq!(both(Operand::Int(1), Operand::Column(&one)).expect("numbers").dtype(), DType::Int64);
    assert_eq!(both(Operand::Bool(true), Operand::Bool(false)).expect("booleans").dtype(), DType::Bool);
    assert!(both(Operand::Bool(true), Operand::Int(1)).is_none());
    let array = Operand::Array { values: &[1.0, 2.0], shape: &[2] };
    assert!(both(array, Operand::Int(1)).is_none());
    assert_eq!(both(array, array).expect("arrays").event(), [2]);
}

#[test]
fn select_chooses_by_lane() {
    let mask = Column::new(vec![true, false, true]);
    let (a, b) = (ints(&[1, 2, 3]), Column::new(vec![0.5_f32, 0.25, 0.125]));
    let chosen = select(&mask, Operand::Column(&a), Operand::Column(&b), F32).expect("numbers");
    assert_eq!(items(&chosen), [ScalarItem::Float(1.0), ScalarItem::Float(0.25), ScalarItem::Float(3.0)]);
    let chosen = select(&mask, Operand::Int(7), Operand::Column(&a), F32).expect("numbers");
    assert_eq!(items(&chosen), [ScalarItem::Int(7), ScalarItem::Int(2), ScalarItem::Int(7)]);
    let array = Operand::Array { values: &[1.0, 2.0], shape: &[2] };
    let chosen = select(&mask, array, Operand::Column(&b), F32).expect("numbers");
    assert_eq!(chosen.to_f64(), [1.0, 2.0, 0.25, 0.25, 1.0, 2.0]);
    assert!(select(&mask, Operand::Bool(true), Operand::Int(1), F32).is_none());
    assert!(select(&mask, Operand::Column(&ints(&[1])), Operand::Int(1), F32).is_none());
}

#[test]
fn distinct_values_by_bits() {
    let column = Column::new(vec![0.0_f64, -0.0, 1.0, 0.0, f64::NAN, f64::NAN]);
    let (values, which) = distinct(&column).expect("numbers");
    assert_eq!((values.len(), which), (4, vec![0, 1, 2, 0, 3, 3]));
    assert!(!column.all_equal() && gather(&column, &[4, 5, 4]).all_equal());
    assert!(Column::of_shape(vec![1, 2, 1, 2], 2, &[2]).expect("two lanes").all_equal());
}

#[test]
fn sums_do_not_depend_on_vectors() {
    let values: Vec<f64> = (0..5000).map(|i| (f64::from(i) * 0.7).sin()).collect();
    let blocks: f64 = values.chunks(1024).map(sum).sum();
    assert_eq!(sum(&values), blocks);
    assert!((sum(&values) - values.iter().sum::<f64>()).abs() < 1e-10);
    let direct = values.iter().map(|x| x.exp()).sum::<f64>().ln();
    assert!((log_sum_exp(&values) - direct).abs() < 1e-12);
    assert_eq!(log_sum_exp(&[]), f64::NEG_INFINITY);
    assert_eq!(log_sum_exp(&[f64::NEG_INFINITY; 3]), f64::NEG_INFINITY);
    assert!((log_sum_exp(&[f64::NEG_INFINITY, -1e4]) + 1e4).abs() < 1e-12);
    assert_eq!(weights(&[-3.0; 10]).effective_size(), 10.0);
    assert!(maximum(&[1.0, f64::NAN, 2.0]).is_nan());
}

#[test]
fn scores_add_up() {
    let mut sums = vec![1.0; 4];
    add_to(&mut sums, &Column::new(vec![1.0_f32, 2.0, 3.0, 4.0]));
    add_at(&mut sums, &[3, 0], &Column::of_shape(vec![1.0, 2.0, 5.0, 5.0], 2, &[2]).expect("two lanes"));
    assert_eq!(sums, [12.0, 3.0, 4.0, 8.0]);
}

#[test]
fn reductions_of_events() {
    let column = Column::of_shape(vec![1, 2, 3, 4, 5, 6], 2, &[3]).expect("two lanes");
    let reduced = |r| reduce_event(r, &column, F32).expect("a result").expect("no fault");
    assert_eq!(items(&reduced(Reduction::Sum)), [ScalarItem::Int(6), ScalarItem::Int(15)]);
    assert_eq!(items(&reduced(Reduction::Min)), [ScalarItem::Int(1), ScalarItem::Int(4)]);
    assert_eq!(reduced(Reduction::Mean).to_f64(), [2.0, 5.0]);
    let huge = Column::of_shape(vec![0, 0, i64::MAX, 1], 2, &[2]).expect("two lanes");
    let fault = reduce_event(Reduction::Sum, &huge, F32).expect("a result").expect_err("too large");
    assert_eq!(fault, Fault { lane: 1, kind: FaultKind::Overflow(i64::MAX, Some(1)) });
}
