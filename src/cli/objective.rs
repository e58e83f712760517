use std::borrow::Cow;
use std::path::{Path, PathBuf};

use clap::Args;

use super::error::CliError;
use crate::export::{Format, read_image};
use crate::film::Image;
use crate::integrator::Renderer;
use crate::loss::{PixelLoss, fit_target};
use crate::scene::{ColorSpace, Scene};

/// Which function of the image to differentiate.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct Source {
    /// Differentiate Σ W · image for the weights W in this file (.npy or .exr), of the size and
    /// channels of the image; one channel serves for all
    #[arg(long, value_name = "W")]
    adjoint: Option<PathBuf>,

    /// Differentiate the loss between the image and this picture (.png, .npy or .exr), of the size
    /// of the image; alpha is laid over the scene's background if that is opaque
    #[arg(long, value_name = "T")]
    target: Option<PathBuf>,
}

/// The options that name the objective.
#[derive(Args, Debug)]
pub struct ObjectiveOptions {
    #[command(flatten)]
    source: Source,

    /// Loss between image I and target T, a mean over pixels and channels: l2 (I − T)², l1 |I − T|,
    /// huber[:DELTA] (l2 that grows linearly beyond DELTA, 0.1 unless given), pyramid[:LEVELS] (l2
    /// over coarser and coarser pictures). The image in it and the derivative that it multiplies
    /// use independent samples: this makes the gradients of l2 and pyramid unbiased; those of l1
    /// and huber stay biased where noise carries I − T over a kink
    #[arg(
        long,
        value_name = "NAME",
        conflicts_with = "adjoint",
        default_value = "l2"
    )]
    loss: PixelLoss,
}

impl ObjectiveOptions {
    /// Reads the picture of the objective.
    pub fn read(&self, space: ColorSpace) -> Result<Picture<'_>, CliError> {
        match (&self.source.adjoint, &self.source.target) {
            (Some(path), _) => {
                if Format::of(path)? == Format::Png {
                    return Err(CliError::AdjointFormat(path.clone()));
                }
                let image = read_image(path, space)?;
                Ok(Picture::Adjoint { path, image })
            }
            (None, Some(path)) => {
                let image = read_image(path, space)?;
                let loss = self.loss;
                Ok(Picture::Target { path, image, loss })
            }
            (None, None) => unreachable!("the command line has one of them"),
        }
    }
}

/// A picture as it was read.
pub enum Picture<'a> {
    /// Weights.
    Adjoint { path: &'a Path, image: Image },
    /// What the image should look like.
    Target {
        path: &'a Path,
        image: Image,
        loss: PixelLoss,
    },
}

/// The function of the image to differentiate.
pub enum Objective {
    /// Σ weights · image.
    Linear(Image),
    /// A distance to a target.
    Loss { target: Image, loss: PixelLoss },
}

impl Objective {
    /// Returns the objective of a picture, with the size and channels of the image.
    pub fn new(
        picture: Picture<'_>,
        scene: &Scene,
        renderer: &Renderer<'_>,
    ) -> Result<Self, CliError> {
        let size = (scene.canvas.width as usize, scene.canvas.height as usize);
        let channels = renderer.channels();
        match picture {
            Picture::Adjoint { path, image } => Ok(Self::Linear(fit_adjoint(
                path,
                image,
                (size.0, size.1, channels),
            )?)),
            Picture::Target { path, image, loss } => {
                let background = renderer.drawing().background();
                let target = fit_target(&image, size, channels, background);
                let target = target.map_err(|source| CliError::Target {
                    path: path.into(),
                    source,
                })?;
                Ok(Self::Loss { target, loss })
            }
        }
    }

    /// Tells whether the adjoint depends on the image.
    pub fn needs_image(&self) -> bool {
        matches!(self, Self::Loss { .. })
    }

    /// Returns the adjoint of the image, and the loss if there is one.
    ///
    /// `image` is called where the adjoint depends on the image.
    pub fn adjoint(&self, image: impl FnOnce() -> Image) -> (Cow<'_, Image>, Option<f64>) {
        match self {
            Self::Linear(weights) => (Cow::Borrowed(weights), None),
            Self::Loss { target, loss } => {
                let image = image();
                let (value, adjoint) = loss.value_and_adjoint(image, target);
                (Cow::Owned(adjoint), Some(value))
            }
        }
    }
}

/// Returns an adjoint with all channels of the image.
fn fit_adjoint(
    path: &Path,
    image: Image,
    (width, height, channels): (usize, usize, usize),
) -> Result<Image, CliError> {
    let describe = |width: usize, height: usize, channels: usize| {
        let plural = if channels == 1 { "" } else { "s" };
        format!("{width} × {height} px with {channels} channel{plural}")
    };
    let found = (image.width(), image.height(), image.channels());
    if found == (width, height, channels) {
        return Ok(image);
    }
    if found != (width, height, 1) {
        return Err(CliError::AdjointShape {
            path: path.into(),
            found: describe(found.0, found.1, found.2),
            expected: describe(width, height, channels),
        });
    }
    let data = image.data().iter();
    let data = data.flat_map(|&weight| std::iter::repeat_n(weight, channels));
    Ok(Image::from_data(width, height, channels, data.collect()))
}
