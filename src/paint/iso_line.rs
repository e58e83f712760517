use glam::DVec2;

use crate::ad::Scalar;
use crate::geometry::{Affine, Vec2};
use crate::outline::Vertices;
use crate::outline::regular::{side_count, unit_disc};
use crate::scene::Spread;

use super::color::gradient_parameter;
use super::jump::{Part, stop_color};
use super::piece::{BESIDE, Piece};
use super::resolve::invert;
use super::{Jump, PaintLayout, jumps};

/// The most lines of one paint.
const MAX_LINES: f64 = 4096.0;
/// The most vertices of all lines of one paint.
const MAX_VERTICES: usize = 1 << 20;

/// The line in the canvas along which a gradient jumps: t = ±τ + k, with τ the jump's parameter. If the
/// jump moves in parts, it is the line of one of them.
///
/// A linear gradient jumps along straight lines, a radial one along ellipses, which are polygons. Like
/// an outline, a line is planned at the current values and then traced in any scalar.
///
/// All polygons of a paint have the same number of sides and the same directions of corners: they are
/// images of each other, and none crosses another. Their inside is { x : g(x) < t }, with g the gauge of
/// the regular polygon that has the area of the unit disc, in the plane where the ellipses are circles.
///
/// Along the direction in which it is traced, the colour after the jump lies on the side of
/// [`perp`](Vec2::perp), the one before on the other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IsoLine {
    jump: Jump,
    /// Its part of the jump; lines of two parts lie at one place.
    part: Part,
    /// k.
    shift: f64,
    /// Whether t = −τ + k: the gradient runs backwards there.
    reversed: bool,
    /// The number of vertices.
    vertex_count: usize,
}

impl IsoLine {
    /// Returns the lines of a paint that may cross the rectangle from `min` to `max`, in canvas
    /// pixels: two at one place for a jump that moves in parts. Ellipses become polygons within
    /// `tolerance`, all with as many sides as the largest needs. The colours of the paint are on their
    /// two sides if its layout is [told](PaintLayout::with_sides) of that number.
    ///
    /// # Limits
    /// A gradient repeated so often that more than 4096 lines would cross the rectangle, or that
    /// their polygons would have more than 2^20 vertices, has none: it is noise, not edges. Two at one
    /// place count as one.
    pub fn plan(
        layout: PaintLayout,
        coefficients: &[f64],
        [min, max]: [DVec2; 2],
        tolerance: f64,
    ) -> Vec<Self> {
        let (spread, radial) = match layout {
            PaintLayout::Solid => return Vec::new(),
            PaintLayout::Linear { spread, .. } => (spread, false),
            PaintLayout::Radial { spread, .. } => (spread, true),
        };
        let map = &coefficients[..layout.map_count()];
        let radius = match map {
            [gx, gy, _] if *gx == 0.0 && *gy == 0.0 => return Vec::new(),
            [_, _, _] => 0.0,
            _ => match invert(disc(map)) {
                Some(ellipse) => ellipse.max_stretch(),
                None => return Vec::new(),
            },
        };
        let (low, high) = parameter_range(map, [min, max]);
        let jumps = jumps(layout, coefficients);
        if jumps.len() as f64 * (high - low + 1.0) > MAX_LINES && spread != Spread::Pad {
            return Vec::new();
        }
        let mut lines = Vec::new();
        let mut largest = 0.0_f64;
        for jump in jumps {
            let tau = jump.parameter(layout, coefficients);
            for (shift, reversed) in repetitions(tau, spread, low, high) {
                let t = if reversed { shift - tau } else { shift + tau };
                // An ellipse has a radius: none is left where t ≤ 0.
                if radial && t <= 0.0 {
                    continue;
                }
                largest = largest.max(t);
                lines.push(Self {
                    jump,
                    part: Part::Whole,
                    shift,
                    reversed,
                    vertex_count: 2,
                });
            }
        }
        if radial {
            let sides = side_count(largest * radius, tolerance);
            if sides * lines.len() > MAX_VERTICES {
                return Vec::new();
            }
            lines.iter_mut().for_each(|line| line.vertex_count = sides);
        }
        let parts = |line: Self| {
            let parts = Part::all(line.jump, layout, coefficients).iter();
            parts.map(move |&part| Self { part, ..line })
        };
        lines.into_iter().flat_map(parts).collect()
    }

