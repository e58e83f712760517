use crate::integrator::{Method, Renderer};
use crate::scene::Scene;

/// Returns lines about the sizes of a scene and the settings it is rendered with.
pub fn describe(scene: &Scene, renderer: &Renderer<'_>, method: Method) -> String {
    let settings = renderer.settings();
    let layout = &renderer.drawing().layout;
    format!(
        "scene: {} × {} px, {} channels; shapes: {}, parameters: {}\n\
         drawing: {} layers, {} vertices, {} edges, {} tiles; tolerance {} px\n\
         settings: method {method}, sampler {}, filter {}, {} samples per pixel, {} per pixel of \
         edge by {}, seed {}",
        scene.canvas.width,
        scene.canvas.height,
        renderer.channels(),
        scene.shapes.len(),
        scene.parameters.len(),
        layout.layers().len(),
        layout.vertex_count(),
        renderer.grid().edges().list().len(),
        renderer.grid().tiles().len(),
        settings.tolerance,
        settings.sampler,
        settings.filter,
        settings.spp,
        settings.edge_samples,
        settings.edge_allocation,
        settings.seed,
    )
}
