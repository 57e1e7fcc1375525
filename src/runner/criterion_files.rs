//! The named baselines that criterion itself has saved: `benchmark.json` and `sample.json` below `target/criterion`. Criterion
//! calls them private; they have kept their fields from 0.3 to 0.8.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context as _, Result, ensure};
use ciborium::Value;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use walkdir::WalkDir;

use super::criterion::throughput;
use crate::channel::CriterionId;
use crate::work::Work;

/// A benchmark of such a baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct SavedByCriterion {
    /// Its parts. In which package and bench it is, criterion does not keep.
    pub id: CriterionId,
    /// Work derived from its throughput.
    pub work: Option<Work>,
    /// Nanoseconds per iteration, one per sample; or whatever a measurement of the user's own counts, which criterion does
    /// not keep.
    pub samples: Vec<f64>,
    /// When it was saved.
    pub written: SystemTime,
}

const BENCHMARK: &str = "benchmark.json";
const SAMPLE: &str = "sample.json";

/// Folders of criterion's that hold no baseline.
const NO_BASELINES: [&str; 2] = ["change", "report"];

#[derive(Deserialize)]
struct BenchmarkFile {
    group_id: String,
    function_id: Option<String>,
    value_str: Option<String>,
    #[serde(default)]
    throughput: Option<Value>,
}

#[derive(Deserialize)]
struct SampleFile {
    iters: Vec<f64>,
    times: Vec<f64>,
}

/// The benchmarks of a baseline in criterion's folder, in the order of their folders.
///
/// # Errors
/// The folder or a file of the baseline cannot be read, or is not criterion's.
pub fn saved_by_criterion(folder: &Path, baseline: &str) -> Result<Vec<SavedByCriterion>> {
    let mut found = Vec::new();
    for_each_baseline(folder, |place, name| {
        if name == baseline {
            found.push(read(place).with_context(|| format!("cannot import {}", place.display()))?);
        }
        Ok(())
    })?;
    Ok(found)
}

/// The names of all baselines in criterion's folder.
///
/// # Errors
/// The folder cannot be read.
pub fn names_saved_by_criterion(folder: &Path) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for_each_baseline(folder, |_, name| {
        names.insert(name.to_owned());
        Ok(())
    })?;
    Ok(names)
}

fn for_each_baseline(folder: &Path, mut found: impl FnMut(&Path, &str) -> Result<()>) -> Result<()> {
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.with_context(|| format!("cannot read criterion's folder {}", folder.display()))?;
        let name = entry.file_name().to_string_lossy();
        if entry.file_type().is_dir()
            && !NO_BASELINES.contains(&name.as_ref())
            && [BENCHMARK, SAMPLE].iter().all(|file| entry.path().join(file).is_file())
        {
            found(entry.path(), &name)?;
        }
    }
    Ok(())
}

fn read(place: &Path) -> Result<SavedByCriterion> {
    let BenchmarkFile { group_id, function_id, value_str, throughput: kinds } =
        parse(&place.join(BENCHMARK))?;
    let sample = place.join(SAMPLE);
    let SampleFile { iters, times } = parse(&sample)?;
    ensure!(
        !times.is_empty() && iters.len() == times.len(),
        "{SAMPLE} has not one number of iterations for each time"
    );
    let samples: Vec<f64> = times.iter().zip(&iters).map(|(time, iterations)| time / iterations).collect();
    ensure!(samples.iter().all(|time| time.is_finite() && *time > 0.0), "{SAMPLE} has a time that is none");
    Ok(SavedByCriterion {
        id: CriterionId { group: group_id, function: function_id, parameter: value_str },
        work: throughput(kinds.as_slice()),
        samples,
        written: fs::metadata(&sample)?.modified()?,
    })
}

fn parse<T: DeserializeOwned>(file: &Path) -> Result<T> {
    let reader = BufReader::new(File::open(file)?);
    serde_json::from_reader(reader).with_context(|| {
        format!("{} is not as criterion writes it", file.file_name().unwrap_or_default().display())
    })
}
