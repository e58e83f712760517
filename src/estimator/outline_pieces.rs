//! The parts of a layer's edges that are its outline: where one side is inside the layer and the other
//! is not. Edges may also lie within a shape that overlaps itself.
//!
//! An edge is cut where others of the layer cross it or end upon it. The winding number of its first
//! part is counted; a crossing changes it by 1, and behind all that is not plainly a crossing it is
//! counted again. So it takes time of about n² for n edges, whatever they cross.

use glam::DVec2;

use crate::drawing::{Edge, EdgePoint, Nearby};
use crate::integrator::Renderer;

/// A part of an edge that is outline.
#[derive(Clone, Copy, Debug)]
pub struct OutlinePiece {
    pub edge: u32,
    pub ends: [PieceEnd; 2],
}

/// An end of a piece.
#[derive(Clone, Copy, Debug)]
pub struct PieceEnd {
    /// Where it is on the edge, in [0, 1].
    pub t: f64,
    /// The edge on which the outline goes on, if one of the two is cut there.
    pub turn: Option<u32>,
}

/// A place where another edge of the layer meets an edge.
#[derive(Clone, Copy, Debug)]
struct Cut {
    t: f64,
    /// What it adds to the winding number on either side, if it is plain that the other edge crosses.
    step: Option<i32>,
}

/// An end of a piece, by its place.
#[derive(Clone, Copy, Debug)]
struct Joint {
    position: DVec2,
    edge: u32,
    t: f64,
    is_start: bool,
}

impl Joint {
    fn is_vertex(&self) -> bool {
        self.t == if self.is_start { 0.0 } else { 1.0 }
    }
}

/// In parts of an edge: what is as near to an end may be beyond it.
const ASIDE: f64 = 1e-6;
/// The sine of an angle between edges: below it they are not plainly on two lines.
pub const PARALLEL: f64 = 1e-9;
/// The sine of an angle down to which the place of a crossing is more and more uncertain.
const NARROW: f64 = 1e-3;

/// Finds the outlines of one layer near a tile.
pub struct OutlineCutter<'a> {
    pub renderer: &'a Renderer<'a>,
    pub nearby: &'a Nearby,
    /// The edges of the layer near the tile.
    pub edges: Vec<u32>,
    /// A rectangle; beyond it there may be other edges.
    pub rect: [DVec2; 2],
}

