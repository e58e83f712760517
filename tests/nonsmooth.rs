//! Scenes that are not smooth: shared and coincident borders, hidden and degenerate shapes, edges
//! along the grid of pixels and tiles. Each has an answer that comes from mathematics.

#[path = "nonsmooth/borders.rs"]
mod borders;
#[path = "nonsmooth/grid.rs"]
mod grid;
#[path = "nonsmooth/no_area.rs"]
mod no_area;
#[path = "nonsmooth/overlaps.rs"]
mod overlaps;
#[path = "nonsmooth/rounding.rs"]
mod rounding;
mod support;

use reynolds::integrator::{Method, Renderer};
use reynolds::scene::{ParameterId, RenderSettings, Scene};
use support::{
    Estimate, FrozenScene, assert_unbiased, derivative, exact, find, one_sided, scene,
    smooth_weights,
};

const METHODS: [Method; 2] = [Method::Edge, Method::Exact];

const ANGLES: [f64; 5] = [0.0, 17.3, 30.0, 45.0, 90.0];

fn with_method(scene: &Scene, method: Method) -> Renderer<'_> {
    Renderer::new(scene, scene.render.clone()).with_method(method)
}

/// Returns a scene whose shapes are in a group `g` that is turned about the middle of the canvas.
fn turned(side: u32, degrees: f64, shapes: &str) -> Scene {
    let middle = 0.5 * f64::from(side);
    scene(
        side,
        &format!(
            r#"{{"type": "group", "id": "g",
                "transform": {{"translate": [0.013, 0.017], "rotate": {degrees:?}, "scale": [1, 1], "origin": [{middle:?}, {middle:?}]}},
                "children": [{shapes}]}}"#
        ),
    )
}

const MOVES_OF_ALL: [&str; 5] = [
    "g.transform.translate.x",
    "g.transform.translate.y",
    "g.transform.rotate",
    "g.transform.scale.x",
    "g.transform.scale.y",
];

fn ids(scene: &Scene, names: &[&str]) -> Vec<(ParameterId, f64)> {
    names.iter().map(|name| (find(scene, name), 1.0)).collect()
}

/// Checks derivatives along directions in which the image is smooth: the exact method against
/// differences, edge sampling within its error.
fn check_smooth(what: &str, scene: &Scene, directions: &[(&str, Vec<(ParameterId, f64)>)]) {
    let frozen = FrozenScene::new(scene);
    let weights = smooth_weights(scene, 3, 21);
    let gradient = exact(scene).vjp(&weights);
    let along = |gradient: &[f64], direction: &[(ParameterId, f64)]| -> f64 {
        direction
            .iter()
            .map(|&(id, v)| gradient[id.index()] * v)
            .sum()
    };
    let mut truths = Vec::new();
    for (name, direction) in directions {
        let derivative = derivative(&frozen, direction, 1e-6);
        let (truth, error) = derivative.dot(&weights);
        let found = along(&gradient, direction);
        let terms: f64 = direction
            .iter()
            .map(|&(id, v)| (gradient[id.index()] * v).abs())
            .sum();
        let scale = truth.abs().max(terms).max(derivative.typical(&weights));
        assert!(
            (found - truth).abs() <= 1e-6 * scale && error <= 1e-6 * scale,
            "{what}, by {name}: exact {found:.10e}, difference {truth:.10e} ± {error:.1e}"
        );
        truths.push((found, scale));
    }
    let settings = RenderSettings {
        // With these the ends of overlaps do not fall close to borders of strata, where a rare
        // event that no seed sees would make up for a small bias.
        edge_samples: 13.0,
        ..scene.render.clone()
    };
    let mut moments = vec![reynolds::statistics::RunningMoments::default(); directions.len()];
    for seed in 0..32 {
        let settings = RenderSettings {
            seed,
            ..settings.clone()
        };
        let gradient = Renderer::new(scene, settings).vjp(&weights);
        for (moments, (_, direction)) in moments.iter_mut().zip(directions) {
            moments.push(along(&gradient, direction));
        }
    }
    let family: Vec<Estimate> = directions
        .iter()
        .zip(&truths)
        .zip(moments)
        .map(|(((name, _), &(truth, scale)), moments)| Estimate {
            name: (*name).to_owned(),
            truth,
            uncertainty: 1e-9 * scale,
            scale,
            moments,
        })
        .collect();
    assert_unbiased(what, &family, 0.02);
}

/// Checks that all shapes of the group `g` moved as one give the derivative of the moved image.
fn check_moves_of_all(what: &str, scene: &Scene) {
    let directions = MOVES_OF_ALL.map(|name| (name, ids(scene, &[name])));
    check_smooth(what, scene, &directions);
}

/// Checks two edges on one line: moved together they give the derivative; each alone gives that of
/// one of its two sides.
fn check_two_edges(what: &str, scene: &Scene, names: [&str; 2]) {
    check_smooth(what, scene, &[("both together", ids(scene, &names))]);
    let frozen = FrozenScene::new(scene);
    let weights = smooth_weights(scene, 3, 21);
    for method in METHODS {
        let mut settings = scene.render.clone();
        settings.edge_samples = 64.0;
        let gradient = Renderer::new(scene, settings)
            .with_method(method)
            .vjp(&weights);
        for name in names {
            let id = find(scene, name);
            let side = |step: f64| {
                let slope = |step: f64| one_sided(&frozen, &[(id, 1.0)], step, &weights);
                2.0 * slope(0.5 * step) - slope(step)
            };
            let (left, right) = (side(-1e-5), side(1e-5));
            let found = gradient[id.index()];
            let tolerance = if method == Method::Exact { 1e-6 } else { 0.02 };
            let scale = left.abs().max(right.abs());
            let distance = (found - left).abs().min((found - right).abs());
            assert!(
                distance <= tolerance * scale,
                "{what}, {method:?} by {name}: {found}, should be {left} or {right}"
            );
        }
    }
}
