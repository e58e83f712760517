use crate::check::weights;
use crate::film::Image;
use crate::integrator::{Method, Renderer};
use crate::sampling::{Key, Sampler, Stream};
use crate::scene::{ParameterId, RenderSettings, Scene};
use crate::statistics::RunningMoments;

/// |t| of about a hundred degrees of freedom that is exceeded with probability 10⁻⁶.
pub const T_LIMIT: f64 = 5.3;

/// Returns the scene of some shapes on a canvas of `side` × `side` pixels.
pub fn scene(side: u32, render: &str, shapes: &str) -> Scene {
    let text = format!(
        r#"{{"version": 1, "canvas": {{"width": {side}, "height": {side}, "background": [0.9, 0.8, 0.3]}},
            "render": {{{render}}}, "shapes": [{shapes}]}}"#
    );
    Scene::parse(&text, "scene.json", &[]).expect("the scene is valid")
}

pub fn method(text: &str) -> Method {
    text.parse().expect("the method is valid")
}

pub fn ids(scene: &Scene, names: &[&str]) -> Vec<ParameterId> {
    let id = |name: &&str| scene.parameters.find(name).expect("the parameter exists");
    names.iter().map(id).collect()
}

pub fn weights_of(scene: &Scene) -> Image {
    let canvas = &scene.canvas;
    weights(canvas.width as usize, canvas.height as usize, 3)
}

pub fn exact(scene: &Scene) -> Renderer<'_> {
    Renderer::new(scene, scene.render.clone()).with_method(Method::Exact)
}

pub fn seed(index: u64) -> u64 {
    Key::new(17, Stream::Replicate).child(index).bits()
}

/// Moments of the derivatives of `Σ w·I` over independent seeds.
pub fn moments(
    scene: &Scene,
    method: Method,
    (sampler, spp): (Sampler, u32),
    wanted: &[ParameterId],
    replicates: u64,
) -> Vec<RunningMoments> {
    let settings = RenderSettings {
        sampler,
        spp,
        edge_samples: 4.0,
        ..scene.render.clone()
    };
    let mut renderer = Renderer::new(scene, settings).with_method(method);
    let weights = weights_of(scene);
    let mut moments = vec![RunningMoments::default(); wanted.len()];
    for index in 0..replicates {
        renderer.set_seed(seed(index));
        for (moments, value) in moments.iter_mut().zip(renderer.vjp_by(&weights, wanted)) {
            moments.push(value);
        }
    }
    moments
}

/// Returns `Σ |w ∂I|`: the size of the derivative of `Σ w·I` by each parameter, if nothing cancelled.
pub fn sizes(exact: &Renderer<'_>, wanted: &[ParameterId]) -> Vec<f64> {
    let weights = weights_of(exact.scene());
    let size = |&id| {
        let derivative = exact.jvp(&[(id, 1.0)]);
        let products = derivative.data().iter().zip(weights.data());
        products.map(|(d, w)| (d * w).abs()).sum()
    };
    wanted.iter().map(size).collect()
}

/// Checks that a mean is a number, and that a deviation by `resolution` would be seen.
#[track_caller]
pub fn assert_mean(what: &str, moments: &RunningMoments, truth: f64, resolution: f64) {
    let (mean, error) = (moments.mean(), moments.standard_error());
    assert!(
        (mean - truth).abs() <= T_LIMIT * error + 1e-10 * (1.0 + truth.abs()),
        "{what}: mean {mean:.6e} ± {error:.1e}, should be {truth:.6e}, z = {:.2}",
        (mean - truth) / error
    );
    assert!(
        T_LIMIT * error <= resolution,
        "{what}: mean {mean:.6e} ± {error:.1e} would hide {resolution:.1e}"
    );
}
