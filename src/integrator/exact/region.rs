use std::f64::consts::{PI, TAU};

use glam::DVec2;

use crate::drawing::{Drawing, PixelRect, Tile};
use crate::geometry::{Affine, Vec2};
use crate::paint::{PaintLayout, has_kink, jumps};
use crate::scene::Spread;

/// A segment along which a paint is not smooth.
pub(crate) type Line = [DVec2; 2];

/// How far the polyline of an ellipse along which a colour *jumps* may be from it, in pixels: the
/// exact image of a radial gradient with a hard stop is inexact by at most this.
const JUMP_TOLERANCE: f64 = 1e-5;
/// The same for an ellipse along which the colour only has a kink.
const KINK_TOLERANCE: f64 = 1e-5;
/// A paint with more lines than this in a tile is not cut along them.
const MAX_LINES: usize = 4096;
/// The lines around the centre of a radial gradient are at distances 2, 1, 1/2, … pixels: this many.
/// What is left is a square of side 1/2048 pixel, with an error of the third power of that.
const TIP_LINES: i32 = 14;
/// Returns the lines in a tile along which its paints are not smooth.
pub(crate) fn paint_lines(drawing: &Drawing, tile: &Tile) -> Vec<Line> {
    let mut lines = Vec::new();
    for layer in &tile.layers {
        let layer = &drawing.layout.layers()[layer.layer as usize];
        let coefficients = &drawing.variables[layer.coefficients.clone()];
        match layer.paint {
            PaintLayout::Solid => {}
            PaintLayout::Linear { spread, .. } => {
                let offsets = layer.paint.stop_offsets(coefficients);
                let gradient = DVec2::new(coefficients[0], coefficients[1]);
                let range = linear_range(gradient, coefficients[2], tile.rect);
                for t in places(&offsets, spread, range) {
                    lines.push(line(gradient, t - coefficients[2], tile.rect));
                }
            }
            PaintLayout::Radial { spread, .. } => {
                let offsets = layer.paint.stop_offsets(coefficients);
                let map = Affine(std::array::from_fn(|i| coefficients[i]));
                let Some(inverse) = map.inverse() else {
                    continue;
                };
                let center = DVec2::new(inverse.0[4], inverse.0[5]);
                tip_lines(center, tile.rect, &mut lines);
                for t in places(&offsets, spread, radial_range(map, tile.rect)) {
                    let hard = !jumps(layer.paint, coefficients).is_empty();
                    ellipse(inverse, t, hard, tile.rect, &mut lines);
                }
            }
        }
    }
    lines
}

/// Returns the lines in a rectangle of pixels along which a paint is continuous but has a kink.
pub(crate) fn kink_lines(layout: PaintLayout, coefficients: &[f64], rect: PixelRect) -> Vec<Line> {
    let mut lines = Vec::new();
    let offsets = layout.stop_offsets(coefficients);
    match layout {
        PaintLayout::Solid => {}
        PaintLayout::Linear { spread, .. } => {
            let gradient = DVec2::new(coefficients[0], coefficients[1]);
            let list = places(
                &offsets,
                spread,
                linear_range(gradient, coefficients[2], rect),
            );
            for t in list
                .into_iter()
                .filter(|&t| has_kink(layout, coefficients, t))
            {
                lines.push(line(gradient, t - coefficients[2], rect));
            }
        }
        PaintLayout::Radial { spread, .. } => {
            let map = Affine(std::array::from_fn(|i| coefficients[i]));
            let Some(inverse) = map.inverse() else {
                return lines;
            };
            let list = places(&offsets, spread, radial_range(map, rect));
            for t in list
                .into_iter()
                .filter(|&t| has_kink(layout, coefficients, t))
            {
                ellipse(inverse, t, false, rect, &mut lines);
            }
        }
    }
    lines
}

/// The places within a range of t where the spread gradient is not smooth.
fn places(offsets: &[f64], spread: Spread, (low, high): (f64, f64)) -> Vec<f64> {
    let mut list: Vec<f64> = match spread {
        Spread::Pad => offsets.to_vec(),
        Spread::Repeat | Spread::Reflect => {
            let (first, last) = (low.floor(), high.floor());
            let periods = last - first + 1.0;
            if periods * (offsets.len() + 1) as f64 > MAX_LINES as f64 {
                return Vec::new();
            }
            (0..periods as usize)
                .flat_map(|i| {
                    let start = first + i as f64;
                    let backwards = spread == Spread::Reflect && start.rem_euclid(2.0) == 1.0;
                    let place = move |&o: &f64| start + if backwards { 1.0 - o } else { o };
                    offsets.iter().map(place).chain([start])
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

/// The parts near a rectangle of the polygon of the ellipse t = `radius`, of equal area.
fn ellipse(inverse: Affine<f64>, radius: f64, hard: bool, rect: PixelRect, out: &mut Vec<Line>) {
    let tolerance = if hard { JUMP_TOLERANCE } else { KINK_TOLERANCE };
    let size = radius * inverse.max_stretch();
    let n = (PI * (size / (3.0 * tolerance)).sqrt()).ceil();
    // Rounded up to three binary digits, so that it hardly ever changes with the parameters.
    let digit = (0.25 * n).log2().floor().exp2();
    let n = ((n / digit).ceil() * digit).clamp(16.0, 65_536.0);
    let step = TAU / n;
    let scale = radius * (step / step.sin()).sqrt();
    let vertex = |i: i64| {
        let (sin, cos) = (step * (i as f64 + 0.5)).sin_cos();
        inverse.apply(Vec2::new(scale * cos, scale * sin)).value()
    };
    let (first, last) = sector(inverse, rect);
    let first = (first / step - 0.5).floor() as i64 - 1;
    let last = ((last / step - 0.5).ceil() as i64 + 1).min(first + n as i64);
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
