//! The tool is killed, by a signal that is sent to it alone: no process of the bench is left.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::replay::{Replay, Said, bench, benchmark, said};

const SIGNALS: [&str; 4] = ["-TERM", "-HUP", "-INT", "-KILL"];

/// A process of this id runs. One that has ended and was not waited for does not: its new parent may take a while.
fn runs(process: &str) -> bool {
    let said = Command::new("ps").args(["-o", "stat=", "-p", process]).output().expect("starts ps");
    let state = String::from_utf8(said.stdout).expect("is text");
    !state.trim().is_empty() && !state.trim_start().starts_with('Z')
}

/// Waits for the end of a process: forever, if it is left for good.
fn ends(process: &str) {
    while runs(process) {
        sleep(Duration::from_millis(20));
    }
}

/// Waits for the note of a process, which is complete as soon as it exists.
fn noted(path: &Path, run: &mut Child) -> String {
    loop {
        match fs::read_to_string(path) {
            Ok(process) => return process,
            Err(_) => assert!(run.try_wait().expect("asks").is_none(), "it ended early"),
        }
        sleep(Duration::from_millis(5));
    }
}

/// Kills a save whose bench plays this script, when it has noted its own id as `bench`, and sees the end of all processes
/// that have noted theirs.
#[track_caller]
fn killed(script: &str, others: &[&str]) {
    for signal in SIGNALS {
        let replay = Replay::new();
        replay.script("default", script);
        let mut command = replay.command(&["save", "a"]);
        let mut run = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
        let names = others.iter().chain(&["bench"]);
        let path = |name: &str| replay.path("scripts").join(name);
        let processes: Vec<String> = names.map(|name| noted(&path(name), &mut run)).collect();
        assert!(processes.iter().all(|process| runs(process)));
        let tool = run.id().to_string();
        assert!(Command::new("kill").args([signal, &tool]).status().expect("starts kill").success());
        let ended = run.wait().expect("ends");
        match signal {
            "-KILL" => assert_eq!(ended.signal(), Some(9), "nothing else ends it"),
            _ => assert_eq!(ended.code(), Some(130), "{signal} interrupts it"),
        }
        processes.iter().for_each(|process| ends(process));
    }
}

#[test]
fn before_the_bench_connects() {
    killed("note bench\nhang\n", &[]);
}

#[test]
fn while_it_is_greeted() {
    killed("greet 0.8.2\nnote bench\nhang\n", &[]);
}

#[test]
fn in_a_benchmark_at_full_load() {
    killed("greet 0.8.2\nbegin g|-|1\nnote bench\ncompute 600000\nmeasured g|-|1 1,1 1,1\n", &[]);
}

#[test]
fn with_a_connection_to_the_channel() {
    killed(&format!("greet 0.8.2\n{}note bench\nhang\n", benchmark("g|-|1", 1000.0)), &[]);
}

#[test]
fn with_what_the_bench_has_started() {
    killed("grandchild first\ngreet 0.8.2\ngrandchild second\nnote bench\nhang\n", &["first", "second"]);
}

#[test]
fn with_a_bench_that_another_program_has_started() {
    killed("through\ngreet 0.8.2\nnote bench\nhang\n", &["outer"]);
}

/// What a bench has left behind would disturb the next.
#[test]
fn a_bench_that_ends_takes_what_it_has_started_along() {
    let replay = Replay::new();
    replay.save("a", &format!("grandchild other\n{}", bench(&[("g|-|1", 1000.0)])));
    let other = fs::read_to_string(replay.path("scripts/other")).expect("is noted");
    ends(&other);
}

/// Interrupts a save of five rounds in the third.
fn interrupted_in_the_third_round() -> (Replay, Said) {
    let replay = Replay::new();
    let sound = bench(&[("g|-|1", 1000.0), ("g|-|2", 1000.0)]);
    replay.script("default", &sound);
    replay.script(3, &format!("greet 0.8.2\n{}note bench\nhang\n", benchmark("g|-|1", 1000.0)));
    let mut run = replay.start(&["save", "a", "--rounds", "5", "--max-rounds", "5"]);
    noted(&replay.path("scripts/bench"), &mut run);
    let tool = run.id().to_string();
    assert!(Command::new("kill").args(["-INT", &tool]).status().expect("starts kill").success());
    (replay, said(run.wait_with_output().expect("ends")))
}

#[test]
fn an_interrupted_save_keeps_its_whole_rounds_and_says_how_to_go_on() {
    let (replay, said) = interrupted_in_the_third_round();
    said.fails(130, "interrupted; what was measured is kept, and this saves it:");
    assert!(!replay.path("baselines").exists(), "nothing is saved");
    assert!(said.stderr.contains("Then this adds the 3 rounds that are left:"), "{}", said.stderr);
    let commands = said.commands();
    assert_eq!(commands.len(), 2, "{commands:?}");
    for words in commands {
        replay.run(&words.iter().map(String::as_str).collect::<Vec<_>>()).succeeds();
    }
    let file: toml::Value =
        toml::from_str(&fs::read_to_string(replay.baseline("a")).expect("is saved")).expect("is TOML");
    let benchmarks = file["benchmark"].as_array().expect("benchmarks");
    let rounds = |benchmark: &toml::Value| benchmark["round"].as_array().expect("rounds").len();
    assert_eq!(benchmarks.iter().map(rounds).collect::<Vec<_>>(), [5, 5], "{file}");
    assert_eq!(file["session"].as_array().expect("sessions").len(), 2);
}

#[test]
fn a_save_that_is_interrupted_in_its_first_round_keeps_nothing() {
    let replay = Replay::new();
    replay.script("default", &format!("greet 0.8.2\n{}note bench\nhang\n", benchmark("g|-|1", 1000.0)));
    let mut run = replay.start(&["save", "a"]);
    noted(&replay.path("scripts/bench"), &mut run);
    let tool = run.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &tool]).status().expect("starts kill").success());
    let said = said(run.wait_with_output().expect("ends"));
    said.fails(130, "interrupted");
    assert!(said.commands().is_empty() && !replay.path("baselines").exists(), "{}", said.stderr);
}
