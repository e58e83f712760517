use std::collections::HashMap;

use super::{IntegrandKind, StudyScene};
use crate::integrator::exact::boundary::{VisiblePiece, visible_pieces};
use crate::integrator::{Renderer, Tangent, exact};
use crate::sampling::EdgeAllocation;
use crate::scene::{ParameterId, Scene};

/// What integrands are like, for a scene and each of its parameters; none where they are 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Integrands {
    /// Of the image.
    pub image: Option<IntegrandKind>,
    /// Of the terms of the derivatives.
    pub derivatives: HashMap<String, Terms>,
}

/// The integrands of the two terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// `k ∂f/∂θ`, in pixels.
    pub interior: Option<IntegrandKind>,
    /// `k J (v·n)`, on edges.
    pub boundary: Option<IntegrandKind>,
}

/// Velocities and derivatives smaller than this, against the largest, are rounding.
const ROUNDING: f64 = 1e-12;

impl Integrands {
    /// Looks at the integrands of a scene, placed like `at` one of the offsets of `scene`.
    pub fn new(scene: &StudyScene, at: &Scene) -> Self {
        let renderer = Renderer::new(at, at.render.clone());
        let pieces = visible_pieces(&renderer);
        let parameters = scene.parameters.iter();
        Self {
            image: Some(in_pixels(&renderer, pieces.iter())),
            derivatives: parameters
                .map(|&id| {
                    let name = scene.scene.parameters[id].name.clone();
                    (name, Terms::new(&renderer, &pieces, id))
                })
                .collect(),
        }
    }
}

impl Terms {
    fn new(renderer: &Renderer<'_>, pieces: &[VisiblePiece], id: ParameterId) -> Self {
        let tangent = Tangent::new(renderer.drawing(), renderer.scene(), &[(id, 1.0)]);
        Self {
            interior: interior(renderer, pieces, &tangent),
            boundary: boundary(renderer, pieces, &tangent),
        }
    }
}

/// The kind of an integrand in pixels, given the pieces of edges in the pixels where it is not 0.
fn in_pixels<'a>(
    renderer: &Renderer<'_>,
    pieces: impl Iterator<Item = &'a VisiblePiece>,
) -> IntegrandKind {
    let edges = renderer.grid().edges().list();
    let mut kind = IntegrandKind::Smooth;
    for piece in pieces {
        let edge = &edges[piece.index as usize];
        if edge.a.x != edge.b.x && edge.a.y != edge.b.y {
            return IntegrandKind::CurvedJump;
        }
        kind = IntegrandKind::AxisJump;
    }
    kind
}

fn interior(
    renderer: &Renderer<'_>,
    pieces: &[VisiblePiece],
    tangent: &Tangent,
) -> Option<IntegrandKind> {
    let derivative = exact::interior::jvp(renderer, tangent);
    let largest = derivative
        .data()
        .iter()
        .fold(0.0, |most: f64, x| most.max(x.abs()));
    if largest == 0.0 {
        return None;
    }
    let canvas = renderer.canvas();
    let changes = |piece: &&VisiblePiece| {
        let (x, y) = piece.pixel;
        canvas.contains(x, y) && {
            let channels = derivative.pixel(x as usize, y as usize);
            channels
                .iter()
                .any(|value| value.abs() > ROUNDING * largest)
        }
    };
    Some(in_pixels(renderer, pieces.iter().filter(changes)))
}

fn boundary(
    renderer: &Renderer<'_>,
    pieces: &[VisiblePiece],
    tangent: &Tangent,
) -> Option<IntegrandKind> {
    let edges = renderer.grid().edges().list();
    let moves = |piece: &&VisiblePiece| {
        let edge = &edges[piece.index as usize];
        let normal = (edge.b - edge.a).perp();
        let ends = [piece.index, edge.next].map(|vertex| tangent.velocity(vertex as usize));
        let slack = ROUNDING * normal.length();
        ends.iter()
            .any(|velocity| velocity.dot(normal).abs() > slack * velocity.length())
    };
    let mut moving = pieces.iter().filter(moves).peekable();
    moving.peek()?;
    // Strata along more than one piece have borders of pixels and corners within.
    let straddles = renderer.settings().edge_allocation != EdgeAllocation::Pixel;
    Some(if straddles || moving.any(|piece| piece.is_broken) {
        IntegrandKind::EdgeJump
    } else {
        IntegrandKind::EdgeSmooth
    })
}
