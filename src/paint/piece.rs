//! Which part of a gradient shows at a point.
//!
//! A linear gradient and a radial one without jumps are asked by their parameter t. A radial one that
//! jumps does so along polygons (see [`IsoLine`](super::IsoLine)): the [`gauge`] of a point tells
//! between which of them it lies, t what colour it has there. Where a polygon and its ellipse part, by
//! some 10⁻⁴ pixel, the ramp that ends at the jump goes on to the polygon. So the colour is smooth
//! between polygons, and jumps nowhere but along them.

use glam::DVec2;

use crate::ad::Scalar;
use crate::outline::regular::{gauge, gauge_deviation};
use crate::scene::Spread;

use super::PaintLayout;
use super::color::{MIN_STOP_GAP, between, fraction, premultiply};
use super::jump::each_jump;
use super::layout::STOP;
use super::resolve::unit_disc_point;

/// A place this far beyond a jump is past all stops of the jump, and not past any other.
pub(super) const BESIDE: f64 = 0.75 * MIN_STOP_GAP;
/// A ramp goes on beyond its stops by at most this part of it: one that is narrower than a few
/// thousandths of a pixel would leave the range of colours.
const MOST_BEYOND: f64 = 1.0 / 64.0;

/// The one or two stops that decide a colour, in one repetition of the gradient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Piece {
    spread: Spread,
    /// Where the repetition starts.
    start: f64,
    /// Whether the gradient runs backwards in it.
    reversed: bool,
    /// The first of the stops.
    pub(super) first: usize,
    /// How many stops: one gives its own colour, two are ends of a ramp.
    pub(super) count: usize,
    /// Whether the point may lie beyond its ends.
    is_extended: bool,
}

impl Piece {
    /// Returns what shows at a point with the gradient parameter `t`.
    pub(super) fn at<S: Scalar>(
        layout: PaintLayout,
        coefficients: &[S],
        t: f64,
        position: DVec2,
    ) -> Self {
        let stops = &coefficients[layout.map_count()..];
        let offset = |stop: usize| stops[STOP * stop].value();
        let piece = Self::around(layout.spread(), t, offset, stops.len() / STOP);
        let sides = layout.sides();
        if sides == 0 || !piece.is_near_end(t, t * gauge_deviation(sides) + MIN_STOP_GAP, offset) {
            return piece;
        }
        let values: Vec<f64> = coefficients.iter().map(|c| c.value()).collect();
        let gauge = gauge(sides, unit_disc_point(&values, position));
        Self::in_ring(layout, &values, t, gauge)
    }

    /// Returns what shows at the parameter `t` between the polygons around the gauge `ring`.
    pub(super) fn in_ring(layout: PaintLayout, coefficients: &[f64], t: f64, ring: f64) -> Self {
        let stops = &coefficients[layout.map_count()..];
        let place = nearest_in_ring(layout, coefficients, t, ring);
        Self {
            is_extended: place != t,
            ..Self::around(
                layout.spread(),
                place,
                |stop| stops[STOP * stop],
                stops.len() / STOP,
            )
        }
    }

    /// Returns what shows at a place of the gradient parameter.
    fn around(spread: Spread, place: f64, offset: impl Fn(usize) -> f64, count: usize) -> Self {
        let (start, reversed) = match spread {
            Spread::Pad => (0.0, false),
            // At the centre of a radial gradient no repetition has come before.
            Spread::Repeat if place == 0.0 => (0.0, false),
            Spread::Repeat => (place.ceil() - 1.0, false),
            Spread::Reflect => {
                let start = 2.0 * (0.5 * place).floor();
                (start, place - start > 1.0)
            }
        };
        let mut piece = Self {
            spread,
            start,
            reversed,
            first: 0,
            count: 0,
            is_extended: false,
        };
        let near = stops_near(piece.spread_parameter(place), offset, count);
        (piece.first, piece.count) = (near.start, near.len());
        piece
    }

    /// Tells whether a place is within a margin of where another piece starts.
    fn is_near_end(&self, place: f64, margin: f64, offset: impl Fn(usize) -> f64) -> bool {
        let t = self.spread_parameter(place);
        let mut stops = self.first..self.first + self.count;
        stops.any(|stop| (t - offset(stop)).abs() <= margin)
            || (self.spread != Spread::Pad && (t <= margin || t >= 1.0 - margin))
    }

