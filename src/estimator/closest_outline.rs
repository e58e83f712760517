//! The point of a layer's outline that is closest to another, and how it moves.

use glam::DVec2;

use super::outline_pieces::{OutlineCutter, OutlinePiece, PARALLEL, sine};
use crate::drawing::{Edge, Nearby};
use crate::integrator::{Renderer, Tangent};

/// The outlines near a tile.
pub struct ClosestOutline<'a> {
    edges: &'a [Edge],
    /// For each slot of the tile, the pieces of the layer's outline that are near.
    pieces: Vec<Vec<OutlinePiece>>,
}

/// The point of an outline that is closest to another point.
#[derive(Clone, Copy, Debug)]
pub struct Closest {
    pub distance: f64,
    /// Of length 1, to it.
    pub direction: DVec2,
    edge: u32,
    /// The part of the edge that lies before the point.
    t: f64,
    /// The other edge of an outline that turns there.
    turn: Option<u32>,
}

/// A place on an edge between its vertices, and what multiplies its velocity.
#[derive(Clone, Copy, Debug, Default)]
pub struct Motion {
    vertices: [u32; 2],
    t: f64,
    factor: DVec2,
}

impl<'a> ClosestOutline<'a> {
    /// Lists what is nearer than `reach` to a tile, given its number.
    pub fn new(renderer: &'a Renderer<'a>, nearby: &'a Nearby, number: usize, reach: f64) -> Self {
        let list = renderer.grid().edges().list();
        let tile = nearby.tile(number);
        let rect = tile.rect;
        let low = DVec2::new(rect.x0.into(), rect.y0.into()) - reach;
        let high = DVec2::new(rect.x1.into(), rect.y1.into()) + reach;
        let of_layer = |layer: u32| -> Vec<u32> {
            let edges = nearby.edges(number).iter().copied();
            let own = |index: &u32| {
                let edge = &list[*index as usize];
                edge.layer == layer && edge.seam.is_none() && edge.a != edge.b
            };
            edges.filter(own).collect()
        };
        let pieces = tile.layers.iter().map(|layer| {
            let cutter = OutlineCutter {
                renderer,
                nearby,
                edges: of_layer(layer.layer),
                rect: [low, high],
            };
            cutter.pieces()
        });
        Self {
            edges: list,
            pieces: pieces.collect(),
        }
    }

    /// Returns the closest point of the outline of a layer that is nearer than `reach`.
    pub fn find(&self, slot: usize, p: DVec2, reach: f64) -> Option<Closest> {
        let mut nearest: Option<Closest> = None;
        for piece in &self.pieces[slot] {
            let edge = &self.edges[piece.edge as usize];
            let direction = edge.direction();
            let along = (p - edge.a).dot(direction) / direction.length_squared();
            let [start, end] = piece.ends;
            let (t, turn) = match along {
                t if t <= start.t => (start.t, start.turn),
                t if t >= end.t => (end.t, end.turn),
                t => (t, None),
            };
            let between = edge.at(t) - p;
            let distance = between.length();
            let limit = nearest.map_or(reach, |nearest| nearest.distance);
            if distance < limit && distance > 0.0 {
                nearest = Some(Closest {
                    distance,
                    direction: between / distance,
                    edge: piece.edge,
                    t,
                    turn,
                });
            }
        }
        nearest
    }

    /// Returns what the velocity of a closest point along a vector is made of.
    pub fn motions(&self, closest: &Closest, along: DVec2) -> [Motion; 2] {
        let motion = |index: u32, t: f64, factor: DVec2| Motion {
            vertices: [index, self.edges[index as usize].next],
            t,
            factor,
        };
        if let Some(other) = closest.turn {
            // A corner stays on the lines of both edges: it has the velocity of each across it.
            let lines = [closest.edge, other];
            let [a, b] = lines.map(|index| &self.edges[index as usize]);
            let position = a.at(closest.t);
            let normals = [a, b].map(|edge| edge.direction().perp());
            let turn = normals[0].perp_dot(normals[1]);
            let parts = [along.perp_dot(normals[1]), normals[0].perp_dot(along)];
            if sine(a, b) > PARALLEL {
                return [0, 1].map(|i| {
                    let edge = [a, b][i];
                    let direction = edge.direction();
                    let t = (position - edge.a).dot(direction) / direction.length_squared();
                    motion(lines[i], t, normals[i] * (parts[i] / turn))
                });
            }
        }
        [motion(closest.edge, closest.t, along), Motion::default()]
    }
}

impl Motion {
    /// Returns the velocity times the factor.
    pub fn speed(&self, tangent: &Tangent) -> f64 {
        let [a, b] = self.vertices.map(|v| tangent.velocity(v as usize));
        a.lerp(b, self.t).dot(self.factor)
    }

    /// Lists the adjoints of the vertices, given that of the speed.
    pub fn pull_back(&self, adjoint: f64, list: &mut Vec<(usize, f64)>) {
        if self.factor == DVec2::ZERO {
            return;
        }
        let factor = self.factor * adjoint;
        for (vertex, share) in self.vertices.iter().zip([1.0 - self.t, self.t]) {
            let x = 2 * *vertex as usize;
            list.extend([(x, share * factor.x), (x + 1, share * factor.y)]);
        }
    }
}
