use glam::DVec2;

use crate::drawing::Tile;
use crate::integrator::interior::pixel_number;
use crate::integrator::{Renderer, SampleCounts};
use crate::sampling::{Key, PixelPattern, Stream};

/// The points of the renderer's sampler in all pixels, for one purpose.
pub struct PixelSamples<'a, 'b> {
    renderer: &'a Renderer<'b>,
    pattern: PixelPattern,
    key: Key,
    /// The area that a sample stands for.
    pub weight: f64,
}

impl<'a, 'b> PixelSamples<'a, 'b> {
    pub fn new(renderer: &'a Renderer<'b>, stream: Stream) -> Self {
        let settings = renderer.settings();
        Self {
            renderer,
            pattern: PixelPattern::new(settings.sampler, settings.spp),
            key: Key::new(settings.seed, stream),
            weight: 1.0 / f64::from(settings.spp),
        }
    }

    /// Visits the samples of a tile: the pixel, and the position within it.
    pub fn for_each_offset(&self, tile: &Tile, mut visit: impl FnMut((i32, i32), [f64; 2])) {
        for (x, y) in tile.rect.pixels() {
            let key = self.key.child(pixel_number(x, y));
            for index in 0..self.pattern.count() {
                visit((x, y), self.pattern.point(key, index));
            }
        }
        let pixels = tile.rect.width() * tile.rect.height();
        self.renderer.count_samples(SampleCounts {
            pixel: pixels as u64 * u64::from(self.pattern.count()),
            edge: 0,
        });
    }

    /// Visits the samples of a tile: the pixel, and the point.
    pub fn for_each(&self, tile: &Tile, mut visit: impl FnMut((i32, i32), DVec2)) {
        self.for_each_offset(tile, |pixel, offset| {
            let corner = DVec2::new(f64::from(pixel.0), f64::from(pixel.1));
            visit(pixel, corner + DVec2::from(offset));
        });
    }
}

/// Returns what is within a distance of each tile of a renderer.
pub fn nearby(renderer: &Renderer<'_>, distance: f64) -> crate::drawing::Nearby {
    let canvas = &renderer.scene().canvas;
    let margin = renderer.settings().filter.support_pixels();
    let drawing = renderer.drawing();
    crate::drawing::Nearby::new(drawing, canvas.width, canvas.height, margin, distance)
}
