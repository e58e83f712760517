use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::build::{Built, build};
use super::check::check;
use super::document::Document;
use super::limits::MAX_FILE_BYTES;
use super::model::Scene;
use super::{Override, SceneError};

impl Scene {
    /// Reads a scene file and applies the overrides, later ones over earlier ones.
    ///
    /// The file itself must be a valid scene, whatever is overridden. Fields are set before
    /// parameters.
    ///
    /// # Errors
    /// If the file cannot be read, is not a scene, or an override does not fit.
    pub fn load(path: &Path, overrides: &[Override]) -> Result<Self, SceneError> {
        let file = path.display().to_string();
        Self::parse(&read_text(path, &file)?, &file, overrides)
    }

    /// Reads the text of a scene file; `name` stands for the file in errors.
    ///
    /// # Errors
    /// If the text is not a scene, or an override does not fit.
    pub fn parse(text: &str, name: &str, overrides: &[Override]) -> Result<Self, SceneError> {
        let mut document = Document::parse(name, text, overrides)?;
        let mut built = build(&document).map_err(|problem| document.locate(&problem))?;
        document.set_parameter_names(&built.scene.parameters);
        let (parameters, fields): (Vec<usize>, Vec<usize>) =
            (0..overrides.len()).partition(|&number| {
                let path = overrides[number].path();
                built.scene.parameters.find(path).is_some()
            });
        for &number in &fields {
            document.set(number)?;
        }
        if !fields.is_empty() {
            built = build(&document).map_err(|problem| document.locate(&problem))?;
        }
        for number in parameters {
            set_parameter(&mut document, &mut built, number, &overrides[number])?;
        }
        check(&document, &built).map_err(|problem| document.locate(&problem))?;
        Ok(built.scene)
    }
}

fn set_parameter(
    document: &mut Document<'_>,
    built: &mut Built,
    number: usize,
    entry: &Override,
) -> Result<(), SceneError> {
    // Another override may have replaced the shape or the paint that had the parameter.
    let found = built.scene.parameters.find(entry.path());
    let id = found.ok_or_else(|| entry.unknown(None))?;
    let value = entry.number().map_err(|message| entry.error(message))?;
    let kind = built.scene.parameters[id].kind;
    kind.check(value).map_err(|message| entry.error(message))?;
    built.scene.parameters.values_mut()[id.index()] = value;
    built.origins[id.index()] = document.add_override(number);
    Ok(())
}

/// Reads a file of text; `file` stands for it in errors.
pub(super) fn read_text(path: &Path, file: &str) -> Result<String, SceneError> {
    String::from_utf8(read_bytes(path, file)?).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..offset];
        let newlines = before.iter().filter(|&&byte| byte == b'\n');
        SceneError::Encoding {
            file: file.to_owned(),
            line: newlines.count() + 1,
            offset,
        }
    })
}

fn read_bytes(path: &Path, file: &str) -> Result<Vec<u8>, SceneError> {
    let no_scene = |message: String| SceneError::NoScene {
        file: file.to_owned(),
        message,
    };
    if path.is_dir() {
        return Err(no_scene("this is a directory; name a file".into()));
    }
    let unreadable = |source| SceneError::Unreadable {
        file: file.to_owned(),
        source,
    };
    let mut bytes = Vec::new();
    let mut reader = File::open(path)
        .map_err(unreadable)?
        .take(MAX_FILE_BYTES + 1);
    reader.read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let message = format!("the file is larger than {MAX_FILE_BYTES} bytes");
        return Err(no_scene(message));
    }
    Ok(bytes)
}
