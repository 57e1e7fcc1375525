//! `record-env`: variables whose values are recorded.

use super::subject::Subject;
use crate::replay::bench;

#[test]
fn variables_that_are_named_are_recorded_and_no_others() {
    let subject = Subject::new();
    subject.script("default", &bench(&[("g|-|1", 1000.0)]));
    let manifest = std::fs::read_to_string(subject.project().join("Cargo.toml")).expect("is there");
    let metadata = "[package.metadata.tensorprof]\nrecord-env = [\"MODE\", \"FROM_BUILD\", \"NOT_SET\"]\n";
    subject.write("Cargo.toml", &format!("{manifest}{metadata}"));
    let save = |name: &str| subject.run(&["save", name, "--rounds", "3"]).succeeds();
    assert!(save("a").stderr.contains("Recording the values of MODE, FROM_BUILD, NOT_SET"));
    let text = subject.baseline("a");
    assert!(text.contains("[variables]\nFROM_BUILD = \"it is built\"\nMODE = \"forced\"\n\n"), "{text}");
    assert!(!text.contains("DATA_DIR"), "{text}");
    subject
        .write(".cargo/config.toml", "[env]\nRAYON_NUM_THREADS = '1'\nMODE = 'other'\nSECRET = 'hidden'\n");
    subject.run(&["save", "a", "--append", "--rounds", "3"]).fails(2, "MODE=forced before");
    save("b");
    assert!(!subject.baseline("b").contains("hidden"));
    let diff = subject.run(&["diff", "a", "b", "--format", "json"]).succeeds().json();
    let differences = diff["differences"].as_array().expect("a list");
    let mode = differences.iter().find(|difference| difference["name"] == "MODE").expect("is told");
    assert_eq!((&mode["baseline"], &mode["candidate"]), (&"forced".into(), &"other".into()));
    assert_eq!(diff["candidate"]["variables"]["MODE"], "other");
}

#[test]
fn a_list_that_is_none_is_refused_before_the_build() {
    let subject = Subject::new();
    let manifest = std::fs::read_to_string(subject.project().join("Cargo.toml")).expect("is there");
    for value in ["\"MODE\"", "[1]", "[\"A=b\"]", "[\"\"]"] {
        let metadata = format!("[workspace.metadata.tensorprof]\nrecord-env = {value}\n");
        subject.write("Cargo.toml", &format!("{manifest}{metadata}"));
        subject.run(&["save", "a"]).fails(2, "no list of names of variables");
    }
}
