use statrs::distribution::{ContinuousCDF, StudentsT};

use super::report::{agrees, scale};
use super::{Difference, Report, Row, Verdict, differentiate, weights};
use crate::integrator::{Method, Renderer};
use crate::sampling::{Key, Stream};
use crate::scene::{ParameterId, ParameterKind, RenderSettings, Scene};
use crate::statistics::{RunningMoments, holm};

/// What to check, and how hard.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The parameters, in order.
    pub parameters: Vec<ParameterId>,
    /// The estimator under test.
    pub method: Method,
    /// How to render; the seed is the root of those of the replicates.
    pub settings: RenderSettings,
    /// How many independent replicates, at least 2.
    pub replicates: u64,
    /// The largest probability that a correct estimator fails the check.
    pub level: f64,
}

/// Differences below this part of the size of the gradient are rounding.
const ROUNDING: f64 = 1e-10;
/// The probability with which the visible bias would be found.
const POWER: f64 = 0.95;

/// Runs a check. `progress` is called after each rendering: [`Plan::steps`] times.
pub fn run(scene: &Scene, plan: &Plan, progress: &mut dyn FnMut()) -> Report {
    let estimates = estimate(scene, plan, progress);
    let exact = Renderer::new(scene, plan.settings.clone()).with_method(Method::Exact);
    let canvas = &scene.canvas;
    let weight = weights(
        canvas.width as usize,
        canvas.height as usize,
        exact.channels(),
    );
    let exact_values = exact.vjp(&weight);
    progress();
    let size = scale(plan.parameters.iter().map(|id| exact_values[id.index()]));
    let mut rows = Vec::with_capacity(plan.parameters.len());
    for (&id, moments) in plan.parameters.iter().zip(&estimates) {
        let difference = difference_of(scene, &exact, id, progress);
        let value = exact_values[id.index()];
        rows.push(row(scene, plan, id, moments, value, &difference, size));
    }
    let p_values: Vec<f64> = rows.iter().map(|row| row.p_value).collect();
    for (row, rejected) in rows.iter_mut().zip(holm(&p_values, plan.level)) {
        if rejected && row.verdict == Verdict::Pass {
            row.verdict = Verdict::Biased;
        }
    }
    Report {
        rows,
        replicates: plan.replicates,
        level: plan.level,
    }
}

impl Plan {
    /// Returns how often [`run`] reports progress.
    pub fn steps(&self) -> u64 {
        self.replicates + 1 + 13 * self.parameters.len() as u64
    }

    /// Returns the settings of a replicate: the same but for the seed.
    pub fn replicate(&self, index: u64) -> RenderSettings {
        let key = Key::new(self.settings.seed, Stream::Replicate).child(index);
        RenderSettings {
            seed: key.bits(),
            ..self.settings.clone()
        }
    }
}

/// The moments of the estimator of each parameter over the replicates.
fn estimate(scene: &Scene, plan: &Plan, progress: &mut dyn FnMut()) -> Vec<RunningMoments> {
    let mut estimates = vec![RunningMoments::default(); plan.parameters.len()];
    let canvas = &scene.canvas;
    for index in 0..plan.replicates {
        let renderer = Renderer::new(scene, plan.replicate(index)).with_method(plan.method);
        let (width, height) = (canvas.width as usize, canvas.height as usize);
        let gradient = renderer.vjp(&weights(width, height, renderer.channels()));
        for (moments, id) in estimates.iter_mut().zip(&plan.parameters) {
            moments.push(gradient[id.index()]);
        }
        progress();
    }
    estimates
}

/// The finite difference of the exact image, with the polylines held fixed.
fn difference_of(
    scene: &Scene,
    exact: &Renderer<'_>,
    id: ParameterId,
    progress: &mut dyn FnMut(),
) -> Difference {
    let canvas = &scene.canvas;
    let (width, height) = (canvas.width as usize, canvas.height as usize);
    let weight = weights(width, height, exact.channels());
    let theta = scene.parameters.values();
    let result = differentiate(first_step(scene, id), |h| {
        let mut moved = theta.to_vec();
        moved[id.index()] += h;
        let image = exact.at(&moved).image();
        progress();
        let products = image.data().iter().zip(weight.data()).map(|(i, w)| i * w);
        Ok::<f64, std::convert::Infallible>(products.sum())
    });
    let Ok(difference) = result;
    difference
}

/// The first step of the differences: small against the sizes over which a scene changes.
fn first_step(scene: &Scene, id: ParameterId) -> f64 {
    match scene.parameters[id].kind {
        ParameterKind::Position | ParameterKind::Length | ParameterKind::Translation => 1e-2,
        ParameterKind::Angle => 1e-1,
        ParameterKind::Scale => 1e-3,
        ParameterKind::Color | ParameterKind::Opacity | ParameterKind::Offset => 1e-2,
    }
}

fn row(
    scene: &Scene,
    plan: &Plan,
    id: ParameterId,
    moments: &RunningMoments,
    exact: f64,
    difference: &Difference,
    size: f64,
) -> Row {
    let standard_error = moments.standard_error();
    let deviation = moments.mean() - exact;
    let rounding = ROUNDING * size.max(exact.abs());
    let (z, p_value) = if deviation.abs() <= rounding {
        (None, 1.0)
    } else if standard_error <= rounding {
        (None, 0.0)
    } else {
        let z = deviation / standard_error;
        (Some(z), two_sided_p(z, plan.replicates))
    };
    let kink = difference.is_kink(ROUNDING.sqrt() * size);
    Row {
        parameter: scene.parameters[id].name.clone(),
        estimate: moments.mean(),
        standard_error,
        exact,
        difference: difference.value,
        difference_error: difference.error,
        step: difference.step,
        kink: kink.then_some(difference.sides),
        z,
        p_value,
        visible_bias: standard_error * visible(plan),
        verdict: if agrees(exact, difference, size) {
            Verdict::Pass
        } else {
            Verdict::ExactDiffers
        },
    }
}

/// The probability under Student's distribution of a deviation as large as `t` standard errors.
fn two_sided_p(t: f64, replicates: u64) -> f64 {
    let distribution = student(replicates);
    2.0 * distribution.cdf(-t.abs())
}

/// How many standard errors a bias must have to be rejected with probability [`POWER`] at the
/// level of the whole family.
fn visible(plan: &Plan) -> f64 {
    let distribution = student(plan.replicates);
    let level = plan.level / plan.parameters.len().max(1) as f64;
    -distribution.inverse_cdf(0.5 * level) + distribution.inverse_cdf(POWER)
}

fn student(replicates: u64) -> StudentsT {
    let freedom = (replicates.max(2) - 1) as f64;
    StudentsT::new(0.0, 1.0, freedom).expect("location, scale and freedom are valid")
}
