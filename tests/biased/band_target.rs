use glam::DVec2;
use reynolds::sampling::{Key, Stream};
use reynolds::statistics::RunningMoments;

use super::case::Case;
use super::plain::{DIRECTIONS, Line, Number, Plain, dot, gather};

/// Points per pixel of an edge, and repetitions with other points.
const DENSITY: f64 = 32.0;
pub const TRIALS: u64 = 16;

/// Layers are pulled apart by this: more than edges of one layer are, as [`Plain::new`] asserts, so that those
/// of different layers on one line have sides of their own too.
pub const APART: f64 = 1e-6;

/// The boundary term with the mean of k across the edge in place of k.
pub struct BandTarget<'a> {
    pub case: &'a Case<'a>,
    pub plain: &'a Plain<'a>,
    pub variables: &'a [Number],
    /// ε; 0 leaves k as it is.
    pub width: f64,
}

impl BandTarget<'_> {
    /// Returns its derivatives of `Σ w·I`, one number for each trial, and the largest speed of an edge
    /// that adds to it.
    pub fn of_lines(&self, lines: &[Line]) -> ([RunningMoments; DIRECTIONS], [f64; DIRECTIONS]) {
        let mut moments = [RunningMoments::default(); DIRECTIONS];
        let mut fastest: [f64; DIRECTIONS] = [0.0; DIRECTIONS];
        for trial in 0..TRIALS {
            let key = Key::new(trial, Stream::Replicate);
            let mut sums = [0.0; DIRECTIONS];
            for (number, line) in lines.iter().enumerate() {
                let count = self.count(line);
                for stratum in 0..count {
                    let key = key.child(number as u64).child(stratum);
                    let t = (stratum as f64 + key.uniform()) / count as f64;
                    let Some(flux) = self.flux(line, t) else {
                        continue;
                    };
                    let speeds = self.speeds(line, t);
                    for i in 0..DIRECTIONS {
                        sums[i] += flux * speeds[i] / count as f64;
                        fastest[i] = fastest[i].max(speeds[i].abs() / self.length(line));
                    }
                }
            }
            for (moments, sum) in moments.iter_mut().zip(sums) {
                moments.push(sum);
            }
        }
        (moments, fastest)
    }

    fn length(&self, line: &Line) -> f64 {
        line.ends[0].distance(line.ends[1])
    }

    /// The number of points on an edge: none on one that moves nowhere, or that is a point.
    fn count(&self, line: &Line) -> u64 {
        let moves = |vertex: usize| {
            let coordinates = &self.variables[2 * vertex..2 * vertex + 2];
            coordinates.iter().any(|x| x.tangent != [0.0; DIRECTIONS])
        };
        if line.vertices.into_iter().any(moves) {
            (self.length(line) * DENSITY).ceil() as u64
        } else {
            0
        }
    }

    /// Returns `v · N` at a point of an edge, N being as long as the edge, to its right in a picture whose
    /// y grows downwards.
    fn speeds(&self, line: &Line, t: f64) -> [f64; DIRECTIONS] {
        let normal = (line.ends[1] - line.ends[0]).perp();
        let [start, end] = line
            .vertices
            .map(|vertex| &self.variables[2 * vertex..2 * vertex + 2]);
        std::array::from_fn(|i| {
            let along = |axis: usize| (1.0 - t) * start[axis].tangent[i] + t * end[axis].tangent[i];
            along(0) * normal.x + along(1) * normal.y
        })
    }

    /// Returns `⟨mean of k w, J⟩`, if it is not 0.
    fn flux(&self, line: &Line, t: f64) -> Option<f64> {
        let [a, b] = line.ends;
        let (point, normal) = (a.lerp(b, t), (b - a).perp().normalize());
        let weight = self.mean_across(point, normal);
        if weight == [0.0; 4] {
            return None;
        }
        let [before, after] = line.sides(t).map(|p| self.plain.color(p, line.ray()));
        let jump = std::array::from_fn(|c| before[c] - after[c]);
        let flux = dot(weight, jump);
        (flux != 0.0).then_some(flux)
    }

    /// The mean of `Σ k w` over the points that lie up to ε away to either side. All filters are smooth
    /// between lines through centres and borders of pixels; Gauss's rule with 4 nodes is exact for
    /// polynomials of degree 7, and those of Mitchell's filter along a line have 6.
    fn mean_across(&self, point: DVec2, normal: DVec2) -> [f64; 4] {
        let filter = self.case.settings().filter;
        if self.width == 0.0 {
            return gather(&self.case.weights, filter, point);
        }
        let mut cuts = vec![-self.width, self.width];
        for (place, slope) in [(point.x, normal.x), (point.y, normal.y)] {
            let reach = self.width * slope.abs();
            let (first, last) = (2.0 * (place - reach), 2.0 * (place + reach));
            let halves = first.ceil() as i64..=last.floor() as i64;
            cuts.extend(halves.map(|half| (0.5 * half as f64 - place) / slope));
        }
        cuts.retain(|s| s.abs() <= self.width);
        cuts.sort_by(f64::total_cmp);
        let mut sum = [0.0; 4];
        for pair in cuts.windows(2) {
            let (middle, half) = (0.5 * (pair[0] + pair[1]), 0.5 * (pair[1] - pair[0]));
            for (node, weight) in GAUSS {
                let k = gather(
                    &self.case.weights,
                    filter,
                    point + (middle + half * node) * normal,
                );
                for (sum, k) in sum.iter_mut().zip(k) {
                    *sum += half * weight * k / (2.0 * self.width);
                }
            }
        }
        sum
    }
}

/// Nodes and weights of Gauss's rule on [−1, 1]: √(3/7 ∓ 2/7 √(6/5)), (18 ± √30)/36.
const GAUSS: [(f64, f64); 4] = [
    (-0.861_136_311_594_052_6, 0.347_854_845_137_453_85),
    (-0.339_981_043_584_856_26, 0.652_145_154_862_546_1),
    (0.339_981_043_584_856_26, 0.652_145_154_862_546_1),
    (0.861_136_311_594_052_6, 0.347_854_845_137_453_85),
];
