use std::collections::HashMap;

use super::table::{Entry, estimate, optional, table, text, value};
use crate::study::figures::{
    Figure, FigureKind, escaped, integral_name, is_all_or_nothing, number, short_names,
};
use crate::study::{CellSummary, Integral, Series, Summary};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("sort.js");

/// Returns the page of a study with its figures and the pictures of its scenes.
pub fn page(summary: &Summary, figures: &[Figure], pictures: &[String]) -> String {
    let title = escaped(&summary.title);
    let page = Page { summary, figures };
    let names = short_names(summary.cells.iter().map(|cell| cell.estimator.as_str()));
    let mut body = format!(
        "<h1>{title}</h1>\n<p>{}</p>\n",
        escaped(&summary.description)
    );
    body += &page.settings();
    body += &page.scenes(pictures);
    body += GUIDE;
    body += &page.slopes(&names);
    body += &page.optima();
    let shown = |integral: &&Integral| !is_all_or_nothing(summary, integral);
    let integrals = summary.truths.iter().map(|truth| &truth.integral);
    for integral in integrals.filter(shown) {
        body += &page.integral(integral, &names);
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<link rel=\"icon\" href=\"data:,\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n\
         <script>\n{SCRIPT}</script>\n</body>\n</html>\n"
    )
}

const GUIDE: &str = "<h2>How to read it</h2>\n<p>Every estimate is compared with the exact value, which \
    the exact integrator computes without sampling. <b>Variance</b> is that of one estimate; <b>error</b> \
    the root of the mean squared error, so error² = bias² + variance. The <b>size</b> of an integral is \
    what it would be if nothing cancelled. <b>Efficiency</b> is 1/(variance · seconds). Intervals contain \
    the true number with a probability of 95%, each for itself. A <b>heavy tail</b> has Hill's index \
    below or around 2: the variance may be infinite. Click the head of a column to sort by it.</p>\n";

struct Page<'a> {
    summary: &'a Summary,
    figures: &'a [Figure],
}

impl Page<'_> {
    fn settings(&self) -> String {
        let summary = self.summary;
        let budgets: Vec<String> = summary.budgets.iter().map(u32::to_string).collect();
        let offsets = match summary.random_offset {
            true => "random, one a batch",
            false => "none: scenes stand still",
        };
        let mut rows: [(&str, String); 8] = [
            (
                "cells",
                format!("{} of {}", summary.cells_done, summary.cells_planned),
            ),
            (
                "replicates",
                format!("{} in {} batches", summary.replicates, summary.batches),
            ),
            ("samples per pixel", budgets.join(", ")),
            (
                "samples per pixel of edge",
                format!("{} × as many", number(summary.edge_ratio)),
            ),
            ("offsets from the pixel grid", offsets.into()),
            ("slopes are fitted", summary.fit_range()),
            ("seed", summary.seed.to_string()),
            (
                "program",
                concat!("reynolds ", env!("CARGO_PKG_VERSION")).into(),
            ),
        ];
        if summary.cells_done < summary.cells_planned {
            rows[0].1 += ": the rest is missing below";
        }
        let rows = rows
            .iter()
            .map(|(name, what)| format!("<dt>{name}</dt><dd>{}</dd>", escaped(what)));
        format!("<dl>{}</dl>\n", rows.collect::<String>())
    }

    fn scenes(&self, pictures: &[String]) -> String {
        let mut html = String::from("<h2>Scenes</h2>\n<div class=\"row\">");
        for (scene, picture) in self.summary.scenes.iter().zip(pictures) {
            html += &format!(
                "<figure>{picture}<figcaption><b>{}</b><br>{} × {} px, filter {}<br>{}</figcaption></figure>\n",
                escaped(&scene.name),
                scene.width,
                scene.height,
                scene.filter,
                escaped(&scene.parameters.join(", "))
            );
        }
        html + "</div>\n"
    }

    /// The table of all fitted exponents.
    fn slopes(&self, names: &HashMap<String, String>) -> String {
        let fitted = self
            .summary
            .series
            .iter()
            .filter(|series| series.fit.is_some())
            .filter(|series| !is_all_or_nothing(self.summary, &series.integral));
        let rows: Vec<Vec<Entry>> = fitted.map(|series| slope_row(series, names)).collect();
        if rows.is_empty() {
            return String::new();
        }
        let heads = [
            "integral",
            "estimator",
            "sampler",
            "fitted exponent",
            "theory",
            "difference",
            "because",
            "tail",
        ];
        format!(
            "<h2>How fast the variance falls</h2>\n<p>Exponents of the number of samples.</p>\n{}",
            table(&heads, &rows)
        )
    }

    /// The table of the best settings.
    fn optima(&self) -> String {
        let rows = self.summary.tunings.iter().map(|tuning| {
            let others = tuning
                .settings
                .iter()
                .map(|(name, value)| format!("{name}={value}"));
            let others: Vec<String> = others.collect();
            vec![
                text(integral_name(&tuning.integral)),
                text(format!("{} {}", tuning.method, others.join(" "))),
                text(&tuning.setting),
                value(f64::from(tuning.budget)),
                value(tuning.optimum.value),
                value(tuning.optimum.mse.sqrt()),
                text(if tuning.optimum.at_end {
                    "end of the range"
                } else {
                    ""
                }),
            ]
        });
        let rows: Vec<Vec<Entry>> = rows.collect();
        if rows.is_empty() {
            return String::new();
        }
        let heads = [
            "integral",
            "estimator",
            "setting",
            "samples",
            "best value",
            "error there",
            "",
        ];
        format!("<h2>Best settings</h2>\n{}", table(&heads, &rows))
    }

    /// The figures of an integral beside their data.
    fn integral(&self, integral: &Integral, names: &HashMap<String, String>) -> String {
        let truth = self
            .summary
            .truths
            .iter()
            .find(|truth| truth.integral == *integral);
        let mut html = format!("<h2>{}</h2>\n", escaped(&integral_name(integral)));
        if let Some(truth) = truth {
            html += &format!(
                "<p>Exact value {}, size {}, {} s by the exact integrator.</p>\n",
                number(truth.value),
                number(truth.size),
                number(truth.seconds)
            );
        }
        html += "<div class=\"row\">";
        for kind in KINDS {
            let shown = |figure: &&Figure| figure.kind == kind && figure.integral == *integral;
            for figure in self.figures.iter().filter(shown) {
                html += &format!(
                    "<figure id=\"{}\">{}<figcaption>{}</figcaption></figure>\n",
                    escaped(&figure.name),
                    figure.svg,
                    caption(kind)
                );
            }
        }
        html += "</div>\n<details><summary>Data</summary>\n";
        let cells = self
            .summary
            .cells
            .iter()
            .filter(|cell| cell.integral == *integral);
        let rows: Vec<Vec<Entry>> = cells.map(|cell| cell_row(cell, names)).collect();
        html += &table(&CELL_HEADS, &rows);
        html + "</details>\n"
    }
}

