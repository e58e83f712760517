//! The cover of tiles against winding numbers counted over all edges.

use glam::DVec2;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Dxsm;

use super::{Cover, Drawing, Edge, EdgePoint, Layer, LayerCells, TileGrid, for_each_piece};
use crate::scene::Scene;

const SIDE: u32 = 40;

/// A scene of polygons with the given corners.
fn scene(polygons: &[Vec<[f64; 2]>]) -> Scene {
    let shapes: Vec<_> = polygons
        .iter()
        .enumerate()
        .map(|(i, points)| {
            serde_json::json!({
                "type": "polygon", "id": format!("p{i}"), "points": points, "fill": [0, 0, 0, 0.5],
                "fill_rule": if i % 2 == 0 { "nonzero" } else { "evenodd" },
            })
        })
        .collect();
    let json = serde_json::json!({
        "version": 1, "canvas": {"width": SIDE, "height": SIDE}, "shapes": shapes,
    });
    Scene::parse(&json.to_string(), "polygons.json", &[]).expect("a good scene")
}

/// The winding number of a layer at a point, edge by edge.
fn winding(edges: &[Edge], layer: u32, p: DVec2) -> i32 {
    let crossed = |edge: &&Edge| edge.layer == layer && edge.spans_y(p.y) && p.x >= edge.x_at(p.y);
    let crossed = edges.iter().filter(crossed);
    crossed.map(Edge::winding_along_x).sum()
}

fn random_polygons(random: &mut Pcg64Dxsm, integers: bool) -> Vec<Vec<[f64; 2]>> {
    (0..random.random_range(1..6))
        .map(|_| {
            let count = random.random_range(1..30);
            let size: f64 = if random.random_bool(0.5) { 80.0 } else { 6.0 };
            let centre: f64 = random.random_range(-5.0..45.0);
            let mut coordinate = || {
                let c: f64 = centre + size * random.random_range(-0.5..0.5);
                if integers { c.round() } else { c }
            };
            (0..count).map(|_| [coordinate(), coordinate()]).collect()
        })
        .collect()
}

/// Compares the cover with the count at random points, and on both sides of every edge with what
/// the tile says.
fn check(polygons: &[Vec<[f64; 2]>], random: &mut Pcg64Dxsm) {
    let scene = scene(polygons);
    let drawing = Drawing::new(&scene, 0.01);
    let grid = TileGrid::new(&drawing, SIDE, SIDE, 2);
    let edges = grid.edges().list();
    let (mut cover, mut cells) = (Cover::default(), LayerCells::default());
    for tile in grid.tiles() {
        cover.build(&drawing, edges, tile, |_| false, &mut cells);
        for (number, (x, y)) in tile.rect.pixels().enumerate() {
            let corner = DVec2::new(f64::from(x), f64::from(y));
            for _ in 0..3 {
                let p = corner + DVec2::new(random.random(), random.random());
                for (slot, layer) in tile.layers.iter().enumerate() {
                    let rule = drawing.layout.layers()[layer.layer as usize].rule;
                    let expected = winding(edges, layer.layer, p);
                    let entry = cover.layers(number).find(|(_, e)| e.slot as usize == slot);
                    let inside = entry.is_some_and(|(_, entry)| {
                        let around = cover.surround(entry, corner.y);
                        entry.is_whole() || rule.is_inside(around.winding_at(edges, p))
                    });
                    assert_eq!(inside, rule.is_inside(expected), "{p} in {polygons:?}");
                    if let Some((_, entry)) = entry.filter(|(_, entry)| !entry.is_whole()) {
                        let around = cover.surround(entry, corner.y);
                        assert_eq!(around.winding_at(edges, p), expected, "{p} in {polygons:?}");
                    }
                }
            }
        }
        check_edges(&drawing, &grid, tile, &cover, random);
        check_runs(tile, &cover);
        let all = lists(tile, &cover);
        let hides = |layer: &Layer| layer.shape % 2 == 1;
        cover.build(&drawing, edges, tile, hides, &mut cells);
        check_runs(tile, &cover);
        let is_floor = |&(slot, is_whole): &(u32, bool)| {
            let layer = tile.layers[slot as usize].layer as usize;
            is_whole && hides(&drawing.layout.layers()[layer])
        };
        for (pixel, (all, seen)) in all.iter().zip(lists(tile, &cover)).enumerate() {
            let floor = all.iter().rposition(is_floor).unwrap_or(0);
            assert_eq!(seen, all[floor..], "{polygons:?}");
            let is_partial = seen.iter().any(|(_, is_whole)| !is_whole);
            assert_eq!(cover.is_partial(pixel), is_partial, "{polygons:?}");
        }
    }
}

