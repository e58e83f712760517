use glam::DVec2;

use super::area::{self, Node, Part};
use crate::drawing::{Painter, PixelRect, Rgba, Scratch, Tile};
use crate::film::Image;
use crate::integrator::Renderer;
use crate::integrator::splat::Kernel;
use crate::sampling::{PixelPattern, Sampler};

/// How an estimate from samples scatters, pixel by pixel: known without drawing one.
///
/// An estimate is a sum of independent contributions, one a sample, each uniform in its stratum.
/// Integrals over strata are exact where those of the image are, so that events too rare for any
/// number of replicates are accounted for.
#[derive(Clone, Debug)]
pub struct Spread {
    /// The variance of each value.
    pub variance: Image,
    /// The size of the largest contribution of one sample to each value, as seen at the nodes of
    /// the quadrature: equal to the supremum where colours are constant, near it elsewhere.
    pub reach: Image,
}

/// The part of a [`Spread`] that strata of one tile reach.
pub(super) struct SpreadTile {
    rect: PixelRect,
    variance: Vec<Rgba>,
    reach: Vec<Rgba>,
    /// The nodes of the stratum at hand: filter, contribution without it, probability.
    nodes: Vec<(Kernel, Rgba, f64)>,
}

/// Runs `visit` on all tiles and puts their spreads together.
pub(super) fn collect(
    renderer: &Renderer<'_>,
    visit: impl Fn(&Tile, &mut SpreadTile) + Sync,
) -> Spread {
    let canvas = renderer.canvas();
    let margin = renderer.settings().filter.support_pixels();
    let tiles = renderer.map_tiles(|_, tile| {
        let rect = tile.rect.grown(margin).intersection(&canvas);
        let count = rect.width() * rect.height();
        let mut spread = SpreadTile {
            rect,
            variance: vec![[0.0; 4]; count],
            reach: vec![[0.0; 4]; count],
            nodes: Vec::new(),
        };
        visit(tile, &mut spread);
        spread
    });
    let image = || Image::new(canvas.width(), canvas.height(), renderer.channels());
    let (mut variance, mut reach) = (image(), image());
    for tile in &tiles {
        for (i, (x, y)) in tile.rect.pixels().enumerate() {
            let (x, y) = (x as usize, y as usize);
            for (sum, value) in variance.pixel_mut(x, y).iter_mut().zip(tile.variance[i]) {
                *sum += value;
            }
            for (all, value) in reach.pixel_mut(x, y).iter_mut().zip(tile.reach[i]) {
                *all = all.max(value);
            }
        }
    }
    Spread { variance, reach }
}

/// Returns the spread of an estimate from samples in pixels, or none if the sampler's points depend
/// on each other. `value` computes the integrand.
pub(super) fn pixel_spread(
    renderer: &Renderer<'_>,
    wanted: impl Fn(&Tile) -> bool + Sync,
    value: impl Fn(&Painter<'_>, &Node<'_>, &mut Scratch) -> Rgba + Sync,
) -> Option<Spread> {
    let settings = renderer.settings();
    let weight = 1.0 / f64::from(settings.spp);
    let parts = strata(settings.sampler, settings.spp)?;
    let samples = f64::from(settings.spp) / parts.len() as f64;
    let spread = collect(renderer, |tile, spread| {
        if !wanted(tile) {
            return;
        }
        let painter = Painter::new(renderer.drawing(), tile);
        let mut scratch = Scratch::default();
        let mut current = None;
        area::for_each_node_of_parts(renderer, tile, &parts, 2, |number, node| {
            if current != Some((node.pixel, number)) {
                spread.finish_stratum(samples);
                current = Some((node.pixel, number));
            }
            let kernel = Kernel::new(settings.filter, node.pixel, node.position);
            let contribution = value(&painter, &node, &mut scratch).map(|c| c * weight);
            let (min, max) = parts[number];
            let area = (max - min).element_product();
            spread.push(kernel, contribution, node.weight / area);
        });
        spread.finish_stratum(samples);
    });
    Some(spread)
}

