use std::fmt;

use clap::ValueEnum;

use super::stratified::Cell;
use super::{
    Key, antithetic, correlated_multi_jittered, halton, independent, latin_hypercube,
    multi_jittered, sobol, stratified, stratified_antithetic, systematic,
};

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
    /// One point in each cell, in each thin row and in each thin column.
    MultiJittered,
    /// Multi-jittered points that are shuffled alike in all rows and columns.
    CorrelatedMultiJittered,
    /// One point in each thin row and in each thin column, paired at random.
    LatinHypercube,
    /// Sobol' points with Owen's scrambling; best for powers of two.
    Sobol,
    /// Halton points with Owen's scrambling.
    Halton,
    /// The same position in each cell: a grid with one random shift.
    Systematic,
    /// Pairs of points opposite to each other in the pixel.
    Antithetic,
    /// Pairs of points opposite to each other in each of half as many cells.
    StratifiedAntithetic,
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
            Self::MultiJittered => multi_jittered::pixel_sample(key, index, count),
            Self::CorrelatedMultiJittered => {
                correlated_multi_jittered::pixel_sample(key, index, count)
            }
            Self::LatinHypercube => latin_hypercube::pixel_sample(key, index, count),
            Self::Sobol => sobol::pixel_sample(key, index, count),
            Self::Halton => halton::pixel_sample(key, index, count),
            Self::Systematic => systematic::pixel_sample(key, index, count),
            Self::Antithetic => antithetic::pixel_sample(key, index),
            Self::StratifiedAntithetic => stratified_antithetic::pixel_sample(key, index, count),
        }
    }

    /// Returns sample `index` out of `count` on a piece of an edge: a number in [0, 1).
    ///
    /// The number depends on nothing but the arguments; `key` is the key of the piece. The mean of
    /// an integrand over the `count` samples is an unbiased estimate of its integral over the
    /// interval. `index` must be below `count`.
    ///
    /// In one dimension the jittered samplers and the Latin hypercube are all one: a uniform number
    /// in each of `count` equal parts. `sobol` and `halton` are the scrambled sequence of van der
    /// Corput: the same in law where `count` is a power of two.
    #[inline]
    pub fn edge_sample(self, key: Key, index: u32, count: u32) -> f64 {
        match self.is_jittered_along_edges() {
            true => stratified::edge_sample(key, index, count),
            false => self.other_edge_sample(key, index, count),
        }
    }

    /// Tells whether samples on a piece of an edge are those of [`Stratified`](Self::Stratified).
    #[inline]
    pub fn is_jittered_along_edges(self) -> bool {
        matches!(
            self,
            Self::Stratified
                | Self::MultiJittered
                | Self::CorrelatedMultiJittered
                | Self::LatinHypercube
        )
    }

    /// The rarer samplers, out of the way of the others.
    #[inline(never)]
    fn other_edge_sample(self, key: Key, index: u32, count: u32) -> f64 {
        match self {
            Self::Independent => independent::edge_sample(key, index),
            Self::Sobol | Self::Halton => sobol::edge_sample(key, index, count),
            Self::Systematic => systematic::edge_sample(key, index, count),
            Self::Antithetic => antithetic::edge_sample(key, index),
            Self::StratifiedAntithetic => stratified_antithetic::edge_sample(key, index, count),
            Self::Stratified
            | Self::MultiJittered
            | Self::CorrelatedMultiJittered
            | Self::LatinHypercube => stratified::edge_sample(key, index, count),
        }
    }

    /// Returns the number of samples that a piece of an edge takes where `expected` are asked for, on
    /// average over pieces: at least 1, and near it one at which the sampler is at its best. `sobol`
    /// and `halton` take the nearest power of two, ties up, since a last digit that is not used up
    /// leaves N⁻² of their N⁻³; the antithetic ones an even number, since a sample that stands alone
    /// leaves the variance of one.
    pub fn edge_count(self, expected: f64) -> u32 {
        // Casts of floats saturate.
        let nearest = (expected + 0.5) as u32;
        match self {
            Self::Sobol | Self::Halton => {
                let below = 1 << (expected as u32).max(1).ilog2();
                let is_high = expected >= 1.5 * f64::from(below) && below < 1 << 31;
                if is_high { 2 * below } else { below }
            }
            Self::Antithetic | Self::StratifiedAntithetic => {
                let nearest = nearest.max(1);
                nearest.saturating_add(nearest % 2)
            }
            Self::Independent
            | Self::Stratified
            | Self::MultiJittered
            | Self::CorrelatedMultiJittered
            | Self::LatinHypercube
            | Self::Systematic => nearest.max(1),
        }
    }

    /// Returns into how many equal parts `count` samples divide a piece of an edge, if they are
    /// independent and each is uniform in its part; none if samples depend on each other.
    pub fn independent_edge_parts(self, count: u32) -> Option<u32> {
        match self {
            Self::Independent => Some(1),
            Self::Stratified
            | Self::MultiJittered
            | Self::CorrelatedMultiJittered
            | Self::LatinHypercube => Some(count),
            Self::Sobol
            | Self::Halton
            | Self::Systematic
            | Self::Antithetic
            | Self::StratifiedAntithetic => None,
        }
    }
}

