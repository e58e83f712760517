use super::project_to_order;
use crate::scene::{Geometry, Paint, ParameterId, Real, Scene};

/// What the moving parameters of a scene may be: bounds of their kinds, offsets of stops in order,
/// rectangles not inside out, and a background that stays opaque or stays translucent, since this
/// decides how many channels the image has.
///
/// Values are those of the moving parameters, in their order.
#[derive(Clone, Debug)]
pub struct Constraints {
    bounds: Vec<(f64, f64)>,
    chains: Vec<Chain>,
}

/// Numbers that must not decrease from one to the next.
#[derive(Clone, Debug)]
struct Chain {
    members: Vec<Member>,
    bounds: (f64, f64),
}

#[derive(Clone, Copy, Debug)]
enum Member {
    /// The place among the moving parameters.
    Moving(usize),
    /// A number that stays.
    Fixed(f64),
}

impl Constraints {
    /// Returns the constraints of the parameters `moving` of a scene.
    pub fn new(scene: &Scene, moving: &[ParameterId]) -> Self {
        let builder = Builder { scene, moving };
        let mut chains = Vec::new();
        for shape in &scene.shapes {
            if let Geometry::Rect { min, max } = &shape.geometry {
                builder.chain(&[min.x, max.x], &mut chains);
                builder.chain(&[min.y, max.y], &mut chains);
            }
            if let Some(Paint::Gradient(gradient)) = &shape.fill {
                let offsets: Vec<Real> = gradient.stops.iter().map(|stop| stop.offset).collect();
                builder.chain(&offsets, &mut chains);
            }
        }
        Self {
            bounds: moving.iter().map(|&id| builder.bounds(id)).collect(),
            chains,
        }
    }

    /// Moves values as little as possible, in the sense of least squares, into the set of those
    /// that a scene may have.
    pub fn project(&self, values: &mut [f64]) {
        for chain in &self.chains {
            chain.project(values);
        }
        for (value, &(low, high)) in values.iter_mut().zip(&self.bounds) {
            *value = value.max(low).min(high);
        }
    }

    /// Takes the components out of a gradient whose descent would leave the bounds at once.
    pub(super) fn mask(&self, values: &[f64], gradient: &mut [f64]) {
        for ((slope, &value), &(low, high)) in gradient.iter_mut().zip(values).zip(&self.bounds) {
            if value <= low && *slope > 0.0 || value >= high && *slope < 0.0 {
                *slope = 0.0;
            }
        }
    }

    /// Returns the derivative of f(project(v)) from v and the gradient of f at project(v).
    pub(super) fn pull_back(&self, values: &[f64], projected: &[f64], gradient: &mut [f64]) {
        for chain in &self.chains {
            chain.pull_back(values, projected, gradient);
        }
        for ((slope, &value), &(low, high)) in gradient.iter_mut().zip(values).zip(&self.bounds) {
            if value < low || value > high {
                *slope = 0.0;
            }
        }
    }
}

impl Chain {
    fn project(&self, values: &mut [f64]) {
        let mut numbers: Vec<f64> = self.members.iter().map(|m| m.value(values)).collect();
        let fixed: Vec<bool> = self.members.iter().map(|m| m.is_fixed()).collect();
        project_to_order(&mut numbers, &fixed, self.bounds);
        for (member, number) in self.members.iter().zip(numbers) {
            if let Member::Moving(place) = *member {
                values[place] = number;
            }
        }
    }

    /// Members that were pooled move together, by their mean.
    fn pull_back(&self, values: &[f64], projected: &[f64], gradient: &mut [f64]) {
        let moving = self.members.iter().filter_map(|member| match member {
            Member::Moving(place) => Some(*place),
            Member::Fixed(_) => None,
        });
        let moving: Vec<usize> = moving.collect();
        for pool in moving.chunk_by(|&a, &b| projected[a] == projected[b]) {
            if pool.iter().any(|&place| values[place] != projected[place]) {
                let sum: f64 = pool.iter().map(|&place| gradient[place]).sum();
                let mean = sum / pool.len() as f64;
                pool.iter().for_each(|&place| gradient[place] = mean);
            }
        }
    }
}

impl Member {
    fn value(self, values: &[f64]) -> f64 {
        match self {
            Self::Moving(place) => values[place],
            Self::Fixed(value) => value,
        }
    }

