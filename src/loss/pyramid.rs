use crate::film::Image;

/// Squared losses of ever coarser versions of a picture of differences.
///
/// Level 0 is the difference D = I − T; each further level is the one before, smoothed by the
/// binomial kernel (1, 4, 6, 4, 1)/16 in x and y and taken at every second pixel (Burt and
/// Adelson, "The Laplacian pyramid as a compact image code", IEEE Transactions on Communications
/// 31, 1983). At borders the kernel is cut and its weights divided by their sum, so a constant
/// difference stays what it is. Levels end where both sides are 1. The loss is
///
/// ```text
/// Σ 3^s mean(D_s²) / Σ 3^s
/// ```
///
/// On the levels where the spots of a shape and of its target run into one another they attract.
/// The mean square of a spot that is smaller than the kernel falls by 4 with every level. A factor
/// of 4 would make up for it and leave so little weight to the finest level that the size of a
/// small shape and its colour are hard to tell apart; with a factor below 2 shapes vanish before
/// they meet their target. The adjoint is linear in D, so a gradient from independent samples is as
/// unbiased as that of the squared loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pyramid {
    levels: u32,
}

/// The kernel, from its middle outwards.
const KERNEL: [f64; 3] = [6.0, 4.0, 1.0];
/// How much more a level counts than the finer one before it.
const GAIN: f64 = 3.0;

impl Pyramid {
    /// Returns a pyramid of at most `levels` levels, as many as there are if `None`.
    pub fn new(levels: Option<u32>) -> Self {
        let levels = levels.unwrap_or(u32::MAX);
        Self { levels }
    }

    /// Returns the loss of a difference and its derivative with respect to every value.
    pub fn value_and_adjoint(self, difference: Image) -> (f64, Image) {
        let levels = self.build(difference);
        let weights: Vec<f64> = (0..levels.len()).map(|s| GAIN.powi(s as i32)).collect();
        let total: f64 = weights.iter().sum();
        let mut value = 0.0;
        let mut adjoint: Option<Image> = None;
        for (level, weight) in levels.into_iter().zip(weights).rev() {
            let scale = weight / (total * level.data().len() as f64);
            value += scale * level.data().iter().map(|d| d * d).sum::<f64>();
            let above = adjoint.map(|adjoint| refine(&adjoint, &level));
            let mut own = level;
            own.data_mut().iter_mut().for_each(|d| *d *= 2.0 * scale);
            if let Some(above) = above {
                for (own, above) in own.data_mut().iter_mut().zip(above.data()) {
                    *own += above;
                }
            }
            adjoint = Some(own);
        }
        (value, adjoint.expect("there is at least one level"))
    }

    fn build(self, difference: Image) -> Vec<Image> {
        let mut levels = vec![difference];
        while let Some(last) = levels.last()
            && (levels.len() as u64) < u64::from(self.levels)
            && last.width().max(last.height()) > 1
        {
            levels.push(coarsen(last));
        }
        levels
    }
}

/// The pixels and weights that make up pixel `index` of the next level along one axis.
fn taps(index: usize, size: usize) -> impl Iterator<Item = (usize, f64)> + Clone {
    let offsets = -2..=2_isize;
    let inside = offsets.filter_map(move |offset| {
        let place = (2 * index).checked_add_signed(offset)?;
        (place < size).then_some((place, KERNEL[offset.unsigned_abs()]))
    });
    let sum: f64 = inside.clone().map(|(_, weight)| weight).sum();
    inside.map(move |(place, weight)| (place, weight / sum))
}

/// Returns the next level, with half as many pixels along each axis, rounded up.
fn coarsen(image: &Image) -> Image {
    let (width, height, channels) = (image.width(), image.height(), image.channels());
    let mut rows = Image::new(width.div_ceil(2), height, channels);
    for y in 0..height {
        for x in 0..rows.width() {
            for (place, weight) in taps(x, width) {
                add(rows.pixel_mut(x, y), image.pixel(place, y), weight);
            }
        }
    }
    let mut result = Image::new(rows.width(), height.div_ceil(2), channels);
    for y in 0..result.height() {
        for (place, weight) in taps(y, height) {
            for x in 0..result.width() {
                add(result.pixel_mut(x, y), rows.pixel(x, place), weight);
            }
        }
    }
    result
}

