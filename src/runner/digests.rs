//! Executables by their content.

use anyhow::Result;

use super::build::BenchExecutable;
use super::sides::hash;
use crate::model::Digests;

/// SHA-256 of each executable.
///
/// # Errors
/// When one cannot be read.
pub fn digests(executables: &[BenchExecutable]) -> Result<Digests> {
    let digest =
        |bench: &BenchExecutable| Ok(((bench.package.clone(), bench.target.clone()), hash(&bench.path)?));
    executables.iter().map(digest).collect()
}
