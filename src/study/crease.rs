use glam::DVec2;

use crate::integrator::exact::interior;
use crate::integrator::exact::region::{Line, kink_lines};
use crate::integrator::{Renderer, Tangent};
use crate::paint::PaintLayout;

/// A part in a pixel of a line along which a paint has a kink, in a pixel where the paint is seen.
#[derive(Clone, Copy, Debug)]
pub struct Crease {
    /// The pixel.
    pub pixel: (i32, i32),
    /// The layer of the paint.
    pub layer: usize,
    line: Line,
}

impl Crease {
    /// Tells whether it is parallel to an axis.
    pub fn is_along_an_axis(&self) -> bool {
        let [a, b] = self.line;
        a.x == b.x || a.y == b.y
    }

    /// Tells whether it meets the segment from `a` to `b` within its pixel.
    pub fn meets(&self, a: DVec2, b: DVec2) -> bool {
        let [c, d] = self.line;
        let (u, v) = (b - a, d - c);
        let area = u.perp_dot(v);
        let [t, s] = [v, u].map(|w| (c - a).perp_dot(w) / area);
        let p = a + t * u;
        area != 0.0
            && (0.0..1.0).contains(&t)
            && (0.0..1.0).contains(&s)
            && (p.floor().x, p.floor().y) == (f64::from(self.pixel.0), f64::from(self.pixel.1))
    }
}

/// Returns the creases on the canvas. A paint counts as seen in a pixel, even if something covers it
/// in the part where the crease is.
pub fn creases(renderer: &Renderer<'_>) -> Vec<Crease> {
    let canvas = renderer.canvas();
    let drawing = renderer.drawing();
    let mut list = Vec::new();
    for (index, layer) in drawing.layout.layers().iter().enumerate() {
        let coefficients = &drawing.variables[layer.coefficients.clone()];
        if layer.paint == PaintLayout::Solid {
            continue;
        }
        let lines = kink_lines(layer.paint, coefficients, canvas);
        if lines.is_empty() {
            continue;
        }
        // Colours of a paint that is seen change the pixel.
        let mut tangents = vec![0.0; drawing.variables.len()];
        for (coefficient, tangent) in tangents[layer.coefficients.clone()].iter_mut().enumerate() {
            if let Some(channel) = layer.paint.color_channel(coefficient) {
                *tangent = [1.0, 0.7, 0.4, 0.9][channel];
            }
        }
        let seen = interior::jvp(renderer, &Tangent::of_variables(drawing, &tangents));
        for line in lines {
            list.extend(pixels_of(line, renderer).filter_map(|pixel| {
                let channels = seen.pixel(pixel.0 as usize, pixel.1 as usize);
                let is_seen = channels.iter().any(|&value| value != 0.0);
                is_seen.then_some(Crease {
                    pixel,
                    layer: index,
                    line,
                })
            }));
        }
    }
    list
}

/// The pixels of the canvas that a segment goes through.
fn pixels_of([a, b]: Line, renderer: &Renderer<'_>) -> impl Iterator<Item = (i32, i32)> {
    let canvas = renderer.canvas();
    let (low, high) = (a.min(b).floor(), a.max(b).ceil());
    let columns = canvas.x0.max(low.x as i32)..canvas.x1.min(high.x as i32);
    let rows = canvas.y0.max(low.y as i32)..canvas.y1.min(high.y as i32);
    rows.flat_map(move |y| columns.clone().map(move |x| (x, y)))
        .filter(move |&(x, y)| {
            // Corners on both sides of the line.
            let corner = DVec2::new(f64::from(x), f64::from(y));
            let side = |dx, dy| (b - a).perp_dot(corner + DVec2::new(dx, dy) - a);
            let sides = [
                side(0.0, 0.0),
                side(1.0, 0.0),
                side(0.0, 1.0),
                side(1.0, 1.0),
            ];
            sides.iter().any(|&s| s > 0.0) && sides.iter().any(|&s| s < 0.0)
        })
}
