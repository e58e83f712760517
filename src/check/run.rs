use std::convert::Infallible;

use rayon::prelude::*;
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::difference::DIFFERENCE_CALLS;
use super::parameter::{Parameter, typical};
use super::report::{Agreement, agreement};
use super::{Difference, Report, Row, Verdict, differentiate, weights};
use crate::film::Image;
use crate::integrator::exact::tile_sums;
use crate::integrator::{Method, Renderer, SampleCounts, Tangent};
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
    /// How many independent replicates, at least 2. Where they do not show that the bias is small,
    /// there are up to 64 times as many.
    pub replicates: u64,
    /// The largest probability that a correct estimator fails the check.
    pub level: f64,
}

/// Deviations below this part of the size of the gradient are rounding.
const ROUNDING: f64 = 1e-10;
/// A bias is small below this part of the scale of the derivative.
const SMALL_BIAS: f64 = 5e-3;
/// There are at most this many times as many replicates as asked for.
const MOST: u64 = 64;
/// How well an exact value and a difference agree where nothing is wrong.
const RELATIVE: f64 = 1e-7;
/// Derivatives smaller than this part of their size are measured against that part.
const RELATIVE_TO_SIZE: f64 = 1e-2;
/// How well an exact value agrees with that of the scene pulled apart.
const KINK_ERROR: f64 = 1e-3;
/// The part of `Σ |w|` below which a derivative is rounding, whatever its size.
const FLOOR: f64 = 1e-13;
/// The probability with which the visible bias would be found.
const POWER: f64 = 0.95;
/// How far layers are pulled apart to look at a kink, in pixels.
const PULL: f64 = 1e-4;

impl Plan {
    /// Returns about how often [`run`] reports progress.
    pub fn steps(&self) -> u64 {
        self.replicates + 1 + DIFFERENCE_CALLS * self.parameters.len() as u64
    }

    /// Returns the seed of a replicate.
    pub fn seed(&self, index: u64) -> u64 {
        let key = Key::new(self.settings.seed, Stream::Replicate);
        key.child(index).bits()
    }
}

/// Runs a check. `progress` is called after each rendering, from any thread, about [`Plan::steps`]
/// times.
///
/// All parameters share the exact gradient, what is known of the variance, and the replicates, of
/// which one gives the derivatives by all of them. Of the pictures for differences only those tiles
/// are rendered in which the parameter changes anything.
pub fn run(scene: &Scene, plan: &Plan, progress: &(dyn Fn() + Sync)) -> Report {
    let truth = Truth::new(scene, plan);
    progress();
    let (estimates, samples) = truth.estimate(plan, progress);
    let replicates = estimates.first().map_or(0, RunningMoments::count);
    let mut rows: Vec<Row> = truth
        .parameters
        .par_iter()
        .zip(&estimates)
        .map(|(parameter, moments)| truth.judge(plan, parameter, moments, progress))
        .collect();
    let p_values: Vec<f64> = rows.iter().map(|row| row.p_value).collect();
    for (row, rejected) in rows.iter_mut().zip(holm(&p_values, plan.level)) {
        if rejected && row.verdict != Verdict::ExactDiffers {
            row.verdict = Verdict::Biased;
        }
    }
    Report {
        rows,
        replicates,
        level: plan.level,
        samples,
    }
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
    parameters: Vec<Parameter>,
    /// `Σ |w|`: an image errs by this times the machine's precision.
    total: f64,
    /// What rounding may do to a derivative that is 0.
    floor: f64,
    /// The parts of `Σ weight · image` by tile.
    tile_sums: Vec<f64>,
}

impl<'a> Truth<'a> {
    fn new(scene: &'a Scene, plan: &Plan) -> Self {
        let exact = Renderer::new(scene, plan.settings.clone()).with_method(Method::Exact);
        let weight = weights_of(&exact);
        let gradient = exact.vjp(&weight);
        let total: f64 = weight.data().iter().map(|w| w.abs()).sum();
        let scatter = plan.method.estimator().known_scatter(&exact, &weight);
        let parameters = plan.parameters.par_iter().map(|&id| {
            let tangent = Tangent::new(exact.drawing(), scene, &[(id, 1.0)]);
            let derivative = exact.jvp(&[(id, 1.0)]);
            let products = derivative.data().iter().zip(weight.data());
            let variance = scatter.as_ref().map(|s| s.variance(&exact, &tangent));
            Parameter {
                id,
                exact: gradient[id.index()],
                size: products.map(|(d, w)| (d * w).abs()).sum(),
                typical: typical(scene, scene.parameters[id].kind, &gradient),
                variance: variance.unwrap_or(0.0),
            }
        });
        Self {
            parameters: parameters.collect(),
            tile_sums: tile_sums(&exact, &weight, |_| true),
            floor: FLOOR * total,
            total,
            exact,
            weight,
        }
    }

