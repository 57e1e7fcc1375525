//! The user's own runner, from wherever cargo reads it.

use std::process::Command;

use super::subject::Subject;
use crate::replay::{bench, plain_benchmark, said};

/// The name by which cargo's configuration knows this machine.
fn triple() -> String {
    let output = Command::new("rustc").arg("-vV").output().expect("starts");
    let text = String::from_utf8(output.stdout).expect("is text");
    text.lines().find_map(|line| line.strip_prefix("host: ")).expect("a triple").to_owned()
}

/// Asserts that the bench of a save is started by a runner that sets `VIA`, and that nothing else starts it.
#[track_caller]
fn assert_via(subject: &Subject, arguments: &[&str], variables: &[(&str, &str)], via: &str) {
    subject.script("default", &format!("environment ours\n{}", bench(&[("g|-|1", 1000.0)])));
    let before = subject.calls();
    let save = ["save", "a", "--force", "--rounds", "1"];
    let mut command = subject.command(&[&save, arguments].concat());
    said(command.envs(variables.iter().copied()).output().expect("starts")).succeeds();
    assert_eq!(subject.variable("ours", "VIA").as_deref(), Some(via));
    assert_eq!(subject.calls(), before + 1, "asking cargo ran the bench");
}

/// Writes a shell script that can be started.
#[cfg(unix)]
fn write_program(subject: &Subject, name: &str, script: &str) {
    subject.write(name, &format!("#!/bin/sh\n{script}"));
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(subject.project().join(name), executable).expect("sets permissions");
}

/// A target for which a compiler of ours builds as for this machine.
#[cfg(unix)]
const ELSEWHERE: &str = "made-up-elsewhere";

/// A project with that compiler, and a runner for that target alone.
#[cfg(unix)]
fn built_elsewhere() -> Subject {
    let subject = Subject::without_dylib();
    let here = triple();
    let translates = format!("[ \"$word\" = {ELSEWHERE} ] && word={here}");
    let compiler =
        format!("for word; do\nshift\n{translates}\nset -- \"$@\" \"$word\"\ndone\nexec rustc \"$@\"\n");
    write_program(&subject, "compiler", &compiler);
    configure_elsewhere(&subject, "", "");
    subject
}

/// Configures its compiler and its runner, and this besides: at the beginning, and of the build.
#[cfg(unix)]
fn configure_elsewhere(subject: &Subject, first: &str, build: &str) {
    let runner = format!("[target.{ELSEWHERE}]\nrunner = ['env', 'VIA=elsewhere']\n");
    let text = format!("{first}\n[build]\nrustc = './compiler'\n{build}\n{runner}");
    subject.write(".cargo/config.toml", &text);
}

#[cfg(unix)]
#[test]
fn a_runner_of_the_target_starts_the_bench_wherever_cargo_has_the_target_from() {
    let subject = built_elsewhere();
    let said = format!("build.target='{ELSEWHERE}'");
    subject.write("target.toml", &said);
    for arguments in [["--config", &said], ["--config", "target.toml"], ["--target", ELSEWHERE]] {
        assert_via(&subject, &arguments, &[], "elsewhere");
        assert!(subject.baseline("a").contains(&format!("target = \"{ELSEWHERE}\"\n")), "{arguments:?}");
    }
    assert_via(&subject, &[], &[("CARGO_BUILD_TARGET", ELSEWHERE)], "elsewhere");
    configure_elsewhere(&subject, "", &format!("target = '{ELSEWHERE}'"));
    assert_via(&subject, &[], &[], "elsewhere");
}

/// Cargo reads the target from a file that another includes, of which nobody else knows.
#[cfg(unix)]
#[test]
fn a_runner_of_a_target_that_only_cargo_knows_keeps_benches_from_being_run_to_ask() {
    let subject = built_elsewhere();
    subject.write(".cargo/more.toml", &format!("build.target = '{ELSEWHERE}'"));
    configure_elsewhere(&subject, "include = ['more.toml']", "");
    subject.run(&["save", "a"]).fails(2, "name yours by `--target`");
    assert_eq!(subject.calls(), 0, "asking cargo ran the bench");
    assert_via(&subject, &["--target", ELSEWHERE], &[], "elsewhere");
}

#[cfg(unix)]
#[test]
fn several_targets_are_refused_before_anything_is_built() {
    let subject = built_elsewhere();
    let several = format!("build.target=['{ELSEWHERE}', '{}']", triple());
    let said = subject.run(&["save", "a", "--config", &several]);
    said.fails(2, "cargo builds for several targets (");
    assert!(!said.stderr.contains("Compiling") && subject.calls() == 0, "{}", said.stderr);
}

#[test]
fn a_runner_from_any_place_starts_the_bench() {
    let subject = Subject::new();
    let triple = triple();
    let variable = format!("CARGO_TARGET_{}_RUNNER", triple.to_uppercase().replace('-', "_"));
    let argument = format!("target.{triple}.runner=['env', 'VIA=argument']");
    subject.configure("[target.'cfg(all())']\nrunner = ['env', 'VIA=cfg']\n");
    assert_via(&subject, &[], &[], "cfg");
    assert_via(&subject, &[], &[(&variable, "env VIA=variable")], "variable");
    for runner in ["'env VIA=triple'", "['env', 'VIA=triple']"] {
        subject.configure(&format!("[target.{triple}]\nrunner = {runner}\n"));
        assert_via(&subject, &[], &[], "triple");
    }
    assert_via(&subject, &["--config", &argument], &[(&variable, "env VIA=variable")], "argument");
}

#[test]
fn a_runner_for_another_target_is_none() {
    let subject = Subject::new();
    subject.configure("[target.no-such-target]\nrunner = 'false'\n");
    subject.script("default", &bench(&[("g|-|1", 1000.0)]));
    subject.run(&["save", "a", "--rounds", "1"]).succeeds();
}

#[test]
fn a_runner_that_fails_fails_as_under_cargo_bench() {
    let subject = Subject::new();
    subject.configure("[target.'cfg(all())']\nrunner = 'false'\n");
    assert!(!subject.cargo(&["bench", "--bench", "replay"]).output().expect("starts").status.success());
    subject
        .run(&["save", "a", "--rounds", "1"])
        .fails(101, "bench `replay` failed: ended with exit status: 1");
    assert_eq!(subject.calls(), 0);
    subject.configure("[target.'cfg(all())']\nrunner = 'no-such-program'\n");
    subject.run(&["save", "a", "--rounds", "1"]).fails(2, "no-such-program");
}

/// Such a runner waits while the bench computes, and uses no CPU time itself.
#[cfg(target_os = "linux")]
#[test]
fn the_cpu_time_is_that_of_the_bench_and_not_of_its_runner() {
    let subject = Subject::new();
    write_program(&subject, "runner", "\"$@\"\nexit $?\n");
    subject.configure("[target.'cfg(all())']\nrunner = './runner'\n");
    let measured = plain_benchmark("g|-|1", 10.0);
    subject.script("default", &format!("greet 0.8.2\ncompute 100\n{measured}group g\n"));
    subject.run(&["save", "a", "--rounds", "1"]).succeeds();
    let file: toml::Value = toml::from_str(&subject.baseline("a")).expect("is TOML");
    let cpu = &file["benchmark"][0]["round"][0]["cpu"][0];
    let cpu = cpu.as_float().or(cpu.as_integer().map(|cpu| cpu as f64));
    assert!(cpu.is_some_and(|cpu| cpu > 0.0), "{cpu:?}");
}
