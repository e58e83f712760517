//! Bézier curves to polylines: where to put the vertices.
//!
//! Vertices between the ends lie beside the curve, outside of its bend, so that the polyline is as
//! far from the curve on one side at its vertices as it is on the other between them. That takes
//! fewer pieces than vertices on the curve, and the area is closer to the curve's. The plan of a
//! vertex is its weights of the control points, fixed numbers: with them it moves smoothly with
//! those.

#[cfg(test)]
mod tests;

use glam::DVec2;

/// The most segments of a part of a curve between slow points, of which there are at most two.
const MAX_SEGMENTS: usize = 1 << 14;
/// The number of intervals in which the deviation of a piece that goes back is measured.
const PROBES: usize = 8;
/// The part of the tolerance that a step aims at, so that few steps have to be taken back.
const AIM: f64 = 0.96;
/// Where velocity and acceleration differ by less than this angle, or the speed is less than this
/// part of the acceleration, a curve starts straight.
const STRAIGHT: f64 = 1e-6;
/// How long a piece with one end on the curve is to one with none, √(12/16).
const LAST: f64 = 0.866;
/// The part that is taken of the length foreseen for a piece: little more would be taken back.
const CAUTION: f64 = 0.98;
/// The longest step that is tried first.
const MAX_STEP: f64 = 4.0;
/// The most by which a step exceeds the one before.
const MAX_GROWTH: f64 = 16.0;
/// The most steps to a root: enough for bisection alone.
const MAX_STEPS: usize = 64;
/// Below this part of the greatest speed, a minimum of the speed becomes a vertex.
const SLOW: f64 = 0.25;

/// The weights of up to four control points; those that a curve does not have are 0.
pub(super) type Weights = [f64; 4];

/// Appends the weights of the vertices between the ends of a curve, from its start to its end.
///
/// A piece of parameter length h leaves its chord by about h²/8 times the acceleration across the
/// curve, so one piece tells how long the next may be; a step that goes too far is taken back and
/// shortened. Where the curve is slow (at a cusp or a turn on a line) the direction changes within
/// a piece and the rule fails; a vertex goes there first. The deviation is at most `tolerance`,
/// unless that takes more than `MAX_SEGMENTS`.
///
/// A curve and the same curve backwards get the same vertices, so that shapes may share it.
pub(super) fn flatten<const N: usize>(
    control: &[DVec2; N],
    tolerance: f64,
    weights: &mut Vec<Weights>,
) {
    let mut backwards = *control;
    backwards.reverse();
    let first = weights.len();
    let key = |control: &[DVec2; N]| control.map(|point| [point.x, point.y]);
    if key(control) <= key(&backwards) {
        Curve::new(control).flatten(tolerance, weights);
    } else {
        Curve::new(&backwards).flatten(tolerance, weights);
        weights[first..].reverse();
        for weights in &mut weights[first..] {
            weights[..N].reverse();
        }
    }
}

/// A quadratic or cubic curve in the basis of monomials.
struct Curve {
    coefficients: [DVec2; 4],
    degree: usize,
}

/// A vertex of the polyline.
#[derive(Clone, Copy, Debug)]
struct Vertex {
    /// The parameter of the point of the curve that it stands for.
    t: f64,
    /// From the vertex to that point: `bend · acceleration − slide · velocity`, which is across the
    /// curve.
    offset: DVec2,
    bend: f64,
    slide: f64,
    position: DVec2,
    /// Of the curve at `t`.
    velocity: DVec2,
    acceleration: DVec2,
    /// The square of about how long a piece here may be.
    step_square: f64,
}

impl Curve {
    /// Appends the weights of the vertices between the ends.
    fn flatten(&self, tolerance: f64, out: &mut Vec<Weights>) {
        self.for_each_vertex(tolerance, |vertex| out.push(self.weights(vertex)));
    }

    /// Visits the vertices between the ends.
    fn for_each_vertex(&self, tolerance: f64, mut visit: impl FnMut(&Vertex)) {
        let mut start = 0.0;
        for end in self.slow_points().into_iter().chain([1.0]) {
            self.flatten_part(start, end, tolerance, &mut visit);
            if end < 1.0 {
                visit(&self.vertex_on(end, AIM * tolerance));
            }
            start = end;
        }
    }

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
        Self {
            coefficients,
            degree: control.len() - 1,
        }
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

