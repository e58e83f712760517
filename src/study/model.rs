use super::{Cell, Quantity};
use crate::estimator::Method;
use crate::film::Image;
use crate::sampling::Sampler;
use crate::scene::{ParameterId, Scene};

/// A study that has been checked.
#[derive(Clone, Debug)]
pub struct Study {
    /// A heading.
    pub title: String,
    /// What the study is about, in a paragraph or so.
    pub description: String,
    /// The scenes.
    pub scenes: Vec<StudyScene>,
    /// What is estimated.
    pub quantities: Vec<Quantity>,
    /// The weights of every `vjp`.
    pub weights: WeightKind,
    /// The estimators; one with a list of values for a setting is here once for each value.
    pub estimators: Vec<Method>,
    /// How samples are placed.
    pub samplers: Vec<Sampler>,
    /// Samples per pixel, increasing.
    pub budgets: Vec<u32>,
    /// Boundary samples per pixel of edge length, as a multiple of the budget.
    pub edge_ratio: f64,
    /// Independent replicates of every estimate: a multiple of `batches`.
    pub replicates: u32,
    /// In how many batches replicates come, each at another offset.
    pub batches: u32,
    /// Whether each batch has a random offset of the scene, uniform over a pixel.
    pub random_offset: bool,
    /// Exponents are fitted to the budgets from this one on.
    pub fit_from: u32,
    /// Whether interior and boundary term of `edge` are measured apart, too.
    pub terms: bool,
    /// The seed of all random numbers.
    pub seed: u64,
}

/// A scene of a study.
#[derive(Clone, Debug)]
pub struct StudyScene {
    /// A short name, unique in the study.
    pub name: String,
    /// The scene with its changes.
    pub scene: Scene,
    /// The parameters that derivatives are taken by.
    pub parameters: Vec<ParameterId>,
}

/// The weight image w of a `vjp`.
#[derive(Clone, Debug, PartialEq)]
pub enum WeightKind {
    /// Smooth waves, the weights of a check.
    Waves,
    /// 1 everywhere.
    Ones,
    /// A picture; one channel serves for all.
    File(Image),
}

impl Study {
    /// Returns all cells in order: by scene, quantity, parameter of a `jvp`, estimator, sampler,
    /// budget.
    pub fn cells(&self) -> Vec<Cell> {
        let mut cells = Vec::with_capacity(self.cell_count());
        for (index, scene) in self.scenes.iter().enumerate() {
            for &quantity in &self.quantities {
                for parameter in scene.parameters_of(quantity) {
                    self.add_cells(index, quantity, parameter.as_deref(), &mut cells);
                }
            }
        }
        cells
    }

    /// Adds all cells of a scene, a quantity and a parameter.
    fn add_cells(
        &self,
        scene: usize,
        quantity: Quantity,
        parameter: Option<&str>,
        cells: &mut Vec<Cell>,
    ) {
        for &method in &self.estimators {
            for &sampler in &self.samplers {
                cells.extend(self.budgets.iter().map(|&budget| Cell {
                    scene,
                    scene_name: self.scenes[scene].name.clone(),
                    quantity,
                    parameter: parameter.map(str::to_owned),
                    method,
                    sampler,
                    budget,
                }));
            }
        }
    }

    /// Returns how many cells there are.
    pub fn cell_count(&self) -> usize {
        let each = self.estimators.len() * self.samplers.len() * self.budgets.len();
        let of = |scene: &StudyScene| {
            let quantities = self.quantities.iter();
            quantities
                .map(|&quantity| scene.parameters_of(quantity).len())
                .sum::<usize>()
        };
        each * self.scenes.iter().map(of).sum::<usize>()
    }

    /// Tells whether there are maps of a cell: those of an image or a `jvp` at the largest budget.
    pub fn has_maps(&self, cell: &Cell) -> bool {
        cell.quantity != Quantity::Vjp && self.budgets.last() == Some(&cell.budget)
    }
}

impl StudyScene {
    /// The parameters that make cells of their own: those of a `jvp`; else none, once.
    fn parameters_of(&self, quantity: Quantity) -> Vec<Option<String>> {
        if quantity != Quantity::Jvp {
            return vec![None];
        }
        let ids = self.parameters.iter();
        ids.map(|&id| Some(self.scene.parameters[id].name.clone()))
            .collect()
    }
}