impl fmt::Display for Sampler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value().expect("no sampler is hidden");
        f.pad(value.get_name())
    }
}

/// The samples of a pixel for one sampler and number, with what all pixels share computed once.
#[derive(Clone, Debug, PartialEq)]
pub struct PixelPattern {
    sampler: Sampler,
    count: u32,
    /// The cell of each sample, if samples are independent and each is uniform in its cell;
    /// otherwise empty.
    cells: Vec<Cell>,
}

impl PixelPattern {
    /// Returns the pattern of `count` samples in a pixel.
    pub fn new(sampler: Sampler, count: u32) -> Self {
        let cells = match sampler {
            Sampler::Independent => vec![Cell::UNIT; count as usize],
            Sampler::Stratified => (0..count).map(|i| stratified::cell(i, count)).collect(),
            _ => Vec::new(),
        };
        Self {
            sampler,
            count,
            cells,
        }
    }

    /// Returns the number of samples in a pixel.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Returns the corner of small coordinates and the size of the cell of each sample, if samples
    /// are independent and each is uniform in its cell; none if samples depend on each other.
    pub fn independent_cells(&self) -> Option<impl Iterator<Item = ([f64; 2], [f64; 2])> + '_> {
        let cells = self.cells.iter().map(|cell| (cell.origin, cell.size));
        (self.cells.len() == self.count as usize).then_some(cells)
    }

    /// Returns sample `index` of the pixel of `key`, the same bits as [`Sampler::pixel_sample`].
    ///
    /// `index` must be below `count`.
    #[inline]
    pub fn point(&self, key: Key, index: u32) -> [f64; 2] {
        match self.cells.get(index as usize) {
            Some(cell) => cell.point(key.child(u64::from(index)).pair()),
            None => self.dependent_point(key, index),
        }
    }

    /// Returns the samples of the pixel of `key` from number `first` on, which must be below `count`;
    /// the last one again where there are no more.
    #[inline]
    pub fn points<const N: usize>(&self, key: Key, first: u32) -> [[f64; 2]; N] {
        let cells = self.cells.get(first as usize..);
        match cells.and_then(|cells| cells.first_chunk::<N>()) {
            Some(cells) => std::array::from_fn(|i| {
                let sample = key.child(u64::from(first) + i as u64);
                cells[i].point(sample.pair())
            }),
            None => std::array::from_fn(|i| {
                let index = first.saturating_add(i as u32);
                self.point(key, index.min(self.count - 1))
            }),
        }
    }

    #[inline(never)]
    fn dependent_point(&self, key: Key, index: u32) -> [f64; 2] {
        self.sampler.pixel_sample(key, index, self.count)
    }
}
