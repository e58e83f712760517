//! How does time grow with shapes of constant total area, with pixels and with samples? An image and
//! all its derivatives, on one thread (processor time) and on two (on the wall).

mod allocator;
mod support;

use std::hint::black_box;

use comfy_table::Table;
use reynolds::integrator::Renderer;
use reynolds::scene::{RenderSettings, Scene};
use support::{Contender, Quartiles, disks, ratios, table, time_in_rounds, waves};

const ROUNDS: usize = 3;

/// The sizes of a series and what they took, on one thread.
#[derive(Default)]
struct Series {
    last: Option<(f64, f64)>,
}

impl Series {
    /// Adds a row; `size` is what grows.
    fn measure(&mut self, name: String, size: f64, scene: &Scene, spp: u32, rows: &mut Table) {
        let settings = RenderSettings {
            spp,
            ..scene.render.clone()
        };
        let (width, height) = (scene.canvas.width as usize, scene.canvas.height as usize);
        let weights = waves(width, height, 3);
        let image_and_vjp = || {
            let renderer = Renderer::new(scene, settings.clone());
            black_box((renderer.image(), renderer.vjp(&weights)));
        };
        let contenders = [1, 2].map(|threads| Contender::new(threads, image_and_vjp));
        let [one, two] = time_in_rounds(ROUNDS, contenders);
        let seconds = one.iter().map(|seconds| seconds.cpu);
        let seconds = seconds.collect::<Quartiles>().median;
        let growth = self
            .last
            .replace((size, seconds))
            .map(|(size_before, before)| {
                format!("{:.2}", (seconds / before).ln() / (size / size_before).ln())
            });
        rows.add_row([
            name,
            format!("{:.2}", 1e3 * seconds),
            growth.unwrap_or("–".into()),
            ratios(&one, &two, |seconds| seconds.wall).to_string(),
        ]);
    }
}

fn main() {
    let mut rows = table(&[
        "forward + VJP",
        "1 thread, ms",
        "exponent of growth",
        "1 thread / 2 threads",
    ]);
    let mut shapes = Series::default();
    for count in [1, 10, 100, 1_000, 10_000, 100_000] {
        let name = format!("{count} shapes, 1024², 1 sample");
        shapes.measure(
            name,
            f64::from(count),
            &disks(count as usize, 1024),
            1,
            &mut rows,
        );
    }
    let mut pixels = Series::default();
    for side in [64_u32, 128, 256, 512, 1024, 2048, 4096] {
        let name = format!("256 shapes, {side}², 1 sample");
        pixels.measure(
            name,
            f64::from(side).powi(2),
            &disks(256, side),
            1,
            &mut rows,
        );
    }
    let scene = disks(256, 256);
    let mut samples = Series::default();
    for spp in [1, 4, 16, 64] {
        let name = format!("256 shapes, 256², {spp} samples");
        samples.measure(name, f64::from(spp), &scene, spp, &mut rows);
    }
    println!("{rows}");
}
