use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A part of a study: of its cells, every so manyth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Which part, counted from 1.
    pub index: usize,
    /// How many parts there are.
    pub of: usize,
}

impl Shard {
    /// All of a study.
    pub const WHOLE: Self = Self { index: 1, of: 1 };

    /// Tells whether the cell of a number, counted from 0, belongs to the part.
    pub fn has(self, number: usize) -> bool {
        number % self.of == self.index - 1
    }
}

/// Why a text is no part.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("expected i/n with i from 1 to n, such as 1/2")]
pub struct ShardError;

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let (index, of) = text.split_once('/').ok_or(ShardError)?;
        let number = |text: &str| text.parse::<usize>().map_err(|_| ShardError);
        let (index, of) = (number(index)?, number(of)?);
        if (1..=of).contains(&index) {
            Ok(Self { index, of })
        } else {
            Err(ShardError)
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_share_out_all_cells() {
        let parts: Vec<Shard> = ["1/3", "2/3", "3/3"]
            .map(|text| text.parse().unwrap())
            .to_vec();
        for number in 0..10 {
            assert_eq!(parts.iter().filter(|part| part.has(number)).count(), 1);
            assert!(Shard::WHOLE.has(number));
        }
        for text in ["0/2", "3/2", "1", "1/", "a/b", "1/0", "-1/2"] {
            assert_eq!(text.parse::<Shard>(), Err(ShardError), "{text}");
        }
    }
}
