//! The texts of `stdlib/`, built into the program.

use crate::eval::library::Library;

/// The core, read by name when first used, and the namespaces, read when required.
pub fn library() -> Library {
    let core = vec![
        ("core.gen", include_str!("../stdlib/core.gen")),
        ("sequences.gen", include_str!("../stdlib/sequences.gen")),
        ("functions.gen", include_str!("../stdlib/functions.gen")),
        ("namespaces.gen", include_str!("../stdlib/namespaces.gen")),
        ("math.gen", include_str!("../stdlib/math.gen")),
        ("models.gen", include_str!("../stdlib/models.gen")),
        ("learning.gen", include_str!("../stdlib/learning.gen")),
        ("random.gen", include_str!("../stdlib/random.gen")),
        ("distributions.gen", include_str!("../stdlib/distributions.gen")),
        ("reflection.gen", include_str!("../stdlib/reflection.gen")),
    ];
    let namespaces = vec![
        ("clojure.string", include_str!("../stdlib/string.gen")),
        ("clojure.set", include_str!("../stdlib/set.gen")),
    ];
    Library::new(core, namespaces)
}
