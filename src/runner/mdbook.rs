//! Runs mdBook, which renders a book.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, ExitStatus};

use anyhow::{Context as _, Result, bail};

/// The variable that names an mdBook to use instead of the one in `$PATH`.
const VARIABLE: &str = "MDBOOK";

/// The book could not be built; mdBook has printed why to standard error.
#[derive(Debug, thiserror::Error)]
#[error("the book could not be built: `{program} build` ended with {status}")]
pub struct BookFailed {
    program: String,
    status: ExitStatus,
}

/// Runs `mdbook build` on the book in `folder`, with `$MDBOOK` or the `mdbook` in `$PATH`. Where there is
/// none, the error names `version` as the one to install.
///
/// # Errors
/// [`BookFailed`] when mdBook fails; other errors when it cannot be started.
pub fn build(folder: &Path, version: &str) -> Result<()> {
    let program = std::env::var_os(VARIABLE).unwrap_or_else(|| "mdbook".into());
    let name = program.to_string_lossy().into_owned();
    match Command::new(&program).arg("build").arg(folder).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!(BookFailed { program: name, status }),
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "`{name}` is not installed: run `cargo install mdbook --version {version} --locked`, or set {VARIABLE} to its \
             path"
        ),
        Err(error) => Err(error).with_context(|| format!("cannot start `{name}`")),
    }
}
