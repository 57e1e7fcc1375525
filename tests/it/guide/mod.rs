//! The book of this project: what its chapters show is what happens.
//!
//! A chapter has three kinds of code blocks that are more than text:
//!
//! - `console`: lines that start with `$ ` are commands and are run; the lines after one are what it prints, on standard
//!   output or, where that is nothing, on standard error. `[..]` stands for any characters in a line, a line `...` for any
//!   lines. A command has to succeed unless `echo $?` comes next.
//! - `console,measured`: the same, but what is shown is one run of many. Only its benchmarks count: each that begins a line
//!   has to begin a line that is printed, and that the machine was too busy to judge is no failure.
//! - `LANGUAGE,file=PATH`: a file, written before the next command is run.
//!
//! Commands run in a project with the committed baselines, those of the chapters of [`WALK`] one after another in a folder
//! that is empty but for a link to the repository, where `save`, `ab` and `bisect` measure unoptimized code for a short time.
//! They see 80 columns. `SNAPSHOTS=overwrite` puts what is printed into the chapters.

mod console;
mod links;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pulldown_cmark::{Event, Parser, Tag};
use snapbox::{Data, assert_data_eq};
use tempfile::TempDir;
use tensorprof::compare::Fact;
use tensorprof::report::{SECTION_NAMES, chart_names};

use self::console::Shell;
use self::links::{Page, broken};
use crate::committed::committed;
use crate::published::{self, mdbook, root};
use crate::replay::{isolated, said};

/// The chapters that walk a newcomer through a project of their own.
const WALK: [&str; 4] = ["first-bench.md", "head-to-head.md", "work-and-allocation.md", "publishing.md"];

const SUMMARY: &str = "SUMMARY.md";

fn sources() -> PathBuf {
    root().join("book/src")
}

/// The chapters that the summary lists, in its order.
pub(crate) fn chapters() -> Vec<PathBuf> {
    let summary = read(SUMMARY);
    let links = Parser::new(&summary).filter_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. }) => Some(PathBuf::from(dest_url.as_ref())),
        _ => None,
    });
    links.collect()
}

/// Asserts that a chapter shows what its commands print.
#[track_caller]
fn assert_shows_what_happens(chapter: &Path, shell: &mut Shell) {
    let path = sources().join(chapter);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_data_eq!(shell.replay(&text), Data::read_from(&path, None).raw());
}

#[test]
fn chapters_show_what_commands_print() {
    for chapter in chapters().iter().filter(|chapter| WALK.iter().all(|walk| *chapter != Path::new(walk))) {
        assert_shows_what_happens(chapter, &mut Shell::in_folder(committed()));
    }
}

/// Rust code is a file that is written and built, or stands in a chapter whose code is the library's documentation to
/// `cargo test`.
#[test]
fn the_code_of_chapters_is_compiled() {
    let library = fs::read_to_string(root().join("src/lib.rs")).expect("is there");
    for chapter in chapters() {
        let chapter = chapter.to_str().expect("is UTF-8");
        let text = read(chapter);
        let mut loose = text.lines().filter(|line| line.starts_with("```rust") && !line.contains("file="));
        let documents = library.contains(&format!("include_str!(\"../book/src/{chapter}\")"));
        assert!(documents || loose.next().is_none(), "{chapter} has Rust code that nothing compiles");
    }
}

#[cfg(unix)]
#[test]
fn a_newcomer_can_follow_the_guide() {
    let folder = TempDir::new().expect("makes a folder");
    std::os::unix::fs::symlink(root(), folder.path().join("tensorprof")).expect("makes a link");
    let mut shell = Shell::in_folder(folder.path()).with_crates_of_this_project();
    for chapter in WALK {
        assert_shows_what_happens(Path::new(chapter), &mut shell);
    }
}

fn read(chapter: &str) -> String {
    fs::read_to_string(sources().join(chapter)).unwrap_or_else(|error| panic!("{chapter}: {error}"))
}

#[test]
fn the_names_that_directives_take_are_listed() {
    let listed = |names: Vec<&str>| format!("`{}`", names.join("`, `"));
    let text = read("publishing.md").split_whitespace().collect::<Vec<_>>().join(" ");
    for names in [SECTION_NAMES.to_vec(), chart_names().collect()] {
        assert!(text.contains(&listed(names.clone())), "{}", listed(names));
    }
}

#[test]
fn the_facts_that_times_depend_on_are_listed() {
    let table = read("machines-and-threads.md");
    let help = read("commands.md");
    for fact in Fact::ALL {
        let (name, description) = (fact.name(), fact.description());
        assert!(table.contains(&format!("| `{name}` | {description} |\n")), "{name}");
        assert_eq!(
            help.matches(&format!("- {name}: ")).count(),
            5,
            "{name} in the help of `diff`, `compare`, `ab`, `export` and `book add`"
        );
    }
}

/// The commands below `command`, at any depth, that its help names.
pub(crate) fn commands(command: &str) -> Vec<String> {
    let mut help = isolated(Command::new(env!("CARGO_BIN_EXE_cargo-tensorprof")));
    let help = help.args(command.split_whitespace().skip(1)).arg("--help").output();
    let help = said(help.expect("starts")).succeeds().stdout;
    let listed =
        help.split_once("Commands:\n").map_or("", |(_, rest)| rest.split("\n\n").next().unwrap_or(rest));
    let names = listed.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names = names.filter(|name| !["", "help"].contains(name)).map(|name| format!("{command} {name}"));
    names.flat_map(|name| std::iter::once(name.clone()).chain(commands(&name))).collect()
}

#[test]
fn every_command_has_its_help_in_the_book() {
    let text = read("commands.md");
    let commands = commands("cargo tensorprof");
    assert!(commands.contains(&"cargo tensorprof book add".to_owned()), "{commands:?}");
    for command in commands {
        assert!(text.contains(&format!("$ {command} --help\n")), "{command}");
    }
}

#[test]
fn the_summary_lists_every_chapter() {
    let listed: BTreeSet<PathBuf> = chapters().into_iter().collect();
    let mut found = BTreeSet::new();
    let mut folders = vec![sources()];
    while let Some(folder) = folders.pop() {
        // The page of a report in files is no chapter: its charts lie beside it.
        let report = folder.join("report.json").exists();
        for entry in fs::read_dir(&folder).expect("is a folder") {
            let path = entry.expect("is readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if !report && path.extension().is_some_and(|ending| ending == "md") {
                found.insert(path.strip_prefix(sources()).expect("is below").to_owned());
            }
        }
    }
    assert!(found.remove(Path::new(SUMMARY)));
    assert_eq!(listed, found);
}

#[test]
fn links_between_chapters_hold() {
    let pages: BTreeMap<PathBuf, Page> =
        chapters().into_iter().map(|path| (path.clone(), Page::read(&sources().join(path)))).collect();
    assert_eq!(broken(&pages, &sources()), [""; 0]);
}

#[test]
fn the_real_mdbook_builds_the_guide() {
    let Some(mdbook) = mdbook() else { return };
    let folder = published::guide(&mdbook);
    for chapter in chapters() {
        let page = folder.join(chapter.with_extension("html"));
        let html = fs::read_to_string(&page).unwrap_or_else(|error| panic!("{}: {error}", page.display()));
        let report = chapter.starts_with("reports");
        assert!(!report || html.contains("<figure class=\"tensorprof\""), "no chart in {}", page.display());
    }
}
