//! Bézier curves to polylines: where to put the vertices.

#[cfg(test)]
mod tests;

use glam::DVec2;

/// The most segments of a part of a curve between slow points, of which there are at most two.
const MAX_SEGMENTS: usize = 1 << 14;
/// The part of the tolerance that a step aims at, so that few steps have to be taken back.
const AIM: f64 = 0.96;
/// Where velocity and acceleration differ by less than this angle, or the speed is less than this
/// part of the acceleration, a curve starts straight.
const STRAIGHT: f64 = 1e-6;
/// The most by which a step exceeds the one before.
const MAX_GROWTH: f64 = 16.0;
/// The number of intervals in which the deviation of a piece that goes back is measured.
const PROBES: usize = 8;
/// The most steps to a root: enough for bisection alone.
const MAX_STEPS: usize = 64;
/// Below this part of the greatest speed, a minimum of the speed becomes a vertex.
const SLOW: f64 = 0.25;

/// Returns the Bernstein polynomials of degree `N − 1` at `t`.
///
/// # Panics
/// If `N` is neither 3 nor 4.
pub(super) fn bernstein<const N: usize>(t: f64) -> [f64; N] {
    let s = 1.0 - t;
    let mut weights = [0.0; N];
    match N {
        3 => weights.copy_from_slice(&[s * s, 2.0 * s * t, t * t]),
        4 => weights.copy_from_slice(&[s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t]),
        _ => panic!("curves are quadratic or cubic"),
    }
    weights
}

/// Appends the parameters of the vertices after the start, ascending; the last is 1.
///
/// A piece of parameter length h leaves its chord by about h²/8 times the acceleration across the
/// curve, so the deviation of one piece tells how long the next may be; a step that goes too far is
/// taken back and shortened. Where the curve is slow (at a cusp or a turn on a line) the direction
/// changes within a piece and the rule fails; a vertex goes there first. The deviation is at most
/// `tolerance`, unless that takes more than `MAX_SEGMENTS`.
pub(super) fn flatten<const N: usize>(
    control: &[DVec2; N],
    tolerance: f64,
    parameters: &mut Vec<f64>,
) {
    let curve = Curve::new(control);
    let mut start = 0.0;
    for end in curve.slow_points().into_iter().chain([1.0]) {
        curve.flatten_part(start, end, tolerance, parameters);
        start = end;
    }
}

/// A quadratic or cubic curve in the basis of monomials.
struct Curve {
    coefficients: [DVec2; 4],
}

impl Curve {
    fn new(control: &[DVec2]) -> Self {
        let coefficients = match *control {
            [a, b, c] => [a, 2.0 * (b - a), a - 2.0 * b + c, DVec2::ZERO],
            [a, b, c, d] => [
                a,
                3.0 * (b - a),
                3.0 * (a - 2.0 * b + c),
                d - a + 3.0 * (b - c),
            ],
            _ => panic!("curves are quadratic or cubic"),
        };
        Self { coefficients }
    }

    fn at(&self, t: f64) -> DVec2 {
        let [p, q, r, s] = self.coefficients;
        p + t * (q + t * (r + t * s))
    }

    fn velocity(&self, t: f64) -> DVec2 {
        let [_, q, r, s] = self.coefficients;
        q + t * (2.0 * r + 3.0 * t * s)
    }

    fn acceleration(&self, t: f64) -> DVec2 {
        let [_, _, r, s] = self.coefficients;
        2.0 * r + 6.0 * t * s
    }

    /// Returns where inside (0, 1) the speed has a minimum far below its maximum, ascending.
    ///
    /// There velocity and acceleration are perpendicular: a cubic equation, so the roots are
    /// separated by at most two turning points of the left side.
    fn slow_points(&self) -> Vec<f64> {
        let [_, q, r, s] = self.coefficients;
        let polynomial = [
            q.dot(r),
            2.0 * r.length_squared() + 3.0 * q.dot(s),
            9.0 * r.dot(s),
            9.0 * s.length_squared(),
        ];
        let speed = |t: f64| self.velocity(t).length_squared();
        let fastest = (0..=PROBES)
            .map(|i| speed(i as f64 / PROBES as f64))
            .fold(0.0, f64::max);
        let mut points = rising_roots(polynomial);
        points.retain(|&t| speed(t) < SLOW * SLOW * fastest);
        points
    }

    /// Appends the parameters of the vertices in (`start`, `end`] of a part without slow points.
    fn flatten_part(&self, start: f64, end: f64, tolerance: f64, out: &mut Vec<f64>) {
        let min_step = (end - start) / MAX_SEGMENTS as f64;
        let mut from = (start, self.at(start));
        let mut step = self.first_step(start, tolerance);
        while from.0 < end {
            let rest = end - from.0;
            let length = if step >= rest || rest <= 1.5 * min_step {
                rest
            } else if 2.0 * step > rest {
                // No short piece at the end.
                0.5 * rest
            } else {
                step.max(min_step)
            };
            let t = if length == rest { end } else { from.0 + length };
            let to = (t, self.at(t));
            let deviation = self.deviation(from, to);
            let factor = (AIM * tolerance / deviation).sqrt();
            step = length * factor.min(MAX_GROWTH);
            if deviation > tolerance && length > min_step {
                continue;
            }
            out.push(t);
            from = to;
        }
    }

