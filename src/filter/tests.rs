//! Laws of reconstruction filters.

use clap::ValueEnum;

use super::Filter;

/// Composite Gauss-Legendre quadrature with three nodes a panel, all inside.
fn integral(from: f64, to: f64, f: impl Fn(f64) -> f64) -> f64 {
    let panels = 2048;
    let half = (to - from) / f64::from(2 * panels);
    let node = half * 0.6f64.sqrt();
    let panel = |i| {
        let centre = from + half * f64::from(2 * i + 1);
        half * (5.0 * f(centre - node) + 8.0 * f(centre) + 5.0 * f(centre + node)) / 9.0
    };
    (0..panels).map(panel).sum()
}

/// Points of a fine grid in [-3, 3] that is not aligned with the breakpoints.
fn grid() -> impl Iterator<Item = f64> {
    (0..6000).map(|i| -3.0 + f64::from(i) / 1000.0 + 0.000_37)
}

#[test]
fn filters_integrate_to_one() {
    for &filter in Filter::value_variants() {
        let parts = filter.breakpoints().windows(2);
        let sum: f64 = parts
            .map(|ends| integral(ends[0], ends[1], |x| filter.weight(x)))
            .sum();
        assert!((sum - 1.0).abs() < 1e-12, "{filter}: {sum}");
    }
}

#[test]
fn filters_are_symmetric() {
    for &filter in Filter::value_variants() {
        for x in grid() {
            assert_eq!(filter.weight(x), filter.weight(-x), "{filter} at {x}");
        }
    }
}

#[test]
fn filters_vanish_at_and_beyond_the_radius() {
    for &filter in Filter::value_variants() {
        let radius = filter.radius();
        for x in [radius, radius.next_up(), radius + 1.0, 1e300, f64::INFINITY] {
            assert_eq!(filter.weight(x), 0.0, "{filter} at {x}");
            if filter != Filter::Box || x > radius {
                assert_eq!(filter.weight(-x), 0.0, "{filter} at {}", -x);
            }
        }
    }
}

#[test]
fn the_box_is_half_open() {
    assert_eq!(Filter::Box.weight(-0.5), 1.0);
    assert_eq!(Filter::Box.weight(0.5f64.next_down()), 1.0);
    assert_eq!(Filter::Box.weight(0.5), 0.0);
    assert_eq!(Filter::Box.weight((-0.5f64).next_down()), 0.0);
}

/// A constant picture stays constant: Σ w(x − i) = 1. The Gaussian lacks this.
#[test]
fn shifted_kernels_sum_to_one() {
    for filter in [Filter::Box, Filter::Tent, Filter::Mitchell] {
        for x in grid() {
            let sum: f64 = (-6..=6).map(|i| filter.weight(x - f64::from(i))).sum();
            assert!((sum - 1.0).abs() < 1e-14, "{filter} at {x}: {sum}");
        }
    }
}

/// Members of Mitchell and Netravali's family with B + 2C = 1 reproduce linear functions, as the
/// tent does: Σ i w(x − i) = x.
#[test]
fn tent_and_mitchell_reproduce_linear_functions() {
    for filter in [Filter::Tent, Filter::Mitchell] {
        for x in grid() {
            let terms = (-6..=6).map(f64::from).map(|i| i * filter.weight(x - i));
            let sum: f64 = terms.sum();
            assert!((sum - x).abs() < 1e-13, "{filter} at {x}: {sum}");
        }
    }
}

#[test]
fn kernels_have_their_known_values() {
    let cases = [
        (Filter::Tent, 0.0, 1.0),
        (Filter::Tent, 0.25, 0.75),
        (Filter::Mitchell, 0.0, 8.0 / 9.0),
        (Filter::Mitchell, 0.5, 77.0 / 144.0),
        (Filter::Mitchell, 1.0, 1.0 / 18.0),
        (Filter::Mitchell, 8.0 / 7.0, 0.0),
        (Filter::Mitchell, -1.5, -5.0 / 144.0),
    ];
    for (filter, x, expected) in cases {
        let weight = filter.weight(x);
        assert!(
            (weight - expected).abs() < 1e-15,
            "{filter} at {x}: {weight}"
        );
    }
}

