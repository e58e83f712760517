use std::ops::Range;

use glam::DVec2;

use rayon::prelude::*;

use super::crossing::PLUS;
use super::planned::PlannedLayer;
use crate::outline::OutlinePlan;
use crate::paint::{self, IsoLine, PaintLayout};
use crate::scene::{FillRule, Geometry, Scene};

/// Layers that one task plans or traces, at least: shapes are small, tasks are not free.
pub(super) const LAYERS_AT_ONCE: usize = 64;

/// The structure of a drawing: which variables are which, in paint order.
///
/// Drawing variables, in this order: x and y of every vertex; the coefficients of every paint; the
/// opacity of every group that has one; the background, premultiplied RGBA.
#[derive(Clone, Debug)]
pub struct Layout {
    layers: Vec<Layer>,
    groups: Vec<Group>,
    /// Vertex ranges of the closed polylines, layer after layer.
    contours: Vec<Range<usize>>,
    seams: Vec<Seam>,
    vertex_count: usize,
    coefficient_count: usize,
}

/// An outline with its paint: one shape's fill.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Index of the shape in [`Scene::shapes`].
    pub shape: usize,
    /// What counts as inside.
    pub rule: FillRule,
    /// The structure of its paint.
    pub paint: PaintLayout,
    /// The paint's coefficients among the drawing variables.
    pub coefficients: Range<usize>,
    /// Its vertices: those of its contours, then those of its seams.
    pub vertices: Range<usize>,
    /// Its closed polylines among all contours.
    pub contours: Range<usize>,
    /// Its seams among all seams.
    pub seams: Range<usize>,
    /// The innermost group with an opacity that it is in.
    pub group: Option<usize>,
    /// Whether its paint is one colour whose alpha is 1 and no parameter.
    pub always_opaque: bool,
    pub(super) plan: OutlinePlan,
    /// The rectangle beyond which its seams are left out.
    pub(super) seam_bounds: [DVec2; 2],
}

/// A line along which the paint of a layer jumps. It belongs to the jump set of the scene as much
/// as outlines do, wherever the layer is visible.
#[derive(Clone, Debug)]
pub struct Seam {
    /// Where the paint jumps.
    pub line: IsoLine,
    /// Its vertices.
    pub vertices: Range<usize>,
}

/// A group that is composited by itself before it joins what is below.
#[derive(Clone, Debug)]
pub struct Group {
    /// Index of the shape in [`Scene::shapes`].
    pub shape: usize,
    /// The innermost group with an opacity that it is in.
    pub parent: Option<usize>,
    /// Its opacity among the drawing variables.
    pub opacity: usize,
}

/// A layout with the values of its variables.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// Which variables are which.
    pub layout: Layout,
    /// The values of the drawing variables.
    pub variables: Vec<f64>,
}

impl Drawing {
    /// Plans a scene's outlines at its current values and traces them.
    ///
    /// `tolerance` is the largest distance between a curve and its polyline, in pixels.
    pub fn new(scene: &Scene, tolerance: f64) -> Self {
        let layout = Layout::new(scene, tolerance);
        let variables = layout.trace(scene, scene.parameters.values());
        Self { layout, variables }
    }

    /// Traces the scene at other values with this drawing's plan: the same polylines, moved. This is
    /// the function of θ whose derivative the integrators compute.
    pub fn retraced(&self, scene: &Scene, theta: &[f64]) -> Self {
        Self {
            layout: self.layout.clone(),
            variables: self.layout.trace(scene, theta),
        }
    }

    /// Returns the drawing with its layers pulled apart: layer i moved by `i · distance` pixels
    /// along a fixed direction.
    ///
    /// This puts the edges of different layers that lie on one line beside each other in the very
    /// order of [`EdgePoint`](super::EdgePoint). Derivatives of a scene with coincident edges are
    /// the limit of those of the scene pulled apart, as the distance goes to 0.
    pub fn pulled_apart(&self, distance: f64) -> Self {
        let mut drawing = self.clone();
        for (index, layer) in self.layout.layers.iter().enumerate() {
            let offset = PLUS * (distance * index as f64);
            for vertex in layer.vertices.clone() {
                drawing.variables[2 * vertex] += offset.x;
                drawing.variables[2 * vertex + 1] += offset.y;
            }
            let coefficients = &mut drawing.variables[layer.coefficients.clone()];
            paint::translate(layer.paint, coefficients, offset);
        }
        drawing
    }

    /// Returns the position of a vertex, in canvas pixels.
    pub fn vertex(&self, index: usize) -> DVec2 {
        DVec2::new(self.variables[2 * index], self.variables[2 * index + 1])
    }

