//! Packages of many shapes: other names, optional dependencies, old spellings and editions.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{Folder, PACKAGE, PLAIN};
use crate::published::root;
use crate::replay::{isolated, said};

/// A dependency on this library, with other keys.
fn library(keys: &str) -> String {
    format!("{{ path = \"{}\", default-features = false{keys} }}", root().display())
}

#[test]
fn a_renamed_dependency_is_used_under_its_name() {
    let library = library(", package = \"tensorprof\"");
    let manifest = format!(
        "{PACKAGE}\n[dev-dependencies]\nmy-crit = {{ package = \"criterion\", version = \"0.8\" }}\ntp = {library}\n"
    );
    let plain = PLAIN.replace("use criterion::", "use my_crit::");
    let table = "[[bench]]\nname = \"plain\"\nharness = false\n";
    let with_benches = Folder::package(&format!("{manifest}\n{table}"), &[("plain", &plain)]);
    let before = with_benches.read("Cargo.toml");
    let told = with_benches.initialized(&[]);
    assert!(told.contains("`profile_group` of `tp::ProfileExt`"), "{told}");
    assert_eq!(with_benches.read("Cargo.toml"), before, "both are there");
    let line = "static ALLOCATOR: tp::CountingAllocator = tp::CountingAllocator::system();\n";
    assert!(with_benches.read("benches/plain.rs").contains(line));
    let without = Folder::package(&manifest, &[]);
    without.initialized(&[]);
    assert_eq!(without.read("Cargo.toml"), format!("{manifest}\n{}", table.replace("plain", "kernels")));
    let bench = without.read("benches/kernels.rs");
    assert!(bench.contains("\nuse my_crit::{") && bench.contains("\nuse tp::{"), "{bench}");
}

#[test]
fn an_optional_dependency_becomes_one_that_is_always_there() {
    let (optional, required) = (library(", optional = true"), library(""));
    let manifest = format!(
        "{PACKAGE}\n[dependencies]\ncriterion = {{ version = \"0.8\", optional = true }}\ntensorprof = {optional}\n"
    );
    let folder = Folder::package(&manifest, &[]);
    folder.init(&[]).succeeds();
    assert!(folder.init(&[]).succeeds().stderr.contains("nothing to do"));
    let written = fs::read_to_string(folder.path("Cargo.toml")).expect("is there");
    let added = format!(
        "\n[dev-dependencies]\ncriterion = {{ version = \"0.8\" }}\ntensorprof = {required}\n\n[[bench]]"
    );
    assert!(written.starts_with(&format!("{manifest}{added}")), "{written}");
}

/// Without its feature, criterion is not there, and neither are the benches.
#[test]
fn benches_with_an_optional_criterion_get_the_library() {
    let manifest = format!(
        "{PACKAGE}\n[dependencies]\ncriterion = {{ version = \"0.8\", optional = true }}\n\n\
         [[bench]]\nname = \"plain\"\nharness = false\nrequired-features = [\"criterion\"]\n"
    );
    let folder = Folder::package(&manifest, &[("plain", PLAIN)]);
    let told = folder.initialized(&[]);
    assert!(told.contains("Added `tensorprof = ") && !told.contains("Added `criterion"), "{told}");
    assert!(told.contains("the counting allocator to benches/plain.rs:4"), "{told}");
}

#[test]
fn a_name_that_is_taken_is_not_overwritten() {
    for (key, table) in
        [("tensorprof", "dev-dependencies"), ("criterion", "dev-dependencies"), ("criterion", "dependencies")]
    {
        let manifest = format!("{PACKAGE}\n[{table}]\n{key} = {{ package = \"half\", version = \"2\" }}\n");
        let folder = Folder::package(&manifest, &[]);
        let files = folder.files();
        folder
            .init(&[])
            .fails(2, &format!("cannot add to Cargo.toml: `{key}` is what it calls another dependency"));
        assert_eq!(folder.files(), files);
    }
}

