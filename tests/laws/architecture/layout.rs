//! One layout: a module with parts is `x/mod.rs` beside them, never `x.rs` beside `x/`.

use super::sources::{File, files, none};

#[test]
fn a_module_with_parts_is_in_its_folder() {
    let files = files("src");
    let folder = |file: &File| format!("{}/", file.path.trim_end_matches(".rs"));
    let split = files.iter().filter(|file| files.iter().any(|part| part.path.starts_with(&folder(file))));
    none(split.map(|file| format!("src/{} belongs into src/{}", file.path, folder(file))).collect());
}
