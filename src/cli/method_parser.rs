use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Command, Error};

use super::error::CliError;
use crate::estimator::Method;
use crate::integrator::Renderer;

/// Reads `--method`: a name, and settings after a colon.
#[derive(Clone, Debug)]
pub struct MethodParser;

impl TypedValueParser for MethodParser {
    type Value = Method;

    fn parse_ref(
        &self,
        command: &Command,
        _argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Method, Error> {
        let text = value.to_string_lossy();
        text.parse().map_err(|source| {
            let message = format!("invalid value '{text}' for '--method': {source}\n");
            Error::raw(ErrorKind::ValueValidation, message).with_cmd(command)
        })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = Method::all().into_iter().map(|mut method| {
            let mut help = method.summary().to_owned();
            let settings = method.settings();
            let settings = settings
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            let settings: Vec<String> = settings.collect();
            if !settings.is_empty() {
                help = format!("{help}; settings and defaults: {}", settings.join(", "));
            }
            PossibleValue::new(method.name()).help(help)
        });
        Some(Box::new(values))
    }
}

/// Checks that a method can take the scene of a renderer.
pub fn check_method(renderer: &Renderer<'_>, method: Method) -> Result<(), CliError> {
    match method.estimator().objection(renderer) {
        Some(reason) => Err(CliError::Method {
            name: method.name(),
            reason,
        }),
        None => Ok(()),
    }
}
