use super::*;
use crate::scene::Scene;

/// Polygons with vertices on a coarse grid, so that edges coincide, run along grid lines and meet in
/// vertices: some opaque, one with a gradient.
fn scene(seed: u64) -> Scene {
    let number = |shape: u64, i: u64, count| {
        let key = Key::new(seed, Stream::Replicate).child(shape).child(i);
        key.below(count)
    };
    let shapes = (0..6).map(|shape| {
        let points: Vec<[f64; 2]> = (0..6)
            .map(|i| [2 * i, 2 * i + 1].map(|i| 0.5 * f64::from(number(shape, i, 25))))
            .collect();
        let alpha = [0.5, 1.0, 0.25][number(shape, 20, 3) as usize];
        let rule = ["nonzero", "evenodd"][number(shape, 21, 2) as usize];
        let fill = match shape {
            2 => r#"{"type": "linear_gradient", "start": [0, 0], "end": [12, 12], "stops": [
                {"offset": 0, "color": [1, 0, 0]}, {"offset": 1, "color": [0, 1, 0, 0.5]}]}"#
                .to_owned(),
            _ => format!("[0.{shape}, 0.5, 0.{}, {alpha}]", 9 - shape),
        };
        format!(
            r#"{{"type": "polygon", "id": "p{shape}", "points": {points:?}, "fill": {fill},
                "fill_rule": "{rule}"}}"#
        )
    });
    let shapes = shapes.collect::<Vec<_>>().join(",");
    let text = format!(
        r#"{{"version": 1, "canvas": {{"width": 12, "height": 12}}, "shapes": [{shapes}]}}"#
    );
    Scene::parse(&text, "scene.json", &[]).unwrap()
}

type Found = Vec<(u32, f64, Rgba)>;

/// Lists the samples of a tile with jumps that are not 0, in order along the edges.
fn sorted(mut found: Found) -> Found {
    found.retain(|(_, _, jump)| jump.iter().any(|channel| channel.abs() > 1e-12));
    found.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    found
}

#[test]
fn four_samples_at_once_see_the_jumps_of_one_at_a_time() {
    let mut count = 0;
    for seed in 0..200 {
        let scene = scene(seed);
        let renderer = Renderer::new(&scene, scene.render.clone());
        let samples = EdgeSamples::in_pieces(&renderer, Stream::Boundary, 4.0);
        for tile in renderer.grid().tiles() {
            let mut memory = Default::default();
            let stack = renderer.stack(tile, &mut memory);
            assert!(!stack.has_groups() && !tile.has_seams());
            let (mut found, mut expected) = (Found::new(), Found::new());
            samples.for_each(
                tile,
                &stack,
                |_| true,
                |place, jump| {
                    found.push((place.index, place.t, jump));
                },
            );
            let jumps = Jumps::new(&renderer, tile);
            samples.for_each_in_general(
                tile,
                &stack,
                jumps,
                |_| true,
                |place, jump| {
                    expected.push((place.index, place.t, jump));
                },
            );
            let (found, expected) = (sorted(found), sorted(expected));
            assert_eq!(found.len(), expected.len(), "seed {seed}");
            for (found, expected) in found.iter().zip(&expected) {
                assert_eq!((found.0, found.1), (expected.0, expected.1), "seed {seed}");
                for (a, b) in found.2.iter().zip(expected.2) {
                    assert!(
                        (a - b).abs() < 1e-12,
                        "seed {seed}: {found:?}, {expected:?}"
                    );
                }
            }
            count += found.len();
        }
    }
    assert!(count > 10_000, "{count} samples");
}
