use serde::{Serialize, Serializer};

use super::error::CliError;
use crate::statistics::RunningMoments;

/// Returns a flat JSON object, in the order given, from names to estimates: a number where there
/// was one estimate, mean and standard error where there were several.
///
/// Numbers have the fewest digits that read back as the same `f64`.
pub fn gradient_json(rows: &[(&str, RunningMoments)]) -> Result<String, CliError> {
    for (name, moments) in rows {
        // JSON has no infinities, and a null in a gradient would only be found much later.
        if !moments.mean().is_finite() {
            return Err(CliError::NotFinite {
                name: (*name).to_owned(),
                value: moments.mean(),
            });
        }
    }
    let text = serde_json::to_string_pretty(&Rows(rows));
    Ok(text.expect("names and numbers can be written as JSON") + "\n")
}

struct Rows<'a>(&'a [(&'a str, RunningMoments)]);

impl Serialize for Rows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows = self.0.iter();
        serializer.collect_map(rows.map(|(name, moments)| (name, Estimate::new(moments))))
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Estimate {
    One(f64),
    Several { mean: f64, stderr: f64 },
}

impl Estimate {
    fn new(moments: &RunningMoments) -> Self {
        match moments.count() {
            1 => Self::One(moments.mean()),
            _ => Self::Several {
                mean: moments.mean(),
                stderr: moments.standard_error(),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moments(values: &[f64]) -> RunningMoments {
        values.iter().copied().collect()
    }

    #[test]
    fn names_keep_their_order_and_numbers_their_digits() {
        let rows = [("b.y", moments(&[0.1])), ("a.x", moments(&[1.0 / 3.0]))];
        let expected = "{\n  \"b.y\": 0.1,\n  \"a.x\": 0.3333333333333333\n}\n";
        assert_eq!(gradient_json(&rows).unwrap(), expected);
        assert_eq!(gradient_json(&[]).unwrap(), "{}\n");
    }

    /// 1 and 3 have the variance 2, so their mean has the standard error 1.
    #[test]
    fn several_estimates_give_mean_and_standard_error() {
        let text = gradient_json(&[("x", moments(&[1.0, 3.0]))]).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        let expected = serde_json::json!({"x": {"mean": 2.0, "stderr": 1.0}});
        assert_eq!(value, expected);
    }

    #[test]
    fn infinite_results_are_errors_that_name_the_parameter() {
        let error = gradient_json(&[("disk.radius", moments(&[f64::INFINITY]))]).unwrap_err();
        assert!(error.line().contains("disk.radius: it is inf"), "{error}");
    }
}
