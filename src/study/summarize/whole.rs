use super::cells::summaries;
use super::series::series;
use super::tuning::tunings;
use crate::study::folder::scene_file;
use crate::study::integrand::Integrands;
use crate::study::record::{CellRecord, Row, Timing};
use crate::study::{
    CellSummary, Map, MapKind, SceneSummary, Study, StudyScene, Summary, TruthSummary,
};

/// What is known of the cells that are done, in the order of the study.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// Their records.
    pub records: Vec<CellRecord>,
    /// Their times, in the same order.
    pub timings: Vec<Timing>,
    /// The maps of some: the index of the record, what it shows, the file, the largest value.
    pub maps: Vec<(usize, MapKind, String, f64)>,
}

/// A row of a record with its summary.
pub struct Found<'a> {
    pub record: &'a CellRecord,
    pub row: &'a Row,
    pub summary: CellSummary,
}

/// Returns what a study found.
pub fn summarize(study: &Study, findings: &Findings) -> Summary {
    let pairs = || findings.records.iter().zip(&findings.timings);
    let found: Vec<Found<'_>> = pairs()
        .flat_map(|(record, timing)| {
            let rows = record.rows.iter().zip(summaries(record, timing));
            rows.map(move |(row, summary)| Found {
                record,
                row,
                summary,
            })
        })
        .collect();
    let integrands: Vec<(String, Integrands)> = study
        .scenes
        .iter()
        .map(|scene| {
            let at = &study.offset_scenes(scene)[0];
            (scene.name.clone(), Integrands::new(scene, at))
        })
        .collect();
    Summary {
        version: 1,
        title: study.title.clone(),
        description: study.description.clone(),
        seed: study.seed,
        replicates: study.replicates,
        batches: study.batches,
        random_offset: study.random_offset,
        budgets: study.budgets.clone(),
        edge_ratio: study.edge_ratio,
        fit_from: study.fit_from,
        cells_planned: study.cell_count(),
        cells_done: findings.records.len(),
        scenes: study.scenes.iter().map(scene_summary).collect(),
        truths: truths(&found, &findings.timings),
        series: series(&found, study.fit_from, &integrands),
        tunings: tunings(&found),
        maps: findings
            .maps
            .iter()
            .map(|map| map_summary(findings, map))
            .collect(),
        cells: found.into_iter().map(|found| found.summary).collect(),
    }
}

fn scene_summary(scene: &StudyScene) -> SceneSummary {
    let canvas = &scene.scene.canvas;
    let names = scene.parameters.iter();
    SceneSummary {
        name: scene.name.clone(),
        file: scene_file(scene, "json"),
        picture: scene_file(scene, "png"),
        width: canvas.width,
        height: canvas.height,
        filter: scene.scene.render.filter.to_string(),
        parameters: names
            .map(|&id| scene.scene.parameters[id].name.clone())
            .collect(),
    }
}

fn truths(found: &[Found<'_>], timings: &[Timing]) -> Vec<TruthSummary> {
    let mut truths: Vec<TruthSummary> = Vec::new();
    for cell in found {
        let integral = &cell.summary.integral;
        if truths.iter().any(|truth| truth.integral == *integral) {
            continue;
        }
        let timing = timings
            .iter()
            .find(|timing| timing.cell == cell.record.cell);
        let exact = cell.row.batches.iter().map(|batch| batch.exact);
        truths.push(TruthSummary {
            integral: integral.clone(),
            value: exact.sum::<f64>() / cell.row.batches.len() as f64,
            size: cell.row.size,
            seconds: timing.map_or(0.0, |timing| timing.exact_seconds),
        });
    }
    truths
}

fn map_summary(findings: &Findings, map: &(usize, MapKind, String, f64)) -> Map {
    let (index, kind, file, largest) = map;
    let record = &findings.records[*index];
    let row = &record.rows[0];
    Map {
        cell: record.cell.clone(),
        integral: crate::study::Integral {
            scene: record.scene.clone(),
            quantity: record.quantity,
            parameter: row.parameter.clone(),
            term: row.term,
        },
        estimator: record.method.to_string(),
        sampler: record.sampler.to_string(),
        budget: record.budget,
        kind: *kind,
        file: file.clone(),
        largest: *largest,
    }
}
