use std::ops::Range;

use glam::DVec2;

use super::Stack;
use crate::drawing::{Entry, Rgba, over};
use crate::integrator::lanes::{Batch, LANES, Lanes, Weights};
use crate::paint;

/// Backwards through the composite of a pixel.
impl Stack<'_> {
    /// Adds to `sums` the derivative of `Σ weight · colour` over the samples, with respect to the
    /// tile's [`variables`](Self::variables).
    pub(in crate::integrator) fn pull_back(
        &mut self,
        samples: &Batch,
        weights: &Weights,
        sums: &mut [f64],
    ) {
        if self.painter.has_groups() {
            for lane in 0..samples.count {
                self.fill_slots(lane);
                let memory = &mut *self.memory;
                let (point, scratch) = (samples.point(lane), &mut memory.scratch);
                let weight = weights.lane(lane);
                self.painter
                    .pull_back(point, &memory.inside_slots, weight, scratch, sums);
            }
        } else {
            self.weigh_below(samples, weights);
            self.pull_back_layers(samples, weights, sums);
        }
    }

    /// Adds to `sums` the derivative of `Σ weight · colour` for the colour of the pixel that was kept.
    pub(in crate::integrator) fn pull_back_kept(&mut self, weight: Rgba, sums: &mut [f64]) {
        if !self.has_kept {
            return;
        }
        if self.painter.has_groups() {
            let memory = &mut *self.memory;
            memory.inside_slots.clear();
            memory.inside_slots.resize(self.tile.layers.len(), false);
            for &slot in &memory.kept {
                memory.inside_slots[slot as usize] = true;
            }
            let (place, scratch) = (DVec2::ZERO, &mut memory.scratch);
            self.painter
                .pull_back(place, &memory.inside_slots, weight, scratch, sums);
            return;
        }
        let memory = &mut *self.memory;
        memory.composites.clear();
        let mut below = self.background;
        for &slot in &memory.kept {
            memory.composites.push(below);
            below = over(memory.slots[slot as usize].fixed_color(), below);
        }
        self.pull_back_fixed(self.memory.kept.iter().copied(), weight, sums);
        self.memory.composites.clear();
    }

    /// Pulls back what is seen through layers that cover the pixel: those of the `slots`, each of one
    /// colour over one of the composites, and the background.
    fn pull_back_fixed(
        &self,
        slots: impl DoubleEndedIterator<Item = u32> + ExactSizeIterator,
        weight: Rgba,
        sums: &mut [f64],
    ) {
        // From the top down: a colour counts as much as the layers above let through.
        let mut through = 1.0;
        for (slot, below) in slots.zip(&self.memory.composites).rev() {
            let own = color_of(self.painter.variables_of(slot as usize), sums);
            for c in 0..4 {
                own[c] += through * weight[c];
                own[3] -= through * weight[c] * below[c];
            }
            through *= 1.0 - self.memory.slots[slot as usize].fixed_color()[3];
        }
        let background = color_of(self.painter.variables_of_background(), sums);
        for (sum, weight) in background.iter_mut().zip(weight) {
            *sum += through * weight;
        }
    }

    /// Computes the weighted composite below each layer above the bottom. It is all that the adjoints
    /// need of it.
    fn weigh_below(&mut self, samples: &Batch, weights: &Weights) {
        let mut below = std::mem::take(&mut self.memory.below);
        below.clear();
        let mut sum = weights.dot(self.bottom);
        let layers = self.memory.entries.iter().zip(&self.memory.inside);
        for (entry, inside) in layers.skip(self.fixed()) {
            below.push(sum);
            let (own, alpha) = self.weighted_color(entry, samples, weights);
            for lane in 0..LANES {
                sum[lane] += inside[lane] * (own[lane] - alpha[lane] * sum[lane]);
            }
        }
        self.memory.below = below;
    }

    /// Returns the weighted colour of a layer and its alpha at the samples.
    #[inline]
    fn weighted_color(&self, entry: &Entry, samples: &Batch, weights: &Weights) -> (Lanes, Lanes) {
        if let Some(color) = self.slot(entry).solid {
            return (weights.dot(color), [color[3]; LANES]);
        }
        let colors = self.layer_colors(entry, samples);
        let weighted = std::array::from_fn(|lane| {
            let weights = weights.lane(lane);
            (0..4).map(|c| weights[c] * colors[c][lane]).sum()
        });
        (weighted, colors[3])
    }

    /// From the top down: a colour counts as much as the layers above let through.
    fn pull_back_layers(&self, samples: &Batch, weights: &Weights, sums: &mut [f64]) {
        let memory = &*self.memory;
        let mut through: Lanes = std::array::from_fn(|lane| f64::from(lane < samples.count));
        let fixed = self.fixed();
        for i in (fixed..memory.entries.len()).rev() {
            let entry = &memory.entries[i];
            let (inside, below) = (&memory.inside[i], &memory.below[i - fixed]);
            let visible: Lanes = std::array::from_fn(|lane| through[lane] * inside[lane]);
            let variables = self.painter.variables_of(entry.slot as usize);
            if let Some(color) = self.slot(entry).solid {
                let mut adjoint = weights.share(&visible);
                for lane in 0..LANES {
                    adjoint[3] -= visible[lane] * below[lane];
                    through[lane] -= visible[lane] * color[3];
                }
                let own = color_of(variables, sums);
                for (sum, adjoint) in own.iter_mut().zip(adjoint) {
                    *sum += adjoint;
                }
                continue;
            }
            let own = &mut sums[variables];
            let layer = self.layer(entry);
            let coefficients = &self.drawing.variables[layer.coefficients.clone()];
            for lane in (0..samples.count).filter(|&lane| visible[lane] != 0.0) {
                let mut adjoint = weights.lane(lane).map(|weight| weight * visible[lane]);
                adjoint[3] -= visible[lane] * below[lane];
                let point = samples.point(lane);
                paint::pull_back(layer.paint, coefficients, point, adjoint, own);
                through[lane] -= visible[lane] * self.color_at(layer, point)[3];
            }
        }
        let slots = memory.entries[..fixed].iter().map(|entry| entry.slot);
        self.pull_back_fixed(slots, weights.share(&through), sums);
    }
}

/// The four variables of a colour among those of a tile.
fn color_of(variables: Range<usize>, sums: &mut [f64]) -> &mut Rgba {
    let own = sums[variables].first_chunk_mut();
    own.expect("a colour has four variables")
}
