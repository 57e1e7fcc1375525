//! `doctor`: what it tells of this machine. Values are this machine's own, so that only their shape is known.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::replay::{Replay, bench, isolated, said};

fn doctor(arguments: &[&str]) -> crate::replay::Said {
    let mut command = isolated(Command::new(env!("CARGO_BIN_EXE_cargo-tensorprof")));
    let folder = tempfile::tempdir().expect("a folder");
    // It needs no project.
    command.current_dir(folder.path()).args(["tensorprof", "doctor", "--seconds", "0.2"]).args(arguments);
    said(command.output().expect("starts"))
}

fn fraction(value: &Value) -> bool {
    value.as_f64().is_some_and(|share| (0.0..=1.0).contains(&share))
}

#[test]
fn the_findings_have_every_part() {
    let found = doctor(&["--format", "json"]).succeeds();
    assert!(found.stderr.contains("Measuring probes on every CPU"), "{}", found.stderr);
    let found = found.json();
    assert_eq!((&found["format"], &found["format_version"]), (&"tensorprof-doctor".into(), &1.into()));
    let cores = found["cores"].as_array().expect("a list");
    assert!(!cores.is_empty(), "{found}");
    for core in cores {
        assert!(core["readings"].as_u64() > Some(0) && core["clock_ns"].as_f64() > Some(0.0), "{core}");
        assert!(fraction(&core["contended"]), "{core}");
        assert!(core["lost"].is_null() || fraction(&core["lost"]), "{core}");
    }
    assert!(found["conditions"]["usable_cpus"].as_u64() > Some(0), "{found}");
    let code = &found["identical_code"];
    // On a machine that is busy enough no process counts.
    if !code.is_null() {
        let [stored, more] =
            ["stored_change", "stored_change_with_four_times_the_rounds"].map(|key| &code[key]);
        assert!(stored.as_f64() >= more.as_f64() && more.as_f64() > Some(0.02), "{code}");
        assert!(code["head_to_head_change"].as_f64() > Some(0.02), "{code}");
        assert_eq!(code["session_sd_learned"], false, "{code}");
    }
    assert_eq!((&found["sessions"], &found["null_arms"]["runs"]), (&0.into(), &0.into()));
}

#[test]
fn the_text_names_what_was_found() {
    let found = doctor(&["-q"]).succeeds();
    assert_eq!(found.stderr, "");
    for word in ["processor  ", "instruments  probes", "clock spreads by"] {
        assert!(found.stdout.contains(word), "`{word}` is not in {}", found.stdout);
    }
}

#[test]
fn sessions_of_this_machine_are_counted() {
    let replay = Replay::new();
    replay.save("a", &bench(&[("g|-|1", 1000.0)]));
    let found = replay.run(&["doctor", "--seconds", "0.2", "--format", "json"]).succeeds().json();
    assert_eq!(found["sessions"], 1, "{found}");
}

#[test]
fn a_page_is_written_with_the_charts_of_the_peaks() {
    let replay = Replay::new();
    let [own, other] = ["own", "other"].map(|name| replay.path(name).to_str().expect("is UTF-8").to_owned());
    let doctor = |folder: &str| replay.run(&["doctor", "--seconds", "0.2", "--output", folder]);
    let found = doctor(&own).succeeds();
    assert!(found.stderr.contains("Report") && found.stderr.contains("own/doctor.md\n"), "{}", found.stderr);
    let page = fs::read_to_string(replay.path("own/doctor.md")).expect("is written");
    assert!(page.starts_with("# This Machine\n\n- processor: ") && page.contains("\n## CPUs\n"), "{page}");
    // The tests want no peaks: the chart of an earlier report is not one of this.
    fs::write(replay.path("own/peak-arithmetic.svg"), "<svg/>").expect("writes");
    doctor(&own).succeeds();
    assert!(!replay.path("own/peak-arithmetic.svg").exists());
    fs::create_dir(&other).expect("a folder");
    fs::write(replay.path("other/doctor.md"), "mine").expect("writes");
    doctor(&other).fails(2, "it has a doctor.md and no mark");
}
