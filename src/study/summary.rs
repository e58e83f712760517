//! What a study concludes, as `summary.json` has it. Figures and report are made from nothing else,
//! apart from the [maps](Map).

use serde::{Deserialize, Serialize};

use super::{Quantity, Term};

/// What a study, or a part of one, found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The version of the format: 1.
    pub version: u32,
    /// The heading of the study.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// The seed of all random numbers.
    pub seed: u64,
    /// Independent replicates of every estimate.
    pub replicates: u32,
    /// In how many batches they come.
    pub batches: u32,
    /// Whether each batch has a random offset of the scene.
    pub random_offset: bool,
    /// Samples per pixel, increasing.
    pub budgets: Vec<u32>,
    /// Boundary samples per pixel of edge length, as a multiple of the budget.
    pub edge_ratio: f64,
    /// Exponents are fitted to the budgets from this one on.
    pub fit_from: u32,
    /// How many cells the study has.
    pub cells_planned: usize,
    /// How many of them are here; fewer in a shard, or in a run that was interrupted.
    pub cells_done: usize,
    /// The scenes.
    pub scenes: Vec<SceneSummary>,
    /// What was estimated, and its exact value.
    pub truths: Vec<TruthSummary>,
    /// One row a cell, parameter and term.
    pub cells: Vec<CellSummary>,
    /// Variance against budget.
    pub series: Vec<Series>,
    /// Error against a setting of an estimator.
    pub tunings: Vec<Tuning>,
    /// Pictures of where the error is.
    pub maps: Vec<Map>,
}

impl Summary {
    /// Returns which budgets exponents are fitted to, as one would say it after "fitted".
    pub fn fit_range(&self) -> String {
        match self.budgets.first() {
            Some(&first) if first < self.fit_from => {
                format!("from {} samples per pixel on", self.fit_from)
            }
            _ => "over all budgets".into(),
        }
    }
}

/// A scene of the study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SceneSummary {
    /// The name in the study.
    pub name: String,
    /// The file in the folder of the run.
    pub file: String,
    /// A picture of it in the folder of the run: exact, PNG.
    pub picture: String,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The reconstruction filter.
    pub filter: String,
    /// The parameters that derivatives are taken by.
    pub parameters: Vec<String>,
}

/// What is estimated. Everything that is compared with each other has the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Integral {
    /// The name of the scene.
    pub scene: String,
    /// Derivative or image.
    pub quantity: Quantity,
    /// The parameter of a derivative.
    pub parameter: Option<String>,
    /// Which part of the derivative.
    pub term: Term,
}

/// The exact value of an integral.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TruthSummary {
    /// Of what.
    pub integral: Integral,
    /// The exact value, mean over the offsets, and for an image or a `jvp` over pixels and
    /// channels.
    pub value: f64,
    /// What biases and errors are large or small against: for a `vjp` `Σ |w ∂I|`, the size that it
    /// would have if nothing cancelled, for an image or a `jvp` the root mean square of the whole.
    pub size: f64,
    /// Seconds that the exact integrator takes for it, on one thread; for a `vjp`, for all
    /// parameters and terms together.
    pub seconds: f64,
}

/// A number with an interval that contains the true one with a probability of 95%.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The number.
    pub value: f64,
    /// The interval.
    pub interval: [f64; 2],
}

/// What was found in a cell about one parameter and term.
///
/// For images and `jvp`s variance and squared error are means over pixels and channels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CellSummary {
    /// The name of the cell.
    pub cell: String,
    /// What is estimated.
    pub integral: Integral,
    /// The estimator with its settings, as `--method` takes it.
    pub estimator: String,
    /// The estimator without settings.
    pub method: String,
    /// Its settings by name, as texts.
    pub settings: Vec<(String, String)>,
    /// How samples are placed.
    pub sampler: String,
    /// Samples per pixel.
    pub budget: u32,
    /// Samples in pixels of one estimate, all passes together.
    pub pixel_samples: f64,
    /// Samples on edges of one estimate.
    pub edge_samples: f64,
    /// How many replicates there were.
    pub replicates: u32,
    /// Mean minus exact value, with an interval from Student's distribution. For an image or a
    /// `jvp` the root mean square over pixels, from an unbiased estimate of its square, which is
    /// cut off at 0.
    pub bias: Estimate,
    /// Whether the bias differs from 0 at a level of 10⁻⁶.
    pub is_biased: bool,
    /// The variance of one estimate, with a bootstrap interval.
    pub variance: Estimate,
    /// The root of the mean squared error against the exact value, with a bootstrap interval.
    pub rmse: Estimate,
    /// Seconds of one estimate on one thread: the median over the batches.
    pub seconds: f64,
    /// 1/(variance · seconds); none where the variance is 0 but for rounding.
    pub efficiency: Option<f64>,
    /// 1/(mean squared error · seconds); none where the error is rounding.
    pub efficiency_of_error: Option<f64>,
    /// How heavy the tail of the error is; none with too few replicates.
    pub tail: Option<Tail>,
}

