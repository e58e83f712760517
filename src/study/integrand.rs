use std::collections::HashMap;

use super::additive::Additive;
use super::crease::{Crease, creases};
use super::{IntegrandKind, StudyScene};
use crate::film::Image;
use crate::integrator::exact::{VisiblePiece, visible_pieces};
use crate::integrator::{Renderer, Tangent, exact};
use crate::sampling::EdgeAllocation;
use crate::scene::{ParameterId, Scene};

/// The kinds that an integrand has in different places, each once; empty where it is 0 everywhere,
/// none where it cannot be told.
pub type Kinds = Option<Vec<IntegrandKind>>;

/// What integrands are like, for a scene and each of its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Integrands {
    /// Of the image.
    pub image: Kinds,
    /// Of the terms of the derivatives.
    pub derivatives: HashMap<String, Terms>,
}

/// The integrands of the two terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// `k ∂f/∂θ`, in pixels.
    pub interior: Kinds,
    /// `k J (v·n)`, on edges.
    pub boundary: Kinds,
}

/// Velocities and derivatives smaller than this, against the largest, are rounding.
const ROUNDING: f64 = 1e-12;

impl Integrands {
    /// Looks at the integrands of a scene, placed like `at` one of the offsets of `scene`.
    pub fn new(scene: &StudyScene, at: &Scene) -> Self {
        let renderer = Renderer::new(at, at.render.clone());
        let look = Look {
            pieces: visible_pieces(&renderer),
            creases: creases(&renderer),
            renderer,
        };
        let parameters = scene.parameters.iter();
        Self {
            image: look.in_pixels(|_| true, |_| false, || Additive::new(at, None)),
            derivatives: parameters
                .map(|&id| (scene.scene.parameters[id].name.clone(), look.terms(at, id)))
                .collect(),
        }
    }
}

/// What there is to see in a scene.
struct Look<'a> {
    renderer: Renderer<'a>,
    pieces: Vec<VisiblePiece>,
    creases: Vec<Crease>,
}

