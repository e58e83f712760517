use reynolds::film::Image;
use reynolds::sampling::{Key, Stream};
use reynolds::scene::Scene;

/// Returns random number `index` of a seed, uniform in [−1, 1).
pub fn uniform(seed: u64, index: u64) -> f64 {
    2.0 * Key::new(seed, Stream::Replicate).child(index).uniform() - 1.0
}

/// Returns Σ a b over all pixels, and over the channels that both have.
pub fn dot(a: &Image, b: &Image) -> f64 {
    let channels = a.channels().min(b.channels());
    let pixels = |image: &Image| {
        let all = image.data().chunks(image.channels());
        all.flat_map(|pixel| pixel[..channels].to_vec())
            .collect::<Vec<f64>>()
    };
    pixels(a).iter().zip(pixels(b)).map(|(a, b)| a * b).sum()
}

/// Returns the largest difference of two values in the same place.
pub fn largest_difference(a: &Image, b: &Image) -> f64 {
    assert_eq!(a.data().len(), b.data().len(), "images of one size");
    let pairs = a.data().iter().zip(b.data());
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// Returns the sum of one channel.
pub fn channel_sum(image: &Image, channel: usize) -> f64 {
    image.data()[channel..]
        .iter()
        .step_by(image.channels())
        .sum()
}

fn weights(scene: &Scene, channels: usize, value: impl Fn(usize, usize, usize) -> f64) -> Image {
    let (width, height) = (scene.canvas.width as usize, scene.canvas.height as usize);
    let mut image = Image::new(width, height, channels);
    for y in 0..height {
        for x in 0..width {
            for c in 0..channels {
                image.pixel_mut(x, y)[c] = value(x, y, c);
            }
        }
    }
    image
}

/// Returns an image of ones in one channel.
pub fn ones(scene: &Scene, channels: usize, channel: usize) -> Image {
    weights(scene, channels, |_, _, c| f64::from(u8::from(c == channel)))
}

/// Returns a random image: three waves longer than 8 pixels in each channel.
pub fn smooth_weights(scene: &Scene, channels: usize, seed: u64) -> Image {
    weights(scene, channels, |x, y, c| {
        (0..3)
            .map(|wave| {
                let number = |i: u64| uniform(seed, 16 * (4 * c as u64 + wave) + i);
                let phase = 0.5 * (number(0) * x as f64 + number(1) * y as f64);
                number(2) * (phase + 3.2 * number(3)).cos()
            })
            .sum()
    })
}

/// Returns an image of independent values, uniform in [−1, 1).
pub fn noise(scene: &Scene, channels: usize, seed: u64) -> Image {
    let width = scene.canvas.width as usize;
    weights(scene, channels, |x, y, c| {
        uniform(seed, ((y * width + x) * channels + c) as u64)
    })
}
