//! Pictures and texts to files and back.
//!
//! | format | numbers | alpha | range |
//! |---|---|---|---|
//! | `.png` | 8 bits | straight | clamped to `[0, 1]` |
//! | `.npy` | float64, little-endian, C order, `[height][width][channels]` | premultiplied | all |
//! | `.exr` | 32-bit float, scan lines, ZIP | premultiplied | ±3.4e38 |
//!
//! Files are written whole or not at all ([`write_atomically`]). The bytes depend on the picture
//! only: the same picture gives the same file.

mod animation;
mod atomic;
mod bytes;
mod color_map;
mod error;
mod exr;
mod format;
mod gradient;
mod names;
mod npy;
mod npy_header;
mod picture;
mod png;
mod png_reading;
mod transfer;

pub use animation::{AnimationFormat, write_animation};
pub use atomic::{check_writable, write_atomically, write_text};
pub use bytes::{MAX_FILE_BYTES, MAX_VALUES};
pub use color_map::diverging_color;
pub use error::{ExportError, ReadDefect, WriteDefect};
pub use format::Format;
pub use gradient::{gradient_range, write_difference, write_gradient};
pub use names::gradient_path;
pub use picture::{read_image, write_image};
pub use transfer::{linear_to_srgb, srgb_to_linear};

#[cfg(test)]
mod tests;
