//! Every file in `scenes/` is a valid scene, is documented, survives a round trip and renders.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use reynolds::integrator::Renderer;
use reynolds::scene::{Scene, json_schema};
use reynolds::study::Study;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes")
}

/// Returns name and text of every scene file, sorted by name.
fn scene_files() -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = fs::read_dir(folder())
        .expect("the folder of scenes can be listed")
        .map(|entry| entry.expect("its entries can be read").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            let name = path.file_name().expect("a file has a name");
            let text = fs::read_to_string(&path).expect("a scene is UTF-8 text");
            (name.to_string_lossy().into_owned(), text)
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "there are scenes");
    files
}

fn parse(name: &str, text: &str) -> Scene {
    Scene::parse(text, name, &[]).unwrap_or_else(|error| panic!("failed to load: {error}"))
}

/// Returns names and values of all parameters; the values as bits, so that −0 differs from 0.
fn parameters(scene: &Scene) -> Vec<(&str, u64)> {
    let names = scene.parameters.iter().map(|(_, p)| p.name.as_str());
    let bits = scene
        .parameters
        .values()
        .iter()
        .map(|value| value.to_bits());
    names.zip(bits).collect()
}

#[test]
fn every_scene_loads_from_its_file() {
    for (name, _) in scene_files() {
        if let Err(error) = Scene::load(&folder().join(&name), &[]) {
            panic!("failed to load {name}: {error}");
        }
    }
}

#[test]
fn every_scene_is_valid_by_the_schema() {
    let validator = jsonschema::validator_for(&json_schema()).expect("the schema is a schema");
    for (name, text) in scene_files() {
        let document = serde_json::from_str(&text).expect("a scene is JSON");
        let problems: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(problems.is_empty(), "{name}: {problems:#?}");
    }
}

#[test]
fn the_schema_refuses_a_scene_with_a_wrong_field() {
    let validator = jsonschema::validator_for(&json_schema()).expect("the schema is a schema");
    for (name, text) in scene_files() {
        let mut document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert!(validator.is_valid(&document), "{name}");
        document["canvas"]["widht"] = 3.into();
        assert!(!validator.is_valid(&document), "{name} with `widht`");
    }
}

#[test]
fn every_scene_has_an_image_of_finite_values() {
    for (name, text) in scene_files() {
        let scene = parse(&name, &text);
        let mut settings = scene.render.clone();
        settings.spp = 1;
        let image = Renderer::new(&scene, settings).image();
        let size = [scene.canvas.width as usize, scene.canvas.height as usize];
        assert_eq!([image.width(), image.height()], size, "{name}");
        let bad = image.data().iter().position(|value| !value.is_finite());
        assert_eq!(
            bad, None,
            "{name}: index of the first value that is not finite"
        );
    }
}

#[test]
fn every_scene_survives_writing_and_reading() {
    for (name, text) in scene_files() {
        let scene = parse(&name, &text);
        let written = scene.to_json();
        let read = parse(&format!("{name}, written"), &written);
        assert_eq!(parameters(&scene), parameters(&read), "{name}");
        assert_eq!(scene.render, read.render, "{name}");
        // Shapes hold places in θ, and fields that are missing stay missing, so that the models
        // are equal and not only alike.
        assert_eq!(
            format!("{:?} {:?}", scene.canvas, scene.shapes),
            format!("{:?} {:?}", read.canvas, read.shapes),
            "{name}"
        );
        assert_eq!(written, read.to_json(), "{name}");
    }
}

#[test]
fn the_readme_lists_every_scene_once_and_no_other() {
    let readme = fs::read_to_string(folder().join("README.md")).expect("there is a README");
    let tables = readme.split("## Sources").next().expect("text before it");
    let listed: Vec<&str> = tables
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let unique: BTreeSet<&str> = listed.iter().copied().collect();
    let files = scene_files();
    let names: BTreeSet<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(unique, names);
    assert_eq!(listed.len(), unique.len(), "a scene is listed twice");
}

#[test]
fn drawings_by_others_keep_their_licence() {
    let line = "Copyright 2020 Twitter, Inc and other contributors";
    for file in ["scenes/README.md", "assets/LICENSES.md"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file))
            .unwrap_or_else(|error| panic!("failed to read {file}: {error}"));
        let named = text.lines().any(|row| {
            row.contains("dragon.json") && row.contains("CC BY 4.0") && row.contains(line)
        });
        assert!(named, "{file} names the licence of the dragon");
    }
}

/// The studies that come with the program, and their scenes.
#[test]
fn every_ready_study_loads_and_is_valid_by_the_schema() {
    let schema = reynolds::study::json_schema();
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("studies");
    for name in [
        "stratification",
        "estimators",
        "tuning",
        "nonsmooth",
        "nonsmooth-moved",
    ] {
        let path = folder.join(format!("{name}.json"));
        let study = Study::load(&path).unwrap_or_else(|error| panic!("failed to load: {error}"));
        assert!(study.cell_count() > 0, "{name}");
        let text = fs::read_to_string(&path).expect("a study is UTF-8 text");
        let document = serde_json::from_str(&text).expect("a study is JSON");
        assert!(validator.is_valid(&document), "{name}");
    }
}
