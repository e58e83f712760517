use std::ops::Range;

use glam::DVec2;

use super::crossing::PLUS;
use crate::ad::{Dual, Scalar, Tape};
use crate::geometry::Vec2;
use crate::outline::OutlinePlan;
use crate::paint::{self, IsoLine, PaintLayout};
use crate::scene::{FillRule, Geometry, Lift, ParameterId, Real, Scene, TapeLift};

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
    plan: OutlinePlan,
    /// The rectangle beyond which its seams are left out.
    seam_bounds: [DVec2; 2],
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

/// Seams are planned this far around the canvas, in pixels: beyond the reach of every filter.
const SEAM_MARGIN: f64 = 4.0;
/// The largest distance between an ellipse along which a radial gradient jumps and its polygon.
/// Colours are those of the true ellipse, so it is finer than what outlines need.
const SEAM_TOLERANCE: f64 = 1e-4;

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
            } else if shape.fill.is_some() {
                layout.add_layer(scene, index, parent, tolerance);
            }
        }
        layout.number_variables();
        layout
    }

    fn add_layer(&mut self, scene: &Scene, index: usize, group: Option<usize>, tolerance: f64) {
        let shape = &scene.shapes[index];
        let Some(fill) = &shape.fill else { return };
        let theta = scene.parameters.values();
        let to_canvas = scene.to_canvas(index, theta);
        let plan = OutlinePlan::new(&shape.geometry, theta, to_canvas, tolerance);
        let (first_vertex, first_contour) = (self.vertex_count, self.contours.len());
        for &length in plan.contour_lengths() {
            self.contours
                .push(self.vertex_count..self.vertex_count + length);
            self.vertex_count += length;
        }
        let paint = PaintLayout::new(fill);
        let first_coefficient = self.coefficient_count;
        self.coefficient_count += paint.coefficient_count();
        let mut layer = Layer {
            shape: index,
            rule: fill_rule(&shape.geometry),
            paint,
            coefficients: first_coefficient..self.coefficient_count,
            vertices: first_vertex..self.vertex_count,
            contours: first_contour..self.contours.len(),
            seams: self.seams.len()..self.seams.len(),
            group,
            plan,
            seam_bounds: [DVec2::ZERO; 2],
        };
        if paint != PaintLayout::Solid {
            self.add_seams(scene, &mut layer, tolerance);
        }
        self.layers.push(layer);
    }

    /// Plans the lines along which a layer's paint jumps, where they may be seen.
    fn add_seams(&mut self, scene: &Scene, layer: &mut Layer, tolerance: f64) {
        let mut traced = TracedLayer::default();
        layer.trace(scene, scene.parameters.values(), &[], &mut traced);
        let canvas = DVec2::new(scene.canvas.width.into(), scene.canvas.height.into());
        let (mut min, mut max) = (canvas + SEAM_MARGIN, DVec2::splat(-SEAM_MARGIN));
        for vertex in traced.vertices.iter().map(|vertex| vertex.value()) {
            (min, max) = (min.min(vertex), max.max(vertex));
        }
        min = min.max(DVec2::splat(-SEAM_MARGIN)) - 1.0;
        max = max.min(canvas + SEAM_MARGIN) + 1.0;
        if min.cmpge(max).any() {
            return;
        }
        layer.seam_bounds = [min, max];
        let tolerance = tolerance.min(SEAM_TOLERANCE);
        let lines = IsoLine::plan(layer.paint, &traced.coefficients, [min, max], tolerance);
        for line in lines {
            let end = self.vertex_count + line.vertex_count();
            let vertices = self.vertex_count..end;
            self.seams.push(Seam { line, vertices });
            self.vertex_count = end;
        }
        layer.vertices.end = self.vertex_count;
        layer.seams.end = self.seams.len();
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

    /// Computes all drawing variables from the parameters, with whatever derivatives they carry.
    fn trace<S: Scalar>(&self, scene: &Scene, lift: &(impl Lift<S> + ?Sized)) -> Vec<S> {
        let mut variables = vec![S::constant(0.0); self.variable_count()];
        let mut traced = TracedLayer::default();
        for layer in &self.layers {
            layer.trace(scene, lift, &self.seams, &mut traced);
            traced.store(layer, &mut variables);
        }
        for group in &self.groups {
            variables[group.opacity] = group.trace(scene, lift);
        }
        let background = self.background();
        variables[background..].copy_from_slice(&trace_background(scene, lift));
        variables
    }

    /// Returns the tangent of the drawing variables along a direction in parameter space
    /// (a list of parameters and the components of the direction).
    pub fn push_forward(&self, scene: &Scene, direction: &[(ParameterId, f64)]) -> Vec<f64> {
        let mut theta: Vec<Dual<1>> = scene
            .parameters
            .values()
            .iter()
            .map(|&value| Dual::constant(value))
            .collect();
        for &(id, component) in direction {
            theta[id.index()].tangent[0] += component;
        }
        let variables = self.trace(scene, theta.as_slice());
        variables.into_iter().map(|v| v.tangent[0]).collect()
    }

    /// Returns the adjoint of the parameters, given the adjoint of the drawing variables: one
    /// number for each parameter, in order.
    ///
    /// The tape holds one layer at a time.
    pub fn pull_back(&self, scene: &Scene, adjoint: &[f64]) -> Vec<f64> {
        let theta = scene.parameters.values();
        let mut result = vec![0.0; theta.len()];
        let mut tape = Tape::new();
        for layer in &self.layers {
            if layer.variables().all(|range| is_zero(&adjoint[range])) {
                continue;
            }
            tape.clear();
            let lift = TapeLift::new(&tape, theta);
            let mut traced = TracedLayer::default();
            layer.trace(scene, &lift, &self.seams, &mut traced);
            let adjoints = tape.pull_back(&traced.seeds(layer, adjoint));
            lift.accumulate(&adjoints, &mut result);
        }
        tape.clear();
        let lift = TapeLift::new(&tape, theta);
        let mut seeds: Vec<_> = self
            .groups
            .iter()
            .map(|group| (group.trace(scene, &lift), adjoint[group.opacity]))
            .collect();
        let background = trace_background(scene, &lift);
        seeds.extend(
            background
                .into_iter()
                .zip(adjoint[self.background()..].iter().copied()),
        );
        lift.accumulate(&tape.pull_back(&seeds), &mut result);
        result
    }
}

