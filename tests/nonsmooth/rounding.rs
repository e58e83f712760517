//! Edges that pass a line, rise, or enter the canvas by as little as rounding.

use reynolds::film::Image;
use reynolds::filter::Filter;
use reynolds::sampling::EdgeAllocation;
use reynolds::scene::Scene;

use super::support::{Estimate, assert_unbiased, exact, scene, smooth_weights, vjp_estimates};

/// Checks that the mean of edge sampling is a gradient, with standard errors of at most `power` of its
/// largest entry.
fn check_unbiased(what: &str, scene: &Scene, weights: &Image, truth: &[f64], power: f64) {
    let scale = truth.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
    let moments = vjp_estimates(scene, &scene.render, weights, 64);
    let parameters = scene.parameters.iter().zip(moments);
    let family: Vec<Estimate> = parameters
        .map(|((id, parameter), moments)| Estimate {
            name: parameter.name.clone(),
            truth: truth[id.index()],
            uncertainty: 1e-9,
            scale,
            moments,
        })
        .collect();
    assert_unbiased(what, &family, power);
}

/// Pieces as short as rounding is must not tell anything about the rest of their pixel: here an edge
/// passes a grid line by a unit in the last place before its contour turns.
#[test]
fn contours_that_turn_beside_a_grid_line() {
    for points in [
        "[[34, 40], [31.999999999999996, 52], [30, 40]]",
        "[[31, 40], [28.999999999999996, 52], [27, 40]]",
        "[[12, 20], [11, 10.5], [10.999999999999998, 10.5], [10, 20]]",
        "[[30, 12], [4, 12], [4, 8], [15.999999999999998, 8], [16, 8]]",
        "[[1, 7.000000000000001], [7.0000001, 7], [11, 2]]",
        "[[10, 40], [30, 52], [50, 40.00000000000001]]",
        "[[50, 40], [30, 52], [10, 40.00000000000001]]",
        "[[10, 40], [30, 52], [50, 39.99999999999999]]",
        "[[4, 20], [60, 20.000000000000004], [60, 30.5]]",
        "[[60, 20], [4, 20.000000000000004], [4, 30.5]]",
    ] {
        let shape =
            format!(r#"{{"type": "polygon", "id": "p", "points": {points}, "fill": [0, 0, 0]}}"#);
        // A wide filter has tiles that start at odd numbers.
        for (filter, allocation) in [
            (Filter::Box, EdgeAllocation::Pixel),
            (Filter::Box, EdgeAllocation::Importance),
            (Filter::Tent, EdgeAllocation::Pixel),
        ] {
            let mut scene = scene(64, &shape);
            scene.render.filter = filter;
            scene.render.edge_allocation = allocation;
            let weights = smooth_weights(&scene, 3, 21);
            let truth = exact(&scene).vjp(&weights);
            let what = format!("{points}, {filter:?}, {allocation:?}");
            check_unbiased(&what, &scene, &weights, &truth, 0.02);
        }
    }
}

/// The step to the right for a step down is larger than any number: infinity times 0 is none.
#[test]
fn an_edge_that_rises_by_less_than_any_slope_can_tell() {
    let polygon = |y: f64| {
        let points = [[7.0, y], [3.5, 0.0], [5.0, 3.0]];
        let shape =
            format!(r#"{{"type": "polygon", "id": "p", "points": {points:?}, "fill": [0, 0, 0]}}"#);
        scene(8, &shape)
    };
    for filter in [Filter::Box, Filter::Tent] {
        let [mut flat, mut low] = [0.0, 5e-324].map(polygon);
        (flat.render.filter, low.render.filter) = (filter, filter);
        let weights = smooth_weights(&low, 3, 21);
        let [truth, found] = [&flat, &low].map(|scene| exact(scene).vjp(&weights));
        for ((id, parameter), found) in low.parameters.iter().zip(found) {
            let (name, truth) = (&parameter.name, truth[id.index()]);
            assert!(
                (found - truth).abs() < 1e-9,
                "{filter:?}, {name}: {found}, should be {truth}"
            );
        }
        check_unbiased(&format!("{filter:?}"), &low, &weights, &truth, 0.02);
    }
}

/// What is in the canvas is shorter than 1e-308, and one over it no number.
#[test]
fn an_edge_that_hardly_enters_the_canvas_takes_no_more_samples_than_others() {
    let shape = r#"{"type": "polygon", "id": "p", "points": [[1e-320, 1], [-5, 2], [-5, 5], [3, 5]],
        "fill": [0, 0, 0]}"#;
    let mut scene = scene(8, shape);
    let weights = smooth_weights(&scene, 3, 21);
    let truth = exact(&scene).vjp(&weights);
    for allocation in [
        EdgeAllocation::Length,
        EdgeAllocation::Edge,
        EdgeAllocation::Importance,
    ] {
        scene.render.edge_allocation = allocation;
        check_unbiased(&format!("{allocation:?}"), &scene, &weights, &truth, 0.1);
    }
}
