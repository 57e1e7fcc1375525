//! Projects in folders of a repository, in surroundings, with parts elsewhere.

use std::fs;

use tensorprof::runner::build::BuildFailed;

use super::lab::{Lab, MANIFEST, bench, both_say, revision, says, working_tree};

#[test]
fn the_project_may_be_a_folder_of_the_repository() {
    let lab = Lab::inside("deep/er");
    lab.answer(2);
    let sides = lab.prepare(&revision("HEAD"), &working_tree()).expect("builds");
    assert_eq!(both_say(&sides), ("1".to_owned(), "2".to_owned()));
    assert!(sides.candidate.root.ends_with("deep/er"));
}

#[test]
fn a_revision_without_the_project_is_named() {
    let lab = Lab::inside("new");
    lab.git(&["mv", "new/Cargo.toml", "new/Old.toml"]);
    lab.commit("without");
    lab.git(&["mv", "new/Old.toml", "new/Cargo.toml"]);
    let error = format!("{:#}", lab.refuses(&revision("HEAD"), &working_tree()));
    assert!(error.contains("HEAD (") && error.contains("has no new/Cargo.toml"), "{error}");
}

#[test]
fn a_dependency_outside_of_the_repository_is_used_as_it_is() {
    let lab = Lab::new();
    fs::create_dir_all(lab.path("outside/src")).expect("makes");
    let manifest = "[package]\nname = \"outside\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
    fs::write(lab.path("outside/Cargo.toml"), manifest).expect("writes");
    fs::write(lab.path("outside/src/lib.rs"), "pub const ANSWER: u32 = 6;\n").expect("writes");
    let dependency = "[dependencies]\noutside = { path = \"../outside\" }\n";
    lab.write("Cargo.toml", &MANIFEST.replace("[dependencies]\n", dependency));
    lab.write("src/lib.rs", "pub fn answer() -> u32 { outside::ANSWER }\n");
    lab.commit("second");
    let sides = lab.prepare(&revision("HEAD"), &working_tree()).expect("builds");
    assert_eq!(both_say(&sides), ("6".to_owned(), "6".to_owned()));
    assert!(sides.are_identical());
    let [note] = sides.notes.as_slice() else { panic!("{:?}", sides.notes) };
    assert!(note.contains("outside is not in the repository"), "{note}");
    drop(sides);
    fs::remove_dir_all(lab.path("outside")).expect("removes");
    // Cargo names it on standard error.
    assert!(lab.refuses(&revision("HEAD"), &working_tree()).is::<BuildFailed>());
}

/// The library's answer by a flag that a configuration of cargo sets.
const CONFIGURED: &str = "pub fn answer() -> u32 { if cfg!(one) { 1 } else if cfg!(two) { 2 } else { 0 } }\n";
const MANIFEST_WITH_FLAGS: &str = "\n[lints.rust]\nunexpected_cfgs = { level = \"allow\" }\n";

fn flag(name: &str) -> String {
    format!("[build]\nrustflags = [\"--cfg\", \"{name}\"]\n")
}

#[test]
fn a_configuration_in_the_repository_belongs_to_its_revision() {
    let lab = Lab::new();
    lab.write("Cargo.toml", &format!("{MANIFEST}{MANIFEST_WITH_FLAGS}"));
    lab.write("src/lib.rs", CONFIGURED);
    lab.commit("without a configuration");
    lab.write(".cargo/config.toml", &flag("two"));
    let sides = lab.prepare(&revision("HEAD"), &working_tree()).expect("builds");
    assert_eq!(both_say(&sides), ("0".to_owned(), "2".to_owned()));
    assert_eq!(sides.baseline.build.rustflags, "");
    assert_eq!(sides.candidate.build.rustflags, "--cfg two");
}

#[test]
fn a_configuration_around_the_repository_is_that_of_both_sides() {
    let lab = Lab::new();
    lab.write("Cargo.toml", &format!("{MANIFEST}{MANIFEST_WITH_FLAGS}"));
    lab.write("src/lib.rs", CONFIGURED);
    lab.commit("second");
    // Not around the checkouts: `Lab` has them beside the repository.
    let away = tempfile::TempDir::new().expect("makes a folder");
    fs::create_dir(away.path().join(".cargo")).expect("makes");
    fs::write(away.path().join(".cargo/config.toml"), flag("one")).expect("writes");
    let moved = away.path().join("repository");
    fs::rename(lab.repository(), &moved).expect("moves");
    // A path by which the repository is found where it was.
    #[cfg(unix)]
    std::os::unix::fs::symlink(&moved, lab.repository()).expect("links");
    #[cfg(unix)]
    {
        let sides = lab.prepare(&revision("HEAD"), &working_tree()).expect("builds");
        assert_eq!(both_say(&sides), ("1".to_owned(), "1".to_owned()));
        assert_eq!(sides.candidate.build.rustflags, "--cfg one");
    }
}

#[test]
fn a_lock_that_git_does_not_have_is_that_of_the_working_tree() {
    let lab = Lab::new();
    lab.write(".gitignore", "target\nCargo.lock\n");
    lab.commit("second");
    lab.write(
        "Cargo.lock",
        "# Of the user\nversion = 4\n\n[[package]]\nname = \"subject\"\nversion = \"0.1.0\"\n",
    );
    let sides = lab.prepare(&revision("HEAD"), &working_tree()).expect("builds");
    for side in [&sides.baseline, &sides.candidate] {
        let lock = fs::read_to_string(side.root.join("Cargo.lock")).expect("is there");
        assert!(lock.contains("# Of the user"), "{lock}");
    }
    assert_eq!(sides.baseline.build.lock_hash, sides.candidate.build.lock_hash);
}

#[test]
fn the_members_of_a_workspace_are_built() {
    let lab = Lab::new();
    lab.write("member/Cargo.toml", &MANIFEST.replace("\"subject\"", "\"member\"").replace("speed", "more"));
    lab.write("member/src/lib.rs", "pub fn answer() -> u32 { 4 }\n");
    lab.write("member/benches/more.rs", &bench("print!(\"{}\", member::answer());"));
    lab.write("Cargo.toml", &format!("{MANIFEST}\n[workspace]\nmembers = [\"member\"]\n"));
    // A working tree that is a workspace, and a baseline that is none.
    let sides = lab.prepare(&revision("HEAD"), &working_tree()).expect("builds");
    assert_eq!(says(&sides.baseline), "1");
    assert_eq!(says(&sides.candidate), "1");
}
