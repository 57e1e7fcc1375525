//! Points the paths in an executable, and in how it is started, to where its side's files are while it runs.
//!
//! Both sides are built at the same path ([`super::workshop`]), at which nothing is any more when the benches
//! run. A path that the compiler put into an executable, as `env!("CARGO_MANIFEST_DIR")` does, is replaced in a
//! copy of it. The folders have names of equal length, so that nothing else in the executable moves.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use regex::bytes::{NoExpand, Regex};

use super::workshop::make_folder;
use crate::runner::invocation::Invocation;

/// How an executable is started after the folders have moved: each is given by where it was and where it is.
pub(super) fn invocation(built: &Invocation, moves: &[(PathBuf, PathBuf)]) -> Invocation {
    let Invocation { runner, arguments, directory, variables } = built;
    let moved = |text: &OsStr| moved(text, moves);
    let words = |words: &[OsString]| words.iter().map(|word| moved(word)).collect();
    let variable =
        |(name, value): (&OsString, &Option<OsString>)| (name.clone(), value.as_deref().map(moved));
    Invocation {
        runner: words(runner),
        arguments: words(arguments),
        directory: moved(directory.as_os_str()).into(),
        variables: variables.iter().map(variable).collect(),
    }
}

/// A path, or a text with paths in it. Those of cargo are Unicode.
fn moved(text: &OsStr, moves: &[(PathBuf, PathBuf)]) -> OsString {
    let Some(text) = text.to_str() else { return text.to_owned() };
    let replace = |text: String, (from, to): &(PathBuf, PathBuf)| match (from.to_str(), to.to_str()) {
        (Some(from), Some(to)) => text.replace(from, to),
        _ => text,
    };
    moves.iter().fold(text.to_owned(), replace).into()
}

/// The executable at `path`, or a copy of it in `folder` if it names one of the moved folders: each is given
/// by where it was built and where it is.
pub(super) fn relocate(path: &Path, moves: &[(PathBuf, PathBuf)], folder: &Path) -> Result<PathBuf> {
    let original = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let moved = moves.iter().try_fold(original.clone(), |bytes, (from, to)| replaced(&bytes, from, to))?;
    if moved == original {
        return Ok(path.to_owned());
    }
    make_folder(folder)?;
    let copied = folder.join(path.file_name().unwrap_or_default());
    let failed = || format!("cannot write {}", copied.display());
    // With the permissions of the original.
    fs::copy(path, &copied).with_context(failed)?;
    fs::write(&copied, moved).with_context(failed)?;
    sign(&copied)?;
    Ok(copied)
}

fn replaced(bytes: &[u8], from: &Path, to: &Path) -> Result<Vec<u8>> {
    let (from, to) = (from.as_os_str().as_encoded_bytes(), to.as_os_str().as_encoded_bytes());
    assert_eq!(from.len(), to.len(), "the folders of the sides have names of equal length");
    let escaped: String = from.iter().map(|byte| format!("\\x{byte:02x}")).collect();
    let pattern = Regex::new(&format!("(?-u){escaped}")).context("cannot search an executable")?;
    Ok(pattern.replace_all(bytes, NoExpand(to)).into_owned())
}

/// macOS runs no executable that was changed after it was signed.
#[cfg(target_os = "macos")]
fn sign(executable: &Path) -> Result<()> {
    let mut command = std::process::Command::new("codesign");
    command.args(["--force", "--sign", "-"]).arg(executable);
    let output = command.output().context("cannot start `codesign`")?;
    anyhow::ensure!(
        output.status.success(),
        "`codesign` failed on {}: {}",
        executable.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}

#[cfg(not(target_os = "macos"))]
fn sign(_: &Path) -> Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_starts_an_executable_moves_with_it() {
        let path = |side: &str| format!("/c/side-{side}/tree");
        let at = |side: &str| Invocation {
            runner: vec![format!("{}/run", path(side)).into(), "env".into()],
            arguments: vec!["--bench".into()],
            directory: path(side).into(),
            variables: [
                ("LD_LIBRARY_PATH", Some(format!("/usr/lib:{0}/a:{0}/b", path(side)))),
                ("NONE", None),
                ("ELSEWHERE", Some("/d/side-x".to_owned())),
            ]
            .map(|(name, value)| (name.into(), value.map(OsString::from)))
            .into(),
        };
        assert_eq!(invocation(&at("x"), &[("/c/side-x".into(), "/c/side-a".into())]), at("a"));
    }

    #[test]
    fn only_the_moved_folder_is_replaced() {
        let moves =
            |text: &[u8]| replaced(text, Path::new("/c/side-x"), Path::new("/c/side-a")).expect("is found");
        assert_eq!(moves(b"\xff/c/side-x/tree\0/d/side-x"), b"\xff/c/side-a/tree\0/d/side-x");
        assert_eq!(moves(b"nothing"), b"nothing");
    }
}
