//! Derivatives by the offsets of stops, apart or at one place.

use std::f64::consts::PI;

use super::support::{check_laws, scene};

/// A stop: its offset, red and alpha.
type Stop = (f64, f64, f64);

const SPREADS: [&str; 3] = ["pad", "repeat", "reflect"];

/// Returns the JSON of a gradient whose colours have no green and no blue.
fn gradient(kind: &str, geometry: &str, spread: &str, stops: &[Stop]) -> String {
    let stops: Vec<String> = stops
        .iter()
        .map(|(offset, red, alpha)| {
            format!(r#"{{"offset": {offset:?}, "color": [{red:?}, 0, 0, {alpha:?}]}}"#)
        })
        .collect();
    format!(
        r#"{{"type": "{kind}_gradient", {geometry}, "spread": "{spread}", "stops": [{}]}}"#,
        stops.join(", ")
    )
}

/// Returns for each stop the mean of what white shows of red along the ramp before it, less that along
/// the ramp after it. The width of a ramp does not matter, so that it may be 0.
///
/// A ramp from red r and alpha a to r + Δr and a + Δa shows 1 + (r − 1) a of red at its ends; in between
/// there is Δr Δa u² instead of Δr Δa u, on average less by a sixth of the product.
fn drops(stops: &[Stop]) -> Vec<f64> {
    let shown = |&(_, red, alpha): &Stop| 1.0 + (red - 1.0) * alpha;
    let mean = |pair: &[Stop]| {
        let bulge = (pair[1].1 - pair[0].1) * (pair[1].2 - pair[0].2) / 6.0;
        0.5 * (shown(&pair[0]) + shown(&pair[1])) - bulge
    };
    let ends = [&stops[0], &stops[stops.len() - 1]].map(shown);
    let mut means = vec![ends[0]];
    means.extend(stops.windows(2).map(mean));
    means.push(ends[1]);
    means.windows(2).map(|pair| pair[0] - pair[1]).collect()
}

/// Checks the derivatives by all offsets, given by how much area grows with an offset.
fn check_offsets(shape: &str, fill: &str, stops: &[Stop], growth: impl Fn(f64) -> f64) {
    let shape = format!(
        r#"{{"type": "group", "id": "g", "transform": {{"rotate": 27, "origin": [24, 24]}},
            "children": [{{{shape}, "id": "s", "fill": {fill}}}]}}"#
    );
    let names: Vec<String> = (0..stops.len())
        .map(|i| format!("s.fill.stops.{i}.offset"))
        .collect();
    let laws: Vec<(&str, f64)> = names
        .iter()
        .zip(stops.iter().zip(drops(stops)))
        .map(|(name, (stop, drop))| (name.as_str(), growth(stop.0) * drop))
        .collect();
    check_laws(fill, &scene(48, &shape), &laws);
}

#[test]
fn of_linear_gradients() {
    // The rectangle shows two periods, of which neither starts at its border.
    let (period, height) = (16.0, 16.7);
    let shape = r#""type": "rect", "min": [8.3, 15.2], "max": [40.3, 31.9]"#;
    let geometry = r#""start": [14.22, 11], "end": [30.22, 11]"#;
    let lists: [&[Stop]; 4] = [
        &[
            (0.2, 0.9, 1.0),
            (0.5, 0.1, 1.0),
            (0.5, 0.9, 0.1),
            (0.8, 0.3, 0.7),
        ],
        &[
            (0.1, 0.2, 0.6),
            (0.4, 0.0, 0.9),
            (0.4, 1.0, 0.2),
            (0.4, 0.1, 0.6),
            (0.9, 0.8, 0.9),
        ],
        // All of them where periods end, in which seams of all repetitions meet.
        &[
            (0.0, 0.1, 0.9),
            (0.0, 0.8, 0.2),
            (1.0, 0.3, 0.7),
            (1.0, 0.9, 0.1),
        ],
        // One alpha, and one colour: the offsets have equal shares.
        &[
            (0.3, 0.9, 0.8),
            (0.3, 0.1, 0.8),
            (0.7, 0.4, 0.2),
            (0.7, 0.4, 0.9),
        ],
    ];
    for stops in lists {
        for spread in SPREADS {
            let fill = gradient("linear", geometry, spread, stops);
            let count = if spread == "pad" { 1.0 } else { 2.0 };
            check_offsets(shape, &fill, stops, |_| count * period * height);
        }
    }
}

#[test]
fn of_radial_gradients() {
    let radii = [9.0, 7.0];
    let shape = r#""type": "ellipse", "center": [24.3, 23.8], "radii": [20.7, 16.1]"#;
    let geometry = r#""center": [24.3, 23.8], "radius": [9, 7]"#;
    let lists: [&[Stop]; 2] = [
        &[(0.45, 0.1, 0.9), (0.45, 0.8, 0.2)],
        &[(0.45, 0.1, 0.9), (0.45, 0.8, 0.2), (0.45, 0.3, 0.7)],
    ];
    for stops in lists {
        for spread in SPREADS {
            let fill = gradient("radial", geometry, spread, stops);
            check_offsets(shape, &fill, stops, |offset| {
                // The rings that lie within the shape, of which the edge is at 2.3.
                let rings = match spread {
                    "pad" => vec![offset],
                    "repeat" => vec![offset, 1.0 + offset],
                    _ => vec![offset, 2.0 - offset],
                };
                2.0 * PI * radii[0] * radii[1] * rings.iter().sum::<f64>()
            });
        }
    }
}