impl Layer {
    /// Returns the two ranges of drawing variables that are this layer's own: vertices and paint.
    pub fn variables(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        let vertices = 2 * self.vertices.start..2 * self.vertices.end;
        [vertices, self.coefficients.clone()].into_iter()
    }

    fn trace<S: Scalar>(
        &self,
        scene: &Scene,
        lift: &(impl Lift<S> + ?Sized),
        seams: &[Seam],
        out: &mut TracedLayer<S>,
    ) {
        out.vertices.clear();
        out.coefficients.clear();
        let shape = &scene.shapes[self.shape];
        let to_canvas = scene.to_canvas(self.shape, lift);
        self.plan
            .trace(&shape.geometry, lift, to_canvas, &mut out.vertices);
        let fill = shape.fill.as_ref().expect("a layer has a fill");
        let opacity = lift.real(shape.opacity.unwrap_or(Real::Constant(1.0)));
        paint::resolve(fill, opacity, to_canvas, lift, &mut out.coefficients);
        debug_assert_eq!(out.coefficients.len(), self.coefficients.len());
        for seam in seams.get(self.seams.clone()).unwrap_or_default() {
            let coefficients = &out.coefficients;
            seam.line.trace(
                self.paint,
                coefficients,
                self.seam_bounds,
                &mut out.vertices,
            );
        }
    }
}

impl Group {
    fn trace<S: Scalar>(&self, scene: &Scene, lift: &(impl Lift<S> + ?Sized)) -> S {
        let opacity = scene.shapes[self.shape].opacity;
        lift.real(opacity.expect("such a group has an opacity"))
    }
}

/// The variables of one layer.
struct TracedLayer<S> {
    vertices: Vec<Vec2<S>>,
    coefficients: Vec<S>,
}

impl<S> Default for TracedLayer<S> {
    fn default() -> Self {
        Self {
            vertices: Vec::new(),
            coefficients: Vec::new(),
        }
    }
}

impl<S: Scalar> TracedLayer<S> {
    fn store(&self, layer: &Layer, variables: &mut [S]) {
        let first = 2 * layer.vertices.start;
        for (i, vertex) in self.vertices.iter().enumerate() {
            variables[first + 2 * i] = vertex.x;
            variables[first + 2 * i + 1] = vertex.y;
        }
        variables[layer.coefficients.clone()].copy_from_slice(&self.coefficients);
    }

    fn seeds(&self, layer: &Layer, adjoint: &[f64]) -> Vec<(S, f64)> {
        let coordinates = self.vertices.iter().flat_map(|v| [v.x, v.y]);
        let all = coordinates.chain(self.coefficients.iter().copied());
        all.zip(layer.variables().flatten().map(|i| adjoint[i]))
            .collect()
    }
}

fn trace_background<S: Scalar>(scene: &Scene, lift: &(impl Lift<S> + ?Sized)) -> [S; 4] {
    let [r, g, b, a] = lift.color(scene.canvas.background);
    [r * a, g * a, b * a, a]
}

fn fill_rule(geometry: &Geometry) -> FillRule {
    match geometry {
        Geometry::Polygon { fill_rule, .. } | Geometry::Path { fill_rule, .. } => *fill_rule,
        _ => FillRule::Nonzero,
    }
}

fn is_zero(values: &[f64]) -> bool {
    values.iter().all(|&v| v == 0.0)
}
