use crate::film::Image;
use crate::integrator::exact::Scatter;
use crate::integrator::{Renderer, Tangent, interior};
use crate::scene::ParameterId;

/// A way to estimate the derivative of the image. Its seed and numbers of samples are those of the
/// renderer; estimates are the same bits on any number of threads.
///
/// `⟨w, J v⟩ = ⟨Jᵀ w, v⟩` to rounding, for a direction v over the parameters that are wanted: both
/// come from the same samples.
pub trait Estimator: Sync {
    /// Returns an estimate of the image that is differentiated.
    fn image(&self, renderer: &Renderer<'_>) -> Image {
        interior::image(renderer)
    }

    /// Returns an estimate of `J v`: the image's derivative along a direction, a list of
    /// parameters with its components.
    fn jvp(&self, renderer: &Renderer<'_>, direction: &[(ParameterId, f64)]) -> Image;

    /// Returns an estimate of `Jᵀ w`: the derivative of `Σ adjoint · image` with respect to each of
    /// some parameters.
    fn vjp(&self, renderer: &Renderer<'_>, adjoint: &Image, wanted: &[ParameterId]) -> Vec<f64>;

    /// Returns the number of passes over all tiles that [`jvp`](Self::jvp) takes.
    fn jvp_passes(&self) -> usize;

    /// Returns the number of passes over all tiles that [`vjp`](Self::vjp) takes for a number of
    /// parameters.
    fn vjp_passes(&self, parameters: usize) -> usize {
        let _ = parameters;
        self.jvp_passes()
    }

    /// Returns how the boundary term of `⟨adjoint, J v⟩` scatters, for every direction v, if it is
    /// known without sampling.
    fn known_scatter(&self, renderer: &Renderer<'_>, adjoint: &Image) -> Option<Scatter> {
        let _ = (renderer, adjoint);
        None
    }

    /// Returns the variance of the interior term of `⟨adjoint, J v⟩`, if it is known without
    /// sampling. Takes longer than an estimate.
    fn known_interior_variance(
        &self,
        renderer: &Renderer<'_>,
        tangent: &Tangent,
        adjoint: &Image,
    ) -> Option<f64> {
        let _ = (renderer, tangent, adjoint);
        None
    }

    /// Tells whether samples meet outlines by chance only, so that all of them may miss a short one.
    fn meets_outlines_by_chance(&self) -> bool {
        false
    }

    /// Returns why the estimator cannot take the renderer's scene, if it cannot.
    ///
    /// The other methods may panic for a scene that does not fit.
    fn objection(&self, renderer: &Renderer<'_>) -> Option<&'static str> {
        let _ = renderer;
        None
    }
}
