//! Which edges come near which tiles.

use std::ops::Range;

use glam::DVec2;

use super::tile::TILE_SIZE;
use super::{Edge, PixelRect};

/// The side of a tile.
const SIDE: f64 = TILE_SIZE as f64;

/// Edges that follow each other on a contour and come near the same tiles of a row: nothing happens at
/// the vertices between them.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    pub(super) edges: Range<u32>,
    /// The columns of tiles that they come near. The tiles from its end on have them to their left.
    pub(super) near: Range<u32>,
}

/// Pixels cut into rows and columns of tiles.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lattice {
    area: PixelRect,
    pub(super) rows: usize,
    pub(super) columns: usize,
}

/// The only tile that an edge comes near.
#[derive(Clone, Copy, Debug)]
struct Home {
    row: usize,
    /// Its corner on the top left, from that of all tiles.
    corner: DVec2,
}

impl Lattice {
    pub(super) fn new(area: PixelRect) -> Self {
        let count = |pixels: usize| pixels.div_ceil(TILE_SIZE as usize);
        Self {
            area,
            rows: count(area.height()),
            columns: count(area.width()),
        }
    }

    /// Returns the pixels of a tile.
    pub(super) fn rect(&self, row: usize, column: usize) -> PixelRect {
        let x0 = self.area.x0 + column as i32 * TILE_SIZE;
        let y0 = self.area.y0 + row as i32 * TILE_SIZE;
        let tile = PixelRect {
            x0,
            y0,
            x1: x0 + TILE_SIZE,
            y1: y0 + TILE_SIZE,
        };
        tile.intersection(&self.area)
    }

    /// Lists for each row of tiles the stretches of some edges that come near it, in order. The first
    /// of the edges has the number `first`.
    pub(super) fn stretches_by_row(&self, edges: &[Edge], first: u32) -> Vec<Vec<Stretch>> {
        let mut lists = vec![Vec::new(); self.rows];
        let (mut follower, mut home) = (None, None);
        for (index, edge) in (first..).zip(edges) {
            let goes_on = follower == Some(index);
            follower = Some(edge.next);
            // Most edges are short and stay in the tile of the one before.
            if goes_on
                && let Some(Home { row, corner }) = home
                && self.is_within(edge, corner)
            {
                append(&mut lists[row], index);
                continue;
            }
            let rows = self.rows_near(edge);
            home = None;
            for row in rows.clone() {
                let near = self.columns_near(edge, row);
                if rows.len() == 1 && near.len() == 1 {
                    let corner = SIDE * DVec2::new(near.start.into(), row as f64);
                    home = Some(Home { row, corner });
                }
                match lists[row].last() {
                    Some(last) if goes_on && last.edges.end == index && last.near == near => {
                        append(&mut lists[row], index);
                    }
                    _ => lists[row].push(Stretch {
                        edges: index..index + 1,
                        near,
                    }),
                }
            }
        }
        lists
    }

    /// Tells whether an edge surely comes near no tile but the one with a corner. Its margins and the
    /// order of operations are those of `rows_near` and `columns_near`.
    fn is_within(&self, edge: &Edge, corner: DVec2) -> bool {
        let origin = DVec2::new(self.area.x0.into(), self.area.y0.into());
        let margin = DVec2::new(2.0 * edge.coincidence, edge.coincidence);
        let low = edge.a.min(edge.b) - margin - origin;
        let high = edge.a.max(edge.b) + margin + SIDE - origin;
        let end = corner + 2.0 * SIDE;
        (low.x >= corner.x) & (low.y >= corner.y) & (high.x < end.x) & (high.y < end.y)
    }

    /// Returns the rows of tiles that an edge comes near.
    fn rows_near(&self, edge: &Edge) -> Range<usize> {
        let (low, high) = (edge.a.y.min(edge.b.y), edge.a.y.max(edge.b.y));
        cells(low, high, edge.coincidence, self.area.y0, self.rows)
    }

    /// Returns the columns that the part of an edge within a row comes near.
    fn columns_near(&self, edge: &Edge, row: usize) -> Range<u32> {
        let PixelRect { y0, y1, .. } = self.rect(row, 0);
        let (y0, y1) = (f64::from(y0), f64::from(y1));
        let margin = edge.coincidence;
        let (low, high) = (edge.a.x.min(edge.b.x), edge.a.x.max(edge.b.x));
        let (top, bottom) = (edge.a.y.min(edge.b.y), edge.a.y.max(edge.b.y));
        let (from, to) = if top >= y0 - margin && bottom <= y1 + margin {
            (low, high)
        } else {
            let at = |y: f64| edge.x_at(y.clamp(top, bottom)).clamp(low, high);
            let (p, q) = (at(y0 - margin), at(y1 + margin));
            (p.min(q), p.max(q))
        };
        let columns = cells(from, to, 2.0 * margin, self.area.x0, self.columns);
        columns.start as u32..columns.end as u32
    }
}

/// Adds an edge to the last of some stretches, whose last edge is the one before.
fn append(stretches: &mut [Stretch], index: u32) {
    let last = stretches.last_mut();
    last.expect("the edge before is in a stretch").edges.end = index + 1;
}

/// The cells among `count` cells of [`TILE_SIZE`] from `origin` on that `low..=high` touches, with
/// a margin.
fn cells(low: f64, high: f64, margin: f64, origin: i32, count: usize) -> Range<usize> {
    let (origin, scale) = (f64::from(origin), 1.0 / SIDE);
    // Casts of floats saturate, so far-away edges end at the limits.
    let below = |place: f64| (((place - origin) * scale) as i32).max(0) as usize;
    let start = below(low - margin).min(count);
    let end = below(high + margin + SIDE).min(count);
    start..end.max(start)
}
