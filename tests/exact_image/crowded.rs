//! Thousands of edges in one pixel: image and gradient against closed forms and identities.

use reynolds::film::Image;
use reynolds::integrator::Renderer;
use reynolds::scene::Scene;

use crate::support::{dot, exact, uniform};
use crate::{black_polygon, shoelace};

/// A scene of 3 × 3 pixels with all that is drawn in the middle one, the weight of that pixel, and
/// the points.
struct Crowd {
    scene: Scene,
    points: Vec<[f64; 2]>,
}

/// The gradient of the coverage of the pixel by the points, in one channel.
fn gradient(renderer: &Renderer<'_>, count: usize) -> Vec<[f64; 2]> {
    let mut weight = Image::new(3, 3, 3);
    weight.pixel_mut(1, 1)[0] = -1.0;
    let gradient = renderer.vjp(&weight);
    let parameters = &renderer.scene().parameters;
    let by = |i: usize, axis: &str| {
        let id = parameters.find(&format!("p.points.{i}.{axis}"));
        gradient[id.expect("points are parameters").index()]
    };
    (0..count).map(|i| [by(i, "x"), by(i, "y")]).collect()
}

impl Crowd {
    /// A polygon with random corners: about a quarter of all pairs of edges cross.
    fn random(count: u64, rule: &str) -> Self {
        let place = |i: u64| 1.5 + 0.499 * uniform(17, i);
        let points: Vec<_> = (0..count)
            .map(|i| [place(2 * i), place(2 * i + 1)])
            .collect();
        Self {
            scene: black_polygon(3, &points, rule),
            points,
        }
    }

    /// A star with random rays: simple, with an edge for each corner close to its middle.
    fn star(count: u64) -> Self {
        let point = |i: u64| {
            let angle = std::f64::consts::TAU * i as f64 / count as f64;
            let radius = 0.27 + 0.22 * uniform(18, i);
            [1.5 + radius * angle.cos(), 1.5 + radius * angle.sin()]
        };
        let points: Vec<_> = (0..count).map(point).collect();
        Self {
            scene: black_polygon(3, &points, "nonzero"),
            points,
        }
    }

    /// The area covers what the shoelace formula says, and its gradient is that formula's.
    fn check_closed_form(&self) {
        let (points, n) = (&self.points, self.points.len());
        let renderer = exact(&self.scene);
        let covered = 1.0 - renderer.image().pixel(1, 1)[0];
        let area = shoelace(points);
        assert!(
            (covered - area).abs() < 1e-10,
            "{covered}, should be {area}"
        );
        for (i, found) in gradient(&renderer, n).iter().enumerate() {
            let (before, after) = (points[(i + n - 1) % n], points[(i + 1) % n]);
            let expected = [0.5 * (after[1] - before[1]), 0.5 * (before[0] - after[0])];
            for (found, expected) in found.iter().zip(expected) {
                assert!(
                    (found - expected).abs() < 1e-12,
                    "point {i}: {found}, should be {expected}"
                );
            }
        }
    }

    /// Of an area that lies inside a pixel, moving and turning changes nothing, and growing by a
    /// factor 1 + ε from any point changes it by 2 ε of itself (Euler's theorem on homogeneous
    /// functions): the gradient against the image, which shares no cut with it. Forward is the
    /// transpose of backward.
    fn check_identities(&self) {
        let renderer = exact(&self.scene);
        let covered = 1.0 - renderer.image().pixel(1, 1)[0];
        assert!((0.0..=1.0).contains(&covered), "{covered}");
        let gradient = gradient(&renderer, self.points.len());
        let mut sums = [0.0; 4];
        let mut size = 0.0;
        for ([x, y], [dx, dy]) in self.points.iter().zip(&gradient) {
            assert!(dx.is_finite() && dy.is_finite());
            let (x, y) = (x - 1.5, y - 1.5);
            let terms = [*dx, *dy, x * dy - y * dx, x * dx + y * dy];
            sums.iter_mut()
                .zip(terms)
                .for_each(|(sum, term)| *sum += term);
            size += dx.abs() + dy.abs();
        }
        let tolerance = 1e-10 * size.max(1.0);
        for (sum, expected) in sums.iter().zip([0.0, 0.0, 0.0, 2.0 * covered]) {
            assert!(
                (sum - expected).abs() < tolerance,
                "{sums:?}, should be 0, 0, 0 and twice {covered}"
            );
        }
        let list = self.scene.parameters.iter();
        let direction: Vec<_> = list
            .map(|(id, _)| (id, uniform(19, id.index() as u64)))
            .collect();
        let mut weight = Image::new(3, 3, 3);
        weight.data_mut().iter_mut().for_each(|w| *w = 1.0);
        let reverse = renderer.vjp(&weight);
        let reverse: f64 = direction
            .iter()
            .map(|(id, v)| reverse[id.index()] * v)
            .sum();
        let forward = dot(&weight, &renderer.jvp(&direction));
        assert!(
            (forward - reverse).abs() < 1e-10 * size.max(1.0),
            "{forward} and {reverse}"
        );
    }
}

#[test]
fn two_thousand_edges() {
    Crowd::star(2000).check_closed_form();
    for rule in ["evenodd", "nonzero"] {
        Crowd::random(1000, rule).check_identities();
    }
}

#[test]
#[ignore = "minutes: ten million crossings"]
fn ten_thousand_edges() {
    Crowd::star(10_000).check_closed_form();
    for rule in ["evenodd", "nonzero"] {
        Crowd::random(10_000, rule).check_identities();
    }
}
