use glam::DVec2;

use super::tile::TILE_SIZE;
use super::{Drawing, PixelRect, Tile, TileGrid, TileLayer};

/// Tiles that know what is within some distance of them, for estimators that look beyond the point
/// at hand.
///
/// The tiles are those of the picture's [`TileGrid`], with more around them, so that every point
/// within the distance of a sample lies in one. Each also has the layers that have an edge within
/// the distance, besides those that it shows.
#[derive(Clone, Debug)]
pub struct Nearby {
    grid: TileGrid,
    margin: i32,
    columns: usize,
    rows: usize,
    /// For each tile the edges within the distance of it.
    edges: Vec<Vec<u32>>,
}

impl Nearby {
    /// Sorts the edges of a drawing for a picture of `width` × `height` pixels with `margin` pixels
    /// around it, as [`TileGrid::new`] does.
    pub fn new(drawing: &Drawing, width: u32, height: u32, margin: i32, distance: f64) -> Self {
        // Whole tiles more, so that the tiles of the picture are among these.
        let tiles = (distance / f64::from(TILE_SIZE)).floor() as i32 + 1;
        let margin = margin + tiles * TILE_SIZE;
        let count = |pixels: u32| (pixels as i32 + 2 * margin).div_euclid(TILE_SIZE) as usize + 1;
        let mut nearby = Self {
            grid: TileGrid::new(drawing, width, height, margin),
            margin,
            columns: count(width - 1),
            rows: count(height - 1),
            edges: Vec::new(),
        };
        nearby.edges = nearby.list_edges(distance);
        for (tile, edges) in nearby.grid.tiles_mut().iter_mut().zip(&nearby.edges) {
            add_layers(tile, edges, drawing);
        }
        nearby
    }

    fn list_edges(&self, distance: f64) -> Vec<Vec<u32>> {
        let mut lists = vec![Vec::new(); self.grid.tiles().len()];
        for (index, edge) in self.grid.edges().list().iter().enumerate() {
            let (low, high) = (edge.a.min(edge.b) - distance, edge.a.max(edge.b) + distance);
            let (columns, rows) = (
                self.cell(low.x, self.columns)..=self.cell(high.x, self.columns),
                self.cell(low.y, self.rows)..=self.cell(high.y, self.rows),
            );
            for row in rows {
                for column in columns.clone() {
                    let tile = row * self.columns + column;
                    if is_near(self.grid.tiles()[tile].rect, edge.a, edge.b, distance) {
                        lists[tile].push(index as u32);
                    }
                }
            }
        }
        lists
    }

    fn cell(&self, coordinate: f64, count: usize) -> usize {
        let cell = ((coordinate + f64::from(self.margin)) / f64::from(TILE_SIZE)).floor();
        (cell.max(0.0) as usize).min(count - 1)
    }

    /// Returns the number of the tile that a point lies in; of points outside of all, the nearest.
    pub fn tile_at(&self, p: DVec2) -> usize {
        self.cell(p.y, self.rows) * self.columns + self.cell(p.x, self.columns)
    }

    /// Returns the number of the tile with a pixel.
    pub fn tile_of_pixel(&self, x: i32, y: i32) -> usize {
        self.tile_at(DVec2::new(f64::from(x) + 0.5, f64::from(y) + 0.5))
    }

    /// Returns a tile.
    pub fn tile(&self, number: usize) -> &Tile {
        &self.grid.tiles()[number]
    }

    /// Returns the indices of the edges within the distance of a tile, in order.
    pub fn edges(&self, number: usize) -> &[u32] {
        &self.edges[number]
    }
}

/// Tells whether a segment comes within a distance of a rectangle; generous at its corners.
fn is_near(rect: PixelRect, a: DVec2, b: DVec2, distance: f64) -> bool {
    let [x0, y0, x1, y1] = [rect.x0, rect.y0, rect.x1, rect.y1].map(f64::from);
    let middle = 0.5 * DVec2::new(x0 + x1, y0 + y1);
    let half = 0.5 * DVec2::new(x1 - x0, y1 - y0) + distance;
    // The line misses the grown rectangle if it passes the middle further away than the rectangle
    // reaches across the line.
    let across = (b - a).perp();
    (middle - a).dot(across).abs() <= half.dot(across.abs())
}

/// Adds the layers of edges that the tile does not have: they are outside everywhere in it.
fn add_layers(tile: &mut Tile, edges: &[u32], drawing: &Drawing) {
    let layers = drawing.layout.layers();
    for &edge in edges {
        let layer = layers.partition_point(|layer| layer.vertices.end <= edge as usize) as u32;
        let place = tile.layers.partition_point(|other| other.layer < layer);
        if tile
            .layers
            .get(place)
            .is_none_or(|other| other.layer != layer)
        {
            tile.layers.insert(
                place,
                TileLayer {
                    layer,
                    base: 0,
                    edges: 0..0,
                    seams: 0..0,
                    walls: 0..0,
                },
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::Scene;

    #[test]
    fn tiles_have_the_edges_and_layers_within_the_distance() {
        let scene = Scene::parse(
            r#"{"version": 1, "canvas": {"width": 40, "height": 40}, "shapes": [
                {"type": "rect", "id": "a", "min": [18, 2], "max": [30, 5], "fill": [0, 0, 0]},
                {"type": "circle", "id": "b", "center": [60, 20], "radius": 5, "fill": [0, 0, 0]}]}"#,
            "scene.json",
            &[],
        )
        .unwrap();
        let drawing = Drawing::new(&scene, 0.01);
        let near = Nearby::new(&drawing, 40, 40, 0, 3.0);
        let layers = |x, y| -> Vec<u32> {
            let tile = near.tile(near.tile_of_pixel(x, y));
            tile.layers.iter().map(|layer| layer.layer).collect()
        };
        // The first tile ends at 16, two pixels left of the rectangle.
        assert_eq!(layers(3, 3), [0]);
        assert_eq!(layers(20, 3), [0]);
        assert!(layers(3, 35).is_empty());
        assert!(layers(39, 20).is_empty());
        // Beyond the canvas too.
        assert_eq!(layers(50, 20), [1]);
        let tile = near.tile(near.tile_of_pixel(3, 3));
        assert_eq!(tile.rect.x0, 0);
        let winding = tile.winding_at(&tile.layers[0], near.grid.edges().list(), DVec2::splat(3.0));
        assert_eq!(winding, 0);
        assert_eq!(near.edges(near.tile_of_pixel(3, 3)).len(), 3);
    }
}
