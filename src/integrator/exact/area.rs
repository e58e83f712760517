use glam::DVec2;

use super::cell::Cell;
use super::faces::{Face, Faces, Windings};
use super::quadrature::rule;
use super::rows::Rows;
use super::sweep::{Sweep, Trapezoid};
use crate::drawing::Tile;
use crate::filter::Filter;
use crate::integrator::Renderer;

/// A node of the quadrature over a tile.
pub(super) struct Node<'a> {
    /// The pixel that it lies in.
    pub(super) pixel: (i32, i32),
    /// The place.
    pub(super) position: DVec2,
    /// The area that it stands for.
    pub(super) weight: f64,
    /// What is inside there.
    pub(super) face: &'a Face,
}

/// Pixels are cut into cells within which the filter is one polynomial for every pixel: 1 for a
/// box, 2 × 2 for filters with knots at distances of half a pixel from the grid.
pub(crate) fn cells_per_pixel(filter: Filter) -> i32 {
    match filter {
        Filter::Box => 1,
        Filter::Tent | Filter::Gaussian | Filter::Mitchell => 2,
    }
}

/// The degree of the filter's pieces along one axis; for the gaussian one at which the rule is
/// exact to rounding on half a pixel.
pub(crate) fn kernel_degree(filter: Filter) -> usize {
    match filter {
        Filter::Box => 0,
        Filter::Tent => 1,
        Filter::Mitchell => 3,
        Filter::Gaussian => 15,
    }
}

/// A rectangle in a pixel, relative to the pixel's corner.
pub(super) type Part = (DVec2, DVec2);

/// The whole pixel.
pub(super) const WHOLE: Part = (DVec2::ZERO, DVec2::ONE);

/// Visits the nodes of a rule for `∫ k g dx` over a tile, where g is the colour or a derivative of
/// it at fixed place and k the filter of any pixel. Returns the faces that were met.
pub(super) fn for_each_node<'a>(
    renderer: &'a Renderer<'_>,
    tile: &'a Tile,
    mut visit: impl FnMut(Node<'_>),
) -> Faces<'a> {
    for_each_node_of_parts(renderer, tile, &[WHOLE], 1, |_, node| visit(node))
}

/// The same for `∫ (k g)^power dx` over some parts of each pixel, one part after the other;
/// `visit` is told the number of the part.
pub(super) fn for_each_node_of_parts<'a>(
    renderer: &'a Renderer<'_>,
    tile: &'a Tile,
    parts: &[Part],
    power: usize,
    mut visit: impl FnMut(usize, Node<'_>),
) -> Faces<'a> {
    let drawing = renderer.drawing();
    let filter = renderer.settings().filter;
    let kernel = power * kernel_degree(filter);
    let rectangles = cut(parts, cells_per_pixel(filter));
    let windings = Windings::new(drawing, tile);
    let mut sweep = Sweep::new(windings.clone());
    let mut faces = Faces::new(drawing, tile);
    let mut part = Cell::new(DVec2::ZERO, &windings);
    let mut rows = Rows::new(drawing, tile, renderer.grid().edges());
    // Where filter and colour are constant, all of a face in a part of a pixel is one node.
    let mut flat: Vec<(usize, f64)> = Vec::new();
    rows.for_each_pixel(|pixel, around| {
        let corner = DVec2::new(f64::from(pixel.0), f64::from(pixel.1));
        for &(number, (min, max)) in &rectangles {
            let cell = if (min, max) == WHOLE {
                around
            } else {
                around.cut(corner + min, corner + max, &mut part);
                &part
            };
            cell.visit_parts(&mut |cell| {
                sweep.run(cell, &mut |trapezoid, windings| {
                    let face = faces.get(windings.inside());
                    if kernel == 0 && face.is_flat() {
                        match flat.iter_mut().find(|(id, _)| *id == face.id) {
                            Some((_, area)) => *area += trapezoid.area(),
                            None => flat.push((face.id, trapezoid.area())),
                        }
                        return;
                    }
                    for_each_place(trapezoid, kernel, face, power, |position, weight| {
                        let node = Node {
                            pixel,
                            position,
                            weight,
                            face,
                        };
                        visit(number, node);
                    });
                });
            });
            for (id, weight) in flat.drain(..) {
                let node = Node {
                    pixel,
                    position: 0.5 * (cell.min + cell.max),
                    weight,
                    face: &faces.list()[id],
                };
                visit(number, node);
            }
        }
    });
    faces
}

/// Cuts parts of a pixel along the borders of its cells; returns the number of the part with each.
fn cut(parts: &[Part], per_pixel: i32) -> Vec<(usize, Part)> {
    let side = 1.0 / f64::from(per_pixel);
    let mut rectangles = Vec::new();
    for (number, &(min, max)) in parts.iter().enumerate() {
        for (i, j) in (0..per_pixel).flat_map(|j| (0..per_pixel).map(move |i| (i, j))) {
            let corner = side * DVec2::new(f64::from(i), f64::from(j));
            let (min, max) = (min.max(corner), max.min(corner + side));
            if min.cmplt(max).all() {
                rectangles.push((number, (min, max)));
            }
        }
    }
    rectangles
}

/// Visits the nodes of a trapezoid for kernels of a degree along each axis and a power of the
/// colour of a face.
fn for_each_place(
    area: &Trapezoid,
    kernel: usize,
    face: &Face,
    power: usize,
    mut visit: impl FnMut(DVec2, f64),
) {
    let height = area.y1 - area.y0;
    let half = area.half_size();
    let middle = area.middle();
    let along_x = kernel + face.degree(middle, half.y, half.x, power);
    // Between slanted borders the integral over x, a polynomial in them, is one of y.
    let borders = if area.is_rectangle() { 0 } else { kernel + 1 };
    let along_y = kernel + borders + face.degree(middle, half.x, half.y, power);
    for &(t, row_weight) in rule(along_y) {
        let (left, right) = area.span(t);
        let y = area.y0 + t * height;
        for &(s, weight) in rule(along_x) {
            let x = left + s * (right - left);
            visit(
                DVec2::new(x, y),
                weight * row_weight * height * (right - left),
            );
        }
    }
}
