use crate::film::Image;

/// A disc of one colour.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Disc {
    /// In pixels of the picture.
    pub center: [f64; 2],
    /// In pixels of the picture.
    pub radius: f64,
    /// As many as the picture has channels, premultiplied.
    pub color: Vec<f64>,
}

/// The largest radius, as a part of the shorter side.
const LARGEST: f64 = 0.3;
/// The smallest radius, as a part of the side of a square that has its share of the canvas.
const SMALLEST: f64 = 0.45;

/// Returns `count` discs that, painted one over the other on a ground of one colour, come near to
/// a picture: large ones first, each where it takes away most of the squared error that is left.
///
/// Radii fall geometrically. The gain of a place is estimated on the square around it, by sums
/// over rectangles, as if the square took the picture's mean colour there.
pub(super) fn place(target: &Image, ground: &[f64], count: usize) -> Vec<Disc> {
    let mut canvas = Canvas::new(target, ground);
    let (width, height) = (target.width() as f64, target.height() as f64);
    let largest = (LARGEST * width.min(height)).max(1.0);
    let smallest = (SMALLEST * (width * height / count as f64).sqrt()).clamp(0.5, largest);
    let discs = (0..count).map(|index| {
        let part = index as f64 / count.saturating_sub(1).max(1) as f64;
        let radius = largest * (smallest / largest).powf(part);
        canvas.place(radius)
    });
    discs.collect()
}

struct Canvas<'a> {
    target: &'a Image,
    painted: Image,
    /// Sums of the target and of its squares over all rectangles from the corner.
    values: Sums,
    squares: Sums,
}

impl<'a> Canvas<'a> {
    fn new(target: &'a Image, ground: &[f64]) -> Self {
        let mut painted = target.clone();
        for pixel in painted.data_mut().chunks_exact_mut(ground.len()) {
            pixel.copy_from_slice(ground);
        }
        let square = |pixel: &[f64]| vec![pixel.iter().map(|v| v * v).sum()];
        Self {
            target,
            painted,
            values: Sums::new(target, target.channels(), |x, y| {
                target.pixel(x, y).to_vec()
            }),
            squares: Sums::new(target, 1, |x, y| square(target.pixel(x, y))),
        }
    }

    fn place(&mut self, radius: f64) -> Disc {
        let errors = Sums::new(self.target, 1, |x, y| {
            let pairs = self.target.pixel(x, y).iter().zip(self.painted.pixel(x, y));
            vec![pairs.map(|(a, b)| (a - b) * (a - b)).sum()]
        });
        let (width, height) = (self.target.width(), self.target.height());
        let stride = (radius / 4.0).floor().max(1.0) as usize;
        let mut best = (f64::NEG_INFINITY, [0, 0]);
        for y in (stride / 2..height).step_by(stride) {
            for x in (stride / 2..width).step_by(stride) {
                let gain = self.gain(&errors, [x, y], radius);
                if gain > best.0 {
                    best = (gain, [x, y]);
                }
            }
        }
        let center = best.1.map(|place| place as f64 + 0.5);
        let color = self.paint(center, radius);
        Disc {
            center,
            radius,
            color,
        }
    }

    /// The squared error that is gone if a square takes the target's mean.
    fn gain(&self, errors: &Sums, center: [usize; 2], radius: f64) -> f64 {
        let reach = radius.round() as usize;
        let sizes = [self.target.width(), self.target.height()];
        let low = center.map(|place| place.saturating_sub(reach));
        let high = [0, 1].map(|axis| (center[axis] + reach + 1).min(sizes[axis]));
        let area = ((high[0] - low[0]) * (high[1] - low[1])) as f64;
        let values = (0..self.target.channels()).map(|c| self.values.over(low, high, c));
        let of_mean: f64 = values.map(|sum| sum * sum / area).sum();
        errors.over(low, high, 0) - (self.squares.over(low, high, 0) - of_mean)
    }

