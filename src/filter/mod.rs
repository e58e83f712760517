//! Reconstruction filters: separable kernels that integrate to one over the line, by formula and
//! never by dividing by a sum of weights.

mod boxcar;
mod gaussian;
mod mitchell;
mod piece;
mod reconstruction;
mod tent;
#[cfg(test)]
mod tests;

pub use piece::Piece;
pub use reconstruction::Filter;
