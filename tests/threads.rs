//! One seed gives the same bits on any number of threads; different seeds and different streams
//! give independent numbers.

mod support;

use clap::ValueEnum;
use reynolds::film::Image;
use reynolds::integrator::{Method, Renderer};
use reynolds::sampling::{EdgeAllocation, Sampler};
use reynolds::scene::{ParameterId, RenderSettings, Scene};
use support::{channel_sum, find, generic_scenes, noise, ones, scene, uniform};

/// Image, `J v` and `Jᵀ w` of a scene.
#[derive(Debug, PartialEq)]
struct Results {
    image: Image,
    jvp: Image,
    vjp: Vec<f64>,
}

fn render(scene: &Scene, method: Method, seed: u64) -> Results {
    let settings = RenderSettings {
        spp: 4,
        seed,
        ..scene.render.clone()
    };
    render_with(scene, settings, method)
}

fn render_with(scene: &Scene, settings: RenderSettings, method: Method) -> Results {
    let renderer = Renderer::new(scene, settings).with_method(method);
    let direction: Vec<(ParameterId, f64)> = (scene.parameters.iter())
        .map(|(id, _)| (id, uniform(3, id.index() as u64)))
        .collect();
    Results {
        image: renderer.image(),
        jvp: renderer.jvp(&direction),
        vjp: renderer.vjp(&noise(scene, renderer.channels(), 4)),
    }
}

fn with_threads<T: Send>(count: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(count).build();
    pool.expect("a pool starts").install(work)
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    for (number, (name, scene)) in generic_scenes().into_iter().enumerate() {
        for method in Method::all() {
            // Those that take images for each parameter are slow with many.
            let few = [Method::Edge, Method::Interior, Method::Exact].contains(&method);
            if !few && number > 0 {
                continue;
            }

            let alone = with_threads(1, || render(&scene, method, 7));
            for count in [2, 3] {
                let together = with_threads(count, || render(&scene, method, 7));
                assert!(
                    alone == together,
                    "scene {name}, {method:?}, {count} threads"
                );
            }
        }
    }
}

#[test]
fn any_number_of_threads_places_the_same_samples_on_edges() {
    for (name, scene) in generic_scenes() {
        for &edge_allocation in EdgeAllocation::value_variants() {
            let settings = || RenderSettings {
                edge_allocation,
                ..scene.render.clone()
            };
            let render = || render_with(&scene, settings(), Method::Edge);
            let (alone, together) = (with_threads(1, render), with_threads(3, render));
            assert!(alone == together, "scene {name}, {edge_allocation}");
        }
    }
}

#[test]
fn different_seeds_give_different_numbers() {
    for (name, scene) in generic_scenes() {
        let (a, b) = (
            render(&scene, Method::Edge, 1),
            render(&scene, Method::Edge, 2),
        );
        assert_ne!(a.image, b.image, "scene {name}");
        assert_ne!(a.jvp, b.jvp, "scene {name}");
        assert_ne!(a.vjp, b.vjp, "scene {name}");
        // Nothing of the exact method is random.
        let (a, b) = (
            render(&scene, Method::Exact, 1),
            render(&scene, Method::Exact, 2),
        );
        assert!(a == b, "scene {name}");
    }
}

/// The correlation of two lists of numbers.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |list: &[f64]| list.iter().sum::<f64>() / list.len() as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let sum = |f: &dyn Fn(f64, f64) -> f64| -> f64 {
        a.iter()
            .zip(b)
            .map(|(a, b)| f(a - mean_a, b - mean_b))
            .sum()
    };
    sum(&|a, b| a * b) / (sum(&|a, _| a * a) * sum(&|_, b| b * b)).sqrt()
}

#[test]
fn image_interior_and_boundary_are_independent() {
    // From the same points, the image and its derivative by the disc's red would be one random
    // number. A second disc on top makes the boundary term of the first one random.
    let scene = scene(
        24,
        r#"{"type": "circle", "id": "disk", "center": [11.3, 12.1], "radius": 7.7, "fill": [0, 0.4, 0.8]},
           {"type": "circle", "id": "cover", "center": [15.2, 9.4], "radius": 6.3, "fill": [0.9, 0.1, 0.3]}"#,
    );
    let (red, radius) = (
        find(&scene, "disk.fill.color.r"),
        find(&scene, "disk.radius"),
    );
    let weights = ones(&scene, 3, 0);
    let seeds = 400;
    let (mut images, mut interiors, mut boundaries) = (Vec::new(), Vec::new(), Vec::new());
    for seed in 0..seeds {
        let settings = RenderSettings {
            spp: 1,
            edge_samples: 1.0,
            sampler: Sampler::Independent,
            seed,
            ..scene.render.clone()
        };
        let renderer = Renderer::new(&scene, settings);
        images.push(channel_sum(&renderer.image(), 0));
        let gradient = renderer.vjp(&weights);
        interiors.push(gradient[red.index()]);
        boundaries.push(gradient[radius.index()]);
    }
    // Correlations of independent numbers have a standard deviation of 1/√400.
    for (what, a, b) in [
        ("image and interior", &images, &interiors),
        ("image and boundary", &images, &boundaries),
        ("interior and boundary", &interiors, &boundaries),
    ] {
        let r = correlation(a, b);
        assert!(
            r.abs() < 5.0 / (seeds as f64).sqrt(),
            "{what} correlate: {r}"
        );
    }
}
