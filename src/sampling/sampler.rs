use std::fmt;

use clap::ValueEnum;

use super::stratified::Cell;
use super::{Key, independent, stratified};

/// How samples are placed in a pixel and along an edge.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    ValueEnum,
    serde::Deserialize,
    serde::Serialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[value(rename_all = "kebab-case")]
pub enum Sampler {
    /// Independent uniform points.
    Independent,
    /// One uniform point in each of as many cells of equal size.
    #[default]
    Stratified,
}

impl Sampler {
    /// Returns sample `index` out of `count` in a pixel: a point of [0, 1)².
    ///
    /// The point depends on nothing but the arguments; `key` is the key of the pixel. The mean of
    /// an integrand over the `count` samples is an unbiased estimate of its integral over the
    /// square. [`PixelPattern`] gives the same points faster. `index` must be below `count`.
    #[inline]
    pub fn pixel_sample(self, key: Key, index: u32, count: u32) -> [f64; 2] {
        match self {
            Self::Independent => independent::pixel_sample(key, index),
            Self::Stratified => stratified::pixel_sample(key, index, count),
        }
    }

    /// Returns sample `index` out of `count` on a piece of an edge: a number in [0, 1).
    ///
    /// The number depends on nothing but the arguments; `key` is the key of the piece. The mean of
    /// an integrand over the `count` samples is an unbiased estimate of its integral over the
    /// interval. `index` must be below `count`.
    #[inline]
    pub fn edge_sample(self, key: Key, index: u32, count: u32) -> f64 {
        match self {
            Self::Independent => independent::edge_sample(key, index),
            Self::Stratified => stratified::edge_sample(key, index, count),
        }
    }
}

impl fmt::Display for Sampler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value().expect("no sampler is hidden");
        f.pad(value.get_name())
    }
}

/// The cells of a sampler for one number of samples, computed once for all pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct PixelPattern {
    cells: Vec<Cell>,
}

impl PixelPattern {
    /// Returns the pattern of `count` samples in a pixel.
    pub fn new(sampler: Sampler, count: u32) -> Self {
        let cell = |index| match sampler {
            Sampler::Independent => Cell::UNIT,
            Sampler::Stratified => stratified::cell(index, count),
        };
        Self {
            cells: (0..count).map(cell).collect(),
        }
    }

    /// Returns the number of samples in a pixel.
    pub fn count(&self) -> u32 {
        self.cells.len() as u32
    }

    /// Returns the corner of small coordinates and the size of the cell of each sample.
    pub fn cells(&self) -> impl Iterator<Item = ([f64; 2], [f64; 2])> + '_ {
        self.cells.iter().map(|cell| (cell.origin, cell.size))
    }

    /// Returns sample `index` of the pixel of `key`, the same bits as [`Sampler::pixel_sample`].
    ///
    /// # Panics
    /// If `index >= count`.
    #[inline]
    pub fn point(&self, key: Key, index: u32) -> [f64; 2] {
        self.cells[index as usize].point(key.child(u64::from(index)).pair())
    }
}
