//! Every scene of `scenes/`: derivatives against differences of the exact image, and forward
//! against reverse.
//!
//! Scenes are shrunk to a small canvas by a group around all shapes. It also turns them a little,
//! so that no edge lies on the grid of pixels, where the image has kinks. Borders that coincide
//! still do; there a derivative must lie between those of the two sides.

mod support;

use std::path::{Path, PathBuf};

use reynolds::film::Image;
use reynolds::integrator::{Method, Renderer};
use reynolds::scene::{
    Geometry, ParameterId, Point, Real, RenderSettings, Scene, Shape, Transform, Unit,
};
use support::{
    Estimate, FrozenScene, assert_unbiased, derivative, dot, exact, noise, one_sided,
    smooth_weights, uniform, vjp_estimates,
};

/// The longer side of the shrunk canvas, in pixels.
const SIDE: u32 = 16;
/// The most parameters of one scene that are differentiated.
const PARAMETERS: usize = 6;

/// How many seeds an estimate is the mean of.
const SEEDS: u64 = 32;
/// A scene whose exact derivatives take long: many radial gradients over each other. Here it is
/// compared forward against reverse only, by sampling; `check` takes all of it.
const SLOW: [&str; 1] = ["bokeh"];

fn is_slow(file: &Path) -> bool {
    SLOW.iter()
        .any(|name| file.file_stem().is_some_and(|stem| stem == *name))
}

fn scene_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenes");
    let entries = std::fs::read_dir(&folder).expect("the folder of scenes is there");
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a folder that can be listed").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    files.sort();
    assert!(files.len() > 10, "only {} scenes", files.len());
    files
}

/// Puts all shapes into a group that shrinks them to a canvas of [`SIDE`] pixels and turns them.
fn shrunk(scene: &Scene) -> Scene {
    let mut scene = scene.clone();
    let side = scene.canvas.width.max(scene.canvas.height);
    let factor = f64::from(SIDE.min(side)) / f64::from(side);
    let shrink = |length: u32| ((f64::from(length) * factor).ceil() as u32).max(1);
    scene.canvas.width = shrink(scene.canvas.width);
    scene.canvas.height = shrink(scene.canvas.height);
    let point = |x: f64, y: f64| Point {
        x: Real::Constant(x),
        y: Real::Constant(y),
    };
    for shape in &mut scene.shapes {
        shape.parent = Some(shape.parent.map_or(0, |parent| parent + 1));
        if let Geometry::Group { end } = &mut shape.geometry {
            *end += 1;
        }
    }
    let all = Shape {
        id: "all".into(),
        parent: None,
        geometry: Geometry::Group {
            end: scene.shapes.len() + 1,
        },
        fill: None,
        opacity: None,
        transform: Some(Transform::Parts {
            translate: point(0.0713, 0.0371),
            rotate: Real::Constant(0.837),
            scale: point(factor, factor),
            origin: point(0.0, 0.0),
        }),
    };
    scene.shapes.insert(0, all);
    scene
}

/// Picks parameters spread over the scene.
fn some_parameters(scene: &Scene) -> Vec<ParameterId> {
    let all: Vec<ParameterId> = scene.parameters.iter().map(|(id, _)| id).collect();
    let count = all.len().min(PARAMETERS);
    (0..count).map(|i| all[i * all.len() / count]).collect()
}

/// A derivative by differences: where the image is smooth one value, else those of both sides.
struct Sides {
    low: f64,
    high: f64,
    /// How far the exact derivative may be beyond them where nothing is wrong.
    tolerance: f64,
}

/// How well an exact derivative and a difference agree.
const RELATIVE: f64 = 1e-7;
/// Derivatives smaller than this part of their size `Σ |w ∂I|` are measured against that part.
const RELATIVE_TO_SIZE: f64 = 1e-2;
/// The most that a difference may err where the image is smooth, in parts of the size.
const BLUNT: f64 = 1e-6;

