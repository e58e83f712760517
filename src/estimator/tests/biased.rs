use super::judge::{
    T_LIMIT, assert_mean, exact, ids, method, moments, scene, seed, sizes, weights_of,
};
use crate::film::Image;
use crate::integrator::{Method, Renderer};
use crate::sampling::Sampler;
use crate::scene::{ParameterId, RenderSettings, Scene};
use crate::statistics::RunningMoments;

/// Two discs that overlap, under a filter that makes the image smooth in θ.
fn discs() -> Scene {
    scene(
        16,
        r#""filter": "mitchell""#,
        r#"{"type": "circle", "id": "disk", "center": [7.3, 8.1], "radius": 4.6, "fill": [0.1, 0.3, 0.8]},
           {"type": "circle", "id": "top", "center": [10.2, 9.4], "radius": 3.3, "fill": [0.8, 0.1, 0.2, 0.6]}"#,
    )
}

const NAMES: [&str; 2] = ["disk.radius", "top.center.x"];

/// `Σ w·I`, exactly, with some parameters moved.
fn at(exact: &Renderer<'_>, steps: &[(ParameterId, f64)]) -> f64 {
    let mut theta = exact.scene().parameters.values().to_vec();
    for (id, step) in steps {
        theta[id.index()] += step;
    }
    let image = exact.at(&theta).image();
    let weights = weights_of(exact.scene());
    image
        .data()
        .iter()
        .zip(weights.data())
        .map(|(i, w)| i * w)
        .sum()
}

