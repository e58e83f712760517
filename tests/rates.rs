//! How fast the variance falls with the number of samples, and from which constant: for
//! independent and for stratified samples, in pixels and on edges, where integrands are smooth and
//! where they jump.
//!
//! | stratified | variance of N samples |
//! |---|---|
//! | pixels, smooth | N⁻² (1/12) ∫\|∇f\|² |
//! | pixels, a jump J along Γ | N^(−3/2) c ∫_Γ J² dl, c = ½ E\|n·(X − Y)\| for X, Y uniform in a unit square |
//! | edges, smooth | N⁻³ (1/12) ∫ f'² |
//! | edges, a jump J in a stratum | N⁻² J²/6, mean over its place |
//!
//! Independent samples have N⁻¹ Var f throughout. The constant c: a line at distance s along n
//! divides a cell into the parts p and 1 − p; two points of the cell are on different sides with
//! probability 2p(1 − p), and the integral of that over s is E|n·(X − Y)|. It is 1/6 along the axes
//! and 0.165 between them. Every squared error is of an independent randomisation of the whole set
//! of points, against the exact value; jumps have random places, so that none aliases with the grid.

#[path = "rates/allocations.rs"]
mod allocations;
mod support;

use std::f64::consts::{PI, TAU};

use reynolds::film::Image;
use reynolds::integrator::{Method, Renderer};
use reynolds::sampling::Sampler;
use reynolds::scene::{RenderSettings, Scene};
use reynolds::statistics::{SquaredErrors, bootstrap_mean, fit_power_law};
use support::{channel_sum, find, replicate, scene_on, uniform};

/// How near to theory exponents and constants have to be, if their intervals do not reach it.
const EXPONENT_ERROR: f64 = 0.1;
const CONSTANT_ERROR: f64 = 0.1;

/// Squared errors of `replicates` estimates at each budget. `error` returns one and the variance
/// that is predicted for it but for the power of the budget.
struct Study {
    name: String,
    budgets: Vec<u32>,
    replicates: u64,
    exponent: f64,
}

impl Study {
    fn check(&self, error: impl Fn(u32, u64) -> (f64, f64)) {
        let mut errors = Vec::new();
        for &budget in &self.budgets {
            let (values, predicted): (Vec<f64>, Vec<f64>) =
                (0..self.replicates).map(|r| error(budget, r)).unzip();
            let budget = f64::from(budget);
            let power = budget.powf(self.exponent);
            let predicted = power * predicted.iter().sum::<f64>() / self.replicates as f64;
            let (mean, [low, high]) = bootstrap_mean(&values, 1);
            let near = (mean / predicted - 1.0).abs() <= CONSTANT_ERROR;
            assert!(
                near || (low <= predicted && predicted <= high),
                "{}, {budget} samples: variance {mean:.4e} in [{low:.4e}, {high:.4e}], theory {predicted:.4e}",
                self.name
            );
            errors.push(SquaredErrors { budget, values });
        }
        let law = fit_power_law(&errors, 2);
        let [low, high] = law.interval;
        assert!(
            (law.exponent - self.exponent).abs() <= EXPONENT_ERROR && high - low < 0.2,
            "{}: exponent {:.3} in [{low:.3}, {high:.3}], theory {}",
            self.name,
            law.exponent,
            self.exponent
        );
    }
}

fn study(name: &str, sampler: Sampler, budgets: &[u32], exponents: [f64; 2]) -> Study {
    let [independent, stratified] = exponents;
    Study {
        name: format!("{name}, {sampler}"),
        budgets: budgets.to_vec(),
        replicates: 4000,
        exponent: match sampler {
            Sampler::Independent => independent,
            _ => stratified,
        },
    }
}

const SAMPLERS: [Sampler; 2] = [Sampler::Independent, Sampler::Stratified];

fn settings(scene: &Scene, sampler: Sampler, samples: u32, seed: u64) -> RenderSettings {
    RenderSettings {
        sampler,
        spp: samples,
        edge_samples: f64::from(samples),
        seed: replicate(seed),
        ..scene.render.clone()
    }
}

/// A rectangle whose red is the polynomial [`ramp`] of t, over black.
fn gradient_scene(side: u32) -> Scene {
    scene_on(
        side,
        "[0, 0, 0]",
        r#"{"type": "rect", "id": "box", "min": [-3, -3], "max": [9, 9],
            "fill": {"type": "linear_gradient", "start": [-4, -3], "end": [6, 7], "stops": [
                {"offset": 0, "color": [0.1, 0, 0, 0.2]}, {"offset": 1, "color": [0.9, 0, 0, 1]}]}}"#,
    )
}

