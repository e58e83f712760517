use super::interior::pixel_number;
use super::lanes::{Batch, LANES, LaneColors, Weights};
use super::splat::{FilmTile, Kernel};
use super::{Renderer, SampleCounts};
use crate::drawing::{Run, Tile};
use crate::film::Image;
use crate::sampling::{Key, PixelPattern, Stream};

/// The samples in all pixels for one purpose, each of weight 1/n.
pub(super) struct PixelSamples<'a, 'b> {
    renderer: &'a Renderer<'b>,
    pattern: PixelPattern,
    key: Key,
    weight: f64,
    /// Whether a sample counts for its own pixel only, with the filter's weight 1.
    is_box: bool,
}

impl<'a, 'b> PixelSamples<'a, 'b> {
    pub(super) fn new(renderer: &'a Renderer<'b>, stream: Stream) -> Self {
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
            is_box: settings.filter.support_pixels() == 0,
        }
    }

    /// Counts the samples of a tile as evaluated.
    pub(super) fn count(&self, tile: &Tile) {
        let pixels = (tile.rect.width() * tile.rect.height()) as u64;
        self.renderer.count_samples(SampleCounts {
            pixel: pixels * u64::from(self.pattern.count()),
            edge: 0,
        });
    }

    /// Returns the centre of a pixel: where a constant colour is looked up.
    pub(super) fn centre(&self, (x, y): (i32, i32)) -> [f64; 2] {
        [f64::from(x) + 0.5, f64::from(y) + 0.5]
    }

    /// Visits the samples of a pixel, four at a time.
    pub(super) fn for_each_batch(&self, (x, y): (i32, i32), mut visit: impl FnMut(&Batch)) {
        let key = self.key.child(pixel_number(x, y));
        let corner = [f64::from(x), f64::from(y)];
        let count = self.pattern.count();
        for first in (0..count).step_by(LANES) {
            let points = self.pattern.points(key, first);
            let points = points.map(|[u, v]| [corner[0] + u, corner[1] + v]);
            visit(&Batch::new(points, (count - first) as usize));
        }
    }

    /// Adds the samples of a batch to the film.
    pub(super) fn splat(
        &self,
        pixel: (i32, i32),
        batch: &Batch,
        colors: &LaneColors,
        film: &mut FilmTile<'_>,
    ) {
        if self.is_box {
            let sum = batch.sums(colors);
            film.add(pixel, sum.map(|channel| channel * self.weight));
            return;
        }
        for lane in 0..batch.count {
            let color = colors.map(|channel| channel[lane] * self.weight);
            let kernel = Kernel::new(self.renderer.settings().filter, pixel, batch.point(lane));
            film.splat(&kernel, color);
        }
    }

    /// Adds all samples of pixels of one colour to the film.
    pub(super) fn splat_constant(&self, run: Run, color: [f64; 4], film: &mut FilmTile<'_>) {
        if self.is_box {
            film.add_run(run, color);
            return;
        }
        let colors = color.map(|channel| [channel; LANES]);
        for pixel in run.pixels() {
            self.for_each_batch(pixel, |batch| self.splat(pixel, batch, &colors, film));
        }
    }

    /// Returns for each sample of a batch `Σ_q k(p − x_q) w_q / n` over the pixels q of an adjoint
    /// image.
    pub(super) fn gather(&self, pixel: (i32, i32), batch: &Batch, adjoint: &Image) -> Weights {
        if self.is_box {
            return Weights::Same(weight_of(pixel, adjoint).map(|w| w * self.weight));
        }
        let mut weights = [[0.0; LANES]; 4];
        for lane in 0..batch.count {
            let kernel = Kernel::new(self.renderer.settings().filter, pixel, batch.point(lane));
            for (lanes, weight) in weights.iter_mut().zip(kernel.gather(adjoint)) {
                lanes[lane] = weight * self.weight;
            }
        }
        Weights::Each(weights)
    }

    /// Returns the sum of what [`gather`](Self::gather) gives for all samples of a run of pixels.
    pub(super) fn gather_all(&self, run: Run, adjoint: &Image) -> [f64; 4] {
        let mut sum = [0.0; 4];
        if self.is_box {
            let (x, y) = run.first;
            let pixels = &adjoint.row(y as usize)[adjoint.channels() * x as usize..];
            for pixel in pixels.chunks_exact(adjoint.channels()).take(run.length) {
                add(&mut sum, pixel);
            }
            return sum;
        }
        for pixel in run.pixels() {
            self.for_each_batch(pixel, |batch| {
                let shares = std::array::from_fn(|lane| f64::from(lane < batch.count));
                add(&mut sum, &self.gather(pixel, batch, adjoint).share(&shares));
            });
        }
        sum
    }
}

fn add(sum: &mut [f64; 4], weights: &[f64]) {
    for (sum, weight) in sum.iter_mut().zip(weights) {
        *sum += weight;
    }
}

/// The weight of a pixel of the adjoint image.
#[inline]
pub(super) fn weight_of((x, y): (i32, i32), adjoint: &Image) -> [f64; 4] {
    let weights = adjoint.pixel(x as usize, y as usize);
    std::array::from_fn(|channel| weights.get(channel).copied().unwrap_or(0.0))
}
