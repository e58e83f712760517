use std::cell::RefCell;
use std::collections::VecDeque;

use argmin::core::{CostFunction, Error, Executor, Gradient, LineSearch};
use argmin::solver::linesearch::MoreThuenteLineSearch;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Constraints;
use super::step::unit_scale;

/// The limited-memory method of Broyden, Fletcher, Goldfarb and Shanno (Nocedal and Wright,
/// *Numerical Optimization*, 2006, algorithm 7.4), with the line search of Moré and Thuente.
///
/// It works on θ measured in rates, along the projected path: the loss at θ is that of the
/// projection of θ, and components that a bound holds stay. The recursion is here and not a
/// library's, so that all that it remembers can be stored to the last bit.
///
/// Meant for a loss without noise. Where the loss has a kink the line search may find no descent;
/// then it forgets the curvature once, and if that does not help the step says so.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Lbfgs {
    /// Differences of values and of gradients, the oldest first.
    pairs: VecDeque<(Vec<f64>, Vec<f64>)>,
    /// The loss and its gradient at the present values, if known.
    here: Option<(f64, Vec<f64>)>,
}

/// Why L-BFGS makes no step.
#[derive(Debug, Error)]
pub enum LbfgsError<E> {
    /// The loss cannot be evaluated.
    #[error(transparent)]
    Evaluation(E),
    /// No direction leads down: a minimum, or a kink.
    #[error("no step along the path reduces the loss")]
    NoDescent,
}

/// How many pairs are remembered.
const MEMORY: usize = 10;
/// Evaluations of a line search, at most.
const SEARCH: u64 = 20;

impl Lbfgs {
    /// Returns the loss and its gradient at `values`.
    ///
    /// # Errors
    /// If the loss cannot be evaluated.
    pub fn evaluate<E>(
        &mut self,
        values: &[f64],
        evaluate: &mut impl FnMut(&[f64]) -> Result<(f64, Vec<f64>), E>,
    ) -> Result<(f64, Vec<f64>), E> {
        if self.here.is_none() {
            self.here = Some(evaluate(values)?);
        }
        Ok(self.here.clone().expect("it was just evaluated"))
    }

    /// Changes values to those of a smaller loss.
    ///
    /// # Errors
    /// If the loss cannot be evaluated, or there is no descent; the values are as they were.
    pub fn step<E>(
        &mut self,
        values: &mut [f64],
        rates: &[f64],
        constraints: &Constraints,
        mut evaluate: impl FnMut(&[f64]) -> Result<(f64, Vec<f64>), E>,
    ) -> Result<(), LbfgsError<E>> {
        let (loss, gradient) = self
            .evaluate(values, &mut evaluate)
            .map_err(LbfgsError::Evaluation)?;
        let mut slope = gradient.clone();
        constraints.mask(values, &mut slope);
        if slope.iter().all(|&g| g == 0.0) {
            return Err(LbfgsError::NoDescent);
        }
        let path = Path {
            values,
            rates,
            constraints,
            evaluate: RefCell::new(&mut evaluate),
            points: RefCell::default(),
            error: RefCell::default(),
        };
        let in_rates: Vec<f64> = slope.iter().zip(rates).map(|(g, r)| g * r).collect();
        let mut best = path.search(loss, &in_rates, self.direction(&in_rates, &slope, rates));
        if best.is_none() && path.error.borrow().is_none() && !self.pairs.is_empty() {
            self.pairs.clear();
            best = path.search(loss, &in_rates, self.direction(&in_rates, &slope, rates));
        }
        if let Some(error) = path.error.into_inner() {
            return Err(LbfgsError::Evaluation(error));
        }
        let point = best.ok_or(LbfgsError::NoDescent)?;
        self.remember(values, rates, &gradient, &point);
        values.copy_from_slice(&point.values);
        self.here = Some((point.loss, point.gradient));
        Ok(())
    }

