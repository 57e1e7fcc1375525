//! The executables of a bench: two copies, equal byte for byte, under names of equal length.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use tensorprof::compare::Sides;
use tensorprof::model::Build;
use tensorprof::runner::build::{BenchExecutable, BuildRequest, build};
use tensorprof::runner::toolchain::{BuildChoices, build_facts};
use tensorprof::runner::workspace::Workspace;

use crate::saving::workspace;
use crate::unit::Part;

/// A bench that is built and copied.
#[derive(Debug, Clone)]
pub struct Bench {
    /// Each side's copy.
    pub executables: Sides<BenchExecutable>,
    /// How it was built.
    pub build: Build,
}

impl Bench {
    /// Builds the bench of a part in this workspace, as `cargo bench` does, and copies it to `folder`. Cargo starts this
    /// program to learn how it starts a bench: `main` answers.
    ///
    /// # Errors
    /// The build fails, or `folder` cannot be written.
    pub fn build(part: Part, folder: &Path) -> Result<Bench> {
        let [package, target] = part.target();
        let workspace = Workspace::locate(Some(&workspace().join("Cargo.toml")), &[])?;
        let arguments = ["--package", package, "--bench", target].map(str::to_owned).to_vec();
        let recorder = std::env::current_exe().context("cannot find this executable")?;
        let request = BuildRequest { arguments, names_benches: true, recorder, ..BuildRequest::default() };
        let built = build(&workspace, &request, &mut |_| {})?;
        ensure!(built.executables.len() == 1, "cargo built {} benches `{target}`", built.executables.len());
        let executable = &built.executables[0];
        Ok(Bench {
            executables: Sides::new(copy(executable, folder, "a")?, copy(executable, folder, "b")?),
            build: build_facts(&workspace, &BuildChoices::default())?,
        })
    }
}

/// A copy that is there is kept: what was measured before is compared with what comes now, so both must be of one build.
fn copy(executable: &BenchExecutable, folder: &Path, side: &str) -> Result<BenchExecutable> {
    let path = folder.join(format!("{}-{side}", executable.target));
    let cannot = || format!("cannot copy bench `{}` to {}", executable.target, path.display());
    if path.exists() {
        ensure!(
            fs::read(&path).with_context(cannot)? == fs::read(&executable.path).with_context(cannot)?,
            "{} was measured with another build of bench `{}`, and its units cannot be compared with new ones; take \
             another --folder",
            folder.display(),
            executable.target
        );
    } else {
        let unfinished = path.with_extension("new");
        let copied = fs::create_dir_all(folder)
            .and_then(|()| fs::copy(&executable.path, &unfinished))
            .and_then(|_| fs::rename(&unfinished, &path));
        copied.with_context(cannot)?;
    }
    Ok(BenchExecutable { path, ..executable.clone() })
}

#[cfg(test)]
mod tests {
    use tensorprof::runner::dialect::Dialect;
    use tensorprof::runner::invocation::Invocation;

    use super::*;

    #[test]
    fn copies_are_equal_have_names_of_their_own_and_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("built");
        fs::write(&path, "a bench").unwrap();
        let executable = BenchExecutable {
            package: "suite".to_owned(),
            target: "ops".to_owned(),
            label: "ops".to_owned(),
            path: path.clone(),
            invocation: Invocation::plain(folder.path().to_owned()),
            libraries: vec![],
            dialect: Dialect::of_library(),
        };
        let copies = folder.path().join("copies");
        for _ in 0..2 {
            let copies = ["a", "b"].map(|side| copy(&executable, &copies, side).unwrap());
            assert_ne!(copies[0].path, copies[1].path);
            assert_eq!(copies.map(|copy| fs::read(copy.path).unwrap()), [b"a bench", b"a bench"]);
        }
        fs::write(&path, "another").unwrap();
        let refused = copy(&executable, &copies, "a").unwrap_err().to_string();
        assert!(refused.contains("another build of bench `ops`"), "{refused}");
        assert_eq!(fs::read(copies.join("ops-a")).unwrap(), b"a bench");
    }
}
