//! The structure of a study file: what is read, and what the schema describes.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::Value;

use super::Quantity;
use crate::estimator::Method;
use crate::sampling::Sampler;
use crate::scene::{EdgeSamples, Seed, Spp, Version, schema_of};

/// Returns the JSON Schema (draft 2020-12) of study files.
///
/// What it cannot say, only the loader checks: that scenes can be read and have the parameters, that
/// names are unique, budgets increase, and replicates fill batches.
pub fn json_schema() -> Value {
    schema_of::<StudyFile>()
}

/// A study of the 2D differentiable renderer reynolds.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Study")]
pub(super) struct StudyFile {
    /// The version of the format.
    #[expect(dead_code, reason = "there is one version, checked as it is read")]
    pub version: Version,
    /// A heading; the name of the file unless given.
    #[serde(default)]
    pub title: Option<String>,
    /// What the study is about.
    #[serde(default)]
    pub description: String,
    /// The scenes.
    pub scenes: Vec<SceneEntry>,
    /// Globs of the parameters that derivatives are taken by; all unless given.
    #[serde(default)]
    pub params: Vec<String>,
    /// What is estimated.
    #[serde(default = "vjp")]
    pub quantity: OneOrMore<Quantity>,
    /// The weights of every vjp: waves, ones, or a .npy or .exr file.
    #[serde(default = "waves")]
    pub weights: String,
    /// The estimators.
    pub estimators: Vec<EstimatorEntry>,
    /// How samples are placed.
    #[serde(default = "stratified")]
    pub samplers: Vec<Sampler>,
    /// Samples per pixel, increasing.
    pub budgets: Vec<Spp>,
    /// Samples per pixel of edge length, as a multiple of the budget.
    #[serde(default = "one")]
    pub edge_ratio: EdgeSamples,
    /// Independent replicates of each estimate: a multiple of the batches.
    #[serde(default = "replicates")]
    #[schemars(range(min = 2, max = 1_000_000))]
    pub replicates: u64,
    /// In how many batches replicates come.
    #[serde(default = "batches")]
    #[schemars(range(min = 2, max = 10_000))]
    pub batches: u64,
    /// Whether each batch moves the scene by a random offset within a pixel.
    #[serde(default = "yes")]
    pub random_offset: bool,
    /// Exponents are fitted to the budgets from this one on; to all unless given.
    #[serde(default)]
    pub fit_from: Option<Spp>,
    /// Whether interior and boundary term of the estimator edge are measured apart, too.
    #[serde(default = "yes")]
    pub terms: bool,
    /// The seed of all random numbers.
    #[serde(default = "zero")]
    pub seed: Seed,
}

fn vjp() -> OneOrMore<Quantity> {
    OneOrMore(vec![Quantity::Vjp])
}

fn waves() -> String {
    "waves".into()
}

fn stratified() -> Vec<Sampler> {
    vec![Sampler::Stratified]
}

fn one() -> EdgeSamples {
    EdgeSamples(1.0)
}

fn replicates() -> u64 {
    256
}

fn batches() -> u64 {
    32
}

fn yes() -> bool {
    true
}

fn zero() -> Seed {
    Seed(0)
}

/// A value or a list of values.
#[derive(Debug)]
pub(super) struct OneOrMore<T>(pub Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMore<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for List<T> {
            type Value = OneOrMore<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name or an array of names")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(OneOrMore(vec![T::deserialize(text.into_deserializer())?]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(OneOrMore(list))
            }
        }
        deserializer.deserialize_any(List(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for OneOrMore<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}OrList", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
    }
}

/// A scene: its file, or an object.
#[derive(Debug)]
pub(super) struct SceneEntry(pub SceneObject);

/// A scene with a name and changes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "StudyScene")]
pub(super) struct SceneObject {
    /// The file, relative to the study's.
    pub file: String,
    /// A name; that of the file unless given.
    #[serde(default)]
    pub name: Option<String>,
    /// Parameters and fields to change, by path.
    #[serde(default)]
    pub set: Changes,
    /// Globs of the parameters that derivatives are taken by; the study's unless given.
    #[serde(default)]
    pub params: Option<Vec<String>>,
}

