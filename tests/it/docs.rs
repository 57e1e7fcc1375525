//! Documents say what the program does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use snapbox::{Data, assert_data_eq};

use crate::committed::committed;
use crate::published::root;
use crate::replay::{isolated, said, tensorprof};

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

/// A comparison of committed baselines that documents show.
struct Published {
    /// Arguments of the command.
    arguments: &'static [&'static str],
    /// Where its report lies.
    folder: &'static str,
}

const PUBLISHED: [Published; 4] = [
    Published { arguments: &["diff", "candle-0.9.2", "candle-0.11.1"], folder: "book/src/reports/candle" },
    Published {
        arguments: &["diff", "one-thread", "two-threads", "--across", "threads"],
        folder: "book/src/reports/threads",
    },
    Published { arguments: &["diff", "no-cache", "kv-cache"], folder: "book/src/reports/kv-cache" },
    Published {
        arguments: &[
            "diff",
            "reference-2026-02-03",
            "reference-2026-02-04",
            "--rule",
            "point",
            "--threshold",
            "5",
            "--baselines",
            "tests/fixtures/reference",
        ],
        folder: "book/src/reports/reference",
    },
];

/// Runs the command on the committed baselines, with its report in a folder, and gives what it printed. It names no project
/// but that of its current folder, as what is published does.
fn make(arguments: &[&str], folder: &Path) -> String {
    let place = if arguments.contains(&"--baselines") { root() } else { committed() };
    let mut command = isolated(Command::new(env!("CARGO_BIN_EXE_cargo-tensorprof")));
    command.arg("tensorprof").args(arguments).arg("--output").arg(folder).current_dir(place);
    said(command.env("CARGO_TERM_COLOR", "never").output().expect("starts")).succeeds().stdout
}

#[test]
fn the_readme_shows_what_the_committed_baselines_give() {
    let shown = block("<!-- results -->");
    let (prompt, table) = shown.split_once('\n').expect("a prompt");
    let words = prompt.strip_prefix("$ cargo tensorprof ").expect("a command").split_whitespace();
    let arguments: Vec<&str> = words.map(|word| word.trim_matches('\'')).collect();
    assert_eq!(arguments[..3], *PUBLISHED[0].arguments, "some rows of the first published report");
    let folder = tempfile::TempDir::new().expect("makes a folder");
    assert_eq!(make(&arguments, folder.path()), table, "copy the table into README.md");
}

#[test]
fn the_published_reports_are_those_of_the_committed_baselines() {
    for published in PUBLISHED {
        let there = root().join(published.folder);
        let folder = tempfile::TempDir::new().expect("makes a folder");
        make(published.arguments, folder.path());
        assert_eq!(names(folder.path()), names(&there), "{}", published.folder);
        for name in names(folder.path()) {
            let now = fs::read_to_string(folder.path().join(&name)).expect("is text");
            assert_data_eq!(now, Data::read_from(&there.join(&name), None).raw());
        }
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
fn no_alias_of_the_clone_hides_the_installed_command() {
    for file in [".cargo/config.toml", ".cargo/config"] {
        let text = fs::read_to_string(root().join(file)).unwrap_or_default();
        assert!(!text.contains("tensorprof"), "{file}: {text}");
    }
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

#[test]
fn the_readme_shows_charts_as_their_reports_do() {
    let readme = read("README.md");
    let figures: Vec<&str> = readme.lines().filter(|line| line.starts_with("![")).collect();
    assert!(!figures.is_empty());
    for figure in figures {
        let published = PUBLISHED.iter().find(|published| figure.contains(published.folder));
        let folder = published.unwrap_or_else(|| panic!("of no published report: {figure}")).folder;
        let figure = figure.replace(&format!("{folder}/"), "");
        assert!(read(format!("{folder}/report.md")).contains(&figure), "{folder}: {figure}");
    }
}
