use std::f64::consts::TAU;

use crate::film::Image;

/// Returns the weight image of a check: smooth waves of one to three periods, with another phase
/// in each channel, so that no shape is orthogonal to it by symmetry. Values are within [−2, 2].
pub fn weights(width: usize, height: usize, channels: usize) -> Image {
    let mut image = Image::new(width, height, channels);
    for y in 0..height {
        for x in 0..width {
            let u = TAU * (x as f64 + 0.5) / width as f64;
            let v = TAU * (y as f64 + 0.5) / height as f64;
            for (channel, value) in image.pixel_mut(x, y).iter_mut().enumerate() {
                let phase = 1.3 * channel as f64;
                *value = (u + phase).sin()
                    + 0.6 * (2.0 * v + 0.7 - phase).cos()
                    + 0.4 * (3.0 * (u + v) + 2.1 * phase).sin();
            }
        }
    }
    image
}
