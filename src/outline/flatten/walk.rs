//! Walks along parts of curves without slow points, from vertex to vertex.
//!
//! A piece of parameter length h leaves its chord by about h²/8 times the acceleration across the
//! curve, so one piece tells how long the next may be; a step that goes too far is taken back and
//! shortened. Each step waits for the one before. So several walks go on side by side, and one that
//! is at its end makes place for the next part.

use std::ops::Range;

use super::curve::{Curve, Station};
use super::deviation::{Fit, fit_forward, goes_back, probed_deviation};
use super::lanes::{LANES, Lanes, all, greater, lesser};
use super::vertex::{Curves, Vertices};
use super::{AIM, MAX_SEGMENTS};

/// How long a piece with one end on the curve is to one with none, √(12/16).
const LAST: f64 = 0.866;
/// The part that is taken of the length foreseen for a piece: little more would be taken back.
const CAUTION: f64 = 0.98;
/// The vertices of a part for which there is memory at first.
const FORESEEN: usize = 16;
/// The most by which a step exceeds the one before.
const MAX_GROWTH: f64 = 16.0;

/// A part of a curve.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub(super) curve: &'a Curve,
    pub(super) start: f64,
    pub(super) end: f64,
}

/// Where the vertices of a part are.
#[derive(Clone, Debug)]
struct Place {
    lane: usize,
    range: Range<usize>,
}

/// The vertices of parts of curves, between their ends.
#[derive(Debug)]
pub(super) struct Walked {
    lists: [Vec<Station>; LANES],
    places: Vec<Place>,
    /// How many parts have been read.
    read: usize,
}

impl Walked {
    /// Returns the numbers of vertices of the next part and all after it.
    pub(super) fn next_counts(&self) -> impl Iterator<Item = usize> {
        self.places[self.read..]
            .iter()
            .map(|place| place.range.len())
    }

    /// Returns the vertices of the next part.
    pub(super) fn next_part(&mut self) -> &[Station] {
        let Place { lane, range } = &self.places[self.read];
        self.read += 1;
        &self.lists[*lane][range.clone()]
    }
}

/// The walks under way.
struct Walks<'a> {
    parts: &'a [Part<'a>],
    tolerance: f64,
    curves: Curves,
    from: Vertices,
    /// The step to try next.
    step: Lanes,
    /// Less would be lost in rounding.
    min_step: Lanes,
    end: Lanes,
    /// The part that each walk is on; none if there are no more.
    numbers: [Option<usize>; LANES],
    /// How many parts have been begun.
    begun: usize,
    walked: Walked,
}

/// A step of each walk that is tried.
struct Trial {
    length: Lanes,
    to: Vertices,
    fit: Fit,
}

/// Walks along all parts.
pub(super) fn walk(parts: &[Part], tolerance: f64) -> Walked {
    let mut walks = Walks::new(parts, tolerance);
    while walks.numbers != [None; LANES] {
        let trial = walks.try_step();
        let is_taken = walks.take_step(&trial).to_bitmask();
        for lane in 0..LANES {
            if is_taken & (1 << lane) != 0 {
                walks.arrive(lane, trial.to.station(lane));
            }
        }
    }
    walks.walked
}

