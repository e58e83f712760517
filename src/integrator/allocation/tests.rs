//! What holds of the places of samples themselves, before any colour is looked at.

use glam::DVec2;

use super::*;
use crate::film::Image;
use crate::integrator::Tangent;
use crate::scene::{RenderSettings, Scene};

/// The last edge of the scene: the seam, after three times four.
const LAST: usize = 12;

const ALLOCATIONS: [EdgeAllocation; 3] = [
    EdgeAllocation::Length,
    EdgeAllocation::Edge,
    EdgeAllocation::Importance,
];

/// Three rectangles of one size, of which the second leaves the canvas, and the third has a gradient that
/// jumps.
fn scene() -> Scene {
    let rect = |id: &str, min: [f64; 2], fill: &str| {
        let max = min.map(|x| x + 4.0);
        format!(
            r#"{{"type": "rect", "id": "{id}", "min": {min:?}, "max": {max:?}, "fill": {fill}}}"#
        )
    };
    let shapes = [
        rect("inside", [1.3, 1.6], "[0, 0, 0]"),
        rect("outside", [5.2, 2.1], "[1, 0, 0]"),
        rect(
            "jumping",
            [0.4, 3.3],
            r#"{"type": "linear_gradient", "start": [0, 3], "end": [0, 8], "stops": [
                {"offset": 0.5, "color": [0, 0, 0]}, {"offset": 0.5, "color": [0, 1, 0]}]}"#,
        ),
    ];
    let shapes = shapes.join(",");
    let text =
        format!(r#"{{"version": 1, "canvas": {{"width": 8, "height": 8}}, "shapes": [{shapes}]}}"#);
    Scene::parse(&text, "scene.json", &[]).unwrap()
}

