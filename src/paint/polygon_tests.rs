//! Colours and derivatives beside the polygons along which radial gradients jump.

use glam::DVec2;

use super::iso_line_tests::{BLUE, BOUNDS, GREEN, RED, in_groups, jumping, plan, values};
use super::layout::STOP;
use super::tests::{Painted, SPREADS, radial};
use super::*;
use crate::geometry::Vec2;
use crate::scene::Spread;

/// Gradients that jump at inner places with ramps on both sides, at the ends of a period, and in three
/// steps; the outer radius is that of some ten periods.
fn jumping_gradients() -> Vec<Painted> {
    let lists: [&[(f64, [f64; 4])]; 3] = [
        &[(0.0, RED), (0.4, GREEN), (0.4, BLUE), (1.0, GREEN)],
        &[
            (0.0, BLUE),
            (0.0, RED),
            (0.7, BLUE),
            (1.0, GREEN),
            (1.0, RED),
        ],
        &[
            (0.2, GREEN),
            (0.5, RED),
            (0.5, BLUE),
            (0.5, RED),
            (0.5, GREEN),
            (0.8, RED),
        ],
    ];
    let mut gradients = Vec::new();
    for spread in SPREADS {
        for list in lists {
            let gradient = Painted::new(|n| radial(n, [[1.0, 2.0], [9.0, 5.0]], spread, list));
            gradients.push(in_groups(gradient));
        }
    }
    gradients
}

#[test]
fn colours_beside_a_polygon_are_those_of_the_jump_and_smooth_up_to_it() {
    for gradient in jumping_gradients() {
        let (layout, coefficients) = (jumping(&gradient), values(&gradient));
        assert!(layout.sides() > 0);
        let lines = plan(&gradient);
        let mut traced: Vec<Vec<DVec2>> = Vec::new();
        for line in &lines {
            let mut vertices = Vec::new();
            line.trace(layout, &coefficients, BOUNDS, &mut vertices);
            traced.push(
                vertices
                    .iter()
                    .map(|vertex: &Vec2<f64>| vertex.value())
                    .collect(),
            );
        }
        for (line, vertices) in lines.iter().zip(&traced) {
            // Jumps at one place add up; of two that run against each other nothing is left.
            let here = lines
                .iter()
                .zip(&traced)
                .filter(|(_, other)| other.iter().any(|v| v.distance(vertices[0]) < 1e-9));
            for (i, part) in [(0, 0.003), (1, 0.5), (17, 0.3), (40, 0.999)] {
                let (a, b) = (vertices[i], vertices[i + 1]);
                let place = a + part * (b - a);
                let right = (b - a).normalize().perp();
                let color = |offset: f64| color_at(layout, &coefficients, place + offset * right);
                let mut jump = [0.0; 4];
                for (other, at) in here.clone() {
                    let [before, after] = other.colors(layout, &coefficients, place);
                    let turn = |v: &[DVec2]| (v[1] - v[0]).perp_dot(v[2] - v[1]).signum();
                    let sign = turn(at) * turn(vertices);
                    for c in 0..4 {
                        jump[c] += sign * (after[c] - before[c]);
                    }
                }
                let step = 1e-9;
                let [before, after] = [color(-step), color(step)];
                for c in 0..4 {
                    let seen = after[c] - before[c];
                    assert!(
                        (seen - jump[c]).abs() < 1e-8,
                        "{line:?} {part}: {seen}, {}",
                        jump[c]
                    );
                    // Linear on either side, up to far beyond where the polygon leaves the ellipse.
                    for side in [-1.0, 1.0] {
                        let [near, middle, far] =
                            [step, 2e-3, 4e-3].map(|offset| color(side * offset)[c]);
                        assert!((near + far - 2.0 * middle).abs() < 1e-5, "{line:?} {part}");
                    }
                }
            }
        }
    }
}

