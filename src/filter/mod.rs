//! Reconstruction filters.

/// A reconstruction filter.
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
pub enum Filter {
    /// The mean over the pixel.
    #[default]
    Box,
    /// A triangle of radius 1.
    Tent,
    /// A Gaussian of standard deviation 0.5 and radius 2.
    Gaussian,
    /// Mitchell and Netravali's cubic with B = C = 1/3.
    Mitchell,
}
