use serde::{Deserialize, Serialize};

use crate::scene::{ParameterId, ParameterKind, Parameters, SelectError};

/// Learning rates: how far a step of Adam carries a parameter, at first, in its own unit.
///
/// | kind | default |
/// |---|---|
/// | position, translation, radius | 1 px |
/// | width | 0.1 px |
/// | angle | 1 deg |
/// | color, opacity, offset, scale | 0.01 |
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rates {
    /// A factor on all of them.
    pub factor: f64,
    /// The rate of positions, translations and radii, in pixels.
    pub points: f64,
    /// The rate of colours and opacities.
    pub color: f64,
    /// Rates by glob, in place of those above; later ones win.
    pub by_glob: Vec<(String, f64)>,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            factor: 1.0,
            points: 1.0,
            color: 0.01,
            by_glob: Vec::new(),
        }
    }
}

impl Rates {
    /// Returns the rate of each of the parameters `moving`.
    ///
    /// # Errors
    /// If a glob is malformed or matches no parameter of the scene.
    pub fn of(
        &self,
        parameters: &Parameters,
        moving: &[ParameterId],
    ) -> Result<Vec<f64>, SelectError> {
        let by_kind = |(_, parameter): (_, &crate::scene::Parameter)| {
            self.by_kind(parameter.kind, &parameter.name)
        };
        let mut all: Vec<f64> = parameters.iter().map(by_kind).collect();
        for (glob, rate) in &self.by_glob {
            for id in parameters.select(std::slice::from_ref(glob))? {
                all[id.index()] = *rate;
            }
        }
        let scaled = moving.iter().map(|id| self.factor * all[id.index()]);
        Ok(scaled.collect())
    }

    fn by_kind(&self, kind: ParameterKind, name: &str) -> f64 {
        match kind {
            // A pixel of width moves two outlines, and lines are thin.
            ParameterKind::Length if name.ends_with(".width") => 0.1 * self.points,
            ParameterKind::Position | ParameterKind::Translation | ParameterKind::Length => {
                self.points
            }
            ParameterKind::Angle => 1.0,
            ParameterKind::Color | ParameterKind::Opacity => self.color,
            ParameterKind::Scale | ParameterKind::Offset => 0.01,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_win_over_kinds_and_the_factor_is_on_all() {
        let mut parameters = Parameters::default();
        let mut ids = Vec::new();
        for (name, kind) in [
            ("a.center.x", ParameterKind::Position),
            ("a.radius", ParameterKind::Length),
            ("a.stroke.width", ParameterKind::Length),
            ("a.fill.color.r", ParameterKind::Color),
        ] {
            ids.push(parameters.add(name.into(), kind, 0.5).unwrap());
        }
        let rates = Rates {
            factor: 2.0,
            by_glob: vec![("a.*".into(), 5.0), ("*.r".into(), 0.5)],
            ..Rates::default()
        };
        assert_eq!(rates.of(&parameters, &ids), Ok(vec![10.0, 10.0, 10.0, 1.0]));
        let rates = Rates::default();
        assert_eq!(rates.of(&parameters, &ids), Ok(vec![1.0, 1.0, 0.1, 0.01]));
    }
}
