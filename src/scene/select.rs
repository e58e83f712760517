use globset::GlobBuilder;
use thiserror::Error;

use super::parameter::{ParameterId, Parameters};
use super::suggest::nearest;

/// Why a glob selects no parameters.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{glob}`: {message}")]
pub struct SelectError {
    glob: String,
    message: String,
}

impl Parameters {
    /// Returns the parameters that match any of the globs, each once, in the order of the file.
    ///
    /// `*` stands for any text, dots included, `?` for one character, `{x,y}` for one of several
    /// texts.
    ///
    /// # Errors
    /// If a glob is malformed or matches nothing.
    pub fn select(&self, globs: &[String]) -> Result<Vec<ParameterId>, SelectError> {
        let mut selected = vec![false; self.len()];
        for glob in globs {
            let error = |message: String| SelectError {
                glob: glob.clone(),
                message,
            };
            let matcher = GlobBuilder::new(glob)
                .literal_separator(false)
                .build()
                .map_err(|e| error(format!("malformed glob: {}", e.kind())))?
                .compile_matcher();
            let mut matched = false;
            for (id, parameter) in self.iter() {
                if matcher.is_match(&parameter.name) {
                    selected[id.index()] = true;
                    matched = true;
                }
            }
            if !matched {
                return Err(error(self.no_match(glob)));
            }
        }
        let chosen = |index: &usize| selected[*index];
        Ok((0..self.len())
            .filter(chosen)
            .map(ParameterId::new)
            .collect())
    }

    /// Returns the parameter name nearest to `name`, if one is near.
    pub(super) fn nearest(&self, name: &str) -> Option<&str> {
        nearest(
            name,
            self.iter().map(|(_, parameter)| parameter.name.as_str()),
        )
    }

    fn no_match(&self, glob: &str) -> String {
        if self.is_empty() {
            return "the scene has no parameters".into();
        }
        let families: Vec<String> = self
            .iter()
            .filter_map(|(_, parameter)| parameter.name.split_once('.'))
            .map(|(id, _)| format!("{id}.*"))
            .collect();
        let near = if glob.contains(['*', '?', '[', '{']) {
            nearest(glob, families.iter().map(String::as_str))
        } else {
            self.nearest(glob)
        };
        let hint = near.map_or_else(String::new, |near| format!(", did you mean `{near}`?"));
        format!("no parameter matches{hint}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::ParameterKind;

    fn parameters() -> Parameters {
        let mut parameters = Parameters::default();
        for name in [
            "disk.center.x",
            "disk.center.y",
            "disk.radius",
            "leaf.points.0.x",
        ] {
            parameters.add(name.into(), ParameterKind::Position, 0.0);
        }
        parameters
    }

    fn select(globs: &[&str]) -> Result<Vec<usize>, String> {
        let globs: Vec<String> = globs.iter().map(|&glob| glob.to_owned()).collect();
        let selected = parameters().select(&globs);
        selected
            .map(|ids| ids.into_iter().map(ParameterId::index).collect())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn matches_come_in_the_order_of_the_file_without_duplicates() {
        assert_eq!(
            select(&["disk.radius", "*.x", "disk.*"]),
            Ok(vec![0, 1, 2, 3])
        );
        assert_eq!(select(&["*.center.?"]), Ok(vec![0, 1]));
        assert_eq!(select(&["disk.{radius,center.y}"]), Ok(vec![1, 2]));
        assert_eq!(select(&[]), Ok(vec![]));
    }

    #[test]
    fn a_glob_without_a_match_suggests_a_near_name() {
        let error = |glob| select(&[glob]).unwrap_err();
        assert_eq!(
            error("disk.radus"),
            "`disk.radus`: no parameter matches, did you mean `disk.radius`?"
        );
        assert_eq!(
            error("disc.*"),
            "`disc.*`: no parameter matches, did you mean `disk.*`?"
        );
        assert_eq!(error("banana"), "`banana`: no parameter matches");
        assert!(error("disk.[").starts_with("`disk.[`: malformed glob: "));
    }
}
