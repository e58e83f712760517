use reynolds::film::Image;
use reynolds::scene::Scene;

use super::exact;

/// A scene whose curves, and lines along which gradients jump, stay cut at the places that were
/// planned at its own values.
///
/// A renderer plans anew for every scene. With values a step apart the cuts then slide along the
/// curves, which is no part of the derivative; here they stay.
pub struct FrozenScene(Scene);

impl FrozenScene {
    /// Keeps a scene with its values.
    pub fn new(scene: &Scene) -> Self {
        Self(scene.clone())
    }

    /// Returns the scene as planned.
    pub fn scene(&self) -> &Scene {
        &self.0
    }

    /// Returns the exact image at other values.
    pub fn image(&self, theta: &[f64]) -> Image {
        exact(&self.0).at(theta).image()
    }
}
