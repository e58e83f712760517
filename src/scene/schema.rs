use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::Value;

use super::file::SceneFile;

/// Returns the JSON Schema (draft 2020-12) of scene files.
///
/// It comes from the types that read them. What it cannot say, only the loader checks: that ids
/// are unique, stops in order, rectangles not inside out, path data well formed.
pub fn json_schema() -> Value {
    schema_of::<SceneFile>()
}

/// Returns the JSON Schema of files that read as a `T`.
pub(crate) fn schema_of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with_transform(WithoutNull);
    settings
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

/// Takes `null` out of a schema: an optional field is left out, never null.
#[derive(Clone, Debug)]
struct WithoutNull;

impl Transform for WithoutNull {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(object) = schema.as_object_mut() else {
            return;
        };
        if let Some(Value::Array(types)) = object.get_mut("type") {
            types.retain(|name| name != "null");
        }
        let Some(Value::Array(mut choices)) = object.remove("anyOf") else {
            return;
        };
        choices.retain(|choice| choice.get("type") != Some(&"null".into()));
        match choices.as_slice() {
            [Value::Object(only)] => object.extend(only.clone()),
            _ => drop(object.insert("anyOf".into(), choices.into())),
        }
    }
}