    /// Returns x and y of some vertices, in canvas pixels.
    pub(super) fn vertices(&self, range: Range<usize>) -> &[[f64; 2]] {
        let (vertices, _) = self.variables[2 * range.start..2 * range.end].as_chunks();
        vertices
    }

    /// Returns the background, premultiplied RGBA.
    pub fn background(&self) -> [f64; 4] {
        let start = self.layout.background();
        std::array::from_fn(|c| self.variables[start + c])
    }
}

impl Layout {
    /// Plans how outlines become polylines, from the current values of the scene.
    fn new(scene: &Scene, tolerance: f64) -> Self {
        let mut layout = Self {
            layers: Vec::new(),
            groups: Vec::new(),
            contours: Vec::new(),
            seams: Vec::new(),
            vertex_count: 0,
            coefficient_count: 0,
        };
        let mut group_of = vec![None; scene.shapes.len()];
        let (mut fills, mut groups) = (Vec::new(), Vec::new());
        for (index, shape) in scene.shapes.iter().enumerate() {
            let parent = shape.parent.and_then(|parent| group_of[parent]);
            group_of[index] = parent;
            if let Geometry::Group { .. } = shape.geometry {
                if shape.opacity.is_some() {
                    group_of[index] = Some(layout.groups.len());
                    layout.groups.push(Group {
                        shape: index,
                        parent,
                        opacity: 0,
                    });
                }
            } else if let Some(fill) = &shape.fill {
                fills.push((index, fill));
                groups.push(parent);
            }
        }
        let planned: Vec<Vec<PlannedLayer>> = fills
            .par_chunks(LAYERS_AT_ONCE)
            .map(|fills| PlannedLayer::of_shapes(scene, fills, tolerance))
            .collect();
        layout.layers.reserve_exact(groups.len());
        for (planned, group) in planned.into_iter().flatten().zip(groups) {
            layout.add_layer(planned, group);
        }
        layout.number_variables();
        layout
    }

    fn add_layer(&mut self, planned: PlannedLayer, group: Option<usize>) {
        let (first_vertex, first_contour) = (self.vertex_count, self.contours.len());
        for &length in planned.plan.contour_lengths() {
            self.contours
                .push(self.vertex_count..self.vertex_count + length);
            self.vertex_count += length;
        }
        let first_seam = self.seams.len();
        for line in planned.seams {
            let end = self.vertex_count + line.vertex_count();
            let vertices = self.vertex_count..end;
            self.seams.push(Seam { line, vertices });
            self.vertex_count = end;
        }
        let first_coefficient = self.coefficient_count;
        self.coefficient_count += planned.paint.coefficient_count();
        self.layers.push(Layer {
            shape: planned.shape,
            rule: planned.rule,
            paint: planned.paint,
            coefficients: first_coefficient..self.coefficient_count,
            vertices: first_vertex..self.vertex_count,
            contours: first_contour..self.contours.len(),
            seams: first_seam..self.seams.len(),
            group,
            always_opaque: planned.always_opaque,
            plan: planned.plan,
            seam_bounds: planned.seam_bounds,
        });
    }

    /// Puts paint coefficients behind the vertices, opacities behind those.
    fn number_variables(&mut self) {
        let vertices = 2 * self.vertex_count;
        for layer in &mut self.layers {
            let range = layer.coefficients.clone();
            layer.coefficients = vertices + range.start..vertices + range.end;
        }
        for (index, group) in self.groups.iter_mut().enumerate() {
            group.opacity = vertices + self.coefficient_count + index;
        }
    }

    /// Returns the layers in paint order.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Returns the groups with an opacity, outer before inner.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Returns the vertex ranges of the closed polylines.
    pub fn contours(&self) -> &[Range<usize>] {
        &self.contours
    }

    /// Returns the lines along which paints jump.
    pub fn seams(&self) -> &[Seam] {
        &self.seams
    }

    /// Returns the number of vertices, which is also the number of edges: an edge has the index of
    /// the vertex it starts at.
    pub fn vertex_count(&self) -> usize {
        self.vertex_count
    }

    /// Returns the number of drawing variables.
    pub fn variable_count(&self) -> usize {
        self.background() + 4
    }

    /// Returns where the four background variables start.
    pub fn background(&self) -> usize {
        2 * self.vertex_count + self.coefficient_count + self.groups.len()
    }
}

impl Layer {
    /// Returns the two ranges of drawing variables that are this layer's own: vertices and paint.
    pub fn variables(&self) -> [Range<usize>; 2] {
        let vertices = 2 * self.vertices.start..2 * self.vertices.end;
        [vertices, self.coefficients.clone()]
    }
}
