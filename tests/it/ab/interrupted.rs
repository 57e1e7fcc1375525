//! Ctrl-C and SIGTERM at any moment: nothing is left, and everything is as before.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::contest::{Contest, bench, halves, rows};
use crate::replay::benchmark;

/// A row that does this at a moment.
fn row_that(before_the_turn: &str, in_the_sample: &str) -> String {
    let [begin, rest] = halves(&benchmark("g|-|1", 1200.0));
    bench([format!("benchmark g|-|1\n{begin}{before_the_turn}turn\n{in_the_sample}turns 2\n{rest}end\n")])
}

/// Whom the signal is sent to.
#[derive(Clone, Copy)]
enum To {
    /// The process group, as a terminal does.
    Group,
    /// The command alone, as a service manager does.
    Command,
}

/// Waits for the note of a process and returns its id.
fn noted(path: &PathBuf, run: &mut Child) -> String {
    loop {
        match fs::read_to_string(path) {
            Ok(process) if !process.is_empty() => return process,
            _ => assert!(run.try_wait().expect("asks").is_none(), "it ended early"),
        }
        sleep(Duration::from_millis(10));
    }
}

fn signal(name: &str, process: &str) -> bool {
    Command::new("kill")
        .args([name, "--", process])
        .stderr(Stdio::null())
        .status()
        .expect("starts kill")
        .success()
}

/// Starts `ab`, interrupts it when a process has left a note, and checks what is left.
#[track_caller]
fn interrupted(contest: &Contest, name: &str, to: To) {
    let before = contest.state();
    let note = contest.path("scripts/moment");
    for file in [&note, &contest.path("scripts/calls")] {
        let _ = fs::remove_file(file);
    }
    let mut command = contest.command(&["ab", "HEAD", "--save", "old", "new"]);
    let mut run =
        command.process_group(0).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("starts");
    let process = noted(&note, &mut run);
    let target = match to {
        To::Group => format!("-{}", run.id()),
        To::Command => run.id().to_string(),
    };
    assert!(signal(name, &target));
    let code = run.wait().expect("waits").code();
    let mut said = String::new();
    run.stderr.take().expect("is piped").read_to_string(&mut said).expect("is text");
    assert_eq!(code, Some(130), "{said}");
    assert!(!signal("-0", &process), "process {process} is left");
    assert_eq!(contest.state(), before, "{said}");
    // The next run is not disturbed.
    contest.plays(&rows(&[("g|-|1", 1200.0)]));
    contest.ab(&["HEAD"]).succeeds();
}

#[track_caller]
fn at_every_signal(contest: &Contest, script: &str) {
    for (name, to) in [("-INT", To::Group), ("-INT", To::Command), ("-TERM", To::Command)] {
        contest.plays(script);
        interrupted(contest, name, to);
    }
}

#[test]
fn in_a_build() {
    let contest = Contest::changed_to(1200.0);
    let note = contest.path("scripts/moment");
    let script = format!(
        "fn main() {{\n    std::fs::write({note:?}, std::process::id().to_string()).unwrap();\n    \
         std::thread::sleep(std::time::Duration::from_secs(600));\n}}\n"
    );
    for (name, to) in [("-INT", To::Group), ("-INT", To::Command), ("-TERM", To::Command)] {
        contest.write("build.rs", &script);
        let before = contest.state();
        let _ = fs::remove_file(&note);
        let mut command = contest.command(&["ab", "HEAD"]);
        let mut run =
            command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts");
        let process = noted(&note, &mut run);
        let target = if matches!(to, To::Group) { format!("-{}", run.id()) } else { run.id().to_string() };
        assert!(signal(name, &target));
        assert_eq!(run.wait().expect("waits").code(), Some(130));
        while signal("-0", &process) {
            sleep(Duration::from_millis(10));
        }
        assert_eq!(contest.state(), before);
        fs::remove_file(contest.path("repository/build.rs")).expect("removes");
        contest.ab(&["HEAD"]).succeeds();
    }
}

#[test]
fn in_the_list_of_benchmarks() {
    let contest = Contest::changed_to(1200.0);
    at_every_signal(&contest, "note moment\nhang\n");
}

#[test]
fn in_a_warm_up() {
    let contest = Contest::changed_to(1200.0);
    at_every_signal(&contest, &row_that("note moment\nhang\n", ""));
}

#[test]
fn in_a_sample() {
    let contest = Contest::changed_to(1200.0);
    at_every_signal(&contest, &row_that("", "note moment\nhang\n"));
}

#[test]
fn in_a_later_block_with_a_copy_of_the_baseline_at_work() {
    let contest = Contest::changed_to(1200.0);
    at_every_signal(&contest, &row_that("", "from 9 note moment\nfrom 9 hang\n"));
}

/// The table goes to a pipe that is full for a while, and the report after it.
#[test]
fn in_writing() {
    /// Capacity of a pipe.
    const FULL: usize = 1 << 16;
    let contest = Contest::changed_to(1200.0);
    let (mut reader, mut writer) = std::io::pipe().expect("makes a pipe");
    writer.write_all(&[b'\n'; FULL]).expect("has room");
    let mut command = contest.command(&["ab", "HEAD", "--save", "old", "new"]);
    let before = contest.state();
    let mut run = command.process_group(0).stdout(writer).stderr(Stdio::null()).spawn().expect("starts");
    // It holds an end of the pipe.
    drop(command);
    while !contest.baseline("new").exists() {
        assert!(run.try_wait().expect("asks").is_none(), "it ended early");
        sleep(Duration::from_millis(10));
    }
    assert!(signal("-INT", &format!("-{}", run.id())));
    let reader = std::thread::spawn(move || reader.read_to_end(&mut Vec::new()));
    assert_eq!(run.wait().expect("waits").code(), Some(130));
    assert!(reader.join().expect("ends").expect("reads") > FULL, "the table was written");
    // Both were written by then.
    contest.run(&["diff", "old", "new"]).succeeds();
    for name in ["old", "new"] {
        contest.run(&["rm", name]).succeeds();
    }
    assert_eq!(contest.state(), before);
}
