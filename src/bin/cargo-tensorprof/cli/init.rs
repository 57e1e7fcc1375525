//! The command line of `init`.

use std::path::PathBuf;

use clap::Args;

use super::examples;

#[derive(Debug, Args)]
#[command(after_help = examples::INIT)]
pub(crate) struct InitArguments {
    /// Package to set up, repeatable (see `cargo help pkgid`) [default: that of the current folder]
    #[arg(short, long = "package", value_name = "SPEC")]
    pub(crate) packages: Vec<String>,
    /// Name of a bench to write [default: `kernels` in a package without criterion benches, or else none]
    #[arg(long, value_name = "NAME", value_parser = bench_name)]
    pub(crate) bench: Option<String>,
    /// Write nothing, but print what would change: a unified diff for `git apply` or `patch -p1`, in the workspace root or
    /// the folder that is named
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Folder of the library [default: that of [workspace.dependencies], or else the sources of this command]
    #[arg(long, value_name = "DIR", conflicts_with = "library_git")]
    pub(crate) library_path: Option<PathBuf>,
    /// Git repository of the library
    #[arg(long, value_name = "URL")]
    pub(crate) library_git: Option<String>,
}

/// A name that is one of a file, too.
fn bench_name(text: &str) -> Result<String, String> {
    let is_part = |character: char| character.is_alphanumeric() || "_-".contains(character);
    let is_name = text.chars().all(is_part) && text.starts_with(char::is_alphanumeric);
    is_name.then(|| text.to_owned()).ok_or_else(|| "not a name of letters, digits, `_` and `-`".to_owned())
}
