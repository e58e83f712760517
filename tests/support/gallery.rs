use std::fs;
use std::path::Path;

use reynolds::scene::{ParameterId, ParameterKind, RenderSettings, Scene};
use serde_json::{Value, json};

/// Returns the names of the scenes in the folder `scenes/`, in order.
pub fn gallery() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes");
    let entries = fs::read_dir(folder).expect("there is a folder of scenes");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let scenes = paths.filter(|path| path.extension().is_some_and(|ext| ext == "json"));
    let name = |path: std::path::PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let mut names: Vec<String> = scenes.map(name).collect();
    names.sort();
    names
}

/// Returns a scene of the gallery, scaled so that its longer side has `side` pixels: all its shapes
/// in one more group.
pub fn shrunk(name: &str, side: u32) -> Scene {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenes/{name}.json"));
    let text = fs::read_to_string(path).expect("the scene can be read");
    let mut document: Value = serde_json::from_str(&text).expect("scenes are JSON");
    let length = |field: &str| document["canvas"][field].as_f64().expect("a number");
    let (width, height) = (length("width"), length("height"));
    let scale = f64::from(side) / width.max(height);
    let pixels = |length: f64| (length * scale).round() as u32;
    document["canvas"]["width"] = pixels(width).into();
    document["canvas"]["height"] = pixels(height).into();
    document["shapes"] = json!([{
        "type": "group", "id": VIEW, "transform": {"scale": [scale, scale]},
        "children": document["shapes"].take()
    }]);
    Scene::parse(&document.to_string(), name, &[]).unwrap_or_else(|error| panic!("{error}"))
}

/// The group around a shrunk scene.
const VIEW: &str = "view";

const KINDS: [ParameterKind; 8] = [
    ParameterKind::Position,
    ParameterKind::Length,
    ParameterKind::Translation,
    ParameterKind::Angle,
    ParameterKind::Scale,
    ParameterKind::Color,
    ParameterKind::Opacity,
    ParameterKind::Offset,
];

/// Returns the parameters that a derivative can be large for: of each kind the one that comes
/// first, then the one in the middle of the list, up to `count`, but one of each kind at least.
pub fn selection(scene: &Scene, count: usize) -> Vec<ParameterId> {
    let own = |name: &str| !name.starts_with(&format!("{VIEW}."));
    let of_kind = |kind: ParameterKind| -> Vec<ParameterId> {
        let list = scene.parameters.iter();
        list.filter(|(_, parameter)| parameter.kind == kind && own(&parameter.name))
            .map(|(id, _)| id)
            .collect()
    };
    let kinds: Vec<Vec<ParameterId>> = KINDS.into_iter().map(of_kind).collect();
    let first = kinds.iter().filter_map(|list| list.first());
    let middle = kinds.iter().filter_map(|list| list.get(list.len() / 2));
    let mut chosen: Vec<ParameterId> = first.copied().collect();
    for &id in middle {
        if chosen.len() < count && !chosen.contains(&id) {
            chosen.push(id);
        }
    }
    chosen
}

/// Returns the settings of a scene with other numbers of samples.
pub fn budget(scene: &Scene, spp: u32, edge_samples: f64) -> RenderSettings {
    RenderSettings {
        spp,
        edge_samples,
        ..scene.render.clone()
    }
}
