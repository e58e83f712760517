use std::f64::consts::{PI, TAU};

use glam::DVec2;

use crate::drawing::{Drawing, PixelRect, Tile};
use crate::geometry::{Affine, Vec2};
use crate::outline::regular::unit_vertex;
use crate::paint::{PaintLayout, has_kink, jumps};
use crate::scene::Spread;

/// A segment along which a paint is not smooth.
pub(crate) type Line = [DVec2; 2];

/// How far the polygon of an ellipse along which a colour has a kink may be from it, in pixels.
const KINK_TOLERANCE: f64 = 1e-5;
/// A paint with more lines than this in a tile is not cut along them.
const MAX_LINES: usize = 4096;
/// The lines around the centre of a radial gradient are at distances 2, 1, 1/2, … pixels: this many.
/// What is left is a square of side 1/2048 pixel, with an error of the third power of that.
const TIP_LINES: i32 = 14;
/// Places of t closer than this are one: stops that make a jump are less than that apart.
const SAME_PLACE: f64 = 2e-9;

/// Returns the lines in a tile along which its paints are not smooth.
pub(crate) fn paint_lines(drawing: &Drawing, tile: &Tile) -> Vec<Line> {
    let mut lines = Vec::new();
    for layer in &tile.layers {
        let layer = &drawing.layout.layers()[layer.layer as usize];
        let coefficients = &drawing.variables[layer.coefficients.clone()];
        match layer.paint {
            PaintLayout::Solid => {}
            PaintLayout::Linear { spread, .. } => {
                let marks = marks(layer.paint, coefficients, spread);
                let gradient = DVec2::new(coefficients[0], coefficients[1]);
                let range = linear_range(gradient, coefficients[2], tile.rect);
                for t in places(&marks, spread, range) {
                    lines.push(line(gradient, t - coefficients[2], tile.rect));
                }
            }
            PaintLayout::Radial { spread, .. } => {
                let map = Affine(std::array::from_fn(|i| coefficients[i]));
                let Some(inverse) = map.inverse() else {
                    continue;
                };
                let center = DVec2::new(inverse.0[4], inverse.0[5]);
                tip_lines(center, tile.rect, &mut lines);
                let range = radial_range(map, tile.rect);
                let hard = places(&hard_marks(layer.paint, coefficients), spread, range);
                let marks = marks(layer.paint, coefficients, spread);
                let mut soft = places(&marks, spread, range);
                soft.retain(|t| hard.iter().all(|other| (t - other).abs() > SAME_PLACE));
                for &t in &hard {
                    ellipse(
                        inverse,
                        &Polygon::of_jump(layer.paint, t),
                        tile.rect,
                        &mut lines,
                    );
                }
                for t in soft {
                    ellipse(
                        inverse,
                        &Polygon::of_kink(inverse, t),
                        tile.rect,
                        &mut lines,
                    );
                }
            }
        }
    }
    lines
}

/// Returns the lines in a rectangle of pixels along which a paint is continuous but has a kink.
pub(crate) fn kink_lines(layout: PaintLayout, coefficients: &[f64], rect: PixelRect) -> Vec<Line> {
    let mut lines = Vec::new();
    let kinks = |spread, range| {
        let list = places(&marks(layout, coefficients, spread), spread, range);
        let kinks = list.into_iter();
        kinks.filter(|&t| has_kink(layout, coefficients, t))
    };
    match layout {
        PaintLayout::Solid => {}
        PaintLayout::Linear { spread, .. } => {
            let gradient = DVec2::new(coefficients[0], coefficients[1]);
            for t in kinks(spread, linear_range(gradient, coefficients[2], rect)) {
                lines.push(line(gradient, t - coefficients[2], rect));
            }
        }
        PaintLayout::Radial { spread, .. } => {
            let map = Affine(std::array::from_fn(|i| coefficients[i]));
            let Some(inverse) = map.inverse() else {
                return lines;
            };
            for t in kinks(spread, radial_range(map, rect)) {
                ellipse(inverse, &Polygon::of_kink(inverse, t), rect, &mut lines);
            }
        }
    }
    lines
}

