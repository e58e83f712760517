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
