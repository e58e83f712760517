use std::collections::HashMap;

use crate::study::{Integral, Quantity, Term};

/// Returns what is estimated, in words.
pub fn integral_name(integral: &Integral) -> String {
    let what = match (&integral.parameter, integral.quantity) {
        (Some(parameter), Quantity::Jvp) => format!("∂ image / ∂ {parameter}"),
        (Some(parameter), _) => format!("∂ Σ w·image / ∂ {parameter}"),
        (None, _) => "image".into(),
    };
    let term = match integral.term {
        Term::Total => "",
        Term::Interior => ", interior term",
        Term::Boundary => ", boundary term",
    };
    format!("{}: {what}{term}", integral.scene)
}

/// Returns short names of estimators: of their settings only those in which estimators of one
/// method differ.
pub fn short_names<'a>(estimators: impl IntoIterator<Item = &'a str>) -> HashMap<String, String> {
    let all: Vec<&str> = estimators.into_iter().collect();
    let name = |&estimator: &&str| {
        let (method, settings) = estimator.split_once(':').unwrap_or((estimator, ""));
        let like = |other: &&&str| other.split(':').next() == Some(method);
        let alike: Vec<&&str> = all.iter().filter(like).collect();
        let differs = |setting: &&str| {
            let has = |other: &&&str| {
                let rest = other.split_once(':').map_or("", |(_, rest)| rest);
                rest.split(',').any(|known| known == *setting)
            };
            !setting.is_empty() && !alike.iter().all(has)
        };
        let kept: Vec<&str> = settings.split(',').filter(differs).collect();
        let short = match kept.is_empty() {
            true => method.to_owned(),
            false => format!("{method} {}", kept.join(" ")),
        };
        (estimator.to_owned(), short)
    };
    all.iter().map(name).collect()
}

/// Returns the name of a file for a figure of an integral.
pub fn file_name(kind: &str, text: &str) -> String {
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '.' {
            c
        } else {
            '-'
        }
    };
    let text: String = text.chars().map(plain).collect();
    format!("{kind}-{text}")
}
