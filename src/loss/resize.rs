use crate::film::Image;

/// Returns a picture of another size, by a tent filter as wide as the larger of the two pixels,
/// normalised. A picture of the same size comes back as it is.
///
/// # Panics
/// If a side is 0.
pub fn resize(image: &Image, width: usize, height: usize) -> Image {
    assert!(width > 0 && height > 0, "a picture has pixels");
    let channels = image.channels();
    let columns = taps(image.width(), width);
    let mut rows = Image::new(width, image.height(), channels);
    for y in 0..image.height() {
        for (x, taps) in columns.iter().enumerate() {
            for &(place, weight) in taps {
                add(rows.pixel_mut(x, y), image.pixel(place, y), weight);
            }
        }
    }
    let mut result = Image::new(width, height, channels);
    for (y, taps) in taps(image.height(), height).iter().enumerate() {
        for &(place, weight) in taps {
            for x in 0..width {
                add(result.pixel_mut(x, y), rows.pixel(x, place), weight);
            }
        }
    }
    result
}

/// For each of `new` pixels along an axis, the old ones that make it up, with their weights.
fn taps(old: usize, new: usize) -> Vec<Vec<(usize, f64)>> {
    let scale = old as f64 / new as f64;
    let reach = scale.max(1.0);
    let pixel = |index: usize| {
        let center = (index as f64 + 0.5) * scale;
        let first = (center - reach - 0.5).ceil().max(0.0) as usize;
        let last = ((center + reach - 0.5).floor() as usize).min(old - 1);
        let weight = |place: usize| 1.0 - (place as f64 + 0.5 - center).abs() / reach;
        let taps: Vec<(usize, f64)> = (first..=last).map(|p| (p, weight(p))).collect();
        let sum: f64 = taps.iter().map(|(_, weight)| weight).sum();
        taps.into_iter()
            .map(|(place, weight)| (place, weight / sum))
            .collect()
    };
    (0..new).map(pixel).collect()
}

fn add(sum: &mut [f64], pixel: &[f64], weight: f64) {
    for (sum, value) in sum.iter_mut().zip(pixel) {
        *sum += weight * value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tents reproduce what is linear, except where the border cuts them.
    #[test]
    fn a_linear_ramp_stays_one() {
        let values = (0..8 * 4).map(|i| f64::from(i % 8) + 0.5).collect();
        let ramp = Image::from_data(8, 4, 1, values);
        for (width, inside) in [(4, 1..3), (5, 1..4), (8, 0..8), (20, 3..17)] {
            let resized = resize(&ramp, width, 3);
            for x in inside {
                let expected = (x as f64 + 0.5) * 8.0 / width as f64;
                let value = resized.pixel(x, 1)[0];
                assert!((value - expected).abs() < 0.05, "{width} {x}: {value}");
            }
        }
        assert_eq!(resize(&ramp, 8, 4), ramp);
    }

    #[test]
    fn a_constant_stays_one() {
        let constant = Image::from_data(7, 5, 1, vec![0.3; 35]);
        for (width, height) in [(1, 1), (3, 9), (14, 2)] {
            for value in resize(&constant, width, height).data() {
                assert!((value - 0.3).abs() < 1e-15);
            }
        }
    }
}