    fn is_fixed(self) -> bool {
        matches!(self, Self::Fixed(_))
    }
}

struct Builder<'a> {
    scene: &'a Scene,
    moving: &'a [ParameterId],
}

impl Builder<'_> {
    fn bounds(&self, id: ParameterId) -> (f64, f64) {
        let parameters = &self.scene.parameters;
        let (low, high) = parameters[id].kind.range();
        if self.scene.canvas.background.a == Real::Parameter(id) {
            match parameters.values()[id.index()] {
                1.0 => (1.0, 1.0),
                _ => (low, 1.0_f64.next_down()),
            }
        } else {
            (low, high)
        }
    }

    /// Adds a chain, if any of its numbers moves.
    fn chain(&self, numbers: &[Real], chains: &mut Vec<Chain>) {
        let values = self.scene.parameters.values();
        let member = |&number: &Real| match number {
            Real::Constant(value) => Member::Fixed(value),
            Real::Parameter(id) => match self.moving.binary_search(&id) {
                Ok(place) => Member::Moving(place),
                Err(_) => Member::Fixed(values[id.index()]),
            },
        };
        let members: Vec<Member> = numbers.iter().map(member).collect();
        let first = members.iter().find_map(|member| match member {
            Member::Moving(place) => Some(self.bounds(self.moving[*place])),
            Member::Fixed(_) => None,
        });
        if let Some(bounds) = first
            && members.len() > 1
        {
            chains.push(Chain { members, bounds });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scene() -> Scene {
        let text = r#"{"version": 1, "canvas": {"width": 8, "height": 8, "background": [1, 1, 1, 1]}, "shapes": [
            {"type": "rect", "id": "box", "min": [1, 2], "max": [3, 4], "fill": {"type": "linear_gradient",
             "start": [0, 0], "end": [8, 0], "stops": [{"offset": 0.1, "color": [1, 0, 0]},
             {"offset": 0.5, "color": [0, 1, 0]}, {"offset": 0.9, "color": [0, 0, 1]}]}},
            {"type": "circle", "id": "disk", "center": [4, 4], "radius": 2, "opacity": 0.5, "fill": [0, 0, 0]}]}"#;
        Scene::parse(text, "constraints.json", &[]).unwrap()
    }

    fn all(scene: &Scene) -> Vec<ParameterId> {
        scene.parameters.iter().map(|(id, _)| id).collect()
    }

    proptest! {
        /// Whatever the optimiser proposes, the scene can be written and read again.
        #[test]
        fn projected_values_make_a_scene(
            moves in prop::collection::vec(prop_oneof![-3.0..3.0, Just(-1e300), Just(1e300), Just(0.0)], 40),
        ) {
            let mut scene = scene();
            let moving = all(&scene);
            let constraints = Constraints::new(&scene, &moving);
            let mut values = scene.parameters.values().to_vec();
            for (value, step) in values.iter_mut().zip(moves) {
                *value += step;
            }
            constraints.project(&mut values);
            let mut again = values.clone();
            constraints.project(&mut again);
            for (a, b) in values.iter().zip(&again) {
                prop_assert!((a - b).abs() <= 1e-12 * a.abs());
            }
            scene.parameters.values_mut().copy_from_slice(&values);
            let back = Scene::parse(&scene.to_json(), "back.json", &[]);
            prop_assert!(back.is_ok(), "{:?}", back.err());
            let back = back.unwrap();
            prop_assert_eq!(back.parameters.values(), &values);
        }
    }

    #[test]
    fn stops_that_stay_bound_the_others() {
        let scene = scene();
        let offset = |i: usize| scene.parameters.find(&format!("box.fill.stops.{i}.offset"));
        let moving = [offset(0).unwrap(), offset(2).unwrap()];
        let constraints = Constraints::new(&scene, &moving);
        let mut values = [0.7, 0.2];
        constraints.project(&mut values);
        assert_eq!(values, [0.5, 0.5]);
    }

    #[test]
    fn an_opaque_background_stays_opaque() {
        let scene = scene();
        let alpha = scene.parameters.find("canvas.background.a").unwrap();
        let constraints = Constraints::new(&scene, &[alpha]);
        let mut values = [0.4];
        constraints.project(&mut values);
        assert_eq!(values, [1.0]);
    }
}