    /// Returns the length at which a piece that starts at `t` leaves its chord by the tolerance, if
    /// the curvature stays as it is.
    fn first_step(&self, t: f64, tolerance: f64) -> f64 {
        let (velocity, acceleration) = (self.velocity(t), self.acceleration(t));
        let across = velocity.perp_dot(acceleration).abs();
        let (speed, change) = (velocity.length(), acceleration.length());
        if across > STRAIGHT * (speed + STRAIGHT * change) * change {
            (8.0 * AIM * tolerance * speed / across).sqrt()
        } else {
            1.0
        }
    }

    /// Returns an upper bound on the distance of a piece from its chord.
    ///
    /// Let e(s) be the distance from the line of the chord, s from 0 to the piece's length h. It is
    /// 0 at both ends and its second derivative goes linearly from α to β, the accelerations
    /// across the chord, so
    ///
    /// ```text
    /// e(s) = s (s − h) / 2 · ((h − s) (2α + β) + s (α + 2β)) / 3h,
    /// |e|  ≤ h² / 24 · max(|2α + β|, |α + 2β|).
    /// ```
    ///
    /// On a piece that never goes back this is the distance from the chord itself.
    fn deviation(&self, (from, a): (f64, DVec2), (to, b): (f64, DVec2)) -> f64 {
        let chord = b - a;
        let length = to - from;
        if chord == DVec2::ZERO || self.backward_speed(from, to, chord) > 0.0 {
            return self.probed_deviation(from, to);
        }
        let [alpha, beta] = [from, to].map(|t| chord.perp_dot(self.acceleration(t)));
        let largest = (2.0 * alpha + beta).abs().max((alpha + 2.0 * beta).abs());
        length * length / 24.0 * largest / chord.length()
    }

    /// Returns an upper bound on the distance of any piece from its chord.
    ///
    /// Between two probes the curve leaves the chord of the probes by at most h²/8 times the
    /// acceleration, and the distance from the piece's chord is a convex function. Acceleration
    /// along the chord matters only where the curve goes back and may so pass the chord's ends.
    fn probed_deviation(&self, from: f64, to: f64) -> f64 {
        let (a, b) = (self.at(from), self.at(to));
        let length = to - from;
        let probed = (1..PROBES)
            .map(|i| from + length * i as f64 / PROBES as f64)
            .map(|t| distance_to_segment(self.at(t), a, b))
            .fold(0.0, f64::max);
        let accelerations = [from, to].map(|t| self.acceleration(t));
        let largest = |measure: &dyn Fn(DVec2) -> f64| {
            accelerations.map(measure).into_iter().fold(0.0, f64::max)
        };
        let sag = (length / PROBES as f64).powi(2) / 8.0;
        let any = sag * largest(&|acceleration| acceleration.length());
        let along = (b - a).normalize_or_zero();
        if along == DVec2::ZERO {
            return probed + any;
        }
        let across = sag * largest(&|acceleration| along.perp_dot(acceleration).abs());
        probed + any.min(across + length * self.backward_speed(from, to, along))
    }

    /// Returns an upper bound on the speed against the direction `along` within a piece: the
    /// velocity is a quadratic curve, within the hull of its control points.
    fn backward_speed(&self, from: f64, to: f64, along: DVec2) -> f64 {
        let (start, end) = (self.velocity(from), self.velocity(to));
        let middle = start + 0.5 * (to - from) * self.acceleration(from);
        let slowest = start.dot(along).min(middle.dot(along)).min(end.dot(along));
        (-slowest).max(0.0)
    }
}

fn distance_to_segment(p: DVec2, a: DVec2, b: DVec2) -> f64 {
    let along = b - a;
    let t = (p - a).dot(along) / along.length_squared();
    let nearest = if t > 0.0 { a + t.min(1.0) * along } else { a };
    p.distance(nearest)
}

/// Returns the roots in (0, 1) where a cubic polynomial goes from negative to positive, ascending.
/// The coefficients rise in degree.
fn rising_roots([a, b, c, d]: [f64; 4]) -> Vec<f64> {
    let value = |t: f64| a + t * (b + t * (c + t * d));
    // Between the zeros of the derivative b + 2c t + 3d t² the polynomial is monotonic.
    let root = (c * c - 3.0 * b * d).sqrt();
    let sum = -(c + root.copysign(c));
    let mut knots = [0.0, sum / (3.0 * d), b / sum, 1.0].map(|t| {
        if t.is_finite() {
            t.clamp(0.0, 1.0)
        } else {
            0.0
        }
    });
    knots.sort_by(f64::total_cmp);
    let mut roots = Vec::new();
    for pair in knots.windows(2) {
        let (mut low, mut high) = (pair[0], pair[1]);
        if !(value(low) < 0.0 && value(high) >= 0.0) {
            continue;
        }
        // Newton's step, or half the bracket where it leads out of it.
        let mut t = 0.5 * (low + high);
        for _ in 0..MAX_STEPS {
            let v = value(t);
            if v < 0.0 {
                low = t;
            } else {
                high = t;
            }
            let next = t - v / (b + t * (2.0 * c + t * 3.0 * d));
            let next = if low < next && next < high {
                next
            } else {
                0.5 * (low + high)
            };
            if (next - t).abs() <= f64::EPSILON {
                break;
            }
            t = next;
        }
        roots.push(t);
    }
    roots.retain(|&t| 0.0 < t && t < 1.0);
    roots
}
