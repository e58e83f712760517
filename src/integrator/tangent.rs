use glam::DVec2;

use crate::ad::Dual;
use crate::drawing::{Drawing, Edge, Edges, Tile};
use crate::scene::{ParameterId, Scene};

/// A direction in parameter space, carried over to the drawing variables.
#[derive(Clone, Debug)]
pub struct Tangent {
    variables: Vec<Dual<1>>,
    /// For each layer, whether its outline moves, and whether its paint changes.
    moving: Vec<bool>,
    changing: Vec<bool>,
    /// Whether the background or an opacity changes.
    shared: bool,
}

impl Tangent {
    /// Returns the tangent of a drawing of `scene` along a direction: a list of parameters with
    /// the components of the direction.
    pub fn new(drawing: &Drawing, scene: &Scene, direction: &[(ParameterId, f64)]) -> Self {
        Self::of_variables(drawing, &drawing.layout.push_forward(scene, direction))
    }

    /// Returns the tangent along a direction in the space of the drawing variables.
    pub(crate) fn of_variables(drawing: &Drawing, tangents: &[f64]) -> Self {
        let layout = &drawing.layout;
        let any = |range: std::ops::Range<usize>| tangents[range].iter().any(|&t| t != 0.0);
        let layers = layout.layers().iter();
        let vertices = layers.clone().map(|layer| {
            let range = layer.vertices.clone();
            any(2 * range.start..2 * range.end)
        });
        let paints = layers.clone().map(|layer| any(layer.coefficients.clone()));
        let first_shared = layout.background() - layout.groups().len();
        Self {
            moving: vertices.collect(),
            changing: paints.collect(),
            shared: any(first_shared..layout.variable_count()),
            variables: drawing
                .variables
                .iter()
                .zip(tangents)
                .map(|(&value, &tangent)| Dual::new(value, [tangent]))
                .collect(),
        }
    }

    /// Tells whether anything in a tile may change: a colour at a fixed point, or the place of an
    /// edge.
    pub fn touches(&self, tile: &Tile, edges: &Edges) -> bool {
        self.changes_tile(tile) || self.moves_in(tile, edges)
    }

    /// Tells whether an edge of an outline or a seam that comes near a tile moves.
    pub fn moves_in(&self, tile: &Tile, edges: &Edges) -> bool {
        let mut moving = tile.layers.iter().filter(|layer| self.moves(layer.layer));
        moving.any(|layer| {
            let mut all = tile.edges(layer).iter().chain(tile.seams(layer));
            all.any(|&index| self.moves_edge(index, &edges.list()[index as usize]))
        })
    }

    /// Tells whether an end of an edge moves.
    pub fn moves_edge(&self, index: u32, edge: &Edge) -> bool {
        let ends = [index, edge.next];
        self.moves(edge.layer)
            && ends
                .iter()
                .any(|&v| self.velocity(v as usize) != DVec2::ZERO)
    }

    /// Returns the drawing variables with their tangents.
    pub fn variables(&self) -> &[Dual<1>] {
        &self.variables
    }

    /// Tells whether the outline of a layer moves.
    pub fn moves(&self, layer: u32) -> bool {
        self.moving[layer as usize]
    }

    /// Tells whether colours at fixed points of a tile may change: a paint in it, an opacity or
    /// the background.
    pub fn changes_tile(&self, tile: &Tile) -> bool {
        let mut layers = tile.layers.iter();
        self.shared || layers.any(|layer| self.changing[layer.layer as usize])
    }

    /// Returns the velocity of a vertex, in pixels per unit of the direction.
    pub fn velocity(&self, vertex: usize) -> DVec2 {
        let [x, y] = [2 * vertex, 2 * vertex + 1].map(|i| self.variables[i].tangent[0]);
        DVec2::new(x, y)
    }
}
