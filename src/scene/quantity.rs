use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

use super::limits::{
    MAX_CANVAS_SIDE, MAX_EDGE_SAMPLES, MAX_MAGNITUDE, MAX_SPP, MAX_TOLERANCE, MIN_TOLERANCE,
};
use super::parameter::ParameterKind;

impl ParameterKind {
    /// Returns the closed interval of the values that a scene file may give: the bounds, cut to
    /// [`MAX_MAGNITUDE`].
    pub fn range(self) -> (f64, f64) {
        let (min, max) = self.bounds();
        (min.max(-MAX_MAGNITUDE), max.min(MAX_MAGNITUDE))
    }

    /// Checks a value against [`range`](Self::range).
    ///
    /// # Errors
    /// A sentence that says which value it must have.
    pub fn check(self, value: f64) -> Result<(), String> {
        let (min, max) = self.range();
        let got = format_number(value);
        match () {
            () if !value.is_finite() => Err(format!("must be a finite number, got {got}")),
            () if (min..=max).contains(&value) => Ok(()),
            () if max == 1.0 => Err(format!("must be between 0 and 1, got {got}")),
            () if min == 0.0 && value < 0.0 => Err(format!("must not be negative, got {got}")),
            () => {
                let limit = format_number(MAX_MAGNITUDE);
                Err(format!("must be at most {limit} in magnitude, got {got}"))
            }
        }
    }
}

/// Returns the shortest text that reads back as the same number, without an exponent where the
/// number is of a common size.
pub(super) fn format_number(value: f64) -> String {
    if value == 0.0 || (1e-5..1e15).contains(&value.abs()) {
        format!("{value}")
    } else {
        format!("{value:e}")
    }
}

/// Defines the type of a real number in a file that may become a parameter.
macro_rules! real {
    ($name:ident, $kind:ident, $what:literal) => {
        #[doc = $what]
        #[derive(Clone, Copy, Debug, PartialEq, Serialize)]
        pub(super) struct $name(pub f64);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = f64::deserialize(deserializer)?;
                ParameterKind::$kind.check(value).map_err(Error::custom)?;
                Ok(Self(value))
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let (minimum, maximum) = ParameterKind::$kind.range();
                json_schema!({
                    "description": $what,
                    "type": "number",
                    "minimum": minimum,
                    "maximum": maximum,
                })
            }
        }

        impl From<$name> for f64 {
            fn from(number: $name) -> f64 {
                number.0
            }
        }
    };
}

real!(Coordinate, Position, "A coordinate, in pixels.");
real!(Length, Length, "A length, in pixels.");
real!(Degrees, Angle, "An angle, in degrees.");
real!(Factor, Scale, "A factor.");
real!(Fraction, Color, "A number from 0 to 1.");

/// Defines the type of a setting: a number with limits of its own.
macro_rules! setting {
    ($name:ident, $number:ty, $read:ty, $valid:expr, $must:expr, $schema:tt, $what:literal) => {
        #[doc = $what]
        #[derive(Clone, Copy, Debug, PartialEq, Serialize)]
        pub(crate) struct $name(pub $number);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = <$read>::deserialize(deserializer)?;
                let valid: fn($read) -> bool = $valid;
                if valid(value) {
                    Ok(Self(value as $number))
                } else {
                    Err(Error::custom(format!("must be {}, got {value}", $must)))
                }
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

setting!(
    Side,
    u32,
    u64,
    |n| (1..=u64::from(MAX_CANVAS_SIDE)).contains(&n),
    format!("between 1 and {MAX_CANVAS_SIDE}"),
    { "type": "integer", "minimum": 1, "maximum": MAX_CANVAS_SIDE },
    "A width or a height in whole pixels."
);
setting!(
    Spp,
    u32,
    u64,
    |n| (1..=u64::from(MAX_SPP)).contains(&n),
    format!("between 1 and {MAX_SPP}"),
    { "type": "integer", "minimum": 1, "maximum": MAX_SPP },
    "A number of samples per pixel."
);
setting!(
    Seed,
    u64,
    u64,
    |_| true,
    "a seed",
    { "type": "integer", "minimum": 0, "maximum": u64::MAX },
    "A seed of random numbers."
);
setting!(
    EdgeSamples,
    f64,
    f64,
    |x| x > 0.0 && x <= MAX_EDGE_SAMPLES,
    format!("positive and at most {MAX_EDGE_SAMPLES}"),
    { "type": "number", "exclusiveMinimum": 0, "maximum": MAX_EDGE_SAMPLES },
    "A number of samples per pixel of edge length."
);
setting!(
    Tolerance,
    f64,
    f64,
    |x| (MIN_TOLERANCE..=MAX_TOLERANCE).contains(&x),
    format!("between {MIN_TOLERANCE} and {MAX_TOLERANCE}"),
    { "type": "number", "minimum": MIN_TOLERANCE, "maximum": MAX_TOLERANCE },
    "A distance in pixels."
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_outside_their_range_are_refused_in_words() {
        let message = |kind: ParameterKind, value| kind.check(value).unwrap_err();
        assert_eq!(
            message(ParameterKind::Length, -3.0),
            "must not be negative, got -3"
        );
        assert_eq!(
            message(ParameterKind::Opacity, 1.5),
            "must be between 0 and 1, got 1.5"
        );
        assert_eq!(
            message(ParameterKind::Position, -1e300),
            "must be at most 1000000000 in magnitude, got -1e300"
        );
        assert_eq!(
            message(ParameterKind::Angle, f64::NAN),
            "must be a finite number, got NaN"
        );
        assert!(ParameterKind::Length.check(0.0).is_ok());
    }

    #[test]
    fn formatted_numbers_read_back() {
        for value in [0.1, -0.0, 1e300, 5e-324, 123_456_789.125, 1.0 / 3.0] {
            let back: f64 = format_number(value).parse().unwrap();
            assert_eq!(back.to_bits(), value.to_bits());
        }
    }
}
