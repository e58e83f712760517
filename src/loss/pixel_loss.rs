use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Pyramid;
use crate::film::Image;

/// A mean over all pixels and channels of a distance between an image I and a target T.
///
/// An image from samples is noisy. Where its samples are independent of those of the derivative
/// that the adjoint multiplies, the gradients of [`L2`](Self::L2) and [`Pyramid`](Self::Pyramid)
/// are unbiased for the loss of the exact image: their adjoints are linear in I. Those of
/// [`L1`](Self::L1) and [`Huber`](Self::Huber) are not, so their gradients are biased: the first
/// wherever noise changes the sign of I − T, the second wherever it moves I − T across ±δ. The
/// values of all are biased upwards: that of `L2` by the mean variance of the pixels.
///
/// As text: `l2`, `l1`, `huber` or `huber:δ`, `pyramid` or `pyramid:LEVELS`.
///
/// ```
/// use reynolds::loss::PixelLoss;
/// let loss: PixelLoss = "huber:0.2".parse().unwrap();
/// assert_eq!(loss, PixelLoss::Huber { delta: 0.2 });
/// assert_eq!(loss.to_string(), "huber:0.2");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(into = "String", try_from = "String")]
pub enum PixelLoss {
    /// Mean of (I − T)².
    #[default]
    L2,
    /// Mean of |I − T|.
    L1,
    /// Mean of d² for |d| ≤ δ and of 2δ|d| − δ² beyond, d = I − T: `L2` that grows only linearly
    /// where the difference is large.
    Huber {
        /// Where the square becomes a line; positive.
        delta: f64,
    },
    /// A weighted mean of `L2` over ever coarser versions of both pictures: shapes feel targets
    /// that they do not touch; see [`Pyramid`].
    Pyramid {
        /// The number of pictures, the finest included; at least 1. As many as there are unless
        /// given.
        levels: Option<u32>,
    },
}

/// Why a text names no loss.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("expected l2, l1, huber, huber:DELTA, pyramid or pyramid:LEVELS, got `{0}`")]
pub struct PixelLossError(String);

/// The δ of `huber` without a number: a tenth of the range of a colour.
const HUBER_DELTA: f64 = 0.1;

impl PixelLoss {
    /// Returns the loss of an image.
    ///
    /// # Panics
    /// If the two pictures differ in size or channels.
    pub fn value(self, image: &Image, target: &Image) -> f64 {
        self.value_and_adjoint(image.clone(), target).0
    }

    /// Returns the derivative of the loss with respect to every value of the image: the adjoint.
    ///
    /// Where I = T, that of `L1` is 0, the middle of its subdifferential.
    ///
    /// # Panics
    /// If the two pictures differ in size or channels.
    pub fn adjoint(self, image: &Image, target: &Image) -> Image {
        self.value_and_adjoint(image.clone(), target).1
    }

    /// Returns both at once; see [`value`](Self::value) and [`adjoint`](Self::adjoint). The adjoint
    /// takes the memory of the image.
    ///
    /// # Panics
    /// If the two pictures differ in size or channels.
    pub fn value_and_adjoint(self, image: Image, target: &Image) -> (f64, Image) {
        let difference = difference(image, target);
        match self {
            Self::L2 => mean(difference, |d| (d * d, 2.0 * d)),
            Self::L1 => mean(difference, |d| match d {
                0.0 => (0.0, 0.0),
                _ => (d.abs(), d.signum()),
            }),
            Self::Huber { delta } => mean(difference, |d| {
                if d.abs() <= delta {
                    (d * d, 2.0 * d)
                } else {
                    let slope = 2.0 * delta;
                    (slope * d.abs() - delta * delta, slope * d.signum())
                }
            }),
            Self::Pyramid { levels } => Pyramid::new(levels).value_and_adjoint(difference),
        }
    }

    /// Tells whether the gradient is unbiased when image and derivative come from independent
    /// samples.
    pub fn has_unbiased_gradient(self) -> bool {
        matches!(self, Self::L2 | Self::Pyramid { .. })
    }
}

/// Returns the mean of a distance, and the picture of its slopes divided by the number of values.
fn mean(mut difference: Image, distance: impl Fn(f64) -> (f64, f64)) -> (f64, Image) {
    let count = difference.data().len() as f64;
    let mut sum = 0.0;
    for value in difference.data_mut() {
        let (distance, slope) = distance(*value);
        sum += distance;
        *value = slope / count;
    }
    (sum / count, difference)
}

