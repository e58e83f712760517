use crate::ad::Scalar;
use crate::geometry::Affine;

use super::{Lift, Scene, Transform};

impl Transform {
    /// Returns the affine map from the shape's coordinates to its parent's.
    pub fn to_affine<S: Scalar>(&self, lift: &(impl Lift<S> + ?Sized)) -> Affine<S> {
        match *self {
            Self::Parts {
                translate,
                rotate,
                scale,
                origin,
            } => Affine::from_parts(
                lift.point(translate),
                lift.real(rotate),
                lift.point(scale),
                lift.point(origin),
            ),
            Self::Matrix(coefficients) => Affine(coefficients.map(|real| lift.real(real))),
        }
    }
}

impl Scene {
    /// Returns the map from the own coordinates of shape `index` to canvas pixels, or `None` where
    /// neither the shape nor a group around it has a transform.
    ///
    /// # Panics
    /// If there is no such shape.
    pub fn to_canvas<S: Scalar>(
        &self,
        index: usize,
        lift: &(impl Lift<S> + ?Sized),
    ) -> Option<Affine<S>> {
        let mut map: Option<Affine<S>> = None;
        let mut next = Some(index);
        while let Some(index) = next {
            let shape = &self.shapes[index];
            if let Some(transform) = &shape.transform {
                let outer = transform.to_affine(lift);
                map = Some(map.map_or(outer, |inner| outer.compose(inner)));
            }
            next = shape.parent;
        }
        map
    }
}

#[cfg(test)]
mod tests {
    use crate::geometry::Affine;
    use crate::scene::fixture::Numbers;
    use crate::scene::{
        Canvas, ColorSpace, Geometry, Parameters, RenderSettings, Scene, Shape, Transform,
    };

    fn group(parent: Option<usize>, transform: Option<Transform>) -> Shape {
        Shape {
            id: String::new(),
            parent,
            geometry: Geometry::Group { end: 5 },
            fill: None,
            opacity: None,
            transform,
        }
    }

    fn scene(shapes: Vec<Shape>, numbers: &mut Numbers) -> Scene {
        Scene {
            canvas: Canvas {
                width: 1,
                height: 1,
                background: numbers.color([0.0; 4]),
                color_space: ColorSpace::Srgb,
            },
            shapes,
            render: RenderSettings {
                spp: 1,
                edge_samples: 1.0,
                edge_allocation: Default::default(),
                sampler: Default::default(),
                filter: Default::default(),
                seed: 0,
                tolerance: 0.01,
            },
            fit: Default::default(),
            parameters: Parameters::default(),
        }
    }

    #[test]
    fn the_map_to_the_canvas_goes_through_every_group_around_a_shape() {
        let mut numbers = Numbers::default();
        let mut matrix =
            |values: [f64; 6]| Some(Transform::Matrix(values.map(|value| numbers.real(value))));
        let double = matrix([2.0, 0.0, 0.0, 2.0, 0.0, 0.0]);
        let shift = matrix([1.0, 0.0, 0.0, 1.0, 3.0, 5.0]);
        let shapes = vec![
            group(None, double),
            group(Some(0), None),
            group(Some(1), shift),
            group(Some(1), None),
            group(None, None),
        ];
        let scene = scene(shapes, &mut numbers);
        let theta = numbers.theta.as_slice();
        let to_canvas = |index| -> Option<Affine<f64>> { scene.to_canvas(index, theta) };
        let doubled = Some(Affine([2.0, 0.0, 0.0, 2.0, 0.0, 0.0]));
        // Shifted first, doubled then.
        assert_eq!(to_canvas(2), Some(Affine([2.0, 0.0, 0.0, 2.0, 6.0, 10.0])));
        assert_eq!([to_canvas(0), to_canvas(1), to_canvas(3)], [doubled; 3]);
        assert_eq!(to_canvas(4), None);
    }
}
