//! `list`, `show`, `rm`, and baselines that somebody has damaged.

use std::fs;

use crate::replay::{Replay, bench};

#[test]
fn list_show_and_rm_name_what_is_saved() {
    let replay = Replay::new();
    replay.run(&["list"]).succeeds();
    replay.save("first", &bench(&[("MatMul|-|64", 1000.0), ("GELU|-|1000", 500.0)]));
    replay.save("second", &bench(&[("MatMul|-|64", 1000.0)]));
    let listed = replay.run(&["list"]).succeeds();
    assert!(listed.stdout.contains("first") && listed.stdout.contains("second"), "{}", listed.stdout);
    let shown = replay.run(&["show", "first"]).succeeds();
    assert!(shown.stdout.contains("MatMul/64") && shown.stdout.contains("GELU/1000"), "{}", shown.stdout);
    replay.run(&["rm", "first"]).succeeds();
    assert!(!replay.baseline("first").exists());
    replay.run(&["rm", "first"]).fails(2, "saved: second");
}

#[test]
fn a_filter_means_the_same_in_every_command_however_it_is_given() {
    let replay = Replay::new();
    replay.save("a", &bench(&[("MatMul|f32|64", 1000.0), ("GELU|f32|64", 500.0), ("GELU|f16|64", 400.0)]));
    for command in [&["show", "a"][..], &["show", "a", "--format", "json"], &["history"], &["diff", "a", "a"]]
    {
        let run = |filter: &[&str]| replay.run(&[command, filter].concat());
        let shown = run(&["LU/f(16|32)"]).succeeds().stdout;
        assert!(shown.contains("GELU/f16/64") && shown.contains("GELU/f32/64"), "{command:?}: {shown}");
        assert!(!shown.contains("MatMul"), "{command:?}: {shown}");
        assert_eq!(run(&["--filter", "LU/f(16|32)"]).succeeds().stdout, shown, "{command:?}");
        run(&["LU", "--filter", "LU"]).fails(2, "cannot be used with");
        run(&["--filter", "["]).fails(2, "`[` is not a regular expression");
    }
    for command in ["show", "history"] {
        let names: &[&str] = if command == "show" { &["a"] } else { &[] };
        replay.run(&[&[command][..], names, &["Softmax"]].concat()).fails(2, "`Softmax`");
    }
    for (name, filter) in [("b", &["GELU"][..]), ("c", &["--filter", "GELU"][..])] {
        replay.run(&[&["save", name, "--rounds", "1"], filter].concat()).succeeds();
        assert!(replay.calls().last().expect("a call").ends_with(" GELU"), "{:?}", replay.calls().last());
    }
    replay.run(&["save", "d", "GELU", "--filter", "GELU"]).fails(2, "cannot be used with");
    replay.run(&["bisect", "HEAD~1", "HEAD"]).fails(2, "<FILTER>");
    replay.run(&["bisect", "HEAD", "HEAD", "--filter", "["]).fails(2, "`[` is not a regular expression");
}

#[test]
fn a_missing_baseline_is_named_with_those_that_exist() {
    let replay = Replay::new();
    replay.save("main", &bench(&[("g|-|1", 1000.0)]));
    for arguments in [&["show", "mian"][..], &["diff", "mian", "main"], &["rm", "mian"]] {
        let said = replay.run(arguments);
        said.fails(2, "`mian` not found");
        said.fails(2, "main");
    }
}