/// Returns image − target.
fn difference(mut image: Image, target: &Image) -> Image {
    let shape = |picture: &Image| (picture.width(), picture.height(), picture.channels());
    assert_eq!(
        shape(&image),
        shape(target),
        "an image and its target have one size and the same channels"
    );
    for (value, target) in image.data_mut().iter_mut().zip(target.data()) {
        *value -= target;
    }
    image
}

impl FromStr for PixelLoss {
    type Err = PixelLossError;

    fn from_str(text: &str) -> Result<Self, PixelLossError> {
        let error = || PixelLossError(text.to_owned());
        let (name, number) = match text.split_once(':') {
            Some((name, number)) => (name, Some(number)),
            None => (text, None),
        };
        match (name, number) {
            ("l2", None) => Ok(Self::L2),
            ("l1", None) => Ok(Self::L1),
            ("huber", number) => {
                let delta = number.map_or(Ok(HUBER_DELTA), str::parse::<f64>);
                match delta {
                    Ok(delta) if delta > 0.0 && delta.is_finite() => Ok(Self::Huber { delta }),
                    _ => Err(error()),
                }
            }
            ("pyramid", None) => Ok(Self::Pyramid { levels: None }),
            ("pyramid", Some(levels)) => match levels.parse() {
                Ok(levels) if levels >= 1 => Ok(Self::Pyramid {
                    levels: Some(levels),
                }),
                _ => Err(error()),
            },
            _ => Err(error()),
        }
    }
}

impl TryFrom<String> for PixelLoss {
    type Error = PixelLossError;

    fn try_from(text: String) -> Result<Self, PixelLossError> {
        text.parse()
    }
}

impl From<PixelLoss> for String {
    fn from(loss: PixelLoss) -> Self {
        loss.to_string()
    }
}

impl fmt::Display for PixelLoss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::L2 => f.pad("l2"),
            Self::L1 => f.pad("l1"),
            Self::Huber { delta } => write!(f, "huber:{delta}"),
            Self::Pyramid { levels: None } => f.pad("pyramid"),
            Self::Pyramid {
                levels: Some(levels),
            } => write!(f, "pyramid:{levels}"),
        }
    }
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
        // 0, 4 · 1.5 − 2.25, 1, 3 · 3 − 2.25.
        let huber = PixelLoss::Huber { delta: 1.5 };
        assert_eq!(huber.value(&image, &target), 11.5 / 4.0);
        let l2 = PixelLoss::L2.adjoint(&image, &target);
        assert_eq!(l2.data(), [0.0, 1.0, -0.5, 1.5]);
        let l1 = PixelLoss::L1.adjoint(&image, &target);
        assert_eq!(l1.data(), [0.0, 0.25, -0.25, 0.25]);
        assert_eq!(
            huber.adjoint(&image, &target).data(),
            [0.0, 0.75, -0.5, 0.75]
        );
    }

    /// Central differences of a quadratic are exact; so are those of |x| away from its kink.
    #[test]
    fn adjoints_are_derivatives() {
        let image = picture([0.25, -1.5, 3.0, 0.5]);
        let target = picture([0.5, 1.0, -0.75, 0.0]);
        const H: f64 = 0.125;
        let losses = [
            PixelLoss::L2,
            PixelLoss::L1,
            PixelLoss::Huber { delta: 1.0 },
            PixelLoss::Pyramid { levels: Some(1) },
        ];
        for loss in losses {
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

    #[test]
    fn texts_name_losses_and_back() {
        for text in ["l2", "l1", "huber:0.25", "pyramid", "pyramid:3"] {
            let loss: PixelLoss = text.parse().unwrap();
            assert_eq!(loss.to_string(), text);
        }
        assert_eq!("huber".parse(), Ok(PixelLoss::Huber { delta: 0.1 }));
        let bad = [
            "",
            "L2",
            "l2:1",
            "huber:0",
            "huber:-1",
            "huber:x",
            "huber:inf",
            "pyramid:0",
        ];
        for text in bad {
            let error = text.parse::<PixelLoss>().unwrap_err().to_string();
            assert!(error.ends_with(&format!("got `{text}`")), "{error}");
        }
    }
}
