use std::fmt;

use super::warped_area::FieldKind;

/// A setting of an estimator, to be read or changed.
#[derive(Debug)]
pub enum Setting<'a> {
    /// A positive number.
    Positive(&'a mut f64),
    /// How far around edges something reaches, in pixels.
    Reach(&'a mut f64),
    /// A number from 0 to 1.
    Fraction(&'a mut f64),
    /// A number of things, at least 1.
    Count(&'a mut u32),
    /// Yes or no.
    Switch(&'a mut bool),
    /// A field.
    Field(&'a mut FieldKind),
}

/// The largest reach, in pixels: time and memory grow with its square, whatever the canvas.
const FARTHEST: f64 = 100.0;
/// The largest number of things.
const MOST: u32 = 1 << 20;

impl Setting<'_> {
    /// Sets it from a text, or returns what it takes.
    pub fn set(&mut self, text: &str) -> Result<(), &'static str> {
        match self {
            Self::Positive(value) => {
                let number = positive(text, f64::MAX);
                **value = number.ok_or("a positive number")?;
            }
            Self::Reach(value) => {
                let number = positive(text, FARTHEST);
                **value = number.ok_or("a positive number of pixels, at most 100")?;
            }
            Self::Fraction(value) => {
                let number = text.parse().ok().filter(|x| (0.0..=1.0).contains(x));
                **value = number.ok_or("a number from 0 to 1")?;
            }
            Self::Count(value) => {
                let number = text.parse().ok().filter(|n| (1..=MOST).contains(n));
                **value = number.ok_or("a whole number from 1 to 1048576")?;
            }
            Self::Field(value) => {
                **value = match text {
                    "closest-point" => FieldKind::ClosestPoint,
                    "mean-value" => FieldKind::MeanValue,
                    _ => return Err("`closest-point` or `mean-value`"),
                };
            }
            Self::Switch(value) => {
                **value = text.parse().map_err(|_| "`true` or `false`")?;
            }
        }
        Ok(())
    }
}

/// Reads a positive number that is not larger than `most`.
fn positive(text: &str, most: f64) -> Option<f64> {
    text.parse().ok().filter(|&x: &f64| x > 0.0 && x <= most)
}

impl fmt::Display for Setting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Positive(value) | Self::Reach(value) | Self::Fraction(value) => {
                write!(f, "{value}")
            }
            Self::Count(value) => write!(f, "{value}"),
            Self::Switch(value) => write!(f, "{value}"),
            Self::Field(value) => f.write_str(match value {
                FieldKind::ClosestPoint => "closest-point",
                FieldKind::MeanValue => "mean-value",
            }),
        }
    }
}
