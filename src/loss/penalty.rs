use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::scene::{Parameters, SelectError};

/// A quadratic penalty on parameters, added to the loss: `weight · Σ (θ_i − c_i)²`.
///
/// As text: `GLOB=WEIGHT` pulls towards the values at the start, `GLOB=WEIGHT@VALUE` towards one
/// value. The weight is in units of the loss per squared unit of the parameter.
///
/// ```
/// use reynolds::loss::{Penalty, Toward};
/// let penalty: Penalty = "*.radius=1e-4@3".parse().unwrap();
/// assert_eq!(penalty.glob, "*.radius");
/// assert_eq!((penalty.weight, penalty.toward), (1e-4, Toward::Value(3.0)));
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Penalty {
    /// Which parameters.
    pub glob: String,
    /// How strongly; not negative.
    pub weight: f64,
    /// Where to.
    pub toward: Toward,
}

/// What a penalty pulls to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Toward {
    /// The value that each parameter has at the start.
    Start,
    /// One value for all.
    Value(f64),
}

/// Why a text is no penalty.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("expected GLOB=WEIGHT or GLOB=WEIGHT@VALUE with a weight of at least 0, got `{0}`")]
pub struct PenaltyError(String);

impl Penalty {
    /// Returns the terms of the penalty, one for each parameter that matches: its place in θ, the
    /// weight, and the value that it is pulled to.
    ///
    /// # Errors
    /// If the glob is malformed or matches nothing.
    pub fn terms(&self, parameters: &Parameters) -> Result<Vec<(usize, f64, f64)>, SelectError> {
        let selected = parameters.select(std::slice::from_ref(&self.glob))?;
        let term = |index: usize| match self.toward {
            Toward::Start => (index, self.weight, parameters.values()[index]),
            Toward::Value(value) => (index, self.weight, value),
        };
        Ok(selected.into_iter().map(|id| term(id.index())).collect())
    }
}

impl FromStr for Penalty {
    type Err = PenaltyError;

    fn from_str(text: &str) -> Result<Self, PenaltyError> {
        let error = || PenaltyError(text.to_owned());
        let (glob, rest) = text.rsplit_once('=').ok_or_else(error)?;
        let number = |text: &str| match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ => Err(error()),
        };
        let (weight, toward) = match rest.split_once('@') {
            Some((weight, value)) => (number(weight)?, Toward::Value(number(value)?)),
            None => (number(rest)?, Toward::Start),
        };
        if glob.is_empty() || weight < 0.0 {
            return Err(error());
        }
        let glob = glob.to_owned();
        Ok(Self {
            glob,
            weight,
            toward,
        })
    }
}

impl fmt::Display for Penalty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.glob, self.weight)?;
        match self.toward {
            Toward::Start => Ok(()),
            Toward::Value(value) => write!(f, "@{value}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::ParameterKind;

    #[test]
    fn terms_know_where_each_parameter_is_pulled() {
        let mut parameters = Parameters::default();
        for (name, value) in [("a.radius", 2.0), ("a.opacity", 0.5), ("b.radius", 7.0)] {
            parameters.add(name.into(), ParameterKind::Length, value);
        }
        let terms = |text: &str| text.parse::<Penalty>().unwrap().terms(&parameters);
        assert_eq!(
            terms("*.radius=0.5"),
            Ok(vec![(0, 0.5, 2.0), (2, 0.5, 7.0)])
        );
        assert_eq!(terms("a.opacity=2@1"), Ok(vec![(1, 2.0, 1.0)]));
        assert!(terms("c.*=1").is_err());
    }

    #[test]
    fn texts_are_penalties_and_back() {
        for text in ["*.radius=0.5", "{a,b}.x=0.001@-2.5"] {
            assert_eq!(text.parse::<Penalty>().unwrap().to_string(), text);
        }
        for text in ["", "a", "=1", "a=-1", "a=x", "a=1@", "a=inf"] {
            assert!(text.parse::<Penalty>().is_err(), "{text}");
        }
    }
}
