use super::measure::{Hooks, measure};
use super::parallel::Workers;
use super::record::{CellRecord, Timing};
use super::truth::Truth;
use super::{Cell, Quantity, Shard, Study, StudyError, StudyFolder};
use crate::scene::ParameterId;

/// A run of a study, or of a part of one, in its folder.
pub struct Run<'a> {
    study: &'a Study,
    folder: &'a StudyFolder,
    /// The cells that are to be done, in order.
    open: Vec<Cell>,
}

impl<'a> Run<'a> {
    /// Returns the run of a part of a study; cells that are done stay as they are.
    ///
    /// # Errors
    /// If a record is damaged, and those of the operating system.
    pub fn new(
        study: &'a Study,
        folder: &'a StudyFolder,
        shard: Shard,
    ) -> Result<Self, StudyError> {
        folder.prepare(study)?;
        let cells = study.cells().into_iter().enumerate();
        let is_open = |(number, cell): &(usize, Cell)| shard.has(*number) && !folder.has(cell);
        Ok(Self {
            study,
            folder,
            open: cells.filter(is_open).map(|(_, cell)| cell).collect(),
        })
    }

    /// Returns the cells that are to be done, in order.
    pub fn open_cells(&self) -> &[Cell] {
        &self.open
    }

    /// Returns how much work there is, in the unit in which [`Hooks::advance`] gets it.
    pub fn work(&self) -> u64 {
        let of = |cell: &Cell| {
            let parameters = self.study.scenes[cell.scene].parameters.len();
            cell.work(parameters) * u64::from(self.study.replicates)
        };
        self.open.iter().map(of).sum()
    }

    /// Measures the cells one by one and stores each; `on_cell` hears of each that is done. Work
    /// runs on as many threads as the current pool has. Returns whether it came to the end.
    ///
    /// # Errors
    /// If an estimate is no finite number, and those of the operating system.
    pub fn run(
        &self,
        hooks: &Hooks<'_>,
        mut on_cell: impl FnMut(&CellRecord, &Timing),
    ) -> Result<bool, StudyError> {
        let workers = Workers::new().map_err(StudyError::Threads)?;
        let mut known: Option<(usize, Quantity, Option<ParameterId>, Truth)> = None;
        for cell in &self.open {
            if (hooks.is_stopped)() {
                return Ok(false);
            }
            let scene = &self.study.scenes[cell.scene];
            let parameter = cell.parameter.as_deref();
            let parameter = parameter.and_then(|name| scene.scene.parameters.find(name));
            let place = (cell.scene, cell.quantity, parameter);
            if known
                .as_ref()
                .is_none_or(|(s, q, p, _)| (*s, *q, *p) != place)
            {
                let truth = Truth::new(self.study, scene, cell.quantity, parameter, &workers);
                known = Some((cell.scene, cell.quantity, parameter, truth));
            }
            let Some((_, _, _, truth)) = &known else {
                unreachable!("it was set a moment ago");
            };
            let wants_maps = self.study.has_maps(cell);
            let measured = measure(self.study, cell, truth, wants_maps, &workers, hooks)?;
            let Some(measured) = measured else {
                return Ok(false);
            };
            self.folder.store(cell, &measured)?;
            on_cell(&measured.record, &measured.timing);
        }
        Ok(true)
    }
}
