//! Scalar families over lanes.

use super::family::{Family, Kind};
use crate::eval::key::Key;
use crate::tensor::DType;
use crate::tensor::lanes::{Column, Operand};

/// The numbers of lanes.
#[derive(Clone, Copy)]
pub enum LaneIds<'a> {
    Range { first: u32, n: usize },
    List(&'a [u32]),
}

impl LaneIds<'_> {
    fn all(self) -> Vec<u32> {
        match self {
            LaneIds::Range { first, n } => (0..n as u32).map(|i| first + i).collect(),
            LaneIds::List(ids) => ids.to_vec(),
        }
    }
}

fn rows(params: &[Operand<'_>], n: usize) -> Vec<Vec<f64>> {
    params.iter().map(|p| Column::repeat(*p, n, DType::Float64).to_f64()).collect()
}

/// The position of the first lane whose parameters are not allowed.
pub fn first_invalid(family: &Family, params: &[Operand<'_>], n: usize) -> Option<usize> {
    let columns = rows(params, n);
    (0..n).find(|i| {
        let row: Vec<f64> = columns.iter().map(|c| c[*i]).collect();
        row.iter().zip(family.params).any(|(x, p)| !p.support.admits(*x)) || (family.invalid)(&row).is_some()
    })
}

/// A draw for each lane.
pub fn sample(
    family: &Family,
    params: &[Operand<'_>],
    key: Key,
    address: u64,
    ids: LaneIds<'_>,
    width: DType,
) -> Column {
    let ids = ids.all();
    let columns = rows(params, ids.len());
    let draws = ids.iter().enumerate().map(|(i, id)| {
        let row: Vec<f64> = columns.iter().map(|c| c[i]).collect();
        (family.sample)(&row, &mut key.site(address, *id))
    });
    match family.kind {
        Kind::Boolean => Column::from(draws.map(|x| x != 0.0).collect::<Vec<bool>>()),
        Kind::Integer => Column::from(draws.map(|x| x as i64).collect::<Vec<i64>>()),
        Kind::Real if width == DType::Float32 => Column::from(draws.map(|x| x as f32).collect::<Vec<f32>>()),
        Kind::Real => Column::from(draws.collect::<Vec<f64>>()),
    }
}

/// The log-density in each lane.
pub fn logpdf(family: &Family, x: Operand<'_>, params: &[Operand<'_>], n: usize, width: DType) -> Column {
    let (xs, columns) = (rows(&[x], n), rows(params, n));
    let scores = (0..n).map(|i| {
        let row: Vec<f64> = columns.iter().map(|c| c[i]).collect();
        (family.logpdf)(xs[0][i], &row) + 0.0
    });
    match width {
        DType::Float32 => Column::from(scores.map(|x| x as f32).collect::<Vec<f32>>()),
        _ => Column::from(scores.collect::<Vec<f64>>()),
    }
}
