use reynolds::film::Image;
use reynolds::scene::ParameterId;

use super::{FrozenScene, dot};

/// Central differences of an image at a step and at half of it.
pub struct Derivative {
    full: Image,
    half: Image,
}

/// Returns the derivative of the exact image along a direction, outlines as planned.
pub fn derivative(scene: &FrozenScene, direction: &[(ParameterId, f64)], step: f64) -> Derivative {
    let central = |step: f64| {
        let (mut after, before) = (
            image_at(scene, direction, step),
            image_at(scene, direction, -step),
        );
        for (a, b) in after.data_mut().iter_mut().zip(before.data()) {
            *a = (*a - b) / (2.0 * step);
        }
        after
    };
    Derivative {
        full: central(step),
        half: central(0.5 * step),
    }
}

/// Returns `⟨w, I(θ + step v) − I(θ)⟩ / step`: a one-sided difference.
pub fn one_sided(
    scene: &FrozenScene,
    direction: &[(ParameterId, f64)],
    step: f64,
    weights: &Image,
) -> f64 {
    let there = dot(weights, &image_at(scene, direction, step));
    (there - dot(weights, &image_at(scene, direction, 0.0))) / step
}

fn image_at(scene: &FrozenScene, direction: &[(ParameterId, f64)], step: f64) -> Image {
    let mut theta = scene.scene().parameters.values().to_vec();
    for &(id, component) in direction {
        theta[id.index()] += step * component;
    }
    scene.image(&theta)
}

impl Derivative {
    /// Returns `⟨w, ∂I⟩`, extrapolated from both steps, and how far the two differ: more than the
    /// error where the image is smooth in the parameter (four to one in its third derivative), and
    /// large where it is not.
    pub fn dot(&self, weights: &Image) -> (f64, f64) {
        let (full, half) = (dot(weights, &self.full), dot(weights, &self.half));
        ((4.0 * half - full) / 3.0, (half - full).abs())
    }

    /// Returns the size of `⟨w, ∂I⟩` that is typical for weights as large as these but of random
    /// signs.
    pub fn typical(&self, weights: &Image) -> f64 {
        let mean_square = dot(weights, weights) / weights.data().len() as f64;
        (mean_square * dot(&self.half, &self.half)).sqrt()
    }

    /// Returns `Σ |w ∂I|`: the size that `⟨w, ∂I⟩` would have if nothing cancelled.
    pub fn size(&self, weights: &Image) -> f64 {
        let pairs = weights.data().iter().zip(self.half.data());
        pairs.map(|(w, d)| (w * d).abs()).sum()
    }

    /// Returns the image of the derivative, extrapolated.
    pub fn image(&self) -> Image {
        let mut image = self.half.clone();
        for (half, full) in image.data_mut().iter_mut().zip(self.full.data()) {
            *half = (4.0 * *half - full) / 3.0;
        }
        image
    }
}
