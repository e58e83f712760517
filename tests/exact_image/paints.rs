//! What colours integrate to: layers and gradients.

use super::support::{channel_sum, exact, largest_difference, scene, scene_on, square};
use super::{black_polygon, coverage, shoelace};

#[test]
fn overlapping_translucent_squares() {
    // Inside one pixel: areas by hand, colours by the over operator.
    let scene = scene_on(
        1,
        "[0.1, 0.2, 0.3]",
        &[
            square("a", [0.125, 0.125], [0.625, 0.75], "[0.9, 0.5, 0.1, 0.5]"),
            square("b", [0.375, 0.25], [0.875, 0.625], "[0.2, 0.8, 0.6, 0.75]"),
        ]
        .join(","),
    );
    let (a, b, both) = (0.5 * 0.625, 0.5 * 0.375, 0.25 * 0.375);
    let image = exact(&scene).image();
    let background = [0.1, 0.2, 0.3];
    let (color_a, color_b) = ([0.9, 0.5, 0.1], [0.2, 0.8, 0.6]);
    for c in 0..3 {
        let over_a = 0.5 * color_a[c] + 0.5 * background[c];
        let over_b = |below: f64| 0.75 * color_b[c] + 0.25 * below;
        let expected = (1.0 - a - b + both) * background[c]
            + (a - both) * over_a
            + (b - both) * over_b(background[c])
            + both * over_b(over_a);
        let found = image.pixel(0, 0)[c];
        assert!(
            (found - expected).abs() < 1e-14,
            "channel {c}: {found}, should be {expected}"
        );
    }
}

#[test]
fn a_jump_around_a_disc_has_the_polygon_of_equal_area() {
    // Black up to the jump and white beyond it, over the whole canvas: pixel by pixel the picture of a
    // black polygon, and in all that of the ellipse, whose area the polygon has.
    let hard = scene(
        24,
        r#"{"type": "rect", "id": "r", "min": [-5, -5], "max": [40, 40],
            "transform": {"rotate": 13.0, "origin": [11, 12]},
            "fill": {"type": "radial_gradient", "center": [12.1, 11.3], "radius": [11.3, 9.1], "stops": [
              {"offset": 0.8, "color": [0, 0, 0]}, {"offset": 0.8, "color": [1, 1, 1]}]}}"#,
    );
    let renderer = exact(&hard);
    let drawing = renderer.drawing();
    let [seam] = drawing.layout.seams() else {
        panic!("one jump");
    };
    let vertices = seam.vertices.clone().map(|index| drawing.vertex(index));
    let points: Vec<[f64; 2]> = vertices.map(|vertex| vertex.to_array()).collect();
    let area = std::f64::consts::PI * 0.64 * 11.3 * 9.1;
    assert!((shoelace(&points).abs() - area).abs() < 1e-12 * area);
    let (jump, polygon) = (
        coverage(&hard),
        coverage(&black_polygon(24, &points, "nonzero")),
    );
    assert!((channel_sum(&jump, 0) - area).abs() < 1e-12 * area);
    let difference = largest_difference(&jump, &polygon);
    assert!(difference < 1e-12, "{difference}");
}

#[test]
fn a_linear_gradient_across_a_rectangle() {
    // Opaque, along x from 2 to 10: a pixel shows the mean of the colour over what is covered.
    let scene = scene(
        12,
        r#"{"type": "rect", "id": "r", "min": [2.5, 3.25], "max": [9.75, 8.5],
            "fill": {"type": "linear_gradient", "start": [2, 0], "end": [10, 0], "stops": [
              {"offset": 0, "color": [0, 0, 0]}, {"offset": 1, "color": [0.8, 0, 0]}]}}"#,
    );
    let image = exact(&scene).image();
    for y in 0..12 {
        for x in 0..12 {
            let [left, right] = [x as f64, x as f64 + 1.0].map(|v| v.clamp(2.5, 9.75));
            let [top, bottom] = [y as f64, y as f64 + 1.0].map(|v| v.clamp(3.25, 8.5));
            let ramp = |x: f64| 0.05 * (x - 2.0).powi(2);
            let covered = (right - left) * (bottom - top);
            let expected = 1.0 - covered + (ramp(right) - ramp(left)) * (bottom - top);
            let found = image.pixel(x, y)[0];
            assert!(
                (found - expected).abs() < 1e-13,
                "pixel {x}, {y}: {found}, should be {expected}"
            );
        }
    }
}

