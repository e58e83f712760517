use thiserror::Error;

use crate::film::Image;

/// Why a picture is no target for an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TargetError {
    /// Another size.
    #[error(
        "it is {} × {} px and the image is {} × {} px; they must have one size",
        target.0, target.1, image.0, image.1
    )]
    Size {
        /// Width and height of the target.
        target: (usize, usize),
        /// Width and height of the image.
        image: (usize, usize),
    },
    /// Channels without a meaning as colours.
    #[error("it has {0} channels; use 1 (grey), 3 (RGB) or 4 (RGBA)")]
    Channels(usize),
}

/// Returns a target with the channels of an image of `channels` channels, 3 or 4.
///
/// A target with alpha (premultiplied RGBA) is laid over `background`, premultiplied as well, if
/// the image has none; one without gets an alpha of 1 if the image has one. Grey becomes RGB.
///
/// # Errors
/// If the target has another size than `(width, height)`, or neither 1, 3 nor 4 channels.
pub fn fit_target(
    target: &Image,
    (width, height): (usize, usize),
    channels: usize,
    background: [f64; 4],
) -> Result<Image, TargetError> {
    if (target.width(), target.height()) != (width, height) {
        return Err(TargetError::Size {
            target: (target.width(), target.height()),
            image: (width, height),
        });
    }
    if !matches!(target.channels(), 1 | 3 | 4) {
        return Err(TargetError::Channels(target.channels()));
    }
    let data = target
        .data()
        .chunks_exact(target.channels())
        .flat_map(|pixel| {
            let color = rgba(pixel);
            let shown = if channels == 3 {
                over(color, background)
            } else {
                color
            };
            shown.into_iter().take(channels)
        });
    Ok(Image::from_data(width, height, channels, data.collect()))
}

fn rgba(pixel: &[f64]) -> [f64; 4] {
    match *pixel {
        [r, g, b, a] => [r, g, b, a],
        [r, g, b] => [r, g, b, 1.0],
        _ => [pixel[0], pixel[0], pixel[0], 1.0],
    }
}

fn over(top: [f64; 4], below: [f64; 4]) -> [f64; 4] {
    std::array::from_fn(|c| top[c] + (1.0 - top[3]) * below[c])
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKGROUND: [f64; 4] = [1.0, 0.5, 0.0, 1.0];

    fn fit(pixel: &[f64], channels: usize) -> Result<Vec<f64>, TargetError> {
        let target = Image::from_data(1, 1, pixel.len(), pixel.to_vec());
        fit_target(&target, (1, 1), channels, BACKGROUND).map(|image| image.data().to_vec())
    }

    #[test]
    fn channels_become_those_of_the_image() {
        let half_red = [0.5, 0.0, 0.0, 0.5];
        assert_eq!(fit(&half_red, 3), Ok(vec![1.0, 0.25, 0.0]));
        assert_eq!(fit(&half_red, 4), Ok(half_red.to_vec()));
        assert_eq!(fit(&[0.1, 0.2, 0.3], 3), Ok(vec![0.1, 0.2, 0.3]));
        assert_eq!(fit(&[0.1, 0.2, 0.3], 4), Ok(vec![0.1, 0.2, 0.3, 1.0]));
        assert_eq!(fit(&[0.7], 3), Ok(vec![0.7; 3]));
        assert_eq!(fit(&[0.7], 4), Ok(vec![0.7, 0.7, 0.7, 1.0]));
        assert_eq!(fit(&[0.0; 2], 3), Err(TargetError::Channels(2)));
    }

    #[test]
    fn another_size_is_named_with_both_sizes() {
        let target = Image::new(3, 2, 3);
        let error = fit_target(&target, (2, 3), 3, BACKGROUND).unwrap_err();
        let expected = "it is 3 × 2 px and the image is 2 × 3 px; they must have one size";
        assert_eq!(error.to_string(), expected);
    }
}