    /// Returns the jump.
    pub fn jump(self) -> Jump {
        self.jump
    }

    /// Returns the place of the jump in [0, 1], as a function of what moves the line.
    pub(super) fn parameter<S: Scalar>(self, layout: PaintLayout, coefficients: &[S]) -> S {
        self.part.parameter(self.jump, layout, coefficients)
    }

    /// Returns the number of vertices: 2 of a straight line, which is open; more of an ellipse,
    /// which is closed.
    pub fn vertex_count(self) -> usize {
        self.vertex_count
    }

    /// Returns the premultiplied colours before and after its part of the jump at a point of the line.
    pub fn colors(
        self,
        layout: PaintLayout,
        coefficients: &[f64],
        position: DVec2,
    ) -> [[f64; 4]; 2] {
        let ends = self.ends(layout, coefficients, position);
        self.part.colors(self.jump, layout, coefficients, ends)
    }

    /// Returns the colours before and after the whole jump.
    ///
    /// At a polygon in the place of an ellipse they differ from those of the stops by how far the two
    /// are apart there. Of several jumps at one place, the first has the colour before all, the last the
    /// colour after all, and those of stops in between are their own: they add up.
    fn ends(self, layout: PaintLayout, coefficients: &[f64], position: DVec2) -> [[f64; 4]; 2] {
        if layout.sides() == 0 {
            return self.jump.colors(layout, coefficients);
        }
        let (map, stops) = coefficients.split_at(layout.map_count());
        let t = gradient_parameter(map, position);
        let tau = self.jump.parameter(layout, coefficients);
        let color_of = |stop| stop_color(layout, coefficients, stop);
        let [before, after] = self.jump.stops(layout);
        [(before, -BESIDE), (after, BESIDE)].map(|(stop, step)| {
            let place = if self.reversed {
                self.shift - (tau + step)
            } else {
                self.shift + (tau + step)
            };
            // The stop at which the gradient goes on beyond all jumps at this place.
            let (beyond, _) = Piece::by_stops(layout.spread(), stops, place);
            let last = if step < 0.0 {
                beyond.first + beyond.count - 1
            } else {
                beyond.first
            };
            let mut skipped = last.min(stop)..last.max(stop) + 1;
            if skipped.all(|other| color_of(other) == color_of(stop)) {
                let piece = Piece::in_ring(layout, coefficients, t, place);
                piece.color(piece.spread_parameter(t), piece.stops(stops))
            } else {
                color_of(stop)
            }
        })
    }

    /// Appends the vertices, in canvas pixels.
    ///
    /// The ends of a straight line lie outside the rectangle from `min` to `max` or on its border.
    /// Where the coefficients have become those of a gradient without lines (no length, no area),
    /// all vertices are at one place.
    pub fn trace<S: Scalar>(
        self,
        layout: PaintLayout,
        coefficients: &[S],
        bounds: [DVec2; 2],
        out: &mut impl Vertices<S>,
    ) {
        let tau = self.parameter(layout, coefficients);
        let t = if self.reversed { -tau } else { tau } + self.shift;
        let map = &coefficients[..layout.map_count()];
        match *map {
            [gx, gy, _] if gx.value() == 0.0 && gy.value() == 0.0 => {
                (0..2).for_each(|_| out.push(Vec2::constant(0.0, 0.0)));
            }
            [gx, gy, h] => {
                let ends = straight(Vec2::new(gx, gy), t - h, bounds);
                let [first, last] = ends;
                let ends = if self.reversed { [last, first] } else { ends };
                ends.into_iter().for_each(|end| out.push(end));
            }
            _ => self.trace_ellipse(disc(map), t, out),
        }
    }

