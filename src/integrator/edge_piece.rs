use super::allocation::Placed;
use crate::drawing::{Edge, Piece};
use crate::sampling::{Key, Sampler};

/// The piece of an edge within a pixel, and what tells where its samples are.
#[derive(Clone, Copy, Debug)]
pub(super) struct EdgePiece<'a> {
    pub(super) index: u32,
    pub(super) edge: &'a Edge,
    pub(super) piece: Piece,
    /// The number of its samples.
    pub(super) count: u32,
    /// The part of the edge that a sample of its own stands for.
    dt: f64,
    key: Key,
    /// Samples that were spread along more than the piece; its own are nowhere listed.
    placed: &'a [Placed],
}

impl<'a> EdgePiece<'a> {
    /// Returns a piece that places its own samples, `count` of them.
    #[inline]
    pub(super) fn new(index: u32, edge: &'a Edge, piece: Piece, count: u32, key: Key) -> Self {
        Self {
            index,
            edge,
            piece,
            count,
            dt: (piece.end - piece.start) / f64::from(count),
            key,
            placed: &[],
        }
    }

    /// Returns the piece with samples that are placed already.
    pub(super) fn with_placed(self, placed: &'a [Placed]) -> Self {
        Self {
            count: placed.len() as u32,
            placed,
            ..self
        }
    }

    /// Returns where a sample is along the edge, and the part of the edge that it stands for.
    #[inline]
    pub(super) fn sample(&self, sampler: Sampler, number: u32) -> (f64, f64) {
        if let Some(placed) = self.placed.get(number as usize) {
            return (placed.t, placed.dt);
        }
        let length = self.piece.end - self.piece.start;
        let u = sampler.edge_sample(self.key, number, self.count);
        (self.piece.start + length * u, self.dt)
    }

    /// Returns the number of samples that are spread together with those of the piece.
    pub(super) fn run_count(&self) -> u32 {
        self.placed
            .first()
            .map_or(self.count, |placed| placed.count)
    }
}
