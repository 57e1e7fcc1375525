//! What a baseline is called: names, paths that are names, other names, and files without a project.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::replay::{Replay, Said, bench, isolated, said};

fn two_baselines() -> Replay {
    let replay = Replay::new();
    for (name, ns) in [("a", 1000.0), ("b", 1200.0)] {
        replay.save(name, &bench(&[("g|-|1", ns)]));
    }
    replay
}

/// A command whose current folder has the folder of baselines.
fn beside(replay: &Replay, arguments: &[&str]) -> Said {
    said(replay.command(arguments).current_dir(replay.path("")).output().expect("starts"))
}

/// A command in a folder that belongs to no project.
pub(crate) fn outside(folder: &Path, arguments: &[&str]) -> Said {
    let mut command = isolated(Command::new(env!("CARGO_BIN_EXE_cargo-tensorprof")));
    command.arg("tensorprof").args(arguments).current_dir(folder);
    said(command.env("CARGO_TERM_COLOR", "never").output().expect("starts"))
}

fn text(replay: &Replay, name: &str) -> String {
    fs::read_to_string(replay.baseline(name)).expect("is saved")
}

#[test]
fn the_path_of_a_baselines_file_is_its_name_in_every_command() {
    let replay = two_baselines();
    assert!(beside(&replay, &["show", "baselines/a.toml"]).succeeds().stdout.contains("g/1"));
    assert!(beside(&replay, &["show", "./baselines/a"]).succeeds().stdout.contains("g/1"));
    let page = beside(&replay, &["diff", "baselines/a.toml", "baselines/b.toml", "--format", "markdown"]);
    assert!(page.succeeds().stdout.contains("cargo tensorprof diff a b"));
    beside(&replay, &["cp", "baselines/a.toml", "baselines/c.toml"]).succeeds();
    beside(&replay, &["mv", "baselines/c", "baselines/d"]).succeeds();
    assert!(replay.baseline("d").exists() && !replay.baseline("c").exists());
    beside(&replay, &["history", "--only", "baselines/a.toml,baselines/b*"]).succeeds();
    beside(&replay, &["rm", "baselines/d.toml", "b"]).succeeds();
    assert!(!replay.baseline("b").exists() && !replay.baseline("d").exists());
    beside(&replay, &["save", "baselines/e.toml", "--rounds", "1"]).succeeds();
    beside(&replay, &["diff", "baselines/e", "--save", "baselines/f"]);
    assert!(replay.baseline("e").exists() && replay.baseline("f").exists());
    beside(&replay, &["book", "init"]).succeeds();
    beside(&replay, &["book", "add", "baselines/e.toml", "f"]).succeeds();
    assert!(replay.path("book/src/e-f.md").exists());
}

#[test]
fn a_path_to_another_folder_is_no_name() {
    let replay = two_baselines();
    fs::create_dir(replay.path("other")).expect("makes a folder");
    fs::copy(replay.baseline("a"), replay.path("other/a.toml")).expect("copies");
    for arguments in [&["rm", "other/a.toml"][..], &["save", "other/x"], &["mv", "a", "other/b"]] {
        beside(&replay, arguments).fails(2, "is not a baseline name: the baselines are in baselines");
    }
    assert!(replay.path("other/a.toml").exists());
    beside(&replay, &["show", "other/a.toml"]).succeeds();
    beside(&replay, &["diff", "other/a.toml", "b"]).succeeds();
    beside(&replay, &["diff", "other/x.toml", "b"]).fails(2, "cannot read other/x.toml");
}

#[test]
fn a_renamed_baseline_is_the_same_but_for_its_name() {
    let replay = two_baselines();
    let before = text(&replay, "a");
    let renamed = replay.run(&["mv", "a", "c"]).succeeds();
    assert!(renamed.stderr.contains("Renamed baseline `a` to `c`"), "{}", renamed.stderr);
    assert!(!replay.baseline("a").exists());
    assert_eq!(text(&replay, "c"), before.replacen("name = \"a\"", "name = \"c\"", 1));
    replay.run(&["cp", "c", "d"]).succeeds();
    assert_eq!(text(&replay, "d"), before.replacen("name = \"a\"", "name = \"d\"", 1));
    assert!(replay.baseline("c").exists());
}