impl Look<'_> {
    fn terms(&self, at: &Scene, id: ParameterId) -> Terms {
        let tangent = Tangent::new(self.renderer.drawing(), at, &[(id, 1.0)]);
        Terms {
            interior: self.interior(at, id, &tangent),
            boundary: Some(self.boundary(&tangent).into_iter().collect()),
        }
    }

    fn interior(&self, at: &Scene, id: ParameterId, tangent: &Tangent) -> Kinds {
        let derivative = exact::interior::jvp(&self.renderer, tangent);
        let largest = largest(&derivative);
        let changes = |(x, y): (i32, i32)| {
            let channels = derivative.pixel(x as usize, y as usize);
            channels
                .iter()
                .any(|value| value.abs() > ROUNDING * largest)
        };
        // The derivative of a colour by what moves its kink jumps there.
        let jumps = |crease: &Crease| self.moves_paint(crease.layer, tangent);
        self.in_pixels(changes, jumps, || Additive::new(at, Some(id)))
    }

    /// Tells whether a direction changes more of a paint than its colours.
    fn moves_paint(&self, layer: usize, tangent: &Tangent) -> bool {
        let layer = &self.renderer.drawing().layout.layers()[layer];
        let variables = &tangent.variables()[layer.coefficients.clone()];
        let mut numbered = variables.iter().enumerate();
        numbered.any(|(index, variable)| {
            variable.tangent[0] != 0.0 && layer.paint.color_channel(index).is_none()
        })
    }

    /// The kinds of an integrand in the pixels where it is not 0. `jumps` tells which creases are
    /// jumps of the integrand.
    fn in_pixels(
        &self,
        is_there: impl Fn((i32, i32)) -> bool,
        jumps: impl Fn(&Crease) -> bool,
        additive: impl FnOnce() -> Additive,
    ) -> Kinds {
        let canvas = self.renderer.canvas();
        let pixels = canvas.pixels().filter(|&pixel| is_there(pixel));
        let pixels: Vec<Lines> = pixels.map(|pixel| self.lines(pixel, &jumps)).collect();
        // A jump across the axes is what a sampler likes least.
        let mut kinds = Vec::new();
        if pixels.iter().any(|lines| lines.curved_jump) {
            kinds.push(IntegrandKind::CurvedJump);
        }
        let mut rest = pixels.iter().filter(|lines| !lines.curved_jump).peekable();
        if rest.peek().is_some() {
            let additive = additive();
            for lines in rest {
                for kind in lines.kinds(additive.holds_in(lines.pixel))? {
                    if !kinds.contains(&kind) {
                        kinds.push(kind);
                    }
                }
            }
        }
        Some(kinds)
    }

    fn lines(&self, pixel: (i32, i32), jumps: impl Fn(&Crease) -> bool) -> Lines {
        let edges = self.renderer.grid().edges().list();
        let mut lines = Lines {
            pixel,
            curved_jump: false,
            axis_jump: false,
            curved_kink: false,
            axis_kink: false,
        };
        for piece in self.pieces.iter().filter(|piece| piece.pixel == pixel) {
            let edge = &edges[piece.index as usize];
            match edge.a.x == edge.b.x || edge.a.y == edge.b.y {
                true => lines.axis_jump = true,
                false => lines.curved_jump = true,
            }
        }
        for crease in self.creases.iter().filter(|crease| crease.pixel == pixel) {
            match (jumps(crease), crease.is_along_an_axis()) {
                (true, true) => lines.axis_jump = true,
                (true, false) => lines.curved_jump = true,
                (false, true) => lines.axis_kink = true,
                (false, false) => lines.curved_kink = true,
            }
        }
        lines
    }

    /// The kind of the integrand on edges: that of the piece of an edge where it is worst.
    fn boundary(&self, tangent: &Tangent) -> Option<IntegrandKind> {
        let edges = self.renderer.grid().edges().list();
        let moves = |piece: &&VisiblePiece| {
            let edge = &edges[piece.index as usize];
            let normal = (edge.b - edge.a).perp();
            let ends = [piece.index, edge.next].map(|vertex| tangent.velocity(vertex as usize));
            let slack = ROUNDING * normal.length();
            ends.iter()
                .any(|velocity| velocity.dot(normal).abs() > slack * velocity.length())
        };
        let moving: Vec<&VisiblePiece> = self.pieces.iter().filter(moves).collect();
        if moving.is_empty() {
            return None;
        }
        // Strata along more than one piece have borders of pixels and corners within.
        let straddles = self.renderer.settings().edge_allocation != EdgeAllocation::Pixel;
        if straddles || moving.iter().any(|piece| piece.is_broken) {
            return Some(IntegrandKind::EdgeJump);
        }
        let is_creased = |piece: &&VisiblePiece| {
            let edge = &edges[piece.index as usize];
            let mut creases = self.creases.iter();
            creases.any(|crease| crease.pixel == piece.pixel && crease.meets(edge.a, edge.b))
        };
        Some(match moving.iter().any(is_creased) {
            true => IntegrandKind::EdgeKink,
            false => IntegrandKind::EdgeSmooth,
        })
    }
}

/// The lines in a pixel along which an integrand is not smooth.
struct Lines {
    pixel: (i32, i32),
    curved_jump: bool,
    axis_jump: bool,
    curved_kink: bool,
    axis_kink: bool,
}

impl Lines {
    /// The kinds of the integrand where no jump is across the axes; none if they are not known.
    fn kinds(&self, is_sum: bool) -> Option<Vec<IntegrandKind>> {
        use IntegrandKind::*;
        let mut kinds = Vec::new();
        if self.axis_jump {
            kinds.push(if is_sum { AxisJump } else { VaryingJump });
        }
        if self.curved_kink {
            kinds.push(Kink);
        }
        // A jump that varies is worse than a kink along an axis.
        if self.axis_kink && (is_sum || !self.axis_jump) {
            kinds.push(is_sum.then_some(AdditiveKink)?);
        }
        if kinds.is_empty() {
            kinds.push(if is_sum { Additive } else { Smooth });
        }
        Some(kinds)
    }
}

fn largest(image: &Image) -> f64 {
    let values = image.data().iter();
    values.fold(0.0, |most: f64, value| most.max(value.abs()))
}
