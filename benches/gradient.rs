//! How long do derivatives take? All parameters backward and one forward, on one thread and on two,
//! beside `resvg`, which has none. Every run starts at the scene, as a step of a descent does.

mod allocator;
mod support;

use criterion::Criterion;
use reynolds::integrator::Renderer;
use support::{Picture, Yardstick, criterion, on_threads, pictures, waves};

fn gradient(criterion: &mut Criterion, picture: &Picture, threads: usize) {
    let (scene, settings) = (&picture.scene, picture.settings());
    let renderer = || Renderer::new(scene, settings.clone());
    let weights = waves(256, 256, renderer().channels());
    let direction = [(picture.parameter(), 1.0)];

    let mut group = criterion.benchmark_group(format!("gradient/{}/{threads}", picture.name));
    let mut yardstick = Yardstick::new(scene);
    group.bench_function("resvg", |bencher| bencher.iter(|| yardstick.render()));
    group.bench_function("image+vjp", |bencher| {
        bencher.iter(|| {
            let renderer = renderer();
            (renderer.image(), renderer.vjp(&weights))
        });
    });
    group.bench_function("vjp", |bencher| bencher.iter(|| renderer().vjp(&weights)));
    group.bench_function("jvp", |bencher| bencher.iter(|| renderer().jvp(&direction)));
    group.finish();
}

fn main() {
    for threads in [1, 2] {
        on_threads(threads, || {
            let mut criterion = criterion();
            for picture in pictures() {
                gradient(&mut criterion, &picture, threads);
            }
            criterion.final_summary();
        });
    }
}
