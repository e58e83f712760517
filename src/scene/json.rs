use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::document::Value;
use super::limits::{MAX_GROUP_DEPTH, MAX_JSON_DEPTH};
use super::problem::Problem;

/// The characters between tokens.
pub(super) const WHITESPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// Why a text is not JSON.
pub(super) struct SyntaxError {
    /// The byte at which it shows.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
}

/// One level of a JSON value, its parts as texts.
pub(super) enum Level<'a> {
    /// A value without parts.
    Scalar(Value),
    /// The items.
    Array(Vec<&'a str>),
    /// The fields: the name, the key as it is written, and the value.
    Object(Vec<(String, &'a str, &'a str)>),
}

/// Checks that a text is one JSON value, not nested too deeply.
///
/// Takes linear time and a fixed part of the call stack, whatever the text.
pub(super) fn check(text: &str) -> Result<(), SyntaxError> {
    serde_json::from_str::<&RawValue>(text).map_err(|error| syntax_error(text, &error))?;
    match too_deep(text) {
        Some(offset) => Err(SyntaxError {
            offset,
            message: format!(
                "nested deeper than {MAX_JSON_DEPTH} arrays and objects \
                 (groups may be nested {MAX_GROUP_DEPTH} deep)"
            ),
        }),
        None => Ok(()),
    }
}

/// Returns the byte of the first bracket that is nested too deeply, in valid JSON.
fn too_deep(text: &str) -> Option<usize> {
    let (mut depth, mut in_string, mut escaped) = (0, false, false);
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'[' | b'{' => {
                depth += 1;
                if depth > MAX_JSON_DEPTH {
                    return Some(offset);
                }
            }
            b']' | b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn syntax_error(text: &str, error: &serde_json::Error) -> SyntaxError {
    let offset = offset_of(text, error.line(), error.column());
    let full = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = full.strip_suffix(&place).unwrap_or(&full);
    let message = match word_at(text, offset) {
        _ if error.is_eof() => "not valid JSON: the text ends in the middle of a value".into(),
        Some(word) if is_non_finite(word) => {
            format!("`{word}` is not a number of JSON; write a finite number")
        }
        _ => format!("not valid JSON: {message}"),
    };
    SyntaxError { offset, message }
}

/// Returns the byte of a line and a column (of bytes), both counted from 1.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text
        .split_inclusive('\n')
        .take(line - 1)
        .map(str::len)
        .sum();
    let mut offset = (before + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// Returns the word that a byte is part of.
fn word_at(text: &str, offset: usize) -> Option<&str> {
    let outside = |c: char| !c.is_ascii_alphanumeric() && !"+-.".contains(c);
    let start = text[..offset].rfind(outside).map_or(0, |i| {
        i + text[i..].chars().next().map_or(0, char::len_utf8)
    });
    let end = text[offset..]
        .find(outside)
        .map_or(text.len(), |i| offset + i);
    (start < end).then(|| &text[start..end])
}

fn is_non_finite(word: &str) -> bool {
    let name = word.trim_start_matches(['+', '-']).to_ascii_lowercase();
    matches!(name.as_str(), "nan" | "inf" | "infinity")
}

/// Splits valid JSON, without whitespace around it, into its parts.
pub(super) fn split(text: &str) -> Result<Level<'_>, Problem> {
    let scalar = |value| Ok(Level::Scalar(value));
    match text.as_bytes()[0] {
        b'[' => {
            let parts: Vec<&RawValue> = serde_json::from_str(text).expect("the text was checked");
            Ok(Level::Array(parts.into_iter().map(RawValue::get).collect()))
        }
        b'{' => {
            let mut reader = serde_json::Deserializer::from_str(text);
            let parts = reader
                .deserialize_map(Entries)
                .expect("the text was checked");
            let named = parts
                .into_iter()
                .map(|(key, value)| Ok((string(key)?, key, value)));
            Ok(Level::Object(named.collect::<Result<_, Problem>>()?))
        }
        b'"' => scalar(Value::String(string(text)?)),
        b'n' => scalar(Value::Null),
        b't' => scalar(Value::Bool(true)),
        b'f' => scalar(Value::Bool(false)),
        _ => scalar(Value::Number(text.to_owned())),
    }
}

/// Returns what a string in quotes means; a surrogate without its partner means nothing.
fn string(quoted: &str) -> Result<String, Problem> {
    serde_json::from_str(quoted)
        .map_err(|_| Problem::new("a `\\u` escape in this string is no character"))
}

/// Collects the entries of an object as they are written.
struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<(&'de str, &'de str)>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            entries.push((key.get(), value.get()));
        }
        Ok(entries)
    }
}
