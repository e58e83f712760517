use super::Plan;
use crate::film::Image;
use crate::integrator::{Method, Renderer};
use crate::scene::{ParameterId, Scene};

/// Columns of zeros between two panels.
const GAP: usize = 4;

/// Returns the derivative images of one parameter side by side: the estimator's mean over
/// `replicates` replicates, the exact one, and their difference.
pub fn panels(scene: &Scene, plan: &Plan, parameter: ParameterId, replicates: u64) -> Image {
    let direction = [(parameter, 1.0)];
    let exact = Renderer::new(scene, plan.settings.clone())
        .with_method(Method::Exact)
        .jvp(&direction);
    let mut mean = Image::new(exact.width(), exact.height(), exact.channels());
    let mut renderer = Renderer::new(scene, plan.settings.clone()).with_method(plan.method);
    for index in 0..replicates {
        renderer.set_seed(plan.seed(index));
        let estimate = renderer.jvp(&direction);
        for (sum, value) in mean.data_mut().iter_mut().zip(estimate.data()) {
            *sum += value / replicates as f64;
        }
    }
    let mut difference = mean.clone();
    for (value, truth) in difference.data_mut().iter_mut().zip(exact.data()) {
        *value -= truth;
    }
    side_by_side(&[mean, exact, difference])
}

fn side_by_side(images: &[Image]) -> Image {
    let [first, ..] = images else {
        return Image::new(0, 0, 1);
    };
    let step = first.width() + GAP;
    let width = step * images.len() - GAP;
    let mut all = Image::new(width, first.height(), first.channels());
    for (i, image) in images.iter().enumerate() {
        for y in 0..image.height() {
            for x in 0..image.width() {
                all.pixel_mut(i * step + x, y)
                    .copy_from_slice(image.pixel(x, y));
            }
        }
    }
    all
}
