use serde_json::{Value, json};

use super::{Study, StudyScene, WeightKind};

impl Study {
    /// Returns the text of a study file that means the same, with all defaults written out, whose
    /// scenes are in the files `scene_file` and whose weights, if they are from a file, in
    /// `weights_file`.
    pub fn to_json(
        &self,
        scene_file: impl Fn(&StudyScene) -> String,
        weights_file: &str,
    ) -> String {
        let scene = |scene: &StudyScene| {
            let names = scene.parameters.iter();
            let names = names.map(|&id| scene.scene.parameters[id].name.as_str());
            json!({
                "name": scene.name,
                "file": scene_file(scene),
                "params": names.collect::<Vec<&str>>(),
            })
        };
        let weights = match self.weights {
            WeightKind::Waves => "waves",
            WeightKind::Ones => "ones",
            WeightKind::File(_) => weights_file,
        };
        let study: Value = json!({
            "version": 1,
            "title": self.title,
            "description": self.description,
            "scenes": self.scenes.iter().map(scene).collect::<Vec<Value>>(),
            "quantity": self.quantities,
            "weights": weights,
            "estimators": self.estimators,
            "samplers": self.samplers,
            "budgets": self.budgets,
            "edge_ratio": self.edge_ratio,
            "replicates": self.replicates,
            "batches": self.batches,
            "random_offset": self.random_offset,
            "fit_from": self.fit_from,
            "terms": self.terms,
            "seed": self.seed,
        });
        format!("{study:#}\n")
    }
}
