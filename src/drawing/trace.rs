//! From parameters to drawing variables and back: traced layer by layer, layers in parallel.

use glam::DVec2;
use rayon::prelude::*;

use super::layout::{Group, LAYERS_AT_ONCE, Layer, Layout, Seam};
use crate::ad::{Dual, Scalar, Tape};
use crate::outline::{OutlinePlan, VertexAdjoints, VertexPlaces, Vertices};
use crate::paint::{self, PaintLayout};
use crate::scene::{Lift, ParameterId, Real, Scene, TapeLift};

impl Layout {
    /// Computes all drawing variables from the parameters, with whatever derivatives they carry.
    pub(super) fn trace<S: Scalar + Send + Sync>(&self, scene: &Scene, theta: &[S]) -> Vec<S> {
        let mut variables = vec![S::constant(0.0); self.variable_count()];
        let (vertices, mut rest) = variables.split_at_mut(2 * self.vertex_count());
        let mut vertices = vertices;
        let mut places = Vec::with_capacity(self.layers().len());
        for layer in self.layers() {
            let (own_vertices, other_vertices) = vertices.split_at_mut(2 * layer.vertices.len());
            let (own_coefficients, other) = rest.split_at_mut(layer.coefficients.len());
            places.push((layer, own_vertices, own_coefficients));
            (vertices, rest) = (other_vertices, other);
        }
        let trace = |traced: &mut Vec<S>, (layer, vertices, coefficients): Place<'_, S>| {
            let mut vertices = VertexPlaces::new(vertices);
            traced.clear();
            let plans = layer.plans(self.seams());
            plans.trace(scene, theta, &mut vertices, traced);
            vertices.finish();
            coefficients.copy_from_slice(traced);
        };
        places
            .into_par_iter()
            .with_min_len(LAYERS_AT_ONCE)
            .for_each_init(Vec::new, trace);
        for group in self.groups() {
            variables[group.opacity] = group.trace(scene, theta);
        }
        let background = self.background();
        variables[background..].copy_from_slice(&trace_background(scene, theta));
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
    /// A tape holds one layer at a time.
    pub fn pull_back(&self, scene: &Scene, adjoint: &[f64]) -> Vec<f64> {
        let theta = scene.parameters.values();
        let mut result = vec![0.0; theta.len()];
        let lists: Vec<Vec<(ParameterId, f64)>> = self
            .layers()
            .par_chunks(LAYERS_AT_ONCE)
            .map(|layers| self.pull_back_layers(layers, scene, adjoint))
            .collect();
        for (id, adjoint) in lists.into_iter().flatten() {
            result[id.index()] += adjoint;
        }
        let tape = Tape::new();
        let lift = TapeLift::new(&tape, theta);
        let mut seeds: Vec<_> = self
            .groups()
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

    /// Lists the adjoints of the parameters that some layers use.
    fn pull_back_layers(
        &self,
        layers: &[Layer],
        scene: &Scene,
        adjoint: &[f64],
    ) -> Vec<(ParameterId, f64)> {
        let theta = scene.parameters.values();
        let mut list = Vec::new();
        let mut tape = Tape::new();
        for layer in layers {
            if layer
                .variables()
                .iter()
                .all(|range| is_zero(&adjoint[range.clone()]))
            {
                continue;
            }
            tape.clear();
            let lift = TapeLift::new(&tape, theta);
            let [vertices, coefficients] = layer.variables().map(|range| &adjoint[range]);
            let mut points = VertexAdjoints::new(vertices);
            let mut traced = Vec::new();
            let plans = layer.plans(self.seams());
            plans.trace(scene, &lift, &mut points, &mut traced);
            let mut seeds = points.into_seeds();
            seeds.extend(traced.into_iter().zip(coefficients.iter().copied()));
            let adjoints = tape.pull_back(&seeds);
            list.extend(lift.adjoints(&adjoints));
        }
        list
    }
}

/// A layer and its part of the drawing variables.
type Place<'a, S> = (&'a Layer, &'a mut [S], &'a mut [S]);

/// All that is fixed about a layer while its parameters change.
pub(super) struct Plans<'a> {
    pub(super) shape: usize,
    pub(super) outline: &'a OutlinePlan,
    pub(super) paint: PaintLayout,
    pub(super) seams: &'a [Seam],
    pub(super) seam_bounds: [DVec2; 2],
}

impl Layer {
    fn plans<'a>(&'a self, seams: &'a [Seam]) -> Plans<'a> {
        Plans {
            shape: self.shape,
            outline: &self.plan,
            paint: self.paint,
            seams: &seams[self.seams.clone()],
            seam_bounds: self.seam_bounds,
        }
    }
}

impl Plans<'_> {
    /// Gives `vertices` those of the layer and appends its coefficients.
    pub(super) fn trace<S: Scalar>(
        &self,
        scene: &Scene,
        lift: &(impl Lift<S> + ?Sized),
        vertices: &mut impl Vertices<S>,
        coefficients: &mut Vec<S>,
    ) {
        let shape = &scene.shapes[self.shape];
        let to_canvas = scene.to_canvas(self.shape, lift);
        self.outline
            .trace(&shape.geometry, lift, to_canvas, vertices);
        let fill = shape.fill.as_ref().expect("a layer has a fill");
        let opacity = lift.real(shape.opacity.unwrap_or(Real::Constant(1.0)));
        paint::resolve(fill, opacity, to_canvas, lift, coefficients);
        for seam in self.seams {
            let bounds = self.seam_bounds;
            seam.line.trace(self.paint, coefficients, bounds, vertices);
        }
    }
}

impl Group {
    fn trace<S: Scalar>(&self, scene: &Scene, lift: &(impl Lift<S> + ?Sized)) -> S {
        let opacity = scene.shapes[self.shape].opacity;
        lift.real(opacity.expect("such a group has an opacity"))
    }
}

fn trace_background<S: Scalar>(scene: &Scene, lift: &(impl Lift<S> + ?Sized)) -> [S; 4] {
    let [r, g, b, a] = lift.color(scene.canvas.background);
    [r * a, g * a, b * a, a]
}

fn is_zero(values: &[f64]) -> bool {
    values.iter().all(|&v| v == 0.0)
}