/// Hands out a renderer and the samples on all edges of the layers that are wanted.
fn with_places(
    scene: &Scene,
    (edge_allocation, sampler): (EdgeAllocation, Sampler),
    wanted: impl Fn(u32) -> bool + Sync,
    check: impl FnOnce(&Renderer<'_>, &Places),
) {
    let settings = RenderSettings {
        edge_samples: 3.0,
        edge_allocation,
        sampler,
        ..scene.render.clone()
    };
    let renderer = Renderer::new(scene, settings);
    let ones = Image::from_data(8, 8, 3, vec![1.0; 8 * 8 * 3]);
    let places = Places::new(&renderer, wanted, Weight::Adjoint(&ones));
    check(&renderer, &places.expect("these have lists"));
}

/// The part of an edge that counts: within the canvas, as the filter is a box.
fn inside(renderer: &Renderer<'_>, edge: usize) -> Option<(f64, f64)> {
    part_within(&renderer.grid().edges().list()[edge], renderer.area())
}

#[test]
fn samples_of_an_edge_stand_for_what_is_in_the_canvas() {
    let allocation = (EdgeAllocation::Edge, Sampler::Independent);
    with_places(
        &scene(),
        allocation,
        |_| true,
        |renderer, places| {
            let mut partial = 0;
            for edge in 0..=LAST {
                let sum: f64 = places.on_edge(edge as u32).iter().map(|p| p.dt).sum();
                let (start, end) = inside(renderer, edge).unwrap_or((0.0, 0.0));
                assert!((sum - (end - start)).abs() < 1e-14, "edge {edge}: {sum}");
                partial += u32::from(end - start > 0.0 && end - start < 1.0);
            }
            assert!(partial >= 2, "two edges of a rectangle leave the canvas");
        },
    );
}

/// Each edge or outline draws numbers of its own.
#[test]
fn samples_of_different_runs_are_different() {
    for allocation in [EdgeAllocation::Edge, EdgeAllocation::Length] {
        with_places(
            &scene(),
            (allocation, Sampler::Independent),
            |_| true,
            |renderer, places| {
                // Two rectangles are alike: the same numbers would be the same places.
                let edges = (0..4).chain(8..12);
                let mut all: Vec<f64> = Vec::new();
                for edge in edges {
                    let whole = inside(renderer, edge) == Some((0.0, 1.0));
                    let places = places.on_edge(edge as u32).iter();
                    all.extend(places.filter(|_| whole).map(|place| place.t));
                }
                let count = all.len();
                all.sort_by(f64::total_cmp);
                all.dedup();
                assert!(count > 10 && all.len() == count, "{allocation}: {all:?}");
            },
        );
    }
}

#[test]
fn edges_that_are_not_wanted_have_no_samples() {
    for allocation in ALLOCATIONS {
        for layer in 0..3 {
            let wanted = |index| index == layer;
            let what = (allocation, Sampler::Stratified);
            with_places(&scene(), what, wanted, |renderer, places| {
                let layout = &renderer.drawing().layout;
                for (index, other) in layout.layers().iter().enumerate() {
                    let contours = layout.contours()[other.contours.clone()].iter().cloned();
                    let seams = layout.seams()[other.seams.clone()].iter();
                    let mut edges = contours
                        .chain(seams.map(|seam| seam.vertices.clone()))
                        .flatten();
                    let is_sampled = edges.any(|edge| !places.on_edge(edge as u32).is_empty());
                    assert_eq!(is_sampled, index as u32 == layer, "{allocation}, {index}");
                }
            });
        }
    }
}

/// Of 3 parts with the measures 2, 0 and 1, a sample at u of 4 is at 3 u: in the first up to 2, then in
/// the last. A sample stands for the inverse of the density by its part: 4 · measure/3 by the length.
#[test]
fn a_run_goes_through_its_parts_by_their_measure() {
    let part = |edge, start, end, measure| Part {
        edge,
        start,
        end,
        measure,
    };
    let parts = vec![
        part(5, 0.25, 0.75, 2.0),
        part(6, 0.0, 1.0, 0.0),
        part(7, 0.5, 1.0, 1.0),
    ];
    let run = Run::new(Sampler::Independent, 0, parts, 4.0);
    for (u, edge, t, dt) in [
        (0.0, 5, 0.25, 0.5 * 3.0 / (2.0 * 4.0)),
        (0.25, 5, 0.25 + 0.5 * 0.375, 0.5 * 3.0 / (2.0 * 4.0)),
        (0.75, 7, 0.5 + 0.5 * 0.25, 0.5 * 3.0 / 4.0),
    ] {
        let place = run.place(u);
        assert_eq!((place.edge, place.count), (edge, 4), "{u}");
        assert!(
            (place.t - t).abs() < 1e-15 && (place.dt - dt).abs() < 1e-15,
            "{place:?}"
        );
    }
}

/// The end of an edge belongs to what comes next: to a half and half of the number below 1 rounding adds 1.
#[test]
fn no_sample_is_at_the_end_of_its_part() {
    let part = Part {
        edge: 0,
        start: 0.5,
        end: 1.0,
        measure: 1.0,
    };
    let run = Run::new(Sampler::Independent, 0, vec![part], 4.0);
    let last = 1.0f64.next_down();
    assert_eq!(0.5 + 0.5 * last, 1.0);
    assert!(run.place(last).t < 1.0);
}

/// As [`Sampler::edge_count`] says: powers of two, even numbers, or the nearest; one at least, of
/// what has a measure.
#[test]
fn a_run_has_the_number_of_samples_that_its_sampler_is_best_at() {
    for (sampler, expected, measure, count) in [
        (Sampler::Independent, 5.4, 1.0, 5),
        (Sampler::Independent, 0.2, 1.0, 1),
        (Sampler::Independent, 5.4, 0.0, 0),
        (Sampler::Sobol, 5.4, 1.0, 4),
        (Sampler::Antithetic, 5.4, 1.0, 6),
    ] {
        let part = Part {
            edge: 0,
            start: 0.0,
            end: 1.0,
            measure,
        };
        let run = Run::new(sampler, 0, vec![part], expected);
        assert_eq!(run.count, count, "{sampler}, {expected}, {measure}");
    }
}

/// Pieces own their start and not their end: every sample is in one of them.
#[test]
fn a_sample_between_two_pieces_is_in_one() {
    let canvas = scene();
    let renderer = Renderer::new(&canvas, canvas.render.clone());
    let edge = &renderer.grid().edges().list()[0];
    let mut pieces = Vec::new();
    for_each_piece(
        edge,
        PixelRect {
            x0: 0,
            y0: 0,
            x1: 8,
            y1: 8,
        },
        |piece| pieces.push(piece),
    );
    assert!(pieces.len() > 3);
    let starts = pieces.iter().map(|piece| piece.start);
    let places: Vec<Placed> = starts
        .map(|t| Placed {
            edge: 0,
            count: 1,
            t,
            dt: 1.0,
        })
        .collect();
    for piece in &pieces {
        let found: Vec<f64> = in_piece(&places, piece)
            .iter()
            .map(|place| place.t)
            .collect();
        assert_eq!(found, [piece.start]);
    }
}

/// A rectangle 5 px wide and 3 px high over two grounds, that meet at x = 5.
const LOOKED_AT: &str = r#"{"version": 1,
    "canvas": {"width": 8, "height": 8, "background": [0, 0, 0]}, "shapes": [
    {"type": "rect", "id": "ground", "min": [5, 0], "max": [9, 9], "fill": [0.3, 0, 0]},
    {"type": "rect", "id": "box", "min": [1.3, 2.4], "max": [6.3, 5.4], "fill": [0.6, 0, 0.8]}]}"#;