/// Differences of weights cancel the shift, ratios of them the scale: what is left is e^(−2x²).
#[test]
fn the_gaussian_has_a_standard_deviation_of_one_half() {
    let w = |x| Filter::Gaussian.weight(x);
    let e = |x: f64| (-x * x / (2.0 * 0.5 * 0.5)).exp();
    for x in [0.1, 0.5, 1.0, 1.7] {
        let ratio = (w(0.0) - w(x)) / (w(0.0) - w(1.5));
        let expected = (1.0 - e(x)) / (1.0 - e(1.5));
        assert!((ratio - expected).abs() < 1e-14, "{x}");
    }
}

#[test]
fn all_but_the_box_are_continuous() {
    for filter in [Filter::Tent, Filter::Gaussian, Filter::Mitchell] {
        for &x in filter.breakpoints() {
            let jump = filter.weight(x.next_up()) - filter.weight(x.next_down());
            assert!(jump.abs() < 1e-14, "{filter} at {x}: {jump}");
        }
    }
}

#[test]
fn the_slope_of_mitchell_is_continuous() {
    let slope = |c: [f64; 4], x: f64| c[1] + x * (2.0 * c[2] + x * 3.0 * c[3]);
    let pieces = Filter::Mitchell.pieces().unwrap();
    for pair in pieces.windows(2) {
        let [left, right] = [0, 1].map(|i| slope(pair[i].coefficients, pair[0].to));
        assert!((left - right).abs() < 1e-14, "at {}", pair[0].to);
    }
    assert!(slope(pieces[3].coefficients, 2.0).abs() < 1e-14);
}

#[test]
fn pieces_are_the_kernel_between_the_breakpoints() {
    for &filter in Filter::value_variants() {
        let breakpoints = filter.breakpoints();
        assert_eq!(breakpoints[0], -filter.radius());
        assert_eq!(breakpoints.last(), Some(&filter.radius()));
        let Some(pieces) = filter.pieces() else {
            continue;
        };
        assert_eq!(pieces.len() + 1, breakpoints.len());
        for (piece, ends) in pieces.iter().zip(breakpoints.windows(2)) {
            assert_eq!([piece.from, piece.to], ends);
            for x in grid().filter(|x| (piece.from..piece.to).contains(x)) {
                let difference = piece.value(x) - filter.weight(x);
                assert!(difference.abs() < 1e-14, "{filter} at {x}");
            }
        }
    }
}

#[test]
fn slopes_are_derivatives_between_the_breakpoints() {
    for filter in [Filter::Tent, Filter::Gaussian, Filter::Mitchell] {
        let h = 1e-6;
        for x in grid().map(|x| x + 0.013_7) {
            let difference = (filter.weight(x + h) - filter.weight(x - h)) / (2.0 * h);
            let slope = filter.slope(x);
            assert!(
                (slope - difference).abs() < 1e-8,
                "{filter} at {x}: {slope}"
            );
        }
    }
}

/// A point at offset u in pixel 0 has distance u − (i + ½) from the centre of pixel i.
#[test]
fn support_pixels_is_the_farthest_pixel_with_weight() {
    for &filter in Filter::value_variants() {
        let reaches = |i: i32| {
            let offsets = (0..1000).map(|k| f64::from(k) / 1000.0);
            let mut weights = offsets.map(|u| filter.weight(u - (f64::from(i) + 0.5)));
            weights.any(|w| w != 0.0)
        };
        let farthest = (0..10).rev().find(|&i| reaches(i) || reaches(-i));
        assert_eq!(farthest, Some(filter.support_pixels()), "{filter}");
    }
}

#[test]
fn names_agree_in_files_on_the_command_line_and_in_print() {
    for &filter in Filter::value_variants() {
        let name = filter.to_string();
        assert_eq!(serde_json::to_value(filter).unwrap(), name.as_str());
        assert_eq!(<Filter as ValueEnum>::from_str(&name, false), Ok(filter));
    }
    let names: Vec<String> = Filter::value_variants()
        .iter()
        .map(Filter::to_string)
        .collect();
    assert_eq!(names, ["box", "tent", "gaussian", "mitchell"]);
}