/// The gradient's t and, along both axes, its slope.
fn place(x: f64, y: f64) -> f64 {
    (10.0 * (x + 4.0) + 10.0 * (y + 3.0)) / 200.0
}

const SLOPE: f64 = 10.0 / 200.0;

/// Straight colour times alpha.
fn ramp(t: f64) -> f64 {
    (0.1 + 0.8 * t) * (0.2 + 0.8 * t)
}

fn ramp_slope(t: f64) -> f64 {
    0.24 + 1.28 * t
}

/// The mean of a function over [0, 1] by the midpoint rule, good to 1e-5 here.
fn mean(f: impl Fn(f64) -> f64) -> f64 {
    const STEPS: usize = 200;
    let at = |i| f((i as f64 + 0.5) / STEPS as f64);
    (0..STEPS).map(at).sum::<f64>() / STEPS as f64
}

fn red_errors(a: &Image, b: &Image) -> f64 {
    let reds = |image: &Image| -> Vec<f64> {
        image
            .data()
            .iter()
            .step_by(image.channels())
            .copied()
            .collect()
    };
    let pairs = reds(a).into_iter().zip(reds(b));
    pairs.map(|(a, b)| (a - b).powi(2)).sum()
}

#[test]
fn pixels_smooth() {
    let scene = gradient_scene(1);
    let truth = mean(|x| mean(|y| ramp(place(x, y))));
    let variance = mean(|x| mean(|y| (ramp(place(x, y)) - truth).powi(2)));
    let gradient = mean(|x| mean(|y| 2.0 * (SLOPE * ramp_slope(place(x, y))).powi(2)));
    let exact = support::exact(&scene).image();
    assert!((exact.data()[0] - truth).abs() < 1e-5);
    for sampler in SAMPLERS {
        let constant = match sampler {
            Sampler::Independent => variance,
            _ => gradient / 12.0,
        };
        study("pixel, smooth", sampler, &[16, 64, 256, 1024], [-1.0, -2.0]).check(|spp, seed| {
            let image = Renderer::new(&scene, settings(&scene, sampler, spp, seed)).image();
            (red_errors(&image, &exact), constant)
        });
    }
}

const RADIUS: f64 = 1.3;

/// A red disc on black, somewhere around the middle of 5 × 5 pixels, uniform over a pixel.
fn disc_scene(seed: u64) -> Scene {
    let [x, y] = [0, 1].map(|i| 2.5 + 0.5 * uniform(seed, i));
    let disc = format!(
        r#"{{"type": "circle", "id": "disk", "center": [{x:?}, {y:?}], "radius": {RADIUS}, "fill": [0.8, 0, 0]}}"#
    );
    scene_on(5, "[0, 0, 0]", &disc)
}

/// c of the head of this file, mean over all directions.
fn jump_constant() -> f64 {
    // The difference d of two uniform numbers has the density 1 − |d|.
    let difference = |f: &dyn Fn(f64) -> f64| mean(|u| (1.0 - u) * (f(u) + f(-u)));
    let along = |angle: f64| {
        let (sin, cos) = angle.sin_cos();
        0.5 * difference(&|x| difference(&|y| (cos * x + sin * y).abs()))
    };
    (0..16)
        .map(|i| along(TAU * (f64::from(i) + 0.5) / 16.0))
        .sum::<f64>()
        / 16.0
}

#[test]
fn pixels_with_a_jump() {
    let c = jump_constant();
    assert!((0.1649..0.1667).contains(&c), "{c}");
    for sampler in SAMPLERS {
        let study = study("pixels, jump", sampler, &[16, 64, 256, 1024], [-1.0, -1.5]);
        let study = Study {
            replicates: 400,
            ..study
        };
        study.check(|spp, seed| {
            let scene = disc_scene(seed);
            let exact = support::exact(&scene).image();
            let image = Renderer::new(&scene, settings(&scene, sampler, spp, seed)).image();
            let constant = match sampler {
                // Pixels of the part p inside: 0.8² p (1 − p).
                Sampler::Independent => {
                    let reds = exact.data().iter().step_by(3);
                    reds.map(|red| red * (0.8 - red)).sum()
                }
                _ => c * 0.8 * 0.8 * TAU * RADIUS,
            };
            (red_errors(&image, &exact), constant)
        });
    }
}

