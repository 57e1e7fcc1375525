//! mdBook, which renders a book.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, ExitStatus};

use anyhow::{Context as _, Result, bail};

/// The variable that names another mdBook than that on the path.
const VARIABLE: &str = "MDBOOK";

/// The book could not be built; mdBook has said why on standard error.
#[derive(Debug, thiserror::Error)]
#[error("the book could not be built: `{program} build` ended with {status}")]
pub struct BookFailed {
    program: String,
    status: ExitStatus,
}

/// Runs `mdbook build` on the book in `folder`, with `$MDBOOK` or the `mdbook` on the path. `version` is the one to
/// install where there is none.
///
/// # Errors
/// [`BookFailed`] when mdBook fails; others when it cannot be started.
pub fn build(folder: &Path, version: &str) -> Result<()> {
    let program = std::env::var_os(VARIABLE).unwrap_or_else(|| "mdbook".into());
    let shown = program.to_string_lossy().into_owned();
    match Command::new(&program).arg("build").arg(folder).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => bail!(BookFailed { program: shown, status }),
        Err(error) if error.kind() == ErrorKind::NotFound => bail!(
            "`{shown}` is not installed: run `cargo install mdbook --version {version} --locked`, or set {VARIABLE} to its \
             path"
        ),
        Err(error) => Err(error).with_context(|| format!("cannot start `{shown}`")),
    }
}