    /// The moments of the estimator of each parameter over the replicates: more of them until the
    /// bias that would have been seen is small for all, or there are [`MOST`] times as many. And the
    /// number of samples that they took.
    fn estimate(
        &self,
        plan: &Plan,
        progress: &(dyn Fn() + Sync),
    ) -> (Vec<RunningMoments>, SampleCounts) {
        let mut estimates = vec![RunningMoments::default(); plan.parameters.len()];
        let scene = self.exact.scene();
        let mut renderer = Renderer::new(scene, plan.settings.clone()).with_method(plan.method);
        for index in 0..MOST * plan.replicates {
            let enough = index >= plan.replicates && index % plan.replicates == 0;
            if enough && self.see_small_biases(plan, &estimates) {
                break;
            }
            renderer.set_seed(plan.seed(index));
            let gradient = renderer.vjp_by(&self.weight, &plan.parameters);
            for (moments, derivative) in estimates.iter_mut().zip(gradient) {
                moments.push(derivative);
            }
            progress();
        }
        (estimates, renderer.sample_counts())
    }

    fn see_small_biases(&self, plan: &Plan, estimates: &[RunningMoments]) -> bool {
        let Some(first) = estimates.first() else {
            return true;
        };
        let visible = visible(plan, first.count());
        let pairs = estimates.iter().zip(&self.parameters);
        let mut biases = pairs
            .map(|(moments, parameter)| (parameter.error_of_mean(moments) * visible, parameter));
        biases.all(|(bias, parameter)| bias <= self.small_bias(parameter))
    }

    /// What rounding may do to a derivative.
    fn rounding(&self, parameter: &Parameter) -> f64 {
        ROUNDING * parameter.size.max(parameter.exact.abs()) + self.floor
    }

    /// The largest bias that is small.
    fn small_bias(&self, parameter: &Parameter) -> f64 {
        SMALL_BIAS * parameter.scale() + self.rounding(parameter)
    }

    fn judge(
        &self,
        plan: &Plan,
        parameter: &Parameter,
        moments: &RunningMoments,
        progress: &(dyn Fn() + Sync),
    ) -> Row {
        let &Parameter {
            id, exact, size, ..
        } = parameter;
        let tangent = Tangent::new(self.exact.drawing(), self.exact.scene(), &[(id, 1.0)]);
        let tolerance = RELATIVE * exact.abs().max(RELATIVE_TO_SIZE * size) + self.floor;
        let difference = self.difference(id, &tangent, 0.1 * tolerance, progress);
        let deviation = moments.mean() - exact;
        let rounding = self.rounding(parameter);
        let compare = |error| compare(moments.count(), deviation, error, rounding);
        let mut standard_error = parameter.error_of_mean(moments);
        let (mut z, mut p_value) = compare(standard_error);
        if p_value <= plan.level {
            standard_error =
                standard_error.max(self.full_error(plan, parameter, &tangent, moments));
            (z, p_value) = compare(standard_error);
        }
        // Replicates that are all the same may have missed the same short outline: no proof of a bias,
        // if that is small, nor of none.
        let by_chance = plan.method.estimator().meets_outlines_by_chance();
        let is_small = deviation.abs() <= self.small_bias(parameter);
        let is_missed = by_chance && is_small && z.is_none() && p_value == 0.0;
        if is_missed {
            p_value = 1.0;
        }
        let tolerance = tolerance + 4.0 * f64::EPSILON * self.total / difference.step;
        let kink = difference.is_kink(tolerance.max(rounding));
        let mut agreement = agreement(exact, &difference, kink, tolerance);
        let mut pulled_apart = None;
        if kink && agreement != Agreement::Yes {
            let value = self.pulled_apart(id, &tangent);
            if (value - exact).abs() <= KINK_ERROR * exact.abs().max(RELATIVE_TO_SIZE * size) {
                agreement = Agreement::Yes;
            }
            pulled_apart = Some(value);
        }
        let visible_bias = standard_error * visible(plan, moments.count());
        Row {
            parameter: self.exact.scene().parameters[id].name.clone(),
            estimate: moments.mean(),
            standard_error,
            exact,
            size,
            scale: parameter.scale(),
            difference: difference.value,
            difference_error: difference.error,
            step: difference.step,
            kink: kink.then_some(difference.sides),
            pulled_apart,
            z,
            p_value,
            visible_bias,
            verdict: match agreement {
                Agreement::No => Verdict::ExactDiffers,
                Agreement::Yes if is_missed => Verdict::Inconclusive,
                Agreement::Yes if visible_bias <= self.small_bias(parameter) => Verdict::Pass,
                _ => Verdict::Inconclusive,
            },
        }
    }