/// The places in [0, 1] where a gradient is not smooth.
fn marks(layout: PaintLayout, coefficients: &[f64], spread: Spread) -> Vec<f64> {
    let mut marks = layout.stop_offsets(coefficients);
    marks.extend((spread != Spread::Pad).then_some(0.0));
    marks
}

/// Those among them where a radial gradient jumps along polygons.
fn hard_marks(layout: PaintLayout, coefficients: &[f64]) -> Vec<f64> {
    if layout.sides() == 0 {
        return Vec::new();
    }
    let jumps = jumps(layout, coefficients).into_iter();
    jumps
        .map(|jump| jump.parameter(layout, coefficients))
        .collect()
}

/// The places within a range of t where the spread gradient is at one of its marks.
fn places(marks: &[f64], spread: Spread, (low, high): (f64, f64)) -> Vec<f64> {
    let mut list: Vec<f64> = match spread {
        Spread::Pad => marks.to_vec(),
        Spread::Repeat | Spread::Reflect => {
            let (first, last) = (low.floor(), high.floor());
            let periods = last - first + 1.0;
            if periods * marks.len() as f64 > MAX_LINES as f64 {
                return Vec::new();
            }
            (0..periods as usize)
                .flat_map(|i| {
                    let start = first + i as f64;
                    let backwards = spread == Spread::Reflect && start.rem_euclid(2.0) == 1.0;
                    let place = move |&o: &f64| start + if backwards { 1.0 - o } else { o };
                    marks.iter().map(place)
                })
                .collect()
        }
    };
    list.retain(|&t| low < t && t < high);
    list.sort_unstable_by(f64::total_cmp);
    list.dedup();
    list
}

fn corners(rect: PixelRect) -> [DVec2; 4] {
    [
        (rect.x0, rect.y0),
        (rect.x1, rect.y0),
        (rect.x0, rect.y1),
        (rect.x1, rect.y1),
    ]
    .map(|(x, y)| DVec2::new(f64::from(x), f64::from(y)))
}

fn linear_range(gradient: DVec2, h: f64, rect: PixelRect) -> (f64, f64) {
    let values = corners(rect).map(|corner| gradient.dot(corner) + h);
    let low = values.into_iter().fold(f64::INFINITY, f64::min);
    (low, values.into_iter().fold(f64::NEG_INFINITY, f64::max))
}

fn radial_range(map: Affine<f64>, rect: PixelRect) -> (f64, f64) {
    let length = |p: DVec2| map.apply(Vec2::new(p.x, p.y)).length();
    let [first, .., last] = corners(rect);
    // Lengths change by at most the stretch of the map for each pixel.
    let reach = 0.5 * map.max_stretch() * first.distance(last);
    let low = length(0.5 * (first + last)) - reach;
    (
        low.max(0.0),
        corners(rect).map(length).into_iter().fold(0.0, f64::max),
    )
}

/// The line g·X = c across a rectangle of pixels.
fn line(g: DVec2, c: f64, rect: PixelRect) -> Line {
    let [x0, y0, x1, y1] = [rect.x0, rect.y0, rect.x1, rect.y1].map(f64::from);
    if g.x.abs() >= g.y.abs() {
        let x = |y: f64| (c - g.y * y) / g.x;
        [DVec2::new(x(y0), y0), DVec2::new(x(y1), y1)]
    } else {
        let y = |x: f64| (c - g.x * x) / g.y;
        [DVec2::new(x0, y(x0)), DVec2::new(x1, y(x1))]
    }
}

/// The lines around the centre of a radial gradient, as far as they are near a rectangle.
fn tip_lines(center: DVec2, rect: PixelRect, out: &mut Vec<Line>) {
    let [min, .., max] = corners(rect);
    let side = 2.0;
    if center.cmplt(min - side).any() || center.cmpgt(max + side).any() {
        return;
    }
    for power in 0..TIP_LINES {
        let distance = side * 0.5f64.powi(power);
        for offset in [-distance, distance] {
            let (x, y) = (DVec2::new(offset, side), DVec2::new(side, offset));
            out.push([center + x, center + x - DVec2::new(0.0, 2.0 * side)]);
            out.push([center + y, center + y - DVec2::new(2.0 * side, 0.0)]);
        }
    }
}

