//! The filter between samples and pixels: scatter for images, gather for adjoints.

use std::ops::Range;

use glam::DVec2;

use crate::drawing::{PixelRect, Rgba, Run};
use crate::film::Image;
use crate::filter::Filter;

/// The part of a film that samples of one tile reach: rows of a larger picture, or of one of its
/// own.
#[derive(Debug)]
pub(crate) struct FilmTile<'a> {
    rect: PixelRect,
    /// The first column of the rows, and their length in pixels.
    first: i32,
    stride: usize,
    channels: usize,
    data: &'a mut [f64],
}

impl<'a> FilmTile<'a> {
    /// Returns the film of `rect` in rows of `stride` pixels of 3 or 4 channels, from the column
    /// `first` and the row `rect.y0` on.
    pub(crate) fn new(
        rect: PixelRect,
        first: i32,
        stride: usize,
        channels: usize,
        data: &'a mut [f64],
    ) -> Self {
        Self {
            rect,
            first,
            stride,
            channels,
            data,
        }
    }

    /// Adds `value` to a pixel of the film.
    #[inline]
    pub(crate) fn add(&mut self, (x, y): (i32, i32), value: Rgba) {
        let row = (y - self.rect.y0) as usize * self.stride;
        let index = self.channels * (row + (x - self.first) as usize);
        let pixel = &mut self.data[index..index + self.channels];
        pixel[0] += value[0];
        pixel[1] += value[1];
        pixel[2] += value[2];
        if let Some(alpha) = pixel.get_mut(3) {
            *alpha += value[3];
        }
    }

    /// Adds `value` to the pixels of a run.
    pub(crate) fn add_run(&mut self, run: Run, value: Rgba) {
        let row = (run.first.1 - self.rect.y0) as usize * self.stride;
        let index = self.channels * (row + (run.first.0 - self.first) as usize);
        let pixels = &mut self.data[index..][..self.channels * run.length];
        for pixel in pixels.chunks_exact_mut(self.channels) {
            for (sum, value) in pixel.iter_mut().zip(value) {
                *sum += value;
            }
        }
    }

    /// Adds `k(p − x_q) · value` to every pixel q.
    pub(crate) fn splat(&mut self, kernel: &Kernel, value: Rgba) {
        kernel.for_each(self.rect, |x, y, weight| {
            self.add((x, y), value.map(|channel| weight * channel));
        });
    }
}

/// A film of its own, to be added to a picture later: where films of tiles overlap.
#[derive(Debug)]
pub(crate) struct FilmPatch {
    rect: PixelRect,
    channels: usize,
    data: Vec<f64>,
}

impl FilmPatch {
    /// Returns a black film of a part of the canvas.
    pub(crate) fn new(rect: PixelRect, channels: usize) -> Self {
        Self {
            rect,
            channels,
            data: vec![0.0; rect.width() * rect.height() * channels],
        }
    }

    /// Returns the film for writing.
    pub(crate) fn film(&mut self) -> FilmTile<'_> {
        let (rect, channels) = (self.rect, self.channels);
        FilmTile::new(rect, rect.x0, rect.width(), channels, &mut self.data)
    }

    /// Returns the rows of the canvas that it has a part of.
    pub(crate) fn rows(&self) -> Range<usize> {
        self.rect.y0 as usize..self.rect.y1.max(self.rect.y0) as usize
    }

    /// Adds its part of the row `y` of the canvas, if it has one, to that row.
    pub(crate) fn add_row_to(&self, y: usize, row: &mut [f64]) {
        let rows = self.rows();
        if !rows.contains(&y) {
            return;
        }
        let length = self.rect.width() * self.channels;
        let start = (y - rows.start) * length;
        let row = &mut row[self.rect.x0 as usize * self.channels..][..length];
        for (sum, value) in row.iter_mut().zip(&self.data[start..start + length]) {
            *sum += value;
        }
    }
}

/// The filter's weights of one sample for the pixels around its own.
#[derive(Debug)]
pub(crate) struct Kernel {
    pixel: (i32, i32),
    reach: i32,
    x: [f64; 5],
    y: [f64; 5],
}

impl Kernel {
    /// Returns the weights of a sample at `p`, which lies in `pixel` or on its border.
    pub(crate) fn new(filter: Filter, pixel: (i32, i32), p: DVec2) -> Self {
        let reach = filter.support_pixels();
        let mut kernel = Self {
            pixel,
            reach,
            x: [1.0; 5],
            y: [1.0; 5],
        };
        // The pixel is given, not found by rounding, and a box weighs all of it with 1.
        if reach > 0 {
            let offset = p - DVec2::new(f64::from(pixel.0) + 0.5, f64::from(pixel.1) + 0.5);
            for i in 0..=2 * reach {
                kernel.x[i as usize] = filter.weight(offset.x - f64::from(i - reach));
                kernel.y[i as usize] = filter.weight(offset.y - f64::from(i - reach));
            }
        }
        kernel
    }

    /// Returns the derivatives of the weights by the two coordinates of the sample; those of a box
    /// are 0, its jumps at the border of the pixel being left out.
    pub(crate) fn gradient(filter: Filter, pixel: (i32, i32), p: DVec2) -> [Self; 2] {
        let mut slopes = [(); 2].map(|()| Self::new(filter, pixel, p));
        let offset = p - DVec2::new(f64::from(pixel.0) + 0.5, f64::from(pixel.1) + 0.5);
        let reach = filter.support_pixels();
        for i in 0..=2 * reach {
            let shift = f64::from(i - reach);
            slopes[0].x[i as usize] = filter.slope(offset.x - shift);
            slopes[1].y[i as usize] = filter.slope(offset.y - shift);
        }
        slopes
    }

    /// Returns the weight for a pixel in reach.
    pub(crate) fn weight(&self, x: i32, y: i32) -> f64 {
        let (column, row) = (x - self.pixel.0 + self.reach, y - self.pixel.1 + self.reach);
        self.x[column as usize] * self.y[row as usize]
    }

    /// Visits the pixels of a rectangle around the sample with their weights.
    pub(crate) fn for_each(&self, rect: PixelRect, mut visit: impl FnMut(i32, i32, f64)) {
        let (px, py) = self.pixel;
        let columns = (px - self.reach).max(rect.x0)..(px + self.reach + 1).min(rect.x1);
        let rows = (py - self.reach).max(rect.y0)..(py + self.reach + 1).min(rect.y1);
        for y in rows {
            let weight_y = self.y[(y - py + self.reach) as usize];
            for x in columns.clone() {
                visit(x, y, self.x[(x - px + self.reach) as usize] * weight_y);
            }
        }
    }

    /// Returns `Σ_q k(p − x_q) w_q` over the pixels q of an adjoint image.
    pub(crate) fn gather(&self, adjoint: &Image) -> Rgba {
        let rect = PixelRect {
            x0: 0,
            y0: 0,
            x1: adjoint.width() as i32,
            y1: adjoint.height() as i32,
        };
        let mut sum = [0.0; 4];
        self.for_each(rect, |x, y, weight| {
            let pixel = adjoint.pixel(x as usize, y as usize);
            for (sum, channel) in sum.iter_mut().zip(pixel) {
                *sum += weight * channel;
            }
        });
        sum
    }
}
