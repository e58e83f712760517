//! The image and the interior term, from samples in pixels.
//!
//! `I_p ≈ (1/n) Σ k(x_i − x_p) f(x_i)`, samples `n` a pixel: unbiased, density `n` a unit of area.
//! The interior term of the derivative is the same mean of `k ∂f/∂θ`, the derivative of the colour
//! at a fixed point, by automatic differentiation of paints and composite. It is unbiased for
//! `∫ k ∂f/∂θ dx` and knows nothing of the boundary term. Samples reach as far beyond the canvas
//! as the filter does, and weights are not normalised.
//!
//! Where a pixel shows one colour it is evaluated once for all of its samples, and where a tile has
//! no edges, once for all of its pixels.

use super::lanes::{Batch, LANES, LaneColors};
use super::pixel_samples::PixelSamples;
use super::splat::FilmTile;
use super::stack::Stack;
use super::{Renderer, Tangent};
use crate::drawing::Tile;
use crate::film::Image;
use crate::sampling::Stream;

/// Returns an estimate of the image.
pub fn image(renderer: &Renderer<'_>) -> Image {
    let samples = PixelSamples::new(renderer, Stream::Image);
    renderer.sum_films(|tile, film, memory| {
        let mut stack = renderer.stack(tile, memory).for_colors();
        splat(&samples, tile, &mut stack, film, Stack::colors);
    })
}

/// Returns an estimate of the interior term of `J v`.
pub fn jvp(renderer: &Renderer<'_>, tangent: &Tangent) -> Image {
    let samples = PixelSamples::new(renderer, Stream::Interior);
    renderer.sum_films(|tile, film, memory| {
        if tangent.changes_tile(tile) {
            let mut stack = renderer.stack(tile, memory);
            let tangents =
                |stack: &mut Stack<'_>, batch: &Batch| stack.tangents(tangent.variables(), batch);
            splat(&samples, tile, &mut stack, film, tangents);
        }
    })
}

/// Splats what `value` gives for the samples of a tile.
fn splat<'a>(
    samples: &PixelSamples<'_, '_>,
    tile: &Tile,
    stack: &mut Stack<'a>,
    film: &mut FilmTile<'_>,
    mut value: impl FnMut(&mut Stack<'a>, &Batch) -> LaneColors,
) {
    samples.count(tile);
    let mut color = [0.0; 4];
    stack.for_each_run(|stack, run| {
        if stack.is_constant() {
            if !stack.is_kept() {
                stack.keep();
                let colors = value(stack, &Batch::new([samples.centre(run.first); LANES], 1));
                color = colors.map(|channel| channel[0]);
            }
            samples.splat_constant(run, color, film);
            return;
        }
        for pixel in run.pixels() {
            samples.for_each_batch(pixel, |batch| {
                stack.place(batch);
                let colors = value(stack, batch);
                samples.splat(pixel, batch, &colors, film);
            });
        }
    });
}

/// Returns an estimate of the interior term of `Jᵀ w`, as adjoints of the drawing variables.
pub fn vjp(renderer: &Renderer<'_>, adjoint: &Image) -> Vec<f64> {
    renderer.sum_adjoints(|tile, memory, list| {
        let mut stack = renderer.stack(tile, memory);
        pull_back(renderer, tile, adjoint, &mut stack, list);
    })
}

/// Lists the adjoints that the interior term of one tile adds to.
pub(crate) fn pull_back(
    renderer: &Renderer<'_>,
    tile: &Tile,
    adjoint: &Image,
    stack: &mut Stack<'_>,
    list: &mut Vec<(usize, f64)>,
) {
    let samples = PixelSamples::new(renderer, Stream::Interior);
    samples.count(tile);
    let mut sums = vec![0.0; stack.variables().len()];
    // Pixels of one colour from the same layers are pulled back together.
    let mut pending = [0.0; 4];
    stack.for_each_run(|stack, run| {
        if stack.is_constant() {
            if !stack.is_kept() {
                stack.pull_back_kept(std::mem::take(&mut pending), &mut sums);
                stack.keep();
            }
            let weight = samples.gather_all(run, adjoint);
            pending = std::array::from_fn(|c| pending[c] + weight[c]);
            return;
        }
        for pixel in run.pixels() {
            samples.for_each_batch(pixel, |batch| {
                let weights = samples.gather(pixel, batch, adjoint);
                stack.place(batch);
                stack.pull_back(batch, &weights, &mut sums);
            });
        }
    });
    stack.pull_back_kept(pending, &mut sums);
    list.extend(stack.variables().iter().copied().zip(sums));
}

/// The number of a pixel among all pixels of the plane.
pub(crate) fn pixel_number(x: i32, y: i32) -> u64 {
    (u64::from(y as u32) << 32) | u64::from(x as u32)
}
