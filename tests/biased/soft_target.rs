use glam::DVec2;
use reynolds::ad::Scalar;
use reynolds::geometry::Vec2;
use reynolds::sampling::{Key, Stream};
use reynolds::statistics::RunningMoments;

use super::case::Case;
use super::plain::{DIRECTIONS, Line, Number, Plain, Ray, gather};

/// Points along each side of a pixel: where an outline is near, and elsewhere.
const FINE: u64 = 16;
const COARSE: u64 = 4;
const TRIALS: u64 = 16;
/// Coverages are soft up to this many τ from an outline, and 10 at most: limits of the estimator.
const REACH: f64 = 20.0;
const MOST: usize = 10;
/// From the centre of a pixel to its corner, and a little more.
const CORNER: f64 = 0.7072;

/// The derivative of an image whose shapes cover points by σ(φ/τ).
pub struct SoftTarget<'a> {
    case: &'a Case<'a>,
    plain: &'a Plain<'a>,
    variables: &'a [Number],
    width: f64,
    /// For each layer the border between its inside and its outside.
    borders: Vec<Vec<Border>>,
}

/// A straight piece of a border.
#[derive(Clone, Copy, Debug)]
struct Border {
    ends: [Vec2<Number>; 2],
}

impl Border {
    /// The place of the closest point, and how far away it is.
    fn closest(&self, p: DVec2) -> (f64, f64) {
        let [a, b] = self.ends.map(Vec2::value);
        let along = b - a;
        let t = ((p - a).dot(along) / along.length_squared()).clamp(0.0, 1.0);
        (t, p.distance(a.lerp(b, t)))
    }

    /// The distance with its derivatives: a point of the piece that is closest stays so to first order.
    fn distance(&self, p: DVec2) -> Number {
        let (t, _) = self.closest(p);
        let closest = Vec2::linear([1.0 - t, t], self.ends);
        (closest - Vec2::constant(p.x, p.y)).length()
    }
}

impl<'a> SoftTarget<'a> {
    pub fn new(
        case: &'a Case<'a>,
        plain: &'a Plain<'a>,
        variables: &'a [Number],
        width: f64,
    ) -> Self {
        let borders = (0..plain.layer_count()).map(|layer| borders(plain, variables, layer));
        Self {
            case,
            plain,
            variables,
            width,
            borders: borders.collect(),
        }
    }

    /// Returns the derivatives of `Σ w·I` of each trial, and the largest part that a point of a pixel has
    /// in them.
    pub fn moments(&self) -> ([RunningMoments; DIRECTIONS], [f64; DIRECTIONS]) {
        let mut sums = [[0.0; DIRECTIONS]; TRIALS as usize];
        let mut samples: [f64; DIRECTIONS] = [0.0; DIRECTIONS];
        let margin = i64::from(self.case.settings().filter.support_pixels());
        let canvas = &self.case.exact.scene().canvas;
        for y in -margin..i64::from(canvas.height) + margin {
            for x in -margin..i64::from(canvas.width) + margin {
                let pixel = self.pixel(DVec2::new(x as f64, y as f64));
                for (trial, sum) in sums.iter_mut().enumerate() {
                    let key = Key::new(trial as u64, Stream::Replicate);
                    let key = key.child((x + margin) as u64).child((y + margin) as u64);
                    self.add(&pixel, key, sum, &mut samples);
                }
            }
        }
        let moments = std::array::from_fn(|i| sums.iter().map(|sum| sum[i]).collect());
        (moments, samples)
    }

    /// Adds a jittered mean over a pixel.
    fn add(
        &self,
        pixel: &Pixel,
        key: Key,
        sum: &mut [f64; DIRECTIONS],
        samples: &mut [f64; DIRECTIONS],
    ) {
        let side = if pixel.near.is_empty() { COARSE } else { FINE };
        for stratum in 0..side * side {
            let [u, v] = key.child(stratum).pair();
            let corner = DVec2::new((stratum % side) as f64, (stratum / side) as f64);
            let p = pixel.corner + (corner + DVec2::new(u, v)) / side as f64;
            let color = self.color(pixel, p);
            let weights = gather(&self.case.weights, self.case.settings().filter, p);
            for i in 0..DIRECTIONS {
                let products = weights.iter().zip(&color).map(|(w, c)| w * c.tangent[i]);
                let part: f64 = products.sum();
                sum[i] += part / (side * side) as f64;
                samples[i] = samples[i].max(part.abs());
            }
        }
    }