#[test]
fn a_bench_on_another_criterion_is_left_alone() {
    let manifest = format!(
        "{PACKAGE}\n[dev-dependencies]\ncriterion = \"0.8\"\ncodspeed-criterion-compat = \"4\"\n\n\
         [[bench]]\nname = \"plain\"\nharness = false\n\n[[bench]]\nname = \"watched\"\nharness = false\n"
    );
    let watched = PLAIN.replace("criterion::", "codspeed_criterion_compat::");
    let folder = Folder::package(&manifest, &[("plain", PLAIN), ("watched", &watched)]);
    let told = folder.initialized(&[]);
    assert!(
        told.contains("benches/watched.rs is on codspeed_criterion_compat, which the library is not"),
        "{told}"
    );
    assert!(told.contains("the counting allocator to benches/plain.rs"), "{told}");
    assert_eq!(folder.read("benches/watched.rs"), watched);
    let in_its_place = manifest
        .replace("criterion = \"0.8\"\ncodspeed", "criterion = { package = \"codspeed")
        .replace("compat = \"4\"", "compat\", version = \"4\" }");
    let told = Folder::package(&in_its_place, &[("plain", PLAIN), ("watched", PLAIN)]).initialized(&[]);
    assert!(
        told.contains("warning: `kernel` depends on codspeed-criterion-compat ^4: its benches"),
        "{told}"
    );
}

#[test]
fn the_library_itself_has_the_library() {
    let manifest =
        "[package]\nname = \"tensorprof\"\nedition = \"2024\"\n\n[dependencies]\ncriterion = \"0.8\"\n";
    let folder = Folder::package(manifest, &[]);
    folder.initialized(&[]);
    let bench = "\n[[bench]]\nname = \"kernels\"\nharness = false\n";
    assert_eq!(folder.read("Cargo.toml"), format!("{manifest}{bench}"));
}

#[test]
fn criterion_itself_is_not_set_up() {
    let folder = Folder::package(&PACKAGE.replace("kernel", "criterion"), &[("plain", PLAIN)]);
    let files = folder.files();
    folder.init(&[]).fails(2, "cannot set up `criterion`: the library is built on it");
    assert_eq!(folder.files(), files);
}

#[test]
fn a_bench_that_is_asked_for_is_written_beside_others() {
    let manifest = format!(
        "{PACKAGE}\n[dev-dependencies]\ncriterion = \"0.8\"\n\n[[bench]]\nname = \"plain\"\nharness = false\n"
    );
    let folder = Folder::package(&manifest, &[("plain", PLAIN)]);
    let told = folder.initialized(&["--bench", "dot-product"]);
    for words in [
        "Created benches/dot-product.rs",
        "Added bench `dot-product` with `harness = false` to Cargo.toml",
        "Added the counting allocator to benches/plain.rs:4",
    ] {
        assert!(told.contains(words), "{told}");
    }
    assert_eq!(folder.read("Cargo.toml").matches("[[bench]]").count(), 2);
    let told = folder.initialized(&["--bench", "plain"]);
    assert!(told.contains("Unchanged benches/plain.rs counts allocations"), "{told}");
    let old = Folder::package(&manifest.replace("0.8", "0.5"), &[("plain", PLAIN)]);
    old.init(&["--bench", "dot"]).fails(2, "cannot write a bench for `kernel`: it depends on criterion ^0.5");
}

/// In the edition of 2015 cargo finds no bench by its file where a table names one.
#[test]
fn no_bench_of_2015_is_lost() {
    let manifest = PACKAGE.replace("edition = \"2024\"", "edition = \"2015\"");
    let names = |folder: &Folder| {
        let mut metadata = isolated(Command::new(env!("CARGO")));
        metadata.args(["metadata", "--no-deps", "--format-version", "1"]).current_dir(folder.path(""));
        let metadata = said(metadata.output().expect("starts")).succeeds().stdout;
        let metadata: serde_json::Value = serde_json::from_str(&metadata).expect("is JSON");
        let targets = metadata["packages"][0]["targets"].as_array().expect("targets").clone();
        let mut names: Vec<String> = targets
            .iter()
            .filter(|target| target["kind"][0] == "bench")
            .map(|target| target["name"].as_str().expect("a name").to_owned())
            .collect();
        names.sort_unstable();
        names
    };
    let folder = Folder::package(&manifest, &[("libtest", "#![feature(test)]\n")]);
    let told = folder.initialized(&[]);
    assert!(told.contains("Added `autobenches = true` to Cargo.toml"), "{told}");
    assert_eq!(names(&folder), ["kernels", "libtest"]);
    let with_criterion = format!("{manifest}\n[dev-dependencies]\ncriterion = \"0.8\"\n");
    let folder = Folder::package(&with_criterion, &[("plain", PLAIN), ("second", PLAIN)]);
    let told = folder.initialized(&[]);
    assert!(!told.contains("autobenches"), "all have tables: {told}");
    assert_eq!(names(&folder), ["plain", "second"]);
}

