//! The point of a layer's outline that is closest to another, and how it moves.
//!
//! An outline is where one side of an edge is inside its layer and the other is not: edges may also lie
//! within a shape that overlaps itself. So an outline may turn a corner where two edges cross, besides
//! at their ends.

use glam::DVec2;

use crate::drawing::{Edge, EdgePoint, Nearby, Tile};
use crate::integrator::{Renderer, Tangent};
use crate::scene::FillRule;

/// The outlines near a tile.
pub struct ClosestOutline<'a> {
    renderer: &'a Renderer<'a>,
    nearby: &'a Nearby,
    /// For each slot of the tile, the edges of the layer that are near.
    edges: Vec<Vec<u32>>,
    /// For each slot, where outlines turn at a crossing.
    corners: Vec<Vec<Corner>>,
}

/// Where two edges of a layer cross, and the outline goes from one to the other.
#[derive(Clone, Copy, Debug)]
struct Corner {
    position: DVec2,
    edges: [u32; 2],
}

/// The point of an outline that is closest to another point.
#[derive(Clone, Copy, Debug)]
pub struct Closest {
    pub distance: f64,
    /// Of length 1, to it.
    pub direction: DVec2,
    place: Place,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    /// The edge, and the part of it that lies before the point.
    Edge(u32, f64),
    Corner(Corner),
}

/// A place on an edge between its vertices, and what multiplies its velocity.
#[derive(Clone, Copy, Debug, Default)]
pub struct Motion {
    vertices: [u32; 2],
    t: f64,
    factor: DVec2,
}

/// Crossings are told to be corners by the edges this far from them, in parts of an edge.
const ASIDE: f64 = 1e-6;

impl<'a> ClosestOutline<'a> {
    /// Lists what is nearer than `reach` to a tile, given its number.
    pub fn new(renderer: &'a Renderer<'a>, nearby: &'a Nearby, number: usize, reach: f64) -> Self {
        let list = renderer.grid().edges().list();
        let tile = nearby.tile(number);
        let of_layer = |layer: u32| -> Vec<u32> {
            let edges = nearby.edges(number).iter().copied();
            let own = |index: &u32| {
                let edge = &list[*index as usize];
                edge.layer == layer && edge.seam.is_none() && edge.a != edge.b
            };
            edges.filter(own).collect()
        };
        let layers = tile.layers.iter();
        let mut outlines = Self {
            renderer,
            nearby,
            edges: layers.map(|layer| of_layer(layer.layer)).collect(),
            corners: Vec::new(),
        };
        let rect = tile.rect;
        let low = DVec2::new(rect.x0.into(), rect.y0.into()) - reach;
        let high = DVec2::new(rect.x1.into(), rect.y1.into()) + reach;
        let corners = tile.layers.iter().zip(&outlines.edges);
        outlines.corners = corners
            .map(|(layer, edges)| match rule_of(renderer, layer.layer) {
                // Both edges are outlines before and after a crossing.
                FillRule::Evenodd => Vec::new(),
                FillRule::Nonzero => outlines.corners_of(edges, [low, high]),
            })
            .collect();
        outlines
    }

    /// Returns the closest point of the outline of a layer that is nearer than `reach`.
    pub fn find(&self, slot: usize, p: DVec2, reach: f64) -> Option<Closest> {
        // Candidates have an order, so that one may be passed over for another that is as far away.
        let mut passed = (0.0, None);
        loop {
            let mut nearest: Option<(f64, Option<usize>, Place)> = None;
            let mut offer = |distance: f64, number: usize, place: Place| {
                let rank = (distance, Some(number));
                let nearer = nearest.is_none_or(|(least, other, _)| rank < (least, other));
                if distance < reach && distance > 0.0 && rank > passed && nearer {
                    nearest = Some((distance, Some(number), place));
                }
            };
            for (number, &index) in self.edges[slot].iter().enumerate() {
                let edge = self.edge(index);
                let direction = edge.direction();
                let along = (p - edge.a).dot(direction) / direction.length_squared();
                let t = along.clamp(0.0, 1.0);
                offer(p.distance(edge.at(t)), number, Place::Edge(index, t));
            }
            for (number, corner) in self.corners[slot].iter().enumerate() {
                let number = self.edges[slot].len() + number;
                offer(p.distance(corner.position), number, Place::Corner(*corner));
            }
            let (distance, number, place) = nearest?;
            let position = match place {
                Place::Edge(index, t) if !self.is_outline(index, t) => {
                    passed = (distance, number);
                    continue;
                }
                Place::Edge(index, t) => self.edge(index).at(t),
                Place::Corner(corner) => corner.position,
            };
            let direction = (position - p) / distance;
            return Some(Closest {
                distance,
                direction,
                place,
            });
        }
    }

