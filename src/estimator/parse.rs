use std::str::FromStr;

use thiserror::Error;

use super::Method;
use crate::scene::hint;

/// Why a text names no method. The text is a sentence without its end.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum MethodError {
    /// There is no such method.
    #[error("unknown method `{name}`, {hint}")]
    Method {
        /// The name.
        name: String,
        /// What was meant, or what there is.
        hint: String,
    },
    /// The method has no such setting.
    #[error("`{method}` has no setting `{name}`, {hint}")]
    Setting {
        /// The method.
        method: &'static str,
        /// The setting.
        name: String,
        /// What was meant, or what there is.
        hint: String,
    },
    /// A setting without a value.
    #[error("`{text}` is no setting; write name=value")]
    NoValue {
        /// What there is.
        text: String,
    },
    /// A setting that is there twice.
    #[error("`{name}` of `{method}` is set twice")]
    Twice {
        /// The method.
        method: &'static str,
        /// The setting.
        name: String,
    },
    /// A value that the setting does not take.
    #[error("`{name}` of `{method}` takes {expected}, not `{value}`")]
    Value {
        /// The method.
        method: &'static str,
        /// The setting.
        name: &'static str,
        /// The value.
        value: String,
        /// What it takes.
        expected: &'static str,
    },
}

impl Method {
    /// Returns the method of a name with its usual settings.
    ///
    /// # Errors
    /// If there is none.
    pub fn named(name: &str) -> Result<Self, MethodError> {
        let all = Self::all();
        let known: Vec<&str> = all.iter().map(|method| method.name()).collect();
        let found = all.iter().find(|method| method.name() == name);
        found.copied().ok_or_else(|| MethodError::Method {
            name: name.to_owned(),
            hint: hint(name, &known),
        })
    }

    /// Changes a setting.
    ///
    /// # Errors
    /// If there is none of that name, or it does not take the value.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), MethodError> {
        let method = self.name();
        let mut settings = self.settings();
        let known: Vec<&str> = settings.iter().map(|(name, _)| *name).collect();
        let Some(position) = known.iter().position(|known| *known == name) else {
            let hint = if known.is_empty() {
                "it has none".to_owned()
            } else {
                hint(name, &known)
            };
            let name = name.to_owned();
            return Err(MethodError::Setting { method, name, hint });
        };
        let (name, setting) = &mut settings[position];
        setting.set(value).map_err(|expected| MethodError::Value {
            method,
            name,
            value: value.to_owned(),
            expected,
        })
    }
}

/// Reads `name` or `name:setting=value,...`.
impl FromStr for Method {
    type Err = MethodError;

    fn from_str(text: &str) -> Result<Self, MethodError> {
        let (name, settings) = match text.split_once(':') {
            Some((name, settings)) => (name, Some(settings)),
            None => (text, None),
        };
        let mut method = Self::named(name.trim())?;
        let mut known = Vec::new();
        for setting in settings.into_iter().flat_map(|list| list.split(',')) {
            let Some((name, value)) = setting.split_once('=') else {
                let text = setting.trim().to_owned();
                return Err(MethodError::NoValue { text });
            };
            let name = name.trim();
            method.set(name, value.trim())?;
            if known.contains(&name) {
                let (method, name) = (method.name(), name.to_owned());
                return Err(MethodError::Twice { method, name });
            }
            known.push(name);
        }
        Ok(method)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_again() {
        for method in Method::all() {
            assert_eq!(method.to_string().parse(), Ok(method));
            assert_eq!(method.name().parse(), Ok(method));
        }
    }

    #[test]
    fn settings_are_set() {
        let method: Method = "finite-difference: step=0.125, common=false"
            .parse()
            .unwrap();
        assert_eq!(
            method.to_string(),
            "finite-difference:step=0.125,central=true,common=false"
        );
        assert_ne!(method, Method::named("finite-difference").unwrap());
    }

    #[test]
    fn errors_say_what_there_is() {
        let error = |text: &str| text.parse::<Method>().unwrap_err().to_string();
        assert_eq!(
            error("finite-diference"),
            "unknown method `finite-diference`, did you mean `finite-difference`?"
        );
        assert!(error("x").contains("`edge`, `interior`, `exact`"));
        assert_eq!(
            error("spsa:stp=1"),
            "`spsa` has no setting `stp`, did you mean `step`?"
        );
        assert_eq!(
            error("edge:step=1"),
            "`edge` has no setting `step`, it has none"
        );
        assert_eq!(
            error("spsa:step=-1"),
            "`step` of `spsa` takes a positive number, not `-1`"
        );
        assert_eq!(
            error("spsa:step=1, step=2"),
            "`step` of `spsa` is set twice"
        );
        assert_eq!(
            error("soft:width=101"),
            "`width` of `soft` takes a positive number of pixels, at most 100, not `101`"
        );
        assert_eq!(error("spsa:step"), "`step` is no setting; write name=value");
        assert_eq!(error("spsa:"), "`` is no setting; write name=value");
    }
}
