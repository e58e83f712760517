use clap::ValueEnum;

use crate::film::Image;

/// A mean over all pixels and channels of a distance between an image I and a target T.
///
/// An image from samples is noisy. Where its samples are independent of those of the derivative
/// that the adjoint multiplies, the gradient of [`L2`](Self::L2) is unbiased for the loss of the
/// exact image: its adjoint is linear in I. That of [`L1`](Self::L1) is not, so its gradient is
/// biased wherever noise changes the sign of I − T. The value of either loss is biased upwards:
/// that of `L2` by the mean variance of the pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, ValueEnum)]
pub enum PixelLoss {
    /// Mean of (I − T)²
    #[default]
    L2,
    /// Mean of |I − T|
    L1,
}

impl PixelLoss {
    /// Returns the loss of an image.
    ///
    /// # Panics
    /// If the two pictures differ in size or channels.
    pub fn value(self, image: &Image, target: &Image) -> f64 {
        let distance = |difference: f64| match self {
            Self::L2 => difference * difference,
            Self::L1 => difference.abs(),
        };
        let sum: f64 = differences(image, target).map(distance).sum();
        sum / image.data().len() as f64
    }

    /// Returns the derivative of the loss with respect to every value of the image: the adjoint.
    ///
    /// Where I = T, that of `L1` is 0, the middle of its subdifferential.
    ///
    /// # Panics
    /// If the two pictures differ in size or channels.
    pub fn adjoint(self, image: &Image, target: &Image) -> Image {
        let slope = |difference: f64| match self {
            Self::L2 => 2.0 * difference,
            Self::L1 if difference == 0.0 => 0.0,
            Self::L1 => difference.signum(),
        };
        let count = image.data().len() as f64;
        let data = differences(image, target).map(|difference| slope(difference) / count);
        Image::from_data(
            image.width(),
            image.height(),
            image.channels(),
            data.collect(),
        )
    }
}

fn differences(image: &Image, target: &Image) -> impl Iterator<Item = f64> {
    let shape = |picture: &Image| (picture.width(), picture.height(), picture.channels());
    assert_eq!(
        shape(image),
        shape(target),
        "an image and its target have one size and the same channels"
    );
    let pairs = image.data().iter().zip(target.data());
    pairs.map(|(value, target)| value - target)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(data: [f64; 4]) -> Image {
        Image::from_data(2, 2, 1, data.to_vec())
    }

    #[test]
    fn values_are_means_over_all_numbers() {
        let (image, target) = (picture([1.0, 2.0, 3.0, 4.0]), picture([1.0, 0.0, 4.0, 1.0]));
        // The differences are 0, 2, -1, 3.
        assert_eq!(PixelLoss::L2.value(&image, &target), 14.0 / 4.0);
        assert_eq!(PixelLoss::L1.value(&image, &target), 6.0 / 4.0);
        let l2 = PixelLoss::L2.adjoint(&image, &target);
        assert_eq!(l2.data(), [0.0, 1.0, -0.5, 1.5]);
        let l1 = PixelLoss::L1.adjoint(&image, &target);
        assert_eq!(l1.data(), [0.0, 0.25, -0.25, 0.25]);
    }

    /// Central differences of a quadratic are exact; so are those of |x| away from its kink.
    #[test]
    fn adjoints_are_derivatives() {
        let image = picture([0.25, -1.5, 3.0, 0.5]);
        let target = picture([0.5, 1.0, -0.75, 0.0]);
        const H: f64 = 0.125;
        for loss in [PixelLoss::L2, PixelLoss::L1] {
            let adjoint = loss.adjoint(&image, &target);
            for index in 0..4 {
                let moved = |step: f64| {
                    let mut moved = image.clone();
                    moved.data_mut()[index] += step;
                    loss.value(&moved, &target)
                };
                let slope = (moved(H) - moved(-H)) / (2.0 * H);
                assert_eq!(adjoint.data()[index], slope, "{loss:?} {index}");
            }
        }
    }
}
