//! The exact interior term of the derivative: quadrature over the same regions as the image.

use glam::DVec2;

use super::area;
use super::faces::ByFace;
use super::spread::{Spread, pixel_spread, pixel_variance};
use crate::drawing::{Painter, Rgba, Scratch, Tile};
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
        let mut flat = ByFace::new();
        area::for_each_node(renderer, tile, |node| {
            let (p, face) = (node.position, node.face);
            let mut color =
                || painter.push_forward(tangent.variables(), p, &face.inside, &mut scratch);
            let color = if face.is_flat() {
                flat.get(face, color)
            } else {
                color()
            };
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
        let inside = &node.face.inside;
        painter.push_forward(tangent.variables(), node.position, inside, scratch)
    })
}

/// Returns the variance of the [sampled](crate::integrator::interior) interior term of
/// `⟨adjoint, J v⟩`, for the number of samples and the sampler of the settings;
/// none if the sampler's points depend on each other.
pub fn variance(renderer: &Renderer<'_>, tangent: &Tangent, adjoint: &Image) -> Option<f64> {
    let filter = renderer.settings().filter;
    pixel_variance(
        renderer,
        |tile| tangent.changes_tile(tile),
        |painter, node, scratch| {
            let inside = &node.face.inside;
            let color = painter.push_forward(tangent.variables(), node.position, inside, scratch);
            let weight = Kernel::new(filter, node.pixel, node.position).gather(adjoint);
            weight.iter().zip(color).map(|(w, c)| w * c).sum()
        },
    )
}

/// Returns the interior term of `Jᵀ w`, as adjoints of the drawing variables.
pub fn vjp(renderer: &Renderer<'_>, adjoint: &Image) -> Vec<f64> {
    let filter = renderer.settings().filter;
    renderer.sum_adjoints(|tile, (): &mut (), list| {
        let painter = Painter::new(renderer.drawing(), tile);
        let mut scratch = Scratch::default();
        let mut sums = vec![0.0; painter.variables().len()];
        // All nodes of a face of one colour have one derivative: their weights come first.
        let mut flat: Vec<Rgba> = Vec::new();
        let faces = area::for_each_node(renderer, tile, |node| {
            let kernel = Kernel::new(filter, node.pixel, node.position);
            let weight = kernel.gather(adjoint).map(|w| w * node.weight);
            let face = node.face;
            if face.is_flat() {
                if flat.len() <= face.id {
                    flat.resize(face.id + 1, [0.0; 4]);
                }
                flat[face.id] = std::array::from_fn(|c| flat[face.id][c] + weight[c]);
            } else {
                painter.pull_back(node.position, &face.inside, weight, &mut scratch, &mut sums);
            }
        });
        for (face, weight) in faces.list().iter().zip(flat) {
            if face.is_flat() {
                painter.pull_back(DVec2::ZERO, &face.inside, weight, &mut scratch, &mut sums);
            }
        }
        list.extend(painter.variables().iter().copied().zip(sums));
    })
}
