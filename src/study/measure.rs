use std::time::Instant;

use super::parallel::Workers;
use super::record::{Batch, CellRecord, Row, Timing};
use super::truth::{Aim, Subject, Truth};
use super::{Cell, Quantity, Study, StudyError, Term};
use crate::estimator::Method;
use crate::film::Image;
use crate::integrator::{Renderer, SampleCounts, Tangent, boundary, interior};
use crate::sampling::Key;
use crate::scene::{RenderSettings, Scene};
use crate::statistics::hill;

/// What a cell came to.
pub struct Measured {
    pub record: CellRecord,
    pub timing: Timing,
    /// Standard error and bias by pixel, if asked for.
    pub maps: Option<[Image; 2]>,
}

/// What a run tells and asks while it measures.
pub struct Hooks<'a> {
    /// Gets the work that was done, in the unit of [`Cell::work`].
    pub advance: &'a (dyn Fn(u64) + Sync),
    /// Tells whether to stop.
    pub is_stopped: &'a (dyn Fn() -> bool + Sync),
}

impl Cell {
    /// Returns about how much work a replicate is: samples per pixel, with something for what does
    /// not depend on them.
    pub fn work(&self, parameters: usize) -> u64 {
        let estimator = self.method.estimator();
        let passes = match self.quantity {
            Quantity::Vjp => estimator.vjp_passes(parameters),
            Quantity::Jvp => estimator.jvp_passes(),
            Quantity::Image => 1,
        };
        passes as u64 * u64::from(self.budget + 8)
    }

    /// Tells whether interior and boundary term are measured apart.
    fn has_terms(&self, study: &Study) -> bool {
        study.terms && self.method == Method::Edge && self.quantity != Quantity::Image
    }
}

/// Measures a cell; none if it was stopped.
///
/// # Errors
/// If an estimate is infinite or not a number.
pub fn measure(
    study: &Study,
    cell: &Cell,
    truth: &Truth,
    wants_maps: bool,
    workers: &Workers,
    hooks: &Hooks<'_>,
) -> Result<Option<Measured>, StudyError> {
    let has_terms = cell.has_terms(study);
    let subjects = truth.aim.subjects();
    let wanted = |(_, (_, term)): &(usize, &Subject)| has_terms || *term == Term::Total;
    let chosen: Vec<usize> = subjects
        .iter()
        .enumerate()
        .filter(wanted)
        .map(|(i, _)| i)
        .collect();
    let job = Job {
        study,
        cell,
        truth,
        chosen: &chosen,
        has_terms,
        wants_maps,
        hooks,
    };
    let key = cell.key(study.seed);
    let batches = workers.map(study.batches as usize, |batch| job.batch(key, batch));
    let batches: Result<Option<Vec<BatchResult>>, StudyError> = batches.into_iter().collect();
    let Some(batches) = batches? else {
        return Ok(None);
    };
    let rows = chosen.iter().enumerate().map(|(slot, &index)| {
        let (parameter, term) = subjects[index];
        let parameters = &study.scenes[cell.scene].scene.parameters;
        let norms: Vec<f64> = batches
            .iter()
            .flat_map(|batch| batch.errors[slot].clone())
            .collect();
        Row {
            parameter: parameter.map(|id| parameters[id].name.clone()),
            term,
            size: truth.sizes[index],
            batches: batches.iter().map(|batch| batch.batches[slot]).collect(),
            tail: hill(&deviations(&norms, cell.quantity)),
        }
    });
    let count = batches.len() as f64;
    let mean = |of: fn(&BatchResult) -> f64| batches.iter().map(of).sum::<f64>() / count;
    let samples = [
        mean(|batch| batch.samples.pixel as f64),
        mean(|batch| batch.samples.edge as f64),
    ];
    let replicates = study.replicates / study.batches;
    Ok(Some(Measured {
        record: CellRecord::new(cell, replicates, samples, rows.collect()),
        timing: Timing {
            cell: cell.name(),
            seconds: batches.iter().map(|batch| batch.seconds).collect(),
            exact_seconds: truth.seconds,
        },
        maps: wants_maps.then(|| maps(&truth.aim, &batches)),
    }))
}

/// How far each error is from what is usual, given one number a replicate: a signed error, or the
/// size of the error of an image.
fn deviations(errors: &[f64], quantity: Quantity) -> Vec<f64> {
    if quantity != Quantity::Vjp {
        return errors.to_vec();
    }
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    errors.iter().map(|error| (error - mean).abs()).collect()
}

/// Standard error and bias by pixel.
fn maps(aim: &Aim, batches: &[BatchResult]) -> [Image; 2] {
    let fields = || batches.iter().filter_map(|batch| batch.field.as_ref());
    let count = fields().count() as f64;
    let mut images = [aim.weights.clone(), aim.weights.clone()];
    for (index, value) in images[0].data_mut().iter_mut().enumerate() {
        *value = (fields().map(|field| field.variance(index)).sum::<f64>() / count).sqrt();
    }
    for (index, value) in images[1].data_mut().iter_mut().enumerate() {
        *value = fields().map(|field| field.mean[index]).sum::<f64>() / count;
    }
    images
}

struct Job<'a> {
    study: &'a Study,
    cell: &'a Cell,
    truth: &'a Truth,
    chosen: &'a [usize],
    has_terms: bool,
    wants_maps: bool,
    hooks: &'a Hooks<'a>,
}

struct BatchResult {
    /// By subject.
    batches: Vec<Batch>,
    /// By subject and replicate: the error of a number, the root mean square of that of an image.
    errors: Vec<Vec<f64>>,
    seconds: f64,
    samples: SampleCounts,
    /// The moments of the first subject by value, if maps are wanted.
    field: Option<Field>,
}

