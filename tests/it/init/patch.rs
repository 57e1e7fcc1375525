//! `--dry-run`: its difference, applied, gives what `init` writes.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Folder, PACKAGE, PLAIN};
use crate::replay::said;

/// The files after `init` in `inside`, and after each program has applied the difference of its dry run in `base`.
#[track_caller]
fn applied_is_done(files: &[(&str, &str)], inside: &str, base: &str, arguments: &[&str]) {
    let done = Folder::with(files);
    done.init_in(inside, arguments).succeeds();
    let expected = done.texts();
    for program in [["git", "apply"], ["patch", "-p1"]] {
        let folder = Folder::with(files);
        let before = folder.texts();
        let dry = folder.init_in(inside, &[arguments, &["--dry-run"]].concat()).succeeds();
        assert_eq!(folder.texts(), before, "nothing is written");
        assert_ne!(before, expected);
        let root = folder.path("");
        let seen_from =
            format!("as seen from {}\n", folder.path(base).display().to_string().trim_end_matches('/'));
        assert_eq!(dry.stderr.contains(&seen_from), inside != base, "{}", dry.stderr);
        let difference = root.with_extension("diff");
        fs::write(&difference, &dry.stdout).expect("writes");
        apply(program, &folder.path(base), &difference);
        fs::remove_file(&difference).expect("removes");
        assert_eq!(folder.texts(), expected, "{program:?}\n{}", dry.stdout);
    }
}

fn apply([program, argument]: [&str; 2], folder: &Path, difference: &Path) {
    let input = fs::File::open(difference).expect("is there");
    let mut command = Command::new(program);
    command.arg(argument).current_dir(folder).stdin(input);
    said(command.output().expect("starts")).succeeds();
}

/// Of a package, with criterion benches if it is to have some.
fn manifest(name: &str, criterion: bool) -> String {
    let criterion = if criterion { "\n[dev-dependencies]\ncriterion = \"0.8\"\n" } else { "" };
    format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2024\"\n{criterion}")
}

#[test]
fn in_a_package() {
    let with_criterion = manifest("kernel", true);
    for manifest in [PACKAGE, &with_criterion] {
        let files = [("Cargo.toml", manifest), ("src/lib.rs", ""), ("benches/plain.rs", PLAIN)];
        applied_is_done(&files, "", "", &[]);
    }
}

#[test]
fn paths_are_those_of_the_workspace() {
    let (a, b) = (manifest("a", true), manifest("b", false));
    let files = [
        ("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n"),
        ("crates/a/Cargo.toml", &a),
        ("crates/a/src/lib.rs", ""),
        ("crates/a/benches/plain.rs", PLAIN),
        ("crates/with a blank/Cargo.toml", &b),
        ("crates/with a blank/src/lib.rs", ""),
    ];
    for arguments in [&["-p", "a", "-p", "b"][..], &["-p", "b"]] {
        for inside in ["", "crates/a", "crates/with a blank/src"] {
            applied_is_done(&files, inside, "", arguments);
        }
    }
}

/// A patch cannot lead out of the folder in which it is applied.
#[test]
fn packages_outside_of_the_workspace_are_seen_from_around_it() {
    let a = manifest("a", true).replace("edition", "workspace = \"../root\"\nedition");
    let bench = format!("{a}\n[[bench]]\nname = \"shared\"\npath = \"../shared/plain.rs\"\n");
    let files = [
        ("root/Cargo.toml", "[workspace]\nmembers = [\"../a\"]\n"),
        ("a/Cargo.toml", bench.as_str()),
        ("a/src/lib.rs", ""),
        ("shared/plain.rs", PLAIN),
    ];
    applied_is_done(&files, "root", "", &["-p", "a"]);
    applied_is_done(&files, "a", "", &[]);
}

#[test]
fn files_with_the_line_ends_of_windows_and_without_a_last_one() {
    let manifest = manifest("a", true).replace('\n', "\r\n");
    let bench = PLAIN.replace('\n', "\r\n");
    let files =
        [("Cargo.toml", manifest.trim_end()), ("src/lib.rs", ""), ("benches/plain.rs", bench.trim_end())];
    applied_is_done(&files, "", "", &[]);
}

/// The same edit twice could not be applied.
#[test]
fn a_file_of_several_benches_is_edited_once() {
    let benches = "[[bench]]\nname = \"a\"\npath = \"b.rs\"\n[[bench]]\nname = \"b\"\npath = \"b.rs\"\nharness = false\n";
    let manifest = format!("{}\n{benches}", manifest("kernel", true));
    let files = [("Cargo.toml", manifest.as_str()), ("src/lib.rs", ""), ("b.rs", PLAIN)];
    applied_is_done(&files, "", "", &[]);
}
