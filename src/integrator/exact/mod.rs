//! The exact integrator: no sampling, the judge of those that sample.
//!
//! A drawing meets a cell (a pixel, or a quarter of one under filters with knots at pixel centres)
//! in polygons. [`image`] sweeps the cell: between two neighbouring event heights no edges cross,
//! so the slab falls into trapezoids, on each of which colour is one smooth function. The
//! [`interior`] term of the derivative is integrated over the same trapezoids; the [`boundary`]
//! term never sees them: it cuts every edge where another one crosses it and integrates the jump
//! along the pieces. So the derivative of the one checks the other.
//!
//! Beside each value there is its [`Spread`]: how the estimate from samples scatters around it.

pub(crate) mod area;
pub mod boundary;
mod cell;
mod chord;
mod faces;
mod image;
pub mod interior;
mod jump;
mod patch;
mod polygon;
pub(crate) mod quadrature;
pub(crate) mod region;
mod rows;
pub(crate) mod scale;
mod scatter;
mod spread;
mod strata;
mod sweep;
mod visible;
mod walk;

pub use image::{image, image_spread, tile_sums};
pub use scatter::Scatter;
pub use spread::Spread;
pub(crate) use visible::{VisiblePiece, visible_pieces};
