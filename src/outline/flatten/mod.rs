//! Bézier curves to polylines: where to put the vertices.
//!
//! Vertices between the ends lie beside the curve, outside of its bend, so that the polyline is as
//! far from the curve on one side at its vertices as it is on the other between them. That takes
//! fewer pieces than vertices on the curve, and the area is closer to the curve's. The plan of a
//! vertex is its weights of the control points, fixed numbers: with them it moves smoothly with
//! those.

mod curve;
mod deviation;
mod lanes;
mod slow;
#[cfg(test)]
mod tests;
mod vertex;
mod walk;

use glam::DVec2;

use curve::{Curve, Station};
use slow::slow_points;
use walk::{Part, Walked, walk};

/// The most segments of a part of a curve between slow points, of which there are at most two.
const MAX_SEGMENTS: usize = 1 << 14;
/// The part of the tolerance that a step aims at, so that few steps have to be taken back.
const AIM: f64 = 0.96;

/// The weights of up to four control points; those that a curve does not have are 0.
pub(super) type Weights = [f64; 4];

/// Curves that become polylines together.
///
/// Where a curve is slow (at a cusp or a turn on a line) the direction changes within a piece and
/// the rule of the walk fails; a vertex goes there first. The deviation is at most `tolerance`,
/// unless that takes more than `MAX_SEGMENTS`.
///
/// A curve and the same curve backwards get the same vertices, so that shapes may share it; and what
/// other curves there are makes no difference.
#[derive(Debug, Default)]
pub(super) struct Flattener {
    curves: Vec<OneWay>,
}

/// A curve in the direction that is taken of the two.
#[derive(Debug)]
struct OneWay {
    curve: Curve,
    is_reversed: bool,
}

/// Curves with the places of their vertices.
#[derive(Debug)]
pub(super) struct Flattened {
    curves: std::vec::IntoIter<OneWay>,
    /// The slow points of all curves, after each of them the end 1 of its parameter.
    part_ends: std::vec::IntoIter<f64>,
    walked: Walked,
}

impl Flattener {
    /// Adds a curve.
    pub(super) fn add<const N: usize>(&mut self, control: &[DVec2; N]) {
        let mut backwards = *control;
        backwards.reverse();
        let key = |control: &[DVec2; N]| control.map(|point| [point.x, point.y]);
        let is_forward = key(control) <= key(&backwards);
        self.curves.push(OneWay {
            curve: Curve::new(if is_forward { control } else { &backwards }),
            is_reversed: !is_forward,
        });
    }

    /// Finds the vertices of all curves.
    pub(super) fn flatten(self, tolerance: f64) -> Flattened {
        let mut parts = Vec::with_capacity(self.curves.len());
        for OneWay { curve, .. } in &self.curves {
            let mut start = 0.0;
            for end in slow_points(curve).into_iter().chain([1.0]) {
                parts.push(Part { curve, start, end });
                start = end;
            }
        }
        let walked = walk(&parts, tolerance);
        let part_ends: Vec<f64> = parts.iter().map(|part| part.end).collect();
        Flattened {
            curves: self.curves.into_iter(),
            part_ends: part_ends.into_iter(),
            walked,
        }
    }
}

impl Flattened {
    /// Returns the number of vertices between the ends of the next curves, `curves` of them.
    pub(super) fn vertex_count(&self, mut curves: usize) -> usize {
        let mut count = 0;
        let ends = self.part_ends.as_slice().iter();
        for (&end, walked) in ends.zip(self.walked.next_counts()) {
            if curves == 0 {
                break;
            }
            let is_last = end == 1.0;
            curves -= usize::from(is_last);
            count += walked + usize::from(!is_last);
        }
        count
    }

    /// Appends the weights of the vertices between the ends of the next of the curves, from its start
    /// to its end.
    pub(super) fn append_next(&mut self, weights: &mut Vec<Weights>) {
        let OneWay { curve, is_reversed } = self.curves.next().expect("there is another curve");
        let first = weights.len();
        self.next_stations(|station| weights.push(curve.weights(station)));
        if is_reversed {
            weights[first..].reverse();
            for weights in &mut weights[first..] {
                *weights = curve.turned(*weights);
            }
        }
    }

    /// Visits the vertices between the ends of the next curve.
    fn next_stations(&mut self, mut visit: impl FnMut(&Station)) {
        for end in self.part_ends.by_ref() {
            self.walked.next_part().iter().for_each(&mut visit);
            if end == 1.0 {
                return;
            }
            let (bend, slide) = (0.0, 0.0);
            visit(&Station {
                t: end,
                bend,
                slide,
            });
        }
    }
}
