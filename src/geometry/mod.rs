//! Vectors and affine maps, generic in the scalar.

mod affine;
mod vec2;

pub use affine::Affine;
pub use vec2::Vec2;
