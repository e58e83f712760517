//! Intervals of the mean contain the exact value as often as they say, and they lie within half a
//! percent of it: the estimator is not only not found biased, it is shown to be unbiased to that.

mod support;

use reynolds::film::Image;
use reynolds::filter::Filter;
use reynolds::integrator::exact::{Scatter, boundary, interior};
use reynolds::integrator::{Method, Renderer, Tangent};
use reynolds::sampling::Sampler;
use reynolds::scene::RenderSettings;
use reynolds::statistics::RunningMoments;
use statrs::distribution::{Binomial, ContinuousCDF, DiscreteCDF, StudentsT};
use support::{budget, find, gallery, replicate, scene, selection, shrunk, smooth_weights};

const REPETITIONS: u64 = 2000;
const REPLICATES: u64 = 12;
/// How probable a right coverage may be found wrong, for each quantity and side.
const LEVEL: f64 = 1e-6;

#[test]
fn intervals_of_95_percent() {
    let scene = scene(
        8,
        r#"{"type": "circle", "id": "disk", "center": [4.1, 3.8], "radius": 2.9, "fill": [0.8, 0.1, 0.2, 0.7]},
           {"type": "rect", "id": "box", "min": [2.2, 4.3], "max": [7.1, 6.9], "fill": [0.1, 0.3, 0.9, 0.8]}"#,
    );
    let names = [
        "disk.radius",
        "disk.center.x",
        "box.min.x",
        "disk.fill.a",
        "box.fill.b",
    ];
    let ids = names.map(|name| {
        let short = |p: &str| p.replace(".color", "");
        let mut list = scene.parameters.iter();
        let found = list.find(|(_, p)| short(&p.name) == name);
        found.map_or_else(|| find(&scene, name), |(id, _)| id)
    });
    let student = StudentsT::new(0.0, 1.0, REPLICATES as f64 - 1.0).expect("several replicates");
    let factor = student.inverse_cdf(0.975);
    for sampler in [Sampler::Independent, Sampler::Stratified] {
        // Under a tent every point of an edge weighs differently, so that the estimates are sums of
        // many. An estimate that varies only if a rare event happens has no such intervals.
        let settings = RenderSettings {
            sampler,
            filter: Filter::Tent,
            ..budget(&scene, 9, 4.0)
        };
        let exact = Renderer::new(&scene, settings.clone()).with_method(Method::Exact);
        let weights = smooth_weights(&scene, 3, 5);
        let truth = exact.vjp(&weights);
        let mut sampled = Renderer::new(&scene, settings);
        let mut hits = [0; 5];
        for repetition in 0..REPETITIONS {
            let mut moments = [RunningMoments::default(); 5];
            for index in 0..REPLICATES {
                sampled.set_seed(replicate(REPLICATES * repetition + index));
                let gradient = sampled.vjp(&weights);
                for (moments, id) in moments.iter_mut().zip(ids) {
                    moments.push(gradient[id.index()]);
                }
            }
            for ((hits, moments), id) in hits.iter_mut().zip(&moments).zip(ids) {
                let distance = (moments.mean() - truth[id.index()]).abs();
                *hits += u64::from(distance <= factor * moments.standard_error());
            }
        }
        let binomial = Binomial::new(0.95, REPETITIONS).expect("a probability");
        for (name, hits) in names.iter().zip(hits) {
            let (low, high) = (
                binomial.cdf(hits),
                1.0 - binomial.cdf(hits.saturating_sub(1)),
            );
            assert!(
                low > LEVEL && high > LEVEL,
                "{name}, {sampler}: {hits} of {REPETITIONS} intervals contain the truth"
            );
        }
    }
}

/// The largest bias that is accepted, in parts of the scale of a derivative.
const MARGIN: f64 = 5e-3;
/// Quantiles of the normal distribution: a bias of the margin is accepted with probability 1e-4, a
/// right estimator is rejected with probability 1e-6.
const ACCEPTED: f64 = 3.72;
const REJECTED: f64 = 4.76;
const INDEPENDENT: &str = "no scene has a sampler whose points depend on each other";
/// The most replicates of one scene.
const MOST: u64 = 6000;

