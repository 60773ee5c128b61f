//! What lanes print, kept for `with-out-str`.

use super::{Group, LanePart};
use std::sync::Arc;

/// What the lanes of a batched run have printed so far, piece by piece: each with the lanes that printed it, which may
/// have different texts.
pub struct LaneOutput {
    /// The lanes whose texts these are.
    pub group: Arc<Group>,
    pub pieces: Vec<LanePart>,
    pub bytes: usize,
}
