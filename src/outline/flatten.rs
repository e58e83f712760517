//! Bézier curves to polylines: where to put the vertices.

#[cfg(test)]
mod tests;

use glam::DVec2;

/// The most segments of a part of a curve between slow points, of which there are at most two.
const MAX_SEGMENTS: usize = 1 << 14;
/// The number of intervals in the table of the density's integral.
const TABLE_SIZE: usize = 24;
/// The number of intervals in which the deviation of a piece that goes back is measured.
const PROBES: usize = 8;
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
/// A piece of parameter length h leaves its chord by h²/8 times the acceleration across the curve,
/// so the density of vertices is the root of that acceleration over 8 times the tolerance. Where
/// the curve is slow (at a cusp or a turn on a line) the direction changes within a piece and the
/// rule fails; a vertex goes there first. Then the deviation is measured and vertices are added
/// until it is at most `tolerance`, or there are `MAX_SEGMENTS`.
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
        let fastest = (0..=PROBES)
            .map(|i| self.velocity(i as f64 / PROBES as f64).length())
            .fold(0.0, f64::max);
        let mut points = rising_roots(polynomial);
        points.retain(|&t| self.velocity(t).length() < SLOW * fastest);
        points
    }

    /// Appends the parameters of the vertices in (`start`, `end`] of a part without slow points.
    fn flatten_part(&self, start: f64, end: f64, tolerance: f64, out: &mut Vec<f64>) {
        let table = self.density_integral(start, end, tolerance);
        let estimate = table[TABLE_SIZE].ceil() as usize;
        let mut count = estimate.clamp(1, MAX_SEGMENTS);
        // The rule holds for short pieces; a few more of them are better than halving all.
        let limit = (count + count / 2 + 2).min(MAX_SEGMENTS);
        let first = out.len();
        invert(&table, start, end, count, out);
        while !self.is_within(start, &out[first..], tolerance) {
            if count == limit {
                let parameters = out.split_off(first);
                return self.bisect(start, &parameters, tolerance, out);
            }
            out.truncate(first);
            count = (count + 1 + count / 64).min(limit);
            invert(&table, start, end, count, out);
        }
    }

    /// Returns the integral of the density of vertices from `start` to the ends of `TABLE_SIZE`
    /// equal intervals, by the midpoint rule.
    fn density_integral(&self, start: f64, end: f64, tolerance: f64) -> [f64; TABLE_SIZE + 1] {
        let step = (end - start) / TABLE_SIZE as f64;
        let mut table = [0.0; TABLE_SIZE + 1];
        for i in 0..TABLE_SIZE {
            let t = start + (i as f64 + 0.5) * step;
            let (velocity, acceleration) = (self.velocity(t), self.acceleration(t));
            let across = velocity.perp_dot(acceleration).abs() / velocity.length();
            let density = (across / (8.0 * tolerance)).sqrt();
            // At a standstill nothing is across.
            let density = if density.is_nan() { 0.0 } else { density };
            table[i + 1] = table[i] + step * density;
        }
        table
    }

    fn is_within(&self, start: f64, parameters: &[f64], tolerance: f64) -> bool {
        let mut from = start;
        parameters.iter().all(|&to| {
            let within = self.deviation(from, to) <= tolerance;
            from = to;
            within
        })
    }

    /// Appends `parameters` and between them what halving the pieces too far from their chords
    /// adds.
    fn bisect(&self, start: f64, parameters: &[f64], tolerance: f64, out: &mut Vec<f64>) {
        let mut from = start;
        let first = out.len();
        let mut pending: Vec<f64> = parameters.iter().rev().copied().collect();
        while let Some(&to) = pending.last() {
            let middle = 0.5 * (from + to);
            let count = out.len() - first + pending.len();
            let divisible = from < middle && middle < to && count < MAX_SEGMENTS;
            if divisible && self.deviation(from, to) > tolerance {
                pending.push(middle);
            } else {
                out.push(to);
                from = to;
                pending.pop();
            }
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
    fn deviation(&self, from: f64, to: f64) -> f64 {
        let along = (self.at(to) - self.at(from)).normalize_or_zero();
        if along == DVec2::ZERO || self.backward_speed(from, to, along) > 0.0 {
            return self.probed_deviation(from, to);
        }
        let [alpha, beta] = [from, to].map(|t| along.perp_dot(self.acceleration(t)));
        let largest = (2.0 * alpha + beta).abs().max((alpha + 2.0 * beta).abs());
        (to - from).powi(2) / 24.0 * largest
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
        [start, middle, end]
            .map(|velocity| -velocity.dot(along))
            .into_iter()
            .fold(0.0, f64::max)
    }
}

fn distance_to_segment(p: DVec2, a: DVec2, b: DVec2) -> f64 {
    let along = b - a;
    let t = (p - a).dot(along) / along.length_squared();
    let nearest = if t > 0.0 { a + t.min(1.0) * along } else { a };
    p.distance(nearest)
}

/// Cuts the integral into `count` equal parts and appends the parameters of their ends.
fn invert(
    table: &[f64; TABLE_SIZE + 1],
    start: f64,
    end: f64,
    count: usize,
    parameters: &mut Vec<f64>,
) {
    let total = table[TABLE_SIZE];
    let step = (end - start) / TABLE_SIZE as f64;
    let mut interval = 0;
    for part in 1..count {
        let fraction = part as f64 / count as f64;
        if !(total > 0.0 && total.is_finite()) {
            parameters.push(start + fraction * (end - start));
            continue;
        }
        let target = fraction * total;
        while interval + 1 < TABLE_SIZE && table[interval + 1] < target {
            interval += 1;
        }
        let rise = table[interval + 1] - table[interval];
        let inside = ((target - table[interval]) / rise).clamp(0.0, 1.0);
        parameters.push(start + (interval as f64 + inside) * step);
    }
    parameters.push(end);
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
        while low < 0.5 * (low + high) && 0.5 * (low + high) < high {
            let middle = 0.5 * (low + high);
            if value(middle) < 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        roots.push(high);
    }
    roots.retain(|&t| 0.0 < t && t < 1.0);
    roots
}
