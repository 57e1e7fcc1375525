//! Which commit a baseline records, whatever stands between git and the project.

use std::fs;
use std::process::Command;

use crate::ab::contest::{Contest, rows};
use crate::replay::{Said, said};
use crate::sides::lab::{Lab, git};

fn contest() -> Contest {
    Contest::new(&rows(&[("g|-|1", 1000.0)]))
}

fn save(contest: &Contest, prepare: impl Fn(&mut Command)) -> Said {
    let mut command = contest.command(&["save", "a", "--rounds", "1"]);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    prepare(&mut command);
    said(command.output().expect("starts")).succeeds()
}

/// The baseline has no commit, and one warning says why.
#[track_caller]
fn records_none(contest: &Contest, said: &Said, why: &str) {
    let text = fs::read_to_string(contest.baseline("a")).expect("is saved");
    assert!(!text.contains("commit ="), "{text}");
    assert_eq!(said.stderr.matches("no commit is recorded: ").count(), 1, "{}", said.stderr);
    assert!(said.stderr.contains(why), "`{why}` is not in: {}", said.stderr);
}

#[test]
fn another_repository_in_the_environment_is_not_asked() {
    let (contest, other) = (contest(), Lab::new());
    other.commit("second");
    let said = save(&contest, |command| {
        command.env("GIT_DIR", other.repository().join(".git")).env("GIT_WORK_TREE", other.repository());
    });
    let text = fs::read_to_string(contest.baseline("a")).expect("is saved");
    assert!(text.contains(contest.git(&["rev-parse", "HEAD"]).trim()), "{text}");
    assert!(!said.stderr.contains("commit"), "{}", said.stderr);
}

#[test]
fn a_repository_of_somebody_else_is_named_with_what_git_advises() {
    let contest = contest();
    // By which git's own tests make a repository that of another user.
    let said = save(&contest, |command| _ = command.env("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1"));
    records_none(&contest, &said, "dubious ownership");
    assert!(said.stderr.contains("`git config --global --add safe.directory "), "{}", said.stderr);
}

#[cfg(unix)]
#[test]
fn a_repository_without_git_is_named() {
    let contest = contest();
    let programs = contest.path("programs");
    fs::create_dir(&programs).expect("makes a folder");
    for folder in std::env::split_paths(&std::env::var_os("PATH").expect("a path")) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name() != "git" {
                // The first of a name counts.
                let _ = std::os::unix::fs::symlink(entry.path(), programs.join(entry.file_name()));
            }
        }
    }
    let said = save(&contest, |command| _ = command.env("PATH", &programs));
    records_none(&contest, &said, "`git` cannot be started");
}

#[test]
fn a_project_that_another_repository_ignores_has_no_commit_of_it() {
    let contest = contest();
    fs::remove_dir_all(contest.path("repository/.git")).expect("removes");
    let around = contest.path("");
    fs::write(around.join(".gitignore"), "/repository\n").expect("writes");
    git(&around, &["init", "--quiet", "--initial-branch=main"]);
    git(&around, &["add", ".gitignore"]);
    git(&around, &["commit", "--quiet", "--message", "around"]);
    let said = save(&contest, |_| {});
    records_none(&contest, &said, "which ignores it; `git init` makes it one of its own");
}

#[test]
fn a_repository_without_commits_has_none() {
    let contest = contest();
    fs::remove_dir_all(contest.path("repository/.git")).expect("removes");
    git(&contest.path("repository"), &["init", "--quiet", "--initial-branch=main"]);
    let said = save(&contest, |_| {});
    records_none(&contest, &said, "has no commits yet; commit first");
}

#[test]
fn a_project_of_no_repository_is_no_matter_for_a_warning() {
    let contest = contest();
    fs::remove_dir_all(contest.path("repository/.git")).expect("removes");
    let said = save(&contest, |_| {});
    assert!(!said.stderr.contains("commit"), "{}", said.stderr);
}