/// Checks a biased estimator against its target for two sizes of its parameter, of which the second
/// has a smaller bias: both pass, while against the derivative at least one fails, if there are enough
/// replicates for that.
fn check(
    name: impl Fn(f64) -> String,
    at_sizes: [f64; 2],
    (spp, replicates): (u32, u64),
    resolution: f64,
    fails: bool,
    target: impl Fn(&Renderer<'_>, &[ParameterId], f64) -> Vec<f64>,
) {
    let scene = discs();
    let wanted = ids(&scene, &NAMES);
    let exact = exact(&scene);
    let truth = exact.vjp_by(&weights_of(&scene), &wanted);
    let scale = sizes(&exact, &wanted);
    let targets = at_sizes.map(|size| target(&exact, &wanted, size));
    let mut seen = false;
    for (size, target) in at_sizes.iter().zip(&targets) {
        let method = method(&name(*size));
        let found = moments(
            &scene,
            method,
            (Sampler::Stratified, spp),
            &wanted,
            replicates,
        );
        for i in 0..wanted.len() {
            let what = format!("{method}, {}", NAMES[i]);
            let bias = (found[i].mean() - truth[i]).abs();
            seen |= bias > T_LIMIT * found[i].standard_error();
            assert_mean(&what, &found[i], target[i], resolution * scale[i]);
        }
    }
    for i in 0..wanted.len() {
        let [large, small] = [0, 1].map(|s| (targets[s][i] - truth[i]).abs());
        let what = format!(
            "{}, {}: biases {large:.2e}, {small:.2e}",
            name(at_sizes[0]),
            NAMES[i]
        );
        assert!(small < 0.75 * large, "{what}");
    }
    assert_eq!(seen, fails, "{}: bias seen", name(at_sizes[0]));
}

#[test]
fn central_differences() {
    for common in [true, false] {
        check(
            |step| format!("finite-difference:step={step},common={common}"),
            [2.0, 1.0],
            (64, 60),
            0.02,
            true,
            |exact, wanted, step| {
                let by =
                    |&id| (at(exact, &[(id, step)]) - at(exact, &[(id, -step)])) / (2.0 * step);
                wanted.iter().map(by).collect()
            },
        );
    }
}

#[test]
fn one_sided_differences() {
    check(
        |step| format!("finite-difference:step={step},central=false"),
        [1.0, 0.5],
        (64, 60),
        0.02,
        true,
        |exact, wanted, step| {
            let by = |&id| (at(exact, &[(id, step)]) - at(exact, &[])) / step;
            wanted.iter().map(by).collect()
        },
    );
}

#[test]
fn simultaneous_perturbation() {
    check(
        |step| format!("spsa:step={step},draws=8"),
        [2.0, 1.0],
        (4, 300),
        0.03,
        true,
        |exact, wanted, step| {
            // All four choices of signs; opposite ones give the same estimate.
            let mut sums = vec![0.0; 2];
            for signs in [[1.0, 1.0], [1.0, -1.0]] {
                let steps = |sign: f64| [0, 1].map(|i| (wanted[i], sign * signs[i] * step));
                let difference = at(exact, &steps(1.0)) - at(exact, &steps(-1.0));
                for (sum, sign) in sums.iter_mut().zip(signs) {
                    *sum += difference / (2.0 * step * sign) / 2.0;
                }
            }
            sums
        },
    );
}

#[test]
fn gaussian_smoothing() {
    for (local, replicates) in [(true, 250), (false, 100)] {
        check(
            |sigma| format!("smoothing:sigma={sigma},draws=16,local={local}"),
            [1.5, 0.5],
            (4, replicates),
            0.12,
            local,
            smoothed,
        );
    }
}

/// The gradient of the Gaussian mean, by the trapezoidal rule in both parameters: exact to rounding
/// for smooth functions that die off.
fn smoothed(exact: &Renderer<'_>, wanted: &[ParameterId], sigma: f64) -> Vec<f64> {
    const STEP: f64 = 0.75;
    let nodes: Vec<f64> = (-7..=7).map(|i| STEP * f64::from(i)).collect();
    let density = |u: f64| (-0.5 * u * u).exp() * STEP / std::f64::consts::TAU.sqrt();
    let mut sums = vec![0.0; 2];
    for &u in &nodes {
        for &v in &nodes {
            let steps = [(wanted[0], sigma * u), (wanted[1], sigma * v)];
            let value = at(exact, &steps) * density(u) * density(v) / sigma;
            sums[0] += u * value;
            sums[1] += v * value;
        }
    }
    sums
}

/// The rectangle whose right side is at 9.3, away from its other sides.
fn side_scene() -> Scene {
    scene(
        16,
        "",
        r#"{"type": "rect", "id": "box", "min": [-40, 2.5], "max": [9.3, 12.25], "fill": [0.1, 0.3, 0.8]}"#,
    )
}

/// Means of the derivative by the right side, red, pixel by pixel.
fn side_moments(method: Method, replicates: u64) -> Vec<RunningMoments> {
    let scene = side_scene();
    let settings = RenderSettings {
        spp: 64,
        ..scene.render.clone()
    };
    let wanted = ids(&scene, &["box.max.x"])[0];
    let mut renderer = Renderer::new(&scene, settings).with_method(method);
    let mut moments = vec![RunningMoments::default(); 16 * 16];
    for index in 0..replicates {
        renderer.set_seed(seed(index));
        let image = renderer.jvp(&[(wanted, 1.0)]);
        for (moments, value) in moments.iter_mut().zip(image.data().iter().step_by(3)) {
            moments.push(*value);
        }
    }
    moments
}

/// In a pixel: the jump, the length of the edge in the pixel's row, the part of the band in its
/// column.
#[test]
fn thin_bands() {
    for width in [0.1, 0.5, 1.5f64] {
        let found = side_moments(method(&format!("thin-band:width={width}")), 100);
        for y in 0..16 {
            for x in 0..16 {
                let (left, top) = (x as f64, y as f64);
                let length = (12.25f64.min(top + 1.0) - 2.5f64.max(top)).max(0.0);
                let band = (9.3 + width).min(left + 1.0) - (9.3 - width).max(left);
                let truth = -0.8 * length * band.max(0.0) / (2.0 * width);
                let what = format!("width {width}, pixel ({x}, {y})");
                assert_mean(&what, &found[16 * y + x], truth, 0.08);
            }
        }
    }
}

/// In rows away from the corners: the difference of the logistic function over the column.
#[test]
fn soft_edges() {
    for width in [0.05, 0.125] {
        let found = side_moments(method(&format!("soft:width={width}")), 100);
        let sigma = |x: f64| 1.0 / (1.0 + (-(9.3 - x) / width).exp());
        for y in 6..9 {
            for x in 0..16 {
                let truth = -0.8 * (sigma(x as f64) - sigma(x as f64 + 1.0));
                let what = format!("width {width}, pixel ({x}, {y})");
                // Coverages are cut off at 2e-9; what is below is no derivative.
                if truth.abs() > 1e-7 {
                    assert_mean(&what, &found[16 * y + x], truth, 0.04);
                } else {
                    assert!(found[16 * y + x].mean().abs() < 2e-7, "{what}");
                }
            }
        }
    }
}

/// As edges get sharp the derivative of the soft image becomes that of the hard one.
#[test]
fn sharp_soft_edges_have_no_bias() {
    let scene = discs();
    let wanted = ids(&scene, &NAMES);
    let truth = exact(&scene).vjp_by(&weights_of(&scene), &wanted);
    let scale = sizes(&exact(&scene), &wanted);
    let off = |width: f64, replicates: u64, resolution: f64| {
        let method = method(&format!("soft:width={width}"));
        let found = moments(
            &scene,
            method,
            (Sampler::Stratified, 64),
            &wanted,
            replicates,
        );
        for i in 0..2 {
            let what = format!("{method}, {}", NAMES[i]);
            assert_mean(&what, &found[i], truth[i], resolution * scale[i]);
        }
    };
    off(0.02, 150, 0.02);
    let wide = moments(
        &scene,
        method("soft:width=1"),
        (Sampler::Stratified, 16),
        &wanted,
        100,
    );
    // Wide ones are off, by far more than chance.
    assert!((0..2).any(|i| (wide[i].mean() - truth[i]).abs() > 10.0 * wide[i].standard_error()));
}

/// The derivative of a soft image is that of a function without jumps: sample by sample it is the
/// limit of differences.
#[test]
fn soft_derivatives_are_those_of_the_soft_image() {
    use super::super::soft::Soft;
    use crate::sampling::Stream;
    let scene = scene(
        16,
        r#""filter": "tent""#,
        r#"{"type": "group", "id": "group", "opacity": 0.8, "children": [
             {"type": "circle", "id": "disk", "center": [7.3, 8.1], "radius": 4.6, "fill": [0.1, 0.3, 0.8, 0.7]},
             {"type": "path", "id": "star", "d": "M 5.1 3.2 L 11.3 13.6 L 3.4 7.5 L 13.8 6.6 L 6.2 13.1 Z", "fill":
               {"type": "linear_gradient", "start": [7, 2], "end": [14, 9], "stops": [
               {"offset": 0.1, "color": [1, 0.2, 0.1, 0.9]}, {"offset": 0.8, "color": [0.2, 0.9, 0.1, 0.6]}]}}]}"#,
    );
    let renderer = exact(&scene);
    let soft = Soft { width: 0.6 };
    let weights = weights_of(&scene);
    let sum = |image: &Image| -> f64 {
        image
            .data()
            .iter()
            .zip(weights.data())
            .map(|(i, w)| i * w)
            .sum()
    };
    let h = 1e-6;
    for (id, parameter) in scene.parameters.iter() {
        let moved = |h: f64| {
            let mut theta = scene.parameters.values().to_vec();
            theta[id.index()] += h;
            sum(&soft.image_from(&renderer.at(&theta), Stream::Image))
        };
        let difference = (moved(h) - moved(-h)) / (2.0 * h);
        let derivative = sum(&soft.jvp_from(&renderer, &[(id, 1.0)], Stream::Image));
        // Some points see the nearest edge change within h: a kink of the size of their weight.
        assert!(
            (difference - derivative).abs() <= 2e-5 * (1.0 + derivative.abs()),
            "{}: {derivative:.8e}, difference {difference:.8e}",
            parameter.name
        );
    }
}
