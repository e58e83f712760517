//! The structure of a scene file: what is read, and what the schema describes.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};

use super::fit::FitFile;
use super::model::{ColorSpace, FillRule, Spread};
use super::quantity::{
    Coordinate, Degrees, EdgeSamples, Factor, Fraction, Length, Seed, Side, Spp, Tolerance,
};
use crate::filter::Filter;
use crate::sampling::{EdgeAllocation, Sampler};

/// A scene of the 2D differentiable renderer reynolds.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Scene")]
pub(super) struct SceneFile {
    /// The version of the format.
    #[expect(dead_code, reason = "there is one version, checked as it is read")]
    pub version: Version,
    /// The picture's frame.
    pub canvas: CanvasFile,
    /// What is drawn; later shapes paint over earlier ones.
    #[expect(dead_code, reason = "read one by one, see ShapeList")]
    pub shapes: ShapeList,
    /// How to render unless the command line says otherwise.
    #[serde(default)]
    pub render: RenderFile,
    /// How to fit the scene to a target unless the command line says otherwise.
    #[serde(default)]
    pub fit: FitFile,
}

/// The one version there is.
#[derive(Debug)]
pub(crate) struct Version;

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            1 => Ok(Self),
            other => Err(Error::custom(format!(
                "must be 1, the only version of the format so far, got {other}"
            ))),
        }
    }
}

impl JsonSchema for Version {
    fn schema_name() -> Cow<'static, str> {
        "Version".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "const": 1 })
    }
}

/// The picture's frame.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Canvas")]
pub(super) struct CanvasFile {
    /// Width in pixels.
    pub width: Side,
    /// Height in pixels.
    pub height: Side,
    /// The colour behind all shapes; opaque white unless given.
    pub background: Option<ColorFile>,
    /// How PNG files store values: as they are, or through the sRGB transfer function.
    #[serde(default)]
    pub color_space: ColorSpace,
}

/// How to render unless the command line says otherwise.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Render")]
pub(super) struct RenderFile {
    /// Samples per pixel.
    pub spp: Spp,
    /// Boundary samples per pixel of edge length, on average.
    pub edge_samples: EdgeSamples,
    /// Which parts of edges take boundary samples.
    pub edge_allocation: EdgeAllocation,
    /// How samples are placed.
    pub sampler: Sampler,
    /// The reconstruction filter.
    pub filter: Filter,
    /// The seed of all random numbers.
    pub seed: Seed,
    /// The largest distance between a curve and its polyline, in pixels.
    pub tolerance: Tolerance,
}

impl Default for RenderFile {
    fn default() -> Self {
        Self {
            spp: Spp(16),
            edge_samples: EdgeSamples(4.0),
            edge_allocation: EdgeAllocation::default(),
            sampler: Sampler::default(),
            filter: Filter::default(),
            seed: Seed(0),
            tolerance: Tolerance(1.0 / 256.0),
        }
    }
}

/// A list of shapes, which are read one by one: groups may be nested deeper than the call stack.
#[derive(Debug)]
pub(super) struct ShapeList;

impl<'de> Deserialize<'de> for ShapeList {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<IgnoredAny>::deserialize(deserializer).map(|_| Self)
    }
}

impl JsonSchema for ShapeList {
    fn schema_name() -> Cow<'static, str> {
        "Shapes".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        <Vec<ShapeFile>>::json_schema(generator)
    }
}

/// A shape.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename = "type", rename_all = "lowercase")]
#[schemars(rename = "Shape", untagged)]
pub(super) enum ShapeFile {
    Circle(CircleFile),
    Ellipse(EllipseFile),
    Rect(RectFile),
    Polygon(PolygonFile),
    Path(PathFile),
    Group(GroupFile),
}

