use std::fmt::Display;
use std::str::FromStr;

use thiserror::Error;

use super::document::Step;
use super::{SceneError, json};

/// A change to a scene, such as `disk.radius=30` or `canvas.width=512`.
///
/// The path names a parameter or else a field of the file (`shapes[2].fill`). The value is JSON;
/// a bare word stands for a string.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    path: String,
    steps: Vec<Step>,
    value: String,
}

/// Why a text is no override.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("-D {text}: {message}")]
pub struct OverrideError {
    text: String,
    message: String,
}

impl Override {
    /// Reads `path=value`.
    ///
    /// # Errors
    /// If there is no `=`, the path is malformed, or the value starts like JSON and is none.
    pub fn parse(text: &str) -> Result<Self, OverrideError> {
        let error = |message: &str| OverrideError {
            text: text.to_owned(),
            message: message.to_owned(),
        };
        let (path, value) = text
            .split_once('=')
            .ok_or_else(|| error("expected path=value"))?;
        let (path, value) = (path.trim(), value.trim());
        let steps = steps(path)
            .ok_or_else(|| error("expected a path of names and [indices] before the ="))?;
        if value.is_empty() {
            return Err(error("expected a value after the ="));
        }
        if !is_bare(value) {
            json::check(value).map_err(|e| error(&e.message))?;
        }
        Ok(Self {
            path: path.to_owned(),
            steps,
            value: value.to_owned(),
        })
    }

    /// Returns the name of a parameter or the path of a field.
    pub fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns the value as JSON.
    pub(super) fn json(&self) -> String {
        if is_bare(&self.value) {
            serde_json::Value::from(self.value.as_str()).to_string()
        } else {
            self.value.clone()
        }
    }

    /// Returns the value as a number, for a parameter.
    pub(super) fn number(&self) -> Result<f64, String> {
        let is_number = serde_json::from_str::<serde_json::Number>(&self.value).is_ok();
        match self.value.parse::<f64>() {
            Ok(value) if is_number || value.is_infinite() => Ok(value),
            _ => Err(format!("expected a number, got {}", self.value)),
        }
    }

    pub(super) fn error(&self, message: impl Display) -> SceneError {
        SceneError::Override {
            text: self.to_string(),
            message: message.to_string(),
        }
    }

    /// Returns the error that nothing has this name, and which name is near.
    pub(super) fn unknown(&self, near: Option<String>) -> SceneError {
        let hint = near.map_or_else(String::new, |near| format!(", did you mean {near}?"));
        self.error(format!("no field or parameter of this name{hint}"))
    }
}

impl FromStr for Override {
    type Err = OverrideError;

    fn from_str(text: &str) -> Result<Self, OverrideError> {
        Self::parse(text)
    }
}

impl Display for Override {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}={}", self.path, self.value)
    }
}

/// Tells whether a value is a string without quotes: a word that is none of JSON's.
fn is_bare(value: &str) -> bool {
    value.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && !matches!(value, "true" | "false" | "null")
}

/// Splits `shapes[2].fill` into its steps.
fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (name, indices) = part.split_at(part.find('[').unwrap_or(part.len()));
        if name.is_empty() || !name.chars().all(is_name_character) {
            return None;
        }
        steps.push(Step::Field(name.to_owned()));
        let mut rest = indices;
        while !rest.is_empty() {
            let (index, after) = rest.strip_prefix('[')?.split_once(']')?;
            steps.push(Step::Index(index.parse().ok()?));
            rest = after;
        }
    }
    Some(steps)
}

fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '-'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_split_into_steps() {
        let entry = Override::parse("shapes[2].stops[0].color = [0, 1]").unwrap();
        let expected = [
            Step::Field("shapes".into()),
            Step::Index(2),
            Step::Field("stops".into()),
            Step::Index(0),
            Step::Field("color".into()),
        ];
        assert_eq!(entry.steps(), expected);
        assert_eq!(entry.json(), "[0, 1]");
    }

    #[test]
    fn a_bare_word_is_a_string() {
        assert_eq!(
            Override::parse("render.filter=tent").unwrap().json(),
            "\"tent\""
        );
        assert_eq!(Override::parse("a.b=true").unwrap().json(), "true");
    }

    #[test]
    fn malformed_overrides_say_what_is_missing() {
        let message = |text| Override::parse(text).unwrap_err().to_string();
        assert_eq!(
            message("disk.radius"),
            "-D disk.radius: expected path=value"
        );
        assert_eq!(message("a="), "-D a=: expected a value after the =");
        let path = "expected a path of names and [indices] before the =";
        for text in ["=3", "a..b=3", "a[x]=3", "a[1=3", "a b=3"] {
            assert_eq!(message(text), format!("-D {text}: {path}"));
        }
        assert_eq!(
            message("a=[1,"),
            "-D a=[1,: not valid JSON: the text ends in the middle of a value"
        );
    }
}