/// Checks the measure of each piece of the rectangle: half its length, and as much of the other half of all 16 px
/// as it has of the importance. That is known by the middle of a piece and its direction.
fn check_measures(
    weight: Weight<'_>,
    renderer: &Renderer<'_>,
    importance: impl Fn(DVec2, DVec2) -> f64,
) {
    let parts = pilot::mixture(&pilot::parts(renderer, |layer| layer == 1, weight));
    let list = renderer.grid().edges().list();
    let pieces = parts.iter().map(|part| {
        let edge = &list[part.edge as usize];
        let along = edge.direction() * (part.end - part.start);
        let middle = edge.a + edge.direction() * (0.5 * (part.start + part.end));
        (part.measure, along.length(), importance(middle, along))
    });
    let pieces: Vec<(f64, f64, f64)> = pieces.collect();
    let length: f64 = pieces.iter().map(|piece| piece.1).sum();
    let all: f64 = pieces.iter().map(|piece| piece.2).sum();
    assert!((length - 16.0).abs() < 1e-12 && pieces.len() > 16);
    for (measure, own, importance) in pieces {
        let expected = 0.5 * own + 0.5 * 16.0 * importance / all;
        assert!(
            (measure - expected).abs() < 1e-12,
            "{measure}, should be {expected}"
        );
    }
}

/// Along a direction, |J| times the normal velocity: the sides that move to the right.
#[test]
fn the_first_look_measures_jumps_that_move() {
    let scene = Scene::parse(LOOKED_AT, "scene.json", &[]).unwrap();
    let renderer = Renderer::new(&scene, scene.render.clone());
    let ids = ["box.min.x", "box.max.x"].map(|name| scene.parameters.find(name).unwrap());
    let direction = ids.map(|id| (id, 1.0));
    let tangent = Tangent::new(renderer.drawing(), &scene, &direction);
    check_measures(Weight::Velocity(&tangent), &renderer, |middle, along| {
        let red: f64 = if middle.x < 5.0 { 0.6 } else { 0.3 };
        red.hypot(0.8) * along.y.abs()
    });
}

/// For an adjoint, |⟨w, J⟩| on all sides.
#[test]
fn the_first_look_measures_jumps_that_are_weighed() {
    let scene = Scene::parse(LOOKED_AT, "scene.json", &[]).unwrap();
    let renderer = Renderer::new(&scene, scene.render.clone());
    let weigh = |x: usize| {
        if x < 4 {
            [2.0, 5.0, -0.25]
        } else {
            [0.5, 1.0, 0.5]
        }
    };
    let mut adjoint = Image::new(8, 8, 3);
    for y in 0..8 {
        for x in 0..8 {
            adjoint.pixel_mut(x, y).copy_from_slice(&weigh(x));
        }
    }
    check_measures(Weight::Adjoint(&adjoint), &renderer, |middle, along| {
        let red = if middle.x < 5.0 { 0.6 } else { 0.3 };
        let [r, _, b] = weigh(middle.x as usize);
        (r * red + b * 0.8).abs() * along.length()
    });
}