    /// The two loops: the negative of the inverse Hessian's approximation times the gradient.
    fn direction(&self, in_rates: &[f64], slope: &[f64], rates: &[f64]) -> Vec<f64> {
        let mut q = in_rates.to_vec();
        let mut parts = Vec::with_capacity(self.pairs.len());
        for (s, y) in self.pairs.iter().rev() {
            let part = dot(s, &q) / dot(s, y);
            add(&mut q, y, -part);
            parts.push(part);
        }
        let scale = match self.pairs.back() {
            Some((s, y)) => dot(s, y) / dot(y, y),
            None => unit_scale(slope, rates),
        };
        q.iter_mut().for_each(|x| *x *= scale);
        for ((s, y), part) in self.pairs.iter().zip(parts.into_iter().rev()) {
            let back = dot(y, &q) / dot(s, y);
            add(&mut q, s, part - back);
        }
        // A component that a bound holds stays.
        for (x, &g) in q.iter_mut().zip(in_rates) {
            *x = if g == 0.0 { 0.0 } else { -*x };
        }
        q
    }

    fn remember(&mut self, values: &[f64], rates: &[f64], gradient: &[f64], point: &Point) {
        let pairs = point.values.iter().zip(values).zip(rates);
        let s: Vec<f64> = pairs.map(|((new, old), rate)| (new - old) / rate).collect();
        let pairs = point.gradient.iter().zip(gradient).zip(rates);
        let y: Vec<f64> = pairs.map(|((new, old), rate)| (new - old) * rate).collect();
        // Without positive curvature the approximation would not be positive definite.
        if dot(&s, &y) > 1e-10 * (dot(&s, &s) * dot(&y, &y)).sqrt() {
            if self.pairs.len() == MEMORY {
                self.pairs.pop_front();
            }
            self.pairs.push_back((s, y));
        }
    }
}

/// A place where the loss is known.
#[derive(Clone, Debug)]
struct Point {
    /// Where along the path, in rates.
    offset: Vec<f64>,
    values: Vec<f64>,
    loss: f64,
    gradient: Vec<f64>,
}

/// The loss as a function of a displacement, in rates, from the present values.
struct Path<'a, F, E> {
    values: &'a [f64],
    rates: &'a [f64],
    constraints: &'a Constraints,
    evaluate: RefCell<&'a mut F>,
    points: RefCell<Vec<Point>>,
    error: RefCell<Option<E>>,
}

impl<F: FnMut(&[f64]) -> Result<(f64, Vec<f64>), E>, E> Path<'_, F, E> {
    /// Returns the best point along a direction that is enough below the present loss.
    fn search(&self, loss: f64, in_rates: &[f64], direction: Vec<f64>) -> Option<Point> {
        let descent = dot(in_rates, &direction);
        if descent.is_nan() || descent >= 0.0 {
            return None;
        }
        self.points.borrow_mut().clear();
        let mut search = MoreThuenteLineSearch::new();
        search.search_direction(direction);
        search.initial_step_length(1.0).ok()?;
        let start = vec![0.0; self.values.len()];
        let configure = Executor::new(self, search).configure(|state| {
            let state = state.param(start).gradient(in_rates.to_vec());
            state.cost(loss).max_iters(SEARCH)
        });
        // That the search ends badly does not matter: the points that it saw are kept.
        let _ = configure.ctrlc(false).run();
        let points = self.points.take();
        let best = points
            .into_iter()
            .min_by(|a, b| a.loss.total_cmp(&b.loss))?;
        (best.loss < loss).then_some(best)
    }

    fn at(&self, offset: &[f64]) -> Result<(f64, Vec<f64>), Error> {
        if let Some(point) = self.points.borrow().last()
            && point.offset == offset
        {
            return Ok((point.loss, self.slope(point)));
        }
        let mut values = self.unprojected(offset);
        self.constraints.project(&mut values);
        let evaluated = (self.evaluate.borrow_mut())(&values);
        let (loss, gradient) = match evaluated {
            Ok(found) => found,
            Err(error) => {
                *self.error.borrow_mut() = Some(error);
                return Err(Error::msg("the loss cannot be evaluated"));
            }
        };
        let point = Point {
            offset: offset.to_vec(),
            values,
            loss,
            gradient,
        };
        let slope = self.slope(&point);
        self.points.borrow_mut().push(point);
        Ok((loss, slope))
    }

    fn unprojected(&self, offset: &[f64]) -> Vec<f64> {
        let places = self.values.iter().zip(self.rates).zip(offset);
        places.map(|((value, rate), x)| value + rate * x).collect()
    }

    fn slope(&self, point: &Point) -> Vec<f64> {
        let values = self.unprojected(&point.offset);
        let mut gradient = point.gradient.clone();
        self.constraints
            .pull_back(&values, &point.values, &mut gradient);
        gradient
            .iter()
            .zip(self.rates)
            .map(|(g, r)| g * r)
            .collect()
    }
}

