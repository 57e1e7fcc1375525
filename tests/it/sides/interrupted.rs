//! A run that is interrupted while it builds.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::Duration;

use tensorprof::runner::interrupt;
use tensorprof::runner::sides::Benches;

use super::lab::{Lab, both_say, prepare_at, revision, working_tree};

/// The folder of the lab, for the process that is interrupted.
const FOLDER: &str = "TENSORPROF_TEST_LAB";

/// Runs in a process of its own, which [`a_build`] starts and interrupts.
#[test]
#[ignore = "is started by another test"]
fn process() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    interrupt::watch().expect("watches");
    let sides = [&revision("HEAD"), &working_tree()];
    let error =
        prepare_at(Path::new(&folder), "", (Benches::Candidate, false), sides).expect_err("is interrupted");
    assert!(error.is::<interrupt::Interrupted>(), "{error:#}");
    std::process::exit(i32::from(interrupt::EXIT_CODE));
}

fn start(lab: &Lab) -> Child {
    let mut command = Command::new(std::env::current_exe().expect("is known"));
    command.args(["sides::interrupted::process", "--exact", "--ignored", "--nocapture"]);
    command.env(FOLDER, lab.path("")).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("starts")
}

fn signal(name: &str, process: &str) -> ExitStatus {
    Command::new("kill").args([name, process]).stderr(Stdio::null()).status().expect("starts kill")
}

#[test]
fn a_build() {
    let lab = Lab::new();
    let note = lab.path("process");
    let script = format!(
        "fn main() {{\n    std::fs::write({note:?}, std::process::id().to_string()).unwrap();\n    \
         std::thread::sleep(std::time::Duration::from_secs(600));\n}}\n"
    );
    lab.write("build.rs", &script);
    let before = lab.state();
    let mut run = start(&lab);
    let script = loop {
        match fs::read_to_string(&note) {
            Ok(process) if !process.is_empty() => break process,
            _ => assert!(run.try_wait().expect("asks").is_none(), "it ended early"),
        }
        sleep(Duration::from_millis(20));
    };
    // To this process alone, as a service manager does; a terminal tells all.
    assert!(signal("-INT", &run.id().to_string()).success());
    assert_eq!(run.wait().expect("waits").code(), Some(i32::from(interrupt::EXIT_CODE)));
    while signal("-0", &script).success() {
        sleep(Duration::from_millis(20));
    }
    assert_eq!(lab.state(), before);
    assert!(lab.checkouts().is_empty());
    assert!(!lab.repository().join("target/tensorprof/ab/side-x").exists());
    // The next run is not disturbed.
    fs::remove_file(lab.repository().join("build.rs")).expect("removes");
    lab.answer(2);
    let sides = lab.prepare(&revision("HEAD"), &working_tree()).expect("builds");
    assert_eq!(both_say(&sides), ("1".to_owned(), "2".to_owned()));
}
