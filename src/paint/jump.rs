use crate::ad::Scalar;
use crate::scene::Spread;

use super::PaintLayout;
use super::color::{MIN_STOP_GAP, premultiply};
use super::layout::STOP;

/// A place of the gradient parameter, before the spread, where the colour jumps.
///
/// With the spreads `repeat` and `reflect` it comes back again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jump {
    /// Between stops `i` and `i + 1`, which share an offset. The place is the mean of the two, so
    /// each moves it by half.
    Stops(usize),
    /// From the last stop to the first where `repeat` starts again: at every whole number, whatever
    /// the offsets are.
    Wrap,
}

impl Jump {
    /// Returns the place in [0, 1].
    pub fn parameter<S: Scalar>(self, layout: PaintLayout, coefficients: &[S]) -> S {
        match self {
            Self::Stops(stop) => {
                let offset = |stop| coefficients[layout.map_count() + STOP * stop];
                S::linear([0.5, 0.5], [offset(stop), offset(stop + 1)])
            }
            Self::Wrap => S::constant(0.0),
        }
    }

    /// Returns the premultiplied colours before and after the jump.
    pub fn colors<S: Scalar>(self, layout: PaintLayout, coefficients: &[S]) -> [[S; 4]; 2] {
        let (before, after) = match self {
            Self::Stops(stop) => (stop, stop + 1),
            Self::Wrap => (stop_count(layout) - 1, 0),
        };
        [before, after].map(|stop| {
            let start = layout.map_count() + STOP * stop;
            let [r, g, b, a] = std::array::from_fn(|channel| coefficients[start + 1 + channel]);
            premultiply([r, g, b, a])
        })
    }
}

/// Returns the jumps of a paint. One between equal colours is none.
///
/// Where more than two stops share an offset, or all of them share 0 or 1 in a repeated gradient,
/// several jumps lie at one place and add up.
pub fn jumps(layout: PaintLayout, coefficients: &[f64]) -> Vec<Jump> {
    let count = stop_count(layout);
    let offset = |stop: usize| coefficients[layout.map_count() + STOP * stop];
    let hard = (1..count).filter(|&stop| offset(stop) - offset(stop - 1) < MIN_STOP_GAP);
    let wrap = matches!(
        layout,
        PaintLayout::Linear {
            spread: Spread::Repeat,
            ..
        } | PaintLayout::Radial {
            spread: Spread::Repeat,
            ..
        }
    );
    hard.map(|stop| Jump::Stops(stop - 1))
        .chain(wrap.then_some(Jump::Wrap))
        .filter(|jump| {
            let [before, after] = jump.colors(layout, coefficients);
            before != after
        })
        .collect()
}

fn stop_count(layout: PaintLayout) -> usize {
    match layout {
        PaintLayout::Solid => 0,
        PaintLayout::Linear { stops, .. } | PaintLayout::Radial { stops, .. } => stops,
    }
}
