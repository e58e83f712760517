//! Four samples side by side.
//!
//! Loops over the lanes of arrays become vector instructions. There is one code for every machine,
//! it has no fused operations, and so the same bits everywhere.

use glam::DVec2;

use crate::drawing::Rgba;
use crate::scene::FillRule;

/// The number of samples that are evaluated together.
pub(super) const LANES: usize = 4;

/// One number for each of four samples.
pub(super) type Lanes = [f64; LANES];

/// Premultiplied RGBA of four samples.
pub(super) type LaneColors = [Lanes; 4];

/// What the colours of a batch count in each channel.
#[derive(Clone, Copy, Debug)]
pub(super) enum Weights {
    /// The same for all samples.
    Same(Rgba),
    /// Another for each sample.
    Each(LaneColors),
}

impl Weights {
    /// Returns the weights of a lane.
    pub(super) fn lane(&self, lane: usize) -> Rgba {
        match self {
            Self::Same(weights) => *weights,
            Self::Each(weights) => weights.map(|channel| channel[lane]),
        }
    }

    /// Returns `Σ weight · colour` over the channels, for one colour.
    pub(super) fn dot(&self, color: Rgba) -> Lanes {
        match self {
            Self::Same(weights) => [(0..4).map(|c| weights[c] * color[c]).sum(); LANES],
            Self::Each(weights) => {
                std::array::from_fn(|lane| (0..4).map(|c| weights[c][lane] * color[c]).sum())
            }
        }
    }

    /// Returns `Σ weight · share` over the samples, for each channel.
    pub(super) fn share(&self, shares: &Lanes) -> Rgba {
        match self {
            Self::Same(weights) => {
                let sum: f64 = shares.iter().sum();
                weights.map(|weight| weight * sum)
            }
            Self::Each(weights) => {
                weights.map(|channel| (0..LANES).map(|lane| channel[lane] * shares[lane]).sum())
            }
        }
    }
}

/// Up to four points of one pixel. Lanes beyond `count` repeat another point and are not to be used.
#[derive(Clone, Copy, Debug)]
pub(super) struct Batch {
    pub(super) x: Lanes,
    pub(super) y: Lanes,
    pub(super) count: usize,
}

impl Batch {
    /// Returns a batch of the first `count` of some points, or of all if there are fewer.
    #[inline]
    pub(super) fn new(points: [[f64; 2]; LANES], count: usize) -> Self {
        Self {
            x: points.map(|[x, _]| x),
            y: points.map(|[_, y]| y),
            count: count.min(LANES),
        }
    }

    /// Returns the sums of the channels over the points of the batch.
    #[inline]
    pub(super) fn sums(&self, colors: &LaneColors) -> Rgba {
        if self.count == LANES {
            return colors.map(|channel| channel.iter().sum());
        }
        colors.map(|channel| channel[..self.count].iter().sum())
    }

    /// Returns the point of a lane.
    pub(super) fn point(&self, lane: usize) -> DVec2 {
        DVec2::new(self.x[lane], self.y[lane])
    }
}

/// 1 or 0: a condition as a number like all others, for vector instructions.
#[inline]
pub(super) fn one_if(condition: bool) -> f64 {
    if condition { 1.0 } else { 0.0 }
}

/// Returns 1 where points with a winding number are inside, otherwise 0.
#[inline]
pub(super) fn inside_of(rule: FillRule, windings: Lanes) -> Lanes {
    match rule {
        FillRule::Nonzero => windings.map(|winding| one_if(winding != 0.0)),
        FillRule::Evenodd => windings.map(|winding| {
            // The half is rounded to a whole number: sums as large as this have no other digits.
            const ROUND: f64 = 1.5 / f64::EPSILON;
            let half = (0.5 * winding + ROUND) - ROUND;
            (winding - 2.0 * half).abs()
        }),
    }
}
