use std::convert::Infallible;

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::difference::DIFFERENCE_CALLS;
use super::report::{agrees, scale};
use super::{Difference, Report, Row, Verdict, differentiate, weights};
use crate::film::Image;
use crate::integrator::exact::{boundary, tile_sums};
use crate::integrator::{Method, Renderer, Tangent};
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

/// Deviations below this part of the size of the gradient are rounding.
const ROUNDING: f64 = 1e-10;
/// The probability with which the visible bias would be found.
const POWER: f64 = 0.95;
/// How far layers are pulled apart to look at a kink, in pixels.
const PULL: f64 = 1e-4;

impl Plan {
    /// Returns how often [`run`] reports progress.
    pub fn steps(&self) -> u64 {
        self.replicates + 1 + DIFFERENCE_CALLS * self.parameters.len() as u64
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

/// Runs a check. `progress` is called after each rendering: [`Plan::steps`] times.
pub fn run(scene: &Scene, plan: &Plan, progress: &mut dyn FnMut()) -> Report {
    let estimates = estimate(scene, plan, progress);
    let truth = Truth::new(scene, plan);
    progress();
    let mut rows: Vec<Row> = plan
        .parameters
        .iter()
        .zip(&estimates)
        .map(|(&id, moments)| truth.judge(plan, id, moments, progress))
        .collect();
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

/// The moments of the estimator of each parameter over the replicates.
fn estimate(scene: &Scene, plan: &Plan, progress: &mut dyn FnMut()) -> Vec<RunningMoments> {
    let mut estimates = vec![RunningMoments::default(); plan.parameters.len()];
    for index in 0..plan.replicates {
        let renderer = Renderer::new(scene, plan.replicate(index)).with_method(plan.method);
        let gradient = renderer.vjp(&weights_of(&renderer));
        for (moments, id) in estimates.iter_mut().zip(&plan.parameters) {
            moments.push(gradient[id.index()]);
        }
        progress();
    }
    estimates
}

fn weights_of(renderer: &Renderer<'_>) -> Image {
    let canvas = &renderer.scene().canvas;
    let (width, height) = (canvas.width as usize, canvas.height as usize);
    weights(width, height, renderer.channels())
}

/// What estimates are held against.
struct Truth<'a> {
    exact: Renderer<'a>,
    weight: Image,
    gradient: Vec<f64>,
    /// The largest derivative of the plan's parameters.
    size: f64,
    /// What is put down to rounding.
    rounding: f64,
    /// The parts of `Σ weight · image` by tile.
    tile_sums: Vec<f64>,
}

impl<'a> Truth<'a> {
    fn new(scene: &'a Scene, plan: &Plan) -> Self {
        let exact = Renderer::new(scene, plan.settings.clone()).with_method(Method::Exact);
        let weight = weights_of(&exact);
        let gradient = exact.vjp(&weight);
        let size = scale(plan.parameters.iter().map(|id| gradient[id.index()]));
        let total: f64 = weight.data().iter().map(|w| w.abs()).sum();
        Self {
            tile_sums: tile_sums(&exact, &weight, |_| true),
            rounding: ROUNDING * (size + 1e-3 * total),
            exact,
            weight,
            gradient,
            size,
        }
    }

    fn judge(
        &self,
        plan: &Plan,
        id: ParameterId,
        moments: &RunningMoments,
        progress: &mut dyn FnMut(),
    ) -> Row {
        let exact = self.gradient[id.index()];
        let tangent = Tangent::new(self.exact.drawing(), self.exact.scene(), &[(id, 1.0)]);
        let difference = self.difference(id, &tangent, progress);
        let standard_error = self.standard_error(plan, &tangent, moments);
        let (z, p_value) = self.compare(plan, moments.mean() - exact, standard_error);
        let kink = difference.is_kink(ROUNDING.sqrt() * self.size);
        let mut agrees = agrees(exact, &difference, self.size);
        let mut pulled_apart = None;
        if kink && !agrees {
            let value = self.pulled_apart(id, &tangent);
            agrees = (value - exact).abs() <= 1e-3 * exact.abs().max(1e-2 * self.size);
            pulled_apart = Some(value);
        }
        Row {
            parameter: self.exact.scene().parameters[id].name.clone(),
            estimate: moments.mean(),
            standard_error,
            exact,
            difference: difference.value,
            difference_error: difference.error,
            step: difference.step,
            kink: kink.then_some(difference.sides),
            pulled_apart,
            z,
            p_value,
            visible_bias: standard_error * visible(plan),
            verdict: if agrees {
                Verdict::Pass
            } else {
                Verdict::ExactDiffers
            },
        }
    }

    /// The standard error of the mean. The variance of the boundary term is known exactly, and is
    /// a lower bound where the replicates missed a rare event.
    fn standard_error(&self, plan: &Plan, tangent: &Tangent, moments: &RunningMoments) -> f64 {
        let known = match plan.method {
            Method::Edge => boundary::variance(&self.exact, tangent, &self.weight),
            Method::Interior | Method::Exact => 0.0,
        };
        (moments.variance().max(known) / plan.replicates as f64).sqrt()
    }

    /// The deviation in standard errors, and how probable one as large is.
    fn compare(&self, plan: &Plan, deviation: f64, standard_error: f64) -> (Option<f64>, f64) {
        if deviation.abs() <= self.rounding {
            (None, 1.0)
        } else if standard_error <= self.rounding {
            (None, 0.0)
        } else {
            let z = deviation / standard_error;
            (Some(z), 2.0 * student(plan.replicates).cdf(-z.abs()))
        }
    }

    /// The finite difference of the exact image, with the polylines held fixed.
    fn difference(
        &self,
        id: ParameterId,
        tangent: &Tangent,
        progress: &mut dyn FnMut(),
    ) -> Difference {
        let h = first_step(self.exact.scene().parameters[id].kind);
        let result = differentiate(h, |h| {
            let sum = self.change(&self.exact.at(&self.moved(id, h)), tangent);
            progress();
            Ok::<f64, Infallible>(sum)
        });
        let Ok(difference) = result;
        difference
    }

    /// The central difference of the scene with its layers pulled apart.
    fn pulled_apart(&self, id: ParameterId, tangent: &Tangent) -> f64 {
        let h = 1e-2 * PULL.min(first_step(self.exact.scene().parameters[id].kind));
        let [up, down] = [h, -h].map(|h| {
            let renderer = self.exact.at_pulled_apart(&self.moved(id, h), PULL);
            self.change(&renderer, tangent)
        });
        (up - down) / (2.0 * h)
    }

    fn moved(&self, id: ParameterId, h: f64) -> Vec<f64> {
        let mut theta = self.exact.scene().parameters.values().to_vec();
        theta[id.index()] += h;
        theta
    }

    /// How much `Σ weight · image` changes in the tiles that a tangent touches, before or after.
    fn change(&self, moved: &Renderer<'_>, tangent: &Tangent) -> f64 {
        let touched = |index: usize| {
            let grids = [self.exact.grid(), moved.grid()];
            grids
                .iter()
                .any(|grid| tangent.touches(&grid.tiles()[index]))
        };
        let sums = tile_sums(moved, &self.weight, touched);
        let pairs = sums.iter().zip(&self.tile_sums).enumerate();
        let changes = pairs.filter(|(index, _)| touched(*index));
        changes.map(|(_, (sum, before))| sum - before).sum()
    }
}

/// The first step of the differences: small against the sizes over which a scene changes.
fn first_step(kind: ParameterKind) -> f64 {
    match kind {
        ParameterKind::Position
        | ParameterKind::Length
        | ParameterKind::Translation
        | ParameterKind::Angle => 4e-3,
        ParameterKind::Scale => 1e-4,
        ParameterKind::Color | ParameterKind::Opacity | ParameterKind::Offset => 1e-2,
    }
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
