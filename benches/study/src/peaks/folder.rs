//! Where measurements of peaks are kept: a folder for all circumstances, with a baseline and a record of each measurement. A
//! measurement counts once its record is there, which is written last.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::ValueEnum as _;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tensorprof::model::{Baseline, BaselineName};
use tensorprof::store::{Mode, Store};

use super::Circumstances;
use crate::load::Work;
use crate::machine_state::Busyness;

/// What is known of a measurement beside its rounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    /// How long it took.
    pub(super) seconds: f64,
    /// How busy the machine was.
    pub(super) machine: Busyness,
}

/// What an independent program measured, by the name of the peak: work per nanosecond.
pub(super) type Independent = BTreeMap<String, f64>;

/// A measurement.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    pub(super) record: Record,
    /// With its rounds.
    pub(super) baseline: Baseline,
    pub(super) independent: Independent,
}

/// The folder of some circumstances.
#[derive(Debug, Clone)]
pub(super) struct PeaksFolder {
    folder: PathBuf,
}

impl PeaksFolder {
    pub(super) fn new(study: &Path, under: Circumstances) -> PeaksFolder {
        PeaksFolder { folder: of_all(study).join(name(under)) }
    }

    /// Whether there is a measurement of this number, from 1.
    pub(super) fn has(&self, number: usize) -> bool {
        self.record(number).exists()
    }

    /// Whether an independent program has measured beside it.
    pub(super) fn has_independent(&self, number: usize) -> bool {
        self.independent(number).exists()
    }

    pub(super) fn keep(&self, number: usize, record: &Record, baseline: &Baseline) -> Result<()> {
        let baseline = Baseline { name: baseline_name(number)?, ..baseline.clone() };
        self.store().save(&baseline, Mode::Force)?;
        write(&self.record(number), record)
    }

    pub(super) fn keep_independent(&self, number: usize, independent: &Independent) -> Result<()> {
        write(&self.independent(number), independent)
    }

    pub(super) fn load(&self, number: usize) -> Result<Measured> {
        let independent =
            if self.has_independent(number) { read(&self.independent(number))? } else { Independent::new() };
        let baseline = self.store().load(&baseline_name(number)?)?.baseline;
        Ok(Measured { record: read(&self.record(number))?, baseline, independent })
    }

    /// All of them, until the first that is not there.
    pub(super) fn load_all(&self) -> Result<Vec<Measured>> {
        (1..).take_while(|&number| self.has(number)).map(|number| self.load(number)).collect()
    }

    fn store(&self) -> Store {
        Store::new(&self.folder, self.folder.join("locks"))
    }

    fn record(&self, number: usize) -> PathBuf {
        self.folder.join(format!("peaks-{number:02}.json"))
    }

    fn independent(&self, number: usize) -> PathBuf {
        self.folder.join(format!("independent-{number:02}.json"))
    }
}

fn baseline_name(number: usize) -> Result<BaselineName> {
    Ok(format!("peaks-{number:02}").parse()?)
}

/// All circumstances of which there are measurements, sorted.
pub(super) fn measured(study: &Path) -> Result<Vec<Circumstances>> {
    let Ok(entries) = fs::read_dir(of_all(study)) else { return Ok(Vec::new()) };
    let names = entries.map(|entry| Ok(entry?.file_name())).collect::<Result<Vec<_>>>()?;
    let mut all: Vec<Circumstances> = names.iter().filter_map(|name| of_name(name.to_str()?)).collect();
    all.sort();
    Ok(all)
}

fn of_all(study: &Path) -> PathBuf {
    study.join("peaks")
}

/// The name of the folder: `quiet-t1`, `loops-t2`.
fn name(under: Circumstances) -> String {
    let load = under.load.and_then(|work| Some(work.to_possible_value()?.get_name().to_owned()));
    format!("{}-t{}", load.as_deref().unwrap_or(QUIET), under.threads)
}

const QUIET: &str = "quiet";

fn of_name(name: &str) -> Option<Circumstances> {
    let (load, threads) = name.rsplit_once("-t")?;
    let load = if load == QUIET { None } else { Some(Work::from_str(load, false).ok()?) };
    Some(Circumstances { threads: threads.parse().ok()?, load })
}

fn write(path: &Path, value: &impl Serialize) -> Result<()> {
    let unfinished = path.with_extension("new");
    let kept = fs::write(&unfinished, serde_json::to_string_pretty(value)?);
    kept.and_then(|()| fs::rename(unfinished, path))
        .with_context(|| format!("cannot write {}", path.display()))
}

fn read<Value: DeserializeOwned>(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::baseline;

    #[test]
    fn a_measurement_counts_once_its_record_is_there_and_an_independent_one_can_follow() {
        let study = tempfile::tempdir().unwrap();
        let under = Circumstances { threads: 2, load: Some(Work::Loops) };
        let folder = PeaksFolder::new(study.path(), under);
        assert!(folder.load_all().unwrap().is_empty() && measured(study.path()).unwrap().is_empty());
        let record = Record { seconds: 4.5, machine: Busyness::default() };
        for number in [1, 2, 4] {
            folder.keep(number, &record, &baseline("save", 1, 1.0, 1)).unwrap();
        }
        let independent: Independent = [("f32/avx2".to_owned(), 120.0)].into();
        folder.keep_independent(2, &independent).unwrap();
        let found = folder.load_all().unwrap();
        assert_eq!(found.len(), 2, "the third is missing");
        assert_eq!((&found[0].record, found[0].independent.len()), (&record, 0));
        assert_eq!((found[1].baseline.name.as_str(), &found[1].independent), ("peaks-02", &independent));
        assert_eq!(measured(study.path()).unwrap(), [under]);
    }

    #[test]
    fn names_tell_circumstances() {
        for under in [(1, None), (1, Some(Work::Build)), (16, Some(Work::Loops))] {
            let under = Circumstances { threads: under.0, load: under.1 };
            assert_eq!(of_name(&name(under)), Some(under));
        }
        assert_eq!(name(Circumstances { threads: 1, load: None }), "quiet-t1");
        for other in ["quiet", "quiet-tx", "sleep-t1", "locks"] {
            assert_eq!(of_name(other), None, "{other}");
        }
    }
}
