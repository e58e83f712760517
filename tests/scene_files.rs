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
use reynolds::drawing::Drawing;
use reynolds::film::Image;
use reynolds::geometry::{Affine, Vec2};
use reynolds::integrator::{Method, Renderer};
use reynolds::paint::PaintLayout;
use reynolds::scene::{
    Geometry, ParameterId, Point, Real, RenderSettings, Scene, Shape, Spread, Transform, Unit,
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
/// How far a polygon may be from the ellipse where a radial gradient has a kink, in pixels.
const KINK_TOLERANCE: f64 = 1e-5;
/// Derivatives that cancel to less than this part of their size do not have smaller errors.
const RADIAL_TO_SIZE: f64 = 1e-2;

/// Returns where the derivative by a parameter may lie, by differences of the exact image alone: close to a
/// value, or at a kink between the derivatives to both sides.
///
/// The room around it is what the extrapolation tells of its error, and what rounding does to a difference
/// by the smallest step in it in those pixels that change, and to the derivative in all.
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
    let rounding = |step: f64| ROUNDING * (changing / step + all);
    let [left, right] = found.side_steps;
    let ends = match found.is_kink(rounding(left.min(right))) {
        true => [0, 1].map(|side| {
            let rounding = rounding(found.side_steps[side]);
            (found.sides[side], found.side_errors[side], rounding)
        }),
        false => [(found.value, found.error, rounding(found.step)); 2],
    };
    let size = (ends.iter()).fold(size, |size, (end, ..)| size.max(end.abs()));
    let radial = radial_error(scene.scene());
    let room = |(end, error, rounding): (f64, f64, f64)| {
        assert!(
            error <= SHARP * size + rounding,
            "differences by {} do not converge: {found:?}, size {size:e}",
            parameter.name
        );
        CAUTION * error + rounding + radial * end.abs().max(RADIAL_TO_SIZE * size)
    };
    let [low, high] = if ends[0].0 <= ends[1].0 {
        ends
    } else {
        [ends[1], ends[0]]
    };
    [low.0 - room(low), high.0 + room(high)]
}

/// Returns how far derivatives may be off where radial gradients have kinks, as a part of themselves.
///
/// They are cut along polygons of equal area. With u from −1 to 1 along a side of length ℓ, a polygon at most
/// ε from the ellipse is ε/2 · (3u² − 1) outside it: what a side leaves out its ends make up for, unless a
/// border of pixels, where weights change, cuts the side. Then ε/2 · ℓ/2 · |u³ − u| <= ε ℓ/(6√3) is left on
/// either side of the border, times the jump J of the derivative. A length L crosses √2 L borders at most: in
/// all √2 · 2/(6√3) ε ℓ J L. Of the derivative itself, which goes to J from 0 at the least over a ramp of
/// width R, there is R J L/2: the error is √2 · 4/(6√3) ε ℓ/R of it.
///
/// A circle of radius r has sides of 2π r/n, n being π √(r/(3ε)) at least: ℓ <= 2 √(3 ε r). An ellipse lies
/// between parallel lines of the distance of its longer axis, and so does its polygon.
fn radial_error(scene: &Scene) -> f64 {
    let rings = radial_rings(scene);
    let error = |&Rings { radius, ramp }: &Rings| {
        let side = 2.0 * (3.0 * KINK_TOLERANCE * radius).sqrt();
        2.0f64.sqrt() * 4.0 / (6.0 * 3.0f64.sqrt()) * KINK_TOLERANCE * side / ramp
    };
    rings.iter().map(error).fold(0.0, f64::max)
}

/// What there is of a radial gradient in the canvas.
struct Rings {
    /// The longer semi-axis of the largest ellipse along which there may be a kink, in pixels.
    radius: f64,
    /// The least width of a ramp, along the shorter axis.
    ramp: f64,
}

fn radial_rings(scene: &Scene) -> Vec<Rings> {
    let drawing = Drawing::new(scene, scene.render.tolerance);
    let [width, height] = [scene.canvas.width, scene.canvas.height].map(f64::from);
    let corners = [(0.0, 0.0), (width, 0.0), (0.0, height), (width, height)];
    let mut rings = Vec::new();
    for layer in drawing.layout.layers() {
        let PaintLayout::Radial { spread, .. } = layer.paint else {
            continue;
        };
        // The map to the unit disc.
        let coefficients = &drawing.variables[layer.coefficients.clone()];
        let map = Affine(std::array::from_fn(|i| coefficients[i]));
        let Some(inverse) = map.inverse() else {
            continue;
        };
        let t = corners.map(|(x, y)| map.apply(Vec2::new(x, y)).length());
        let last = t.into_iter().fold(0.0, f64::max);
        let mut offsets = layer.paint.stop_offsets(coefficients);
        let last = if spread == Spread::Pad {
            last.min(offsets[offsets.len() - 1])
        } else {
            offsets.extend([0.0, 1.0]);
            offsets.sort_by(f64::total_cmp);
            last
        };
        let ramps = offsets.windows(2).map(|pair| pair[1] - pair[0]);
        let ramp = ramps.filter(|ramp| *ramp > 0.0).fold(1.0, f64::min);
        rings.push(Rings {
            radius: last * inverse.max_stretch(),
            ramp: ramp / map.max_stretch(),
        });
    }
    rings
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
