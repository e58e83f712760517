//! The image and the interior term, from samples in pixels.
//!
//! `I_p ≈ (1/n) Σ k(x_i − x_p) f(x_i)`, samples `n` a pixel: unbiased, density `n` a unit of area.
//! The interior term of the derivative is the same mean of `k ∂f/∂θ`, the derivative of the colour
//! at a fixed point, by automatic differentiation of paints and composite. It is unbiased for
//! `∫ k ∂f/∂θ dx` and knows nothing of the boundary term. Samples reach as far beyond the canvas
//! as the filter does, and weights are not normalised.

use glam::DVec2;

use super::splat::{FilmTile, Kernel};
use super::{Renderer, SampleCounts, Tangent};
use crate::drawing::{Painter, Scratch, Tile};
use crate::film::Image;
use crate::sampling::{Key, PixelPattern, Stream};

/// Returns an estimate of the image.
pub fn image(renderer: &Renderer<'_>) -> Image {
    let samples = PixelSamples::new(renderer, Stream::Image);
    renderer.sum_films(|tile, film| {
        let painter = Painter::new(renderer.drawing(), tile);
        let mut scratch = Scratch::default();
        samples.splat(tile, film, |p, inside| {
            painter.inside(renderer.grid().edges().list(), p, inside);
            painter.color(p, inside, &mut scratch)
        });
    })
}

/// Returns an estimate of the interior term of `J v`.
pub fn jvp(renderer: &Renderer<'_>, tangent: &Tangent) -> Image {
    let samples = PixelSamples::new(renderer, Stream::Interior);
    renderer.sum_films(|tile, film| {
        if !tangent.changes_tile(tile) {
            return;
        }
        let painter = Painter::new(renderer.drawing(), tile);
        let mut scratch = Scratch::default();
        samples.splat(tile, film, |p, inside| {
            painter.inside(renderer.grid().edges().list(), p, inside);
            painter.push_forward(tangent.variables(), p, inside, &mut scratch)
        });
    })
}

/// Returns an estimate of the interior term of `Jᵀ w`, as adjoints of the drawing variables.
pub fn vjp(renderer: &Renderer<'_>, adjoint: &Image) -> Vec<f64> {
    let samples = PixelSamples::new(renderer, Stream::Interior);
    renderer.sum_adjoints(|tile, list| {
        let painter = Painter::new(renderer.drawing(), tile);
        let mut scratch = Scratch::default();
        let mut inside = Vec::new();
        let mut sums = vec![0.0; painter.variables().len()];
        samples.for_each(tile, |pixel, p| {
            let kernel = Kernel::new(renderer.settings().filter, pixel, p);
            let weight = kernel.gather(adjoint).map(|w| w * samples.weight);
            if weight != [0.0; 4] {
                painter.inside(renderer.grid().edges().list(), p, &mut inside);
                painter.pull_back(p, &inside, weight, &mut scratch, &mut sums);
            }
        });
        list.extend(painter.variables().iter().copied().zip(sums));
    })
}

/// The samples of all pixels.
struct PixelSamples<'a, 'b> {
    renderer: &'a Renderer<'b>,
    pattern: PixelPattern,
    key: Key,
    weight: f64,
}

impl<'a, 'b> PixelSamples<'a, 'b> {
    fn new(renderer: &'a Renderer<'b>, stream: Stream) -> Self {
        let settings = renderer.settings();
        let stream = match renderer.mutation() {
            Some(mutation) => mutation.replace_stream(stream),
            None => stream,
        };
        Self {
            renderer,
            pattern: PixelPattern::new(settings.sampler, settings.spp),
            key: Key::new(settings.seed, stream),
            weight: 1.0 / f64::from(settings.spp),
        }
    }

    /// Visits the samples of a tile with their pixels.
    fn for_each(&self, tile: &Tile, mut visit: impl FnMut((i32, i32), DVec2)) {
        let mut count = 0;
        for (x, y) in tile.rect.pixels() {
            let key = self.key.child(pixel_number(x, y));
            let corner = DVec2::new(f64::from(x), f64::from(y));
            for index in 0..self.pattern.count() {
                visit((x, y), corner + DVec2::from(self.pattern.point(key, index)));
            }
            count += u64::from(self.pattern.count());
        }
        self.renderer.count_samples(SampleCounts {
            pixel: count,
            edge: 0,
        });
    }

    /// Splats `value(point, scratch)` of every sample of a tile.
    fn splat(
        &self,
        tile: &Tile,
        film: &mut FilmTile,
        mut value: impl FnMut(DVec2, &mut Vec<bool>) -> [f64; 4],
    ) {
        let mut inside = Vec::new();
        self.for_each(tile, |pixel, p| {
            let color = value(p, &mut inside).map(|channel| channel * self.weight);
            film.splat(
                &Kernel::new(self.renderer.settings().filter, pixel, p),
                color,
            );
        });
    }
}

/// The number of a pixel among all pixels of the plane.
pub(crate) fn pixel_number(x: i32, y: i32) -> u64 {
    (u64::from(y as u32) << 32) | u64::from(x as u32)
}
