//! The baselines that the repository holds, whatever somebody has saved beside them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::published::{left_behind, root, skipped};

const NAMES: [&str; 11] = [
    "candle-0.11.1",
    "candle-0.9.2",
    "kv-cache",
    "no-cache",
    "one-thread",
    "ops-1",
    "ops-2",
    "ops-3-planted",
    "ops-4",
    "ops-5",
    "two-threads",
];

/// A project whose `baselines/` are the committed ones alone. It is only read.
pub(crate) fn committed() -> &'static Path {
    static PROJECT: LazyLock<PathBuf> = LazyLock::new(project);
    &PROJECT
}

fn project() -> PathBuf {
    let project = left_behind("committed");
    for folder in ["src", "baselines"] {
        fs::create_dir_all(project.join(folder)).expect("makes a folder");
    }
    let manifest = "[package]\nname = \"committed\"\nedition = \"2024\"\n\n[workspace]\n";
    fs::write(project.join("Cargo.toml"), manifest).expect("writes");
    fs::write(project.join("src/lib.rs"), "").expect("writes");
    for name in NAMES {
        let file = format!("baselines/{name}.toml");
        fs::copy(root().join(&file), project.join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    }
    project
}

/// A baseline that is committed and not listed would be in no test. Git knows which are; sources without it have no others.
#[test]
fn every_committed_baseline_is_listed() {
    let mut git = Command::new("git");
    let listed = git.args(["ls-tree", "--name-only", "HEAD", "baselines/"]).current_dir(root()).output();
    let Some(listed) = listed.ok().filter(|output| output.status.success()) else {
        return skipped("git does not list the committed baselines");
    };
    let files = String::from_utf8(listed.stdout).expect("is UTF-8");
    let expected = NAMES.map(|name| format!("baselines/{name}.toml"));
    assert!(files.lines().all(|file| expected.iter().any(|name| name == file)), "{files}");
}
