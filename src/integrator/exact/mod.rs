//! The exact integrator: no sampling, the judge of those that sample.
//!
//! A drawing meets a cell (a pixel, or a quarter of one under filters with knots at pixel centres)
//! in polygons. [`image`] sweeps the cell: between two neighbouring event heights no edges cross,
//! so the slab falls into trapezoids, on each of which colour is one smooth function.

mod cell;
mod chord;
mod image;
mod quadrature;
mod region;
mod sweep;

pub use image::image;
