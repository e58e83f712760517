use glam::DVec2;

use super::trace::Plans;
use crate::outline::OutlinePlan;
use crate::paint::{IsoLine, PaintLayout};
use crate::scene::{FillRule, Geometry, Paint, Real, Scene, Shape};

/// A layer whose curves, and lines along which its paint jumps, are planned; it has no place among
/// the drawing variables yet. Layers are planned in parallel.
pub(super) struct PlannedLayer {
    pub(super) shape: usize,
    pub(super) rule: FillRule,
    pub(super) paint: PaintLayout,
    pub(super) always_opaque: bool,
    pub(super) plan: OutlinePlan,
    pub(super) seams: Vec<IsoLine>,
    pub(super) seam_bounds: [DVec2; 2],
}

/// Seams are planned this far around the canvas, in pixels: beyond the reach of every filter.
const SEAM_MARGIN: f64 = 4.0;
/// The largest distance between an ellipse along which a radial gradient jumps and its polygon. It is
/// finer than what outlines need: between the two, ramps go on beyond the stop at which they jump.
const SEAM_TOLERANCE: f64 = 1e-4;

impl PlannedLayer {
    /// Plans the fills of shapes, given by their indices, at the current values of the scene.
    pub(super) fn of_shapes(scene: &Scene, fills: &[(usize, &Paint)], tolerance: f64) -> Vec<Self> {
        let theta = scene.parameters.values();
        let place = |&(shape, _): &(usize, _)| {
            let geometry = &scene.shapes[shape].geometry;
            (geometry, scene.to_canvas(shape, theta))
        };
        let shapes: Vec<_> = fills.iter().map(place).collect();
        let outlines = OutlinePlan::of_shapes(&shapes, theta, tolerance);
        let layers = fills.iter().zip(outlines);
        layers
            .map(|(&(shape, fill), plan)| Self::new(scene, shape, fill, plan, tolerance))
            .collect()
    }

    fn new(scene: &Scene, index: usize, fill: &Paint, plan: OutlinePlan, tolerance: f64) -> Self {
        let shape = &scene.shapes[index];
        let mut planned = Self {
            shape: index,
            rule: fill_rule(&shape.geometry),
            paint: PaintLayout::new(fill),
            always_opaque: is_always_opaque(shape, fill),
            plan,
            seams: Vec::new(),
            seam_bounds: [DVec2::ZERO; 2],
        };
        if planned.paint != PaintLayout::Solid {
            planned.add_seams(scene, tolerance);
        }
        planned
    }

    /// Plans the lines along which the paint jumps, where they may be seen.
    fn add_seams(&mut self, scene: &Scene, tolerance: f64) {
        let (mut vertices, mut coefficients) = (Vec::new(), Vec::new());
        let plans = Plans {
            shape: self.shape,
            outline: &self.plan,
            paint: self.paint,
            seams: &[],
            seam_bounds: self.seam_bounds,
        };
        let theta = scene.parameters.values();
        plans.trace(scene, theta, &mut vertices, &mut coefficients);
        let canvas = DVec2::new(scene.canvas.width.into(), scene.canvas.height.into());
        let (mut min, mut max) = (canvas + SEAM_MARGIN, DVec2::splat(-SEAM_MARGIN));
        for vertex in vertices.iter().map(|vertex| vertex.value()) {
            (min, max) = (min.min(vertex), max.max(vertex));
        }
        min = min.max(DVec2::splat(-SEAM_MARGIN)) - 1.0;
        max = max.min(canvas + SEAM_MARGIN) + 1.0;
        if min.cmpge(max).any() {
            return;
        }
        self.seam_bounds = [min, max];
        let tolerance = tolerance.min(SEAM_TOLERANCE);
        self.seams = IsoLine::plan(self.paint, &coefficients, [min, max], tolerance);
        let sides = self.seams.first().map_or(0, |line| line.vertex_count());
        self.paint = self.paint.with_sides(sides as u32);
    }
}

fn fill_rule(geometry: &Geometry) -> FillRule {
    match geometry {
        Geometry::Polygon { fill_rule, .. } | Geometry::Path { fill_rule, .. } => *fill_rule,
        _ => FillRule::Nonzero,
    }
}

fn is_always_opaque(shape: &Shape, fill: &Paint) -> bool {
    let one = Real::Constant(1.0);
    matches!(fill, Paint::Solid(color) if color.a == one)
        && shape.opacity.is_none_or(|opacity| opacity == one)
}
