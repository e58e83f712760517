use std::ops::Range;

use glam::DVec2;

use crate::ad::Scalar;
use crate::geometry::Vec2;
use crate::scene::Spread;

use super::PaintLayout;
use super::layout::STOP;

/// Stops closer than this make a jump, halfway between them, instead of a ramp.
pub(super) const MIN_STOP_GAP: f64 = 1e-9;

/// Returns the premultiplied colour of a paint at a point of the canvas, in pixels.
///
/// Where the colour has a kink or a jump, the derivative is that of one side. Jumps (stops of equal
/// offset, the wrap of `repeat`) move with the parameters; the derivative here leaves that out.
///
/// # Panics
/// If there are fewer coefficients than the layout asks for.
pub fn color_at<S: Scalar>(layout: PaintLayout, coefficients: &[S], position: DVec2) -> [S; 4] {
    let (map, stops) = coefficients.split_at(layout.map_count());
    match layout {
        PaintLayout::Solid => [stops[0], stops[1], stops[2], stops[3]],
        PaintLayout::Linear { spread, .. } | PaintLayout::Radial { spread, .. } => {
            let t = spread_parameter(gradient_parameter(map, position), spread);
            let near = stops_near(
                t.value(),
                |stop| stops[STOP * stop].value(),
                stops.len() / STOP,
            );
            premultiply(mix(t, &stops[STOP * near.start..STOP * near.end]))
        }
    }
}

/// Tells whether the colour of a gradient is continuous at `t`, the parameter before the spread, but
/// its slope changes by more than 1/1000 per unit of t.
pub fn has_kink(layout: PaintLayout, coefficients: &[f64], t: f64) -> bool {
    // What is smooth bends by no more than STEP² or so, what jumps by no less than a colour.
    const STEP: f64 = 1e-6;
    let spread = match layout {
        PaintLayout::Solid => return false,
        PaintLayout::Linear { spread, .. } | PaintLayout::Radial { spread, .. } => spread,
    };
    // The same stops, with the point's x for t.
    let stops = &coefficients[layout.map_count()..];
    let straight = [&[1.0, 0.0, 0.0], stops].concat();
    let count = stops.len() / STOP;
    let layout = PaintLayout::Linear {
        stops: count,
        spread,
    };
    let color = |t| color_at(layout, &straight, DVec2::new(t, 0.0));
    let [before, at, after] = [t - STEP, t, t + STEP].map(color);
    let bends = (0..4).any(|c| (before[c] - 2.0 * at[c] + after[c]).abs() > 1e-3 * STEP);
    let jumps = (0..4).any(|c| (before[c] - after[c]).abs() > 1e-4);
    bends && !jumps
}

/// Returns the gradient parameter before the spread, from the coefficients of a linear or a radial
/// map.
pub(super) fn gradient_parameter<S: Scalar>(map: &[S], position: DVec2) -> S {
    match *map {
        [gx, gy, h] => S::linear([position.x, position.y, 1.0], [gx, gy, h]),
        [a, b, c, d, e, f] => {
            let weights = [position.x, position.y, 1.0];
            let q = Vec2::new(S::linear(weights, [a, c, e]), S::linear(weights, [b, d, f]));
            q.length()
        }
        _ => panic!("gradient maps are linear or radial"),
    }
}

/// Brings the gradient parameter into [0, 1], except for `pad`, which needs no change.
///
/// `repeat` maps whole numbers to 1: t = 1 stands for the last stop, there and in a degenerate
/// gradient.
pub(super) fn spread_parameter<S: Scalar>(t: S, spread: Spread) -> S {
    match spread {
        Spread::Pad => t,
        Spread::Repeat => t - (t.value().ceil() - 1.0),
        Spread::Reflect => {
            let period = 2.0 * (0.5 * t.value()).floor();
            let within = t - period;
            if within.value() > 1.0 {
                -within + 2.0
            } else {
                within
            }
        }
    }
}

/// Returns the one or two stops that decide the colour at `t`, given the offsets of `count` stops.
pub(super) fn stops_near(t: f64, offset: impl Fn(usize) -> f64, count: usize) -> Range<usize> {
    let above = (0..count).find(|&stop| t < offset(stop)).unwrap_or(count);
    if above == 0 {
        0..1
    } else if above == count {
        count - 1..count
    } else {
        let (low, high) = (offset(above - 1), offset(above));
        if high - low >= MIN_STOP_GAP {
            above - 1..above + 1
        } else if t < 0.5 * (low + high) {
            above - 1..above
        } else {
            above..above + 1
        }
    }
}

/// Interpolates straight colours between two stops; one stop gives its own.
fn mix<S: Scalar>(t: S, stops: &[S]) -> [S; 4] {
    match *stops {
        [_, r, g, b, a] => [r, g, b, a],
        [low, r0, g0, b0, a0, high, r1, g1, b1, a1] => {
            let u = fraction(t, low, high);
            [(r0, r1), (g0, g1), (b0, b1), (a0, a1)].map(|(from, to)| between(from, to, u))
        }
        _ => panic!("one or two stops decide a colour"),
    }
}

/// Returns the part of the way from one offset to another that `t` has gone.
pub(super) fn fraction<S: Scalar>(t: S, low: S, high: S) -> S {
    (t - low) / (high - low)
}

/// Returns what lies a part `u` of the way from one number to another.
pub(super) fn between<S: Scalar>(from: S, to: S, u: S) -> S {
    from + (to - from) * u
}

pub(super) fn premultiply<S: Scalar>([r, g, b, a]: [S; 4]) -> [S; 4] {
    [r * a, g * a, b * a, a]
}
