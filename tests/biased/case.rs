use reynolds::check::weights;
use reynolds::estimator::unit_step;
use reynolds::film::Image;
use reynolds::filter::Filter;
use reynolds::integrator::exact::boundary;
use reynolds::integrator::{Method, Renderer, Tangent};
use reynolds::scene::{ParameterId, RenderSettings, Scene};
use reynolds::statistics::RunningMoments;

use crate::support::{budget, dot, exact, replicate};

pub const REPLICATES: u64 = 128;

/// Scenes whose targets need not come near the derivative. Where edges lie along the border of pixels, or
/// upon each other, the image has a kink: differences go to the other one-sided derivative, or to the mean
/// of both, and not to the one that is computed. In a crowd more outlines are near than may be soft.
const WITHOUT_LIMIT: [&str; 5] = [
    "coincident-edges",
    "crowd",
    "degenerate",
    "edge upon edge",
    "pixel-grid",
];

/// A scene with what is known of it.
pub struct Case<'a> {
    pub name: &'a str,
    pub exact: Renderer<'a>,
    pub weights: Image,
    settings: RenderSettings,
    /// The largest `Σ |w k|` that one sample can have, over channels and the pixels that it reaches.
    pub reach: f64,
}

/// A parameter with what is known of the derivative by it.
pub struct Known {
    pub id: ParameterId,
    pub name: String,
    pub unit: f64,
    pub derivative: f64,
    pub boundary: f64,
    /// `Σ |w ∂I|`.
    pub size: f64,
    pub has_limit: bool,
}

impl<'a> Case<'a> {
    pub fn new(name: &'a str, scene: &'a Scene, spp: u32) -> Self {
        let exact = exact(scene);
        let (width, height) = (scene.canvas.width as usize, scene.canvas.height as usize);
        let weights = weights(width, height, exact.channels());
        Self {
            name,
            reach: reach(&weights, scene.render.filter),
            weights,
            settings: budget(scene, spp, 4.0),
            exact,
        }
    }

    pub fn known(&self, id: ParameterId) -> Known {
        let scene = self.exact.scene();
        let tangent = Tangent::new(self.exact.drawing(), scene, &[(id, 1.0)]);
        let derivative = self.exact.jvp(&[(id, 1.0)]);
        let products = derivative.data().iter().zip(self.weights.data());
        Known {
            id,
            name: format!("{}, {}", self.name, scene.parameters[id].name),
            unit: unit_step(scene.parameters[id].kind),
            derivative: dot(&self.weights, &derivative),
            boundary: dot(&self.weights, &boundary::jvp(&self.exact, &tangent)),
            size: products.map(|(d, w)| (d * w).abs()).sum(),
            has_limit: !WITHOUT_LIMIT.contains(&self.name),
        }
    }

    /// `Σ w·I` with a parameter moved, exactly.
    pub fn at(&self, id: ParameterId, step: f64) -> f64 {
        let mut theta = self.exact.scene().parameters.values().to_vec();
        theta[id.index()] += step;
        dot(&self.weights, &self.exact.at(&theta).image())
    }

    /// The moments of the derivatives by some parameters, over replicates.
    pub fn estimates(&self, method: &str, ids: &[ParameterId]) -> Vec<RunningMoments> {
        let method: Method = method.parse().expect("the method is valid");
        let scene = self.exact.scene();
        let mut renderer = Renderer::new(scene, self.settings.clone()).with_method(method);
        let mut moments = vec![RunningMoments::default(); ids.len()];
        for index in 0..REPLICATES {
            renderer.set_seed(replicate(index));
            let estimates = renderer.vjp_by(&self.weights, ids);
            for (moments, estimate) in moments.iter_mut().zip(estimates) {
                moments.push(estimate);
            }
        }
        moments
    }

    /// The settings of estimates.
    pub fn settings(&self) -> &RenderSettings {
        &self.settings
    }

    /// The area that a sample in a pixel stands for.
    pub fn area(&self) -> f64 {
        1.0 / f64::from(self.settings.spp)
    }
}

/// The largest weight of each channel, added up, times the largest sum of `|k|` over pixels.
fn reach(weights: &Image, filter: Filter) -> f64 {
    let channels = weights.channels();
    let largest = |channel: usize| {
        let values = weights.data()[channel..].iter().step_by(channels);
        values.fold(0.0, |most: f64, w| most.max(w.abs()))
    };
    let along = |offset: i32| -> f64 {
        let pixels = -filter.support_pixels() - 1..=filter.support_pixels() + 1;
        let terms = pixels.map(|p| filter.weight(f64::from(p) + f64::from(offset) / 64.0).abs());
        terms.sum()
    };
    let along = (0..64).map(along).fold(0.0, f64::max);
    along * along * (0..channels).map(largest).sum::<f64>()
}
