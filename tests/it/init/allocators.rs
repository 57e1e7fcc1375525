//! A program has one global allocator: where the files are looked for that may set it.

use super::{Folder, PLAIN};

const SETS: &str = "#[global_allocator]\nstatic A: Mine = Mine;\n";
const PACKAGE: &str = "[package]\nname = \"kernel\"\nedition = \"2024\"\n\n[dev-dependencies]\ncriterion = \"0.8\"\n\n\
                       [[bench]]\nname = \"plain\"\nharness = false\n";

/// The file on account of which the bench stays as it is, and else that it gets its allocator.
#[track_caller]
fn found_in(manifest: &str, bench: &str, files: &[(&str, &str)]) -> Option<String> {
    let folder = Folder::with(&[&[("Cargo.toml", manifest), ("benches/plain.rs", bench)], files].concat());
    let told = folder.initialized(&["-p", "kernel"]);
    let found = told
        .split_once("benches/plain.rs stays as it is, because ")
        .map(|(_, why)| why.split_once(" has a global allocator").expect("names a file").0.to_owned());
    assert_eq!(folder.read("benches/plain.rs") == bench, found.is_some(), "{told}");
    assert_ne!(told.contains("the counting allocator to benches/plain.rs"), found.is_some(), "{told}");
    found
}

#[test]
fn files_of_other_crates_do_not_count() {
    let at_the_root = format!("{PACKAGE}\n[lib]\npath = \"lib.rs\"\n");
    let others = [
        ("tests/allocation.rs", SETS),
        ("examples/main.rs", SETS),
        ("examples/large/main.rs", SETS),
        ("src/main.rs", SETS),
        ("src/bin/tool.rs", SETS),
        ("benches/other/helper.rs", SETS),
        ("build.rs", SETS),
        ("unused.rs", SETS),
    ];
    let library = "//! #[global_allocator]\n#[cfg(test)]\nmod tests;\nmod used;\n";
    for (manifest, path) in [(PACKAGE, "src"), (at_the_root.as_str(), ".")] {
        let at = |name: &str| format!("{path}/{name}.rs");
        let own = [(at("lib"), library), (at("used"), ""), (at("tests"), SETS)];
        let files: Vec<(&str, &str)> =
            own.iter().map(|(file, text)| (file.as_str(), *text)).chain(others).collect();
        assert_eq!(found_in(manifest, PLAIN, &files), None);
    }
}

#[test]
fn modules_of_the_library_and_of_the_bench_count() {
    let deep =
        [("src/lib.rs", "pub mod a;\n"), ("src/a.rs", "mod b { mod c; }\n"), ("src/a/b/c/mod.rs", SETS)];
    assert_eq!(found_in(PACKAGE, PLAIN, &deep).as_deref(), Some("src/a/b/c/mod.rs"));
    let bench = PLAIN.replace("\n\nfn", "\n#[path = \"../tests/common.rs\"]\nmod common;\n\nfn");
    let common = [("src/lib.rs", ""), ("tests/common.rs", SETS)];
    let found = found_in(PACKAGE, &bench, &common).expect("is found");
    assert!(found.ends_with("tests/common.rs"), "{found}");
    assert_eq!(found_in(PACKAGE, PLAIN, &common), None);
}

#[test]
fn libraries_of_the_workspace_count_that_the_bench_is_linked_with() {
    let package =
        |name: &str, rest: &str| format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n\n{rest}");
    let manifest = format!(
        "{PACKAGE}\n[dependencies]\nnear = {{ path = \"near\" }}\n\n[workspace]\nmembers = [\"near\", \"far\", \"tool\"]\n"
    );
    let near = package(
        "near",
        "[dependencies]\nfar = { path = \"../far\" }\n[dev-dependencies]\ntool = { path = \"../tool\" }\n",
    );
    let (far, tool) = (package("far", ""), package("tool", ""));
    let of = |in_far: &str, in_tool: &str| {
        let files = [
            ("src/lib.rs", ""),
            ("near/Cargo.toml", near.as_str()),
            ("near/src/lib.rs", ""),
            ("far/Cargo.toml", far.as_str()),
            ("far/src/lib.rs", in_far),
            ("tool/Cargo.toml", tool.as_str()),
            ("tool/src/lib.rs", in_tool),
        ];
        found_in(&manifest, PLAIN, &files)
    };
    assert_eq!(of(SETS, "").as_deref(), Some("far/src/lib.rs"));
    assert_eq!(of("", SETS), None);
}