impl<'de> Deserialize<'de> for SceneEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entry;
        impl<'de> Visitor<'de> for Entry {
            type Value = SceneObject;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a file or an object with a file")
            }

            fn visit_str<E: Error>(self, file: &str) -> Result<Self::Value, E> {
                let file = file.to_owned();
                Ok(SceneObject {
                    file,
                    ..Default::default()
                })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                SceneObject::deserialize(MapAccessDeserializer::new(map))
            }
        }
        deserializer.deserialize_any(Entry).map(Self)
    }
}

impl JsonSchema for SceneEntry {
    fn schema_name() -> Cow<'static, str> {
        "StudySceneOrFile".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let object = generator.subschema_for::<SceneObject>();
        json_schema!({ "anyOf": [{ "type": "string" }, object] })
    }
}

/// Values by path, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct Changes(pub Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Changes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(Entries("an object from paths to values"))
            .map(Self)
    }
}

impl JsonSchema for Changes {
    fn schema_name() -> Cow<'static, str> {
        "Changes".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "object", "description": "Values by path." })
    }
}

/// Reads the fields of an object in their order.
struct Entries(&'static str);

impl Entries {
    fn collect<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
        mut map: A,
    ) -> Result<Vec<(String, T)>, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(entries)
    }
}

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<(String, Value)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Self::collect(map)
    }
}

/// An estimator, with lists of values for some settings.
#[derive(Debug)]
pub(super) enum EstimatorEntry {
    /// As the command line takes it.
    Text(String),
    /// Fields with the texts of their values; one is `method`.
    Object(Vec<(String, SettingValues)>),
}

impl<'de> Deserialize<'de> for EstimatorEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entry;
        impl<'de> Visitor<'de> for Entry {
            type Value = EstimatorEntry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a method, or an object with a method and its settings")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(EstimatorEntry::Text(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                Entries::collect(map).map(EstimatorEntry::Object)
            }
        }
        deserializer.deserialize_any(Entry)
    }
}

impl JsonSchema for EstimatorEntry {
    fn schema_name() -> Cow<'static, str> {
        "Estimator".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let names: Vec<&str> = Method::all().iter().map(|method| method.name()).collect();
        let value = serde_json::json!({ "type": ["number", "boolean", "string"] });
        json_schema!({
            "description": "A method as the command line takes it, or an object with the method \
                and its settings, each a value or a list of values.",
            "anyOf": [
                { "type": "string", "pattern": format!("^({})(:.*)?$", names.join("|")) },
                {
                    "type": "object",
                    "properties": { "method": { "enum": names } },
                    "required": ["method"],
                    "additionalProperties": {
                        "anyOf": [value, { "type": "array", "items": value, "minItems": 1 }]
                    },
                },
            ],
        })
    }
}

/// The values of a setting, as texts.
#[derive(Debug)]
pub(super) struct SettingValues(pub Vec<String>);

impl<'de> Deserialize<'de> for SettingValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(ValueVisitor { in_list: false })
            .map(Self)
    }
}

struct ValueVisitor {
    in_list: bool,
}

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.in_list {
            "a number, a name, true or false"
        } else {
            "a number, a name, true or false, or an array of them"
        })
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(vec![value.to_string()])
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(vec![value.to_string()])
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(vec![text.to_owned()])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        if self.in_list {
            return Err(Error::invalid_type(de::Unexpected::Seq, &self));
        }
        let mut values = Vec::new();
        while let Some(item) = items.next_element::<ListItem>()? {
            values.extend(item.0);
        }
        Ok(values)
    }
}

struct ListItem(Vec<String>);

impl<'de> Deserialize<'de> for ListItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(ValueVisitor { in_list: true })
            .map(Self)
    }
}
