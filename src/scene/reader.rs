use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};

use super::document::{Document, NodeId, Value, shorten};
use super::problem::{Place, Problem};
use super::suggest::one_of;

/// Reads a value of a document as a `T`; a problem knows its place.
pub(super) fn read<T: for<'de> Deserialize<'de>>(
    document: &Document<'_>,
    node: NodeId,
) -> Result<T, Problem> {
    T::deserialize(Reader::new(document, node)).map_err(|problem| problem.at(Place::Value(node)))
}

/// The field that tells what an object is, and the serde name of enums that have it.
const TAG: &str = "type";

/// A serde data format over the values of a [`Document`].
///
/// Other than in `serde_json`, an error carries the place of the value that caused it. There are
/// three kinds of enums:
/// - strings, such as `"tent"`;
/// - objects whose field `type` names the variant, if the serde name of the enum is [`TAG`];
/// - values that are told apart by what they are, if the variants have the serde names `[]`, `{}`
///   or `0`, for arrays, objects and numbers.
#[derive(Clone, Copy)]
struct Reader<'a> {
    document: &'a Document<'a>,
    node: NodeId,
    /// Whether the field `type` has been read already.
    tagged: bool,
}

impl<'a> Reader<'a> {
    fn new(document: &'a Document<'a>, node: NodeId) -> Self {
        Self {
            document,
            node,
            tagged: false,
        }
    }

