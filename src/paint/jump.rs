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

    /// Returns the stops before and after the jump.
    pub(super) fn stops(self, layout: PaintLayout) -> [usize; 2] {
        match self {
            Self::Stops(stop) => [stop, stop + 1],
            Self::Wrap => [stop_count(layout) - 1, 0],
        }
    }

    /// Returns the premultiplied colours of the stops before and after the jump.
    pub fn colors(self, layout: PaintLayout, coefficients: &[f64]) -> [[f64; 4]; 2] {
        self.stops(layout)
            .map(|stop| stop_color(layout, coefficients, stop))
    }
}

/// Returns the jumps of a paint. One between equal colours is none.
///
/// Where more than two stops share an offset, or all of them share 0 or 1 in a repeated gradient,
/// several jumps lie at one place and add up.
pub fn jumps(layout: PaintLayout, coefficients: &[f64]) -> Vec<Jump> {
    each_jump(layout, coefficients).collect()
}

/// Iterates over the jumps of a paint.
pub(super) fn each_jump(layout: PaintLayout, coefficients: &[f64]) -> impl Iterator<Item = Jump> {
    let count = stop_count(layout);
    let offset = move |stop: usize| coefficients[layout.map_count() + STOP * stop];
    let hard = (1..count).filter(move |&stop| offset(stop) - offset(stop - 1) < MIN_STOP_GAP);
    let wrap = layout.spread() == Spread::Repeat;
    hard.map(|stop| Jump::Stops(stop - 1))
        .chain(wrap.then_some(Jump::Wrap))
        .filter(move |jump| {
            let [before, after] = jump.colors(layout, coefficients);
            before != after
        })
}

/// Returns the premultiplied colour of a stop.
pub(super) fn stop_color(layout: PaintLayout, coefficients: &[f64], stop: usize) -> [f64; 4] {
    let start = layout.map_count() + STOP * stop;
    premultiply(std::array::from_fn(|channel| {
        coefficients[start + 1 + channel]
    }))
}

fn stop_count(layout: PaintLayout) -> usize {
    match layout {
        PaintLayout::Solid => 0,
        PaintLayout::Linear { stops, .. } | PaintLayout::Radial { stops, .. } => stops,
    }
}
