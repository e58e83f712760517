//! What several estimators share: sums of terms, parameters from drawing variables, images at other
//! values of the parameters.

use crate::film::Image;
use crate::integrator::{Renderer, interior};
use crate::sampling::{Key, Stream};
use crate::scene::{ParameterId, ParameterKind};

/// Adds an image to another.
pub fn sum_images(mut a: Image, b: &Image) -> Image {
    add_scaled(&mut a, b, 1.0);
    a
}

/// Adds a multiple of an image.
pub fn add_scaled(to: &mut Image, image: &Image, factor: f64) {
    for (sum, value) in to.data_mut().iter_mut().zip(image.data()) {
        *sum += factor * value;
    }
}

/// Adds a list of numbers to another.
pub fn sum_vectors(mut a: Vec<f64>, b: &[f64]) -> Vec<f64> {
    for (a, b) in a.iter_mut().zip(b) {
        *a += b;
    }
    a
}

/// Returns `Σ a · b` over all values.
pub fn dot(a: &Image, b: &Image) -> f64 {
    a.data().iter().zip(b.data()).map(|(a, b)| a * b).sum()
}

/// Returns the derivatives by some parameters, given those by all drawing variables.
pub fn pull_back(renderer: &Renderer<'_>, variables: &[f64], wanted: &[ParameterId]) -> Vec<f64> {
    let layout = &renderer.drawing().layout;
    let all = layout.pull_back(renderer.scene(), variables);
    wanted.iter().map(|id| all[id.index()]).collect()
}

/// Returns the step of a parameter that changes a picture about as much as a pixel's shift of an
/// outline: what settings such as `step=0.5` are multiples of.
///
/// | kind | unit step |
/// |---|---|
/// | position, length, translation | 1 px |
/// | angle | 1° |
/// | scale | 0.01 |
/// | color, opacity, offset | 0.1 |
pub fn unit_step(kind: ParameterKind) -> f64 {
    match kind {
        ParameterKind::Position
        | ParameterKind::Length
        | ParameterKind::Translation
        | ParameterKind::Angle => 1.0,
        ParameterKind::Scale => 0.01,
        ParameterKind::Color | ParameterKind::Opacity | ParameterKind::Offset => 0.1,
    }
}

/// The unit step of a parameter.
pub fn unit_step_of(renderer: &Renderer<'_>, id: ParameterId) -> f64 {
    unit_step(renderer.scene().parameters[id].kind)
}

/// Returns the root of the random numbers of a derivative that is made of images. It is not that of
/// the image itself: the derivative of a loss multiplies the two.
pub fn derivative_key(renderer: &Renderer<'_>) -> Key {
    Key::new(renderer.settings().seed, Stream::Perturbation)
}

/// Returns an estimate of the image with the parameters moved, with a seed of its own.
pub fn image_at(
    renderer: &Renderer<'_>,
    steps: impl IntoIterator<Item = (ParameterId, f64)>,
    seed: u64,
) -> Image {
    let mut theta = renderer.scene().parameters.values().to_vec();
    for (id, step) in steps {
        theta[id.index()] += step;
    }
    let mut moved = renderer.at(&theta);
    moved.set_seed(seed);
    let image = interior::image(&moved);
    renderer.count_samples(moved.sample_counts());
    image
}
