//! Paints in canvas space: what a shape shows at a point, as a function of a few coefficients.
//!
//! [`resolve`] folds the transforms of a shape and its opacity into the coefficients of its paint,
//! once a shape and in any [scalar](crate::ad::Scalar). What runs at every sample sees nothing
//! else: [`color_at`] gives the colour, [`push_forward`] its tangent, [`pull_back`] the adjoints
//! of the coefficients.
//!
//! | paint | coefficients |
//! |---|---|
//! | solid | premultiplied red, green, blue; alpha |
//! | linear gradient | (gx, gy, h) with t = g·X + h at canvas point X; then the stops |
//! | radial gradient | an affine map in SVG order, t = its length at X; then the stops |
//!
//! A gradient jumps where stops share an offset and where `repeat` starts again; [`jumps`] lists
//! these, [`IsoLine`] says where in the canvas they are, how they move and what is on either side.
//! The ellipses along which a radial gradient jumps are polygons, to whoever looks; the layout has the
//! number of their sides.
//!
//! A stop has five: offset, straight red, green and blue, and alpha times opacity.

mod color;
mod derivative;
mod iso_line;
#[cfg(test)]
mod iso_line_tests;
mod jump;
mod kink;
mod layout;
mod piece;
#[cfg(test)]
mod polygon_tests;
mod resolve;
#[cfg(test)]
mod tests;

pub use color::color_at;
pub use derivative::{Active, active, pull_back, push_forward};
pub use iso_line::IsoLine;
pub use jump::{Jump, jumps};
pub use kink::has_kink;
pub use layout::{PaintLayout, translate};
pub use resolve::resolve;
