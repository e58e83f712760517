//! Derivatives against finite differences of the exact image.
//!
//! Central differences at two steps, extrapolated; their distance bounds the error of the result,
//! and where it is too large (a corner passes a pixel border within the step) the step shrinks.
//! One parameter of every kind of every kind of shape is tested.

mod support;

use std::collections::HashSet;

use reynolds::film::Image;
use reynolds::filter::Filter;
use reynolds::scene::{ParameterId, ParameterKind, Scene, Unit};
use support::{
    Estimate, FrozenScene, GENERIC, RINGS, assert_unbiased, derivative, exact, noise, scene_on,
    smooth_weights, vjp_estimates,
};

/// How far exact derivatives may be from differences, in parts of the scale.
const TOLERANCE: f64 = 1e-7;
/// The largest standard error, in parts of the scale.
const POWER: f64 = 0.01;

/// How far the extrapolated differences may be off by rounding, in parts of the scale.
const ROUNDING: f64 = 1e-9;

/// A parameter with what the derivative of each weighted sum of pixels should be.
struct Tested {
    id: ParameterId,
    truths: Vec<Truth>,
}

/// A derivative by finite differences.
struct Truth {
    value: f64,
    uncertainty: f64,
    scale: f64,
}

#[test]
fn solids_box() {
    check("solids", Filter::Box);
}

#[test]
fn solids_mitchell() {
    check("solids", Filter::Mitchell);
}

#[test]
fn groups_box() {
    check("groups", Filter::Box);
}

#[test]
fn groups_tent() {
    check("groups", Filter::Tent);
}

#[test]
fn linear_gradients() {
    check("linear gradients", Filter::Box);
}

#[test]
fn radial_gradients() {
    check("radial gradients", Filter::Box);
}

/// What decides where the rings are, and a colour beside one. Not the offsets of stops that share one:
/// each moves the jump by half, and beyond that opens a ramp, so that the image has a kink.
#[test]
fn radial_jumps() {
    let shrunk = format!(
        r#"{{"type": "group", "id": "all", "transform": {{"scale": [0.63, 0.61]}}, "children": [{RINGS}]}}"#
    );
    let scene = scene_on(20, "[0.9, 0.9, 1]", &shrunk);
    let wanted = [
        "target.transform.rotate",
        "target.fill.center.x",
        "target.fill.stops.0.offset",
        "target.fill.stops.2.color.a",
        "wedge.fill.radius",
        "waves.fill.center.x",
    ];
    check_scene("radial jumps", scene, Filter::Box, |name| {
        wanted.contains(&name)
    });
}

fn check(name: &str, filter: Filter) {
    let &(_, side, background, shapes) = GENERIC
        .iter()
        .find(|entry| entry.0 == name)
        .expect("a scene of that name");
    check_scene(name, scene_on(side, background, shapes), filter, |_| true);
}

/// Checks parameters of every kind, of those that are wanted.
fn check_scene(name: &str, mut scene: Scene, filter: Filter, wanted: impl Fn(&str) -> bool) {
    scene.render.filter = filter;
    let channels = exact(&scene).channels();
    let weights = [
        ("smooth weights", smooth_weights(&scene, channels, 1)),
        ("noise", noise(&scene, channels, 2)),
    ];
    let images: Vec<&Image> = weights.iter().map(|(_, image)| image).collect();
    let tested = differentiate(&scene, &images, wanted);
    for (i, (label, weights)) in weights.iter().enumerate() {
        let what = format!("scene {name}, filter {filter}, {label}");
        check_exact(&what, &scene, weights, &tested, i);
        check_sampled(&what, &scene, weights, &tested, i);
    }
}

/// Differentiates by parameters of every kind of every kind of shape.
fn differentiate(scene: &Scene, weights: &[&Image], wanted: impl Fn(&str) -> bool) -> Vec<Tested> {
    let frozen = FrozenScene::new(scene);
    let gradients: Vec<Vec<f64>> = weights.iter().map(|w| exact(scene).vjp(w)).collect();
    let of_kind = |id: ParameterId| -> Vec<f64> {
        let kind = scene.parameters[id].kind;
        gradients
            .iter()
            .map(|g| root_mean_square_of(scene, kind, g))
            .collect()
    };
    let differentiate = |id| Tested {
        id,
        truths: differences(&frozen, id, weights, &of_kind(id)),
    };
    some_of_each_kind(scene, 2, wanted)
        .into_iter()
        .map(differentiate)
        .collect()
}

fn root_mean_square_of(scene: &Scene, kind: ParameterKind, gradient: &[f64]) -> f64 {
    let of_kind = scene
        .parameters
        .iter()
        .filter(|(_, parameter)| parameter.kind == kind);
    root_mean_square(of_kind.map(|(id, _)| gradient[id.index()]))
}

