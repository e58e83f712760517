use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::file::{EstimatorEntry, SceneObject, SettingValues, StudyFile};
use super::{Quantity, Study, StudyScene, WeightKind};
use crate::estimator::Method;
use crate::export::{Format, read_image};
use crate::integrator::Renderer;
use crate::scene::{ColorSpace, JsonFile, MAX_EDGE_SAMPLES, Override, Scene, SceneError, Step};

/// There are at most this many replicates, …
const MAX_REPLICATES: u64 = 1_000_000;
/// … batches, …
const MAX_BATCHES: u64 = 10_000;
/// … and cells.
const MAX_CELLS: usize = 100_000;

impl Study {
    /// Reads a study file and all that it names.
    ///
    /// # Errors
    /// If the file, one of its scenes or its weights cannot be read, or something in it does not fit.
    pub fn load(path: &Path) -> Result<Self, SceneError> {
        let reader = Reader {
            file: JsonFile::load(path)?,
            folder: path.parent().unwrap_or(Path::new("")).to_owned(),
        };
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        reader.study(&name)
    }
}

struct Reader {
    file: JsonFile<StudyFile>,
    folder: PathBuf,
}

fn field(name: &str) -> Step {
    Step::Field(name.to_owned())
}

impl Reader {
    fn study(&self, name: &str) -> Result<Study, SceneError> {
        let file = &self.file.value;
        self.check_counts()?;
        let study = Study {
            title: file.title.clone().unwrap_or_else(|| name.to_owned()),
            description: file.description.clone(),
            scenes: self.scenes()?,
            quantities: file.quantity.0.clone(),
            weights: self.weights()?,
            estimators: self.estimators()?,
            samplers: file.samplers.clone(),
            budgets: file.budgets.iter().map(|budget| budget.0).collect(),
            edge_ratio: file.edge_ratio.0,
            replicates: file.replicates as u32,
            batches: file.batches as u32,
            random_offset: file.random_offset,
            fit_from: file.fit_from.map_or(1, |budget| budget.0),
            terms: file.terms,
            seed: file.seed.0,
        };
        self.check_lists(&study)?;
        self.check_weights(&study)?;
        self.check_objections(&study)?;
        Ok(study)
    }

    fn error(&self, place: &[Step], message: impl Into<String>) -> SceneError {
        self.file.error(place, message)
    }

    fn check_counts(&self) -> Result<(), SceneError> {
        let file = &self.file.value;
        let (replicates, batches) = (file.replicates, file.batches);
        if !(2..=MAX_BATCHES).contains(&batches) {
            let message = format!("must be between 2 and {MAX_BATCHES}, got {batches}");
            return Err(self.error(&[field("batches")], message));
        }
        let at = [field("replicates")];
        if replicates > MAX_REPLICATES {
            let message = format!("must be at most {MAX_REPLICATES}, got {replicates}");
            return Err(self.error(&at, message));
        }
        if replicates < 2 * batches || !replicates.is_multiple_of(batches) {
            let near = (replicates / batches).max(2) * batches;
            let message = format!(
                "must be a multiple of the {batches} batches, with two or more in each, got \
                 {replicates}; write {near}, or another number of batches"
            );
            return Err(self.error(&at, message));
        }
        Ok(())
    }