/// Defines a shape of the file: the fields that all shapes with a fill have, and its own.
macro_rules! shape {
    (
        $(#[$doc:meta])*
        $name:ident, $tag:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }
    ) => {
        #[derive(Debug, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        $(#[$doc])*
        #[schemars(transform = tag::<$name>)]
        pub(super) struct $name {
            /// The name: letters, digits, `_` and `-`; unique in the scene.
            pub id: Id,
            $($(#[$field_doc])* pub $field: $type,)*
            /// What is inside; nothing unless given.
            pub fill: Option<PaintFile>,
            /// Multiplies the alpha of the shape.
            pub opacity: Option<Fraction>,
            /// The shape's own coordinates to those of the group or the canvas around it.
            pub transform: Option<TransformFile>,
        }

        impl Tagged for $name {
            const TAG: &'static str = $tag;
        }
    };
}

/// An object whose field `type` says what it is.
trait Tagged {
    const TAG: &'static str;
}

/// Adds the field `type` to the schema of an object.
fn tag<T: Tagged>(schema: &mut Schema) {
    let object = schema.ensure_object();
    let mut properties = serde_json::Map::new();
    properties.insert("type".into(), serde_json::json!({ "const": T::TAG }));
    if let Some(serde_json::Value::Object(rest)) = object.remove("properties") {
        properties.extend(rest);
    }
    object.insert("properties".into(), properties.into());
    if let Some(serde_json::Value::Array(required)) = object.get_mut("required") {
        required.insert(0, "type".into());
    }
}

shape! {
    /// A disc.
    #[schemars(rename = "Circle")]
    CircleFile, "circle" {
        /// The centre `[x, y]`.
        center: [Coordinate; 2],
        /// The radius.
        radius: Length,
    }
}

shape! {
    /// A disc stretched along the axes.
    #[schemars(rename = "Ellipse")]
    EllipseFile, "ellipse" {
        /// The centre `[x, y]`.
        center: [Coordinate; 2],
        /// The radii `[rx, ry]`.
        radii: [Length; 2],
    }
}

shape! {
    /// A rectangle along the axes.
    #[schemars(rename = "Rect")]
    RectFile, "rect" {
        /// The corner `[x, y]` of small coordinates.
        min: [Coordinate; 2],
        /// The corner `[x, y]` of large coordinates.
        max: [Coordinate; 2],
    }
}

shape! {
    /// A closed polygon.
    #[schemars(rename = "Polygon")]
    PolygonFile, "polygon" {
        /// The corners `[x, y]` in order.
        points: Vec<[Coordinate; 2]>,
        /// What counts as inside.
        #[serde(default)]
        fill_rule: FillRule,
    }
}

shape! {
    /// Lines and curves; open subpaths are closed by a line.
    #[schemars(rename = "Path")]
    PathFile, "path" {
        /// SVG path data.
        d: String,
        /// What counts as inside.
        #[serde(default)]
        fill_rule: FillRule,
    }
}

/// Shapes that are moved, and with an opacity also composited, as one.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Group", transform = tag::<GroupFile>)]
pub(super) struct GroupFile {
    /// The name: letters, digits, `_` and `-`; unique in the scene.
    pub id: Id,
    /// What is drawn; later shapes paint over earlier ones.
    #[expect(dead_code, reason = "read one by one, see ShapeList")]
    pub children: ShapeList,
    /// Multiplies the alpha of the whole.
    pub opacity: Option<Fraction>,
    /// The group's own coordinates to those of the group or the canvas around it.
    pub transform: Option<TransformFile>,
}

impl Tagged for GroupFile {
    const TAG: &'static str = "group";
}

/// The name of a shape.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Id(pub String);

/// The one name that no shape may have: parameters of the canvas start with it.
const RESERVED_ID: &str = "canvas";

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if id == RESERVED_ID {
            Err(Error::custom(
                "`canvas` names the canvas; choose another id",
            ))
        } else if id.is_empty() || !id.chars().all(allowed) {
            Err(Error::custom(
                "an id is made of the letters a to z and A to Z, digits, `_` and `-`",
            ))
        } else {
            Ok(Self(id))
        }
    }
}

impl JsonSchema for Id {
    fn schema_name() -> Cow<'static, str> {
        "Id".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "The name of a shape, unique in the scene.",
            "type": "string",
            "pattern": "^[A-Za-z0-9_-]+$",
            "not": { "const": RESERVED_ID },
        })
    }
}

