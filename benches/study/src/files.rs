//! The baselines of a study on disk.

use std::path::Path;

use anyhow::Result;
use tensorprof::model::Baseline;
use tensorprof::store::Store;

use crate::plan::{Kind, Save};

/// Loads the saves of a study from `folder`. Other baselines in it are ignored.
///
/// # Errors
/// The folder or one of its saves cannot be read.
pub fn load(folder: &Path) -> Result<Vec<(Kind, Baseline)>> {
    let store = Store::new(folder, folder);
    let mut saves = Vec::new();
    for name in store.names()? {
        if let Some(save) = Save::of_name(name.as_str()) {
            saves.push((save.kind, store.load(&name)?.baseline));
        }
    }
    Ok(saves)
}
