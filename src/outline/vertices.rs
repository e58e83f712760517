use crate::ad::Scalar;
use crate::geometry::Vec2;

/// Takes the vertices of outlines, one after the other.
///
/// Outlines say how their vertices come from a few points; what is wanted of them, the vertices or
/// the adjoints of those points, is the taker's business.
pub trait Vertices<S: Scalar> {
    /// Takes a vertex.
    fn push(&mut self, vertex: Vec2<S>);

    /// Takes the vertices `Σ weights[i] · points[i]`, one for each array of weights.
    fn extend_linear<const N: usize>(
        &mut self,
        points: [Vec2<S>; N],
        weights: impl Iterator<Item = [f64; N]>,
    );
}

/// Puts the coordinates of vertices where they belong.
#[derive(Debug)]
pub struct VertexPlaces<'a, S> {
    /// The places of x and y of each vertex not yet taken.
    places: std::slice::ChunksExactMut<'a, S>,
}

impl<'a, S: Scalar> VertexPlaces<'a, S> {
    /// Returns a taker that writes to `places`, x and y of each vertex.
    pub fn new(places: &'a mut [S]) -> Self {
        Self {
            places: places.chunks_exact_mut(2),
        }
    }

    /// Checks that there is a vertex in every place.
    ///
    /// # Panics
    /// If fewer vertices were taken than there are places.
    pub fn finish(self) {
        assert_eq!(self.places.len(), 0, "every place has a vertex");
    }
}

impl<S: Scalar> Vertices<S> for VertexPlaces<'_, S> {
    fn push(&mut self, vertex: Vec2<S>) {
        let place = self.places.next();
        let place = place.expect("there is a place for every vertex");
        place.copy_from_slice(&[vertex.x, vertex.y]);
    }

    fn extend_linear<const N: usize>(
        &mut self,
        points: [Vec2<S>; N],
        weights: impl Iterator<Item = [f64; N]>,
    ) {
        for weights in weights {
            self.push(Vec2::linear(weights, points));
        }
    }
}

impl<S: Scalar> Vertices<S> for Vec<Vec2<S>> {
    fn push(&mut self, vertex: Vec2<S>) {
        Vec::push(self, vertex);
    }

    fn extend_linear<const N: usize>(
        &mut self,
        points: [Vec2<S>; N],
        weights: impl Iterator<Item = [f64; N]>,
    ) {
        self.extend(weights.map(|weights| Vec2::linear(weights, points)));
    }
}

/// Turns the adjoints of vertices into adjoints of the points that they come from.
///
/// A vertex on a curve is a linear combination of control points, so its adjoint is shared out
/// among those without a record of the vertex itself.
#[derive(Debug)]
pub struct VertexAdjoints<'a, S> {
    /// x and y of each vertex not yet taken.
    adjoints: std::slice::ChunksExact<'a, f64>,
    seeds: Vec<(S, f64)>,
}

impl<'a, S: Scalar> VertexAdjoints<'a, S> {
    /// Returns a taker for vertices of the given adjoints, x and y of each.
    pub fn new(adjoints: &'a [f64]) -> Self {
        Self {
            adjoints: adjoints.chunks_exact(2),
            seeds: Vec::new(),
        }
    }

    /// Returns the adjoints of the points that the vertices came from.
    ///
    /// # Panics
    /// If fewer vertices were taken than there are adjoints.
    pub fn into_seeds(self) -> Vec<(S, f64)> {
        assert_eq!(self.adjoints.len(), 0, "every vertex is taken");
        self.seeds
    }

    fn next(&mut self) -> [f64; 2] {
        let adjoint = self
            .adjoints
            .next()
            .expect("there is an adjoint for every vertex");
        [adjoint[0], adjoint[1]]
    }
}

impl<S: Scalar> Vertices<S> for VertexAdjoints<'_, S> {
    fn push(&mut self, vertex: Vec2<S>) {
        let [x, y] = self.next();
        self.seeds.extend([(vertex.x, x), (vertex.y, y)]);
    }

    fn extend_linear<const N: usize>(
        &mut self,
        points: [Vec2<S>; N],
        weights: impl Iterator<Item = [f64; N]>,
    ) {
        let mut sums = [[0.0; 2]; N];
        for weights in weights {
            let [x, y] = self.next();
            for (sum, weight) in sums.iter_mut().zip(weights) {
                sum[0] += weight * x;
                sum[1] += weight * y;
            }
        }
        for (point, [x, y]) in points.into_iter().zip(sums) {
            self.seeds.extend([(point.x, x), (point.y, y)]);
        }
    }
}
