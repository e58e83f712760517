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
    sought_points(curve, SURELY)
}

/// Returns the slow points, found without a search to the end for roots where the square of the speed
/// is more than `surely` times the limit.
fn sought_points(curve: &Curve, surely: f64) -> Vec<f64> {
    let [_, q, r, s] = curve.coefficients;
    let polynomial = Cubic([
        q.dot(r),
        2.0 * r.length_squared() + 3.0 * q.dot(s),
        9.0 * r.dot(s),
        9.0 * s.length_squared(),
    ]);
    let square = |t: f64| curve.velocity(t).length_squared();
    let mut fastest: f64 = 0.0;
    for i in 0..=INTERVALS {
        fastest = fastest.max(square(i as f64 / INTERVALS as f64));
    }
    let slow = SLOW * SLOW * fastest;
    // The polynomial is a quarter of the slope of the square of the speed.
    let is_fast = |t: f64, reach: f64| square(t) - 4.0 * reach > surely * slow;
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

    /// Returns the roots in [0, 1] where it goes from negative to positive, ascending.
    ///
    /// `is_needless` is asked whether a root may be left out, given a place near it and a bound on the
    /// integral of the polynomial from the root to there.
    fn rising_roots(&self, is_needless: impl Fn(f64, f64) -> bool) -> Vec<f64> {
        let mut roots = Vec::new();
        for pair in self.knots().windows(2) {
            if self.at(pair[0]) < 0.0 && self.at(pair[1]) >= 0.0 {
                roots.extend(self.rising_root(pair[0], pair[1], &is_needless));
            }
        }
        roots
    }

    /// Returns the root between two places where it rises.
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

#[cfg(test)]
mod tests {
    use glam::DVec2;
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64Dxsm;

    use super::*;

    #[test]
    fn no_slow_point_is_missed_where_the_search_ends_early() {
        let mut random = Pcg64Dxsm::seed_from_u64(5);
        let mut found = 0;
        for _ in 0..20_000 {
            let control: [DVec2; 4] = std::array::from_fn(|_| {
                DVec2::new(random.random_range(0.0..9.0), random.random_range(0.0..9.0))
            });
            for curve in [Curve::new(&control), Curve::new(&control[..3])] {
                let points = slow_points(&curve);
                assert_eq!(points, sought_points(&curve, f64::INFINITY), "{control:?}");
                found += points.len();
            }
        }
        assert!(found > 1000);
    }
}