fn root_mean_square(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    (values.iter().map(|v| v * v).sum::<f64>() / values.len() as f64).sqrt()
}

/// Differentiates by one parameter, with smaller steps until the differences at two of them agree
/// far within the tolerance.
///
/// The scale is the largest of the derivative, what it would typically be with weights of this
/// size and random signs, and `scales`.
fn differences(
    scene: &FrozenScene,
    id: ParameterId,
    weights: &[&Image],
    scales: &[f64],
) -> Vec<Truth> {
    let parameter = &scene.scene().parameters[id];
    let largest = match parameter.kind.unit() {
        Unit::Pixel | Unit::Degree => 1.0 / 4096.0,
        Unit::One => 1.0 / 32768.0,
    };
    let mut log = String::new();
    for step in [largest, largest / 16.0, largest / 256.0] {
        let derivative = derivative(scene, &[(id, 1.0)], step);
        let truths = weights.iter().zip(scales).map(|(weights, scale)| {
            let (value, difference) = derivative.dot(weights);
            let typical = derivative.typical(weights);
            let scale = scale.max(value.abs()).max(typical);
            let uncertainty = difference.max(ROUNDING * scale);
            Truth {
                value,
                uncertainty,
                scale,
            }
        });
        let truths: Vec<Truth> = truths.collect();
        if truths
            .iter()
            .all(|truth| truth.uncertainty <= TOLERANCE * truth.scale)
        {
            return truths;
        }
        for Truth {
            value,
            uncertainty,
            scale,
        } in truths
        {
            log += &format!("step {step:e}: {value} ± {uncertainty:e}, scale {scale}\n");
        }
    }
    panic!("differences by {} do not converge:\n{log}", parameter.name);
}

/// Picks the first `copies` parameters of every name, numbers in it left out and the shape's id
/// replaced by its type: `circle.center.x`, `polygon.points.*.y`, `path.fill.stops.*.offset`.
fn some_of_each_kind(
    scene: &Scene,
    copies: u32,
    wanted: impl Fn(&str) -> bool,
) -> Vec<ParameterId> {
    let mut seen = std::collections::HashMap::new();
    let types: Vec<(&str, String)> = scene
        .shapes
        .iter()
        .map(|shape| {
            let text = format!("{:?}", shape.geometry);
            let end = text.find(' ').unwrap_or(text.len());
            (shape.id.as_str(), text[..end].to_lowercase())
        })
        .collect();
    let mut picked = Vec::new();
    for (id, parameter) in scene.parameters.iter() {
        if !wanted(&parameter.name) {
            continue;
        }
        let (shape, field) = parameter.name.split_once('.').expect("names have parts");
        let shape_type = types
            .iter()
            .find(|(id, _)| *id == shape)
            .map_or("canvas", |(_, t)| t);
        let field: Vec<&str> = field
            .split('.')
            .map(|part| {
                if part.parse::<u32>().is_ok() {
                    "*"
                } else {
                    part
                }
            })
            .collect();
        let count = seen
            .entry(format!("{shape_type}.{}", field.join(".")))
            .or_insert(0);
        *count += 1;
        if *count <= copies {
            picked.push(id);
        }
    }
    picked
}

fn check_exact(what: &str, scene: &Scene, weights: &Image, tested: &[Tested], i: usize) {
    let gradient = exact(scene).vjp(weights);
    for Tested { id, truths } in tested {
        let Truth {
            value,
            uncertainty,
            scale,
        } = truths[i];
        let found = gradient[id.index()];
        assert!(
            (found - value).abs() <= TOLERANCE * scale + uncertainty,
            "{what}, {}: exact {found:.12e}, difference {value:.12e} ± {uncertainty:.1e}, scale {scale:.2e}",
            scene.parameters[*id].name
        );
    }
}

fn check_sampled(what: &str, scene: &Scene, weights: &Image, tested: &[Tested], i: usize) {
    let mut settings = scene.render.clone();
    settings.spp = 32;
    settings.edge_samples = 8.0;
    let moments = vjp_estimates(scene, &settings, weights, 48);
    let estimate = |Tested { id, truths }: &Tested| Estimate {
        name: scene.parameters[*id].name.clone(),
        truth: truths[i].value,
        uncertainty: truths[i].uncertainty + TOLERANCE * truths[i].scale,
        scale: truths[i].scale,
        moments: moments[id.index()],
    };
    let family: Vec<Estimate> = tested.iter().map(estimate).collect();
    assert_unbiased(what, &family, POWER);
}

#[test]
fn the_scenes_have_every_kind_of_parameter() {
    let mut kinds = HashSet::new();
    for (_, scene) in support::generic_scenes() {
        kinds.extend(scene.parameters.iter().map(|(_, parameter)| parameter.kind));
    }
    assert_eq!(kinds.len(), 8);
}
