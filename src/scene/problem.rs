use std::fmt::Display;

use serde::de;

use super::document::NodeId;
use super::quantity::format_number;
use super::suggest::hint;

/// Where in a document something is wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    /// A value.
    Value(NodeId),
    /// The key of a field.
    Key(NodeId),
    /// A character of a string, counted from 0.
    Character(NodeId, usize),
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fault {
    /// A sentence says it.
    Message(String),
    /// A field that the format does not have at this place.
    UnknownField {
        /// The field.
        name: String,
        /// The fields that there are.
        known: &'static [&'static str],
    },
}

impl Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Message(message) => f.write_str(message),
            Self::UnknownField { name, known } => {
                write!(f, "unknown field, {}", hint(name, known))
            }
        }
    }
}

/// Something wrong in a document; the place is filled in as soon as it is known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Problem {
    pub place: Option<Place>,
    pub fault: Box<Fault>,
}

impl Problem {
    /// Returns a problem without a place.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            place: None,
            fault: Box::new(Fault::Message(message.into())),
        }
    }

    /// Returns a problem of a value.
    pub fn with_value(node: NodeId, message: impl Into<String>) -> Self {
        Self::new(message).at(Place::Value(node))
    }

    /// Fills in the place unless it is known already.
    pub fn at(mut self, place: Place) -> Self {
        self.place.get_or_insert(place);
        self
    }
}

impl Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.fault.fmt(f)
    }
}

impl std::error::Error for Problem {}

impl de::Error for Problem {
    fn custom<T: Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn invalid_type(unexpected: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let got = match unexpected {
            de::Unexpected::Bool(value) => value.to_string(),
            de::Unexpected::Float(value) => format!("the number {}", format_number(value)),
            de::Unexpected::Str(text) => format!("the string \"{}\"", text.escape_debug()),
            de::Unexpected::Seq => "an array".into(),
            de::Unexpected::Map => "an object".into(),
            de::Unexpected::Unit => "null".into(),
            other => other.to_string(),
        };
        Self::new(format!("expected {expected}, got {got}"))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("missing field `{field}`"))
    }

    fn unknown_field(field: &str, known: &'static [&'static str]) -> Self {
        Self {
            place: None,
            fault: Box::new(Fault::UnknownField {
                name: field.to_owned(),
                known,
            }),
        }
    }

    fn unknown_variant(variant: &str, known: &'static [&'static str]) -> Self {
        Self::new(format!(
            "unknown name `{variant}`, {}",
            hint(variant, known)
        ))
    }
}
