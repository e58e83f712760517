use std::f64::consts::TAU;
use std::fmt::Write;
use std::path::Path;

use reynolds::film::Image;
use reynolds::scene::{ParameterId, RenderSettings, Scene};

/// A scene that is measured.
pub struct Picture {
    /// What it is called.
    pub name: &'static str,
    /// What is drawn.
    pub scene: Scene,
}

impl Picture {
    /// Returns the settings of the scene with 2×2 samples a pixel.
    pub fn settings(&self) -> RenderSettings {
        RenderSettings {
            spp: 4,
            ..self.scene.render.clone()
        }
    }

    /// Returns the parameter that forward derivatives are taken by: the first of the shape in the
    /// middle of the list, a coordinate.
    pub fn parameter(&self) -> ParameterId {
        let middle = &self.scene.shapes[self.scene.shapes.len() / 2].id;
        let own = |name: &str| name.split('.').next() == Some(middle);
        let found = self.scene.parameters.iter().find(|(_, p)| own(&p.name));
        found.expect("every shape has a coordinate").0
    }
}

/// Returns the scenes of the table in `README.md`, 256×256 on white.
pub fn pictures() -> Vec<Picture> {
    let circle = r#"{"type": "circle", "id": "disk", "center": [128, 128], "radius": 40,
                     "fill": [0.3, 0.6, 0.3, 1]}"#;
    vec![
        Picture {
            name: "circle",
            scene: scene(256, "[1, 1, 1]", circle),
        },
        blobs("blobs512"),
        blobs("blobs2048"),
    ]
}

fn blobs(name: &'static str) -> Picture {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("benches/scenes/{name}.json"));
    let scene = Scene::load(&path, &[]).expect("the scene is beside the benches");
    Picture { name, scene }
}

/// Returns a scene on a square canvas; `shapes` is what stands between the brackets.
pub fn scene(side: u32, background: &str, shapes: &str) -> Scene {
    let text = format!(
        r#"{{"version": 1, "canvas": {{"width": {side}, "height": {side}, "background": {background}}},
            "shapes": [{shapes}]}}"#
    );
    Scene::parse(&text, "bench.json", &[]).expect("a valid scene")
}

/// Returns a scene of `count` translucent discs all over a square canvas, whose areas add up to half
/// of the canvas whatever their number. They lie on a Kronecker sequence of the plastic number, which
/// spreads any number of points evenly.
pub fn disks(count: usize, side: u32) -> Scene {
    let canvas = f64::from(side);
    let radius = canvas / (TAU * count as f64).sqrt();
    let place = |step: f64, index: usize| (0.5 + step * index as f64).fract() * canvas;
    let mut shapes = String::new();
    for index in 0..count {
        let separator = if index == 0 { "" } else { "," };
        let (x, y) = (
            place(0.7548776662466927, index),
            place(0.5698402909980532, index),
        );
        let blue = index as f64 / count as f64;
        let written = write!(
            shapes,
            r#"{separator}{{"type": "circle", "id": "d{index}", "center": [{x}, {y}],
                "radius": {radius}, "fill": [0.9, 0.4, {blue}, 0.7]}}"#
        );
        written.expect("text can be appended");
    }
    scene(side, "[1, 1, 1]", &shapes)
}

/// Returns the weights w(x, y) = sin(2πx / width) + cos(2πy / height) at pixel centres, in every
/// channel.
pub fn waves(width: usize, height: usize, channels: usize) -> Image {
    let mut image = Image::new(width, height, channels);
    for y in 0..height {
        for x in 0..width {
            let u = TAU * (x as f64 + 0.5) / width as f64;
            let v = TAU * (y as f64 + 0.5) / height as f64;
            image.pixel_mut(x, y).fill(u.sin() + v.cos());
        }
    }
    image
}