/// Hill's index α of the tail of an error: `P(|error| > x) ~ x^(−α)`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tail {
    /// α with an interval. The variance is finite if α > 2, the mean if α > 1. Large, and without
    /// meaning, for tails that fall faster than any power.
    pub index: Estimate,
    /// From how many of the largest errors.
    pub count: u32,
    /// Whether the interval is below or around 2: the variance, its interval and whatever is
    /// fitted to it may mean nothing.
    pub is_heavy: bool,
}

/// Variance against budget, everything else being the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// What is estimated.
    pub integral: Integral,
    /// The estimator with its settings.
    pub estimator: String,
    /// The estimator without settings.
    pub method: String,
    /// How samples are placed.
    pub sampler: String,
    /// In the order of the budgets.
    pub points: Vec<SeriesPoint>,
    /// The fitted law `variance = constant · budget^exponent`; none with fewer than two budgets,
    /// or where there is no variance.
    pub fit: Option<Slope>,
    /// What theory says, if it says something.
    pub prediction: Option<Prediction>,
    /// Whether an error of some point [is heavy-tailed](Tail::is_heavy).
    pub is_heavy: bool,
}

/// A point of a series.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeriesPoint {
    /// Samples per pixel.
    pub budget: u32,
    /// The variance of one estimate.
    pub variance: Estimate,
    /// Mean minus exact value.
    pub bias: Estimate,
    /// The root of the mean squared error.
    pub rmse: Estimate,
    /// Seconds of one estimate on one thread.
    pub seconds: f64,
}

/// A fitted power law.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slope {
    /// The exponent with a bootstrap interval.
    pub exponent: Estimate,
    /// The variance at a budget of 1, on the fitted line.
    pub constant: f64,
    /// The smallest and the largest budget that were fitted.
    pub range: [u32; 2],
}

/// What theory says about a series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The exponent.
    pub exponent: f64,
    /// The kind of integrand that it is for.
    pub integrand: IntegrandKind,
    /// Why, in a phrase.
    pub reason: String,
}

/// Kinds of integrands that samplers treat differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IntegrandKind {
    /// In pixels, smooth.
    Smooth,
    /// In pixels, smooth and a sum of a function of x and one of y.
    Additive,
    /// In pixels, continuous, with kinks along lines that are not parallel to an axis.
    Kink,
    /// In pixels, a sum of a function of x and one of y that have kinks.
    AdditiveKink,
    /// In pixels, with jumps along outlines that are not parallel to an axis.
    CurvedJump,
    /// In pixels, a sum of a function of x and one of y that jump.
    AxisJump,
    /// In pixels, with jumps along outlines that are all parallel to an axis, and no such sum: the
    /// height of a jump changes along it, or outlines meet.
    VaryingJump,
    /// On edges, smooth on every piece within a pixel.
    EdgeSmooth,
    /// On edges, continuous on every piece within a pixel, with kinks.
    EdgeKink,
    /// On edges, with jumps where other outlines cross.
    EdgeJump,
}

/// Error against a setting of an estimator, everything else being the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tuning {
    /// What is estimated.
    pub integral: Integral,
    /// The estimator without settings.
    pub method: String,
    /// Its other settings.
    pub settings: Vec<(String, String)>,
    /// How samples are placed.
    pub sampler: String,
    /// Samples per pixel.
    pub budget: u32,
    /// The name of the setting.
    pub setting: String,
    /// In increasing order of the setting.
    pub points: Vec<TuningPoint>,
    /// Where the mean squared error is least.
    pub optimum: Optimum,
}

/// A point of a tuning curve: `mse = bias² + variance`. For a `vjp` the bias is that of the mean over
/// all offsets, and what it varies from offset to offset is in the mean squared error alone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TuningPoint {
    /// The value of the setting.
    pub value: f64,
    /// Mean squared error against the exact value.
    pub mse: Estimate,
    /// The squared bias: an unbiased estimate, cut off at 0.
    pub squared_bias: f64,
    /// The variance.
    pub variance: f64,
}

/// The least mean squared error over a setting.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Optimum {
    /// The value of the setting: the lowest point of a parabola through the best point and its
    /// neighbours, in log–log scale; the best point itself at an end of the range.
    pub value: f64,
    /// The mean squared error there, on that parabola.
    pub mse: f64,
    /// Whether the best point is an end of the range: the optimum may lie outside.
    pub at_end: bool,
}

/// A picture of the error of an image or a `jvp`, at the largest budget of a series.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Map {
    /// The cell.
    pub cell: String,
    /// What is estimated.
    pub integral: Integral,
    /// The estimator with its settings.
    pub estimator: String,
    /// How samples are placed.
    pub sampler: String,
    /// Samples per pixel.
    pub budget: u32,
    /// What it shows.
    pub kind: MapKind,
    /// The file in the folder of the run: `.npy`, float64 `[height][width][channels]`.
    pub file: String,
    /// The largest absolute value in it.
    pub largest: f64,
}

/// What a map shows, pixel by pixel and channel by channel, over all replicates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MapKind {
    /// The standard error of one estimate: the root of the variance about the mean of its offset.
    StandardError,
    /// Mean minus exact value, signed.
    Bias,
}
