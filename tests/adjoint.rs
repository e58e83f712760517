//! `⟨w, J v⟩ = ⟨Jᵀ w, v⟩`: forward and reverse derivatives with the same samples are one linear
//! map and its transpose, for every scene, method, filter and sampler.

mod support;

use clap::ValueEnum;
use reynolds::filter::Filter;
use reynolds::integrator::{Method, Renderer};
use reynolds::sampling::{EdgeAllocation, Sampler};
use reynolds::scene::{ParameterId, RenderSettings, Scene};
use support::{dot, generic_scenes, noise, scene_on, uniform};

/// What rounding may cost, in parts of the sum of the terms' sizes.
const TOLERANCE: f64 = 1e-10;
const SAMPLERS: [Sampler; 2] = [Sampler::Independent, Sampler::Stratified];
const FILTERS: [Filter; 4] = [
    Filter::Box,
    Filter::Tent,
    Filter::Gaussian,
    Filter::Mitchell,
];

fn check(what: &str, scene: &Scene, settings: &RenderSettings, method: Method) {
    let renderer = Renderer::new(scene, settings.clone()).with_method(method);
    let direction: Vec<(ParameterId, f64)> = (scene.parameters.iter())
        .map(|(id, _)| (id, uniform(3, id.index() as u64)))
        .collect();
    let weights = noise(scene, renderer.channels(), 4);
    let forward = renderer.jvp(&direction);
    let gradient = renderer.vjp(&weights);
    let reverse_terms = direction.iter().map(|&(id, v)| gradient[id.index()] * v);
    let (left, right) = (dot(&weights, &forward), reverse_terms.clone().sum::<f64>());
    let terms = weights
        .data()
        .iter()
        .zip(forward.data())
        .map(|(w, d)| (w * d).abs());
    let size = terms.sum::<f64>().max(reverse_terms.map(f64::abs).sum());
    assert!(
        (left - right).abs() <= TOLERANCE * size,
        "{what}, {method:?}, {} sampler, {} filter, seed {}: ⟨w, Jv⟩ = {left:.15e}, ⟨Jᵀw, v⟩ = {right:.15e}, terms of size {size:.1e}",
        settings.sampler,
        settings.filter,
        settings.seed
    );
    assert!(size > 0.0, "{what}, {method:?}: nothing to compare");
}

#[test]
fn sampled() {
    for (name, scene) in generic_scenes().into_iter().chain(special_scenes()) {
        for sampler in SAMPLERS {
            for filter in FILTERS {
                let settings = RenderSettings {
                    spp: 3,
                    edge_samples: 1.7,
                    sampler,
                    filter,
                    seed: 11,
                    ..scene.render.clone()
                };
                check(name, &scene, &settings, Method::Edge);
                check(name, &scene, &settings, Method::Interior);
            }
        }
    }
}

#[test]
fn every_method() {
    for (name, scene) in generic_scenes().into_iter().take(3) {
        for filter in [Filter::Box, Filter::Tent] {
            let settings = RenderSettings {
                spp: 2,
                edge_samples: 1.7,
                filter,
                seed: 11,
                ..scene.render.clone()
            };
            for method in Method::all() {
                if method != Method::Exact {
                    check(name, &scene, &settings, method);
                }
            }
        }
    }
}

#[test]
fn every_sampler() {
    let (name, scene) = generic_scenes().swap_remove(0);
    for &sampler in Sampler::value_variants() {
        let settings = RenderSettings {
            spp: 5,
            edge_samples: 3.0,
            sampler,
            ..scene.render.clone()
        };
        check(name, &scene, &settings, Method::Edge);
    }
}

/// All but the one by importance, which weighs edges by the direction or by the adjoint image.
#[test]
fn every_allocation() {
    for (name, scene) in generic_scenes().into_iter().chain(special_scenes()) {
        for (edge_allocation, filter) in [
            (EdgeAllocation::Length, Filter::Box),
            (EdgeAllocation::Edge, Filter::Tent),
        ] {
            let settings = RenderSettings {
                spp: 2,
                edge_samples: 1.7,
                edge_allocation,
                filter,
                seed: 11,
                ..scene.render.clone()
            };
            check(name, &scene, &settings, Method::Edge);
        }
    }
}

#[test]
fn exact() {
    for (name, scene) in generic_scenes().into_iter().chain(special_scenes()) {
        for filter in FILTERS {
            // The wide rule of the Gaussian times the one of radial gradients is slow.
            if filter == Filter::Gaussian && name == "radial gradients" {
                continue;
            }
            let settings = RenderSettings {
                filter,
                ..scene.render.clone()
            };
            check(name, &scene, &settings, Method::Exact);
        }
    }
}

/// Scenes where edges coincide, shapes vanish and groups nest.
fn special_scenes() -> Vec<(&'static str, Scene)> {
    let build = |shapes| scene_on(20, "[0.3, 0.6, 0.9, 0.8]", shapes);
    vec![
        (
            "shared borders",
            build(
                r#"{"type": "rect", "id": "a", "min": [3, 4], "max": [10, 16], "fill": [0.9, 0.1, 0.2, 0.6]},
                   {"type": "rect", "id": "b", "min": [10, 4], "max": [16, 12], "fill": [0.9, 0.1, 0.2, 0.6]},
                   {"type": "rect", "id": "c", "min": [10, 8], "max": [17, 16], "fill": [0.2, 0.5, 0.1, 0.7]},
                   {"type": "polygon", "id": "d", "points": [[10, 2], [10, 18], [10, 5], [14, 9]], "fill": [0.1, 0.9, 0.2, 0.5]}"#,
            ),
        ),
        (
            "vanishing shapes",
            build(
                r#"{"type": "circle", "id": "point", "center": [5.5, 5.5], "radius": 0, "fill": [0, 0, 0]},
                   {"type": "ellipse", "id": "line", "center": [10.5, 9.3], "radii": [6, 0], "fill": [1, 0, 0]},
                   {"type": "polygon", "id": "flat", "points": [[2, 3], [15, 14], [8.5, 8.5]], "fill": [0, 1, 0]},
                   {"type": "group", "id": "g", "transform": {"scale": [0, 1]}, "children": [
                     {"type": "rect", "id": "r", "min": [1, 1], "max": [15, 15], "fill": [0, 0, 1]}]}"#,
            ),
        ),
        (
            "nested groups",
            build(
                r#"{"type": "group", "id": "g1", "opacity": 0.9, "children": [
                     {"type": "rect", "id": "r1", "min": [2.1, 2.2], "max": [12.7, 11.1], "fill": [0.8, 0.2, 0.1, 0.9]},
                     {"type": "group", "id": "g2", "opacity": 0.5, "transform": {"rotate": 20}, "children": [
                       {"type": "group", "id": "g3", "opacity": 0.7, "children": [
                         {"type": "circle", "id": "c3", "center": [11.3, 6.2], "radius": 4.9, "fill": [0.1, 0.9, 0.4]}]},
                       {"type": "ellipse", "id": "e2", "center": [13.2, 5.1], "radii": [3.3, 5.9], "fill": [0.5, 0.1, 0.9, 0.6]}]},
                     {"type": "circle", "id": "c1", "center": [9.3, 12.4], "radius": 4.2, "fill": [0.9, 0.9, 0.1, 0.5]}]}"#,
            ),
        ),
    ]
}
