//! Areas of shapes that are hard to cut: crossings, shared lines, slivers, borders of pixels and tiles.

use reynolds::film::Image;

use super::support::{channel_sum, largest_difference, scene, square};
use super::{black_polygon, coverage, shoelace};

#[test]
fn a_pentagram_under_both_rules() {
    // The shoelace formula counts the tips once and the inner pentagon twice.
    let point = |i: usize, radius: f64, turn: f64| {
        let angle = (90.0 + turn + 72.0 * i as f64).to_radians();
        [12.3 + radius * angle.cos(), 12.7 + radius * angle.sin()]
    };
    let tips: Vec<[f64; 2]> = (0..5).map(|i| point(2 * i, 10.0, 7.0)).collect();
    // The inner pentagon has the circumradius R cos 72° / cos 36°.
    let inner_radius = 10.0 * 72f64.to_radians().cos() / 36f64.to_radians().cos();
    let inner: Vec<[f64; 2]> = (0..5).map(|i| point(i, inner_radius, 43.0)).collect();
    let (wound, inner) = (shoelace(&tips).abs(), shoelace(&inner).abs());
    let nonzero = channel_sum(&coverage(&black_polygon(25, &tips, "nonzero")), 0);
    let evenodd = channel_sum(&coverage(&black_polygon(25, &tips, "evenodd")), 0);
    assert!(
        (nonzero - (wound - inner)).abs() < 1e-12 * wound * 25.0,
        "{nonzero}"
    );
    assert!(
        (evenodd - (wound - 2.0 * inner)).abs() < 1e-12 * wound * 25.0,
        "{evenodd}"
    );
}

#[test]
fn crossings_at_vertices() {
    // Two opaque triangles that touch in a vertex, and a line through that vertex: a bow tie whose
    // waist lies on a pixel corner, and on no corner.
    for waist in [[8.0, 8.0], [8.3, 7.6]] {
        let [x, y] = waist;
        let points = [
            [x - 5.0, y - 4.0],
            [x, y],
            [x + 5.0, y + 4.0],
            [x + 5.0, y - 4.0],
            [x, y],
            [x - 5.0, y + 4.0],
        ];
        for rule in ["nonzero", "evenodd"] {
            let sum = channel_sum(&coverage(&black_polygon(16, &points, rule)), 0);
            assert!((sum - 40.0).abs() < 1e-11, "waist {waist:?}, {rule}: {sum}");
        }
    }
}

#[test]
fn overlapping_collinear_edges() {
    // An L of two rectangles that share part of a line, and one that retraces its border: areas.
    let points = [
        [2.0, 3.0],
        [9.0, 3.0],
        [9.0, 6.0],
        [5.0, 6.0],
        [5.0, 12.0],
        [5.0, 6.0],
        [7.0, 6.0],
        [5.0, 6.0],
        [5.0, 11.0],
        [2.0, 11.0],
    ];
    for turn in [0.0, 17.3, 30.0, 45.0, 90.0f64] {
        let (s, c) = turn.to_radians().sin_cos();
        let turned: Vec<[f64; 2]> = (points.iter())
            .map(|[x, y]| {
                [
                    8.0 + c * (x - 6.0) - s * (y - 7.0),
                    8.0 + s * (x - 6.0) + c * (y - 7.0),
                ]
            })
            .collect();
        for rule in ["nonzero", "evenodd"] {
            let sum = channel_sum(&coverage(&black_polygon(16, &turned, rule)), 0);
            let expected = 7.0 * 3.0 + 3.0 * 5.0;
            assert!(
                (sum - expected).abs() < 1e-11,
                "turned by {turn}, {rule}: {sum}"
            );
        }
    }
}

#[test]
fn slivers() {
    for width in [1e-6, 1e-9, 1e-12] {
        let scene = scene(
            16,
            &square("r", [7.3, 2.0], [7.3 + width, 14.5], "[0, 0, 0]"),
        );
        let sum = channel_sum(&coverage(&scene), 0);
        let real = (7.3 + width) - 7.3;
        assert!(
            (sum - 12.5 * real).abs() < 1e-13,
            "width {width:e}: {sum:e}"
        );
    }
    // A needle from corner to corner, ever thinner.
    for width in [1e-3, 1e-9] {
        let points = [[1.0, 1.0], [15.0, 13.0], [1.0, 1.0 + width]];
        let sum = channel_sum(&coverage(&black_polygon(16, &points, "nonzero")), 0);
        assert!(
            (sum - 7.0 * ((1.0 + width) - 1.0)).abs() < 1e-12,
            "needle {width:e}: {sum:e}"
        );
    }
}

#[test]
fn edges_along_pixel_and_tile_borders() {
    let image = coverage(&scene(
        48,
        &square("r", [16.0, 5.0], [32.0, 16.0], "[0, 0, 0]"),
    ));
    for y in 0..48 {
        for x in 0..48 {
            let inside = (16..32).contains(&x) && (5..16).contains(&y);
            assert_eq!(
                image.pixel(x, y)[0],
                f64::from(u8::from(inside)),
                "pixel {x}, {y}"
            );
        }
    }
}

#[test]
fn a_shape_cut_by_tiles_is_the_same_shape() {
    // The same picture a fraction of a tile further: whole pixels shift, nothing else.
    let polygon = |dx: f64, dy: f64| {
        let points = [
            [10.3, 9.1],
            [25.7, 14.9],
            [19.3, 27.7],
            [16.0, 16.0],
            [9.9, 17.3],
        ];
        black_polygon(48, &points.map(|[x, y]| [x + dx, y + dy]), "evenodd")
    };
    let here = coverage(&polygon(0.0, 0.0));
    for (dx, dy) in [(1, 0), (6, 6), (16, 3), (13, 16)] {
        let there = coverage(&polygon(dx as f64, dy as f64));
        let mut shifted = Image::new(48, 48, 3);
        for y in dy..48 {
            for x in dx..48 {
                shifted
                    .pixel_mut(x, y)
                    .copy_from_slice(here.pixel(x - dx, y - dy));
            }
        }
        let distance = largest_difference(&there, &shifted);
        assert!(distance < 1e-12, "shift by {dx}, {dy}: {distance:e}");
    }
}