/// The slots on each pixel, with whether their layers cover all of it.
fn lists(tile: &super::Tile, cover: &Cover) -> Vec<Vec<(u32, bool)>> {
    let of = |pixel: usize| {
        let layers = cover.layers(pixel);
        layers
            .map(|(_, entry)| (entry.slot, entry.is_whole()))
            .collect()
    };
    let pixels = 0..tile.rect.width() * tile.rect.height();
    pixels.map(of).collect()
}

/// Checks that runs are of pixels with the same layers, and those with a partial one of one pixel.
fn check_runs(tile: &super::Tile, cover: &Cover) {
    let slots = |pixel: usize| -> Vec<u32> {
        let layers = cover.layers(pixel);
        layers.map(|(_, entry)| entry.slot).collect()
    };
    let width = tile.rect.width();
    for row in 0..tile.rect.height() {
        let (mut pixel, end) = (row * width, (row + 1) * width);
        while pixel < end {
            let length = cover.run_length(pixel, end);
            assert!(length > 0 && pixel + length <= end);
            assert!(length == 1 || !cover.is_partial(pixel));
            for other in pixel + 1..pixel + length {
                assert_eq!(slots(other), slots(pixel));
                assert!(!cover.is_partial(other));
            }
            pixel += length;
        }
    }
}

#[test]
fn the_pixels_beside_and_within_a_shape_are_runs() {
    let scene = scene(&[vec![[3.5, -5.0], [12.5, -5.0], [12.5, 45.0], [3.5, 45.0]]]);
    let drawing = Drawing::new(&scene, 0.01);
    let grid = TileGrid::new(&drawing, 16, 16, 0);
    let (mut cover, tile) = (Cover::default(), &grid.tiles()[0]);
    let cells = &mut LayerCells::default();
    cover.build(&drawing, grid.edges().list(), tile, |_| false, cells);
    for row in 0..16 {
        let runs = [0, 3, 4, 12, 13].map(|x| cover.run_length(16 * row + x, 16 * row + 16));
        assert_eq!(runs, [3, 1, 8, 1, 3]);
    }
}

fn check_edges(
    drawing: &Drawing,
    grid: &TileGrid,
    tile: &super::Tile,
    cover: &Cover,
    random: &mut Pcg64Dxsm,
) {
    let edges = grid.edges().list();
    for &index in tile.all_edges() {
        for_each_piece(&edges[index as usize], tile.rect, |piece| {
            let t = piece.start + (piece.end - piece.start) * random.random::<f64>();
            let point = EdgePoint::new(grid.edges(), index, t);
            let number = tile.rect.number_of(piece.pixel);
            for (slot, layer) in tile.layers.iter().enumerate() {
                let rule = drawing.layout.layers()[layer.layer as usize].rule;
                let expected = point.windings(tile, layer, grid.edges()).minus;
                let mut entries = cover.layers(number);
                let entry = entries.find(|(_, entry)| entry.slot as usize == slot);
                let Some((_, entry)) = entry else {
                    assert!(!rule.is_inside(expected), "{point:?}");
                    continue;
                };
                if entry.is_whole() {
                    assert!(rule.is_inside(expected), "{point:?}");
                } else {
                    let around = cover.surround(entry, f64::from(piece.pixel.1));
                    assert_eq!(point.winding_before(&around, edges), expected, "{point:?}");
                }
            }
        });
    }
}

#[test]
fn covers_have_the_winding_numbers_of_random_polygons() {
    let mut random = Pcg64Dxsm::seed_from_u64(11);
    for _ in 0..60 {
        let polygons = random_polygons(&mut random, false);
        check(&polygons, &mut random);
    }
}

#[test]
fn corners_and_edges_on_the_grid_change_nothing() {
    let mut random = Pcg64Dxsm::seed_from_u64(12);
    for _ in 0..60 {
        let polygons = random_polygons(&mut random, true);
        check(&polygons, &mut random);
    }
}

#[test]
fn what_an_opaque_layer_covers_is_left_out() {
    let square = |a: f64, b: f64| vec![[a, a], [b, a], [b, b], [a, b]];
    let scene = scene(&[square(1.0, 15.0), square(4.5, 12.5)]);
    let drawing = Drawing::new(&scene, 0.01);
    let grid = TileGrid::new(&drawing, 16, 16, 0);
    let mut cover = Cover::default();
    let edges = grid.edges().list();
    let cells = &mut LayerCells::default();
    cover.build(
        &drawing,
        edges,
        &grid.tiles()[0],
        |layer| layer.shape == 1,
        cells,
    );
    let slots = |x: usize, y: usize| -> Vec<u32> {
        let layers = cover.layers(16 * y + x);
        layers.map(|(_, entry)| entry.slot).collect()
    };
    assert_eq!(slots(2, 8), [0]);
    assert_eq!(slots(4, 8), [0, 1]);
    assert_eq!(slots(8, 8), [1]);
    assert_eq!(
        slots(0, 8).len() + slots(15, 8).len(),
        2,
        "the edges on the grid are near both sides"
    );
}
