//! Pictures of floating-point numbers.

mod image;

pub use image::Image;
