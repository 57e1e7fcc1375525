//! What goes wrong, in words, and that nothing is left of it.

use std::fs;
use std::path::Path;

use tensorprof::runner::build::BuildFailed;
use tensorprof::runner::sides::is_revision;

use super::lab::{Lab, both_say, git, revision, working_tree};

/// Asserts that an error has these words and that nothing is left.
#[track_caller]
fn refused(lab: &Lab, baseline: &str, words: &[&str]) {
    let error = format!("{:#}", lab.refuses(&revision(baseline), &working_tree()));
    for word in words {
        assert!(error.contains(word), "`{word}` is not in: {error}");
    }
    assert!(lab.checkouts().is_empty());
}

#[test]
fn a_revision_that_does_not_exist() {
    let lab = Lab::new();
    for name in ["no-such", "HEAD~5", "--all", ""] {
        refused(&lab, name, &[&format!("revision `{name}` does not exist"), "git branch --all"]);
    }
    assert!(is_revision(&lab.repository(), "main"));
    assert!(!is_revision(&lab.repository(), "no-such"));
}

#[test]
fn a_repository_without_commits() {
    let lab = Lab::without_git("");
    lab.git(&["init", "--quiet"]);
    refused(&lab, "main", &["has no commits yet", "commit first"]);
}

#[test]
fn a_folder_without_a_repository() {
    let lab = Lab::without_git("");
    refused(&lab, "main", &["not in the working tree of a git repository", "git init"]);
}

#[test]
fn a_shallow_clone() {
    let lab = Lab::new();
    let first = lab.git(&["rev-parse", "HEAD"]);
    lab.answer(2);
    lab.commit("second");
    let whole = lab.path("whole");
    fs::rename(lab.repository(), &whole).expect("moves");
    let url = format!("file://{}", whole.display());
    git(&lab.path(""), &["clone", "--quiet", "--depth=1", &url, "repository"]);
    refused(&lab, &first, &["is a shallow clone", "git fetch --unshallow"]);
    // What it has can be built.
    lab.answer(3);
    let sides = lab.prepare(&revision("main"), &working_tree()).expect("builds");
    assert_eq!(both_say(&sides), ("2".to_owned(), "3".to_owned()));
}

#[test]
fn a_side_that_does_not_build() {
    let lab = Lab::new();
    lab.write("src/lib.rs", "pub fn answer() -> u32 { \"\" }\n");
    let before = lab.state();
    let error = lab.refuses(&revision("HEAD"), &working_tree());
    assert!(error.is::<BuildFailed>());
    assert!(format!("{error:#}").contains("the candidate is the working tree"), "{error:#}");
    assert_eq!(lab.state(), before);
    assert!(lab.checkouts().is_empty());
    assert!(!lab.repository().join("target/tensorprof/ab/side-x").exists());
    // The next run is not disturbed.
    lab.answer(2);
    let sides = lab.prepare(&revision("HEAD"), &working_tree()).expect("builds");
    assert_eq!(both_say(&sides), ("1".to_owned(), "2".to_owned()));
}

#[test]
fn only_one_run_at_a_time() {
    let lab = Lab::new();
    let sides = lab.prepare(&revision("HEAD"), &working_tree()).expect("builds");
    let error = format!("{:#}", lab.refuses(&revision("HEAD"), &working_tree()));
    assert!(error.contains(&format!("(process {})", std::process::id())), "{error}");
    // The one at work has not lost anything.
    assert_eq!(both_say(&sides), ("1".to_owned(), "1".to_owned()));
}

#[test]
fn what_a_killed_run_left_is_cleaned_up_by_the_next() {
    let lab = Lab::new();
    let before = lab.state();
    let sides = lab.prepare(&revision("HEAD"), &working_tree()).expect("builds");
    let builds = lab.repository().join("target/tensorprof/ab");
    let executable = sides.candidate.built.executables[0].path.clone();
    let built = fs::metadata(&executable).and_then(|facts| facts.modified()).expect("is there");
    let checkout = sides.candidate.root.parent().expect("has one").to_owned();
    // As killed in the middle of a build: nothing is dropped, both folders are at work.
    rename(&checkout, &checkout.with_file_name("side-x"));
    rename(&builds.join("side-b"), &builds.join("side-x"));
    kill(sides, &lab);
    assert_eq!(lab.git(&["worktree", "list"]).lines().count(), 3);
    let sides = lab.prepare(&revision("HEAD"), &working_tree()).expect("builds");
    assert_eq!(fs::metadata(&executable).and_then(|facts| facts.modified()).expect("is there"), built);
    drop(sides);
    assert_eq!(lab.state(), before);
    assert!(lab.checkouts().is_empty());
}

/// Ends a run without its clean-up, except for the lock, which would end with the process.
fn kill(sides: tensorprof::runner::sides::Sides, lab: &Lab) {
    std::mem::forget(sides);
    fs::remove_file(lab.repository().join("target/tensorprof/ab/lock")).expect("removes");
}

fn rename(from: &Path, to: &Path) {
    fs::rename(from, to).expect("renames");
}

#[test]
fn a_disk_that_takes_no_checkout() {
    let lab = Lab::new();
    fs::write(lab.path("checkouts"), "a file where a folder is to be").expect("writes");
    let error = format!("{:#}", lab.refuses(&revision("HEAD"), &working_tree()));
    assert!(error.contains("cannot make the folder") && error.contains("checkouts"), "{error}");
}