    /// Appends the vertices of the points that `disc` maps to the circle of radius `t`.
    fn trace_ellipse<S: Scalar>(self, disc: Affine<S>, t: S, out: &mut impl Vertices<S>) {
        let Some(ellipse) = disc.inverse() else {
            (0..self.vertex_count).for_each(|_| out.push(Vec2::constant(0.0, 0.0)));
            return;
        };
        let [a, b, c, d, e, f] = ellipse.0;
        let (x, y) = (Vec2::new(a, b) * t, Vec2::new(c, d) * t);
        let center = Vec2::new(e, f);
        let weights = |u: DVec2| [u.x, u.y, 1.0];
        // Turning from x to y, the inside lies on the side of perp.
        let inside_on_perp = ellipse.determinant().value() > 0.0;
        if inside_on_perp == self.reversed {
            out.extend_linear([x, y, center], unit_disc(self.vertex_count).map(weights));
        } else {
            let turned = unit_disc(self.vertex_count).rev();
            out.extend_linear([x, y, center], turned.map(weights));
        }
    }
}

/// Returns the affine map of a radial gradient.
fn disc<S: Scalar>(map: &[S]) -> Affine<S> {
    let coefficients = map.try_into();
    Affine(coefficients.expect("a radial map has six coefficients"))
}

/// Returns the ends of the line g·X = `level` where it leaves the circle around a rectangle or,
/// where it misses that, a piece of the same length. Larger values lie on the side of `perp`.
fn straight<S: Scalar>(g: Vec2<S>, level: S, [min, max]: [DVec2; 2]) -> [Vec2<S>; 2] {
    let middle = 0.5 * (min + max);
    let radius = 0.5 * min.distance(max);
    let slope = g.length();
    let normal = Vec2::new(g.x / slope, g.y / slope);
    let center = Vec2::constant(middle.x, middle.y);
    let foot = center + normal * ((level - g.dot(center)) / slope);
    let half = -normal.perp() * S::constant(radius);
    [foot - half, foot + half]
}

/// Returns bounds on the gradient parameter in a rectangle.
fn parameter_range(map: &[f64], [min, max]: [DVec2; 2]) -> (f64, f64) {
    let corners = [min, DVec2::new(max.x, min.y), max, DVec2::new(min.x, max.y)];
    let values = corners.map(|corner| gradient_parameter(map, corner));
    let high = values.into_iter().fold(f64::NEG_INFINITY, f64::max);
    if map.len() == 3 {
        (values.into_iter().fold(f64::INFINITY, f64::min), high)
    } else {
        (nearest(map, corners), high)
    }
}

/// Returns the least distance from the origin of the image of a rectangle under a radial map.
fn nearest(map: &[f64], corners: [DVec2; 4]) -> f64 {
    let corners = corners.map(|corner| disc(map).apply(Vec2::new(corner.x, corner.y)).value());
    let (mut least, mut left, mut right) = (f64::INFINITY, true, true);
    for i in 0..4 {
        let (a, b) = (corners[i], corners[(i + 1) % 4]);
        let along = b - a;
        let t = (-a.dot(along) / along.length_squared()).clamp(0.0, 1.0);
        least = least.min((a + t * along).length());
        left &= a.perp_dot(b) >= 0.0;
        right &= a.perp_dot(b) <= 0.0;
    }
    if left || right { 0.0 } else { least }
}

/// Returns the shift k and the sign of τ of each t = ±τ + k between `low` and `high`.
fn repetitions(tau: f64, spread: Spread, low: f64, high: f64) -> Vec<(f64, bool)> {
    let shifts = |first: f64, last: f64, period: f64, reversed: bool| {
        let count = ((last.floor() - first.ceil()).max(-1.0) + 1.0) as usize;
        (0..count).map(move |i| (period * (first.ceil() + i as f64), reversed))
    };
    match spread {
        Spread::Pad => Vec::from_iter((low <= tau && tau <= high).then_some((0.0, false))),
        Spread::Repeat => shifts(low - tau, high - tau, 1.0, false).collect(),
        Spread::Reflect => shifts(0.5 * (low - tau), 0.5 * (high - tau), 2.0, false)
            .chain(shifts(0.5 * (low + tau), 0.5 * (high + tau), 2.0, true))
            .collect(),
    }
}
