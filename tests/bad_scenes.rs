//! Every malformed scene is refused with a message that names place and cause.

#[path = "bad_scenes/files.rs"]
mod files;
#[path = "bad_scenes/overrides.rs"]
mod overrides;
#[path = "bad_scenes/shapes.rs"]
mod shapes;

use reynolds::scene::{Override, Scene};

/// Stands in a text of the tables below before the character that the message must point at.
const MARK: char = '¶';

/// Returns the message for a text that must be refused.
fn refusal(text: &str, overrides: &[&str]) -> String {
    let overrides: Vec<Override> = overrides
        .iter()
        .map(|text| Override::parse(text).expect("the override is well formed"))
        .collect();
    match Scene::parse(text, "x.json", &overrides) {
        Ok(_) => panic!("accepted: {text}"),
        Err(error) => error.to_string(),
    }
}

/// Checks every row: a text with a mark, and the message after file, line and column.
fn check_rows(wrap: impl Fn(&str) -> String, rows: &[(&str, &str)]) {
    for (marked, expected) in rows {
        let marked = wrap(marked);
        let before = marked.split(MARK).next().expect("a text has a first part");
        assert!(before.len() < marked.len(), "no mark: {marked}");
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|&c| c != '\n').count() + 1;
        let message = refusal(&marked.replace(MARK, ""), &[]);
        assert_eq!(
            message,
            format!("x.json:{line}:{column}: {expected}"),
            "for {marked}"
        );
    }
}

/// Returns a scene with these shapes.
fn with_shapes(shapes: &str) -> String {
    format!(
        "{{\"version\": 1,\n\"canvas\": {{\"width\": 8, \"height\": 8}},\n\"shapes\": [\n  {shapes}]}}"
    )
}

/// Returns a scene with a circle that has this field.
fn with_field(field: &str) -> String {
    with_shapes(&format!(
        r#"{{"type": "circle", "id": "a", "center": [1, 2], "radius": 3, {field}}}"#
    ))
}

fn with_path(d: &str) -> String {
    with_shapes(&format!(r#"{{"type": "path", "id": "a", "d": {d}}}"#))
}

fn with_canvas(canvas: &str) -> String {
    format!("{{\"version\": 1, \"shapes\": [], \"canvas\":\n{canvas}\n}}")
}

fn with_render(render: &str) -> String {
    format!(
        "{{\"version\": 1, \"canvas\": {{\"width\": 8, \"height\": 8}}, \"shapes\": [], \
         \"render\":\n{render}\n}}"
    )
}