const KINDS: [FigureKind; 5] = [
    FigureKind::Rate,
    FigureKind::Bias,
    FigureKind::Time,
    FigureKind::Tuning,
    FigureKind::Map,
];

fn caption(kind: FigureKind) -> &'static str {
    match kind {
        FigureKind::Rate => "Variance against samples",
        FigureKind::Bias => "Bias against the exact value",
        FigureKind::Time => "Error against time",
        FigureKind::Tuning => "Bias and variance against a setting",
        FigureKind::Map => "Error by pixel: the channel where it is largest",
    }
}

fn slope_row(series: &Series, names: &HashMap<String, String>) -> Vec<Entry> {
    let fit = series.fit.as_ref().map(|fit| fit.exponent);
    let theory = series.prediction.as_ref();
    let exponent = theory.map(|theory| theory.exponent);
    let difference = fit.zip(exponent).map(|(fit, theory)| fit.value - theory);
    vec![
        text(integral_name(&series.integral)),
        text(short(&series.estimator, names)),
        text(&series.sampler),
        fit.as_ref().map_or_else(|| text("—"), estimate),
        optional(exponent),
        optional(difference),
        text(theory.map_or("", |theory| &theory.reason)),
        text(if series.is_heavy { "heavy" } else { "" }),
    ]
}

const CELL_HEADS: [&str; 11] = [
    "estimator",
    "sampler",
    "samples",
    "on edges",
    "bias",
    "biased",
    "variance",
    "error",
    "seconds",
    "efficiency",
    "tail",
];

fn cell_row(cell: &CellSummary, names: &HashMap<String, String>) -> Vec<Entry> {
    let tail = cell.tail.as_ref();
    vec![
        text(short(&cell.estimator, names)),
        text(&cell.sampler),
        value(f64::from(cell.budget)),
        value(cell.edge_samples.round()),
        estimate(&cell.bias),
        text(if cell.is_biased { "yes" } else { "" }),
        estimate(&cell.variance),
        estimate(&cell.rmse),
        value(cell.seconds),
        optional(cell.efficiency),
        tail.filter(|tail| tail.is_heavy)
            .map_or_else(|| text(""), |tail| estimate(&tail.index)),
    ]
}

fn short<'a>(estimator: &'a str, names: &'a HashMap<String, String>) -> &'a str {
    names.get(estimator).map_or(estimator, String::as_str)
}
