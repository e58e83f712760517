use std::fmt;

use clap::ValueEnum;

/// How the image and its derivatives are computed.
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
)]
#[serde(rename_all = "kebab-case")]
#[value(rename_all = "kebab-case")]
pub enum Method {
    /// Samples in pixels and on edges: unbiased.
    #[default]
    Edge,
    /// Samples in pixels only, that is, plain automatic differentiation: lacks the boundary term,
    /// so it is wrong wherever an outline moves. The negative control.
    Interior,
    /// Regions cut exactly and quadrature: no sampling error.
    Exact,
}

impl Method {
    /// Returns the number of passes over all tiles that a derivative takes: one for each term.
    pub fn passes_of_a_derivative(self) -> usize {
        match self {
            Self::Edge | Self::Exact => 2,
            Self::Interior => 1,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value().expect("no method is hidden");
        f.pad(value.get_name())
    }
}
