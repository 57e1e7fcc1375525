//! The folder of the extended study: a folder for each column, with the files of each unit. A unit counts once its record is
//! there, which is written last.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use tensorprof::model::Baseline;
use tensorprof::store::{Mode, Store};

use crate::column::Column;
use crate::machine_state::Busyness;
use crate::unit::Unit;

/// What is known of a unit beside its baselines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// How long it took, seconds, without the build.
    pub seconds: f64,
    /// How busy the machine was.
    pub machine: Busyness,
    /// What failed, in words.
    pub failures: Vec<String>,
}

/// A unit that has been measured.
#[derive(Debug, Clone)]
pub struct Finished {
    /// Which.
    pub unit: Unit,
    /// What is known of it.
    pub record: Record,
    /// One baseline, or two of one run.
    pub baselines: Vec<Baseline>,
}

/// A column's part of a folder.
#[derive(Debug, Clone)]
pub struct ColumnFolder {
    folder: PathBuf,
}

impl ColumnFolder {
    /// The folder of a column in that of the study.
    pub fn new(study: &Path, column: Column) -> Self {
        ColumnFolder { folder: study.join(column.name()) }
    }

    /// Where the copies of executables lie.
    pub fn executables(&self) -> PathBuf {
        self.folder.join("executables")
    }

    /// Whether a unit has been measured.
    pub fn has(&self, unit: &Unit) -> bool {
        self.record(unit).exists()
    }

    fn record(&self, unit: &Unit) -> PathBuf {
        self.folder.join(format!("{}.json", unit.name()))
    }

    fn store(&self) -> Store {
        Store::new(&self.folder, self.folder.join("locks"))
    }

    /// Keeps a unit.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn keep(&self, unit: &Unit, record: &Record, baselines: &[Baseline]) -> Result<()> {
        for baseline in baselines {
            self.store().save(baseline, Mode::Force)?;
        }
        let path = self.record(unit);
        let unfinished = path.with_extension("new");
        let kept = fs::write(&unfinished, serde_json::to_string_pretty(record)?);
        kept.and_then(|()| fs::rename(unfinished, &path))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// All units that have been measured, in the order of their names.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn load(&self) -> Result<Vec<Finished>> {
        let Ok(entries) = fs::read_dir(&self.folder) else { return Ok(Vec::new()) };
        let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        paths.sort();
        paths.iter().filter_map(|path| self.load_unit(path).transpose()).collect()
    }

    /// `None` for a file that is no record.
    fn load_unit(&self, path: &Path) -> Result<Option<Finished>> {
        let name = path.file_name().and_then(|name| name.to_str()?.strip_suffix(".json"));
        let Some(unit) = name.and_then(Unit::of_name) else { return Ok(None) };
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let record =
            serde_json::from_str(&text).with_context(|| format!("cannot read {}", path.display()))?;
        let store = self.store();
        let mut baselines = Vec::new();
        for side in ["", "-a", "-b"] {
            let name = format!("{}{side}", unit.name()).parse()?;
            if store.file(&name).exists() {
                baselines.push(store.load(&name)?.baseline);
            }
        }
        Ok(Some(Finished { unit, record, baselines }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{Kind, Save};
    use crate::synthetic::baseline;
    use crate::unit::{Part, Subject};

    #[test]
    fn a_unit_counts_once_its_record_is_there() {
        let study = tempfile::tempdir().unwrap();
        let folder = ColumnFolder::new(study.path(), Column::HeadToHeadLoaded);
        assert!(folder.load().unwrap().is_empty(), "there is no folder yet");
        let subject = Subject { part: Part::Models, threads: 1 };
        let unit = Unit { subject, save: Save { kind: Kind::Planted(5), number: 2 } };
        let sides = ["models-t1-plant5-02-a", "models-t1-plant5-02-b"].map(|name| baseline(name, 1, 1.0, 1));
        folder.store().save(&sides[0], Mode::New).unwrap();
        assert!(
            !folder.has(&unit) && folder.load().unwrap().is_empty(),
            "what was interrupted does not count"
        );
        let record = Record { seconds: 12.5, machine: Busyness::default(), failures: vec![] };
        folder.keep(&unit, &record, &sides).unwrap();
        assert!(folder.has(&unit));
        let found = folder.load().unwrap();
        assert_eq!((found.len(), found[0].unit, &found[0].record), (1, unit, &record));
        let names = found[0].baselines.iter().map(|side| side.name.as_str());
        assert!(names.eq(sides.iter().map(|side| side.name.as_str())));
    }
}