    /// The soft colour at a point.
    fn color(&self, pixel: &Pixel, p: DVec2) -> [Number; 4] {
        let mut coverages = pixel.hard.clone();
        let mut soft: Vec<(Number, usize)> = Vec::new();
        for (layer, borders) in &pixel.near {
            let closer = |a: &&Border, b: &&Border| a.closest(p).1.total_cmp(&b.closest(p).1);
            let border = borders.iter().min_by(closer).expect("a border is near");
            let distance = border.distance(p);
            if pixel.is_crossed[*layer] {
                let inside = self.plain.is_inside(*layer, p, Ray::Left);
                coverages[*layer] = inside.then(|| Number::constant(1.0));
            }
            if distance.value() < REACH * self.width {
                soft.push((distance, *layer));
            }
        }
        soft.sort_by(|a, b| a.0.value().total_cmp(&b.0.value()));
        for &(distance, layer) in soft.iter().take(MOST) {
            let sign = if coverages[layer].is_some() {
                -1.0
            } else {
                1.0
            };
            let coverage = ((distance * (sign / self.width)).exp() + 1.0).recip();
            coverages[layer] = Some(coverage);
        }
        self.plain.composite(self.variables, p, &coverages)
    }

    /// What there is around a pixel. That leaves out what the triangle inequality says is too far away.
    fn pixel(&self, corner: DVec2) -> Pixel {
        let center = corner + 0.5;
        let mut pixel = Pixel {
            corner,
            hard: Vec::new(),
            is_crossed: Vec::new(),
            near: Vec::new(),
        };
        for (layer, borders) in self.borders.iter().enumerate() {
            let inside = self.plain.is_inside(layer, center, Ray::Left);
            pixel.hard.push(inside.then(|| Number::constant(1.0)));
            let distances = borders.iter().map(|border| border.closest(center).1);
            let least = distances.clone().fold(f64::INFINITY, f64::min);
            pixel.is_crossed.push(least <= CORNER);
            if least <= REACH * self.width + CORNER {
                let near = borders.iter().zip(distances);
                let near = near.filter(|(_, distance)| *distance <= least + 2.0 * CORNER);
                pixel
                    .near
                    .push((layer, near.map(|(border, _)| *border).collect()));
            }
        }
        pixel
    }
}

struct Pixel {
    corner: DVec2,
    /// The coverage of each layer at the centre, if edges were hard.
    hard: Vec<Option<Number>>,
    /// For each layer, whether its border may pass through.
    is_crossed: Vec<bool>,
    /// The layers whose borders are near, with the pieces that may be closest.
    near: Vec<(usize, Vec<Border>)>,
}

/// Cuts the outline of a layer where it crosses itself, and keeps the pieces that have the inside on one
/// side and the outside on the other.
fn borders(plain: &Plain<'_>, variables: &[Number], layer: usize) -> Vec<Border> {
    let lines = &plain.outlines[layer];
    let mut borders = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        if line.ends[0] == line.ends[1] {
            continue;
        }
        let ends = ends(variables, line);
        let zero = Number::constant(0.0);
        let mut cuts = vec![zero, Number::constant(1.0)];
        for (other, with) in lines.iter().enumerate() {
            if other != number && may_cross(line, with) {
                cuts.extend(crossing(ends, self::ends(variables, with)));
            }
        }
        cuts.sort_by(|a, b| a.value().total_cmp(&b.value()));
        for pair in cuts.windows(2) {
            let [a, b] = [pair[0], pair[1]].map(|t| ends[0] + (ends[1] - ends[0]) * t);
            let middle = pair[0].value().midpoint(pair[1].value());
            let sides = line.sides(middle);
            let [before, after] = sides.map(|p| plain.is_inside(layer, p, line.ray()));
            if before != after && a.value() != b.value() {
                borders.push(Border { ends: [a, b] });
            }
        }
    }
    borders
}

fn ends(variables: &[Number], line: &Line) -> [Vec2<Number>; 2] {
    line.vertices
        .map(|v| Vec2::new(variables[2 * v], variables[2 * v + 1]))
}

fn may_cross(a: &Line, b: &Line) -> bool {
    let bounds = |line: &Line| {
        let [start, end] = line.ends;
        [start.min(end), start.max(end)]
    };
    let ([a0, a1], [b0, b1]) = (bounds(a), bounds(b));
    a0.cmple(b1).all() && b0.cmple(a1).all()
}

/// Where on the first segment it crosses the second, if it does: t with `(a + t u − c) × v = 0`.
fn crossing([a, b]: [Vec2<Number>; 2], [c, d]: [Vec2<Number>; 2]) -> Option<Number> {
    let (u, v, w) = (b - a, d - c, c - a);
    let cross = |p: Vec2<Number>, q: Vec2<Number>| p.x * q.y - p.y * q.x;
    let turn = cross(u, v);
    if turn.value() == 0.0 {
        return None;
    }
    let (t, s) = (cross(w, v) / turn, cross(w, u) / turn);
    let within = |x: f64| x > 0.0 && x < 1.0;
    (within(t.value()) && (0.0..=1.0).contains(&s.value())).then_some(t)
}
