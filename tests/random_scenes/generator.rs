//! Random scenes.

use serde_json::{Value, json};

use super::numbers::Numbers;
use super::paths::path_data;

const SAMPLERS: [&str; 10] = [
    "independent",
    "stratified",
    "multi-jittered",
    "correlated-multi-jittered",
    "latin-hypercube",
    "sobol",
    "halton",
    "systematic",
    "antithetic",
    "stratified-antithetic",
];
/// Exact integrals under a Gaussian take as long as those of some hundred scenes with a box, where
/// there are many lines or rings; so it comes seldom.
const FILTERS: [&str; 10] = [
    "box", "box", "box", "box", "tent", "tent", "tent", "mitchell", "mitchell", "gaussian",
];
const ALLOCATIONS: [&str; 4] = ["pixel", "length", "edge", "importance"];
const SPREADS: [&str; 3] = ["pad", "repeat", "reflect"];
const RULES: [&str; 2] = ["nonzero", "evenodd"];
const SIDES: [u32; 6] = [8, 8, 8, 8, 8, 18];

/// The shortest length and radius of a gradient. One that is repeated has as many lines or rings as
/// fit into the canvas: with thousands of them the exact integrator takes minutes.
const SHORTEST_GRADIENT: f64 = 1.5;

/// Returns scene number `index` of a seed.
pub fn scene(seed: u64, index: u64) -> Value {
    let mut numbers = Numbers::new(seed, index);
    let [width, height] = [0; 2].map(|_| numbers.one_of(&SIDES));
    numbers.spread_over(width.max(height));
    let mut names = Names(0);
    let count = 1 + numbers.below(4);
    let shapes: Vec<Value> = (0..count)
        .map(|_| shape(&mut numbers, &mut names, 0))
        .collect();
    json!({
        "version": 1,
        "canvas": {"width": width, "height": height, "background": background(&mut numbers)},
        "shapes": shapes,
        "render": {
            "spp": 4, "edge_samples": numbers.one_of(&[2.0, 4.0, 5.3]), "seed": index,
            "sampler": numbers.one_of(&SAMPLERS), "filter": numbers.one_of(&FILTERS),
            "edge_allocation": numbers.one_of(&ALLOCATIONS), "tolerance": numbers.one_of(&[0.03, 0.1, 0.3])
        }
    })
}

/// Numbers the shapes.
struct Names(u32);

impl Names {
    fn next(&mut self) -> String {
        self.0 += 1;
        format!("s{}", self.0)
    }
}

fn background(numbers: &mut Numbers) -> Value {
    match numbers.below(6) {
        0 => json!([0.0, 0.0, 0.0, 0.0]),
        1 => json!([0.2, 0.9, 0.4, 0.5]),
        2 => json!([0.1, 0.3, 0.2]),
        _ => json!([1.0, 1.0, 1.0]),
    }
}

fn shape(numbers: &mut Numbers, names: &mut Names, depth: u32) -> Value {
    let id = names.next();
    let kinds = if depth < 2 { 6 } else { 5 };
    let mut shape = match numbers.below(kinds) {
        0 => json!({"type": "circle", "center": numbers.vertex(), "radius": numbers.radius()}),
        1 => json!({"type": "ellipse", "center": numbers.vertex(),
            "radii": [numbers.radius(), numbers.radius()]}),
        2 => rectangle(numbers),
        3 => {
            let points: Vec<[f64; 2]> = (0..3 + numbers.below(4))
                .map(|_| numbers.vertex())
                .collect();
            json!({"type": "polygon", "points": points, "fill_rule": numbers.one_of(&RULES)})
        }
        4 => json!({"type": "path", "d": path_data(numbers), "fill_rule": numbers.one_of(&RULES)}),
        _ => {
            let children: Vec<Value> = (0..1 + numbers.below(2))
                .map(|_| shape(numbers, names, depth + 1))
                .collect();
            json!({"type": "group", "children": children})
        }
    };
    if shape["type"] != "group" {
        shape["fill"] = fill(numbers);
    }
    shape["id"] = id.into();
    if numbers.happens(0.3) {
        shape["opacity"] = fraction(numbers).into();
    }
    if numbers.happens(0.3) {
        shape["transform"] = transform(numbers);
    }
    shape
}

fn rectangle(numbers: &mut Numbers) -> Value {
    let ([ax, ay], [bx, by]) = (numbers.vertex(), numbers.vertex());
    json!({"type": "rect", "min": [ax.min(bx), ay.min(by)], "max": [ax.max(bx), ay.max(by)]})
}

/// A number from 0 to 1, both often.
fn fraction(numbers: &mut Numbers) -> f64 {
    match numbers.below(6) {
        0 => 0.0,
        1 | 2 => 1.0,
        _ => numbers.between(0.05, 0.95),
    }
}

fn color(numbers: &mut Numbers) -> Value {
    let [r, g, b] = [0; 3].map(|_| fraction(numbers));
    match numbers.below(3) {
        0 => json!([r, g, b, fraction(numbers)]),
        _ => json!([r, g, b]),
    }
}

fn fill(numbers: &mut Numbers) -> Value {
    match numbers.below(5) {
        0 => {
            let start = numbers.vertex();
            let mut end = numbers.vertex();
            if (end[0] - start[0]).hypot(end[1] - start[1]) < SHORTEST_GRADIENT {
                end[0] = start[0] + 2.0;
            }
            json!({"type": "linear_gradient", "start": start, "end": end,
                "spread": numbers.one_of(&SPREADS), "stops": stops(numbers)})
        }
        1 => {
            let [x, y] = [0; 2].map(|_| numbers.radius().max(SHORTEST_GRADIENT));
            json!({"type": "radial_gradient", "center": numbers.vertex(), "radius": [x, y],
                "spread": numbers.one_of(&SPREADS), "stops": stops(numbers)})
        }
        _ => color(numbers),
    }
}

/// One to three stops, some of one offset.
fn stops(numbers: &mut Numbers) -> Value {
    let mut offsets: Vec<f64> = (0..1 + numbers.below(3))
        .map(|_| match numbers.below(4) {
            0 => 0.5,
            _ => fraction(numbers),
        })
        .collect();
    offsets.sort_by(f64::total_cmp);
    let stop = |offset| json!({"offset": offset, "color": color(numbers)});
    offsets.into_iter().map(stop).collect()
}

fn transform(numbers: &mut Numbers) -> Value {
    if numbers.happens(0.2) {
        let matrix = match numbers.below(3) {
            0 => [0.0, 1.0, 1.0, 0.0, 0.0, 0.0],
            1 => [1.0, 0.0, 0.5, 1.0, -2.0, 0.0],
            _ => [0.9, 0.3, -0.2, 1.1, 0.7, -1.3],
        };
        return json!({"matrix": matrix});
    }
    let mut transform = json!({});
    if numbers.happens(0.6) {
        let [x, y] = numbers.vertex();
        transform["translate"] = json!([x - 4.0, y - 4.0]);
    }
    if numbers.happens(0.6) {
        let any = numbers.between(-180.0, 180.0);
        transform["rotate"] = numbers.one_of(&[0.0, 45.0, 90.0, 180.0, any]).into();
    }
    if numbers.happens(0.6) {
        let any = numbers.between(0.5, 1.5);
        transform["scale"] = json!([
            numbers.one_of(&[1.0, -1.0, 0.5, 2.0, any]),
            numbers.one_of(&[1.0, -1.0, 0.5, 2.0, any])
        ]);
    }
    if numbers.happens(0.6) {
        transform["origin"] = json!(numbers.vertex());
    }
    transform
}
