use std::path::{Path, PathBuf};

use super::{Shard, StudyError, StudyFolder, Summary};

/// Joins runs of parts of one study in a new folder: the same as one run of the whole, but for times.
///
/// Cells that are in none of the parts are missing; the folder can be resumed.
///
/// # Errors
/// If a folder is none of a run, the runs are of different studies, there is a run in `into` already
/// and `replace` is not set, and those of the operating system.
pub fn merge(parts: &[PathBuf], into: &Path, replace: bool) -> Result<Summary, StudyError> {
    let mut runs = Vec::new();
    for part in parts {
        runs.push(StudyFolder::open(part)?);
    }
    let [(first, study, _), ..] = runs.as_slice() else {
        return Err(StudyError::NothingToMerge);
    };
    for (other, _, _) in &runs[1..] {
        if !first.is_like(other, study)? {
            return Err(StudyError::Different {
                first: first.path().into(),
                other: other.path().into(),
            });
        }
        if same_place(other.path(), into) {
            return Err(StudyError::MergeIntoPart {
                folder: into.into(),
            });
        }
    }
    if same_place(first.path(), into) {
        return Err(StudyError::MergeIntoPart {
            folder: into.into(),
        });
    }
    let whole = StudyFolder::create(into, study, Shard::WHOLE, replace)?;
    for (part, _, _) in &runs {
        whole.take(part, study)?;
    }
    whole.write_results(study)
}

fn same_place(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}