    /// Returns what the velocity of a closest point along a vector is made of.
    pub fn motions(&self, place: &Closest, along: DVec2) -> [Motion; 2] {
        let motion = |index: u32, t: f64, factor: DVec2| Motion {
            vertices: [index, self.edge(index).next],
            t,
            factor,
        };
        match place.place {
            Place::Edge(index, t) => [motion(index, t, along), Motion::default()],
            // A corner stays on the lines of both edges: it has the velocity of each across it.
            Place::Corner(corner) => {
                let [a, b] = corner.edges.map(|index| self.edge(index));
                let normals = [a, b].map(|edge| edge.direction().perp());
                let turn = normals[0].perp_dot(normals[1]);
                let parts = [along.perp_dot(normals[1]), normals[0].perp_dot(along)];
                let part = |i: usize| {
                    let edge = [a, b][i];
                    let direction = edge.direction();
                    let t = (corner.position - edge.a).dot(direction) / direction.length_squared();
                    motion(corner.edges[i], t, normals[i] * (parts[i] / turn))
                };
                [part(0), part(1)]
            }
        }
    }

    fn edge(&self, index: u32) -> &Edge {
        &self.renderer.grid().edges().list()[index as usize]
    }

    /// Returns the corners within a rectangle.
    fn corners_of(&self, edges: &[u32], [low, high]: [DVec2; 2]) -> Vec<Corner> {
        let mut corners = Vec::new();
        for (number, &first) in edges.iter().enumerate() {
            for &second in &edges[number + 1..] {
                let Some(places) = crossing(self.edge(first), self.edge(second)) else {
                    continue;
                };
                let position = self.edge(first).at(places[0]);
                if position.cmplt(low).any() || position.cmpgt(high).any() {
                    continue;
                }
                let turns =
                    [(first, places[0]), (second, places[1])]
                        .into_iter()
                        .all(|(index, t)| {
                            self.is_outline(index, t - ASIDE) != self.is_outline(index, t + ASIDE)
                        });
                // Where both edges are outlines all the way, some point beside it is closer.
                if turns {
                    corners.push(Corner {
                        position,
                        edges: [first, second],
                    });
                }
            }
        }
        corners
    }

    /// Tells whether one side of an edge is inside its layer and the other is not.
    fn is_outline(&self, index: u32, t: f64) -> bool {
        // At a vertex the next edge would interfere.
        let t = t.clamp(ASIDE, 1.0 - ASIDE);
        let point = EdgePoint::new(self.renderer.grid().edges(), index, t);
        let tile: &Tile = self.nearby.tile(self.nearby.tile_at(point.position));
        let layer = self.edge(index).layer;
        let Some(own) = tile.layers.iter().find(|other| other.layer == layer) else {
            return false;
        };
        let rule = rule_of(self.renderer, layer);
        let sides = point.windings(tile, own, self.renderer.grid().edges());
        rule.is_inside(sides.minus) != rule.is_inside(sides.plus)
    }
}

fn rule_of(renderer: &Renderer<'_>, layer: u32) -> FillRule {
    renderer.drawing().layout.layers()[layer as usize].rule
}

/// Returns where two edges cross between their ends, in parts of each.
fn crossing(first: &Edge, second: &Edge) -> Option<[f64; 2]> {
    let bounds = |edge: &Edge| [edge.a.min(edge.b), edge.a.max(edge.b)];
    let ([low, high], [other_low, other_high]) = (bounds(first), bounds(second));
    if low.cmpgt(other_high).any() || other_low.cmpgt(high).any() {
        return None;
    }
    let (along, other) = (first.direction(), second.direction());
    let turn = along.perp_dot(other);
    let between = second.a - first.a;
    let places = [between.perp_dot(other), between.perp_dot(along)].map(|cross| cross / turn);
    // Of parallel edges the places are infinite, or not numbers.
    let inner = 0.0..1.0;
    places.iter().all(|t| inner.contains(t)).then_some(places)
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
