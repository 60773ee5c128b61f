//! Structured families over the lanes of a batched run: parameters are read and checked once, then events follow each
//! other without values in between.

use super::block::DenseNumbers;
use super::{Block, Point, StructuredFamily};
use crate::distributions::family::Kind;
use crate::error::Result;
use crate::eval::Value;
use crate::eval::key::Key;
use crate::eval::lanes::numbers::{Held, floats};
use crate::eval::lanes::{Group, holds_lanes, project};
use crate::tensor::DType;
use crate::tensor::lanes::{Column, Operand, same_shape, stack};
use std::sync::Arc;

/// A family with parameters that all lanes share, or of each lane.
pub struct StructuredLanes {
    family: &'static StructuredFamily,
    params: Vec<LaneParam>,
    /// The shape of a value.
    event: Vec<usize>,
    group: Arc<Group>,
}

/// A parameter: of one lane after the other, if it is not the same in `each`.
struct LaneParam {
    data: DenseNumbers,
    each: bool,
    rank: usize,
}

/// What came of reading parameters.
pub enum ReadParams {
    Fine(StructuredLanes),
    /// The lane at this position has wrong ones.
    Wrong(usize),
    /// They are of a form that only single distributions take.
    Other,
}

impl StructuredLanes {
    /// Reads the parameters of the lanes of a group.
    pub fn read(family: &'static StructuredFamily, args: &[Value], group: &Arc<Group>) -> Result<ReadParams> {
        if args.len() < family.required() || args.len() > family.params.len() {
            return Ok(ReadParams::Other);
        }
        let mut params = Vec::with_capacity(family.params.len());
        for (i, shaped) in family.params.iter().enumerate() {
            let param = match (args.get(i), shaped.default) {
                (Some(arg), _) => LaneParam::read(arg, shaped.rank, group)?,
                (None, default) => {
                    let data = DenseNumbers { shape: Vec::new(), items: default.into_iter().collect() };
                    Some(LaneParam { data, each: false, rank: shaped.rank })
                }
            };
            let Some(param) = param else { return Ok(ReadParams::Other) };
            params.push(param);
        }
        let mut lanes = StructuredLanes { family, params, event: Vec::new(), group: group.clone() };
        if let Some(wrong) = lanes.wrong() {
            return Ok(ReadParams::Wrong(wrong));
        }
        Ok(match lanes.take_shape() {
            true => ReadParams::Fine(lanes.factored()),
            false => ReadParams::Other,
        })
    }

    /// The position of the first lane that has parameters which are wrong, alone or together.
    fn wrong(&self) -> Option<usize> {
        let each = |(param, shaped): (&LaneParam, &super::ShapedParam)| {
            let events = if param.each { self.group.len() } else { 1 };
            (0..events).find(|lane| shaped.must.violation(&param.block(*lane)).is_some())
        };
        let alone = self.params.iter().zip(self.family.params).filter_map(each).min();
        // Shapes are the same in all lanes, and numbers only clash in lanes whose parameters are fine.
        alone.or_else(|| self.first(|p| (self.family.clash)(p).is_some()))
    }

