//! The exact interior term of the derivative: quadrature over the same regions as the image.

use super::area;
use super::spread::{Spread, pixel_spread};
use crate::drawing::{Painter, Scratch, Tile};
use crate::film::Image;
use crate::integrator::splat::Kernel;
use crate::integrator::{Renderer, Tangent};

/// Returns the interior term of `J v`.
pub fn jvp(renderer: &Renderer<'_>, tangent: &Tangent) -> Image {
    let filter = renderer.settings().filter;
    renderer.sum_films(|tile, film, (): &mut ()| {
        if !tangent.changes_tile(tile) {
            return;
        }
        let painter = Painter::new(renderer.drawing(), tile);
        let mut scratch = Scratch::default();
        area::for_each_node(renderer, tile, |node| {
            let (p, inside) = (node.position, node.inside);
            let color = painter.push_forward(tangent.variables(), p, inside, &mut scratch);
            let kernel = Kernel::new(filter, node.pixel, p);
            film.splat(&kernel, color.map(|channel| channel * node.weight));
        });
    })
}

/// Returns how the [sampled](crate::integrator::interior::jvp) interior term of `J v` scatters,
/// or none if the sampler's points depend on each other.
pub fn spread(renderer: &Renderer<'_>, tangent: &Tangent) -> Option<Spread> {
    let wanted = |tile: &Tile| tangent.changes_tile(tile);
    pixel_spread(renderer, wanted, |painter, node, scratch| {
        painter.push_forward(tangent.variables(), node.position, node.inside, scratch)
    })
}

/// Returns the interior term of `Jᵀ w`, as adjoints of the drawing variables.
pub fn vjp(renderer: &Renderer<'_>, adjoint: &Image) -> Vec<f64> {
    let filter = renderer.settings().filter;
    renderer.sum_adjoints(|tile, (): &mut (), list| {
        let painter = Painter::new(renderer.drawing(), tile);
        let mut scratch = Scratch::default();
        let mut sums = vec![0.0; painter.variables().len()];
        area::for_each_node(renderer, tile, |node| {
            let kernel = Kernel::new(filter, node.pixel, node.position);
            let weight = kernel.gather(adjoint).map(|w| w * node.weight);
            painter.pull_back(node.position, node.inside, weight, &mut scratch, &mut sums);
        });
        list.extend(painter.variables().iter().copied().zip(sums));
    })
}