/// Tells whether a coefficient is an offset that, moved, leaves the place of a jump behind: one that two
/// stops share, or with `repeat` one at the end of the period.
fn takes_a_jump_apart(layout: PaintLayout, coefficients: &[f64], index: usize) -> bool {
    let Some(of_stops) = index.checked_sub(layout.map_count()) else {
        return false;
    };
    let offset = coefficients[index];
    let sharing = layout.stop_offsets(coefficients);
    let sharing = sharing.iter().filter(|&&other| other == offset).count();
    let at_the_end = layout.spread() == Spread::Repeat && (offset == 0.0 || offset == 1.0);
    of_stops.is_multiple_of(STOP) && (sharing > 1 || at_the_end)
}

#[test]
fn derivatives_beside_a_polygon_are_those_of_the_colours_there() {
    for gradient in jumping_gradients() {
        let (layout, coefficients) = (jumping(&gradient), values(&gradient));
        for line in plan(&gradient) {
            let mut vertices = Vec::new();
            line.trace(layout, &coefficients, BOUNDS, &mut vertices);
            let (a, b) = (vertices[4].value(), vertices[5].value());
            for (part, side) in [(0.01, 1.0), (0.5, 1.0), (0.01, -1.0), (0.5, -1.0)] {
                let right = (b - a).normalize().perp();
                let place = a + part * (b - a) + 1e-5 * side * right;
                for index in 0..coefficients.len() {
                    let mut tangents = vec![0.0; coefficients.len()];
                    tangents[index] = 1.0;
                    let (color, tangent) = push_forward(layout, &coefficients, &tangents, place);
                    assert_eq!(color, color_at(layout, &coefficients, place));
                    let moved = |h: f64| {
                        let mut moved = coefficients.clone();
                        moved[index] += h;
                        color_at(layout, &moved, place)
                    };
                    // Moves the jump by less than the distance of the place from it.
                    let h = 1e-9;
                    let (up, down) = (moved(h), moved(-h));
                    let is_excused = takes_a_jump_apart(layout, &coefficients, index);
                    for c in 0..4 {
                        let difference = (up[c] - down[c]) / (2.0 * h);
                        let error = (difference - tangent[c]).abs();
                        assert!(is_excused || error < 1e-5, "{line:?} {index}: {difference}");
                        let mut adjoint = [0.0; 4];
                        adjoint[c] = 1.0;
                        let mut adjoints = vec![0.0; coefficients.len()];
                        pull_back(layout, &coefficients, place, adjoint, &mut adjoints);
                        assert!(
                            (adjoints[index] - tangent[c]).abs() < 1e-12 * (1.0 + tangent[c].abs())
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn a_ramp_goes_on_by_little() {
    // Red and alpha fall from 1 to 0, green rises. Straight, they go on by at most a 64th of their ramp:
    // alpha times red to (1 + 1/64)², times green to −(1 + 1/64)/64.
    let ends = [[1.0, 0.0, 0.5, 1.0], [0.0, 1.0, 0.5, 0.0]];
    let beyond = 1.0 / 64.0;
    let (most, least) = ((1.0 + beyond) * (1.0 + beyond), -beyond * (1.0 + beyond));
    let mut reached = [0.0f64; 2];
    // From far narrower than circle and polygon are apart to far wider.
    for width in [1e-8, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2] {
        let list = [
            (0.5, RED),
            (0.5, ends[0]),
            (0.5 + width, ends[1]),
            (1.0, RED),
        ];
        let gradient = Painted::new(|n| radial(n, [[5.0, 5.0], [9.0, 9.0]], Spread::Pad, &list));
        let (layout, coefficients) = (jumping(&gradient), values(&gradient));
        for i in 0..10_000 {
            let (sin, cos) = (0.001 * f64::from(i)).sin_cos();
            let radius = 4.5 + 2e-6 * f64::from(i % 997 - 498);
            let place = DVec2::new(5.0 + radius * cos, 5.0 + radius * sin);
            let [r, g, b, a] = color_at(layout, &coefficients, place);
            assert!(a >= -beyond && a <= 1.0 + beyond, "{width}: {a}");
            for product in [r, g, b] {
                let is_near = product > least - 1e-15 && product < most + 1e-15;
                assert!(is_near, "{width}: {product}");
            }
            reached = [reached[0].max(r), reached[1].min(g)];
        }
    }
    let [high, low] = reached;
    assert!(
        (high - most).abs() < 1e-12 && (low - least).abs() < 1e-12,
        "{reached:?}"
    );
}
