//! Drawings: what is left of a scene once outlines are polylines and paints are coefficients.
//!
//! A drawing is a structure ([`Layout`]) and a flat vector of numbers, the *drawing variables*:
//! vertices, paint coefficients, group opacities, background. Samples see nothing else. Tangents
//! and adjoints of the variables are vectors of the same order; [`Layout`] carries them from and
//! to the parameters of the scene.

mod cover;
mod cover_builder;
#[cfg(test)]
mod cover_tests;
mod crossing;
mod edge;
mod layout;
mod nearby;
mod painter;
mod piece;
mod planned;
mod stretch;
mod tile;
mod tile_builder;
mod trace;
mod whole_run;

pub use cover::{Cover, Entry};
pub use cover_builder::LayerCells;
pub use crossing::{EdgePoint, Sides, Surround};
pub(crate) use edge::finite_slope;
pub use edge::{Edge, Edges};
pub use layout::{Drawing, Group, Layer, Layout, Seam};
pub use nearby::Nearby;
pub use painter::{Painter, Rgba, Scratch, over};
pub use piece::{Piece, for_each_piece, piece_in};
pub use tile::{PixelRect, Run, TILE_SIZE, Tile, TileGrid, TileLayer, Wall};
