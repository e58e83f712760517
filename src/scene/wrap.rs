use super::{Geometry, Scene, Shape, Transform};

impl Scene {
    /// Puts all shapes into a group with a transform. Parameters stay as they are.
    pub(crate) fn wrap(&mut self, transform: Transform) {
        for shape in &mut self.shapes {
            shape.parent = Some(shape.parent.map_or(0, |parent| parent + 1));
            if let Geometry::Group { end } = &mut shape.geometry {
                *end += 1;
            }
        }
        let group = Shape {
            id: String::new(),
            parent: None,
            geometry: Geometry::Group {
                end: self.shapes.len() + 1,
            },
            fill: None,
            opacity: None,
            transform: Some(transform),
        };
        self.shapes.insert(0, group);
    }
}
