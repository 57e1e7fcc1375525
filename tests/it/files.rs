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

/// The permissions of a file from now on.
#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("is ours");
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).expect("is there").permissions().mode() & 0o777
}

#[cfg(unix)]
#[test]
fn what_is_replaced_keeps_its_permissions() {
    let replay = two_baselines();
    set_mode(&replay.baseline("a"), 0o640);
    replay.run(&["save", "a", "--append", "--rounds", "1"]).succeeds();
    replay.run(&["save", "a", "--force", "--rounds", "1"]).succeeds();
    assert_eq!(mode(&replay.baseline("a")), 0o640);
    replay.run(&["mv", "a", "moved"]).succeeds();
    assert_eq!(mode(&replay.baseline("moved")), 0o640);
    let accepted = replay.path("baselines/accepted");
    fs::write(&accepted, "# of us all\n").expect("writes");
    set_mode(&accepted, 0o664);
    replay.run(&["bless", "g/1", "--reason", "it checks its bounds"]).succeeds();
    assert_eq!(mode(&accepted), 0o664);
    let report = folder(&replay, "report");
    fs::write(report.join(".tensorprof-report"), "").expect("writes");
    fs::write(report.join("report.md"), "an earlier one").expect("writes");
    set_mode(&report.join("report.md"), 0o604);
    replay.run(&["show", "b", "--output", report.to_str().expect("is UTF-8")]).succeeds();
    assert_eq!(mode(&report.join("report.md")), 0o604);
}

#[cfg(unix)]
#[test]
fn what_is_read_only_is_not_replaced() {
    let replay = two_baselines();
    let before = fs::read_to_string(replay.baseline("a")).expect("is there");
    set_mode(&replay.baseline("a"), 0o444);
    let calls = replay.calls().len();
    for how in ["--force", "--append"] {
        let said = replay.run(&["save", "a", how]);
        said.fails(
            2,
            "baselines/a.toml: the file is read-only; make it writable first (`chmod u+w` on Unix)",
        );
        said.fails(2, "error: cannot replace ");
    }
    assert_eq!(replay.calls().len(), calls, "nothing was measured for it");
    assert_eq!(fs::read_to_string(replay.baseline("a")).expect("is kept"), before);
    let accepted = replay.path("baselines/accepted");
    fs::write(&accepted, "# of us all\n").expect("writes");
    set_mode(&accepted, 0o444);
    let blessed = replay.run(&["bless", "g/1", "--reason", "it checks its bounds"]);
    blessed.fails(2, "accepted: the file is read-only; make it writable first");
    let report = folder(&replay, "report");
    fs::write(report.join(".tensorprof-report"), "").expect("writes");
    fs::write(report.join("report.md"), "an earlier one").expect("writes");
    set_mode(&report.join("report.md"), 0o444);
    let shown = replay.run(&["show", "b", "--output", report.to_str().expect("is UTF-8")]);
    shown.fails(2, "report.md: the file is read-only; make it writable first");
    assert_eq!(fs::read_to_string(report.join("report.md")).expect("is kept"), "an earlier one");
}

#[cfg(unix)]
#[test]
fn a_link_to_a_baseline_stays_one_and_one_to_anything_else_is_replaced() {
    use std::os::unix::fs::symlink;
    let replay = two_baselines();
    let elsewhere = folder(&replay, "elsewhere");
    fs::rename(replay.baseline("a"), elsewhere.join("a.toml")).expect("moves");
    symlink(elsewhere.join("a.toml"), replay.baseline("a")).expect("makes a link");
    let sessions = |path: &Path| fs::read_to_string(path).expect("is there").matches("[[session]]").count();
    replay.run(&["save", "a", "--append"]).succeeds();
    assert_eq!(sessions(&elsewhere.join("a.toml")), 2);
    replay.run(&["save", "a", "--force"]).succeeds();
    assert_eq!(sessions(&elsewhere.join("a.toml")), 1);
    assert!(replay.baseline("a").is_symlink());
    set_mode(&elsewhere.join("a.toml"), 0o444);
    replay.run(&["save", "a", "--force"]).fails(2, "elsewhere/a.toml: the file is read-only");
    fs::write(elsewhere.join("profile"), "the user's").expect("writes");
    symlink(elsewhere.join("profile"), replay.baseline("evil")).expect("makes a link");
    replay.run(&["save", "evil", "--force"]).succeeds();
    assert!(!replay.baseline("evil").is_symlink());
    symlink(elsewhere.join("profile"), replay.path("baselines/accepted")).expect("makes a link");
    let blessed = replay.run(&["bless", "g/1", "--reason", "it checks its bounds"]);
    blessed.fails(2, "cannot use line 1 of ");
    assert_eq!(fs::read_to_string(elsewhere.join("profile")).expect("is kept"), "the user's");
}