/// Saves a baseline, damages its text and reads it with every command that reads.
#[track_caller]
fn damaged(damage: impl Fn(&str) -> String, word: &str) {
    let replay = Replay::new();
    replay.save("a", &bench(&[("g|-|1", 1000.0)]));
    replay.save("b", &bench(&[("g|-|1", 1000.0)]));
    let text = fs::read_to_string(replay.baseline("a")).expect("is saved");
    let spoilt = damage(&text);
    assert_ne!(text, spoilt, "the damage changes nothing");
    fs::write(replay.baseline("a"), &spoilt).expect("writes");
    replay.run(&["show", "a"]).fails(2, word);
    for sides in [["a", "b"], ["b", "a"]] {
        let report = replay.path("report");
        let output = report.to_str().expect("is UTF-8");
        replay.run(&["diff", sides[0], sides[1], "--output", output]).fails(2, word);
        assert!(!report.exists(), "nothing is left of a report that cannot be made");
    }
    let listed = replay.run(&["list"]);
    listed.fails(2, word);
    assert!(listed.stdout.contains('b'), "the good one is listed: {}", listed.stdout);
    assert_eq!(fs::read_to_string(replay.baseline("a")).expect("is kept"), spoilt);
}

#[test]
fn an_empty_baseline() {
    damaged(|_| String::new(), "a.toml");
}

#[test]
fn what_git_puts_in_the_place_of_a_baseline_is_named_with_what_to_do() {
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    damaged(|_| pointer.to_owned(), "it is a Git LFS pointer");
    damaged(|_| pointer.to_owned(), "`git lfs pull`");
    let merged = |text: &str| {
        let line = text.lines().find(|line| line.starts_with("rounds = ")).expect("rounds");
        text.replacen(line, &format!("<<<<<<< HEAD\n{line}\n=======\n{line}0\n>>>>>>> feature"), 1)
    };
    damaged(merged, "begins a merge conflict that nobody has resolved");
    damaged(merged, "`git checkout --ours`");
}

#[test]
fn a_baseline_that_cannot_be_read_can_be_renamed_and_saved_again() {
    let replay = Replay::new();
    replay.save("a", &bench(&[("g|-|1", 1000.0)]));
    fs::write(replay.baseline("a"), "<<<<<<< HEAD\nformat = 1\n").expect("writes");
    let listed = replay.run(&["list"]);
    listed.fails(2, "merge conflict");
    assert!(!listed.stderr.contains("no baseline in"), "{}", listed.stderr);
    replay.run(&["mv", "a", "b"]).succeeds();
    assert_eq!(fs::read_to_string(replay.baseline("b")).expect("is moved"), "<<<<<<< HEAD\nformat = 1\n");
    replay.run(&["save", "b", "--force"]).succeeds();
    replay.run(&["show", "b"]).succeeds();
}

#[test]
fn a_truncated_baseline() {
    damaged(|text| text[..text.len() * 2 / 3].to_owned(), "a.toml");
}

#[test]
fn a_baseline_with_impossible_numbers() {
    for number in ["nan", "-1000.0", "inf", "0.0", "1e300"] {
        damaged(|text| text.replacen("samples = [1000,", &format!("samples = [{number},"), 1), "a.toml");
    }
}

#[test]
fn a_baseline_of_a_newer_format_is_never_overwritten() {
    let replay = Replay::new();
    replay.save("a", &bench(&[("g|-|1", 1000.0)]));
    let text = fs::read_to_string(replay.baseline("a")).expect("is saved");
    let newer = text.replacen("format = 1", "format = 99", 1);
    assert_ne!(text, newer);
    fs::write(replay.baseline("a"), &newer).expect("writes");
    replay.run(&["show", "a"]).succeeds();
    for flag in ["--force", "--append"] {
        replay.run(&["save", "a", flag]).fails(2, "newer");
    }
    assert_eq!(fs::read_to_string(replay.baseline("a")).expect("is kept"), newer);
}

#[test]
fn a_folder_that_cannot_be_written_is_found_out_before_anything_runs() {
    let replay = Replay::new();
    replay.script("default", &bench(&[("g|-|1", 1000.0)]));
    fs::write(replay.path("baselines"), "a file in the way").expect("writes");
    replay.run(&["save", "a"]).fails(2, "baselines");
    assert!(replay.calls().is_empty());
}
