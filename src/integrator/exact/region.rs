use glam::DVec2;

use super::polygon::Polygon;
use crate::drawing::{Drawing, PixelRect, Tile};
use crate::geometry::{Affine, Vec2};
use crate::paint::{PaintLayout, has_kink, jumps};
use crate::scene::Spread;

/// A segment along which a paint is not smooth.
pub(crate) type Line = [DVec2; 2];

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
        let Some(gradient) = Gradient::new(layer.paint, coefficients, tile.rect) else {
            continue;
        };
        gradient.add_tip(&mut lines);
        let hard = gradient.jumps_along_polygons();
        let mut soft = gradient.marks();
        soft.retain(|t| hard.iter().all(|other| (t - other).abs() > SAME_PLACE));
        for t in hard {
            gradient.add_jump(t, &mut lines);
        }
        for t in soft {
            gradient.add_line(t, &mut lines);
        }
    }
    lines
}

/// Returns the lines in a rectangle of pixels along which a paint is continuous but has a kink.
pub(crate) fn kink_lines(layout: PaintLayout, coefficients: &[f64], rect: PixelRect) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(gradient) = Gradient::new(layout, coefficients, rect) {
        let marks = gradient.marks().into_iter();
        for t in marks.filter(|&t| has_kink(layout, coefficients, t)) {
            gradient.add_line(t, &mut lines);
        }
    }
    lines
}

/// A gradient, seen in a rectangle of pixels.
struct Gradient<'a> {
    layout: PaintLayout,
    coefficients: &'a [f64],
    rect: PixelRect,
    levels: Levels,
    /// The values of t within the rectangle.
    range: (f64, f64),
}

/// The lines along which t is the same.
enum Levels {
    /// `normal`·X + h = t.
    Lines { normal: DVec2, h: f64 },
    /// Where the inverse of a map puts the circle of radius t.
    Ellipses { inverse: Affine<f64> },
}

impl<'a> Gradient<'a> {
    /// None if the paint is the same everywhere.
    fn new(layout: PaintLayout, coefficients: &'a [f64], rect: PixelRect) -> Option<Self> {
        let (levels, range) = match layout {
            PaintLayout::Solid => return None,
            PaintLayout::Linear { .. } => {
                let normal = DVec2::new(coefficients[0], coefficients[1]);
                let h = coefficients[2];
                (Levels::Lines { normal, h }, linear_range(normal, h, rect))
            }
            PaintLayout::Radial { .. } => {
                let map = Affine(std::array::from_fn(|i| coefficients[i]));
                let inverse = map.inverse()?;
                (Levels::Ellipses { inverse }, radial_range(map, rect))
            }
        };
        Some(Self {
            layout,
            coefficients,
            rect,
            levels,
            range,
        })
    }

    /// The values of t in the rectangle where the gradient is not smooth.
    fn marks(&self) -> Vec<f64> {
        let mut marks = self.layout.stop_offsets(self.coefficients);
        marks.extend((self.layout.spread() != Spread::Pad).then_some(0.0));
        repeated(&marks, self.layout.spread(), self.range)
    }

    /// Those among them where a radial gradient jumps along polygons.
    fn jumps_along_polygons(&self) -> Vec<f64> {
        if self.layout.sides() == 0 {
            return Vec::new();
        }
        let jumps = jumps(self.layout, self.coefficients).into_iter();
        let marks: Vec<f64> = jumps
            .map(|jump| jump.parameter(self.layout, self.coefficients))
            .collect();
        repeated(&marks, self.layout.spread(), self.range)
    }

    /// Adds the line of a value of t where the gradient does not jump along a polygon.
    fn add_line(&self, t: f64, out: &mut Vec<Line>) {
        match self.levels {
            Levels::Lines { normal, h } => out.push(line(normal, t - h, self.rect)),
            Levels::Ellipses { inverse } => {
                out.extend(Polygon::of_kink(inverse, t).sides_near(inverse, self.rect));
            }
        }
    }

    /// Adds the polygon along which a radial gradient jumps. Nothing for a linear one: its jumps are lines like
    /// its other marks, and [`add_line`](Self::add_line) adds them.
    fn add_jump(&self, t: f64, out: &mut Vec<Line>) {
        if let Levels::Ellipses { inverse } = self.levels {
            out.extend(Polygon::of_jump(self.layout, t).sides_near(inverse, self.rect));
        }
    }

    /// Adds the lines around the centre of a radial gradient; a linear one has no centre.
    fn add_tip(&self, out: &mut Vec<Line>) {
        if let Levels::Ellipses { inverse } = self.levels {
            let center = DVec2::new(inverse.0[4], inverse.0[5]);
            tip_lines(center, self.rect, out);
        }
    }
}

/// Marks in [0, 1] repeated as the spread does, in order, as far as they are within a range of t.
fn repeated(marks: &[f64], spread: Spread, (low, high): (f64, f64)) -> Vec<f64> {
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

fn linear_range(gradient: DVec2, h: f64, rect: PixelRect) -> (f64, f64) {
    let values = rect.corners().map(|corner| gradient.dot(corner) + h);
    let low = values.into_iter().fold(f64::INFINITY, f64::min);
    (low, values.into_iter().fold(f64::NEG_INFINITY, f64::max))
}

fn radial_range(map: Affine<f64>, rect: PixelRect) -> (f64, f64) {
    let length = |p: DVec2| map.apply(Vec2::new(p.x, p.y)).length();
    let [first, .., last] = rect.corners();
    // Lengths change by at most the stretch of the map for each pixel.
    let reach = 0.5 * map.max_stretch() * first.distance(last);
    let low = length(0.5 * (first + last)) - reach;
    (
        low.max(0.0),
        rect.corners().map(length).into_iter().fold(0.0, f64::max),
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
    let [min, .., max] = rect.corners();
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
