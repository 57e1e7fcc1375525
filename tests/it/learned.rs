//! What sessions differ by, learned from identical executables that were saved on one machine.

use std::fs;

use serde_json::Value;

use crate::replay::{Replay, bench};

/// Eight saves of one executable that agree, and one of another that is 3 % slower: other settings make it another one.
fn steady() -> Replay {
    let replay = Replay::new();
    let script = |factor: f64| bench(&[("g|-|private", 1000.0 * factor), ("g|-|other", 5000.0 * factor)]);
    for (index, name) in ["a", "b", "c", "d", "e", "f", "g", "h"].iter().enumerate() {
        replay.save(name, &script(1.0 + 0.0001 * f64::from(u8::try_from(index % 3).expect("is small"))));
    }
    replay.script("default", &script(1.03));
    replay.run(&["save", "slower", "--measurement-time", "0.2"]).succeeds();
    replay
}

fn diff(replay: &Replay, arguments: &[&str]) -> Value {
    let folder = replay.path("report");
    let output = ["--format", "json", "--output", folder.to_str().expect("is UTF-8")];
    replay.run(&[&["diff"], arguments, &output].concat()).succeeds().json()
}

fn verdicts(diff: &Value) -> Vec<&str> {
    let rows = diff["rows"].as_array().expect("rows");
    rows.iter().map(|row| row["verdict"].as_str().expect("is text")).collect()
}

/// The sessions that the cache of a test holds.
fn kept(replay: &Replay) -> String {
    let folder = fs::read_dir(replay.path("cache/tensorprof/sessions")).expect("is there");
    let files = folder.map(|entry| entry.expect("is readable").path());
    let files: Vec<_> = files.filter(|path| path.extension().is_some_and(|kind| kind == "jsonl")).collect();
    let [file] = &files[..] else { panic!("one machine, one file: {files:?}") };
    fs::read_to_string(file).expect("is UTF-8")
}

#[test]
fn sessions_that_agree_turn_a_suspicion_into_a_verdict() {
    let replay = steady();
    let assumed = diff(&replay, &["a", "slower", "--no-learned"]);
    assert_eq!(verdicts(&assumed), ["suspect"; 2]);
    assert_eq!(assumed["options"]["learned_sessions"], Value::Null);
    assert_eq!(assumed["rows"][0]["time"]["session_sd_learned"], false);
    let page = fs::read_to_string(replay.path("report/report.md")).expect("is written");
    assert!(page.contains("cargo tensorprof diff a slower --no-learned"), "{page}");

    let learned = diff(&replay, &["a", "slower"]);
    assert_eq!(verdicts(&learned), ["regressed"; 2]);
    let probed = &learned["options"]["learned_sessions"]["probed"];
    assert_eq!((&probed["sessions"], &probed["rows"]), (&8.into(), &2.into()), "{probed}");
    let time = &learned["rows"][0]["time"];
    assert_eq!((&time["session_sd_learned"], &time["session_sd"]), (&true.into(), &probed["sd"]));
    let page = fs::read_to_string(replay.path("report/report.md")).expect("is written");
    assert!(page.contains("for rows with probes, from 8 sessions"), "{page}");

    // Baselines of another machine.
    for name in ["a", "slower"] {
        let file = replay.baseline(name);
        let text = fs::read_to_string(&file).expect("is saved");
        let here = text.lines().find(|line| line.starts_with("cpu = ")).expect("names its processor");
        fs::write(&file, text.replace(here, "cpu = \"Another\"")).expect("is written");
    }
    let elsewhere = diff(&replay, &["a", "slower"]);
    assert_eq!(verdicts(&elsewhere), ["suspect"; 2]);
    assert_eq!(elsewhere["options"]["learned_sessions"], Value::Null);
}

#[test]
fn what_is_kept_names_nothing_of_the_project() {
    let replay = Replay::new();
    replay.save("public-name", &bench(&[("group|-|private", 1000.0)]));
    let text = kept(&replay);
    assert_eq!(text.lines().count(), 1, "{text}");
    for word in ["private", "group", "public-name", "replay", "home", "/"] {
        assert!(!text.contains(word), "`{word}` is in {text}");
    }
}

#[test]
fn a_cache_that_cannot_be_written_costs_a_warning() {
    let replay = Replay::new();
    fs::write(replay.path("cache"), "no folder").expect("is written");
    replay.script("default", &bench(&[("g|-|a", 1000.0)]));
    let said = replay.run(&["save", "a"]).succeeds();
    assert!(said.stderr.contains("warning: cannot keep what this session measured"), "{}", said.stderr);
    assert!(replay.baseline("a").exists());
}