    fn scenes(&self) -> Result<Vec<StudyScene>, SceneError> {
        let entries = &self.file.value.scenes;
        let mut names = HashSet::new();
        let mut scenes = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let at = [field("scenes"), Step::Index(index)];
            let scene = self.scene(&entry.0, &at)?;
            if !names.insert(scene.name.clone()) {
                let message = format!(
                    "a scene is named `{}` already; give this one a `name`",
                    scene.name
                );
                return Err(self.error(&at, message));
            }
            scenes.push(scene);
        }
        Ok(scenes)
    }

    fn scene(&self, entry: &SceneObject, at: &[Step]) -> Result<StudyScene, SceneError> {
        let place = |name: &str| [at, &[field(name)]].concat();
        let path = self.folder.join(&entry.file);
        let name = match &entry.name {
            Some(name) => name.clone(),
            None => path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
        };
        let is_name_character = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if name.is_empty() || !name.chars().all(is_name_character) {
            let message = format!(
                "`{name}` is no name of a scene; give it a `name` of letters, digits, `_` and `-`"
            );
            return Err(self.error(&place("name"), message));
        }
        let mut changes = Vec::new();
        for (key, value) in &entry.set.0 {
            let at = [&place("set")[..], &[field(key)]].concat();
            let change = Override::parse(&format!("{key}={value}"));
            let change = change.map_err(|error| self.error(&at, error.to_string()))?;
            changes.push(change);
        }
        let scene = Scene::load(&path, &changes).map_err(|error| match error {
            SceneError::Unreadable { .. } => self.error(&place("file"), error.to_string()),
            SceneError::Override { .. } => self.error(&place("set"), error.to_string()),
            error => error,
        })?;
        let (globs, at) = match &entry.params {
            Some(globs) => (globs, place("params")),
            None => (&self.file.value.params, vec![field("params")]),
        };
        let parameters = if globs.is_empty() {
            scene.parameters.iter().map(|(id, _)| id).collect()
        } else {
            let selected = scene.parameters.select(globs);
            selected.map_err(|error| self.error(&at, format!("in the scene `{name}`: {error}")))?
        };
        let derives = |quantity: &Quantity| *quantity != Quantity::Image;
        if parameters.is_empty() && self.file.value.quantity.0.iter().any(derives) {
            let message = format!("the scene `{name}` has no parameters to differentiate by");
            return Err(self.error(&at, message));
        }
        Ok(StudyScene {
            name,
            scene,
            parameters,
        })
    }

    fn weights(&self) -> Result<WeightKind, SceneError> {
        match self.file.value.weights.as_str() {
            "waves" => Ok(WeightKind::Waves),
            "ones" => Ok(WeightKind::Ones),
            name => {
                let at = [field("weights")];
                let path = self.folder.join(name);
                if !matches!(Format::of(&path), Ok(Format::Npy | Format::Exr)) {
                    let message = format!(
                        "expected `waves`, `ones`, or a file that ends in .npy or .exr, got `{name}`"
                    );
                    return Err(self.error(&at, message));
                }
                let image = read_image(&path, ColorSpace::Srgb);
                let image = image.map_err(|error| self.error(&at, format!("failed to {error}")))?;
                Ok(WeightKind::File(image))
            }
        }
    }

    fn estimators(&self) -> Result<Vec<Method>, SceneError> {
        let mut all = Vec::new();
        for (index, entry) in self.file.value.estimators.iter().enumerate() {
            let at = [field("estimators"), Step::Index(index)];
            let methods = match entry {
                EstimatorEntry::Text(text) => {
                    let method = text.parse();
                    vec![method.map_err(|error| self.error(&at, format!("{error}")))?]
                }
                EstimatorEntry::Object(fields) => self.sweep(fields, &at)?,
            };
            for method in methods {
                if method == Method::Exact {
                    let message = "`exact` is what estimators are compared with, and none of them; \
                                   leave it out";
                    return Err(self.error(&at, message));
                }
                if all.contains(&method) {
                    return Err(self.error(&at, format!("`{method}` is there twice; keep one")));
                }
                all.push(method);
            }
        }
        Ok(all)
    }

    /// Returns a method for each combination of values of its settings, the last varying fastest.
    fn sweep(
        &self,
        fields: &[(String, SettingValues)],
        at: &[Step],
    ) -> Result<Vec<Method>, SceneError> {
        let place = |name: &str| [at, &[field(name)]].concat();
        let name = fields.iter().find(|(name, _)| name == "method");
        let (_, name) = name.ok_or_else(|| self.error(at, "missing field `method`"))?;
        let [name] = name.0.as_slice() else {
            return Err(self.error(&place("method"), "expected the name of one method"));
        };
        let method = Method::named(name);
        let method = method.map_err(|error| self.error(&place("method"), error.to_string()))?;
        let mut methods = vec![method];
        for (setting, values) in fields.iter().filter(|(name, _)| name != "method") {
            let error = |message: String| self.error(&place(setting), message);
            if values.0.is_empty() {
                return Err(error("the list is empty; give a value".into()));
            }
            let mut next = Vec::new();
            for mut method in methods {
                for value in &values.0 {
                    let set = method.set(setting, value);
                    set.map_err(|fault| error(fault.to_string()))?;
                    next.push(method);
                }
            }
            methods = next;
            if methods.len() > MAX_CELLS {
                return Err(error(format!(
                    "there would be more than {MAX_CELLS} estimators"
                )));
            }
        }
        Ok(methods)
    }

    fn check_lists(&self, study: &Study) -> Result<(), SceneError> {
        let lengths = [
            ("scenes", study.scenes.len()),
            ("quantity", study.quantities.len()),
            ("estimators", study.estimators.len()),
            ("samplers", study.samplers.len()),
            ("budgets", study.budgets.len()),
        ];
        if let Some((name, _)) = lengths.iter().find(|(_, length)| *length == 0) {
            return Err(self.error(
                &[field(name)],
                "the list is empty; a study has one at least",
            ));
        }
        let twice = |name: &str, position: Option<usize>| match position {
            Some(index) => {
                let at = [field(name), Step::Index(index)];
                Err(self.error(&at, "is there twice; keep one"))
            }
            None => Ok(()),
        };
        twice("quantity", repeated(&study.quantities))?;
        twice("samplers", repeated(&study.samplers))?;
        let budgets = &study.budgets;
        if let Some(index) = (1..budgets.len()).find(|&i| budgets[i] <= budgets[i - 1]) {
            let at = [field("budgets"), Step::Index(index)];
            let message = format!(
                "budgets must increase, and {} comes after {}",
                budgets[index],
                budgets[index - 1]
            );
            return Err(self.error(&at, message));
        }
        let most = f64::from(budgets[budgets.len() - 1]) * study.edge_ratio;
        if most > MAX_EDGE_SAMPLES {
            let message = format!(
                "the largest budget times this is {most} samples per pixel of edge length; at most \
                 {MAX_EDGE_SAMPLES} are allowed"
            );
            return Err(self.error(&[field("edge_ratio")], message));
        }
        let cells = study.cell_count();
        if cells > MAX_CELLS {
            let message = format!("the study has {cells} cells; at most {MAX_CELLS} are allowed");
            return Err(self.error(&[], message));
        }
        Ok(())
    }

    /// Checks that weights from a file have the size and channels of every scene's image.
    fn check_weights(&self, study: &Study) -> Result<(), SceneError> {
        let WeightKind::File(image) = &study.weights else {
            return Ok(());
        };
        for scene in &study.scenes {
            let renderer = Renderer::new(&scene.scene, scene.scene.render.clone());
            let canvas = &scene.scene.canvas;
            let (width, height) = (canvas.width as usize, canvas.height as usize);
            let channels = renderer.channels();
            let fits = (image.width(), image.height()) == (width, height)
                && [1, channels].contains(&image.channels());
            if !fits {
                let message = format!(
                    "the weights are {} × {} pixels with {} channels, and the image of the scene \
                     `{}` is {width} × {height} with {channels}; they must agree (one channel \
                     serves for all)",
                    image.width(),
                    image.height(),
                    image.channels(),
                    scene.name
                );
                return Err(self.error(&[field("weights")], message));
            }
        }
        Ok(())
    }

    fn check_objections(&self, study: &Study) -> Result<(), SceneError> {
        for scene in &study.scenes {
            let renderer = Renderer::new(&scene.scene, scene.scene.render.clone());
            for method in &study.estimators {
                if let Some(reason) = method.estimator().objection(&renderer) {
                    let message = format!(
                        "`{method}` cannot take the scene `{}`: {reason}",
                        scene.name
                    );
                    return Err(self.error(&[field("estimators")], message));
                }
            }
        }
        Ok(())
    }
}

fn repeated<T: PartialEq>(list: &[T]) -> Option<usize> {
    (1..list.len()).find(|&index| list[..index].contains(&list[index]))
}