#[test]
fn no_baseline_is_overwritten_by_another_name() {
    let replay = two_baselines();
    let before = [text(&replay, "a"), text(&replay, "b")];
    for arguments in [["mv", "a", "b"], ["cp", "a", "b"], ["mv", "a", "a"], ["cp", "b", "b"]] {
        replay.run(&arguments).fails(2, "exists; choose another name");
    }
    assert_eq!([text(&replay, "a"), text(&replay, "b")], before);
    replay.run(&["mv", "c", "d"]).fails(2, "`c` not found");
}

#[test]
fn a_copy_is_no_further_point_of_a_history() {
    let replay = two_baselines();
    // Both were saved in one second, or not: the later one is also the last by name.
    for [old, new] in [["a", "m"], ["b", "y"]] {
        replay.run(&["mv", old, new]).succeeds();
    }
    for copy in ["z", "k"] {
        replay.run(&["cp", "m", copy]).succeeds();
    }
    let names = |arguments: &[&str]| {
        let history = replay.run(&[&["history", "--format", "json"], arguments].concat()).succeeds().json();
        let baselines = history["baselines"].as_array().expect("baselines").clone();
        baselines.iter().map(|side| side["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&[]), ["k", "y"], "the first by name stands for its copies");
    assert_eq!(names(&["--only", "m,z,y"]), ["m", "y"]);
    assert_eq!(names(&["--last", "2"]), ["k", "y"], "copies are not counted");
    assert_eq!(names(&["--last", "1", "--only", "m,k,z"]), ["k"]);
}

#[test]
fn two_files_are_compared_without_a_project_as_in_one() {
    let replay = two_baselines();
    let folder = replay.path("baselines");
    let here = replay.run(&["diff", "a", "b", "--format", "json"]).succeeds();
    for arguments in [
        &["diff", "a.toml", "./b.toml"][..],
        &["diff", "--baseline-file", "a.toml", "--candidate-file", "b.toml"],
    ] {
        let there = outside(&folder, &[arguments, &["--format", "json"]].concat()).succeeds();
        assert_eq!(there.stdout, here.stdout);
        assert!(!there.stderr.contains("Report"), "{}", there.stderr);
    }
    assert_eq!(fs::read_dir(&folder).expect("is there").count(), 2, "nothing was written");
    let comment = outside(&folder, &["diff", "a.toml", "b.toml", "--format", "comment"]).succeeds().stdout;
    assert!(!comment.contains("The whole report"), "{comment}");
    outside(&folder, &["diff", "a.toml", "b.toml", "--gate", "--output", "../report"])
        .fails(1, "Gate failed");
    let page = fs::read_to_string(replay.path("report/report.md")).expect("is written");
    assert!(page.contains("cargo tensorprof diff a.toml b.toml"), "{page}");
    assert!(outside(&folder, &["show", "a.toml"]).succeeds().stdout.contains("g/1"));
}

#[test]
fn no_command_is_advised_on_files_of_no_project() {
    let replay = Replay::new();
    for (name, ns) in [("a", 1000.0), ("b", 1025.0)] {
        replay.save(name, &bench(&[("g|-|1", ns)]));
    }
    let folder = replay.path("baselines");
    let forms = ["table", "markdown", "comment", "json"];
    let shown = forms.map(|form| {
        let arguments = ["diff", "a.toml", "b.toml", "--no-learned", "--format", form];
        outside(&folder, &arguments).succeeds().stdout
    });
    for text in &shown {
        assert!(text.contains("because both baselines are files outside of a project."), "{text}");
        assert!(!text.contains("tensorprof save ") && !text.contains("tensorprof ab "), "{text}");
    }
    assert!(
        !shown[1].contains(".svg") && !shown[1].contains("report.json"),
        "there is no other file: {}",
        shown[1]
    );
    fs::create_dir(replay.path("other")).expect("makes a folder");
    fs::copy(replay.baseline("a"), replay.path("other/a.toml")).expect("copies");
    let one = beside(&replay, &["diff", "other/a.toml", "b", "--no-learned"]).succeeds().stdout;
    assert!(one.contains("because the baseline is a file outside of the project."), "{one}");
}

#[test]
fn rows_that_are_not_shown_are_in_the_report_where_there_is_one() {
    let replay = Replay::new();
    let ids: Vec<String> = (0..45).map(|index| format!("g|-|{index}")).collect();
    let rows: Vec<(&str, f64)> = ids.iter().map(|id| (id.as_str(), 1000.0)).collect();
    for name in ["a", "b"] {
        replay.save(name, &bench(&rows));
    }
    let diff = |more: &[&str]| {
        let arguments = [&["diff", "a.toml", "b.toml"], more].concat();
        outside(&replay.path("baselines"), &arguments).succeeds().stdout
    };
    assert!(diff(&[]).contains("45 unchanged, shown with `--all-rows`"), "{}", diff(&[]));
    assert!(diff(&["--output", "../report"]).contains("45 unchanged, listed in the report"));
    let all = diff(&["--all-rows"]);
    assert_eq!(all.lines().filter(|line| line.starts_with("g/")).count(), 45, "{all}");
    let page = fs::read_to_string(replay.path("report/report.md")).expect("is written");
    assert!(ids.iter().all(|id| page.contains(&format!("`{}`", id.replace("|-|", "/")))), "all are listed");
}

#[test]
fn files_of_one_name_are_told_apart() {
    let replay = two_baselines();
    fs::create_dir(replay.path("new")).expect("makes a folder");
    fs::copy(replay.baseline("b"), replay.path("new/a.toml")).expect("copies");
    let said = outside(&replay.path(""), &["diff", "baselines/a.toml", "new/a.toml"]).succeeds();
    assert!(said.stdout.contains("a-candidate"), "{}", said.stdout);
    let said = outside(&replay.path(""), &["compare", "baselines/a.toml", "new/a.toml", "baselines/b.toml"]);
    let table = said.succeeds().stdout;
    let head: Vec<&str> = table.lines().next().expect("a head").split_whitespace().collect();
    let names: Vec<&str> = head.into_iter().filter(|word| word.starts_with(['a', 'b'])).collect();
    assert_eq!(names, ["benchmark", "a", "a-2", "b"], "{table}");
}

#[test]
fn what_cannot_be_compared_outside_of_a_project_is_said() {
    let replay = two_baselines();
    let folder = replay.path("baselines");
    outside(&folder, &["diff", "a", "b"]).fails(2, "Cargo.toml");
    outside(&folder, &["diff", "a.toml"]).fails(2, "Cargo.toml");
    outside(&folder, &["diff", "a.toml", "c.toml"]).fails(2, "cannot read c.toml");
    fs::write(folder.join("notes.txt"), "").expect("writes");
    let file = ["diff", "--baseline-file", "notes.txt", "--candidate-file", "b.toml"];
    outside(&folder, &file).fails(2, "it is no file `NAME.toml`");
    outside(&folder, &["diff", "--baseline-file", "a.toml", "b"]).fails(2, "cannot be used with");
}

#[test]
fn what_is_mistyped_is_met_with_the_nearest() {
    let replay = Replay::new();
    replay.save("main", &bench(&[("g|-|1", 1000.0)]));
    replay.run(&["dif", "main"]).fails(2, "'diff'");
    replay.run(&["bless", "g/2", "--reason", "none"]).fails(2, "did you mean `g/1`?");
    replay.run(&["save", "x", "--rouds", "3"]).fails(2, "'--rounds'");
    for arguments in [
        &["show", "mian"][..],
        &["diff", "mian", "main"],
        &["diff", "main", "mian"],
        &["compare", "main", "mian"],
        &["compare", "main", "--reference", "mian"],
        &["history", "--only", "mian"],
        &["export", "mian", "--format", "critcmp"],
        &["merge", "x", "mian"],
        &["save", "mian", "--append"],
        &["mv", "mian", "x"],
        &["cp", "mian", "x"],
        &["rm", "mian"],
        &["book", "add", "main", "mian"],
    ] {
        replay.run(arguments).fails(2, "did you mean `main`?");
    }
}
