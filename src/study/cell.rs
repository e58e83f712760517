use std::fmt;

use serde::{Deserialize, Serialize};

use crate::estimator::Method;
use crate::sampling::{Key, Sampler, Stream};

/// What is estimated.
#[derive(
    PartialOrd,
    Ord,
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Quantity {
    /// `Jᵀ w`: for each parameter, the derivative of `Σ w · image`.
    Vjp,
    /// `J v`: the derivative of every pixel with respect to one parameter.
    Jvp,
    /// The image.
    Image,
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Vjp => "vjp",
            Self::Jvp => "jvp",
            Self::Image => "image",
        })
    }
}

/// A part of a derivative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Term {
    /// All of it; the only part of an image.
    Total,
    /// `∫ k ∂f/∂θ dx`.
    Interior,
    /// `∫_Γ k J (v·n) dl`.
    Boundary,
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Total => "total",
            Self::Interior => "interior",
            Self::Boundary => "boundary",
        })
    }
}

/// One combination that a study measures.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The index of the scene in the study.
    pub scene: usize,
    /// The name of the scene.
    pub scene_name: String,
    /// What is estimated.
    pub quantity: Quantity,
    /// The name of the parameter of a `jvp`; a `vjp` has all parameters of the study at once, an
    /// image none.
    pub parameter: Option<String>,
    /// The estimator.
    pub method: Method,
    /// How its samples are placed.
    pub sampler: Sampler,
    /// Samples per pixel.
    pub budget: u32,
}

impl Cell {
    /// Returns the name: all that sets the cell apart from others, as a path.
    pub fn name(&self) -> String {
        let parameter = self.parameter.as_deref();
        let parameter = parameter.map_or_else(String::new, |name| format!("{name}/"));
        format!(
            "{}/{}/{parameter}{}/{}/{}",
            self.scene_name, self.quantity, self.method, self.sampler, self.budget
        )
    }

    /// Returns the start of the names of the cell's files: its name, shortened, in characters that
    /// all file systems take, with a hash that tells it from others.
    pub(super) fn stem(&self) -> String {
        let name = self.name();
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || "._=".contains(c) {
                c
            } else {
                '-'
            }
        };
        let start: String = name.chars().map(plain).take(LONGEST_STEM).collect();
        format!("{start}-{:08x}", name_key(0, &name).bits() >> 32)
    }

    /// Returns the root of the random numbers of the cell: a function of the seed of the study and
    /// of the name.
    pub fn key(&self, seed: u64) -> Key {
        name_key(seed, &self.name())
    }
}

/// Names of files have this many characters of the name of a cell, at most.
const LONGEST_STEM: usize = 120;

/// Returns the root of the random numbers of what has a name: no name's is a descendant of another's.
pub(super) fn name_key(seed: u64, name: &str) -> Key {
    let root = Key::new(seed, Stream::Replicate);
    name.bytes()
        .fold(root, |key, byte| key.child(u64::from(byte)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(budget: u32) -> Cell {
        Cell {
            scene: 0,
            scene_name: "disc".into(),
            quantity: Quantity::Jvp,
            parameter: Some("disk.radius".into()),
            method: "thin-band:width=0.05".parse().expect("there is one"),
            sampler: Sampler::Sobol,
            budget,
        }
    }

    #[test]
    fn the_name_has_all_that_sets_a_cell_apart() {
        let name = "disc/jvp/disk.radius/thin-band:width=0.05/sobol/16";
        assert_eq!(cell(16).name(), name);
        assert_ne!(cell(16).key(0), cell(64).key(0));
        assert_ne!(cell(16).key(0), cell(16).key(1));
    }
}
