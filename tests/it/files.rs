//! What the command does to files that are not its own: pipes in the place of baselines, and folders of reports.

use std::fs;
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::process::Command;

use crate::replay::{Replay, bench};

fn two_baselines() -> Replay {
    let replay = Replay::new();
    for name in ["a", "b"] {
        replay.save(name, &bench(&[("g|-|1", 1000.0)]));
    }
    replay
}

fn report_into(replay: &Replay, folder: &Path) -> crate::replay::Said {
    replay.run(&["diff", "a", "b", "--output", folder.to_str().expect("is UTF-8")])
}

fn folder(replay: &Replay, name: &str) -> PathBuf {
    let folder = replay.path(name);
    fs::create_dir(&folder).expect("makes a folder");
    folder
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_baseline_stops_no_command() {
    let replay = two_baselines();
    let pipe = replay.baseline("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("starts").success());
    replay.run(&["save", "pipe"]).fails(2, "exists");
    replay.run(&["save", "pipe", "--force"]).fails(2, "no file; move it away");
    replay.run(&["save", "pipe", "--append"]).fails(2, "it is not a file; move it away");
    replay.run(&["diff", "pipe", "b"]).fails(2, "it is not a file");
    replay.run(&["list"]).fails(2, "it is not a file");
    assert!(pipe.symlink_metadata().is_ok(), "is left");
    replay.run(&["rm", "pipe"]).succeeds();
}

#[test]
fn a_folder_in_the_place_of_a_baseline_is_left_alone() {
    let replay = two_baselines();
    fs::create_dir(replay.baseline("folder")).expect("makes a folder");
    replay.run(&["save", "folder", "--force"]).fails(2, "no file; move it away");
}

#[test]
fn files_of_others_are_not_replaced_by_a_report() {
    let replay = two_baselines();
    let folder = folder(&replay, "mine");
    for name in ["report.md", "samples.svg", "history.md"] {
        fs::write(folder.join(name), "mine").expect("writes");
    }
    report_into(&replay, &folder).fails(2, "no mark that cargo tensorprof wrote it");
    let history = ["history", "--output", folder.to_str().expect("is UTF-8")];
    replay.run(&history).fails(2, "it has a history.md and no mark");
    assert_eq!(fs::read_dir(&folder).expect("is there").count(), 3, "nothing was added");
    assert_eq!(fs::read_to_string(folder.join("report.md")).expect("is kept"), "mine");
    assert_eq!(fs::read_to_string(folder.join("samples.svg")).expect("is kept"), "mine");
}

/// What the error says to do with a report of an earlier version works.
#[test]
fn a_report_without_a_mark_is_taken_up_by_creating_the_mark() {
    let replay = two_baselines();
    let folder = folder(&replay, "published");
    fs::write(folder.join("report.md"), "an older report").expect("writes");
    fs::write(folder.join("samples.svg"), "an older chart").expect("writes");
    let mark = folder.join(".tensorprof-report");
    report_into(&replay, &folder).fails(2, mark.to_str().expect("is UTF-8"));
    fs::write(&mark, "").expect("writes");
    report_into(&replay, &folder).succeeds();
    assert!(fs::read_to_string(folder.join("report.md")).expect("is there").starts_with("# Profile"));
    assert!(!folder.join("samples.svg").exists(), "a chart that the report does not have");
}

#[test]
fn a_report_beside_other_files_leaves_them() {
    let replay = two_baselines();
    let folder = folder(&replay, "mine");
    fs::write(folder.join("notes.md"), "mine").expect("writes");
    report_into(&replay, &folder).succeeds();
    report_into(&replay, &folder).succeeds();
    assert_eq!(fs::read_to_string(folder.join("notes.md")).expect("is kept"), "mine");
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_by_a_report() {
    use std::os::unix::fs::symlink;
    let replay = two_baselines();
    let (elsewhere, link) = (folder(&replay, "elsewhere"), replay.path("link"));
    symlink(&elsewhere, &link).expect("makes a link");
    report_into(&replay, &link).fails(2, "it is a link");
    report_into(&replay, &link.join("")).fails(2, "it is a link");
    let folder = folder(&replay, "report");
    let target = elsewhere.join("target");
    symlink(&target, folder.join("report.md")).expect("makes a link");
    report_into(&replay, &folder).fails(2, "it has a report.md and no mark");
    fs::remove_file(folder.join("report.md")).expect("is there");
    report_into(&replay, &folder).succeeds();
    fs::remove_file(folder.join("report.md")).expect("is there");
    fs::write(&target, "mine").expect("writes");
    symlink(&target, folder.join("report.md")).expect("makes a link");
    report_into(&replay, &folder).succeeds();
    assert_eq!(fs::read_to_string(&target).expect("is kept"), "mine");
}

#[cfg(unix)]
#[test]
fn a_pipe_in_a_folder_of_reports_stops_nothing() {
    let replay = two_baselines();
    let folder = replay.path("report");
    report_into(&replay, &folder).succeeds();
    fs::remove_file(folder.join("report.md")).expect("is there");
    assert!(Command::new("mkfifo").arg(folder.join("report.md")).status().expect("starts").success());
    report_into(&replay, &folder).succeeds();
    assert!(folder.join("report.md").is_file());
}

#[cfg(unix)]
#[test]
fn the_root_is_no_folder_of_reports() {
    let replay = two_baselines();
    report_into(&replay, Path::new("/")).fails(2, "the root of the file system");
    report_into(&replay, Path::new("/tmp/..")).fails(2, "the root of the file system");
}

#[test]
fn the_next_save_removes_what_a_killed_one_left() {
    let replay = two_baselines();
    let left = replay.path("baselines").join(".tensorprof-killed.tmp");
    fs::write(&left, "half").expect("writes");
    replay.run(&["save", "c"]).succeeds();
    assert!(!left.exists());
}
