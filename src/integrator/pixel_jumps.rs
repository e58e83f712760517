//! The jumps of the colour at samples on edges in one pixel, four samples at once.
//!
//! For tiles without groups and without paints that jump.

use super::edge_lanes::{EdgeBatch, NearEdge};
use super::lanes::{LANES, Lanes, inside_of};
use super::sample_list::{PieceSample, Pixel, PixelLayer, SampledPiece};
use super::stack::Stack;
use crate::drawing::{Edge, EdgePoint, Rgba};

/// `C` numbers that are linear in a colour, such as its channels.
pub(super) type Seen<const C: usize> = [f64; C];

/// Returns what is seen of a colour: the sums over channels with some weights.
pub(super) fn see<const C: usize>(views: &[Rgba; C], color: Rgba) -> Seen<C> {
    views.map(|view| (0..4).map(|c| view[c] * color[c]).sum())
}

/// What the jumps in one pixel depend on.
pub(super) struct PixelJumps<'a, const C: usize> {
    pub(super) stack: &'a Stack<'a>,
    pub(super) pixel: &'a Pixel<C>,
    pub(super) layers: &'a [PixelLayer<'a, C>],
    /// The pieces that samples name.
    pub(super) pieces: &'a [SampledPiece<'a>],
}

impl<const C: usize> PixelJumps<'_, C> {
    /// Lists the edges of the layers, and returns the largest of their tolerances.
    pub(super) fn list_edges(&self, edges: &[Edge], list: &mut Vec<NearEdge>) -> f64 {
        list.clear();
        let mut coincidence = f64::NEG_INFINITY;
        for (number, layer) in self.layers.iter().enumerate() {
            for &index in self.stack.cover().near(layer.entry) {
                let edge = &edges[index as usize];
                // Nothing crosses an edge without length, but everything is on its line.
                if edge.a != edge.b {
                    list.push(NearEdge::new(number, edge));
                    coincidence = edge.coincidence.max(coincidence);
                }
            }
        }
        coincidence
    }

    /// Finds the jumps at one to four samples, given the edges of the layers. `windings` serves for
    /// winding numbers on the − sides of the samples' edges.
    pub(super) fn find(
        &self,
        samples: &mut [PieceSample<C>],
        edges: &[NearEdge],
        coincidence: f64,
        windings: &mut Vec<Lanes>,
    ) {
        let batch = self.batch(samples);
        windings.clear();
        for (number, layer) in self.layers.iter().enumerate() {
            let surround = self.stack.cover().surround(layer.entry, self.pixel.top);
            windings.push(batch.windings_left(number, &surround));
        }
        let near = batch.cross(edges, 2.0 * coincidence, windings);
        if near != [1.0; LANES] {
            self.settle_doubts(samples, near, windings);
        }
        let jumps = self.jumps(samples, &batch, windings);
        for (lane, sample) in samples.iter_mut().enumerate() {
            sample.jump = std::array::from_fn(|c| jumps[c][lane]);
        }
    }

    /// Returns one to four samples side by side. The last fills the lanes beyond.
    fn batch(&self, samples: &[PieceSample<C>]) -> EdgeBatch {
        EdgeBatch::new(|lane| {
            let sample = &samples[lane.min(samples.len() - 1)];
            let listed = &self.pieces[sample.piece as usize];
            (listed.layer, listed.piece.edge, sample.t)
        })
    }

    /// Finds the winding numbers at the samples that are near more than one edge.
    #[cold]
    fn settle_doubts(&self, samples: &[PieceSample<C>], near: Lanes, windings: &mut [Lanes]) {
        let samples = samples.iter().zip(near).enumerate();
        for (lane, (sample, _)) in samples.filter(|(_, (_, near))| *near != 1.0) {
            let piece = &self.pieces[sample.piece as usize].piece;
            let point = EdgePoint::on(piece.edge, piece.index, sample.t);
            for (layer, windings) in self.layers.iter().zip(&mut *windings) {
                if !layer.entry.is_whole() {
                    let winding = self
                        .stack
                        .winding_before(layer.entry, &point, self.pixel.top);
                    windings[lane] = f64::from(winding);
                }
            }
        }
    }

    /// Carries the jumps at the samples from their own layers through those above.
    fn jumps(
        &self,
        samples: &[PieceSample<C>],
        batch: &EdgeBatch,
        windings: &[Lanes],
    ) -> [Lanes; C] {
        let mut below = self.pixel.bottom.map(|seen| [seen; LANES]);
        let mut jumps = [[0.0; LANES]; C];
        for ((number, layer), windings) in self.layers.iter().enumerate().zip(windings) {
            let (inside, sign) = sides(layer, number, windings, batch);
            let (color, alpha) = match layer.solid {
                Some((color, alpha)) => (color.map(|seen| [seen; LANES]), [alpha; LANES]),
                None => self.colors(samples, layer),
            };
            for c in 0..C {
                for lane in 0..LANES {
                    let change = color[c][lane] - alpha[lane] * below[c][lane];
                    let through = 1.0 - inside[lane] * alpha[lane];
                    jumps[c][lane] = jumps[c][lane] * through + sign[lane] * change;
                    below[c][lane] += inside[lane] * change;
                }
            }
        }
        jumps
    }

    /// Returns what is seen of a layer's colours at the samples, and their alphas.
    fn colors(&self, samples: &[PieceSample<C>], layer: &PixelLayer<'_, C>) -> ([Lanes; C], Lanes) {
        let (mut seen, mut alphas) = ([[0.0; LANES]; C], [0.0; LANES]);
        for (lane, sample) in samples.iter().enumerate() {
            let edge = self.pieces[sample.piece as usize].piece.edge;
            let color = self.stack.color_of(layer.entry, edge.at(sample.t));
            for (lanes, value) in seen.iter_mut().zip(see(&self.pixel.views, color)) {
                lanes[lane] = value;
            }
            alphas[lane] = color[3];
        }
        (seen, alphas)
    }
}

/// Returns whether four samples are inside a layer on the − sides of their edges, as 0 or 1, and
/// for edges of that layer by how much that exceeds the same on the + side.
fn sides<const C: usize>(
    layer: &PixelLayer<'_, C>,
    number: usize,
    windings: &Lanes,
    batch: &EdgeBatch,
) -> (Lanes, Lanes) {
    if layer.entry.is_whole() {
        return ([1.0; LANES], [0.0; LANES]);
    }
    let is_own = batch.are_of(number);
    let inside = inside_of(layer.rule, *windings);
    let plus = std::array::from_fn(|lane| windings[lane] + batch.step[lane]);
    let plus = inside_of(layer.rule, plus);
    let sign = std::array::from_fn(|lane| is_own[lane] * (inside[lane] - plus[lane]));
    (inside, sign)
}
