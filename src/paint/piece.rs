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
/// The gauge may decide what shows this much further from a jump than it deviates from t there, since
/// the deviation is a part of the jump's t, not of the point's.
const MARGIN: f64 = 1.1;

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
    /// Returns what shows at a point with the gradient parameter `t`, and what the spread makes of t.
    pub(super) fn at<S: Scalar, T: Scalar>(
        layout: PaintLayout,
        coefficients: &[S],
        t: T,
        position: DVec2,
    ) -> (Self, T) {
        let stops = &coefficients[layout.map_count()..];
        let (piece, inner) = Self::by_stops(layout.spread(), stops, t);
        if piece.may_be_another(layout.sides(), stops, t.value(), inner.value()) {
            Self::by_gauge(layout, coefficients, t, position)
        } else {
            (piece, inner)
        }
    }

    /// Returns what shows at a point where the gauge may decide it.
    #[cold]
    fn by_gauge<S: Scalar, T: Scalar>(
        layout: PaintLayout,
        coefficients: &[S],
        t: T,
        position: DVec2,
    ) -> (Self, T) {
        let values: Vec<f64> = coefficients.iter().map(|c| c.value()).collect();
        let ring = gauge(layout.sides(), unit_disc_point(&values, position));
        let piece = Self::in_ring(layout, &values, t.value(), ring);
        (piece, piece.spread_parameter(t))
    }

    /// Returns what shows at the parameter `t` between the polygons around the gauge `ring`.
    pub(super) fn in_ring(layout: PaintLayout, coefficients: &[f64], t: f64, ring: f64) -> Self {
        let place = nearest_in_ring(layout, coefficients, t, ring);
        let (piece, _) =
            Self::by_stops(layout.spread(), &coefficients[layout.map_count()..], place);
        Self {
            is_extended: place != t,
            ..piece
        }
    }

    /// Returns what the stops alone say of a place of the gradient parameter, and what the spread makes
    /// of it.
    #[inline(always)]
    pub(super) fn by_stops<S: Scalar, T: Scalar>(
        spread: Spread,
        stops: &[S],
        place: T,
    ) -> (Self, T) {
        let (start, reversed, inner) = match spread {
            Spread::Pad => (0.0, false, place),
            Spread::Repeat => {
                // At the centre of a radial gradient no repetition has come before.
                let start = if place.value() == 0.0 {
                    0.0
                } else {
                    place.value().ceil() - 1.0
                };
                (start, false, place - start)
            }
            Spread::Reflect => {
                let start = 2.0 * (0.5 * place.value()).floor();
                let within = place - start;
                if within.value() > 1.0 {
                    (start, true, -within + 2.0)
                } else {
                    (start, false, within)
                }
            }
        };
        let offset = |stop: usize| stops[STOP * stop].value();
        let near = stops_near(inner.value(), offset, stops.len() / STOP);
        let piece = Self {
            spread,
            start,
            reversed,
            first: near.start,
            count: near.len(),
            is_extended: false,
        };
        (piece, inner)
    }

    /// Tells whether polygons of so many sides may decide that another piece shows at `t`, of which the
    /// spread makes `inner`: it is close to where this piece ends.
    fn may_be_another<S: Scalar>(&self, sides: usize, stops: &[S], t: f64, inner: f64) -> bool {
        if sides == 0 {
            return false;
        }
        let margin = MARGIN * t * gauge_deviation(sides) + MIN_STOP_GAP;
        let mut own = self.first..self.first + self.count;
        own.any(|stop| (inner - stops[STOP * stop].value()).abs() <= margin)
            || (self.spread != Spread::Pad && (inner <= margin || inner >= 1.0 - margin))
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

    /// Returns the premultiplied colour, given the [spread parameter](Self::spread_parameter) and the
    /// coefficients of its stops.
    #[inline(always)]
    pub(super) fn color<S: Scalar>(&self, inner: S, stops: &[S]) -> [S; 4] {
        premultiply(match *stops {
            [_, r, g, b, a] => [r, g, b, a],
            [low, r0, g0, b0, a0, high, r1, g1, b1, a1] => {
                let u = self.fraction(inner, low, high);
                [(r0, r1), (g0, g1), (b0, b1), (a0, a1)].map(|(from, to)| between(from, to, u))
            }
            _ => panic!("one or two stops decide a colour"),
        })
    }

    /// Returns the part of the way from one stop to the other, beyond them as far as it may be.
    #[inline(always)]
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
#[inline(always)]
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

/// Returns the place nearest to `t` between those jumps of a gradient between which `ring` lies, but
/// no nearer to a jump than its polygon and its circle may be apart. So what goes on to the polygon does
/// not change when a stop comes that close to the jump, or leaves it.
fn nearest_in_ring(layout: PaintLayout, coefficients: &[f64], t: f64, ring: f64) -> f64 {
    let (mut last, mut first) = (f64::NEG_INFINITY, f64::INFINITY);
    for jump in each_jump(layout, coefficients) {
        for place in periodic_places(layout, jump.parameter(layout, coefficients)) {
            last = last.max(place.last_up_to(ring));
            first = first.min(place.first_after(ring));
        }
    }
    let deviation = gauge_deviation(layout.sides());
    let low = last * (1.0 + deviation) + BESIDE;
    let high = first * (1.0 - deviation) - BESIDE;
    if low < high {
        t.clamp(low, high)
    } else {
        0.5 * (last + first)
    }
}

/// A place of the gradient parameter that comes back after each period.
struct Place {
    place: f64,
    /// Infinite if it does not come back.
    period: f64,
}

/// The places at which the parameter within [0, 1] is `tau`.
fn periodic_places(layout: PaintLayout, tau: f64) -> impl Iterator<Item = Place> {
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
