//! Identical code gives identical executables, and is not built twice.

use std::fs;
use std::time::SystemTime;

use tensorprof::runner::sides::{Benches, Sides};

use super::lab::{Lab, MANIFEST, PRINTS, bench, both_say, revision, says, working_tree};

#[test]
fn revisions_that_differ_in_a_readme_give_identical_executables() {
    let lab = Lab::new();
    lab.write("README.md", "words");
    lab.commit("second");
    let sides = lab.prepare(&revision("HEAD~1"), &revision("HEAD")).expect("builds");
    assert!(sides.are_identical());
    assert_eq!(sides.identical_targets(), [("subject".to_owned(), "speed".to_owned())].into());
    assert_ne!(sides.baseline.revision.commit, sides.candidate.revision.commit);
    assert_eq!(sides.notes, Vec::<String>::new());
    assert!(!sides.candidate.build.rustc.is_empty());
}

#[test]
fn other_code_is_told_and_so_are_other_variables() {
    let lab = Lab::new();
    lab.answer(2);
    lab.commit("second");
    let sides = lab.prepare(&revision("main~1"), &revision("main")).expect("builds");
    assert!(!sides.are_identical());
    assert!(sides.identical_targets().is_empty());
    assert_eq!(both_say(&sides), ("1".to_owned(), "2".to_owned()));
    drop(sides);
    let mut other = revision("main");
    other.variables.insert("SOME".to_owned(), "1".to_owned());
    let sides = lab.prepare(&revision("main"), &other).expect("builds");
    assert_eq!(sides.identical_targets().len(), 1);
    assert!(!sides.are_identical());
}

/// A path to a package outside of the workspace is in the hashes of its symbols; `env!` puts one into the
/// bench, and `file!` the file's.
#[test]
fn paths_do_not_make_executables_differ_and_lead_each_side_to_its_own_files() {
    let lab = Lab::inside("bench");
    lab.write(
        "../library/Cargo.toml",
        "[package]\nname = \"library\"\nversion = \"0.1.0\"\nedition = \"2021\"\n",
    );
    lab.write("../library/src/lib.rs", "pub fn place() -> &'static str { file!() }\n");
    lab.write(
        "Cargo.toml",
        &(MANIFEST.replace("[dependencies]\n", "[dependencies]\nlibrary = { path = \"../library\" }\n")),
    );
    lab.write(
        "benches/speed.rs",
        &bench(
            "assert!(std::path::Path::new(library::place()).exists());\n    \
             print!(\"{}\", std::fs::read_to_string(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/data\")).unwrap());",
        ),
    );
    lab.write("data", "old");
    lab.commit("second");
    lab.write("data", "new");
    lab.commit("third");
    let sides = lab.prepare(&revision("HEAD~1"), &revision("HEAD")).expect("builds");
    assert!(sides.are_identical());
    assert_eq!(both_say(&sides), ("old".to_owned(), "new".to_owned()));
}

#[test]
fn what_has_not_changed_is_not_built_again() {
    let lab = Lab::new();
    lab.answer(2);
    lab.commit("second");
    let (old, new) = (revision("HEAD~1"), revision("HEAD"));
    let first = lab.prepare(&old, &new).expect("builds");
    let times = built_at(&first);
    drop(first);
    let again = lab.prepare(&old, &new).expect("builds");
    assert_eq!(built_at(&again), times);
    drop(again);
    lab.answer(3);
    let changed = lab.prepare(&old, &working_tree()).expect("builds");
    assert_eq!(says(&changed.candidate), "3");
    assert_eq!(built_at(&changed)[0], times[0]);
    assert_ne!(built_at(&changed)[1], times[1]);
    drop(changed);
    // Back to what was built before the last time: cargo must not take the last for it.
    let back = lab.prepare(&old, &new).expect("builds");
    assert_eq!(both_say(&back), ("1".to_owned(), "2".to_owned()));
}

fn built_at(sides: &Sides) -> [SystemTime; 2] {
    [&sides.baseline, &sides.candidate].map(|side| {
        let facts = fs::metadata(&side.built.executables[0].path).expect("is there");
        facts.modified().expect("has a time")
    })
}

#[test]
fn both_sides_run_the_candidates_benches_unless_told_otherwise() {
    let lab = Lab::new();
    lab.write(
        "benches/speed.rs",
        &format!("mod words;\n{}", bench("print!(\"{} {}\", words::WORD, subject::answer());")),
    );
    lab.write("benches/words/mod.rs", "pub const WORD: &str = \"new\";\n");
    lab.answer(2);
    lab.commit("second");
    let (old, new) = (revision("HEAD~1"), revision("HEAD"));
    let sides = lab.prepare(&old, &new).expect("builds");
    assert_eq!(both_say(&sides), ("new 1".to_owned(), "new 2".to_owned()));
    assert!(sides.notes[0].contains("the candidate's benches"), "{:?}", sides.notes);
    drop(sides);
    let sides = lab.prepare_with(Benches::Own, false, &old, &new).expect("builds");
    assert_eq!(both_say(&sides), ("1".to_owned(), "new 2".to_owned()));
    assert_eq!(sides.notes, Vec::<String>::new());
}

#[test]
fn a_baseline_that_does_not_build_with_the_candidates_benches_runs_its_own() {
    let lab = Lab::new();
    lab.write("src/lib.rs", "pub fn answers() -> u32 { 2 }\n");
    lab.write("benches/speed.rs", &bench(&PRINTS.replace("answer", "answers")));
    lab.commit("second");
    let sides = lab.prepare(&revision("HEAD~1"), &revision("HEAD")).expect("builds");
    assert_eq!(both_say(&sides), ("1".to_owned(), "2".to_owned()));
    let [note] = sides.notes.as_slice() else { panic!("{:?}", sides.notes) };
    assert!(note.contains("each side runs its own") && note.contains("answers"), "{note}");
}

#[test]
fn a_bench_that_the_baseline_lacks_is_measured_on_it() {
    let lab = Lab::new();
    lab.write("benches/more.rs", &bench(PRINTS));
    lab.write("Cargo.toml", &format!("{MANIFEST}\n[[bench]]\nname = \"more\"\nharness = false\n"));
    lab.commit("second");
    let sides = lab.prepare(&revision("HEAD~1"), &revision("HEAD")).expect("builds");
    assert_eq!(sides.baseline.built.executables.len(), 2);
    assert!(sides.are_identical());
}

#[test]
fn code_that_changes_in_a_dynamic_library_is_a_change() {
    let lab = Lab::new();
    let dependency = "[dependencies]\ndynamic = { path = \"dynamic\" }\n";
    lab.write("Cargo.toml", &MANIFEST.replace("[dependencies]\n", dependency));
    lab.write("src/lib.rs", "pub use dynamic::answer;\n");
    let library = "[package]\nname = \"dynamic\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n\
                   [lib]\ncrate-type = [\"dylib\"]\n";
    lab.write("dynamic/Cargo.toml", library);
    let answers = |answer: u32| format!("#[inline(never)]\npub fn answer() -> u32 {{ {answer} }}\n");
    lab.write("dynamic/src/lib.rs", &answers(1));
    lab.commit("second");
    lab.write("dynamic/src/lib.rs", &answers(2));
    lab.commit("third");
    let sides = lab.prepare(&revision("HEAD~1"), &revision("HEAD")).expect("builds");
    assert!(!sides.are_identical());
    assert_eq!(both_say(&sides), ("1".to_owned(), "2".to_owned()));
}
