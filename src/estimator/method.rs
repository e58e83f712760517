use std::fmt;

use super::edge::Edge;
use super::exact::Exact;
use super::fiber::Fiber;
use super::finite_difference::FiniteDifference;
use super::interior::Interior;
use super::smoothing::Smoothing;
use super::soft::Soft;
use super::spsa::Spsa;
use super::thin_band::ThinBand;
use super::warped_area::WarpedArea;
use super::{Estimator, MethodError, Setting};

/// How the image and its derivatives are computed: an estimator with its settings.
///
/// ```
/// use reynolds::estimator::Method;
/// let method: Method = "finite-difference:step=0.5".parse()?;
/// assert_eq!(method.to_string(), "finite-difference:step=0.5,central=true,common=true");
/// # Ok::<(), reynolds::estimator::MethodError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Deserialize, serde::Serialize)]
#[serde(try_from = "String", into = "String")]
pub enum Method {
    /// Samples in pixels and on edges: unbiased.
    #[default]
    Edge,
    /// Samples in pixels only, that is, plain automatic differentiation: lacks the boundary term,
    /// so it is wrong wherever an outline moves. The negative control.
    Interior,
    /// Regions cut exactly and quadrature: no sampling error.
    Exact,
    /// Differences of sampled images.
    FiniteDifference(FiniteDifference),
    /// Gaussian smoothing over the parameters.
    Smoothing(Smoothing),
    /// Differences along random signs.
    Spsa(Spsa),
    /// Samples in pixels in a thin band around edges.
    ThinBand(ThinBand),
    /// Soft edges: the derivative of another image.
    Soft(Soft),
    /// Samples in pixels, carried along with the edges: unbiased.
    WarpedArea(WarpedArea),
    /// Random lines, each integrated exactly: unbiased.
    Fiber,
}

/// Files store the text that the command line takes.
impl From<Method> for String {
    fn from(method: Method) -> Self {
        method.to_string()
    }
}

impl TryFrom<String> for Method {
    type Error = MethodError;

    fn try_from(text: String) -> Result<Self, MethodError> {
        text.parse()
    }
}

impl Method {
    /// Returns every method with its usual settings.
    pub fn all() -> Vec<Self> {
        vec![
            Self::Edge,
            Self::Interior,
            Self::Exact,
            Self::FiniteDifference(FiniteDifference::default()),
            Self::Smoothing(Smoothing::default()),
            Self::Spsa(Spsa::default()),
            Self::ThinBand(ThinBand::default()),
            Self::Soft(Soft::default()),
            Self::WarpedArea(WarpedArea::default()),
            Self::Fiber,
        ]
    }

    /// Returns the name without settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Edge => "edge",
            Self::Interior => "interior",
            Self::Exact => "exact",
            Self::FiniteDifference(_) => "finite-difference",
            Self::Smoothing(_) => "smoothing",
            Self::Spsa(_) => "spsa",
            Self::ThinBand(_) => "thin-band",
            Self::Soft(_) => "soft",
            Self::WarpedArea(_) => "warped-area",
            Self::Fiber => "fiber",
        }
    }

    /// Returns what it does, in a line.
    pub fn summary(self) -> &'static str {
        match self {
            Self::Edge => "samples in pixels and on edges: unbiased",
            Self::Interior => {
                "samples in pixels only, plain automatic differentiation: the negative control"
            }
            Self::Exact => "regions cut exactly: no sampling",
            Self::FiniteDifference(_) => "differences of sampled images",
            Self::Smoothing(_) => "Gaussian smoothing over the parameters, in antithetic pairs",
            Self::Spsa(_) => "simultaneous perturbation of the parameters by random signs",
            Self::ThinBand(_) => "samples in pixels in a thin band around edges",
            Self::Soft(_) => "soft edges: the derivative of another image",
            Self::WarpedArea(_) => "samples in pixels, carried along with the edges: unbiased",
            Self::Fiber => "random lines, each integrated exactly: unbiased",
        }
    }

    /// Returns the settings by name, to be read or changed.
    pub fn settings(&mut self) -> Vec<(&'static str, Setting<'_>)> {
        match self {
            Self::Edge | Self::Interior | Self::Exact | Self::Fiber => Vec::new(),
            Self::FiniteDifference(method) => method.settings(),
            Self::Smoothing(method) => method.settings(),
            Self::Spsa(method) => method.settings(),
            Self::WarpedArea(method) => method.settings(),
            Self::Soft(method) => method.settings(),
            Self::ThinBand(method) => method.settings(),
        }
    }

    /// Returns the estimator.
    pub fn estimator(&self) -> &dyn Estimator {
        match self {
            Self::Edge => &Edge,
            Self::Interior => &Interior,
            Self::Exact => &Exact,
            Self::Fiber => &Fiber,
            Self::FiniteDifference(method) => method,
            Self::Smoothing(method) => method,
            Self::Spsa(method) => method,
            Self::WarpedArea(method) => method,
            Self::Soft(method) => method,
            Self::ThinBand(method) => method,
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut method = *self;
        let settings = method.settings();
        let settings = settings
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let settings: Vec<String> = settings.collect();
        if settings.is_empty() {
            f.pad(self.name())
        } else {
            f.pad(&format!("{}:{}", self.name(), settings.join(",")))
        }
    }
}
