use super::edge_sample::EdgeSample;
use crate::sampling::Stream;

/// A way in which an estimator is wrong: what tests must notice.
///
/// No part of the interface. `Renderer::with_mutation` breaks the estimator as named; the tests
/// then have to reject what they accept without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mutation {
    /// Normals point from + to −.
    FlippedNormal,
    /// Normals have length 1: the Jacobian of the edge's parametrisation is left out.
    NoEdgeLength,
    /// Each sample stands for all of its piece: the width of its stratum is left out.
    NoStratumWidth,
    /// This edge contributes nothing.
    SkippedEdge(u32),
    /// Jumps take the first channel for the second.
    SwappedChannels,
    /// Coincident edges are not put in order.
    NoCoincidenceRule,
    /// The image and the interior term of the derivative come from the same points.
    SharedPoints,
}

impl Mutation {
    /// Breaks a sample of an edge whose piece takes `count`.
    pub(super) fn break_sample(self, edge: u32, count: u32, sample: &mut EdgeSample) {
        match self {
            Self::FlippedNormal => sample.normal = -sample.normal,
            Self::NoEdgeLength => sample.normal = sample.normal.normalize_or_zero(),
            Self::NoStratumWidth => sample.weight *= f64::from(count),
            Self::SkippedEdge(skipped) if skipped == edge => sample.weight = 0.0,
            Self::SwappedChannels => sample.jump.swap(0, 1),
            Self::SkippedEdge(_) | Self::NoCoincidenceRule | Self::SharedPoints => {}
        }
    }

    /// Returns the stream that the points in pixels come from.
    pub(super) fn replace_stream(self, stream: Stream) -> Stream {
        match self {
            Self::SharedPoints => Stream::Image,
            _ => stream,
        }
    }
}