/// Two one-sided tests (TOST): a mean passes where both the hypothesis of a bias of the margin or
/// more and that of one of minus the margin or less are rejected, that is, where a whole interval
/// around the mean lies within the margin. The standard error is exact, so that the number of
/// replicates that this takes is known beforehand.
#[test]
fn estimates_are_equivalent_to_exact_values() {
    let (mut tested, mut blunt) = (0, Vec::new());
    for name in gallery() {
        let scene = shrunk(&name, 16);
        let settings = budget(&scene, 16, 16.0);
        let exact = Renderer::new(&scene, settings.clone()).with_method(Method::Exact);
        let weights = smooth_weights(&scene, exact.channels(), 5);
        let gradient = exact.vjp(&weights);
        let scatter = Scatter::new(&exact, &weights).expect(INDEPENDENT);
        let mut list = Vec::new();
        let mut replicates = 2;
        for id in selection(&scene, 4) {
            let tangent = Tangent::new(exact.drawing(), &scene, &[(id, 1.0)]);
            let interior = interior::variance(&exact, &tangent, &weights).expect(INDEPENDENT);
            let variance = scatter.variance(&exact, &tangent) + interior;
            let derivative = exact.jvp(&[(id, 1.0)]);
            let products = derivative.data().iter().zip(weights.data());
            let margin = MARGIN * products.map(|(d, w)| (d * w).abs()).sum::<f64>();
            let needed = variance * ((ACCEPTED + REJECTED) / margin).powi(2);
            if margin == 0.0 || needed > MOST as f64 {
                blunt.push(format!(
                    "{name}, {}: {needed:.0}",
                    scene.parameters[id].name
                ));
                continue;
            }
            replicates = replicates.max(needed.ceil() as u64);
            list.push((id, variance, margin));
        }
        let mut sampled = Renderer::new(&scene, settings);
        let mut moments = vec![RunningMoments::default(); list.len()];
        for index in 0..replicates {
            sampled.set_seed(replicate(index));
            let estimate = sampled.vjp(&weights);
            for (moments, (id, ..)) in moments.iter_mut().zip(&list) {
                moments.push(estimate[id.index()]);
            }
        }
        for (moments, (id, variance, margin)) in moments.iter().zip(&list) {
            let deviation = moments.mean() - gradient[id.index()];
            let half = ACCEPTED * (variance / replicates as f64).sqrt();
            assert!(
                deviation.abs() + half <= *margin,
                "{name}, {}: off by {deviation:e} ± {half:e} after {replicates} replicates, margin {margin:e}",
                scene.parameters[*id].name
            );
            tested += 1;
        }
    }
    assert!(tested >= 140, "{tested} tested, not: {blunt:#?}");
}

/// For a weight of one value alone, the variance along a direction is that of the value, which
/// `proof_pixels.rs` holds against samples: both with strata that are only partly in sight.
#[test]
fn variances_along_directions_are_those_of_pixels() {
    let scene = scene(
        8,
        r#"{"type": "circle", "id": "disk", "center": [4.1, 3.8], "radius": 2.9,
            "fill": {"type": "radial_gradient", "center": [3.7, 3.9], "radius": 3.3, "stops": [
              {"offset": 0, "color": [0.9, 0.1, 0.2]}, {"offset": 1, "color": [0.2, 0.7, 0.9, 0.4]}]}},
           {"type": "rect", "id": "box", "min": [2.2, 4.3], "max": [7.1, 6.9], "fill": [0.1, 0.3, 0.9]}"#,
    );
    let ids = [
        "disk.center.x",
        "disk.radius",
        "box.min.y",
        "disk.fill.stops.1.color.r",
    ];
    for sampler in [Sampler::Independent, Sampler::Stratified] {
        let settings = RenderSettings {
            sampler,
            ..budget(&scene, 5, 4.0)
        };
        let renderer = Renderer::new(&scene, settings);
        let (mut boundary_terms, mut interior_terms) = (0, 0);
        for id in ids.map(|name| find(&scene, name)) {
            let tangent = Tangent::new(renderer.drawing(), &scene, &[(id, 1.0)]);
            let on_edges = boundary::spread(&renderer, &tangent).expect(INDEPENDENT);
            let in_pixels = interior::spread(&renderer, &tangent).expect(INDEPENDENT);
            for index in 0..on_edges.variance.data().len() {
                let mut weight = Image::new(8, 8, 3);
                weight.data_mut()[index] = 1.0;
                let scatter = Scatter::new(&renderer, &weight).expect(INDEPENDENT);
                let interior = interior::variance(&renderer, &tangent, &weight).expect(INDEPENDENT);
                let pairs = [
                    (scatter.variance(&renderer, &tangent), &on_edges),
                    (interior, &in_pixels),
                ];
                for (found, spread) in pairs {
                    let expected = spread.variance.data()[index];
                    assert!(
                        (found - expected).abs() <= 1e-9 * expected + 1e-18,
                        "{sampler}, {}, value {index}: {found:e}, should be {expected:e}",
                        scene.parameters[id].name
                    );
                }
                boundary_terms += usize::from(on_edges.variance.data()[index] > 1e-9);
                interior_terms += usize::from(in_pixels.variance.data()[index] > 1e-9);
            }
        }
        assert!(
            boundary_terms > 30 && interior_terms > 10,
            "{sampler}: {boundary_terms} and {interior_terms} values vary"
        );
    }
}
