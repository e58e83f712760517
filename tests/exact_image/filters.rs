//! Filters other than the box.

use reynolds::filter::Filter;

use super::support::{dot, exact, ones, scene, scene_on, square};
use super::{black_polygon, coverage, shoelace};

#[test]
fn filters_are_partitions_of_unity() {
    // A shape well inside: its light is shared out among pixels, none is lost. The Gaussian's
    // shifted copies do not sum to one; their mean over shifts of the shape nearly does (it ends in a
    // kink, so a little is left).
    for (filter, shifts, tolerance) in [
        (Filter::Box, 1, 1e-11),
        (Filter::Tent, 1, 1e-11),
        (Filter::Mitchell, 1, 1e-11),
        (Filter::Gaussian, 8, 1e-8),
    ] {
        let (mut sum, mut expected) = (0.0, 0.0);
        for shift in 0..shifts {
            for other in 0..shifts {
                let [dx, dy] = [shift, other].map(|s| f64::from(s) / f64::from(shifts));
                let points = [[6.3, 5.9], [13.1, 8.4], [8.8, 14.7]].map(|[x, y]| [x + dx, y + dy]);
                let mut scene = black_polygon(22, &points, "nonzero");
                scene.render.filter = filter;
                // Against the same canvas without the shape: the borders lose light to the outside.
                let mut empty = scene_on(22, "[1, 1, 1]", "");
                empty.render.filter = filter;
                let ones = ones(&scene, 3, 0);
                sum += dot(&ones, &exact(&empty).image()) - dot(&ones, &exact(&scene).image());
                expected += shoelace(&points).abs();
            }
        }
        let error = (sum - expected).abs() / f64::from(shifts * shifts);
        assert!(error < tolerance, "{filter}: off by {error:e}");
    }
}

#[test]
fn tent_of_a_half_plane() {
    // The tent's integral left of an edge at distance d from the pixel's centre: 1/2 + d − d²/2.
    let mut scene = scene(7, &square("r", [-50.0, -50.0], [3.75, 50.0], "[0, 0, 0]"));
    scene.render.filter = Filter::Tent;
    let covered = coverage(&scene);
    let cumulative = |d: f64| {
        let d = d.clamp(-1.0, 1.0);
        0.5 + d - 0.5 * d * d.abs()
    };
    for x in 0..7 {
        let expected = cumulative(3.75 - (x as f64 + 0.5));
        let found = covered.pixel(x, 3)[0];
        assert!(
            (found - expected).abs() < 1e-13,
            "pixel {x}: {found}, should be {expected}"
        );
    }
}
