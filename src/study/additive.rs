use crate::film::Image;
use crate::filter::Filter;
use crate::integrator::{Renderer, Tangent, exact};
use crate::scene::{ParameterId, Point, Real, Scene, Transform};

/// Parts of a pixel along each axis.
const PARTS: u32 = 4;
/// Differences smaller than this, against the largest value, are rounding.
const ROUNDING: f64 = 1e-9;

/// Which pixels see a sum g(x) + h(y) of a function of x and one of y.
pub struct Additive {
    width: usize,
    is_sum: Vec<bool>,
}

impl Additive {
    /// Looks at an image, or the interior term of its derivative by a parameter, under a box filter:
    /// its exact means over 4 × 4 parts of each pixel are a sum to within rounding where they are
    /// one of a function of the column and one of the row. Under other filters it never is.
    pub fn new(scene: &Scene, parameter: Option<ParameterId>) -> Self {
        let (width, height) = (scene.canvas.width as usize, scene.canvas.height as usize);
        if scene.render.filter != Filter::Box {
            let is_sum = vec![false; width * height];
            return Self { width, is_sum };
        }
        let parts = enlarged(scene);
        let renderer = Renderer::new(&parts, parts.render.clone());
        let means = match parameter {
            None => exact::image(&renderer),
            Some(id) => {
                let tangent = Tangent::new(renderer.drawing(), &parts, &[(id, 1.0)]);
                exact::interior::jvp(&renderer, &tangent)
            }
        };
        let largest = means
            .data()
            .iter()
            .fold(0.0, |most: f64, x| most.max(x.abs()));
        let pixels = (0..width * height).map(|i| (i % width, i / width));
        let is_sum = pixels
            .map(|pixel| mixed_difference(&means, pixel) <= ROUNDING * largest)
            .collect();
        Self { width, is_sum }
    }

    /// Tells whether a pixel of the canvas sees a sum.
    pub fn holds_in(&self, (x, y): (i32, i32)) -> bool {
        self.is_sum[y as usize * self.width + x as usize]
    }
}

/// The largest mixed difference of the parts of a pixel, which is 0 for sums.
fn mixed_difference(means: &Image, (x, y): (usize, usize)) -> f64 {
    let parts = PARTS as usize;
    let (x, y) = (x * parts, y * parts);
    let mut largest: f64 = 0.0;
    for j in 1..parts {
        for i in 1..parts {
            let corners = [(0, 0), (i, 0), (0, j), (i, j)];
            let [a, b, c, d] = corners.map(|(i, j)| means.pixel(x + i, y + j));
            for channel in 0..means.channels() {
                let mixed = a[channel] - b[channel] - c[channel] + d[channel];
                largest = largest.max(mixed.abs());
            }
        }
    }
    largest
}

/// A scene drawn larger, its pixels being the parts of those of the scene.
fn enlarged(scene: &Scene) -> Scene {
    let mut scene = scene.clone();
    let point = |value| Point {
        x: Real::Constant(value),
        y: Real::Constant(value),
    };
    scene.wrap(Transform::Parts {
        translate: point(0.0),
        rotate: Real::Constant(0.0),
        scale: point(f64::from(PARTS)),
        origin: point(0.0),
    });
    scene.canvas.width *= PARTS;
    scene.canvas.height *= PARTS;
    scene
}
