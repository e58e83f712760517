//! Figures of a study, as SVG: each is whole by itself and needs no style or font from elsewhere.
//!
//! `svg` writes elements, `scale` places numbers on axes, `chart` draws curves with labels beside
//! them; the other files make one kind of figure each. What cannot be drawn, such as a variance of 0
//! on a logarithmic axis, is named below the figure.

mod bias;
mod chart;
#[cfg(test)]
mod chart_tests;
mod collect;
#[cfg(test)]
mod collect_tests;
#[cfg(test)]
mod geometry_tests;
mod map;
#[cfg(test)]
mod map_tests;
mod names;
mod rate;
mod scale;
mod svg;
#[cfg(test)]
mod tests;
mod time;
mod tuning;

pub use collect::{Figure, FigureKind, figures, is_all_or_nothing};
pub use map::picture;
pub use names::{integral_name, short_names};
pub use scale::number;
pub use svg::escaped;
#[cfg(test)]
pub use tests::sample_summary;