    /// Visits the vertices in (`start`, `end`) of a part without slow points.
    fn flatten_part(&self, start: f64, end: f64, tolerance: f64, visit: &mut impl FnMut(&Vertex)) {
        let aim = AIM * tolerance;
        // Less would be lost in rounding.
        let min_step = ((end - start) / MAX_SEGMENTS as f64).max(f64::EPSILON);
        let (mut from, last) = (self.vertex_on(start, aim), self.vertex_on(end, aim));
        let mut step = LAST * from.step_square.sqrt();
        while from.t < end {
            let rest = end - from.t;
            let length = if LAST * step >= rest || rest <= 1.5 * min_step {
                rest
            } else if (1.0 + LAST) * step > rest {
                // No short piece at the end.
                rest / (1.0 + LAST)
            } else {
                step.max(min_step)
            };
            let to = if length == rest {
                last
            } else {
                self.vertex_beside(from.t + length, length, aim)
            };
            let fit = self.compare(&from, &to, tolerance);
            if !fit.is_near && length > min_step && rest > 1.5 * min_step {
                step = (fit.aim / fit.deviation).sqrt().min(0.95 * length);
                continue;
            }
            // The next piece is to this one as the curvature at its start to that here.
            let start = if from.bend == 0.0 { LAST * LAST } else { 1.0 };
            let growth = to.step_square / (start * from.step_square * fit.deviation);
            step = CAUTION * (fit.aim * growth).sqrt();
            step = step.min(MAX_GROWTH * length);
            if to.t < end {
                visit(&to);
            }
            from = to;
        }
    }

    /// Returns a vertex on the curve.
    fn vertex_on(&self, t: f64, aim: f64) -> Vertex {
        let (velocity, acceleration) = (self.velocity(t), self.acceleration(t));
        Vertex {
            t,
            offset: DVec2::ZERO,
            bend: 0.0,
            slide: 0.0,
            position: self.at(t),
            velocity,
            acceleration,
            step_square: step_square(velocity, acceleration, aim),
        }
    }

    /// Returns the vertex at distance `aim` outside of the curve or, where the bend is slight, as
    /// far as halves the deviation of pieces of a length.
    fn vertex_beside(&self, t: f64, length: f64, aim: f64) -> Vertex {
        let (velocity, acceleration) = (self.velocity(t), self.acceleration(t));
        let step_square = step_square(velocity, acceleration, aim);
        let bend = step_square.min(length * length) / 16.0;
        let slide = bend * velocity.dot(acceleration) / velocity.length_squared();
        let offset = bend * acceleration - slide * velocity;
        if !offset.is_finite() {
            return self.vertex_on(t, aim);
        }
        Vertex {
            t,
            offset,
            bend,
            slide,
            position: self.at(t) - offset,
            velocity,
            acceleration,
            step_square,
        }
    }

    /// Returns the weights of the control points that make a vertex.
    fn weights(&self, vertex: &Vertex) -> Weights {
        let (t, s) = (vertex.t, 1.0 - vertex.t);
        let (position, velocity, acceleration) = if self.degree == 2 {
            (
                [s * s, 2.0 * s * t, t * t, 0.0],
                [-2.0 * s, 2.0 * (s - t), 2.0 * t, 0.0],
                [2.0, -4.0, 2.0, 0.0],
            )
        } else {
            (
                [s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t],
                [
                    -3.0 * s * s,
                    3.0 * s * (s - 2.0 * t),
                    3.0 * t * (2.0 * s - t),
                    3.0 * t * t,
                ],
                [6.0 * s, 6.0 * (t - 2.0 * s), 6.0 * (s - 2.0 * t), 6.0 * t],
            )
        };
        std::array::from_fn(|i| {
            position[i] - vertex.bend * acceleration[i] + vertex.slide * velocity[i]
        })
    }