impl<F: FnMut(&[f64]) -> Result<(f64, Vec<f64>), E>, E> CostFunction for &Path<'_, F, E> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, offset: &Vec<f64>) -> Result<f64, Error> {
        Ok(self.at(offset)?.0)
    }
}

impl<F: FnMut(&[f64]) -> Result<(f64, Vec<f64>), E>, E> Gradient for &Path<'_, F, E> {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, offset: &Vec<f64>) -> Result<Vec<f64>, Error> {
        Ok(self.at(offset)?.1)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(sum: &mut [f64], vector: &[f64], factor: f64) {
    for (sum, x) in sum.iter_mut().zip(vector) {
        *sum += factor * x;
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::scene::Scene;

    /// Two numbers without bounds and one in [0, 1].
    fn constraints() -> Constraints {
        let text = r#"{"version": 1, "canvas": {"width": 8, "height": 8}, "shapes": [
            {"type": "circle", "id": "disk", "center": [4, 4], "radius": 2, "opacity": 0.5}]}"#;
        let scene = Scene::parse(text, "lbfgs.json", &[]).unwrap();
        let names = ["disk.center.x", "disk.center.y", "disk.opacity"];
        let mut ids = names.map(|name| scene.parameters.find(name).unwrap());
        ids.sort();
        Constraints::new(&scene, &ids)
    }

    /// Rosenbrock's valley and, apart from it, (z − 2)²: its minimum is at (1, 1) and the bound.
    fn valley(v: &[f64]) -> Result<(f64, Vec<f64>), Infallible> {
        let (x, y, z) = (v[0], v[1], v[2]);
        let (a, b) = (1.0 - x, y - x * x);
        let gradient = vec![-2.0 * a - 400.0 * x * b, 200.0 * b, 2.0 * (z - 2.0)];
        Ok((a * a + 100.0 * b * b + (z - 2.0).powi(2), gradient))
    }

    #[test]
    fn the_valley_is_followed_to_its_end_and_the_bound_kept() {
        let mut lbfgs = Lbfgs::default();
        let mut values = [-1.2, 1.0, 0.5];
        let mut losses = Vec::new();
        for _ in 0..60 {
            match lbfgs.step(&mut values, &[1.0, 1.0, 0.1], &constraints(), valley) {
                Ok(()) => losses.push(valley(&values).unwrap().0),
                Err(LbfgsError::NoDescent) => break,
                Err(LbfgsError::Evaluation(never)) => match never {},
            }
        }
        assert!(losses.is_sorted_by(|a, b| a > b), "{losses:?}");
        assert!((values[0] - 1.0).abs() < 1e-6 && (values[1] - 1.0).abs() < 1e-6);
        assert_eq!(values[2], 1.0);
    }

    #[test]
    fn what_is_stored_goes_on_to_the_same_bits() {
        let run = |mut lbfgs: Lbfgs, mut values: [f64; 3], steps: usize| {
            for _ in 0..steps {
                let _ = lbfgs.step(&mut values, &[1.0, 1.0, 0.1], &constraints(), valley);
            }
            (lbfgs, values)
        };
        let whole = run(Lbfgs::default(), [-1.2, 1.0, 0.5], 12);
        let (half, values) = run(Lbfgs::default(), [-1.2, 1.0, 0.5], 5);
        let stored = serde_json::to_string(&half).unwrap();
        let read: Lbfgs = serde_json::from_str(&stored).unwrap();
        assert_eq!(run(read, values, 7), whole);
    }

    #[test]
    fn an_evaluation_that_fails_ends_the_step() {
        let mut values = [0.0, 0.0, 0.5];
        let step = Lbfgs::default().step(&mut values, &[1.0; 3], &constraints(), |v| {
            if v[0] == 0.0 {
                Ok((1.0, vec![1.0, 0.0, 0.0]))
            } else {
                Err("too far")
            }
        });
        assert!(matches!(step, Err(LbfgsError::Evaluation("too far"))));
        assert_eq!(values, [0.0, 0.0, 0.5]);
    }
}
