//! A baseline is data: measuring as it was measured runs nothing that its file names.

use std::fs;

use crate::replay::{Replay, bench, said, tensorprof};

/// Every command that measures by the settings of baseline `a`.
const MEASURE_AGAIN: [&[&str]; 3] =
    [&["diff", "a"], &["diff", "a", "--save", "b"], &["save", "a", "--append"]];

/// A project with a baseline `a` and in its file, below the table `[settings]`, this line.
fn with_setting(line: &str) -> Replay {
    let replay = Replay::new();
    replay.save("a", &bench(&[("g|-|1", 1000.0)]));
    edit(&replay, "[settings]\n", &format!("[settings]\n{line}\n"));
    replay
}

fn edit(replay: &Replay, old: &str, new: &str) {
    let text = fs::read_to_string(replay.baseline("a")).expect("is saved");
    assert!(text.contains(old), "{text}");
    fs::write(replay.baseline("a"), text.replacen(old, new, 1)).expect("writes");
}

/// Asserts that no command measures by such a setting, and that each says `words`.
#[track_caller]
fn is_refused(line: &str, words: &str) {
    let replay = with_setting(line);
    let (file, calls) = (fs::read_to_string(replay.baseline("a")).expect("is saved"), replay.calls());
    for arguments in MEASURE_AGAIN {
        replay.run(arguments).fails(2, words);
    }
    assert_eq!(replay.calls(), calls, "a bench ran");
    assert_eq!(fs::read_to_string(replay.baseline("a")).expect("is kept"), file);
    assert!(!replay.baseline("b").exists());
}

#[test]
fn arguments_for_cargo_that_are_no_names_are_refused() {
    let settings = [
        r#"["--config", "build.rustc='x'"]"#,
        r#"["--config=x.toml"]"#,
        r#"["--features", "fast", "--config", "x.toml"]"#,
        r#"["--bench=--config=build.rustc='x'"]"#,
        r#"["--target", "./evil.json"]"#,
        r#"["--target-dir", "/tmp/x"]"#,
        r#"["+evil"]"#,
    ];
    for words in settings {
        is_refused(&format!("cargo-arguments = {words}"), "a file must not choose");
    }
}

#[test]
fn arguments_for_benches_are_refused() {
    is_refused(r#"bench-arguments = ["--save-baseline", "x"]"#, "-- --save-baseline x");
}

#[cfg(unix)]
#[test]
fn a_program_in_the_settings_runs_when_the_user_says_it_again_and_not_before() {
    use std::os::unix::fs::PermissionsExt as _;

    let replay = with_setting("");
    let (program, trace) = (replay.path("wrapper"), replay.path("trace"));
    let script = format!("#!/bin/sh\necho ran >> '{}'\nexec \"$@\"\n", trace.display());
    fs::write(&program, script).expect("writes");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).expect("sets permissions");
    let config = format!("build.rustc-wrapper='{}'", program.display());
    let line = format!("[settings]\ncargo-arguments = [\"--config\", \"{config}\"]\n");
    edit(&replay, "[settings]\n", &line);
    for arguments in MEASURE_AGAIN {
        replay.run(arguments).fails(2, "rustc-wrapper");
    }
    assert!(!trace.exists(), "the program ran");
    replay.run(&["diff", "a", "--config", &config]).succeeds();
    assert!(trace.exists(), "the program did not run");
}

