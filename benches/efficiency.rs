//! What does an accurate gradient cost? Variance × processor time, on one thread, beside diffvg's.

mod allocator;
mod support;

use comfy_table::Table;
use cpu_time::ThreadTime;
use reynolds::integrator::{Method, Renderer};
use reynolds::scene::{RenderSettings, Scene};
use reynolds::statistics::RunningMoments;
use support::{Quartiles, on_threads, scene, table, waves};

const REPLICATES: u64 = 400;

/// A tolerance within which polylines are curves.
const FINE: f64 = 1e-6;

/// Variance × seconds of one backward pass of diffvg: built from source at -O3, CPU, float32, from
/// Python, 2×2 samples a pixel and as many boundary samples (262,144), on one AMD EPYC in November
/// 2026. Its pair of translucent circles is another one than here: take that ratio as an order of
/// magnitude.
fn diffvg(parameter: &str) -> Option<f64> {
    match parameter {
        "one.center.x" => Some(2.4e-3),
        "one.radius" => Some(2.2e-3),
        "two.radius" => Some(3.8e-2),
        _ => None,
    }
}

/// Adds a row for each of the parameters.
fn measure(scene: &Scene, edge_samples: f64, tolerance: f64, names: &[&str], rows: &mut Table) {
    let settings = RenderSettings {
        spp: 4,
        edge_samples,
        tolerance,
        ..scene.render.clone()
    };
    let weights = waves(256, 256, 4);
    let mut moments = vec![RunningMoments::default(); scene.parameters.len()];
    let mut samples = 0;
    let seconds: Quartiles = (0..REPLICATES)
        .map(|seed| {
            let settings = RenderSettings {
                seed,
                ..settings.clone()
            };
            let start = ThreadTime::now();
            let renderer = Renderer::new(scene, settings);
            let gradient = renderer.vjp(&weights);
            let seconds = start.elapsed().as_secs_f64();
            samples = renderer.sample_counts().edge;
            for (moments, value) in moments.iter_mut().zip(gradient) {
                moments.push(value);
            }
            seconds
        })
        .collect();

    let exact = |tolerance| {
        let settings = RenderSettings {
            tolerance,
            ..settings.clone()
        };
        let renderer = Renderer::new(scene, settings).with_method(Method::Exact);
        renderer.vjp(&weights)
    };
    let (curves, polylines) = (exact(FINE), exact(tolerance));
    for name in names {
        let id = scene
            .parameters
            .find(name)
            .expect("the scene has it")
            .index();
        let variance = moments[id].variance();
        // What is left then is rounding.
        let exact = variance.sqrt() <= 1e-12 * curves[id].abs();
        let product = variance * seconds.median;
        rows.add_row([
            (*name).to_owned(),
            format!("1/{:.0}", 1.0 / tolerance),
            samples.to_string(),
            format!("{:.3}", curves[id]),
            format!("{:.0e}", polylines[id] - curves[id]),
            format!("{:.0e}", moments[id].mean() - polylines[id]),
            format!("{:.1e}", variance.sqrt()),
            format!("{:.2}", 1e3 * seconds.median),
            format!("{product:.1e}"),
            match diffvg(name) {
                Some(_) if exact => "no sampling error".into(),
                Some(theirs) => format!("{:.1e}", theirs / product),
                None => "–".into(),
            },
        ]);
    }
}

fn main() {
    let one = r#"{"type": "circle", "id": "one", "center": [128, 128], "radius": 40,
                  "fill": [0.3, 0.6, 0.3, 1]}"#;
    let two = r#"{"type": "circle", "id": "first", "center": [108, 118], "radius": 45,
                  "fill": [0.9, 0.3, 0.2, 0.6]},
                 {"type": "circle", "id": "two", "center": [148, 138], "radius": 50,
                  "fill": [0.2, 0.5, 0.9, 0.7]}"#;
    let one = scene(256, "[0, 0, 0, 0]", one);
    let two = scene(256, "[0, 0, 0, 0]", two);
    let mut rows = table(&[
        "derivative by",
        "tolerance",
        "edge samples",
        "truth",
        "polylines − curves",
        "mean − polylines",
        "standard deviation",
        "ms",
        "variance × seconds",
        "diffvg / this",
    ]);
    on_threads(1, || {
        let default = one.render.tolerance;
        for (edge_samples, tolerance) in [(4.0, default), (16.0, default), (16.0, default / 256.0)]
        {
            let mut add =
                |scene, names: &[&str]| measure(scene, edge_samples, tolerance, names, &mut rows);
            add(&one, &["one.center.x", "one.radius"]);
            add(&two, &["first.radius", "two.center.x", "two.radius"]);
        }
    });
    println!("{rows}");
}
