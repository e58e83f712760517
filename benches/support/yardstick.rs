use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use reynolds::film::Image;
use reynolds::scene::Scene;

use super::svg::svg;

/// `resvg` with a scene on white: a plain rasteriser, without derivatives.
pub struct Yardstick {
    tree: Tree,
    pixmap: Pixmap,
}

impl Yardstick {
    /// Parses the scene's SVG and makes room for the picture.
    pub fn new(scene: &Scene) -> Self {
        let tree = Tree::from_str(&svg(scene), &Options::default());
        let pixmap = Pixmap::new(scene.canvas.width, scene.canvas.height);
        Self {
            tree: tree.expect("the SVG is valid"),
            pixmap: pixmap.expect("no canvas is empty"),
        }
    }

    /// Renders the picture.
    pub fn render(&mut self) {
        self.pixmap.fill(Color::WHITE);
        resvg::render(&self.tree, Transform::identity(), &mut self.pixmap.as_mut());
    }

    /// Returns the mean difference of the picture rendered last and another one of three channels.
    pub fn mean_difference(&self, image: &Image) -> f64 {
        assert_eq!(image.channels(), 3, "the background is opaque");
        let mut sum = 0.0;
        for (found, expected) in self.pixmap.pixels().iter().zip(image.data().chunks(3)) {
            for (byte, value) in [found.red(), found.green(), found.blue()]
                .iter()
                .zip(expected)
            {
                sum += (f64::from(*byte) / 255.0 - value).abs();
            }
        }
        sum / image.data().len() as f64
    }
}
