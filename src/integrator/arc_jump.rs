use super::arc::Arc;
use super::edge_piece::EdgePiece;
use super::lanes::one_if;
use super::pixel_jumps::Seen;
use super::sample_list::PixelLayer;
use super::stack::Stack;
use crate::drawing::{Edge, EdgePoint};

/// A pixel where all edges together may be an arc.
///
/// What is on its two sides is then the same all along, and so is the jump, as far as colours are.
pub(super) struct ArcJump<'a, const C: usize> {
    pub(super) stack: &'a Stack<'a>,
    pub(super) arc: &'a Arc,
    /// The piece of an edge there.
    pub(super) piece: &'a EdgePiece<'a>,
    /// What is seen below the layers.
    pub(super) bottom: Seen<C>,
    /// The upper border of the pixel.
    pub(super) top: f64,
    pub(super) layers: &'a [PixelLayer<'a, C>],
}

impl<const C: usize> ArcJump<'_, C> {
    /// Returns what is seen of `f⁻ − f⁺`, times the step of the edge; none if it is not the same
    /// everywhere.
    pub(super) fn find(&self, edges: &[Edge]) -> Option<Seen<C>> {
        // Pieces as short as rounding is do not tell anything about the rest of their pixel.
        let EdgePiece { edge, piece, .. } = *self.piece;
        if !self.arc.is_arc() || !self.arc.is_clear(edge, piece.end - piece.start) {
            return None;
        }
        let (mut below, mut jump) = (self.bottom, [0.0; C]);
        let mut has_sides = false;
        for layer in self.layers {
            let (color, alpha) = layer.solid?;
            let (mut inside, mut sign) = (1.0, 0.0);
            if !layer.entry.is_whole() {
                if has_sides {
                    return None;
                }
                has_sides = true;
                (inside, sign) = self.sides(layer, edges);
            }
            for c in 0..C {
                let change = color[c] - alpha * below[c];
                jump[c] = jump[c] * (1.0 - inside * alpha) + sign * change;
                below[c] += inside * change;
            }
        }
        Some(jump)
    }

    /// Returns whether the − side of the piece is inside a layer, as 0 or 1, and by how much that
    /// exceeds the same on the + side, times the step.
    fn sides(&self, layer: &PixelLayer<'_, C>, edges: &[Edge]) -> (f64, f64) {
        let surround = self.stack.cover().surround(layer.entry, self.top);
        let EdgePiece {
            index, edge, piece, ..
        } = *self.piece;
        let point = EdgePoint::on(edge, index, 0.5 * (piece.start + piece.end));
        // Where edges run down or up, no other is at the height of the point.
        let minus = match self.arc.is_upright() {
            true => point.winding_alone(edge, &surround),
            false => point.winding_before(&surround, edges),
        };
        let step = point.own_step();
        let sides = [minus, minus + step].map(|winding| one_if(layer.rule.is_inside(winding)));
        (sides[0], f64::from(step) * (sides[0] - sides[1]))
    }
}
