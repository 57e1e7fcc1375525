//! A workspace of many packages, each with a bench of a few rows, which never heard of this tool.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

/// The criterion of all packages, so that it is built once.
const ROOT: &str = "[workspace]\nmembers = [\"package-*\"]\nresolver = \"3\"\n\n[workspace.dependencies]\n\
    criterion = { version = \"0.8.2\", default-features = false, features = [\"cargo_bench_support\"] }\n";

const LIBRARY: &str =
    "/// The sum of the elements.\npub fn sum(vector: &[f32]) -> f32 {\n    vector.iter().sum()\n}\n";

/// The variable that names the file in which every bench process notes when it ran.
pub(super) const NOTES: &str = "TENSORPROF_STUDY_NOTES";

/// Writes the workspace. A file that is as it should be is left alone, so that cargo builds nothing anew.
pub(super) fn write(folder: &Path, packages: usize, rows: usize) -> Result<()> {
    file(&folder.join("Cargo.toml"), ROOT)?;
    let bench = include_str!("bench.rs.in").replace("ROWS", &rows.to_string());
    for name in (1..=packages).map(|number| format!("package-{number:02}")) {
        let package = folder.join(&name);
        file(&package.join("Cargo.toml"), &manifest(&name))?;
        file(&package.join("src/lib.rs"), LIBRARY)?;
        file(&package.join("benches/speed.rs"), &bench.replace("LIBRARY", &name.replace('-', "_")))?;
    }
    Ok(())
}

fn manifest(name: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n[lib]\nbench = false\n\n\
         [dev-dependencies]\ncriterion.workspace = true\n\n[[bench]]\nname = \"speed\"\nharness = false\n"
    )
}

fn file(path: &Path, text: &str) -> Result<()> {
    if fs::read_to_string(path).is_ok_and(|present| present == text) {
        return Ok(());
    }
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(path, text)).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_have_names_of_their_own_and_rows_as_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), 11, 3).unwrap();
        let read = |file: &str| fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(read("package-11/Cargo.toml").contains("name = \"package-11\""));
        let bench = read("package-02/benches/speed.rs");
        assert!(bench.contains("package_02::sum(") && bench.contains("1..=3"), "{bench}");
        assert!(bench.contains(NOTES), "{bench}");
        let written =
            || fs::metadata(folder.path().join("package-02/src/lib.rs")).unwrap().modified().unwrap();
        let before = written();
        write(folder.path(), 11, 4).unwrap();
        assert_eq!(written(), before);
        assert!(read("package-02/benches/speed.rs").contains("1..=4"));
    }
}
