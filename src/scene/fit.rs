//! How to fit a scene to a target unless the command line says otherwise.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

use super::quantity::format_number;
use crate::loss::{Penalty, PixelLoss};
use crate::optimizer::{OptimizerKind, ScheduleShape};

/// What a scene says about its fit; what is left out has the defaults of the fit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FitDefaults {
    /// Globs of the parameters that move; all if there is none.
    pub params: Vec<String>,
    /// The number of steps.
    pub steps: Option<u64>,
    /// The optimiser.
    pub optimizer: Option<OptimizerKind>,
    /// The loss.
    pub loss: Option<PixelLoss>,
    /// How learning rates fall.
    pub schedule: Option<ScheduleShape>,
    /// Learning rates by glob; later ones win.
    pub rates: Vec<(String, f64)>,
    /// Penalties.
    pub penalties: Vec<Penalty>,
}

/// How to fit the scene to a target unless the command line says otherwise.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Fit")]
pub(super) struct FitFile {
    /// Globs of the parameters that move; all unless given.
    pub params: Vec<String>,
    /// The number of steps.
    pub steps: Option<Steps>,
    /// The optimiser.
    pub optimizer: Option<OptimizerKind>,
    /// The loss.
    pub loss: Option<LossName>,
    /// How learning rates fall over the run.
    pub schedule: Option<ScheduleShape>,
    /// Learning rates.
    pub lr: RatesFile,
    /// Penalties.
    pub regularize: Vec<PenaltyText>,
}

impl FitFile {
    pub fn defaults(self) -> FitDefaults {
        FitDefaults {
            params: self.params,
            steps: self.steps.map(|steps| steps.0),
            optimizer: self.optimizer,
            loss: self.loss.map(|loss| loss.0),
            schedule: self.schedule,
            rates: self.lr.0,
            penalties: self.regularize.into_iter().map(|text| text.0).collect(),
        }
    }
}

impl FitDefaults {
    /// Returns the fields of the file, without those that it left out.
    pub(super) fn to_json(&self) -> Map<String, Value> {
        let mut object = Map::new();
        let mut set = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                object.insert(key.into(), value);
            }
        };
        let list = |empty: bool, value: Value| (!empty).then_some(value);
        set("params", list(self.params.is_empty(), json!(self.params)));
        set("steps", self.steps.map(Value::from));
        set("optimizer", self.optimizer.map(|name| json!(name)));
        set("loss", self.loss.map(|loss| loss.to_string().into()));
        set("schedule", self.schedule.map(|name| json!(name)));
        let rates: Map<String, Value> = (self.rates.iter().cloned())
            .map(|(glob, rate)| (glob, rate.into()))
            .collect();
        set("lr", list(rates.is_empty(), rates.into()));
        let penalties = self.penalties.iter().map(ToString::to_string);
        let penalties: Vec<String> = penalties.collect();
        set("regularize", list(penalties.is_empty(), json!(penalties)));
        object
    }
}

/// The largest number of steps.
const MAX_STEPS: u64 = 1 << 32;

/// A number of steps.
#[derive(Debug)]
pub(super) struct Steps(u64);

impl<'de> Deserialize<'de> for Steps {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            steps @ 1..=MAX_STEPS => Ok(Self(steps)),
            steps => Err(Error::custom(format!(
                "must be between 1 and {MAX_STEPS}, got {steps}"
            ))),
        }
    }
}

impl JsonSchema for Steps {
    fn schema_name() -> Cow<'static, str> {
        "Steps".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A number of steps.",
            "type": "integer", "minimum": 1, "maximum": MAX_STEPS,
        })
    }
}

/// Defines the type of a string in a file that reads as a `T`.
macro_rules! text {
    ($name:ident, $type:ty, $pattern:literal, $what:literal) => {
        #[doc = $what]
        #[derive(Debug)]
        pub(super) struct $name(pub $type);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map(Self).map_err(Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "description": $what, "type": "string", "pattern": $pattern })
            }
        }
    };
}

text!(
    LossName,
    PixelLoss,
    "^(l2|l1|huber(:[0-9.eE+-]+)?|pyramid(:[0-9]+)?)$",
    "The loss: l2, l1, huber, huber:DELTA, pyramid or pyramid:LEVELS."
);
text!(
    PenaltyText,
    Penalty,
    "^.+=[0-9.eE+-]+(@[0-9.eE+-]+)?$",
    "A penalty weight · Σ (θ − c)²: GLOB=WEIGHT, with the values at the start for c, or GLOB=WEIGHT@C."
);

/// Learning rates by glob, in the order of the file.
#[derive(Debug, Default)]
pub(super) struct RatesFile(Vec<(String, f64)>);

impl<'de> Deserialize<'de> for RatesFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RatesVisitor).map(Self)
    }
}

struct RatesVisitor;

impl<'de> Visitor<'de> for RatesVisitor {
    type Value = Vec<(String, f64)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object from globs to learning rates")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut rates = Vec::new();
        while let Some(glob) = map.next_key::<String>()? {
            rates.push((glob, map.next_value::<Rate>()?.0));
        }
        Ok(rates)
    }
}

struct Rate(f64);

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let rate = f64::deserialize(deserializer)?;
        if rate > 0.0 {
            Ok(Self(rate))
        } else {
            let got = format_number(rate);
            Err(Error::custom(format!("must be positive, got {got}")))
        }
    }
}

impl JsonSchema for RatesFile {
    fn schema_name() -> Cow<'static, str> {
        "Rates".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Learning rates by glob, in the units of the parameters; later ones win.",
            "type": "object",
            "additionalProperties": { "type": "number", "exclusiveMinimum": 0 },
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::scene::Scene;

    const FIT: &str = r#"{"params": ["disk.*"], "steps": 50, "optimizer": "sgd", "loss": "huber:0.2",
        "schedule": "inverse", "lr": {"*.radius": 0.5, "disk.center.x": 2.5}, "regularize": ["disk.radius=0.001@4"]}"#;

    fn parse(fit: &str) -> Result<Scene, String> {
        let text = format!(
            r#"{{"version": 1, "canvas": {{"width": 8, "height": 8}}, "shapes": [], "fit": {fit}}}"#
        );
        Scene::parse(&text, "fit.json", &[]).map_err(|error| error.to_string())
    }

    #[test]
    fn what_a_scene_says_about_its_fit_survives_a_round_trip() {
        let scene = parse(FIT).unwrap();
        assert_eq!(scene.fit.steps, Some(50));
        assert_eq!(scene.fit.rates[1], ("disk.center.x".to_owned(), 2.5));
        let back = Scene::parse(&scene.to_json(), "back.json", &[]).unwrap();
        assert_eq!(back.fit, scene.fit);
        assert!(!parse("{}").unwrap().to_json().contains("fit"));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_place() {
        for (fit, place, message) in [
            (r#"{"step": 5}"#, "fit", "did you mean `steps`"),
            (r#"{"steps": 0}"#, "fit.steps", "must be between 1"),
            (r#"{"loss": "l3"}"#, "fit.loss", "expected l2, l1"),
            (r#"{"lr": {"a.*": -1}}"#, "fit.lr", "must be positive"),
            (r#"{"lr": 3}"#, "fit.lr", "expected an object"),
            (r#"{"optimizer": "adma"}"#, "fit.optimizer", "`adam`"),
        ] {
            let error = parse(fit).unwrap_err();
            assert!(error.contains(place) && error.contains(message), "{error}");
        }
    }
}
