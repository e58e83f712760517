//! The full derivative of a picture of 512 translucent shapes: exact against Monte Carlo.

mod allocator;

use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use reynolds::check::weights;
use reynolds::integrator::{Method, Renderer};
use reynolds::scene::{RenderSettings, Scene};

fn full_gradient(criterion: &mut Criterion) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/scenes/blobs512.json");
    let scene = Scene::load(&path, &[]).expect("the scene is beside this file");
    let settings = RenderSettings {
        spp: 16,
        ..scene.render.clone()
    };
    let mut group = criterion.benchmark_group("blobs512/vjp");
    group
        .sample_size(10)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(10));
    for (name, method) in [("16 spp", Method::Edge), ("exact", Method::Exact)] {
        let renderer = Renderer::new(&scene, settings.clone()).with_method(method);
        let weights = weights(256, 256, renderer.channels());
        group.bench_function(name, |bencher| bencher.iter(|| renderer.vjp(&weights)));
    }
    group.finish();
}

criterion_group!(benches, full_gradient);
criterion_main!(benches);