/// A polygon in the place of a circle around the centre of a radial gradient, where that is round.
enum Polygon {
    /// Where the gradient jumps: the very polygon that decides its colours.
    Jump { radius: f64, sides: usize },
    /// Where it has a kink: one of equal area, with sides that have their middles on the axes.
    Kink { circumradius: f64, sides: usize },
}

impl Polygon {
    fn of_jump(layout: PaintLayout, radius: f64) -> Self {
        Self::Jump {
            radius,
            sides: layout.sides(),
        }
    }

    fn of_kink(inverse: Affine<f64>, radius: f64) -> Self {
        let size = radius * inverse.max_stretch();
        let n = (PI * (size / (3.0 * KINK_TOLERANCE)).sqrt()).ceil();
        // Rounded up to three binary digits, so that it hardly ever changes with the parameters.
        let digit = (0.25 * n).log2().floor().exp2();
        let n = ((n / digit).ceil() * digit).clamp(16.0, 65_536.0);
        let step = TAU / n;
        Self::Kink {
            circumradius: radius * (step / step.sin()).sqrt(),
            sides: n as usize,
        }
    }

    fn sides(&self) -> usize {
        match *self {
            Self::Jump { sides, .. } | Self::Kink { sides, .. } => sides,
        }
    }

    /// The angle of its first vertex, in parts of that between two.
    fn phase(&self) -> f64 {
        match self {
            Self::Jump { .. } => 0.0,
            Self::Kink { .. } => 0.5,
        }
    }

    fn vertex(&self, index: i64) -> DVec2 {
        match *self {
            Self::Jump { radius, sides } => {
                radius * unit_vertex(sides, index.rem_euclid(sides as i64) as usize)
            }
            Self::Kink {
                circumradius,
                sides,
            } => {
                let step = TAU / sides as f64;
                circumradius * DVec2::from_angle(step * (index as f64 + self.phase()))
            }
        }
    }
}

/// The parts of a polygon near a rectangle.
fn ellipse(inverse: Affine<f64>, polygon: &Polygon, rect: PixelRect, out: &mut Vec<Line>) {
    let vertex = |i: i64| {
        let vertex = polygon.vertex(i);
        inverse.apply(Vec2::new(vertex.x, vertex.y)).value()
    };
    let step = TAU / polygon.sides() as f64;
    let (first, last) = sector(inverse, rect);
    let first = (first / step - polygon.phase()).floor() as i64 - 1;
    let last =
        ((last / step - polygon.phase()).ceil() as i64 + 1).min(first + polygon.sides() as i64);
    let [min, .., max] = corners(rect);
    let mut a = vertex(first);
    for i in first + 1..=last {
        let b = vertex(i);
        if a.min(b).cmple(max).all() && a.max(b).cmpge(min).all() {
            out.push([a, b]);
        }
        a = b;
    }
}

/// The angles between which a rectangle lies, seen from the centre of an ellipse and measured
/// where it is a circle; a full turn if the centre is inside.
fn sector(inverse: Affine<f64>, rect: PixelRect) -> (f64, f64) {
    let Some(map) = inverse.inverse() else {
        return (0.0, TAU);
    };
    let angles = corners(rect).map(|p| {
        let q = map.apply(Vec2::new(p.x, p.y));
        q.y.atan2(q.x)
    });
    let turns = angles.map(|angle| (angle - angles[0] + PI).rem_euclid(TAU) - PI);
    let low = turns.into_iter().fold(0.0, f64::min);
    let high = turns.into_iter().fold(0.0, f64::max);
    // A convex set that leaves the centre out is seen under less than half a turn.
    if high - low >= 0.999 * PI {
        return (0.0, TAU);
    }
    (angles[0] + low, angles[0] + high)
}