impl OutlineCutter<'_> {
    /// Returns all pieces within the rectangle.
    pub fn pieces(&self) -> Vec<OutlinePiece> {
        let mut pieces = Vec::new();
        for &index in &self.edges {
            self.add_pieces(index, &mut pieces);
        }
        self.add_turns(&mut pieces);
        pieces
    }

    fn edge(&self, index: u32) -> &Edge {
        &self.renderer.grid().edges().list()[index as usize]
    }

    /// Adds the pieces of an edge, each as long as may be.
    fn add_pieces(&self, index: u32, pieces: &mut Vec<OutlinePiece>) {
        let edge = self.edge(index);
        let Some([first, last]) = part_within(edge, self.rect) else {
            return;
        };
        let others = self.edges.iter().filter(|&&other| other != index);
        let mut cuts = Vec::new();
        for &other in others {
            add_cuts(edge, self.edge(other), &mut cuts);
        }
        // Neighbours cut an edge at its ends, up to rounding.
        let rounding = 4.0 * edge.coincidence / edge.direction().length();
        cuts.retain(|cut| first + rounding < cut.t && cut.t < last - rounding);
        cuts.sort_by(|a, b| a.t.total_cmp(&b.t));
        let (mut start, mut windings) = (first, None);
        let mut open: Option<OutlinePiece> = None;
        let end = Cut {
            t: last,
            step: None,
        };
        for cut in cuts.into_iter().chain([end]) {
            if start < cut.t {
                let middle = start.midpoint(cut.t);
                let sides = windings.unwrap_or_else(|| self.windings(index, middle));
                windings = Some(sides);
                if self.is_outline(index, sides) {
                    let from = |t| PieceEnd { t, turn: None };
                    let piece = open.get_or_insert(OutlinePiece {
                        edge: index,
                        ends: [from(start); 2],
                    });
                    piece.ends[1] = from(cut.t);
                } else {
                    pieces.extend(open.take());
                }
                start = cut.t;
            }
            let both = windings.zip(cut.step);
            windings = both.map(|(sides, step)| sides.map(|winding| winding + step));
        }
        pieces.extend(open);
    }

    /// Returns the winding numbers on both sides of an edge.
    fn windings(&self, index: u32, t: f64) -> [i32; 2] {
        let edges = self.renderer.grid().edges();
        let point = EdgePoint::new(edges, index, t);
        let tile = self.nearby.tile(self.nearby.tile_at(point.position));
        let layer = self.edge(index).layer;
        match tile.layers.iter().find(|other| other.layer == layer) {
            Some(own) => {
                let sides = point.windings(tile, own, edges);
                [sides.minus, sides.plus]
            }
            None => [0; 2],
        }
    }

    fn is_outline(&self, index: u32, windings: [i32; 2]) -> bool {
        let layer = self.edge(index).layer as usize;
        let rule = self.renderer.drawing().layout.layers()[layer].rule;
        let [minus, plus] = windings.map(|winding| rule.is_inside(winding));
        minus != plus
    }

    /// Finds out where outlines turn from one edge to another.
    fn add_turns(&self, pieces: &mut [OutlinePiece]) {
        let at = |piece: &OutlinePiece, end: usize| Joint {
            position: self.edge(piece.edge).at(piece.ends[end].t),
            edge: piece.edge,
            t: piece.ends[end].t,
            is_start: end == 0,
        };
        let joints = pieces.iter().flat_map(|piece| [at(piece, 0), at(piece, 1)]);
        let mut joints: Vec<Joint> = joints.collect();
        joints.sort_by(|a, b| a.position.x.total_cmp(&b.position.x));
        let margins = self.edges.iter().map(|&index| self.edge(index).coincidence);
        let reach = 4.0 * margins.fold(0.0, f64::max) / NARROW;
        for piece in pieces {
            for end in 0..2 {
                let joint = at(piece, end);
                let x = joint.position.x;
                let first = joints.partition_point(|other| other.position.x < x - reach);
                let near = &joints[first..];
                let near = near
                    .iter()
                    .take_while(|other| other.position.x <= x + reach);
                piece.ends[end].turn = self.turn(&joint, near);
            }
        }
    }

    /// Returns the edge on which the outline goes on from an end of a piece, if it turns off there,
    /// given the ends that may be the same place.
    fn turn<'j>(&self, joint: &Joint, near: impl Iterator<Item = &'j Joint>) -> Option<u32> {
        let edge = self.edge(joint.edge);
        let mut turn = None;
        for other in near.filter(|other| other.edge != joint.edge) {
            let on = self.edge(other.edge);
            let reach = 2.0 * (edge.coincidence + on.coincidence) / sine(edge, on).max(NARROW);
            let between = (other.position - joint.position).abs();
            if between.x > reach || between.y > reach {
                continue;
            }
            // Where edges end, the outline goes through vertices, and it moves with those.
            if joint.is_vertex() && other.is_vertex() {
                let goes_on = !joint.is_start && other.is_start && edge.next == other.edge;
                let comes_from = joint.is_start && !other.is_start && on.next == joint.edge;
                if goes_on || comes_from {
                    return None;
                }
                continue;
            }
            turn = turn.or(Some(other.edge));
        }
        turn
    }
}

/// Returns the sine of the angle between the lines of two edges.
pub fn sine(edge: &Edge, other: &Edge) -> f64 {
    let [along, across] = [edge, other].map(Edge::direction);
    (along.perp_dot(across) / (along.length() * across.length())).abs()
}

/// Returns the part of an edge within a rectangle, if there is any.
fn part_within(edge: &Edge, [low, high]: [DVec2; 2]) -> Option<[f64; 2]> {
    let (mut first, mut last) = (0.0_f64, 1.0_f64);
    let direction = edge.direction();
    for axis in 0..2 {
        let (start, gain) = (edge.a[axis], direction[axis]);
        if gain == 0.0 {
            if start < low[axis] || start > high[axis] {
                return None;
            }
            continue;
        }
        let [p, q] = [low[axis], high[axis]].map(|border| (border - start) / gain);
        (first, last) = (first.max(p.min(q)), last.min(p.max(q)));
    }
    (first < last).then_some([first, last])
}