    /// The first lane for which something holds.
    fn first(&self, f: impl Fn(&[Block<'_, f64>]) -> bool) -> Option<usize> {
        let mut blocks = Vec::with_capacity(self.params.len());
        let lanes = if self.params.iter().any(|param| param.each) { self.group.len() } else { 1 };
        (0..lanes).find(|lane| {
            self.blocks(*lane, &mut blocks);
            f(&blocks)
        })
    }

    /// The shape of values, unless lanes differ in it.
    fn take_shape(&mut self) -> bool {
        let mut blocks = Vec::new();
        self.blocks(0, &mut blocks);
        let size = (self.family.support)(&blocks).size();
        drop(blocks);
        self.event = [size.0, size.1][..self.family.rank].to_vec();
        self.first(|p| (self.family.support)(p).size() != size).is_none()
    }

    /// A parameter that all lanes share is factored once.
    fn factored(self) -> StructuredLanes {
        let Some(factored) = &self.family.factored else { return self };
        if self.params[factored.param].each {
            return self;
        }
        let (family, at) = ((factored.family)(), factored.param);
        let mut params = self.params;
        params[at].data.items = (factored.factor)(&params[at].block(0));
        StructuredLanes { family, params, ..self }
    }

    /// The parameters of a lane.
    fn blocks<'a>(&'a self, lane: usize, blocks: &mut Vec<Block<'a, f64>>) {
        blocks.clear();
        blocks.extend(self.params.iter().map(|param| param.block(lane)));
    }

    /// Of how many numbers the log-density of an event is one.
    pub fn coordinates(&self) -> usize {
        if !self.continuous() {
            return 0;
        }
        let mut blocks = Vec::new();
        self.blocks(0, &mut blocks);
        self.event.iter().product::<usize>().saturating_sub((self.family.support)(&blocks).bound())
    }

    pub fn continuous(&self) -> bool {
        self.family.kind == Kind::Real
    }

    /// Are these values of the kind and shape that choices have?
    pub fn fits(&self, column: &Column) -> bool {
        let kind = if self.continuous() { column.dtype().is_float() } else { column.dtype() == DType::Int64 };
        kind && same_shape(column.event(), &self.event)
    }

    /// A draw for each lane of a group, which is the whole or a part of it.
    pub fn sample(&self, group: &Arc<Group>, key: Key, address: u64) -> Option<Column> {
        let places = group.within(&self.group)?;
        let width: usize = self.event.iter().product();
        let (mut items, mut blocks) = (Vec::with_capacity(group.len() * width), Vec::new());
        for (id, place) in group.iter().zip(places.iter()) {
            self.blocks(*place as usize, &mut blocks);
            let mut draws = key.site(address, id).of_width(group.width);
            let mut event = (self.family.sample)(&blocks, &mut draws);
            if self.continuous() {
                (self.family.support)(&blocks).hold(&mut event, &draws);
            }
            items.extend(event);
        }
        let column = match self.continuous() {
            true => Column::of_shape(items, group.len(), &self.event)?.cast(group.width),
            false => Column::of_shape(items.iter().map(|x| *x as i64).collect::<Vec<_>>(), group.len(), &self.event)?,
        };
        Some(column)
    }

    /// The log-densities of values, one a lane of a group, or the same in all; `None` of values that are not numbers
    /// of the right shape.
    pub fn logpdf(&self, group: &Arc<Group>, value: &Value) -> Result<Option<Vec<f64>>> {
        let (Some(x), Some(places)) = (LaneParam::read(value, self.family.rank, group)?, group.within(&self.group))
        else {
            return Ok(None);
        };
        if x.data.shape != self.event {
            return Ok(None);
        }
        let mut blocks = Vec::new();
        let one = |(at, place): (usize, &u32)| {
            self.blocks(*place as usize, &mut blocks);
            let x = x.block(at);
            if !(self.family.support)(&blocks).admits(&x) {
                return f64::NEG_INFINITY;
            }
            // Adding 0 turns −0, which only puzzles people, into 0.
            (self.family.logpdf)(&x, &blocks, &Point { x: x.items, p: &blocks }) + 0.0
        };
        Ok(Some(places.iter().enumerate().map(one).collect()))
    }
}

impl LaneParam {
    /// One event, or one of each lane; `None` of what is no numbers of this rank.
    fn read(value: &Value, rank: usize, group: &Arc<Group>) -> Result<Option<LaneParam>> {
        if !holds_lanes(value) {
            let data = DenseNumbers::read(value)?.ok().filter(|data| data.shape.len() == rank);
            return Ok(data.map(|data| LaneParam { data, each: false, rank }));
        }
        let column = column_of(value, group)?.filter(|column| column.event().len() == rank);
        Ok(column.map(|column| {
            let data = DenseNumbers { shape: column.event().to_vec(), items: column.to_f64() };
            LaneParam { data, each: true, rank }
        }))
    }

    fn block(&self, lane: usize) -> Block<'_, f64> {
        let (rows, cols) = self.data.event(self.rank);
        let start = if self.each { lane * rows * cols } else { 0 };
        Block { items: &self.data.items[start..start + rows * cols], rows, cols }
    }
}

/// Numbers, and vectors of them, as those of each lane.
pub fn column_of(value: &Value, group: &Arc<Group>) -> Result<Option<Column>> {
    let items = match value {
        Value::Lanes(_) => {
            let here = project(value, group)?;
            let floats = floats(&here)?;
            let Value::Lanes(lanes) = &*floats else { return Ok(None) };
            return Ok(lanes.column().filter(|column| column.dtype() != DType::Bool).cloned());
        }
        Value::Vector(items) => items.to_vec(),
        Value::List(items) => items.to_vec(),
        _ => return Ok(None),
    };
    let mut rows = Vec::with_capacity(items.len());
    for item in &items {
        rows.push(match item {
            Value::Vector(_) | Value::List(_) | Value::Lanes(_) => match column_of(item, group)? {
                Some(column) => Value::lanes(group, column),
                None => return Ok(None),
            },
            Value::Int(_) | Value::Float(_) | Value::Array(_) => item.clone(),
            _ => return Ok(None),
        });
    }
    let mut held: Vec<Held> = rows.iter().map(|_| Held::default()).collect();
    let operands = held.iter_mut().zip(&rows).map(|(held, row)| held.operand("array", row, 0).ok());
    let Some(operands) = operands.collect::<Option<Vec<Operand>>>() else { return Ok(None) };
    Ok(stack(&operands, group.len(), DType::Float64))
}
