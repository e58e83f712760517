//! What holds whichever parts of edges take the samples: estimates are unbiased, and their variance
//! is the one of the density and the strata.

use std::f64::consts::PI;

use clap::ValueEnum;
use reynolds::filter::Filter;
use reynolds::integrator::{Method, Renderer};
use reynolds::sampling::{EdgeAllocation, Sampler};
use reynolds::scene::{ParameterId, RenderSettings, Scene};
use reynolds::statistics::RunningMoments;

use super::support::{
    Estimate, assert_unbiased, channel_sum, dot, find, generic_scenes, replicate, scene_on,
    smooth_weights, uniform,
};
use super::{SLOPE, gradient_scene, mean, place, ramp, ramp_slope, settings, study};

const SPREAD_OUT: [EdgeAllocation; 3] = [
    EdgeAllocation::Length,
    EdgeAllocation::Edge,
    EdgeAllocation::Importance,
];

/// Estimates of `Jᵀ w` by each parameter and of `⟨w, J v⟩`, against the exact values.
fn family(what: &str, scene: &Scene, settings: &RenderSettings, count: u64) -> Vec<Estimate> {
    let exact = Renderer::new(scene, settings.clone()).with_method(Method::Exact);
    let weights = smooth_weights(scene, exact.channels(), 5);
    let direction: Vec<(ParameterId, f64)> = (scene.parameters.iter())
        .map(|(id, _)| (id, uniform(3, id.index() as u64)))
        .collect();
    let all = |renderer: &Renderer<'_>| {
        let mut values = renderer.vjp(&weights);
        values.push(dot(&weights, &renderer.jvp(&direction)));
        values
    };
    let truth = all(&exact);
    let largest = truth.iter().fold(0.0f64, |m, value| m.max(value.abs()));
    let mut moments = vec![RunningMoments::default(); truth.len()];
    let mut renderer = Renderer::new(scene, settings.clone());
    for index in 0..count {
        renderer.set_seed(replicate(index));
        for (moments, value) in moments.iter_mut().zip(all(&renderer)) {
            moments.push(value);
        }
    }
    let names = (scene.parameters.iter()).map(|(_, p)| format!("{what}, {}", p.name));
    let names = names.chain([format!("{what}, forward")]);
    let values = names.zip(truth).zip(moments);
    let estimates = values.map(|((name, truth), moments)| Estimate {
        name,
        truth,
        // Ellipses of radial gradients are cut along polygons.
        uncertainty: 1e-4 * largest,
        scale: largest,
        moments,
    });
    estimates.collect()
}

#[test]
fn every_allocation_is_unbiased() {
    let mut all = Vec::new();
    let mut number = 0;
    for (name, scene) in generic_scenes() {
        for allocation in SPREAD_OUT {
            let samplers = Sampler::value_variants();
            let settings = RenderSettings {
                spp: 4,
                edge_samples: 1.3,
                edge_allocation: allocation,
                sampler: samplers[number % samplers.len()],
                filter: [Filter::Box, Filter::Tent, Filter::Mitchell][number % 3],
                ..scene.render.clone()
            };
            number += 1;
            let what = format!(
                "{name}, {allocation}, {}, {}",
                settings.sampler, settings.filter
            );
            all.extend(family(&what, &scene, &settings, 200));
        }
    }
    assert_unbiased("allocations", &all, 0.05);
}

#[test]
fn every_sampler_is_unbiased_with_every_allocation() {
    let (_, scene) = generic_scenes().swap_remove(0);
    let mut all = Vec::new();
    for &sampler in Sampler::value_variants() {
        for allocation in SPREAD_OUT {
            let settings = RenderSettings {
                spp: 4,
                edge_samples: 2.0,
                edge_allocation: allocation,
                sampler,
                ..scene.render.clone()
            };
            let what = format!("{allocation}, {sampler}");
            all.extend(family(&what, &scene, &settings, 100));
        }
    }
    assert_unbiased("samplers", &all, 0.05);
}

/// The squared error of the red sum of the derivative along a direction.
fn error(
    scene: &Scene,
    direction: &[(ParameterId, f64)],
    allocation: EdgeAllocation,
    (sampler, samples, seed): (Sampler, u32, u64),
) -> f64 {
    let settings = RenderSettings {
        spp: 1,
        edge_allocation: allocation,
        ..settings(scene, sampler, samples, seed)
    };
    let sum = |method| {
        let renderer = Renderer::new(scene, settings.clone()).with_method(method);
        channel_sum(&renderer.jvp(direction), 0)
    };
    (sum(Method::Edge) - sum(Method::Exact)).powi(2)
}

