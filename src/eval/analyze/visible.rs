//! The names that code in a namespace may use, for completion and suggestions.

use super::SPECIALS;
use crate::eval::cx::Cx;
use crate::eval::program::CORE;

/// Every name visible in `namespace`, in order.
pub fn visible_names(cx: &Cx, namespace: &str) -> Vec<String> {
    let program = &cx.program;
    let mut names: Vec<String> = program.core.keys().map(|name| name.to_string()).collect();
    names.extend(SPECIALS.iter().map(|(name, _)| name.to_string()));
    names.extend(cx.library.names().map(str::to_string));
    for space in [CORE, namespace] {
        if let Some(own) = program.namespaces.get(space) {
            let visible = |global: &u32| space == namespace || !program.vars[*global as usize].is_private;
            names.extend(own.vars.iter().filter(|(_, global)| visible(global)).map(|(name, _)| name.to_string()));
            names.extend(own.refers.keys().map(|name| name.to_string()));
        }
    }
    names.sort();
    names.dedup();
    names
}
