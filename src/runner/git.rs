//! The git revision of a folder.

use std::path::Path;
use std::process::Command;

use crate::model::Revision;

/// The revision checked out in `root`, or `None` if there is no git or no commit. Files under `ignored` do
/// not make it dirty: saving a baseline must not mark the source of the next one as changed.
pub fn revision(root: &Path, ignored: &Path) -> Option<Revision> {
    let commit = git(root, &["rev-parse", "--verify", "--quiet", "HEAD"])?;
    let branch = git(root, &["symbolic-ref", "--quiet", "--short", "HEAD"]);
    let exclude = format!(":(exclude){}", ignored.strip_prefix(root).unwrap_or(ignored).display());
    let inside = ignored.starts_with(root) && ignored != root;
    let mut status = vec!["status", "--porcelain", "--", "."];
    if inside {
        status.push(&exclude);
    }
    let dirty = git(root, &status).is_some_and(|changes| !changes.is_empty());
    Some(Revision { commit, branch, dirty })
}

fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
