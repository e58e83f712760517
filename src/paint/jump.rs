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
    /// Between stops `i` and `i + 1`, which share an offset. The place is the mean of the two; each
    /// moves a part of the jump.
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

    /// Returns by how much the mean of the premultiplied colour along the ramp of which this is the limit
    /// is above that of its ends: where straight colour and alpha both change, it is curved.
    fn bulge(self, layout: PaintLayout, coefficients: &[f64]) -> [f64; 4] {
        if self == Self::Wrap {
            return [0.0; 4];
        }
        let stops = &coefficients[layout.map_count()..];
        let [before, after] = self
            .stops(layout)
            .map(|stop| &stops[STOP * stop + 1..][..4]);
        let change = |channel: usize| after[channel] - before[channel];
        // Between 0 and 1 the means of u² and u are 1/3 and 1/2, which is −1/6.
        let product = |channel| -change(channel) * change(3) / 6.0;
        [product(0), product(1), product(2), 0.0]
    }
}

/// A part of a jump, which moves by itself.
///
/// Two stops that share an offset are the limit of a ramp. When the first offset moves, there is more of
/// the first colour and less of the mean along the ramp, or the other way round; so it moves a jump from
/// the one to the other. The second offset moves a jump from that mean to the second colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it, moved by half by each offset: the mean along the ramp is that of its ends.
    Whole,
    /// From the first colour to the mean, moved by the first offset.
    First,
    /// From the mean to the second colour, moved by the second offset.
    Second,
}

impl Part {
    /// Returns the parts of a jump, which add up to it: two if they are not halves.
    pub(super) fn all(jump: Jump, layout: PaintLayout, coefficients: &[f64]) -> &'static [Self] {
        if jump.bulge(layout, coefficients) == [0.0; 4] {
            &[Self::Whole]
        } else {
            &[Self::First, Self::Second]
        }
    }

    /// Returns the place of the jump in [0, 1], as a function of what moves this part.
    pub(super) fn parameter<S: Scalar>(
        self,
        jump: Jump,
        layout: PaintLayout,
        coefficients: &[S],
    ) -> S {
        let offset = |stop| coefficients[layout.map_count() + STOP * stop];
        let [first, second] = jump.stops(layout);
        match self {
            Self::Whole => jump.parameter(layout, coefficients),
            Self::First => offset(first),
            Self::Second => offset(second),
        }
    }

    /// Returns the premultiplied colours before and after this part, given those of the whole jump.
    pub(super) fn colors(
        self,
        jump: Jump,
        layout: PaintLayout,
        coefficients: &[f64],
        [before, after]: [[f64; 4]; 2],
    ) -> [[f64; 4]; 2] {
        if self == Self::Whole {
            return [before, after];
        }
        let bulge = jump.bulge(layout, coefficients);
        let mean = std::array::from_fn(|c| 0.5 * (before[c] + after[c]) + bulge[c]);
        if self == Self::First {
            [before, mean]
        } else {
            [mean, after]
        }
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
