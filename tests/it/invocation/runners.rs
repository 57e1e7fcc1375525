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
    subject.write("runner", "#!/bin/sh\n\"$@\"\nexit $?\n");
    std::fs::set_permissions(
        subject.project().join("runner"),
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )
    .expect("sets permissions");
    subject.configure("[target.'cfg(all())']\nrunner = './runner'\n");
    let measured = plain_benchmark("g|-|1", 10.0);
    subject.script("default", &format!("greet 0.8.2\ncompute 100\n{measured}group g\n"));
    subject.run(&["save", "a", "--rounds", "1"]).succeeds();
    let file: toml::Value = toml::from_str(&subject.baseline("a")).expect("is TOML");
    let cpu = &file["benchmark"][0]["round"][0]["cpu"][0];
    let cpu = cpu.as_float().or(cpu.as_integer().map(|cpu| cpu as f64));
    assert!(cpu.is_some_and(|cpu| cpu > 0.0), "{cpu:?}");
}
