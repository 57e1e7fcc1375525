//! Executables by their content.

use anyhow::Result;
use sha2::{Digest as _, Sha256};

use super::build::BenchExecutable;
use super::sides::hash;
use crate::model::Digests;

/// SHA-256 of each executable, or of those of its libraries and its own.
///
/// # Errors
/// When one cannot be read.
pub fn digests(executables: &[BenchExecutable]) -> Result<Digests> {
    let digest =
        |bench: &BenchExecutable| Ok(((bench.package.clone(), bench.target.clone()), digest(bench)?));
    executables.iter().map(digest).collect()
}

fn digest(bench: &BenchExecutable) -> Result<String> {
    let own = hash(&bench.path)?;
    if bench.libraries.is_empty() {
        return Ok(own);
    }
    let all = bench.libraries.iter().map(|library| hash(library)).collect::<Result<String>>()? + &own;
    Ok(Sha256::digest(all).iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    #[test]
    fn code_in_a_library_counts() {
        let folder = tempfile::TempDir::new().expect("makes a folder");
        let (path, library) = (folder.path().join("bench"), folder.path().join("library.so"));
        fs::write(&path, "bench").expect("writes");
        let digest = |code: &str, libraries: &[&Path]| {
            fs::write(&library, code).expect("writes");
            let libraries = libraries.iter().map(|&library| library.to_owned()).collect();
            let bench = BenchExecutable { path: path.clone(), libraries, ..BenchExecutable::default() };
            digests(&[bench]).expect("reads")
        };
        let old = digest("old", &[&library]);
        assert_eq!(old, digest("old", &[&library]));
        assert_ne!(old, digest("new", &[&library]));
        assert_ne!(old, digest("old", &[]));
    }
}
