//! Intervals of the mean contain the exact value as often as they say.

mod support;

use reynolds::filter::Filter;
use reynolds::integrator::{Method, Renderer};
use reynolds::sampling::Sampler;
use reynolds::scene::RenderSettings;
use reynolds::statistics::RunningMoments;
use statrs::distribution::{Binomial, ContinuousCDF, DiscreteCDF, StudentsT};
use support::{budget, find, replicate, scene, smooth_weights};

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