#[test]
fn a_gradient_to_transparent() {
    // Straight red r and alpha a are both linear in t, so what is seen over white is
    // r a + (1 − a) with r = t and a = 1 − t/2.
    let scene = scene(
        8,
        r#"{"type": "rect", "id": "r", "min": [0, 0], "max": [8, 8],
            "fill": {"type": "linear_gradient", "start": [0, 0], "end": [4.8, 6.4], "stops": [
              {"offset": 0, "color": [0, 0, 0, 1]}, {"offset": 1, "color": [1, 0, 0, 0.5]}]}}"#,
    );
    // Over a pixel, t has the mean of the pixel's centre, t² that squared plus the variance
    // 1/(12·64).
    let image = exact(&scene).image();
    let (x, y) = (3, 2);
    let t = (4.8 * 3.5 + 6.4 * 2.5) / 64.0;
    let t_squared = t * t + 1.0 / (12.0 * 64.0);
    let expected = t - 0.5 * t_squared + 0.5 * t;
    let found = image.pixel(x, y)[0];
    assert!(
        (found - expected).abs() < 1e-13,
        "{found}, should be {expected}"
    );
}

#[test]
fn the_tip_of_a_cone() {
    // Around the centre of a radial gradient its parameter is r/R, and over the square |x|, |y| < a
    // ∫ r = 4 a³ (√2 + asinh 1)/3. What no cut leads to is a square of 1/2048 pixel around the tip;
    // its error is at most the integral there, less than 1 · (1/2048)³.
    let (a, radius) = (1.25f64, 3.0);
    let scene = scene_on(
        6,
        "[0, 0, 0]",
        r#"{"type": "rect", "id": "r", "min": [2.12, 1.79], "max": [4.62, 4.29],
            "fill": {"type": "radial_gradient", "center": [3.37, 3.04], "radius": 3, "stops": [
              {"offset": 0, "color": [0, 0, 0]}, {"offset": 1, "color": [1, 1, 1]}]}}"#,
    );
    let image = exact(&scene).image();
    let sum: f64 = image.data().iter().sum::<f64>() / 3.0;
    let expected = 4.0 * a.powi(3) * (2f64.sqrt() + 1f64.asinh()) / (3.0 * radius);
    let bound = 2048f64.powi(-3) / radius + 1e-12;
    assert!(
        (sum - expected).abs() < bound,
        "{sum}, should be {expected} within {bound:e}"
    );
}

#[test]
fn a_radial_gradient_integrates_to_a_cone() {
    // White less a cone of height 1 over a disc: ∫ (1 − r/R) = πR²/3.
    let radius = 7.3;
    let scene = scene(
        20,
        r#"{"type": "rect", "id": "r", "min": [0, 0], "max": [20, 20],
            "fill": {"type": "radial_gradient", "center": [9.7, 10.2], "radius": 7.3, "stops": [
              {"offset": 0, "color": [0, 0, 0]}, {"offset": 1, "color": [1, 1, 1]}]}}"#,
    );
    let volume = channel_sum(&coverage(&scene), 0);
    let expected = std::f64::consts::PI * radius * radius / 3.0;
    // The cone's tip is no polynomial and its foot is cut along a polygon.
    assert!(
        (volume - expected).abs() < 1e-4,
        "{volume}, should be {expected}"
    );
}
