//! Values made once by each lane for itself: made for the lanes that lack them, and put together.

use super::numbers::raised_in;
use super::{Group, merge, project};
use crate::error::Result;
use crate::eval::cx::Cx;
use crate::eval::once::OnceValues;
use crate::eval::value::Value;
use std::sync::Arc;

impl OnceValues {
    /// What has been made for the lanes of a group, all of which have something.
    pub fn of(&self, group: Option<&Arc<Group>>) -> Result<Value> {
        let (Some(group), [(Some(_), _), ..]) = (group, self.parts()) else {
            return Ok(self.first().cloned().unwrap_or_default());
        };
        let mut parts = Vec::with_capacity(self.parts().len());
        for (lanes, value) in self.parts() {
            let Some(lanes) = lanes else { continue };
            let (with, _) = group.split_by(lanes);
            if !with.is_empty() {
                let part = group.part(with);
                parts.push((part.clone(), project(value, &part)?));
            }
        }
        merge(parts, group)
    }
}

impl Cx {
    /// Makes something for lanes that lack it.
    pub(crate) fn for_lanes<R>(&mut self, lanes: &Arc<Group>, f: impl FnOnce(&mut Cx) -> Result<R>) -> Result<R> {
        let some = self.group.as_ref().is_some_and(|group| group.len() > lanes.len());
        self.under(lanes.clone(), f).map_err(|e| raised_in(e, lanes, some))
    }
}
