//! Samplers: pure functions from (seed, pixel or edge, sample) to points of the unit square or
//! the unit interval.

/// How samples are placed in a pixel and along an edge.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    serde::Deserialize,
    serde::Serialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Sampler {
    /// Independent uniform points.
    Independent,
    /// One uniform point in each of as many cells of equal size.
    #[default]
    Stratified,
}
