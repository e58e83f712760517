use std::path::Path;

use serde::de::DeserializeOwned;

use super::SceneError;
use super::document::{Document, NodeId, Step};
use super::load::read_text;
use super::problem::Problem;
use super::reader::read;

/// A JSON file of another format than a scene's, read with the same care: what is wrong in it is
/// told with file, line, column and place.
#[derive(Debug)]
pub(crate) struct JsonFile<T> {
    /// What it says.
    pub value: T,
    name: String,
    text: String,
}

impl<T: DeserializeOwned> JsonFile<T> {
    /// Reads a file.
    ///
    /// # Errors
    /// If it cannot be read, is not JSON, or does not fit the type.
    pub fn load(path: &Path) -> Result<Self, SceneError> {
        let name = path.display().to_string();
        Self::parse(read_text(path, &name)?, name)
    }

    /// Reads the text of a file; `name` stands for it in errors.
    ///
    /// # Errors
    /// If it is not JSON or does not fit the type.
    pub fn parse(text: String, name: String) -> Result<Self, SceneError> {
        let document = Document::parse(&name, &text, &[])?;
        let value = read(&document, Document::ROOT).map_err(|problem| document.locate(&problem))?;
        Ok(Self { value, name, text })
    }

    /// Returns the error that something is wrong with the value at a place, or, if the file leaves
    /// it out, with the nearest value around it.
    pub fn error(&self, place: &[Step], message: impl Into<String>) -> SceneError {
        let document = Document::parse(&self.name, &self.text, &[]);
        let document = document.expect("it has been read before");
        let node = place.iter().try_fold(Document::ROOT, |node, step| {
            let next: Option<NodeId> = match step {
                Step::Field(name) => document.field(node, name),
                Step::Index(index) => document.items(node).get(*index).copied(),
            };
            next.ok_or(node)
        });
        let (Ok(node) | Err(node)) = node;
        document.locate(&Problem::with_value(node, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_found_or_what_is_around_them() {
        let text = "{\n  \"a\": [1,\n    {\"b\": 2}]}".to_owned();
        let file = JsonFile::<serde::de::IgnoredAny>::parse(text, "f.json".into()).unwrap();
        let error = |place: &[Step]| file.error(place, "wrong").to_string();
        let a = Step::Field("a".into());
        let b = [a.clone(), Step::Index(1), Step::Field("b".into())];
        assert_eq!(error(&b), "f.json:3:11: a[1].b: wrong");
        assert_eq!(error(&[a, Step::Index(7)]), "f.json:2:8: a: wrong");
        assert_eq!(error(&[Step::Field("c".into())]), "f.json:1:1: wrong");
    }
}
