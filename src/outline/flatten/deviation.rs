use glam::DVec2;

use super::AIM;
use super::curve::{Curve, Station};
use super::lanes::{Lanes, all, greater, lesser};
use super::vertex::Vertices;

/// The number of intervals in which the deviation of a piece that goes back is measured.
const PROBES: usize = 8;

/// How near a piece of each walk is to its edge.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fit {
    /// A mask: whether it is within the tolerance.
    pub(super) is_near: Lanes,
    /// The square of about the length at which the piece would be off by what steps aim at, times the
    /// deviation.
    pub(super) aim: Lanes,
    /// A measure of how far off it is.
    pub(super) deviation: Lanes,
}

/// Returns a mask of the pieces that go back somewhere in the direction of their edges, or may do so.
#[inline(always)]
pub(super) fn goes_back(from: &Vertices, to: &Vertices) -> Lanes {
    let edge = to.position - from.position;
    let middle = from.velocity + all(0.5) * (to.t - from.t) * from.acceleration;
    let [start, middle, end] = [from.velocity, middle, to.velocity].map(|v| v.dot(edge));
    let is_point = edge.x.simd_eq(all(0.0)) & edge.y.simd_eq(all(0.0));
    let slowest = lesser(lesser(start, middle), end);
    is_point | slowest.simd_lt(all(0.0))
}

/// Measures how near a piece that does not go back is to the edge between two vertices.
///
/// Let f(s) be the distance from the line of the edge, s from 0 to the piece's length h. Its
/// second derivative goes linearly from α to β, the accelerations across the edge. With p and q
/// the distances at the ends and σ = s/h,
///
/// ```text
/// f = p + (q − p) σ − σ (1 − σ) h²/6 · ((1 − σ) (2α + β) + σ (α + 2β)).
/// ```
///
/// With K = h²/6 · max(|2α + β|, |α + 2β|), and α, β not negative, f lies between
/// p + (q − p) σ − K σ (1 − σ) and max(p, q). On a piece that never goes back the distance from
/// the edge is more than that only where the curve passes its ends. All is times the edge's
/// length here.
#[inline(always)]
pub(super) fn fit_forward(from: &Vertices, to: &Vertices, tolerance: f64) -> Fit {
    let edge = to.position - from.position;
    let square = (to.t - from.t) * (to.t - from.t);
    let [p, q] = [from, to].map(|vertices| edge.perp_dot(vertices.offset));
    let [alpha, beta] = [from, to].map(|vertices| edge.perp_dot(vertices.acceleration));
    let [two, quarter] = [2.0, 0.25].map(all);
    let largest = greater((two * alpha + beta).abs(), (alpha + two * beta).abs());
    let sag = square * all(1.0 / 6.0) * largest;
    let turns = (alpha * beta).simd_lt(all(0.0));
    let to_and_fro = greater(p.abs(), q.abs()) + quarter * sag;
    // Where both accelerations are negative, seen from the other side.
    let is_negative = (alpha + beta).simd_lt(all(0.0)) & !turns;
    let sign = all(-0.0) & is_negative;
    let [p, q] = [p ^ sign, q ^ sign];
    let slope = sag - (q - p);
    let is_inside = slope.simd_gt(all(0.0)) & slope.simd_lt(two * sag);
    // How far below 0 f may be.
    let deepest = slope * slope / (all(4.0) * sag) - p;
    let depth = is_inside.select(deepest, greater(-p, -q));
    let one_way = greater(greater(p, q), depth);
    let across = turns.select(to_and_fro, one_way);
    let beyond = greater(-edge.dot(from.offset), edge.dot(to.offset));
    let beyond = greater(beyond, all(0.0));
    let limit = all(tolerance) * edge.length_squared().sqrt();
    // A quarter of the sag less the mean of p and q is to be the aim.
    Fit {
        is_near: (across * across + beyond * beyond).simd_le(limit * limit),
        aim: square * (all(4.0 * AIM) * limit + two * (p + q)),
        deviation: sag,
    }
}

/// Returns an upper bound on the distance of any piece from the edge between two vertices.
///
/// Between two probes the curve leaves the chord of the probes by at most h²/8 times the
/// acceleration, and the distance from the edge is a convex function. Acceleration along the
/// edge matters only where the curve goes back and may so pass the edge's ends.
pub(super) fn probed_deviation(curve: &Curve, from: &Station, to: &Station) -> f64 {
    let (a, b) = (curve.vertex(from), curve.vertex(to));
    let length = to.t - from.t;
    let probed = (0..=PROBES)
        .map(|i| from.t + length * i as f64 / PROBES as f64)
        .map(|t| distance_to_segment(curve.at(t), a, b))
        .fold(0.0, f64::max);
    let accelerations = [from.t, to.t].map(|t| curve.acceleration(t));
    let largest =
        |measure: &dyn Fn(DVec2) -> f64| accelerations.map(measure).into_iter().fold(0.0, f64::max);
    let sag = (length / PROBES as f64).powi(2) / 8.0;
    let any = sag * largest(&|acceleration| acceleration.length());
    let along = (b - a).normalize_or_zero();
    if along == DVec2::ZERO {
        return probed + any;
    }
    let across = sag * largest(&|acceleration| along.perp_dot(acceleration).abs());
    let backward = (-slowest(curve, from.t, to.t, along)).max(0.0);
    probed + any.min(across + length * backward)
}

/// Returns a lower bound on the speed in a direction within a piece: the velocity is a quadratic curve,
/// within the hull of its control points.
fn slowest(curve: &Curve, from: f64, to: f64, along: DVec2) -> f64 {
    let start = curve.velocity(from);
    let middle = start + 0.5 * (to - from) * curve.acceleration(from);
    let speeds = [start, middle, curve.velocity(to)].map(|v| v.dot(along));
    speeds.into_iter().fold(f64::INFINITY, f64::min)
}

pub(super) fn distance_to_segment(p: DVec2, a: DVec2, b: DVec2) -> f64 {
    let along = b - a;
    let t = (p - a).dot(along) / along.length_squared();
    let nearest = if t > 0.0 { a + t.min(1.0) * along } else { a };
    p.distance(nearest)
}
