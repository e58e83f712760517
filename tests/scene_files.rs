//! Every scene of `scenes/`: derivatives against differences of the exact image, and forward
//! against reverse.
//!
//! Scenes are shrunk to a small canvas by a group around all shapes. It also turns them a little,
//! so that no edge lies on the grid of pixels, where the image has kinks. Borders that coincide
//! still do; there a derivative must lie between those of the two sides.

mod support;

use std::convert::Infallible;
use std::path::{Path, PathBuf};

use reynolds::check::differentiate;
use reynolds::film::Image;
use reynolds::integrator::{Method, Renderer};
use reynolds::scene::{
    Geometry, GradientKind, Paint, ParameterId, Point, Real, RenderSettings, Scene, Shape,
    Transform, Unit,
};
use support::{
    Estimate, FrozenScene, assert_unbiased, derivative, dot, exact, noise, smooth_weights, uniform,
    vjp_estimates,
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

/// The largest error of a difference, as a part of the size `Σ |w ∂I|` of the derivative.
const SHARP: f64 = 1e-6;
/// What rounding leaves of a pixel, or of its derivative: a sum over the regions and edges in it, some
/// dozens at most, of products of about 1 at most.
const ROUNDING: f64 = 64.0 * f64::EPSILON;
/// Two extrapolations may be closer together by chance than to the truth, but hardly this much.
const CAUTION: f64 = 4.0;
/// How far derivatives may be off where radial gradients have kinks.
///
/// They are cut along polygons of equal area, at most 10⁻⁵ px from the ellipse: what a side leaves out
/// its ends make up for, unless a border of pixels, where weights change, cuts the side. Sides are about
/// 1/40 px long on these canvases, and 4/π borders cross a pixel of length. So of a jump J of the
/// derivative along a length L at most 4/π · 10⁻⁵ · 1/80 J L is left; of the derivative itself, which goes
/// from 0 to J over a ramp of 3 px, there is 3/2 J L.
const RADIAL: f64 = 1e-7;
/// Derivatives that cancel to less than this part of their size do not have smaller errors.
const RADIAL_TO_SIZE: f64 = 1e-2;

/// Returns where the derivative by a parameter may lie, by differences of the exact image alone: close to a
/// value, or at a kink between the derivatives to both sides.
///
/// The room around it is what the extrapolation tells of its error, and what rounding does to a difference
/// by its smallest step in those pixels that change, and to the derivative in all.
fn interval(scene: &FrozenScene, id: ParameterId, weights: &Image) -> [f64; 2] {
    let parameter = &scene.scene().parameters[id];
    let step = match parameter.kind.unit() {
        Unit::Pixel | Unit::Degree => 1e-2,
        Unit::One => 1e-4,
    };
    let coarse = derivative(scene, &[(id, 1.0)], step);
    let size = coarse.size(weights);
    let mut theta = scene.scene().parameters.values().to_vec();
    let here = theta[id.index()];
    let sum = |h: f64| {
        theta[id.index()] = here + h;
        Ok::<f64, Infallible>(dot(weights, &scene.image(&theta)))
    };
    let Ok(found) = differentiate(step, 0.1 * SHARP * size, sum);
    let (mut changing, mut all) = (0.0, 0.0);
    for (weight, change) in weights.data().iter().zip(coarse.image().data()) {
        all += weight.abs();
        changing += if *change != 0.0 { weight.abs() } else { 0.0 };
    }
    let rounding = ROUNDING * (changing / found.step + all);
    let ends = match found.is_kink(rounding) {
        true => [0, 1].map(|side| (found.sides[side], found.side_errors[side])),
        false => [(found.value, found.error); 2],
    };
    let size = ends.iter().fold(size, |size, (end, _)| size.max(end.abs()));
    let room = |(end, error): (f64, f64)| {
        assert!(
            error <= SHARP * size + rounding,
            "differences by {} do not converge: {found:?}, size {size:e}",
            parameter.name
        );
        let radial = RADIAL * end.abs().max(RADIAL_TO_SIZE * size);
        let is_radial = has_radial_gradients(scene.scene());
        CAUTION * error + rounding + if is_radial { radial } else { 0.0 }
    };
    let [low, high] = if ends[0].0 <= ends[1].0 {
        ends
    } else {
        [ends[1], ends[0]]
    };
    [low.0 - room(low), high.0 + room(high)]
}

fn has_radial_gradients(scene: &Scene) -> bool {
    let is_radial = |paint: &Paint| match paint {
        Paint::Solid(_) => false,
        Paint::Gradient(gradient) => matches!(gradient.kind, GradientKind::Radial { .. }),
    };
    let mut fills = scene.shapes.iter().filter_map(|shape| shape.fill.as_ref());
    fills.any(is_radial)
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
            let [low, high] = interval(&frozen, id, &weights);
            let found = gradient[id.index()];
            if found < low || found > high {
                report += &format!(
                    "{} by {}: exact {found:.12e}, differences {low:.12e} to {high:.12e}\n",
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