    /// The standard error of the mean with what is known of the variance of both terms, as far as
    /// it is.
    ///
    /// That of the interior term takes long to compute, so it is looked at only where a parameter
    /// might be rejected otherwise. Nothing is rejected with a p-value above the level of the
    /// family, and a larger error raises the p-value: what is rejected is the same as if all were
    /// looked at.
    fn full_error(
        &self,
        plan: &Plan,
        parameter: &Parameter,
        tangent: &Tangent,
        moments: &RunningMoments,
    ) -> f64 {
        let estimator = plan.method.estimator();
        let interior = estimator.known_interior_variance(&self.exact, tangent, &self.weight);
        let variance = parameter.variance + interior.unwrap_or(0.0);
        (variance / moments.count() as f64).sqrt()
    }

    /// The finite difference of the exact image, with the polylines held fixed.
    fn difference(
        &self,
        id: ParameterId,
        tangent: &Tangent,
        enough: f64,
        progress: &(dyn Fn() + Sync),
    ) -> Difference {
        let h = self.first_step(id);
        let result = differentiate(h, enough, |h| {
            let sum = self.change(&self.exact.at(&self.moved(id, h)), tangent);
            progress();
            Ok::<f64, Infallible>(sum)
        });
        let Ok(difference) = result;
        difference
    }

    /// The central difference of the scene with its layers pulled apart.
    fn pulled_apart(&self, id: ParameterId, tangent: &Tangent) -> f64 {
        let h = 1e-2 * PULL.min(self.first_step(id));
        let [up, down] = [h, -h].map(|h| {
            let renderer = self.exact.at_pulled_apart(&self.moved(id, h), PULL);
            self.change(&renderer, tangent)
        });
        (up - down) / (2.0 * h)
    }

    fn first_step(&self, id: ParameterId) -> f64 {
        first_step(self.exact.scene().parameters[id].kind)
    }

    fn moved(&self, id: ParameterId, h: f64) -> Vec<f64> {
        let mut theta = self.exact.scene().parameters.values().to_vec();
        theta[id.index()] += h;
        theta
    }

    /// How much `Σ weight · image` changes in the tiles that a tangent touches, before or after.
    fn change(&self, moved: &Renderer<'_>, tangent: &Tangent) -> f64 {
        let grids = [self.exact.grid(), moved.grid()];
        let touched = |index: usize| {
            let mut tiles = grids
                .iter()
                .map(|grid| (&grid.tiles()[index], grid.edges()));
            tiles.any(|(tile, edges)| tangent.touches(tile, edges))
        };
        let sums = tile_sums(moved, &self.weight, touched);
        let pairs = sums.iter().zip(&self.tile_sums).enumerate();
        let changes = pairs.filter(|(index, _)| touched(*index));
        changes.map(|(_, (sum, before))| sum - before).sum()
    }
}

/// The deviation in standard errors, and how probable one as large is.
fn compare(
    replicates: u64,
    deviation: f64,
    standard_error: f64,
    rounding: f64,
) -> (Option<f64>, f64) {
    if deviation.abs() <= rounding {
        (None, 1.0)
    } else if standard_error <= rounding {
        (None, 0.0)
    } else {
        let z = deviation / standard_error;
        (Some(z), 2.0 * student(replicates).cdf(-z.abs()))
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
fn visible(plan: &Plan, replicates: u64) -> f64 {
    let distribution = student(replicates);
    let level = plan.level / plan.parameters.len().max(1) as f64;
    -distribution.inverse_cdf(0.5 * level) + distribution.inverse_cdf(POWER)
}

fn student(replicates: u64) -> StudentsT {
    let freedom = (replicates.max(2) - 1) as f64;
    StudentsT::new(0.0, 1.0, freedom).expect("location, scale and freedom are valid")
}
