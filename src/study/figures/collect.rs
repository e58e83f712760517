use std::path::Path;

use super::names::{file_name, short_names};
use super::{bias, map, rate, time, tuning};
use crate::study::{CellSummary, Integral, Series, StudyError, Summary, Term};

/// What a figure shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureKind {
    /// Variance against budget.
    Rate,
    /// Biases.
    Bias,
    /// Error against time.
    Time,
    /// Error against a setting.
    Tuning,
    /// Error by pixel.
    Map,
}

/// A figure of a study.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What it shows.
    pub kind: FigureKind,
    /// Of what.
    pub integral: Integral,
    /// The name of its file, without the extension.
    pub name: String,
    /// The text of the file.
    pub svg: String,
}

/// Charts with more curves are split.
const MOST_CURVES: usize = 12;

/// Returns the figures of a study whose maps are in `folder`.
///
/// # Errors
/// If a map cannot be read.
pub fn figures(summary: &Summary, folder: &Path) -> Result<Vec<Figure>, StudyError> {
    let names = short_names(summary.cells.iter().map(|cell| cell.estimator.as_str()));
    let mut figures = Vec::new();
    for truth in &summary.truths {
        let integral = &truth.integral;
        if is_all_or_nothing(summary, integral) {
            continue;
        }
        let mut add = |kind, text: &str, svg| {
            figures.push(Figure {
                kind,
                integral: integral.clone(),
                name: file_name(text, &file_stem(integral)),
                svg,
            });
        };
        let series: Vec<&Series> = of(&summary.series, integral, |series| &series.integral);
        let cells: Vec<&CellSummary> = of(&summary.cells, integral, |cell| &cell.integral);
        let lines = Lines::new(&series, &names);
        if summary.budgets.len() > 1 {
            for (number, part) in split(&series).iter().enumerate() {
                let svg = rate::chart(truth, part, &lines, &summary.fit_range());
                add(FigureKind::Rate, &numbered("rate", number), svg);
            }
        }
        for (number, part) in split(&series).iter().enumerate() {
            add(
                FigureKind::Time,
                &numbered("time", number),
                time::chart(truth, part, &lines),
            );
        }
        add(FigureKind::Bias, "bias", bias::chart(truth, &cells, &lines));
        let tunings = of(&summary.tunings, integral, |tuning| &tuning.integral);
        for (number, curve) in tunings.iter().enumerate() {
            let svg = tuning::chart(truth, curve);
            add(FigureKind::Tuning, &numbered("tuning", number), svg);
        }
        let maps = of(&summary.maps, integral, |map| &map.integral);
        for (number, part) in maps.chunks(2 * MOST_CURVES).enumerate() {
            let svg = map::chart(integral, part, &lines, folder)?;
            add(FigureKind::Map, &numbered("map", number), svg);
        }
    }
    Ok(figures)
}

/// Tells whether a term is all of the derivative, or nothing of it, so that the total says it all.
pub fn is_all_or_nothing(summary: &Summary, integral: &Integral) -> bool {
    if integral.term == Term::Total {
        return false;
    }
    let total = Integral {
        term: Term::Total,
        ..integral.clone()
    };
    let cells = || of(&summary.cells, integral, |cell| &cell.integral).into_iter();
    let is_nothing = |cell: &CellSummary| cell.variance.value == 0.0 && cell.rmse.value == 0.0;
    let is_all = |cell: &CellSummary| {
        let mut totals = summary.cells.iter();
        let whole = totals.find(|whole| whole.cell == cell.cell && whole.integral == total);
        whole.is_some_and(|whole| whole.variance == cell.variance && whole.bias == cell.bias)
    };
    cells().all(is_nothing) || cells().all(is_all)
}

fn of<'a, T>(list: &'a [T], integral: &Integral, of: impl Fn(&T) -> &Integral) -> Vec<&'a T> {
    list.iter().filter(|item| of(item) == integral).collect()
}

/// Splits a long list of series, by estimator where that helps.
fn split<'a>(series: &[&'a Series]) -> Vec<Vec<&'a Series>> {
    if series.len() <= MOST_CURVES {
        return vec![series.to_vec()];
    }
    let by_estimator = series.chunk_by(|a, b| a.estimator == b.estimator);
    if series
        .chunk_by(|a, b| a.estimator == b.estimator)
        .all(|part| part.len() > 2)
    {
        return by_estimator
            .flat_map(|part| part.chunks(MOST_CURVES).map(<[_]>::to_vec))
            .collect();
    }
    series.chunks(MOST_CURVES).map(<[_]>::to_vec).collect()
}

fn numbered(kind: &str, number: usize) -> String {
    match number {
        0 => kind.to_owned(),
        number => format!("{kind}{}", number + 1),
    }
}

fn file_stem(integral: &Integral) -> String {
    let parameter = integral.parameter.as_deref().unwrap_or("all");
    format!(
        "{}-{}-{parameter}-{}",
        integral.scene, integral.quantity, integral.term
    )
}

/// Names of curves: estimator and sampler, as far as they differ.
pub struct Lines<'a> {
    names: &'a std::collections::HashMap<String, String>,
    estimators: bool,
    samplers: bool,
}

impl<'a> Lines<'a> {
    fn new(series: &[&Series], names: &'a std::collections::HashMap<String, String>) -> Self {
        let differ = |of: fn(&Series) -> &str| series.windows(2).any(|w| of(w[0]) != of(w[1]));
        let samplers = differ(|series| &series.sampler);
        Self {
            names,
            samplers,
            estimators: differ(|series| &series.estimator) || !samplers,
        }
    }

    pub fn name(&self, estimator: &str, sampler: &str) -> String {
        let estimator = self.names.get(estimator).map_or(estimator, String::as_str);
        match (self.estimators, self.samplers) {
            (true, true) => format!("{estimator}, {sampler}"),
            (false, true) => sampler.to_owned(),
            _ => estimator.to_owned(),
        }
    }
}
