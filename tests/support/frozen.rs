use reynolds::outline::OutlinePlan;
use reynolds::scene::{Geometry, PathSegment, Point, Real, Scene};

/// A scene whose curves stay cut at the places that were planned at its own values.
///
/// A renderer plans anew for every scene. With values a step apart the cuts then slide along the
/// curves, which is no part of the derivative; here they stay.
pub struct FrozenScene {
    scene: Scene,
    plans: Vec<OutlinePlan>,
}

impl FrozenScene {
    /// Plans the outlines of a scene at its values, as its renderer does.
    pub fn new(scene: &Scene) -> Self {
        let theta = scene.parameters.values();
        let plan = |(index, shape): (usize, &reynolds::scene::Shape)| {
            let map = scene.to_canvas(index, theta);
            OutlinePlan::new(&shape.geometry, theta, map, scene.render.tolerance)
        };
        Self {
            plans: scene.shapes.iter().enumerate().map(plan).collect(),
            scene: scene.clone(),
        }
    }

    /// Returns the scene as planned.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    /// Returns the scene at other values, its outlines polygons with the vertices of the plan.
    pub fn at(&self, theta: &[f64]) -> Scene {
        let mut scene = self.scene.clone();
        scene.parameters.values_mut().copy_from_slice(theta);
        for (shape, plan) in scene.shapes.iter_mut().zip(&self.plans) {
            if !matches!(shape.geometry, Geometry::Group { .. }) {
                shape.geometry = polygons(&shape.geometry, plan, theta);
            }
        }
        scene
    }
}

fn polygons(geometry: &Geometry, plan: &OutlinePlan, theta: &[f64]) -> Geometry {
    let mut vertices = Vec::new();
    plan.trace(geometry, theta, None, &mut vertices);
    let mut segments = Vec::new();
    for &length in plan.contour_lengths() {
        segments.push(PathSegment::Move);
        segments.extend((1..length).map(|_| PathSegment::Line));
        segments.push(PathSegment::Close);
    }
    let constant = |&v: &reynolds::geometry::Vec2<f64>| Point {
        x: Real::Constant(v.x),
        y: Real::Constant(v.y),
    };
    Geometry::Path {
        points: vertices.iter().map(constant).collect(),
        segments,
        fill_rule: match *geometry {
            Geometry::Polygon { fill_rule, .. } | Geometry::Path { fill_rule, .. } => fill_rule,
            _ => Default::default(),
        },
    }
}
