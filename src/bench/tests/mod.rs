//! Profile groups run by criterion.

mod failures;
mod generation;
mod loops;

use std::time::Duration;

use criterion::Criterion;
use tempfile::TempDir;

use super::record::Declaration;
use crate::Work;

/// Criterion at its shortest, with its files out of the way.
fn criterion(directory: &TempDir) -> Criterion {
    Criterion::default()
        .output_directory(directory.path())
        .without_plots()
        .sample_size(10)
        .nresamples(1001)
        .warm_up_time(Duration::from_micros(1))
        .measurement_time(Duration::from_micros(1))
}

fn directory() -> TempDir {
    tempfile::tempdir().expect("a temporary directory")
}

/// A benchmark whose generations have `tokens` tokens.
fn generating(id: &str, tokens: u64) -> Declaration {
    Declaration { id: id.into(), work: Work::none().tokens(tokens), inference: None }
}