impl Job<'_> {
    /// Measures a batch; none if it was stopped.
    fn batch(&self, key: Key, batch: usize) -> Result<Option<BatchResult>, StudyError> {
        let offset = batch % self.truth.scenes.len();
        let scene = &self.truth.scenes[offset];
        let mut renderer = Renderer::new(scene, self.settings(scene)).with_method(self.cell.method);
        let exact: Vec<&[f64]> = self
            .chosen
            .iter()
            .map(|&i| &self.truth.values[offset][i][..])
            .collect();
        let mut fields: Vec<Field> = exact
            .iter()
            .map(|values| Field::new(values.len()))
            .collect();
        let mut errors = vec![Vec::new(); exact.len()];
        let mut seconds = 0.0;
        let mut samples = SampleCounts::default();
        let count = self.study.replicates / self.study.batches;
        let work = self.cell.work(self.truth.aim.parameters.len());
        for number in 0..count {
            if (self.hooks.is_stopped)() {
                return Ok(None);
            }
            let replicate = batch as u64 * u64::from(count) + u64::from(number);
            let seed = key.child(replicate).bits();
            renderer.set_seed(seed);
            let start = Instant::now();
            let total = self.estimate(&renderer);
            seconds += start.elapsed().as_secs_f64();
            if number == 0 {
                samples = renderer.sample_counts();
            }
            let values = self.with_terms(&renderer, total);
            for (slot, values) in values.iter().enumerate() {
                let norm = fields[slot].push(values, exact[slot]);
                if !norm.is_finite() {
                    return Err(StudyError::NotFinite {
                        cell: self.cell.name(),
                        seed,
                    });
                }
                errors[slot].push(norm);
            }
            (self.hooks.advance)(work);
        }
        let batches = fields.iter().zip(&exact).zip(&errors);
        let batches = batches
            .map(|((field, exact), errors)| field.batch(exact, errors))
            .collect();
        Ok(Some(BatchResult {
            batches,
            errors,
            seconds: seconds / f64::from(count),
            samples,
            field: self.wants_maps.then(|| fields.swap_remove(0)),
        }))
    }

    fn settings(&self, scene: &Scene) -> RenderSettings {
        RenderSettings {
            spp: self.cell.budget,
            edge_samples: f64::from(self.cell.budget) * self.study.edge_ratio,
            sampler: self.cell.sampler,
            ..scene.render.clone()
        }
    }

    /// Returns an estimate, by parameter.
    fn estimate(&self, renderer: &Renderer<'_>) -> Vec<Vec<f64>> {
        let aim = &self.truth.aim;
        match aim.quantity {
            Quantity::Image => vec![renderer.image().data().to_vec()],
            Quantity::Jvp => {
                let image = renderer.jvp(&[(aim.parameters[0], 1.0)]);
                vec![image.data().to_vec()]
            }
            Quantity::Vjp => {
                let values = renderer.vjp_by(&aim.weights, &aim.parameters);
                values.into_iter().map(|value| vec![value]).collect()
            }
        }
    }

    /// Returns estimates by subject, given the totals: the terms come from the same samples.
    fn with_terms(&self, renderer: &Renderer<'_>, totals: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
        if !self.has_terms {
            return totals;
        }
        let aim = &self.truth.aim;
        let terms: [Vec<Vec<f64>>; 2] = if aim.quantity == Quantity::Jvp {
            let direction = [(aim.parameters[0], 1.0)];
            let tangent = Tangent::new(renderer.drawing(), renderer.scene(), &direction);
            let images = [
                interior::jvp(renderer, &tangent),
                boundary::jvp(renderer, &tangent),
            ];
            images.map(|image| vec![image.data().to_vec()])
        } else {
            let variables = [
                interior::vjp(renderer, &aim.weights),
                boundary::vjp(renderer, &aim.weights),
            ];
            variables.map(|variables| {
                let values = aim.pull(renderer, &variables).into_iter();
                values.map(|value| vec![value]).collect()
            })
        };
        let [interior, boundary] = terms;
        let triples = totals.into_iter().zip(interior).zip(boundary);
        triples
            .flat_map(|((total, interior), boundary)| [total, interior, boundary])
            .collect()
    }
}

/// Mean and sum of squared deviations of errors, value by value; see
/// [`RunningMoments`](crate::statistics::RunningMoments).
struct Field {
    count: u32,
    mean: Vec<f64>,
    squares: Vec<f64>,
}

impl Field {
    fn new(length: usize) -> Self {
        Self {
            count: 0,
            mean: vec![0.0; length],
            squares: vec![0.0; length],
        }
    }

    /// Adds an estimate. Returns its error, or the root mean square of the errors if it has several
    /// values.
    fn push(&mut self, values: &[f64], exact: &[f64]) -> f64 {
        self.count += 1;
        let count = f64::from(self.count);
        let mut sum = 0.0;
        let moments = self.mean.iter_mut().zip(&mut self.squares);
        for ((mean, squares), (value, exact)) in moments.zip(values.iter().zip(exact)) {
            let error = value - exact;
            let before = error - *mean;
            *mean += before / count;
            *squares += before * (error - *mean);
            sum += error * error;
        }
        match values {
            [value] => value - exact[0],
            _ => (sum / values.len() as f64).sqrt(),
        }
    }

    fn variance(&self, index: usize) -> f64 {
        self.squares[index] / f64::from(self.count - 1)
    }

    fn batch(&self, exact: &[f64], errors: &[f64]) -> Batch {
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let squared: Vec<f64> = errors.iter().map(|error| error * error).collect();
        Batch {
            exact: mean(exact),
            error: mean(&self.mean),
            variance: mean(&self.squares) / f64::from(self.count - 1),
            mse: mean(&squared),
        }
    }
}
