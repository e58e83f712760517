//! Sampled against exact values in every pixel of every scene, term by term: the image, the
//! interior and the boundary term of the derivative by parameters of every kind.
//!
//! Means are judged by a bound that holds for any number of replicates (`support::bennett`), from
//! the exact variance of the estimates. That variance is judged in turn: the estimates have to
//! scatter as it says.

mod support;

use reynolds::integrator::Renderer;
use reynolds::sampling::Sampler;
use reynolds::scene::RenderSettings;
use reynolds::statistics::RunningMoments;
use support::{
    Case, Estimate, assert_unbiased, budget, estimate, gallery, generic_scenes, intact, judge,
};
use support::{bennett, replicate, selection, shrunk, truth};

/// Replicates of each estimate.
const REPLICATES: u64 = 200;

/// Scenes whose exact variances take long: many gradients over each other, many edges.
const SLOW: [&str; 2] = ["bokeh", "dragon"];

/// All scenes but the slow ones, shrunk to `side` pixels, with `count` parameters each.
fn cases(side: u32, count: usize) -> Vec<Case> {
    let fast = gallery()
        .into_iter()
        .filter(|n| !SLOW.contains(&n.as_str()));
    of_scenes(fast, side, count)
}

fn of_scenes(names: impl Iterator<Item = String>, side: u32, count: usize) -> Vec<Case> {
    let shrunk = names.map(|name| {
        let scene = shrunk(&name, side);
        (name, scene)
    });
    let generic = generic_scenes().into_iter().map(|(n, s)| (n.to_owned(), s));
    shrunk
        .chain(generic)
        .map(|(name, scene)| {
            let parameters = selection(&scene, count);
            let settings = budget(&scene, 4, 3.0);
            Case::new(&name, scene, settings, &parameters)
        })
        .collect()
}

#[test]
fn every_pixel_of_every_term() {
    let findings = judge(&cases(16, 4), REPLICATES, intact);
    assert!(findings.count > 100_000, "{} values", findings.count);
    findings.assert_passes();
}

/// Independent points, and a number of strata that is no square.
#[test]
fn other_samplers() {
    let mut cases: Vec<Case> = cases(16, 3).into_iter().step_by(4).collect();
    for (index, case) in cases.iter_mut().enumerate() {
        let settings = RenderSettings {
            sampler: [Sampler::Independent, Sampler::Stratified][index % 2],
            spp: 7,
            edge_samples: 1.3,
            ..case.settings.clone()
        };
        (case.settings, case.truth) = (settings.clone(), settings);
    }
    judge(&cases, REPLICATES, intact).assert_passes();
}

/// The squared distance from the truth, summed over an image, has the exact variance for its mean.
#[test]
fn estimates_scatter_as_predicted() {
    let mut family = Vec::new();
    for case in cases(16, 3).iter().step_by(2) {
        let mut sampled = Renderer::new(&case.scene, case.settings.clone());
        let exact = Renderer::new(&case.scene, case.settings.clone());
        for &term in &case.terms {
            let (truth, spread) = truth(&exact, case, term);
            let predicted: f64 = spread.variance.data().iter().sum();
            let squares = (0..REPLICATES).map(|index| {
                sampled.set_seed(replicate(index));
                let estimate = estimate(&sampled, term);
                let pairs = estimate.data().iter().zip(truth.data());
                pairs.map(|(a, b)| (a - b).powi(2)).sum::<f64>()
            });
            family.push(Estimate {
                name: format!("{}, variance of {term:?}", case.name),
                truth: predicted,
                uncertainty: 1e-12 * (1.0 + predicted),
                scale: predicted.max(1e-9),
                moments: squares.collect::<RunningMoments>(),
            });
        }
    }
    let terms = |term: &Estimate| !term.name.contains("Image") && term.truth > 0.0;
    assert!(family.iter().filter(|e| terms(e)).count() > 50);
    assert_unbiased("variances", &family, 0.5);
}

/// The same with finer pictures, more parameters and more replicates.
#[test]
#[ignore = "long sweep"]
fn every_pixel_of_every_term_at_length() {
    judge(&of_scenes(gallery().into_iter(), 32, 12), 1000, intact).assert_passes();
}

/// A sliver that hardly any replicate hits is no evidence; one that should have been hit is.
#[test]
fn slivers() {
    // A stratum of 4 in a pixel, black where the sliver of probability q is.
    let p = |q: f64, hits: f64, replicates: f64| {
        let reach = 0.25;
        let deviation = reach * (q - hits / replicates);
        bennett(deviation, reach * reach * q * (1.0 - q), reach, replicates)
    };
    assert!(p(1e-4, 0.0, 200.0) > 0.9);
    assert!(p(1e-2, 0.0, 200.0) > 0.5);
    assert!(p(0.5, 0.0, 200.0) < 1e-12);
    assert!(p(1e-2, 0.0, 20_000.0) < 1e-12);
    // Where many contribute the bound is near the normal one: six standard errors are 2e-9.
    let six = 6.0 * (0.5f64 * 0.5 / 20_000.0).sqrt() * 20_000.0;
    let bound = p(0.5, 10_000.0 + six, 20_000.0);
    assert!((2e-9..1e-7).contains(&bound), "{bound:e}");
}
