//! Scenes: the model, its parameters, and (in time) the file format.

mod lift;
mod model;
mod parameter;
mod transform;

pub use lift::{Lift, TapeLift};
pub use model::{
    Canvas, Color, ColorSpace, FillRule, Geometry, Gradient, GradientKind, Paint, PathSegment,
    Point, Real, RenderSettings, Scene, Shape, Spread, Stop, Transform,
};
pub use parameter::{Parameter, ParameterId, ParameterKind, Parameters, Unit};
