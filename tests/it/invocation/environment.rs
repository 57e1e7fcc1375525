//! The environment, the folder and the arguments of a bench.

use std::process::Command;

use super::subject::Subject;
use crate::replay::{bench, said};

/// Variables by which the runner speaks with a bench.
const OURS: [&str; 3] = ["CARGO_CRITERION_PORT", "TENSORPROF_PORT", "TENSORPROF_SECRET"];

fn script(environment: &str) -> String {
    format!("environment {environment}\n{}", bench(&[("g|-|1", 1000.0)]))
}

#[test]
fn the_environment_is_that_of_cargo_bench() {
    let subject = Subject::new();
    subject.script(1, "environment cargo");
    subject.script("default", &script("ours"));
    said(subject.cargo(&["bench", "--bench", "replay"]).output().expect("starts")).succeeds();
    subject.run(&["save", "a", "--rounds", "1"]).succeeds();
    let (folder, cargos) = subject.environment("cargo");
    let (our_folder, mut ours) = subject.environment("ours");
    assert!(OURS.iter().all(|name| ours.remove(*name).is_some()));
    assert_eq!(ours, cargos);
    assert_eq!(our_folder, folder);
    let told = [
        "CARGO_MANIFEST_PATH",
        "CARGO_PKG_AUTHORS",
        "CARGO_PKG_VERSION_PRE",
        "OUT_DIR",
        "FROM_BUILD",
        "DATA_DIR",
    ];
    assert!(told.iter().all(|name| cargos.contains_key(*name)), "cargo tells no more: {cargos:?}");
    assert_eq!(subject.calls(), 2, "asking cargo ran the bench");
}

#[test]
fn threads_of_cargos_configuration_are_recorded_and_those_of_the_command_line_win() {
    let subject = Subject::new();
    subject.script("default", &script("ours"));
    subject.run(&["save", "a", "--rounds", "1"]).succeeds();
    assert_eq!(subject.variable("ours", "RAYON_NUM_THREADS").as_deref(), Some("1"));
    assert!(
        subject.baseline("a").contains("[threads]\nRAYON_NUM_THREADS = \"1\"\n"),
        "{}",
        subject.baseline("a")
    );
    subject.configure("OMP_NUM_THREADS = { value = \"1\", force = true }\n");
    subject.run(&["save", "b", "--rounds", "1", "--threads", "2"]).succeeds();
    for name in ["RAYON_NUM_THREADS", "OMP_NUM_THREADS"] {
        assert_eq!(subject.variable("ours", name).as_deref(), Some("2"), "{name}");
        assert!(subject.baseline("b").contains(&format!("{name} = \"2\"\n")), "{}", subject.baseline("b"));
    }
}

#[test]
fn a_command_that_is_shown_can_be_pasted_into_a_shell() {
    let subject = Subject::new();
    subject.script("default", &script("ours"));
    let saved = subject.run(&["save", "a", "--rounds", "1", "--verbose"]).succeeds();
    let lines: Vec<&str> =
        saved.stderr.lines().filter_map(|line| line.trim().strip_prefix("Running ")).collect();
    assert!(lines.iter().any(|line| line.contains("cargo bench ")), "{lines:?}");
    let line = lines.iter().find(|line| line.contains("--warm-up-time")).expect("the bench is shown");
    subject.script("default", "environment pasted");
    let mut shell = subject.here(Command::new("sh"));
    said(shell.args(["-c", line]).current_dir("/").output().expect("starts")).succeeds();
    let (folder, pasted) = subject.environment("pasted");
    let (our_folder, ours) = subject.environment("ours");
    assert_eq!(folder, our_folder);
    for name in ["CARGO_PKG_DESCRIPTION", "FROM_BUILD", "LD_LIBRARY_PATH", "MODE", "OUT_DIR"] {
        assert_eq!(pasted.get(name), ours.get(name), "{name}");
    }
}