/// The squared error of the derivative of the image's red sum by one parameter. Only its boundary
/// term has noise: the parameter moves an outline.
fn edge_error(scene: &Scene, parameter: &str, sampler: Sampler, samples: u32, seed: u64) -> f64 {
    let direction = [(find(scene, parameter), 1.0)];
    let sum = |method| {
        let settings = RenderSettings {
            spp: 1,
            ..settings(scene, sampler, samples, seed)
        };
        let renderer = Renderer::new(scene, settings).with_method(method);
        channel_sum(&renderer.jvp(&direction), 0)
    };
    (sum(Method::Edge) - sum(Method::Exact)).powi(2)
}

/// The left side of a rectangle with a gradient: x = 1.5 from y = 0 to 4.
#[test]
fn edges_smooth() {
    let mut scene = gradient_scene(4);
    let left = find(&scene, "box.min.x");
    scene.parameters.values_mut()[left.index()] = 1.5;
    let jump = |y: f64| ramp(place(1.5, y));
    let slopes =
        (0..4).map(|y| mean(|u| (SLOPE * ramp_slope(place(1.5, f64::from(y) + u))).powi(2)));
    let slopes: f64 = slopes.sum();
    let variances = (0..4).map(|y| {
        let center = mean(|u| jump(f64::from(y) + u));
        mean(|u| (jump(f64::from(y) + u) - center).powi(2))
    });
    let variances: f64 = variances.sum();
    for sampler in SAMPLERS {
        let constant = match sampler {
            Sampler::Independent => variances,
            _ => slopes / 12.0,
        };
        study("edge, smooth", sampler, &[4, 16, 64, 256], [-1.0, -3.0])
            .check(|n, seed| (edge_error(&scene, "box.min.x", sampler, n, seed), constant));
    }
}

/// The outline of a disc on a gradient: closed and visible all around. The jump has the slope
/// G·τ along it, G the gradient of the ground: ∫ (G·τ)² dl = |G|² π r.
#[test]
fn edges_smooth_around_a_disc() {
    let scene = scene_on(
        8,
        "[0, 0, 0]",
        r#"{"type": "rect", "id": "ground", "min": [-1, -1], "max": [9, 9],
            "fill": {"type": "linear_gradient", "start": [0, 0], "end": [8, 4], "stops": [
                {"offset": 0, "color": [0.1, 0, 0]}, {"offset": 1, "color": [0.9, 0, 0]}]}},
           {"type": "circle", "id": "disk", "center": [4.1, 3.8], "radius": 3.1, "fill": [0, 0, 0]}"#,
    );
    let gradient = 0.8 * 0.8 / (8.0 * 8.0 + 4.0 * 4.0);
    let study = study(
        "closed outline",
        Sampler::Stratified,
        &[64, 128, 256, 512],
        [-1.0, -3.0],
    );
    // The edges of the disc's polygon are a fraction of a pixel long: from 64 samples a pixel on,
    // rounding their numbers of samples matters little.
    let study = Study {
        replicates: 2500,
        ..study
    };
    study.check(|n, seed| {
        let error = edge_error(&scene, "disk.radius", Sampler::Stratified, n, seed);
        (error, gradient * PI * 3.1 / 12.0)
    });
}

/// The left side of a red rectangle, hidden below a random height in its second pixel.
#[test]
fn edges_with_a_jump() {
    for sampler in SAMPLERS {
        let study = study("edge, jump", sampler, &[4, 16, 64, 256], [-1.0, -2.0]);
        study.check(|n, seed| {
            let hidden = 0.5 + 0.5 * uniform(seed, 7);
            let scene = scene_on(
                3,
                "[0, 0, 0]",
                &format!(
                    r#"{{"type": "rect", "id": "box", "min": [1.5, -2], "max": [9, 9], "fill": [0.8, 0, 0]}},
                       {{"type": "rect", "id": "lid", "min": [-2, {:?}], "max": [9, 9], "fill": [0, 0.5, 0]}}"#,
                    1.0 + hidden
                ),
            );
            let constant = match sampler {
                Sampler::Independent => 0.64 * hidden * (1.0 - hidden),
                _ => 0.64 / 6.0,
            };
            (edge_error(&scene, "box.min.x", sampler, n, seed), constant)
        });
    }
}
