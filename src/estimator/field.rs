//! Fields that carry the plane along with the outlines, for [`warped_area`](super::warped_area).
//!
//! A field is `V(x) = Σ ψ_i(x) v_i` with the velocities v_i of the vertices of the drawing; what is
//! computed here are the weights ψ_i. On an edge V is the velocity of the edge.

use crate::ad::Scalar;
use crate::drawing::{Drawing, Edge};
use crate::geometry::Vec2;

/// Adds up the weights of the closest-point field: near an edge, those of its closest point.
///
/// `V = b(d) Σ_e b(d_e) d_e⁻² u_e(c_e) / Σ_e b(d_e) d_e⁻²`: c_e is the closest point on edge e, u_e
/// its velocity, d_e the distance, d the smallest, `b(d) = (1 − d²/ε²)²` up to the reach ε: Shepard's
/// interpolation ("A two-dimensional interpolation function for irregularly-spaced data", 1968) of
/// what the edges do. It is Lipschitz except at points where edges meet that part.
pub fn closest_point<'a, S: Scalar>(
    p: Vec2<S>,
    edges: impl Iterator<Item = (u32, &'a Edge)>,
    reach: f64,
    out: &mut Vec<(u32, S)>,
) {
    out.clear();
    let mut nearest: Option<S> = None;
    let mut sum = S::constant(0.0);
    for (index, edge) in edges {
        let (t, squared) = closest(p, edge);
        if squared.value() >= reach * reach {
            continue;
        }
        let on_nearest = nearest.is_some_and(|nearest| nearest.value() == 0.0);
        if squared.value() == 0.0 && !on_nearest {
            // On an edge only those that pass through the point count.
            out.clear();
            sum = S::constant(0.0);
            nearest = Some(squared);
        } else if on_nearest && squared.value() > 0.0 {
            continue;
        }
        let weight = if squared.value() > 0.0 {
            bump(squared, reach) / squared
        } else {
            S::constant(1.0)
        };
        nearest = Some(nearest.map_or(squared, |nearest| nearest.min(squared)));
        sum = sum + weight;
        out.push((index, weight * (-t + 1.0)));
        out.push((edge.next, weight * t));
    }
    if let Some(nearest) = nearest {
        let scale = bump(nearest, reach) / sum;
        out.iter_mut()
            .for_each(|(_, weight)| *weight = *weight * scale);
    }
}

/// The place of the closest point on an edge, and its squared distance.
fn closest<S: Scalar>(p: Vec2<S>, edge: &Edge) -> (S, S) {
    let direction = edge.direction();
    let length = direction.length_squared();
    let offset = Vec2::new(p.x - edge.a.x, p.y - edge.a.y);
    let mut t = S::constant(0.0);
    if length > 0.0 {
        t = S::linear([direction.x, direction.y], [offset.x, offset.y]) / length;
        t = t.max(S::constant(0.0)).min(S::constant(1.0));
    }
    let across = Vec2::new(offset.x - t * direction.x, offset.y - t * direction.y);
    (t, across.dot(across))
}

fn bump<S: Scalar>(squared: S, reach: f64) -> S {
    let b = -squared / (reach * reach) + 1.0;
    b * b
}

/// The sine of the angle between the directions to the ends of an edge below which a point lies on
/// the edge: what rounding leaves of it.
const ON_EDGE: f64 = 1e-9;

/// Computes the weights of the mean-value field of a polygon: mean value coordinates (Hormann and
/// Floater, "Mean value coordinates for arbitrary planar polygons", 2006), which are linear on every
/// edge and smooth elsewhere.
pub fn mean_value<S: Scalar>(p: Vec2<S>, polygon: &Polygon, out: &mut Vec<(u32, S)>) {
    out.clear();
    let n = polygon.vertices.len();
    let spokes: Vec<(Vec2<S>, S)> = polygon
        .vertices
        .iter()
        .map(|&[x, y]| {
            let spoke = Vec2::new(-p.x + x, -p.y + y);
            (spoke, spoke.length())
        })
        .collect();
    // On an edge, angles of half a turn would divide zero by zero; there the weights are linear.
    for i in 0..n {
        let ((s, r), (t, q)) = (spokes[i], spokes[(i + 1) % n]);
        let cross = (s.x * t.y - s.y * t.x).value().abs();
        let product = (r * q).value();
        if cross <= ON_EDGE * product && s.dot(t).value() <= 0.0 {
            let total = r + q;
            let next = polygon.first + ((i + 1) % n) as u32;
            out.push((polygon.first + i as u32, q / total));
            out.push((next, r / total));
            return;
        }
    }
    let tangent = |i: usize| {
        let ((s, r), (t, q)) = (spokes[i], spokes[(i + 1) % n]);
        // tan(α/2) = sin α / (1 + cos α)
        (s.x * t.y - s.y * t.x) / (r * q + s.dot(t))
    };
    let tangents: Vec<S> = (0..n).map(tangent).collect();
    let mut sum = S::constant(0.0);
    for i in 0..n {
        let weight = (tangents[(i + n - 1) % n] + tangents[i]) / spokes[i].1;
        sum = sum + weight;
        out.push((polygon.first + i as u32, weight));
    }
    out.iter_mut()
        .for_each(|(_, weight)| *weight = *weight / sum);
}

/// A simple polygon: the only outline of a drawing.
#[derive(Clone, Debug)]
pub struct Polygon {
    first: u32,
    vertices: Vec<[f64; 2]>,
}

impl Polygon {
    /// Returns the only outline of a drawing, or why there is none.
    pub fn of(drawing: &Drawing) -> Result<Self, &'static str> {
        let layout = &drawing.layout;
        let [contour] = layout.contours() else {
            return Err("field=mean-value takes one shape with one outline");
        };
        if !layout.seams().is_empty() {
            return Err("field=mean-value takes no gradient that jumps");
        }
        // A repeated vertex would have no angle.
        let vertices: Vec<[f64; 2]> = contour.clone().map(|i| drawing.vertex(i).into()).collect();
        if vertices.len() < 3 || !is_simple(&vertices) {
            return Err("field=mean-value takes an outline that does not touch itself");
        }
        Ok(Self {
            first: contour.start as u32,
            vertices,
        })
    }
}

/// Tells whether no two edges of a closed polyline touch, but for neighbours at their vertex.
fn is_simple(vertices: &[[f64; 2]]) -> bool {
    use glam::DVec2;
    let n = vertices.len();
    let edge = |i: usize| (DVec2::from(vertices[i]), DVec2::from(vertices[(i + 1) % n]));
    let side = |(a, b): (DVec2, DVec2), p: DVec2| (b - a).perp_dot(p - a);
    (0..n).all(|i| {
        let (a, b) = edge(i);
        let (_, c) = edge((i + 1) % n);
        // Neighbours: no edge without length, no turn back along itself.
        let straight = (b - a).perp_dot(c - b) == 0.0 && (b - a).dot(c - b) <= 0.0;
        let others = (i + 2..n).filter(|&j| (j + 1) % n != i);
        !straight
            && others.into_iter().all(|j| {
                let (e, f) = (edge(i), edge(j));
                let apart = |e, (a, b)| side(e, a) * side(e, b) > 0.0;
                let boxes = e.0.max(e.1).cmplt(f.0.min(f.1)).any()
                    || f.0.max(f.1).cmplt(e.0.min(e.1)).any();
                boxes || apart(e, f) || apart(f, e)
            })
    })
}
