//! How long does an image take, and where does the time go? On one thread, beside `resvg`.

mod allocator;
mod support;

use std::hint::black_box;

use criterion::Criterion;
use reynolds::drawing::{Drawing, TileGrid};
use reynolds::integrator::Renderer;
use support::{Picture, Yardstick, criterion, on_threads, pictures};

fn forward(criterion: &mut Criterion, picture: &Picture) {
    let (scene, settings) = (&picture.scene, picture.settings());
    let mut group = criterion.benchmark_group(format!("forward/{}", picture.name));
    let mut yardstick = Yardstick::new(scene);
    group.bench_function("resvg", |bencher| bencher.iter(|| yardstick.render()));
    group.bench_function("all", |bencher| {
        bencher.iter(|| Renderer::new(scene, settings.clone()).image());
    });
    group.bench_function("drawing", |bencher| {
        bencher.iter(|| Drawing::new(scene, settings.tolerance));
    });
    let drawing = Drawing::new(scene, settings.tolerance);
    let (width, height) = (scene.canvas.width, scene.canvas.height);
    let margin = settings.filter.support_pixels();
    group.bench_function("tiles", |bencher| {
        bencher.iter(|| TileGrid::new(black_box(&drawing), width, height, margin));
    });
    let renderer = Renderer::new(scene, settings);
    group.bench_function("image", |bencher| bencher.iter(|| renderer.image()));
    group.finish();
}

fn main() {
    on_threads(1, || {
        let mut criterion = criterion();
        for picture in pictures() {
            forward(&mut criterion, &picture);
        }
        criterion.final_summary();
    });
}