/// As in `edges_smooth`, where each of the four pieces takes samples; here all 4 pixels of the edge
/// share N samples, or 4 N.
#[test]
fn one_edge_through_four_pixels() {
    let mut scene = gradient_scene(4);
    let left = find(&scene, "box.min.x");
    scene.parameters.values_mut()[left.index()] = 1.5;
    let jump = |s: f64| ramp(place(1.5, 4.0 * s));
    let slopes = 4.0 * mean(|s| (SLOPE * ramp_slope(place(1.5, 4.0 * s))).powi(2));
    let center = mean(jump);
    let variance = 16.0 * mean(|s| (jump(s) - center).powi(2));
    for (allocation, per_edge) in [
        (EdgeAllocation::Edge, 1.0),
        (EdgeAllocation::Length, 4.0f64),
    ] {
        for sampler in [Sampler::Independent, Sampler::Stratified] {
            let constant = match sampler {
                Sampler::Independent => variance / per_edge,
                _ => (4.0 / per_edge).powi(3) * slopes / 12.0,
            };
            let name = format!("one edge, {allocation}");
            study(&name, sampler, &[2, 4, 16, 64], [-1.0, -3.0]).check(|n, seed| {
                let direction = [(left, 1.0)];
                let squared = error(&scene, &direction, allocation, (sampler, n, seed));
                (squared, constant)
            });
        }
    }
}

/// As in `edges_smooth_around_a_disc`, with the same constant from one sample a pixel on: no piece
/// asks for a sample of its own.
#[test]
fn a_closed_outline_is_one_set_of_strata() {
    let scene = scene_on(
        8,
        "[0, 0, 0]",
        r#"{"type": "rect", "id": "ground", "min": [-1, -1], "max": [9, 9],
            "fill": {"type": "linear_gradient", "start": [0, 0], "end": [8, 4], "stops": [
                {"offset": 0, "color": [0.1, 0, 0]}, {"offset": 1, "color": [0.9, 0, 0]}]}},
           {"type": "circle", "id": "disk", "center": [4.1, 3.8], "radius": 3.1, "fill": [0, 0, 0]}"#,
    );
    let gradient = 0.8 * 0.8 / (8.0 * 8.0 + 4.0 * 4.0);
    let direction = [(find(&scene, "disk.radius"), 1.0)];
    let sampler = Sampler::Stratified;
    study(
        "closed outline by length",
        sampler,
        &[2, 4, 8, 16],
        [-1.0, -3.0],
    )
    .check(|n, seed| {
        let squared = error(
            &scene,
            &direction,
            EdgeAllocation::Length,
            (sampler, n, seed),
        );
        (squared, gradient * PI * 3.1 / 12.0)
    });
}

/// A rectangle 5 px wide and 3 px high moves to the right. Its jump is 0.8, and 6 of the 16 px of
/// its outline move along their normals. The first look finds exactly these, so the density there
/// is (½ + ½ · 16/6)/16 a sample; of n = 16 N independent samples the sum over the sides, whose
/// mean is 0, has the variance 6 · 0.8² / (n · density).
#[test]
fn importance_goes_where_the_colour_moves() {
    let scene = scene_on(
        8,
        "[0, 0, 0]",
        r#"{"type": "rect", "id": "box", "min": [1.3, 2.4], "max": [6.3, 5.4], "fill": [0.8, 0, 0]}"#,
    );
    let direction = ["box.min.x", "box.max.x"].map(|name| (find(&scene, name), 1.0));
    let sampler = Sampler::Independent;
    for (allocation, gain) in [
        (EdgeAllocation::Length, 1.0),
        (EdgeAllocation::Importance, 0.5 + 0.5 * 16.0 / 6.0),
    ] {
        let name = format!("moving rectangle, {allocation}");
        study(&name, sampler, &[1, 4, 16, 64], [-1.0, -3.0]).check(|n, seed| {
            let squared = error(&scene, &direction, allocation, (sampler, n, seed));
            (squared, 6.0 * 0.64 / gain)
        });
    }
}

/// Shapes without area, shapes out of sight and shapes far larger than the picture.
#[test]
fn nothing_and_everything() {
    let scene = scene_on(
        8,
        "[0, 0, 0]",
        r#"{"type": "circle", "id": "point", "center": [4, 4], "radius": 0, "fill": [1, 0, 0]},
           {"type": "rect", "id": "flat", "min": [2, 3], "max": [2, 3], "fill": [1, 0, 0]},
           {"type": "circle", "id": "far", "center": [1e8, 4], "radius": 5, "fill": [1, 0, 0]},
           {"type": "rect", "id": "wide", "min": [-1e8, 2], "max": [1e8, 1e8], "fill": [0, 1, 0]},
           {"type": "polygon", "id": "line", "points": [[1, 1], [7, 5], [1, 1]], "fill": [0, 0, 1]}"#,
    );
    for allocation in SPREAD_OUT {
        for sampler in [Sampler::Stratified, Sampler::Systematic, Sampler::Sobol] {
            let settings = RenderSettings {
                edge_allocation: allocation,
                sampler,
                filter: Filter::Tent,
                ..scene.render.clone()
            };
            let all = family(&allocation.to_string(), &scene, &settings, 50);
            assert!(all.iter().all(|e| e.moments.mean().is_finite()));
            assert_unbiased("limits", &all, 0.05);
            let renderer = Renderer::new(&scene, settings);
            let wide = find(&scene, "wide.min.y");
            assert!(channel_sum(&renderer.jvp(&[(wide, 1.0)]), 1) < 0.0);
            let samples = renderer.sample_counts().edge;
            assert!(
                (1..400).contains(&samples),
                "{allocation}: {samples} samples"
            );
        }
    }
}
