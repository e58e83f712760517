use std::fmt;

use clap::ValueEnum;

/// How many samples the parts of edges take, N being `edge_samples`. Only what can contribute to
/// the picture counts: the parts of edges on the canvas, and around it where the filter reaches.
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
pub enum EdgeAllocation {
    /// The piece of an edge within a pixel takes N times its length, at least 1.
    #[default]
    Pixel,
    /// An outline takes N times its length, at least 1, as one set along all of it.
    Length,
    /// An edge takes N, however long it is.
    Edge,
    /// All outlines together take N times their length, where a first look found large jumps.
    Importance,
}

impl fmt::Display for EdgeAllocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value().expect("no allocation is hidden");
        f.pad(value.get_name())
    }
}