    /// Paints a disc in the target's mean colour and returns that.
    fn paint(&mut self, center: [f64; 2], radius: f64) -> Vec<f64> {
        let (width, height) = (self.target.width(), self.target.height());
        let rows = |center: f64, size: usize| {
            let low = (center - radius).floor().max(0.0) as usize;
            low..((center + radius).ceil() as usize).min(size)
        };
        let mut inside = Vec::new();
        for y in rows(center[1], height) {
            for x in rows(center[0], width) {
                let (dx, dy) = (x as f64 + 0.5 - center[0], y as f64 + 0.5 - center[1]);
                if dx * dx + dy * dy <= radius * radius {
                    inside.push((x, y));
                }
            }
        }
        let mut color = vec![0.0; self.target.channels()];
        for &(x, y) in &inside {
            for (sum, value) in color.iter_mut().zip(self.target.pixel(x, y)) {
                *sum += value / inside.len() as f64;
            }
        }
        for (x, y) in inside {
            self.painted.pixel_mut(x, y).copy_from_slice(&color);
        }
        color
    }
}

/// Sums over all rectangles from the upper left corner (Crow, "Summed-area tables for texture
/// mapping", SIGGRAPH 1984).
struct Sums {
    stride: usize,
    channels: usize,
    data: Vec<f64>,
}

impl Sums {
    fn new(of: &Image, channels: usize, pixel: impl Fn(usize, usize) -> Vec<f64>) -> Self {
        let stride = of.width() + 1;
        let mut data = vec![0.0; stride * (of.height() + 1) * channels];
        for y in 0..of.height() {
            let mut row = vec![0.0; channels];
            for x in 0..of.width() {
                for (c, value) in pixel(x, y).into_iter().enumerate() {
                    row[c] += value;
                    let above = data[(y * stride + x + 1) * channels + c];
                    data[((y + 1) * stride + x + 1) * channels + c] = above + row[c];
                }
            }
        }
        Self {
            stride,
            channels,
            data,
        }
    }

    fn over(&self, low: [usize; 2], high: [usize; 2], channel: usize) -> f64 {
        let at = |x: usize, y: usize| self.data[(y * self.stride + x) * self.channels + channel];
        at(high[0], high[1]) - at(low[0], high[1]) - at(high[0], low[1]) + at(low[0], low[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A white square on black.
    fn square() -> Image {
        let mut picture = Image::new(40, 30, 1);
        for y in 4..16 {
            for x in 22..34 {
                picture.pixel_mut(x, y)[0] = 1.0;
            }
        }
        picture
    }

    #[test]
    fn the_first_disc_goes_where_the_error_is() {
        let discs = place(&square(), &[0.0], 3);
        let [x, y] = discs[0].center;
        assert!(
            (20.0..36.0).contains(&x) && (2.0..18.0).contains(&y),
            "{discs:?}"
        );
        assert!(discs.is_sorted_by(|a, b| a.radius >= b.radius));
    }

    #[test]
    fn sums_are_those_of_the_pixels() {
        let picture = square();
        let sums = Sums::new(&picture, 1, |x, y| picture.pixel(x, y).to_vec());
        assert_eq!(sums.over([0, 0], [40, 30], 0), 144.0);
        assert_eq!(sums.over([20, 0], [24, 6], 0), 4.0);
    }

    #[test]
    fn more_discs_leave_less_error() {
        let error = |count: usize| {
            let target = square();
            let mut canvas = Canvas::new(&target, &[0.0]);
            for disc in place(&target, &[0.0], count) {
                canvas.paint(disc.center, disc.radius);
            }
            let pairs = target.data().iter().zip(canvas.painted.data());
            pairs.map(|(a, b)| (a - b) * (a - b)).sum::<f64>()
        };
        assert!(error(20) < 0.5 * error(2), "{} {}", error(20), error(2));
    }
}
