use super::Quantity;
use crate::estimator::Method;
use crate::film::Image;
use crate::sampling::Sampler;
use crate::scene::{ParameterId, Scene};

/// A study that has been checked.
#[derive(Clone, Debug)]
pub struct Study {
    /// A heading.
    pub title: String,
    /// What the study is about, in a paragraph or so.
    pub description: String,
    /// The scenes.
    pub scenes: Vec<StudyScene>,
    /// What is estimated.
    pub quantities: Vec<Quantity>,
    /// The weights of every `vjp`.
    pub weights: WeightKind,
    /// The estimators; one with a list of values for a setting is here once for each value.
    pub estimators: Vec<Method>,
    /// How samples are placed.
    pub samplers: Vec<Sampler>,
    /// Samples per pixel, increasing.
    pub budgets: Vec<u32>,
    /// Boundary samples per pixel of edge length, as a multiple of the budget.
    pub edge_ratio: f64,
    /// Independent replicates of every estimate: a multiple of `batches`.
    pub replicates: u32,
    /// In how many batches replicates come, each at another offset.
    pub batches: u32,
    /// Whether each batch has a random offset of the scene, uniform over a pixel.
    pub random_offset: bool,
    /// Exponents are fitted to the budgets from this one on.
    pub fit_from: u32,
    /// Whether interior and boundary term of `edge` are measured apart, too.
    pub terms: bool,
    /// The seed of all random numbers.
    pub seed: u64,
}

/// A scene of a study.
#[derive(Clone, Debug)]
pub struct StudyScene {
    /// A short name, unique in the study.
    pub name: String,
    /// The scene with its changes.
    pub scene: Scene,
    /// The parameters that derivatives are taken by.
    pub parameters: Vec<ParameterId>,
}

/// The weight image w of a `vjp`.
#[derive(Clone, Debug, PartialEq)]
pub enum WeightKind {
    /// Smooth waves, the weights of a check.
    Waves,
    /// 1 everywhere.
    Ones,
    /// A picture; one channel serves for all.
    File(Image),
}
