//! Where a curve is slow: at a cusp, or a turn on a line.

use super::curve::Curve;

/// Below this part of the greatest speed, a minimum of the speed becomes a vertex.
const SLOW: f64 = 0.25;
/// What is so much above the limit is so whatever rounding does.
const SURELY: f64 = 1.001;
/// The number of intervals at whose ends the greatest speed is sought.
const INTERVALS: usize = 8;
/// The number of steps to a root after which it is no use to ask whether it is needed.
const FIRST_STEPS: usize = 3;
/// The most steps to a root: enough for bisection alone.
const MAX_STEPS: usize = 64;

/// Returns where inside (0, 1) the speed has a minimum far below its maximum, ascending.
///
/// There velocity and acceleration are perpendicular: a cubic equation, so the roots are
/// separated by at most two turning points of the left side.
pub(super) fn slow_points(curve: &Curve) -> Vec<f64> {
    let [_, q, r, s] = curve.coefficients;
    let polynomial = Cubic([
        q.dot(r),
        2.0 * r.length_squared() + 3.0 * q.dot(s),
        9.0 * r.dot(s),
        9.0 * s.length_squared(),
    ]);
    let square = |t: f64| curve.velocity(t).length_squared();
    let mut fastest = 0.0;
    for i in 0..=INTERVALS {
        let square = square(i as f64 / INTERVALS as f64);
        fastest = if square > fastest { square } else { fastest };
    }
    let slow = SLOW * SLOW * fastest;
    // The polynomial is a quarter of the slope of the square of the speed.
    let is_fast = |t: f64, reach: f64| square(t) - 4.0 * reach > SURELY * slow;
    let mut points = polynomial.rising_roots(is_fast);
    points.retain(|&t| 0.0 < t && t < 1.0 && square(t) < slow);
    points
}

/// A cubic polynomial; the coefficients rise in degree.
struct Cubic([f64; 4]);

impl Cubic {
    fn at(&self, t: f64) -> f64 {
        let Self([a, b, c, d]) = *self;
        a + t * (b + t * (c + t * d))
    }

    /// Returns 0, 1 and, clamped to what is between, the zeros of the derivative b + 2c t + 3d t²,
    /// ascending: between those the polynomial is monotonic.
    fn knots(&self) -> [f64; 4] {
        let Self([_, b, c, d]) = *self;
        let root = (c * c - 3.0 * b * d).sqrt();
        let sum = -(c + root.copysign(c));
        let [first, second] = [sum / (3.0 * d), b / sum].map(|t| {
            if t.is_finite() {
                t.clamp(0.0, 1.0)
            } else {
                0.0
            }
        });
        [0.0, first.min(second), first.max(second), 1.0]
    }

    /// Returns the roots in [0, 1] where it goes from negative to positive, ascending. Those are left
    /// out of which `is_needless` tells so from a place, and a bound on what the integral of the
    /// polynomial from the root to there is.
    fn rising_roots(&self, is_needless: impl Fn(f64, f64) -> bool) -> Vec<f64> {
        let mut roots = Vec::new();
        for pair in self.knots().windows(2) {
            if self.at(pair[0]) < 0.0 && self.at(pair[1]) >= 0.0 {
                roots.extend(self.rising_root(pair[0], pair[1], &is_needless));
            }
        }
        roots
    }

    fn rising_root(
        &self,
        mut low: f64,
        mut high: f64,
        is_needless: impl Fn(f64, f64) -> bool,
    ) -> Option<f64> {
        let Self([_, b, c, d]) = *self;
        // Newton's step, or half the bracket where it leads out of it.
        let mut t = 0.5 * (low + high);
        for step in 0..MAX_STEPS {
            let v = self.at(t);
            let reach = if v < 0.0 { high - t } else { t - low };
            if step < FIRST_STEPS && is_needless(t, v.abs() * reach) {
                return None;
            }
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
        Some(t)
    }
}