/// Returns the adjoint of [`coarsen`] for a level of the size of `finer`.
fn refine(adjoint: &Image, finer: &Image) -> Image {
    let (width, height, channels) = (finer.width(), finer.height(), finer.channels());
    let mut rows = Image::new(adjoint.width(), height, channels);
    for y in 0..adjoint.height() {
        for (place, weight) in taps(y, height) {
            for x in 0..adjoint.width() {
                add(rows.pixel_mut(x, place), adjoint.pixel(x, y), weight);
            }
        }
    }
    let mut result = Image::new(width, height, channels);
    for y in 0..height {
        for x in 0..rows.width() {
            for (place, weight) in taps(x, width) {
                add(result.pixel_mut(place, y), rows.pixel(x, y), weight);
            }
        }
    }
    result
}

fn add(sum: &mut [f64], pixel: &[f64], weight: f64) {
    for (sum, value) in sum.iter_mut().zip(pixel) {
        *sum += weight * value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sampling::{Key, Stream};

    fn noise(width: usize, height: usize, seed: u64) -> Image {
        let key = Key::new(seed, Stream::Replicate);
        let values = (0..2 * width * height).map(|i| key.child(i as u64).uniform() - 0.5);
        Image::from_data(width, height, 2, values.collect())
    }

    fn dot(a: &Image, b: &Image) -> f64 {
        a.data().iter().zip(b.data()).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn a_constant_difference_stays_what_it_is() {
        for (width, height) in [(1, 1), (2, 5), (7, 3), (16, 16)] {
            let constant = Image::from_data(width, height, 1, vec![0.5; width * height]);
            let (value, _) = Pyramid::new(None).value_and_adjoint(constant);
            assert!((value - 0.25).abs() < 1e-15, "{width} × {height}: {value}");
        }
    }

    /// ⟨w, coarsen d⟩ = ⟨refine w, d⟩.
    #[test]
    fn refining_is_the_adjoint_of_coarsening() {
        for (width, height) in [(1, 4), (2, 2), (5, 8), (9, 3)] {
            let fine = noise(width, height, 1);
            let coarse = coarsen(&fine);
            let weights = noise(coarse.width(), coarse.height(), 2);
            let (a, b) = (dot(&weights, &coarse), dot(&refine(&weights, &fine), &fine));
            assert!((a - b).abs() < 1e-14, "{width} × {height}: {a} {b}");
        }
    }

    /// The loss is quadratic, so central differences are exact.
    #[test]
    fn the_adjoint_is_the_derivative() {
        let difference = noise(7, 6, 3);
        let pyramid = Pyramid::new(None);
        let (_, adjoint) = pyramid.value_and_adjoint(difference.clone());
        for index in 0..difference.data().len() {
            let moved = |step: f64| {
                let mut moved = difference.clone();
                moved.data_mut()[index] += step;
                pyramid.value_and_adjoint(moved).0
            };
            let slope = (moved(0.5) - moved(-0.5)) / 1.0;
            assert!((adjoint.data()[index] - slope).abs() < 1e-14, "{index}");
        }
    }

    /// A spot and its opposite at a distance: the nearer, the smaller the loss.
    #[test]
    fn distant_spots_attract() {
        let loss = |place: usize| {
            let mut picture = Image::new(64, 64, 1);
            picture.pixel_mut(5, 32)[0] = 1.0;
            picture.pixel_mut(place, 32)[0] -= 1.0;
            Pyramid::new(None).value_and_adjoint(picture).0
        };
        let losses: Vec<f64> = (6..60).step_by(8).map(loss).collect();
        assert!(losses.is_sorted(), "{losses:?}");
    }
}