/// What is written builds, in packages of many shapes, with the real criterion and the real library.
#[test]
fn what_is_written_builds() {
    let package = |name: &str, edition: &str, rest: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"{edition}\"\n\n{rest}")
    };
    let renamed = package(
        "renamed",
        "2018",
        &format!(
            "[dev-dependencies]\ncrit = {{ package = \"criterion\", version = \"0.8.2\", default-features = false }}\n\
         tp = {}\n",
            library(", package = \"tensorprof\"")
        ),
    );
    let optional = package(
        "optional",
        "2021",
        &format!(
            "[dependencies]\ncriterion = {{ version = \"0.8.2\", optional = true }}\ntensorprof = {}\n",
            library(", optional = true")
        ),
    );
    let old = package("old", "2015", "[dev_dependencies]\nhalf = \"2\"\n");
    let strict = package(
        "strict",
        "2024",
        "[dev-dependencies]\ncriterion.workspace = true\n\n\
        [lints.rust]\nwarnings = \"deny\"\nunsafe_code = \"forbid\"\nmissing_docs = \"deny\"\n\n\
        [[bench]]\nname = \"plain-bench\"\npath = \"benches/plain-bench/main.rs\"\nharness = false\n",
    );
    let of_2015 =
        package("of-2015", "2015", "[target.'cfg(not(windows))'.dev-dependencies]\ncriterion = \"0.8.2\"\n");
    let bench_of_2015 = "#[macro_use]\nextern crate criterion;\n\nuse criterion::Criterion;\n\n\
        fn sums(_: &mut Criterion) {}\n\ncriterion_group!(benches, sums);\ncriterion_main!(benches);\n";
    let strict_bench = format!("//! Sums.\n#![deny(warnings)]\n{}", PLAIN.trim_start_matches("//! Sums.\n"));
    let uses_half = "extern crate half;\n#[test]\nfn f() { half::f16::from_f32(1.0); }\n";
    let workspace = "[workspace]\nmembers = [\"renamed\", \"optional\", \"old\", \"strict\", \"of-2015\"]\nresolver = \"2\"\n\n\
        [workspace.dependencies]\ncriterion = { version = \"0.8.2\", default-features = false }\n";
    let folder = Folder::with(&[
        ("Cargo.toml", workspace),
        ("renamed/Cargo.toml", &renamed),
        ("renamed/src/lib.rs", ""),
        ("optional/Cargo.toml", &optional),
        ("optional/src/lib.rs", ""),
        ("old/Cargo.toml", &old),
        ("old/src/lib.rs", ""),
        ("old/tests/half.rs", uses_half),
        ("strict/Cargo.toml", &strict),
        ("strict/src/lib.rs", "//! Strict.\n"),
        ("strict/benches/plain-bench/main.rs", &strict_bench),
        ("of-2015/Cargo.toml", &of_2015),
        ("of-2015/src/lib.rs", ""),
        ("of-2015/benches/sums.rs", bench_of_2015),
    ]);
    let members = ["renamed", "optional", "old", "strict", "of-2015"];
    let arguments: Vec<&str> = members.iter().flat_map(|member| ["-p", *member]).collect();
    let told = folder.init(&[arguments.as_slice(), &["--bench", "first-one"]].concat()).succeeds().stderr;
    assert_eq!(told.matches("Created").count(), members.len(), "{told}");
    assert!(!told.contains("warning"), "{told}");
    // The versions of this project, which are there, and its builds of them.
    fs::copy(root().join("Cargo.lock"), folder.path("Cargo.lock")).expect("copies");
    let mut build = isolated(Command::new(env!("CARGO")));
    build
        .args(["bench", "--no-run", "--offline", "--workspace", "--benches", "--test", "half"])
        .current_dir(folder.path(""));
    build.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("guide"));
    let built = said(build.env("CARGO_PROFILE_BENCH_OPT_LEVEL", "0").output().expect("starts")).succeeds();
    assert_eq!(built.stderr.matches("Executable benches/").count(), 7, "{}", built.stderr);
}
