//! The tables of `README.md`: images and derivatives as multiples of the time that `resvg` takes for
//! the same picture. All are timed by turns, and every ratio is one of times next to each other: of
//! processor time, but for the last column of the first table, which needs a quiet machine.

mod allocator;
mod support;

use std::hint::black_box;

use comfy_table::Table;
use reynolds::drawing::{Drawing, TileGrid};
use reynolds::integrator::{Method, Renderer};
use support::{
    Contender, Picture, Quartiles, Seconds, Yardstick, pictures, ratios, table, time_in_rounds,
    waves,
};

const ROUNDS: usize = 15;

/// How far the two pictures may be apart, on average over pixels and channels: their edges are
/// smoothed in different ways, and `resvg` rounds to 8 bits after every shape. The blobs reach 0.9 and
/// 2.0; half a pixel to the side they would be 6 and 12 apart.
const SAME_PICTURE: f64 = 2.5 / 255.0;

fn compare(picture: &Picture, multiples: &mut Table) {
    let (scene, settings) = (&picture.scene, picture.settings());
    let renderer = || Renderer::new(scene, settings.clone());
    let weights = waves(256, 256, renderer().channels());
    let direction = [(picture.parameter(), 1.0)];
    let image_and_vjp = || {
        let renderer = renderer();
        black_box((renderer.image(), renderer.vjp(&weights)));
    };
    let mut yardstick = Yardstick::new(scene);
    let seconds = time_in_rounds(
        ROUNDS,
        [
            Contender::new(1, || yardstick.render()),
            Contender::new(1, || drop(black_box(renderer().image()))),
            Contender::new(1, image_and_vjp),
            Contender::new(2, image_and_vjp),
            Contender::new(1, || drop(black_box(renderer().vjp(&weights)))),
            Contender::new(1, || drop(black_box(renderer().jvp(&direction)))),
        ],
    );
    let [resvg, forward, both, both_on_two, vjp, jvp] = &seconds;
    let multiple = |a, b| ratios(a, b, |seconds| seconds.cpu).to_string();
    multiples.add_row([
        picture.name.to_owned(),
        milliseconds(resvg),
        multiple(forward, resvg),
        multiple(both, resvg),
        multiple(vjp, forward),
        multiple(jvp, forward),
        ratios(both, both_on_two, |seconds| seconds.wall).to_string(),
    ]);
}

fn take_apart(picture: &Picture, stages: &mut Table) {
    let (scene, settings) = (&picture.scene, picture.settings());
    let renderer = Renderer::new(scene, settings.clone());
    let drawing = Drawing::new(scene, settings.tolerance);
    let (width, height) = (scene.canvas.width, scene.canvas.height);
    let tiles = || TileGrid::new(&drawing, width, height, settings.filter.support_pixels());
    let weights = waves(256, 256, renderer.channels());
    let direction = [(picture.parameter(), 1.0)];
    let seconds = time_in_rounds(
        ROUNDS,
        [
            Contender::new(1, || {
                drop(black_box(Drawing::new(scene, settings.tolerance)))
            }),
            Contender::new(1, || drop(black_box(tiles()))),
            Contender::new(1, || drop(black_box(renderer.image()))),
            Contender::new(1, || drop(black_box(renderer.vjp(&weights)))),
            Contender::new(1, || drop(black_box(renderer.jvp(&direction)))),
        ],
    );
    let counted = Renderer::new(scene, settings.clone());
    counted.vjp(&weights);
    let counts = counted.sample_counts();
    let mut row = vec![
        picture.name.to_owned(),
        drawing.layout.vertex_count().to_string(),
        counts.pixel.to_string(),
        counts.edge.to_string(),
    ];
    row.extend(seconds.iter().map(|list| milliseconds(list)));
    stages.add_row(row);
}

fn milliseconds(seconds: &[Seconds]) -> String {
    let quartiles: Quartiles = seconds.iter().map(|seconds| seconds.cpu).collect();
    format!("{:.3}", 1e3 * quartiles.median)
}

/// Checks that the yardstick draws the scene.
fn assert_same_picture(picture: &Picture) {
    let mut yardstick = Yardstick::new(&picture.scene);
    yardstick.render();
    let renderer = Renderer::new(&picture.scene, picture.settings()).with_method(Method::Exact);
    let difference = yardstick.mean_difference(&renderer.image());
    eprintln!(
        "{}: mean difference {:.3} / 255",
        picture.name,
        255.0 * difference
    );
    assert!(
        difference < SAME_PICTURE,
        "{}: resvg draws another picture; they differ by {difference} on average",
        picture.name
    );
}

fn main() {
    let mut multiples = table(&[
        "256×256, 2×2 samples",
        "resvg, ms",
        "forward / resvg",
        "forward + VJP / resvg",
        "VJP / forward",
        "JVP / forward",
        "1 thread / 2 threads",
    ]);
    let mut stages = table(&[
        "one thread, ms",
        "edges",
        "pixel samples",
        "edge samples",
        "drawing",
        "tiles",
        "image",
        "VJP",
        "JVP",
    ]);
    for picture in pictures() {
        assert_same_picture(&picture);
        compare(&picture, &mut multiples);
        take_apart(&picture, &mut stages);
    }
    println!("{multiples}\n\n{stages}");
}