    /// Brings the gradient parameter into [0, 1], except for `pad`, which needs no change.
    ///
    /// `repeat` maps whole numbers but 0 to 1: t = 1 stands for the last stop, there and in a degenerate
    /// gradient.
    pub(super) fn spread_parameter<S: Scalar>(&self, t: S) -> S {
        match self.spread {
            Spread::Pad => t,
            Spread::Repeat => t - self.start,
            Spread::Reflect => {
                let within = t - self.start;
                if self.reversed { -within + 2.0 } else { within }
            }
        }
    }

    /// Returns the coefficients of its stops among those of all.
    pub(super) fn stops<'a, S>(&self, stops: &'a [S]) -> &'a [S] {
        &stops[STOP * self.first..STOP * (self.first + self.count)]
    }

    /// Returns the premultiplied colour, given the gradient parameter and the coefficients of its stops.
    pub(super) fn color<S: Scalar>(&self, t: S, stops: &[S]) -> [S; 4] {
        premultiply(match *stops {
            [_, r, g, b, a] => [r, g, b, a],
            [low, r0, g0, b0, a0, high, r1, g1, b1, a1] => {
                let u = self.fraction(self.spread_parameter(t), low, high);
                [(r0, r1), (g0, g1), (b0, b1), (a0, a1)].map(|(from, to)| between(from, to, u))
            }
            _ => panic!("one or two stops decide a colour"),
        })
    }

    /// Returns the part of the way from one stop to the other, beyond them as far as it may be.
    pub(super) fn fraction<S: Scalar>(&self, t: S, low: S, high: S) -> S {
        let u = fraction(t, low, high);
        if self.is_extended {
            let most = u.value().clamp(-MOST_BEYOND, 1.0 + MOST_BEYOND);
            if most != u.value() {
                return S::constant(most);
            }
        }
        u
    }
}

/// Returns the one or two stops that decide the colour at `t`, given the offsets of `count` stops.
fn stops_near(t: f64, offset: impl Fn(usize) -> f64, count: usize) -> std::ops::Range<usize> {
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

/// Returns the place nearest to `t` between those jumps of a gradient between which `ring` lies: `t`
/// itself, or beside the jump that parts the two.
fn nearest_in_ring(layout: PaintLayout, coefficients: &[f64], t: f64, ring: f64) -> f64 {
    let jumps = each_jump(layout, coefficients);
    let places = jumps.flat_map(|jump| places(layout, jump.parameter(layout, coefficients)));
    if t < ring {
        let before = places.map(|place| place.last_up_to(ring));
        let last = before.fold(f64::NEG_INFINITY, f64::max);
        if t < last { last + BESIDE } else { t }
    } else {
        let after = places.map(|place| place.first_after(ring));
        let first = after.fold(f64::INFINITY, f64::min);
        if first <= t { first - BESIDE } else { t }
    }
}

/// A place of the gradient parameter that comes back after each period.
struct Place {
    place: f64,
    /// Infinite if it does not come back.
    period: f64,
}

/// The places at which the parameter within [0, 1] is `tau`.
fn places(layout: PaintLayout, tau: f64) -> impl Iterator<Item = Place> {
    let (period, mirrored) = match layout.spread() {
        Spread::Pad => (f64::INFINITY, None),
        Spread::Repeat => (1.0, None),
        Spread::Reflect => (2.0, Some(-tau)),
    };
    let all = std::iter::once(tau).chain(mirrored);
    all.map(move |place| Place { place, period })
}

impl Place {
    fn last_up_to(&self, t: f64) -> f64 {
        if self.period.is_finite() {
            self.place + self.period * ((t - self.place) / self.period).floor()
        } else if self.place <= t {
            self.place
        } else {
            f64::NEG_INFINITY
        }
    }

    fn first_after(&self, t: f64) -> f64 {
        if self.period.is_finite() {
            self.place + self.period * (((t - self.place) / self.period).floor() + 1.0)
        } else if self.place > t {
            self.place
        } else {
            f64::INFINITY
        }
    }
}
