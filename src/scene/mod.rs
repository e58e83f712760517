//! Scenes: the model, its parameters, and the file format.
//!
//! A file goes through these stages: `json` splits the text into tokens, `document` keeps them as
//! a tree that knows lines and columns, `reader` reads parts of the tree into the types of `file`,
//! which are also the source of the JSON Schema, and `build` turns those into a [`Scene`]; `check`
//! tests what relates several numbers. `write` goes the way back.

mod build;
mod check;
mod document;
mod error;
mod file;
mod fit;
#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod format_tests;
mod json;
mod json_file;
mod lift;
mod limits;
mod load;
mod model;
mod overrides;
mod parameter;
mod path_data;
mod problem;
mod quantity;
mod reader;
mod schema;
mod select;
mod suggest;
mod transform;
mod wrap;
mod write;

pub(crate) use document::Step;
pub use error::SceneError;
pub(crate) use file::Version;
pub use fit::FitDefaults;
pub(crate) use json_file::JsonFile;
pub use lift::{Lift, TapeLift};
pub use limits::{
    MAX_CANVAS_PIXELS, MAX_CANVAS_SIDE, MAX_EDGE_SAMPLES, MAX_FILE_BYTES, MAX_GROUP_DEPTH,
    MAX_JSON_DEPTH, MAX_MAGNITUDE, MAX_SPP, MAX_TOLERANCE, MAX_TRANSFORM, MIN_TOLERANCE,
};
pub use model::{
    Canvas, Color, ColorSpace, FillRule, Geometry, Gradient, GradientKind, Paint, PathSegment,
    Point, Real, RenderSettings, Scene, Shape, Spread, Stop, Transform,
};
pub use overrides::{Override, OverrideError};
pub use parameter::{Parameter, ParameterId, ParameterKind, Parameters, Unit};
pub(crate) use quantity::{EdgeSamples, Seed, Spp};
pub use schema::json_schema;
pub(crate) use schema::schema_of;
pub use select::SelectError;
pub(crate) use suggest::hint;