    fn value(self) -> &'a Value {
        self.document.value(self.node)
    }

    fn problem(self, message: impl Into<String>) -> Problem {
        Problem::with_value(self.node, message)
    }

    fn mismatch(self, expected: &str) -> Problem {
        self.problem(format!(
            "expected {expected}, got {}",
            self.value().describe()
        ))
    }

    fn number(self) -> Result<f64, Problem> {
        let Value::Number(text) = self.value() else {
            return Err(self.mismatch("a number"));
        };
        let value: f64 = text.parse().expect("a JSON number is one of Rust");
        if value.is_finite() {
            Ok(value)
        } else {
            Err(self.problem(format!("must be a finite number, got {}", shorten(text))))
        }
    }

    fn whole_number(self) -> Result<u64, Problem> {
        let Value::Number(text) = self.value() else {
            return Err(self.mismatch("a whole number"));
        };
        if let Ok(value) = text.parse() {
            return Ok(value);
        }
        let value = self.number()?;
        let text = shorten(text);
        if value < 0.0 {
            Err(self.problem(format!("must not be negative, got {text}")))
        } else if value.fract() != 0.0 {
            Err(self.problem(format!("must be a whole number, got {text}")))
        } else if value >= 18_446_744_073_709_551_616.0 {
            Err(self.problem(format!("must be at most {}, got {text}", u64::MAX)))
        } else {
            Ok(value as u64)
        }
    }

    fn string(self) -> Result<&'a str, Problem> {
        match self.value() {
            Value::String(text) => Ok(text),
            _ => Err(self.mismatch("a string")),
        }
    }

    /// Returns the variant that the field `type` names.
    fn tagged_variant(self, variants: &'static [&'static str]) -> Result<Variant<'a>, Problem> {
        if !matches!(self.value(), Value::Object(_)) {
            return Err(self.mismatch("an object"));
        }
        let tag = self.document.field(self.node, TAG);
        let tag = tag.ok_or_else(|| self.problem(format!("missing field `{TAG}`")))?;
        let name = Self::new(self.document, tag).string()?;
        if !variants.contains(&name) {
            return Err(Problem::unknown_variant(name, variants).at(Place::Value(tag)));
        }
        let reader = Self {
            tagged: true,
            ..self
        };
        Ok(Variant { name, reader })
    }

    /// Returns the variant that is named after the kind of value.
    fn variant_by_kind(self, variants: &'static [&'static str]) -> Result<Variant<'a>, Problem> {
        let name = match self.value() {
            Value::Array(_) => "[]",
            Value::Object(_) => "{}",
            Value::Number(_) => "0",
            Value::Null | Value::Bool(_) | Value::String(_) => "",
        };
        if variants.contains(&name) {
            Ok(Variant { name, reader: self })
        } else {
            Err(self.mismatch(&kinds(variants)))
        }
    }

    fn fields(self) -> Result<Fields<'a>, Problem> {
        let Value::Object(fields) = self.value() else {
            return Err(self.mismatch("an object"));
        };
        Ok(Fields {
            reader: self,
            rest: fields.iter(),
            value: None,
        })
    }

    fn list(self) -> Result<Items<'a>, Problem> {
        match self.value() {
            Value::Array(items) => Ok(Items {
                document: self.document,
                rest: items.iter(),
            }),
            _ => Err(self.mismatch("an array")),
        }
    }
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match self.value() {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(_) => visitor.visit_f64(self.number()?),
            Value::String(text) => visitor.visit_str(text),
            Value::Array(_) => visitor.visit_seq(self.list()?),
            Value::Object(_) => visitor.visit_map(self.fields()?),
        }
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_f64(self.number()?)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_u64(self.whole_number()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_str(self.string()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_seq(self.list()?)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        match self.value() {
            Value::Array(items) if items.len() == length => visitor.visit_seq(self.list()?),
            Value::Array(items) => {
                Err(self.problem(format!("expected {length} numbers, got {}", items.len())))
            }
            _ => Err(self.mismatch(&format!("an array of {length} numbers"))),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_map(self.fields()?)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        let variant = if name == TAG {
            self.tagged_variant(variants)?
        } else if has_kinds(variants) {
            self.variant_by_kind(variants)?
        } else {
            let Value::String(name) = self.value() else {
                return Err(self.mismatch(&one_of(variants)));
            };
            Variant { name, reader: self }
        };
        visitor.visit_enum(variant)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 f32 char bytes byte_buf unit unit_struct tuple_struct map
        identifier
    }
}

/// Tells whether the variants of an enum are kinds of values rather than names.
fn has_kinds(variants: &[&str]) -> bool {
    variants
        .iter()
        .any(|name| matches!(*name, "[]" | "0" | "{}"))
}

fn kinds(variants: &[&str]) -> String {
    let words = variants.iter().map(|kind| match *kind {
        "[]" => "an array",
        "0" => "a number",
        _ => "an object",
    });
    words.collect::<Vec<_>>().join(" or ")
}

struct Items<'a> {
    document: &'a Document<'a>,
    rest: std::slice::Iter<'a, NodeId>,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Problem;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Problem> {
        let Some(&node) = self.rest.next() else {
            return Ok(None);
        };
        seed.deserialize(Reader::new(self.document, node))
            .map(Some)
            .map_err(|problem| problem.at(Place::Value(node)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

struct Fields<'a> {
    reader: Reader<'a>,
    rest: std::slice::Iter<'a, (String, NodeId)>,
    value: Option<NodeId>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Problem;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Problem> {
        let tagged = self.reader.tagged;
        let Some((name, node)) = self.rest.find(|(name, _)| !tagged || name != TAG) else {
            return Ok(None);
        };
        self.value = Some(*node);
        seed.deserialize(StrDeserializer::<Problem>::new(name))
            .map(Some)
            .map_err(|problem| problem.at(Place::Key(*node)))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        let node = self.value.take().expect("a key comes before its value");
        seed.deserialize(Reader::new(self.reader.document, node))
            .map_err(|problem| problem.at(Place::Value(node)))
    }
}

struct Variant<'a> {
    name: &'a str,
    reader: Reader<'a>,
}

impl<'de, 'a> EnumAccess<'de> for Variant<'a> {
    type Error = Problem;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Problem> {
        let name = seed.deserialize(StrDeserializer::<Problem>::new(self.name))?;
        Ok((name, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Problem;

    fn unit_variant(self) -> Result<(), Problem> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Problem> {
        seed.deserialize(self.reader)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.reader.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        visitor.visit_map(self.reader.fields()?)
    }
}
