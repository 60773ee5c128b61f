//! The map of the source names what exists: files, folders, and functions as `file.rs::function`.

use std::path::Path;

/// What is wrong with a name of the map.
fn missing(name: &str) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (path, function) = name.split_once("::").map_or((name, None), |(path, function)| (path, Some(function)));
    let Some(place) = [root.join("src").join(path), root.join(path)].into_iter().find(|place| place.exists()) else {
        return Some(format!("src/README.md: `{path}` does not exist"));
    };
    let function = function?;
    let text = std::fs::read_to_string(place).unwrap_or_default();
    let declared = ["(", "<"].iter().any(|next| text.contains(&format!("fn {function}{next}")));
    (!declared).then(|| format!("src/README.md: `{path}` has no function `{function}`"))
}

#[test]
fn the_map_names_what_exists() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/README.md")).expect("a map");
    let is_name = |name: &&str| !name.contains(char::is_whitespace) && (name.contains('/') || name.contains(".rs"));
    let names: Vec<&str> = text.split('`').skip(1).step_by(2).filter(is_name).collect();
    assert!(names.len() > 100, "the map names {} places", names.len());
    // How the map writes names, not one of them.
    let unknown = names.into_iter().filter(|name| !["a/b.rs::f", "src/a/b.rs"].contains(name));
    super::sources::none(unknown.filter_map(missing).collect());
}