impl<'a> Walks<'a> {
    fn new(parts: &'a [Part<'a>], tolerance: f64) -> Self {
        let capacity = FORESEEN * parts.len() / LANES;
        let mut walks = Self {
            parts,
            tolerance,
            curves: Curves::default(),
            from: Vertices::default(),
            step: all(1.0),
            min_step: all(1.0),
            end: all(1.0),
            numbers: [None; LANES],
            begun: 0,
            walked: Walked {
                lists: std::array::from_fn(|_| Vec::with_capacity(capacity)),
                places: Vec::with_capacity(parts.len()),
                read: 0,
            },
        };
        for lane in 0..LANES {
            walks.begin(lane);
        }
        walks
    }

    /// Begins a walk along the next part, if there is one. It is not part of the loop, which needs all
    /// registers.
    #[inline(never)]
    fn begin(&mut self, lane: usize) {
        let number = self.begun;
        let Some(&Part { curve, start, end }) = self.parts.get(number) else {
            self.numbers[lane] = None;
            return;
        };
        self.begun += 1;
        self.numbers[lane] = Some(number);
        self.curves.set(lane, curve);
        self.from.set(lane, curve, start, self.tolerance);
        let step = LAST * self.from.step_square.as_array()[lane].sqrt();
        let min_step = ((end - start) / MAX_SEGMENTS as f64).max(f64::EPSILON);
        self.step.as_mut_array()[lane] = step;
        self.min_step.as_mut_array()[lane] = min_step;
        self.end.as_mut_array()[lane] = end;
        let length = self.walked.lists[lane].len();
        let range = length..length;
        self.walked.places.push(Place { lane, range });
    }

    /// Notes the vertex that a walk has come to; at the end of a part goes on with another.
    fn arrive(&mut self, lane: usize, station: Station) {
        let Some(number) = self.numbers[lane] else {
            return;
        };
        let list = &mut self.walked.lists[lane];
        if station.t < self.end.as_array()[lane] {
            list.push(station);
            return;
        }
        self.walked.places[number].range.end = list.len();
        self.begin(lane);
    }

    fn try_step(&self) -> Trial {
        let rest = self.end - self.from.t;
        let (length, is_last) = self.next_length(rest);
        let t = is_last.select(self.end, self.from.t + length);
        let to = self.curves.vertices(t, !is_last & length, self.tolerance);
        let mut fit = fit_forward(&self.from, &to, self.tolerance);
        let back = goes_back(&self.from, &to).to_bitmask();
        if back != 0 {
            fit = self.probe(back, to.stations(), fit);
        }
        Trial { length, to, fit }
    }

    /// Returns the length of the next piece, and a mask of those up to the end.
    fn next_length(&self, rest: Lanes) -> (Lanes, Lanes) {
        let is_last =
            (all(LAST) * self.step).simd_ge(rest) | rest.simd_le(all(1.5) * self.min_step);
        // No short piece at the end.
        let is_one_of_two = (all(1.0 + LAST) * self.step).simd_gt(rest);
        let long = greater(self.step, self.min_step);
        let inner = is_one_of_two.select(rest / all(1.0 + LAST), long);
        (is_last.select(rest, inner), is_last)
    }

    /// Measures the pieces that go back in the way that is right for any.
    #[cold]
    fn probe(&self, back: u32, to: [Station; LANES], mut fit: Fit) -> Fit {
        for lane in 0..LANES {
            if back & (1 << lane) == 0 {
                continue;
            }
            let Some(number) = self.numbers[lane] else {
                continue;
            };
            let (from, to) = (self.from.station(lane), to[lane]);
            let deviation = probed_deviation(self.parts[number].curve, &from, &to);
            let is_near = if deviation <= self.tolerance {
                u64::MAX
            } else {
                0
            };
            fit.is_near.as_mut_array()[lane] = f64::from_bits(is_near);
            fit.aim.as_mut_array()[lane] = (to.t - from.t).powi(2) * AIM * self.tolerance;
            fit.deviation.as_mut_array()[lane] = deviation;
        }
        fit
    }

    /// Takes the steps that are near enough, or as short as may be; returns a mask of those.
    fn take_step(&mut self, trial: &Trial) -> Lanes {
        let Trial { length, to, fit } = trial;
        let from = &self.from;
        let shortest = self.min_step;
        let rest = self.end - from.t;
        let is_shortest = length.simd_le(shortest) | rest.simd_le(all(1.5) * shortest);
        let is_taken = fit.is_near | is_shortest;
        // The next piece is to this one as the curvature at its start to that here.
        let is_on = from.bend.simd_eq(all(0.0));
        let start = is_on.select(all(LAST * LAST), all(1.0));
        let growth = to.step_square / (start * from.step_square * fit.deviation);
        let square = is_taken.select(fit.aim * growth, fit.aim / fit.deviation);
        let caution = is_taken.select(all(CAUTION), all(1.0));
        let limit = is_taken.select(all(MAX_GROWTH), all(0.95));
        self.step = lesser(caution * square.sqrt(), limit * *length);
        self.from = to.or(is_taken, from);
        is_taken
    }
}
