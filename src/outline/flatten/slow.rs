//! Where a curve is slow: at a cusp, or a turn on a line.

use super::curve::Curve;

/// Below this part of the greatest speed, a minimum of the speed becomes a vertex.
const SLOW: f64 = 0.25;
/// The number of intervals at whose ends the greatest speed is sought.
const INTERVALS: usize = 8;
/// The most steps to a root: enough for bisection alone.
const MAX_STEPS: usize = 64;

/// Returns where inside (0, 1) the speed has a minimum far below its maximum, ascending.
///
/// There velocity and acceleration are perpendicular: a cubic equation, so the roots are
/// separated by at most two turning points of the left side.
pub(super) fn slow_points(curve: &Curve) -> Vec<f64> {
    let [_, q, r, s] = curve.coefficients;
    let polynomial = [
        q.dot(r),
        2.0 * r.length_squared() + 3.0 * q.dot(s),
        9.0 * r.dot(s),
        9.0 * s.length_squared(),
    ];
    let speed = |t: f64| curve.velocity(t).length_squared();
    let fastest = (0..=INTERVALS)
        .map(|i| speed(i as f64 / INTERVALS as f64))
        .fold(0.0, f64::max);
    let mut points = rising_roots(polynomial);
    points.retain(|&t| speed(t) < SLOW * SLOW * fastest);
    points
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
