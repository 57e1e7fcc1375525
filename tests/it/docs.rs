//! Documents say what the program does.

use std::fs;
use std::path::{Path, PathBuf};

use snapbox::{Data, assert_data_eq};

use crate::replay::{said, tensorprof};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The text of README.md between a marker and the end of the code block after it.
fn block(marker: &str) -> String {
    let readme = read("README.md");
    let (_, rest) = readme.split_once(marker).unwrap_or_else(|| panic!("no {marker} in README.md"));
    rest.split("```").nth(1).expect("a code block").split_once('\n').expect("lines").1.to_owned()
}

/// Arguments of the comparison that the README shows.
const SHOWN: [&str; 5] = ["diff", "one-thread", "two-threads", "--across", "threads"];

#[test]
fn the_readme_shows_what_the_committed_baselines_give() {
    let folder = tempfile::TempDir::new().expect("makes a folder");
    let output = folder.path().to_str().expect("is UTF-8");
    let mut command = tensorprof(&root().join("Cargo.toml"), &[&SHOWN[..], &["--output", output]].concat());
    let printed = said(command.output().expect("starts")).succeeds().stdout;
    let shown = block("<!-- results -->");
    let (prompt, table) = shown.split_once('\n').expect("a prompt");
    assert_eq!(prompt, format!("$ cargo tensorprof {}", SHOWN.join(" ")));
    assert_eq!(printed, table, "copy the table into README.md");
}

#[test]
fn the_published_report_is_that_of_the_committed_baselines() {
    let published = root().join("book/src/reports/threads");
    let folder = tempfile::TempDir::new().expect("makes a folder");
    let output = folder.path().to_str().expect("is UTF-8");
    let mut command = tensorprof(&root().join("Cargo.toml"), &[&SHOWN[..], &["--output", output]].concat());
    said(command.output().expect("starts")).succeeds();
    assert_eq!(names(folder.path()), names(&published));
    for name in names(folder.path()) {
        let now = fs::read_to_string(folder.path().join(&name)).expect("is text");
        assert_data_eq!(now, Data::read_from(&published.join(&name), None).raw());
    }
}

fn names(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names: Vec<PathBuf> =
        entries.map(|entry| entry.expect("is readable").file_name().into()).collect();
    names.sort();
    names
}

#[test]
fn the_changelog_knows_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    assert!(read("CHANGELOG.md").contains(&format!("## [{version}]")), "no section for {version}");
}

#[test]
fn the_exit_codes_are_documented_where_people_look() {
    let mut command = tensorprof(&root().join("Cargo.toml"), &["--help"]);
    let help = said(command.output().expect("starts")).succeeds().stdout;
    let readme = read("README.md").split_whitespace().collect::<Vec<_>>().join(" ");
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    let codes = "0 fine; 1 the gate found a regression; 2 usage or bad input; 3 cannot judge; 101 a build or a bench failed";
    for (place, text) in [("README.md", &readme), ("--help", &help)] {
        assert!(text.contains(codes), "{place} lacks: {codes}");
    }
}