    /// Measures how near a piece of the curve is to the edge between two vertices.
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
    fn compare(&self, from: &Vertex, to: &Vertex, tolerance: f64) -> Fit {
        let edge = to.position - from.position;
        let square = (to.t - from.t).powi(2);
        if edge == DVec2::ZERO || slowest(from, to, edge) < 0.0 {
            let deviation = self.probed_deviation(from, to);
            return Fit {
                is_near: deviation <= tolerance,
                aim: square * AIM * tolerance,
                deviation,
            };
        }
        let [mut p, mut q] = [from, to].map(|vertex| edge.perp_dot(vertex.offset));
        let [alpha, beta] = [from, to].map(|vertex| edge.perp_dot(vertex.acceleration));
        let largest = greater((2.0 * alpha + beta).abs(), (alpha + 2.0 * beta).abs());
        let sag = square * (1.0 / 6.0) * largest;
        let across = if alpha * beta < 0.0 {
            greater(p.abs(), q.abs()) + 0.25 * sag
        } else {
            if alpha + beta < 0.0 {
                (p, q) = (-p, -q);
            }
            let slope = sag - (q - p);
            let lowest = if slope > 0.0 && slope < 2.0 * sag {
                p - slope * slope / (4.0 * sag)
            } else {
                p.min(q)
            };
            greater(greater(p, q), -lowest)
        };
        let beyond = greater(-edge.dot(from.offset), edge.dot(to.offset));
        let beyond = greater(beyond, 0.0);
        let limit = tolerance * edge.length();
        // A quarter of the sag less the mean of p and q is to be the aim.
        Fit {
            is_near: across * across + beyond * beyond <= limit * limit,
            aim: square * (4.0 * AIM * limit + 2.0 * (p + q)),
            deviation: sag,
        }
    }

    /// Returns an upper bound on the distance of any piece from an edge.
    ///
    /// Between two probes the curve leaves the chord of the probes by at most h²/8 times the
    /// acceleration, and the distance from the edge is a convex function. Acceleration along the
    /// edge matters only where the curve goes back and may so pass the edge's ends.
    fn probed_deviation(&self, from: &Vertex, to: &Vertex) -> f64 {
        let (a, b) = (from.position, to.position);
        let length = to.t - from.t;
        let probed = (0..=PROBES)
            .map(|i| from.t + length * i as f64 / PROBES as f64)
            .map(|t| distance_to_segment(self.at(t), a, b))
            .fold(0.0, f64::max);
        let accelerations = [from.acceleration, to.acceleration];
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
        let backward = (-slowest(from, to, along)).max(0.0);
        probed + any.min(across + length * backward)
    }
}

/// How near a piece of a curve is to an edge.
struct Fit {
    /// Whether it is within the tolerance.
    is_near: bool,
    /// The square of about the length at which the piece would be off by what steps aim at, times the
    /// deviation.
    aim: f64,
    /// A measure of how far off it is.
    deviation: f64,
}

/// Returns a lower bound on the speed in a direction within a piece: the velocity is a quadratic curve,
/// within the hull of its control points.
fn slowest(from: &Vertex, to: &Vertex, along: DVec2) -> f64 {
    let middle = from.velocity + 0.5 * (to.t - from.t) * from.acceleration;
    let [start, middle, end] = [from.velocity, middle, to.velocity].map(|v| v.dot(along));
    -greater(greater(-start, -middle), -end)
}

/// The greater of two numbers, neither of which is NaN: in one instruction, which [`f64::max`] is not.
fn greater(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// Returns the square of about the length of a piece between vertices beside the curve that is off
/// by `aim`, if the curvature stays as it is.
fn step_square(velocity: DVec2, acceleration: DVec2, aim: f64) -> f64 {
    let across = velocity.perp_dot(acceleration).abs();
    let (speed, change) = (velocity.length_squared(), acceleration.length_squared());
    let straight = STRAIGHT * STRAIGHT;
    if across * across > straight * (speed + straight * change) * change {
        (16.0 * aim * speed.sqrt() / across).min(MAX_STEP * MAX_STEP)
    } else {
        MAX_STEP * MAX_STEP
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