/// Takes smaller steps until the differences at two of them agree within the tolerance.
fn sides(scene: &FrozenScene, id: ParameterId, weights: &Image) -> Sides {
    let direction = [(id, 1.0)];
    let parameter = &scene.scene().parameters[id];
    let step = match parameter.kind.unit() {
        Unit::Pixel | Unit::Degree => 1e-4,
        Unit::One => 1e-6,
    };
    let central = derivative(scene, &direction, step);
    let (mut value, mut error) = central.dot(weights);
    let (size, scale) = (
        central.size(weights),
        value.abs().max(central.typical(weights)),
    );
    // What rounding does to a sum of pixels.
    let floor = 1e-16 * weights.data().iter().map(|w| w.abs()).sum::<f64>();
    // Central differences of |x| converge too; only both sides together tell a kink.
    let slope = |step: f64| one_sided(scene, &direction, step, weights);
    let (left, right) = (slope(-step), slope(step));
    if (left - right).abs() > 1e-3 * scale {
        let error = 1e-3 * scale.max(left.abs()).max(right.abs());
        return Sides {
            low: left.min(right) - error,
            high: left.max(right) + error,
            tolerance: 0.0,
        };
    }
    let tolerance = RELATIVE * value.abs().max(RELATIVE_TO_SIZE * size);
    let mut steps = [8.0 * step, step / 8.0].into_iter();
    while error > tolerance
        && let Some(step) = steps.next()
    {
        let (other, other_error) = derivative(scene, &direction, step).dot(weights);
        if other_error < error {
            (value, error) = (other, other_error);
        }
    }
    let rounding = 4.0 * floor / step;
    assert!(
        error <= BLUNT * size + rounding,
        "differences by {} do not converge: {value:e} ± {error:e}, size {size:e}",
        parameter.name
    );
    let error = error.max(rounding);
    Sides {
        low: value - error,
        high: value + error,
        tolerance,
    }
}

#[test]
fn exact_derivatives_are_differences_of_the_exact_image() {
    let mut report = String::new();
    for file in scene_files() {
        // The slivers of `thin` are thinner than the steps.
        if is_slow(&file) || file.ends_with("thin.json") {
            continue;
        }
        let scene = shrunk(&load(&file));
        let weights = smooth_weights(&scene, exact(&scene).channels(), 31);
        let frozen = FrozenScene::new(&scene);
        let gradient = exact(&scene).vjp(&weights);
        for id in some_parameters(&scene) {
            let Sides {
                low,
                high,
                tolerance,
            } = sides(&frozen, id, &weights);
            let found = gradient[id.index()];
            if found < low - tolerance || found > high + tolerance {
                report += &format!(
                    "{} by {}: exact {found:.12e}, differences {low:.12e} to {high:.12e}, tolerance {tolerance:.1e}\n",
                    file.display(),
                    scene.parameters[id].name
                );
            }
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn edge_sampling_is_unbiased_for_the_exact_derivative() {
    for file in scene_files() {
        if is_slow(&file) {
            continue;
        }
        let scene = shrunk(&load(&file));
        let weights = smooth_weights(&scene, exact(&scene).channels(), 31);
        let gradient = exact(&scene).vjp(&weights);
        let largest = gradient.iter().fold(0.0f64, |m, g| m.max(g.abs()));
        let mut settings = scene.render.clone();
        settings.spp = 16;
        settings.edge_samples = 13.0;
        let moments = vjp_estimates(&scene, &settings, &weights, SEEDS);
        let samples = f64::from(settings.spp) * SEEDS as f64;
        let mut family = Vec::new();
        for (id, parameter) in scene.parameters.iter() {
            let (truth, moments) = (gradient[id.index()], moments[id.index()]);
            let unseen = moments.mean() == 0.0 && moments.variance() == 0.0;
            if unseen && truth.abs() * samples < 20.0 {
                // So small that likely no sample of any seed hits it.
                continue;
            }
            // Differences of this size may come from events too rare to be seen in all seeds: an
            // edge crosses another close to the border of a stratum.
            let invisible = 1e-6;
            family.push(Estimate {
                name: parameter.name.clone(),
                truth,
                uncertainty: invisible * largest,
                scale: largest,
                moments,
            });
        }
        assert_unbiased(&file.display().to_string(), &family, 0.01);
    }
}

#[test]
fn forward_and_reverse_are_transposes() {
    for file in scene_files() {
        let scene = shrunk(&load(&file));
        let direction: Vec<(ParameterId, f64)> = (scene.parameters.iter())
            .map(|(id, _)| (id, uniform(3, id.index() as u64)))
            .collect();
        for method in [Method::Edge, Method::Interior, Method::Exact] {
            if method == Method::Exact && is_slow(&file) {
                continue;
            }
            let settings = RenderSettings {
                spp: 4,
                ..scene.render.clone()
            };
            let renderer = Renderer::new(&scene, settings).with_method(method);
            let weights = noise(&scene, renderer.channels(), 4);
            let forward = renderer.jvp(&direction);
            let gradient = renderer.vjp(&weights);
            let reverse = direction.iter().map(|&(id, v)| gradient[id.index()] * v);
            let (left, right) = (dot(&weights, &forward), reverse.clone().sum::<f64>());
            let size = weights
                .data()
                .iter()
                .zip(forward.data())
                .map(|(w, d)| (w * d).abs())
                .sum::<f64>();
            let size = size.max(reverse.map(f64::abs).sum());
            assert!(
                (left - right).abs() <= 1e-10 * size,
                "{}, {method:?}: {left} and {right}",
                file.display()
            );
        }
    }
}

fn load(file: &Path) -> Scene {
    Scene::load(file, &[]).unwrap_or_else(|error| panic!("{error}"))
}