#[test]
fn advice_that_would_need_such_arguments_names_them_and_no_command() {
    let replay = with_setting(r#"bench-arguments = ["--nresamples", "2000"]"#);
    replay.save("b", &bench(&[("g|-|1", 1025.0)]));
    let diff = replay.run(&["diff", "a", "b", "--no-learned", "--format", "json"]).succeeds().json();
    assert_eq!(diff["advice"]["commands"], serde_json::json!([]), "{}", diff["advice"]);
    let text = diff["advice"]["text"].as_str().expect("is text");
    let reason = "the baseline records arguments that a file must not choose, and you have to give again: -- --nresamples 2000.";
    assert!(text.ends_with(reason), "{text}");
}

#[test]
fn arguments_said_again_are_used() {
    let replay = with_setting(r#"bench-arguments = ["--nresamples", "2000"]"#);
    replay.run(&["diff", "a", "--", "--nresamples", "2000"]).succeeds();
    replay.run(&["save", "a", "--append", "--", "--nresamples", "2000"]).succeeds();
    assert!(replay.calls().last().expect("ran").contains("--nresamples 2000"));
}

#[test]
fn names_are_brought_back() {
    let replay = with_setting(r#"cargo-arguments = ["--bench", "replay", "--features", "fast"]"#);
    replay.run(&["diff", "a", "--save", "b"]).succeeds();
    let saved = fs::read_to_string(replay.baseline("b")).expect("is saved");
    assert!(saved.contains(r#"cargo-arguments = ["--bench", "replay", "--features", "fast"]"#), "{saved}");
}

#[test]
fn numbers_out_of_bounds_are_refused() {
    for (key, value) in [("rounds = 12", "rounds = 4000000000"), ("samples = 16", "samples = 1000000")] {
        let replay = with_setting("");
        edit(&replay, key, value);
        let calls = replay.calls();
        for arguments in MEASURE_AGAIN {
            replay.run(arguments).fails(2, "is not in");
        }
        assert_eq!(replay.calls(), calls, "a bench ran");
    }
}

#[test]
fn a_filter_is_no_option_of_the_bench() {
    let replay = with_setting(r#"filter = "--profile-time=9""#);
    replay.run(&["diff", "a"]);
    let last = replay.calls().pop().expect("ran");
    assert!(last.ends_with(r" \--profile-time=9"), "{last}");
}

#[test]
fn a_variable_that_gives_no_number_of_threads_is_not_set() {
    let replay = with_setting("");
    let threads =
        "[threads]\nRAYON_NUM_THREADS = \"3\"\n\"LD_PRELOAD=/x.so:_NUM_THREADS\" = \"1\"\n\n[[session]]\n";
    edit(&replay, "[[session]]\n", threads);
    let said = replay.run(&["diff", "a"]);
    assert!(said.stderr.contains("records `LD_PRELOAD=/x.so:_NUM_THREADS=1`"), "{}", said.stderr);
    assert_eq!(fs::read_to_string(replay.path("scripts/threads")).expect("ran"), "3");
}

#[test]
fn what_is_refused_is_read_shown_and_compared() {
    let replay = with_setting(r#"cargo-arguments = ["--config", "x\u001b[2J.toml"]"#);
    replay.run(&["save", "b"]).succeeds();
    let shown = replay.run(&["show", "a"]).succeeds().stdout;
    assert!(shown.contains(r"cargo  --config 'x\u{1b}[2J.toml'"), "{shown}");
    let compared = replay.run(&["diff", "a", "b", "--format", "markdown"]).succeeds().stdout;
    assert!(compared.contains("cargo arguments"), "{compared}");
    let refused = replay.run(&["diff", "a"]);
    refused.fails(2, r"'x\u{1b}[2J.toml'");
}

#[test]
fn metadata_name_no_folder_outside_of_the_workspace() {
    let folder = tempfile::TempDir::new().expect("makes a folder");
    fs::create_dir(folder.path().join("src")).expect("makes a folder");
    fs::write(folder.path().join("src/lib.rs"), "").expect("writes");
    let manifest = folder.path().join("Cargo.toml");
    for baselines in ["../other", "a/../../other", "/other", ""] {
        let text = format!(
            "[package]\nname = \"bare\"\nedition = \"2024\"\n[package.metadata.tensorprof]\nbaselines = \"{baselines}\"\n"
        );
        fs::write(&manifest, text).expect("writes");
        let run = |arguments: &[&str]| said(tensorprof(&manifest, arguments).output().expect("starts"));
        run(&["rm", "a"]).fails(2, "leads out of the workspace");
        run(&["rm", "a", "--baselines", "../other"]).fails(2, "not found");
    }
}
