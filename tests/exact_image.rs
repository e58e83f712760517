//! The judge judged: the exact image against closed forms.

#[path = "exact_image/crowded.rs"]
mod crowded;
#[path = "exact_image/filters.rs"]
mod filters;
#[path = "exact_image/paints.rs"]
mod paints;
#[path = "exact_image/random_shapes.rs"]
mod random_shapes;
#[path = "exact_image/shapes.rs"]
mod shapes;
mod support;

use reynolds::film::Image;
use reynolds::scene::Scene;
use support::{exact, scene};

fn black_polygon(side: u32, points: &[[f64; 2]], rule: &str) -> Scene {
    scene(
        side,
        &format!(
            r#"{{"type": "polygon", "id": "p", "points": {points:?}, "fill_rule": "{rule}", "fill": [0, 0, 0]}}"#
        ),
    )
}

/// How much of each pixel is black.
fn coverage(scene: &Scene) -> Image {
    let mut image = exact(scene).image();
    for value in image.data_mut() {
        *value = 1.0 - *value;
    }
    image
}

/// The signed area by the shoelace formula.
fn shoelace(points: &[[f64; 2]]) -> f64 {
    let n = points.len();
    let cross = |i: usize| {
        let ([x0, y0], [x1, y1]) = (points[i], points[(i + 1) % n]);
        x0 * y1 - x1 * y0
    };
    0.5 * (0..n).map(cross).sum::<f64>()
}
