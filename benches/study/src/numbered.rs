//! Measurements of one kind, each in a numbered file of JSON.

use std::fs;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The files `KIND-01.json`, `KIND-02.json` and so on in a folder.
#[derive(Debug, Clone)]
pub struct Numbered<T> {
    folder: PathBuf,
    kind: &'static str,
    measurements: PhantomData<T>,
}

impl<T: Serialize + DeserializeOwned> Numbered<T> {
    /// In the folder of this kind in that of the study.
    pub fn new(study: &Path, kind: &'static str) -> Self {
        Numbered { folder: study.join(kind), kind, measurements: PhantomData }
    }

    /// Where they lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn file(&self, number: usize) -> PathBuf {
        self.folder.join(format!("{}-{number:02}.json", self.kind))
    }

    /// The number of the next measurement, from 1.
    pub fn next(&self) -> usize {
        (1..).find(|&number| !self.file(number).exists()).unwrap_or(1)
    }

    /// Keeps a measurement.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn keep(&self, number: usize, measurement: &T) -> Result<()> {
        let path = self.file(number);
        let text = serde_json::to_string_pretty(measurement)?;
        let written = fs::create_dir_all(&self.folder).and_then(|()| fs::write(&path, text));
        written.with_context(|| format!("cannot write {}", path.display()))
    }

    /// All that were measured, in their order.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn load(&self) -> Result<Vec<T>> {
        let read = |number| {
            let path = self.file(number);
            let text =
                fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            serde_json::from_str(&text).with_context(|| format!("cannot read {}", path.display()))
        };
        (1..self.next()).map(read).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measurements_are_kept_in_their_order() {
        let study = tempfile::tempdir().unwrap();
        let kept = Numbered::<f64>::new(study.path(), "cost");
        assert_eq!((kept.next(), kept.load().unwrap()), (1, vec![]));
        kept.keep(1, &2.5).unwrap();
        kept.keep(2, &1.5).unwrap();
        assert_eq!((kept.next(), kept.load().unwrap()), (3, vec![2.5, 1.5]));
        assert!(study.path().join("cost/cost-02.json").exists());
    }
}
