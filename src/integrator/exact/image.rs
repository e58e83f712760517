//! The exact image.

use super::area::{self, Node};
use super::faces::ByFace;
use super::spread::{Spread, pixel_spread};
use crate::drawing::{Painter, Rgba, Scratch, Tile};
use crate::film::Image;
use crate::integrator::Renderer;
use crate::integrator::splat::Kernel;

/// Returns the image without sampling error.
///
/// Regions of constant colour and linear gradients (cut at their stops) are exact to rounding, for
/// filters that are piecewise polynomial; the gaussian filter is integrated to 1e-10. Radial
/// gradients are not polynomials: the degree at which they are integrated, and how near their hard
/// stops are to the true ellipses, is in the limits of the crate.
pub fn image(renderer: &Renderer<'_>) -> Image {
    let filter = renderer.settings().filter;
    renderer.sum_films(|tile, film, (): &mut ()| {
        for_each_color(renderer, tile, |node, color| {
            let kernel = Kernel::new(filter, node.pixel, node.position);
            film.splat(&kernel, color.map(|channel| channel * node.weight));
        });
    })
}

/// Returns how the [sampled](crate::integrator::interior::image) image scatters,
/// or none if the sampler's points depend on each other.
pub fn image_spread(renderer: &Renderer<'_>) -> Option<Spread> {
    pixel_spread(
        renderer,
        |_| true,
        |painter, node, scratch| painter.color(node.position, &node.face.inside, scratch),
    )
}

/// Returns for each tile the sum over pixels of `weight` times the part of the image that comes
/// from the tile; 0 for tiles that are not `wanted`.
///
/// The sum over all tiles is `Σ weight · image`. A change of the scene that touches few tiles can
/// be followed with them alone.
pub fn tile_sums(
    renderer: &Renderer<'_>,
    weight: &Image,
    wanted: impl Fn(usize) -> bool + Sync,
) -> Vec<f64> {
    let filter = renderer.settings().filter;
    renderer.map_tiles(|index, tile| {
        let mut sum = 0.0;
        if wanted(index) {
            for_each_color(renderer, tile, |node, color| {
                let kernel = Kernel::new(filter, node.pixel, node.position);
                let weight = kernel.gather(weight);
                let product: f64 = weight.iter().zip(color).map(|(w, c)| w * c).sum();
                sum += product * node.weight;
            });
        }
        sum
    })
}

/// Visits the nodes of a tile with their colours.
fn for_each_color(renderer: &Renderer<'_>, tile: &Tile, mut visit: impl FnMut(&Node<'_>, Rgba)) {
    let painter = Painter::new(renderer.drawing(), tile);
    let mut scratch = Scratch::default();
    let mut flat = ByFace::new();
    area::for_each_node(renderer, tile, |node| {
        let mut color = || painter.color(node.position, &node.face.inside, &mut scratch);
        let color = if node.face.is_flat() {
            flat.get(node.face, color)
        } else {
            color()
        };
        visit(&node, color);
    });
}
