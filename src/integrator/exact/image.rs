//! The exact image.

use glam::DVec2;

use super::cell::Cell;
use super::quadrature::rule;
use super::region;
use super::sweep::{Sweep, Trapezoid};
use crate::drawing::{Painter, Rgba, Scratch, Tile};
use crate::film::Image;
use crate::filter::Filter;
use crate::integrator::Renderer;
use crate::integrator::splat::{FilmTile, Kernel};

/// Returns the image without sampling error.
///
/// Regions of constant colour and linear gradients (cut at their stops) are exact to rounding, for
/// filters that are piecewise polynomial; the gaussian filter is integrated to 1e-10. Radial
/// gradients are not polynomials: see `region` for the order at which they are integrated.
pub fn image(renderer: &Renderer<'_>) -> Image {
    renderer.sum_films(|tile, film| {
        let painter = Painter::new(renderer.drawing(), tile);
        let mut integral = TileIntegral {
            renderer,
            tile,
            painter: &painter,
            inside: Vec::new(),
            scratch: Scratch::default(),
        };
        integral.run(film);
    })
}

/// Integrates colour times filter over a tile.
struct TileIntegral<'a> {
    renderer: &'a Renderer<'a>,
    tile: &'a Tile,
    painter: &'a Painter<'a>,
    inside: Vec<bool>,
    scratch: Scratch,
}

/// Pixels are cut into cells within which the filter is one polynomial for every pixel: 1 for a
/// box, 2 × 2 for filters with knots at distances of half a pixel from the grid.
pub(super) fn cells_per_pixel(filter: Filter) -> i32 {
    match filter {
        Filter::Box => 1,
        Filter::Tent | Filter::Gaussian | Filter::Mitchell => 2,
    }
}

/// The degree of the filter's pieces along one axis; for the gaussian one at which the rule is
/// exact to rounding on half a pixel.
pub(super) fn kernel_degree(filter: Filter) -> usize {
    match filter {
        Filter::Box => 0,
        Filter::Tent => 1,
        Filter::Mitchell => 3,
        Filter::Gaussian => 15,
    }
}

impl TileIntegral<'_> {
    fn run(&mut self, film: &mut FilmTile) {
        let drawing = self.renderer.drawing();
        let chords = region::paint_chords(drawing, self.tile);
        let whole = Cell::of_tile(self.tile, self.renderer.grid().edges(), chords);
        let mut sweep = Sweep::default();
        let per_pixel = cells_per_pixel(self.renderer.settings().filter);
        let side = 1.0 / f64::from(per_pixel);
        for (x, y) in self.tile.rect.pixels() {
            let corner = DVec2::new(f64::from(x), f64::from(y));
            let pixel = whole.part(corner, corner + 1.0);
            for (i, j) in (0..per_pixel).flat_map(|j| (0..per_pixel).map(move |i| (i, j))) {
                let min = corner + side * DVec2::new(f64::from(i), f64::from(j));
                let cell = pixel.part(min, min + side);
                cell.visit_parts(&mut |part| {
                    sweep.run(part, &mut |trapezoid, windings| {
                        self.add(trapezoid, windings, (x, y), film);
                    });
                });
            }
        }
    }

    /// Adds the integral over a trapezoid, which lies in `pixel`.
    fn add(&mut self, area: &Trapezoid, windings: &[i32], pixel: (i32, i32), film: &mut FilmTile) {
        let degree = self.set_inside(windings);
        let filter = self.renderer.settings().filter;
        let kernel = kernel_degree(filter);
        let height = area.y1 - area.y0;
        let mut constant = None;
        for &(t, weight) in rule(2 * kernel + degree + 1) {
            let (left, right) = area.span(t);
            for &(s, part) in rule(kernel + degree) {
                let p = DVec2::new(left + s * (right - left), area.y0 + t * height);
                let color = match constant {
                    Some(color) => color,
                    None => self.painter.color(p, &self.inside, &mut self.scratch),
                };
                if degree == 0 {
                    constant = Some(color);
                }
                let weight = weight * part * height * (right - left);
                film.splat(&Kernel::new(filter, pixel, p), scale(color, weight));
            }
        }
    }

    /// Finds out which layers are inside and returns the degree of their composite.
    fn set_inside(&mut self, windings: &[i32]) -> usize {
        let layers = self.renderer.drawing().layout.layers();
        self.inside.clear();
        let mut degree = 0;
        for (layer, &winding) in self.tile.layers.iter().zip(windings) {
            let layer = &layers[layer.layer as usize];
            let inside = layer.rule.is_inside(winding);
            self.inside.push(inside);
            degree += if inside { region::degree(layer) } else { 0 };
        }
        degree
    }
}

fn scale(color: Rgba, weight: f64) -> Rgba {
    color.map(|channel| channel * weight)
}
