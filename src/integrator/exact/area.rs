use glam::DVec2;

use super::cell::Cell;
use super::quadrature::rule;
use super::region;
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
    /// For each slot of the tile, whether the node is inside.
    pub(super) inside: &'a [bool],
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
/// it at fixed place and k the filter of any pixel.
pub(super) fn for_each_node(renderer: &Renderer<'_>, tile: &Tile, mut visit: impl FnMut(Node<'_>)) {
    for_each_node_of_parts(renderer, tile, &[WHOLE], 1, |_, node| visit(node));
}

/// The same for `∫ (k g)^power dx` over some parts of each pixel, one part after the other;
/// `visit` is told the number of the part.
pub(super) fn for_each_node_of_parts(
    renderer: &Renderer<'_>,
    tile: &Tile,
    parts: &[Part],
    power: usize,
    mut visit: impl FnMut(usize, Node<'_>),
) {
    let drawing = renderer.drawing();
    let chords = region::paint_chords(drawing, tile);
    let whole = Cell::of_tile(tile, renderer.grid().edges(), chords);
    let mut sweep = Sweep::default();
    let mut inside = Vec::new();
    let filter = renderer.settings().filter;
    let kernel = power * kernel_degree(filter);
    let rectangles = cut(parts, cells_per_pixel(filter));
    for pixel in tile.rect.pixels() {
        let corner = DVec2::new(f64::from(pixel.0), f64::from(pixel.1));
        let around = whole.part(corner, corner + 1.0);
        for &(number, (min, max)) in &rectangles {
            let cell = around.part(corner + min, corner + max);
            cell.visit_parts(&mut |cell| {
                sweep.run(cell, &mut |trapezoid, windings| {
                    region::enter(drawing, tile, windings, &mut inside);
                    let degree = region::degree_of(drawing, tile, &inside, corner + 0.5);
                    for_each_place(trapezoid, kernel, power * degree, |position, weight| {
                        let node = Node {
                            pixel,
                            position,
                            weight,
                            inside: &inside,
                        };
                        visit(number, node);
                    });
                });
            });
        }
    }
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

/// Visits the nodes of a trapezoid for kernels of a degree along each axis and a function of a
/// degree in both together.
fn for_each_place(
    area: &Trapezoid,
    kernel: usize,
    degree: usize,
    mut visit: impl FnMut(DVec2, f64),
) {
    let height = area.y1 - area.y0;
    for &(t, row_weight) in rule(2 * kernel + degree + 1) {
        let (left, right) = area.span(t);
        let y = area.y0 + t * height;
        for &(s, weight) in rule(kernel + degree) {
            let x = left + s * (right - left);
            visit(
                DVec2::new(x, y),
                weight * row_weight * height * (right - left),
            );
        }
    }
}