/// Returns the variance of the sum of an integrand over samples in pixels, in the tiles that are
/// `wanted`, or none if the sampler's points depend on each other. `value` computes the integrand.
pub(super) fn pixel_variance(
    renderer: &Renderer<'_>,
    wanted: impl Fn(&Tile) -> bool + Sync,
    value: impl Fn(&Painter<'_>, &Node<'_>, &mut Scratch) -> f64 + Sync,
) -> Option<f64> {
    let settings = renderer.settings();
    let parts = strata(settings.sampler, settings.spp)?;
    let samples = f64::from(settings.spp) / parts.len() as f64;
    let tiles = renderer.map_tiles(|_, tile| {
        let mut sum = 0.0;
        if !wanted(tile) {
            return sum;
        }
        let painter = Painter::new(renderer.drawing(), tile);
        let mut scratch = Scratch::default();
        let mut current = None;
        let mut nodes: Vec<(f64, f64)> = Vec::new();
        area::for_each_node_of_parts(renderer, tile, &parts, 2, |number, node| {
            if current != Some((node.pixel, number)) {
                sum += moments(nodes.drain(..).as_slice().iter().copied()).0;
                current = Some((node.pixel, number));
            }
            let (min, max) = parts[number];
            let area = (max - min).element_product();
            nodes.push((value(&painter, &node, &mut scratch), node.weight / area));
        });
        sum + moments(nodes.iter().copied()).0
    });
    let weight = 1.0 / f64::from(settings.spp);
    Some(samples * weight * weight * tiles.iter().sum::<f64>())
}

/// The strata of a pixel, if samples in them are independent.
fn strata(sampler: Sampler, spp: u32) -> Option<Vec<Part>> {
    if sampler == Sampler::Independent {
        return Some(vec![area::WHOLE]);
    }
    let pattern = PixelPattern::new(sampler, spp);
    let cells = pattern.independent_cells()?.map(|(origin, size)| {
        let min = DVec2::from(origin);
        (min, min + DVec2::from(size))
    });
    Some(cells.collect())
}

impl SpreadTile {
    /// Adds a node of the stratum at hand.
    pub(super) fn push(&mut self, kernel: Kernel, value: Rgba, probability: f64) {
        self.nodes.push((kernel, value, probability));
    }

    /// Adds the stratum at hand, which takes that many samples, and starts another one. Where it
    /// has no nodes samples contribute 0.
    pub(super) fn finish_stratum(&mut self, samples: f64) {
        let nodes = std::mem::take(&mut self.nodes);
        if let Some((first, ..)) = nodes.first() {
            let rect = self.rect;
            first.for_each(rect, |x, y, _| {
                let index = (y - rect.y0) as usize * rect.width() + (x - rect.x0) as usize;
                for channel in 0..4 {
                    let values = nodes.iter().map(|(kernel, value, probability)| {
                        (kernel.weight(x, y) * value[channel], *probability)
                    });
                    let (variance, largest) = moments(values);
                    self.variance[index][channel] += samples * variance;
                    let reach = &mut self.reach[index][channel];
                    *reach = reach.max(largest);
                }
            });
        }
        self.nodes = nodes;
        self.nodes.clear();
    }
}

/// Returns the variance of a random number and its largest size, from values with their
/// probabilities; what is left over of the probability is at 0.
fn moments(values: impl Iterator<Item = (f64, f64)> + Clone) -> (f64, f64) {
    let (mut mass, mut mean, mut largest) = (0.0, 0.0, 0.0f64);
    for (value, probability) in values.clone() {
        mass += probability;
        mean += probability * value;
        largest = largest.max(value.abs());
    }
    // Two passes: strata of nearly constant colour keep the digits of their small variance.
    let spread: f64 = values.map(|(value, p)| p * (value - mean).powi(2)).sum();
    (spread + (1.0 - mass).max(0.0) * mean * mean, largest)
}
