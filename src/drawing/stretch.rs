//! Which edges come near which tiles.

use std::ops::Range;

use glam::DVec2;

use super::edge::coincidence;
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

/// A tile, and the part of it in which edges surely come near no other.
#[derive(Clone, Copy, Debug)]
struct Home {
    row: usize,
    min: DVec2,
    max: DVec2,
}

impl Home {
    fn contains(&self, p: DVec2) -> bool {
        self.min.cmple(p).all() & p.cmple(self.max).all()
    }
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
        // The edge that follows the one before, and the tile in which that ended.
        let (mut follower, mut home): (_, Option<Home>) = (None, None);
        for (index, edge) in (first..).zip(edges) {
            let goes_on = follower == Some(index);
            follower = Some(edge.next);
            // Most edges are short and stay in the tile of the one before.
            if goes_on
                && let Some(home) = home
                && home.contains(edge.b)
            {
                append(&mut lists[home.row], index);
                continue;
            }
            let rows = self.rows_near(edge);
            home = None;
            for row in rows.clone() {
                let near = self.columns_near(edge, row);
                if rows.len() == 1 && near.len() == 1 {
                    let tile = self.home(row, near.start as usize);
                    home = tile.contains(edge.b).then_some(tile);
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

    fn home(&self, row: usize, column: usize) -> Home {
        let [min, .., max] = self.rect(row, column).corners();
        // More than what edges in the tile have for a margin.
        let margin = 4.0 * coincidence(min, max);
        Home {
            row,
            min: min + margin,
            max: max - margin,
        }
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

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64Dxsm;

    use super::*;

    /// Walks of short steps, some of which end on borders of tiles or within rounding of them.
    fn wander(random: &mut Pcg64Dxsm) -> Vec<Edge> {
        let mut coordinate = |around: f64, step: f64| {
            let place = around + random.random_range(-step..step);
            let rounding = 64.0 * f64::EPSILON * random.random_range(-40.0..40.0);
            match random.random_range(0..4) {
                0 => (place / SIDE).round() * SIDE + rounding - 4.0,
                _ => place,
            }
        };
        let mut points = vec![DVec2::new(coordinate(20.0, 30.0), coordinate(20.0, 30.0))];
        for _ in 0..200 {
            let last = points[points.len() - 1];
            points.push(DVec2::new(coordinate(last.x, 3.0), coordinate(last.y, 3.0)));
        }
        let pairs = points.windows(2).zip(1..);
        pairs
            .map(|(pair, next)| Edge::new(pair[0], pair[1], 0, next))
            .collect()
    }

    #[test]
    fn stretches_hold_every_edge_where_it_comes_near() {
        let mut random = Pcg64Dxsm::seed_from_u64(8);
        let (x0, y0, x1, y1) = (-4, -4, 70, 60);
        let lattice = Lattice::new(PixelRect { x0, y0, x1, y1 });
        let mut long = 0;
        for _ in 0..300 {
            let edges = wander(&mut random);
            let by_row = lattice.stretches_by_row(&edges, 0);
            for (row, stretches) in by_row.iter().enumerate() {
                let single = |stretch: &Stretch| {
                    let near = stretch.near.clone();
                    stretch
                        .edges
                        .clone()
                        .map(move |index| (index, near.clone()))
                };
                let found: Vec<_> = stretches.iter().flat_map(single).collect();
                let expected: Vec<_> = (0..)
                    .zip(&edges)
                    .filter(|(_, edge)| lattice.rows_near(edge).contains(&row))
                    .map(|(index, edge)| (index, lattice.columns_near(edge, row)))
                    .collect();
                assert_eq!(found, expected);
                long += stretches.iter().filter(|s| s.edges.len() > 3).count();
            }
        }
        assert!(long > 100, "{long}");
    }
}