/// A straight colour `[r, g, b]` or `[r, g, b, a]`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct ColorFile(pub Vec<Fraction>);

impl<'de> Deserialize<'de> for ColorFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let numbers = Vec::<Fraction>::deserialize(deserializer)?;
        match numbers.len() {
            3 | 4 => Ok(Self(numbers)),
            other => Err(Error::custom(format!(
                "expected [r, g, b] or [r, g, b, a], got {other} numbers"
            ))),
        }
    }
}

impl JsonSchema for ColorFile {
    fn schema_name() -> Cow<'static, str> {
        "Color".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A straight (non-premultiplied) colour [r, g, b] or [r, g, b, a].",
            "type": "array",
            "items": generator.subschema_for::<Fraction>(),
            "minItems": 3,
            "maxItems": 4,
        })
    }
}

/// What fills a shape.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "Paint", untagged)]
pub(super) enum PaintFile {
    #[serde(rename = "[]")]
    Solid(ColorFile),
    #[serde(rename = "{}")]
    Gradient(GradientFile),
}

/// A colour that varies with the place.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename = "type", rename_all = "snake_case")]
#[schemars(rename = "Gradient", untagged)]
pub(super) enum GradientFile {
    LinearGradient(LinearFile),
    RadialGradient(RadialFile),
}

/// A gradient along a line.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "LinearGradient", transform = tag::<LinearFile>)]
pub(super) struct LinearFile {
    /// The point `[x, y]` of offset 0.
    pub start: [Coordinate; 2],
    /// The point `[x, y]` of offset 1.
    pub end: [Coordinate; 2],
    /// The colours; offsets do not decrease.
    #[schemars(length(min = 1))]
    pub stops: Vec<StopFile>,
    /// What is outside the offsets 0 to 1.
    #[serde(default)]
    pub spread: Spread,
}

impl Tagged for LinearFile {
    const TAG: &'static str = "linear_gradient";
}

/// A gradient from a centre outwards.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "RadialGradient", transform = tag::<RadialFile>)]
pub(super) struct RadialFile {
    /// The point `[x, y]` of offset 0.
    pub center: [Coordinate; 2],
    /// The distance of offset 1: a number, or `[rx, ry]`.
    pub radius: RadiusFile,
    /// The colours; offsets do not decrease.
    #[schemars(length(min = 1))]
    pub stops: Vec<StopFile>,
    /// What is outside the offsets 0 to 1.
    #[serde(default)]
    pub spread: Spread,
}

impl Tagged for RadialFile {
    const TAG: &'static str = "radial_gradient";
}

/// One radius, or a horizontal and a vertical one.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "Radius", untagged)]
pub(super) enum RadiusFile {
    #[serde(rename = "0")]
    Circular(Length),
    #[serde(rename = "[]")]
    Elliptical([Length; 2]),
}

/// A colour at a place of a gradient.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Stop")]
pub(super) struct StopFile {
    /// The place.
    pub offset: Fraction,
    /// The colour there.
    pub color: ColorFile,
}

/// An affine map: either `matrix` alone, or any of the parts, which make
/// `p ↦ translate + origin + R·S·(p − origin)`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(
    rename = "Transform",
    extend("if" = { "required": ["matrix"] }, "then" = { "maxProperties": 1 })
)]
pub(super) struct TransformFile {
    /// The translation `[x, y]`; `[0, 0]` unless given.
    pub translate: Option<[Coordinate; 2]>,
    /// The rotation, clockwise as y points down; 0 unless given.
    pub rotate: Option<Degrees>,
    /// The factors `[sx, sy]`, applied before the rotation; `[1, 1]` unless given.
    pub scale: Option<[Factor; 2]>,
    /// The fixed point `[x, y]` of rotation and scale; `[0, 0]` unless given.
    pub origin: Option<[Coordinate; 2]>,
    /// The coefficients `[a, b, c, d, e, f]` of `(x, y) ↦ (a x + c y + e, b x + d y + f)`.
    pub matrix: Option<[Factor; 6]>,
}