/// Adds the places where another edge crosses an edge, or ends on it.
fn add_cuts(edge: &Edge, other: &Edge, cuts: &mut Vec<Cut>) {
    let margin = 2.0 * (edge.coincidence + other.coincidence);
    let bounds = |edge: &Edge| [edge.a.min(edge.b) - margin, edge.a.max(edge.b) + margin];
    let ([low, high], [other_low, other_high]) = (bounds(edge), bounds(other));
    if low.cmpgt(other_high).any() || other_low.cmpgt(high).any() {
        return;
    }
    let (along, across) = (edge.direction(), other.direction());
    let turn = along.perp_dot(across);
    let between = other.a - edge.a;
    if sine(edge, other) > PARALLEL {
        let [t, s] = [between.perp_dot(across), between.perp_dot(along)].map(|cross| cross / turn);
        if (-ASIDE..=1.0 + ASIDE).contains(&s) {
            let inner = ASIDE..1.0 - ASIDE;
            let is_plain = inner.contains(&t) && inner.contains(&s);
            // To the right of an edge winding numbers are larger by 1.
            let step = if along.dot(across.perp()) > 0.0 {
                1
            } else {
                -1
            };
            let step = is_plain.then_some(step);
            cuts.push(Cut { t, step });
        }
        return;
    }
    for end in [other.a, other.b] {
        let t = (end - edge.a).dot(along) / along.length_squared();
        cuts.push(Cut { t, step: None });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::integrator::Renderer;
    use crate::scene::Scene;

    /// Checks all pieces of a path against windings counted at many places of every edge.
    fn check(d: &str, rule: &str) -> usize {
        let text = format!(
            r#"{{"version": 1, "canvas": {{"width": 14, "height": 14}}, "shapes": [
                {{"type": "path", "id": "p", "fill_rule": "{rule}", "fill": [0, 0, 0], "d": "{d}"}}]}}"#
        );
        let scene = Scene::parse(&text, "scene.json", &[]).expect("the scene is valid");
        let renderer = Renderer::new(&scene, scene.render.clone());
        let nearby = Nearby::new(renderer.drawing(), 14, 14, 0, 5.0);
        let number = nearby.tile_of_pixel(3, 3);
        let list = renderer.grid().edges().list();
        let cutter = OutlineCutter {
            renderer: &renderer,
            nearby: &nearby,
            edges: (0..list.len() as u32)
                .filter(|&i| list[i as usize].a != list[i as usize].b)
                .collect(),
            rect: [DVec2::splat(-5.0), DVec2::splat(21.0)],
        };
        assert!(cutter.edges.len() <= nearby.edges(number).len());
        let pieces = cutter.pieces();
        for &index in &cutter.edges {
            let own: Vec<_> = pieces.iter().filter(|piece| piece.edge == index).collect();
            for i in 1..1000 {
                // Never at a crossing of edges between whole numbers.
                let t = (f64::from(i) * 0.618_033_988_749_894_9).fract();
                let is_listed = own.iter().any(|p| p.ends[0].t < t && t < p.ends[1].t);
                let expected = cutter.is_outline(index, cutter.windings(index, t));
                assert_eq!(is_listed, expected, "{d}: edge {index} at {t}");
            }
        }
        pieces.len()
    }

    #[test]
    fn pieces_are_where_one_side_is_inside() {
        // A pentagram: the inner pentagon is inside all the same.
        let star = "M 7 1 L 10.6 12.2 L 1.1 5.3 L 12.9 5.3 L 3.4 12.2 Z";
        assert_eq!(check(star, "nonzero"), 10);
        assert_eq!(check(star, "evenodd"), 5);
        // A tooth whose vertices lie on another edge, between its ends.
        let tooth = "M 2 2 L 10 2 L 10 4 L 2 4 Z M 5 3 L 8 3 L 8 7 L 5 7 L 5 4 Z";
        assert_eq!(check(tooth, "nonzero"), 8);
        check(tooth, "evenodd");
        // Edges on one line, overlapping in part.
        let upon = "M 2 2 L 10 2 L 10 6 L 2 6 Z M 5 6 L 12 6 L 12 9 L 5 9 Z";
        check(upon, "nonzero");
        check(upon, "evenodd");
        // There and back.
        check("M 2 2 L 10 7 L 2 2 L 6 10 Z", "nonzero");
    }

    #[test]
    fn pieces_of_random_polygons_are_where_one_side_is_inside() {
        use crate::sampling::{Key, Stream};
        for seed in 0..40 {
            let key = Key::new(seed, Stream::Replicate);
            // Whole numbers meet in vertices and on edges all the time.
            let point = |i: u64| {
                [2 * i, 2 * i + 1].map(|i| match seed % 2 {
                    0 => f64::from(key.child(i).below(12)) + 1.0,
                    _ => 12.0 * key.child(i).uniform() + 1.0,
                })
            };
            let points: Vec<String> = (0..14)
                .map(point)
                .map(|[x, y]| format!("L {x} {y}"))
                .collect();
            let d = format!("M 1 1 {} Z", points.join(" "));
            check(&d, "nonzero");
            check(&d, "evenodd");
        }
    }
}
