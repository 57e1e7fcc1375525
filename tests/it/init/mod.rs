//! `init`: packages without benches, with benches, and workspaces; once, twice and dry.

mod allocators;
mod patch;
mod shapes;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use snapbox::{assert_data_eq, str};
use tempfile::TempDir;
use walkdir::WalkDir;

use crate::import::saved;
use crate::published::root;
use crate::replay::{Replay, Said, isolated, plain_benchmark, said};

/// A folder with files, in which the command runs.
struct Folder(TempDir);

const PACKAGE: &str = "# Ours\n[package]\nname = \"kernel\" # of all\nedition = \"2024\"\n";

impl Folder {
    fn with(files: &[(&str, &str)]) -> Folder {
        let folder = Folder(TempDir::new().expect("makes a folder"));
        files.iter().for_each(|(file, text)| folder.write(file, text));
        folder
    }

    /// Of a package with such a manifest and these benches.
    fn package(manifest: &str, benches: &[(&str, &str)]) -> Folder {
        let folder = Folder::with(&[("Cargo.toml", manifest), ("src/lib.rs", "")]);
        benches.iter().for_each(|(name, text)| folder.write(&format!("benches/{name}.rs"), text));
        folder
    }

    fn path(&self, file: &str) -> PathBuf {
        self.0.path().join(file)
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("has a folder")).expect("makes a folder");
        fs::write(path, text).expect("writes");
    }

    /// A file, with a word in the place of the folder of the library.
    fn read(&self, file: &str) -> String {
        let text = fs::read_to_string(self.path(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        self.without_library(&text)
    }

    /// The path that a text names has to be that of the library.
    fn without_library(&self, text: &str) -> String {
        let Some((_, rest)) = text.split_once("tensorprof = { path = \"") else { return text.to_owned() };
        let path = rest.split('"').next().expect("is closed");
        let library = ["", "a"].iter().find_map(|member| self.path(member).join(path).canonicalize().ok());
        assert_eq!(library, root().canonicalize().ok(), "{path}");
        text.replace(path, "LIBRARY")
    }

    /// All files with their texts.
    fn files(&self) -> BTreeMap<PathBuf, String> {
        let entries = WalkDir::new(self.0.path()).into_iter().map(|entry| entry.expect("is readable"));
        let files = entries.filter(|entry| entry.file_type().is_file());
        files
            .map(|file| (file.path().to_owned(), fs::read_to_string(file.path()).expect("is text")))
            .collect()
    }

    /// The same, by their paths in it.
    fn texts(&self) -> BTreeMap<PathBuf, String> {
        let inside = |path: PathBuf| path.strip_prefix(self.0.path()).expect("is inside").to_owned();
        self.files().into_iter().map(|(path, text)| (inside(path), text)).collect()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = isolated(Command::new(env!("CARGO_BIN_EXE_cargo-tensorprof")));
        command.arg("tensorprof").args(arguments).current_dir(self.0.path());
        command.env_remove("CRITERION_HOME").env("CARGO_TERM_COLOR", "never");
        command.env("CARGO_TARGET_DIR", self.path("target"));
        command
    }

    fn init(&self, arguments: &[&str]) -> Said {
        self.init_in("", arguments)
    }

    /// Runs in a folder of it.
    fn init_in(&self, folder: &str, arguments: &[&str]) -> Said {
        let mut command = self.command(&[&["init"], arguments].concat());
        said(command.current_dir(self.path(folder)).output().expect("starts"))
    }

    /// What a run says, with a word in the place of the folder of the library. A second run finds nothing to do.
    fn initialized(&self, arguments: &[&str]) -> String {
        let first = self.init(arguments).succeeds();
        let files = self.files();
        let again = self.init(arguments).succeeds();
        assert!(again.stderr.contains("    Finished nothing to do\n"), "{}", again.stderr);
        assert!(["Created", "Added"].iter().all(|verb| !again.stderr.contains(verb)), "{}", again.stderr);
        assert_eq!(self.files(), files);
        self.without_library(&first.stderr)
    }
}

#[test]
fn a_package_without_benches_gets_one() {
    let folder = Folder::package(PACKAGE, &[]);
    assert_data_eq!(
        folder.initialized(&[]),
        str![[r#"
     Created benches/kernels.rs
       Added `criterion = "0.8.2"` to Cargo.toml
       Added `tensorprof = { path = "LIBRARY", default-features = false }` to Cargo.toml
       Added bench `kernels` with `harness = false` to Cargo.toml
        Next `cargo tensorprof save before` measures the benches

"#]]
    );
    assert_data_eq!(
        folder.read("Cargo.toml"),
        str![[r#"
# Ours
[package]
name = "kernel" # of all
edition = "2024"

[dev-dependencies]
criterion = "0.8.2"
tensorprof = { path = "LIBRARY", default-features = false }

[[bench]]
name = "kernels"
harness = false

"#]]
    );
}

/// With the real criterion and the real library.
#[test]
fn the_first_bench_is_measured() {
    let folder = Folder::package(&format!("{PACKAGE}[workspace]\n"), &[]);
    folder.init(&[]).succeeds();
    // The versions of this project, which are there.
    fs::copy(root().join("Cargo.lock"), folder.path("Cargo.lock")).expect("copies");
    let short =
        ["--rounds", "1", "--max-rounds", "1", "--warm-up-time", "0.01", "--measurement-time", "0.02"];
    let mut save = folder.command(&[&["save", "a", "MatMul/64", "--sample-size", "10"], &short[..]].concat());
    // The folder and the profile of the guide, so that criterion is not built again.
    save.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("guide"));
    save.env("CARGO_PROFILE_BENCH_OPT_LEVEL", "0");
    said(save.output().expect("starts")).succeeds();
    let shown =
        said(folder.command(&["show", "a", "--format", "json"]).output().expect("starts")).succeeds().json();
    let rows = shown["rows"].as_array().expect("rows");
    let found = rows.iter().map(|row| (row["id"].as_str(), row["work"]["flops"].as_u64()));
    assert_eq!(found.collect::<Vec<_>>(), [(Some("MatMul/64"), Some(2 * 64 * 64 * 64))]);
    assert_eq!(rows[0]["allocated_bytes"]["high"], 4 * 64 * 64);
}

const CRITERION: &str = "[package]\nname = \"kernel\"\nedition = \"2024\"\n\n\
                         [[bench]]\nname = \"plain\"\nharness = false\n\n[[bench]]\nname = \"counting\"\nharness = false\n\n\
                         [[bench]]\nname = \"odd\"\nharness = false\n\n[[bench]]\nname = \"divan\"\nharness = false\n\n\
                         [dev-dependencies]\ncriterion = { version = \"0.8\", default-features = false }\ndivan = \"0.1\"\n";

const PLAIN: &str = "//! Sums.\nuse criterion::{Criterion, criterion_group, criterion_main};\n\nfn sums(_: &mut Criterion) {}\n\n\
                     criterion_group!(benches, sums);\ncriterion_main!(benches);\n";

#[test]
fn criterion_benches_get_the_library_where_the_place_is_clear() {
    let counting = "use criterion::criterion_main;\n#[global_allocator]\nstatic A: tensorprof::CountingAllocator = todo();\ncriterion_main!(a);\n";
    let odd = "fn main() { criterion::Criterion::default().configure_from_args(); }\n";
    let divan = "// No criterion bench.\nfn main() { divan::main(); }\n";
    let benches = [
        ("plain", PLAIN),
        ("counting", counting),
        ("odd", odd),
        ("divan", divan),
        ("forgotten", PLAIN),
        ("libtest", "#![feature(test)]\n"),
    ];
    let folder = Folder::package(CRITERION, &benches);
    assert_data_eq!(
        folder.initialized(&[]),
        str![[r#"
       Added `tensorprof = { path = "LIBRARY", default-features = false }` to Cargo.toml
       Added bench `forgotten` with `harness = false` to Cargo.toml
       Added the counting allocator to benches/forgotten.rs:4
       Added the counting allocator to benches/plain.rs:4
   Unchanged benches/counting.rs counts allocations
warning: benches/odd.rs stays as it is, because it does not begin with imports, each on lines of its own; its allocations are counted by
    #[global_allocator]
    static ALLOCATOR: tensorprof::CountingAllocator = tensorprof::CountingAllocator::system();
        Next `profile_group` of `tensorprof::ProfileExt` in place of `benchmark_group`: its benchmarks have allocation, declared work and the probes
        Next `cargo tensorprof save before` measures the benches

"#]]
    );
    for (name, text) in [("counting", counting), ("odd", odd), ("divan", divan)] {
        assert_eq!(folder.read(&format!("benches/{name}.rs")), text, "{name}");
    }
    let allocator = "use criterion::{Criterion, criterion_group, criterion_main};\n\n#[global_allocator]\n\
                     static ALLOCATOR: tensorprof::CountingAllocator = tensorprof::CountingAllocator::system();\n\nfn sums";
    assert!(folder.read("benches/plain.rs").contains(allocator), "{}", folder.read("benches/plain.rs"));
    let manifest = folder.read("Cargo.toml");
    let library = "divan = \"0.1\"\ntensorprof = { path = \"LIBRARY\", default-features = false }\n";
    assert!(manifest.contains(library), "{manifest}");
    assert_eq!(manifest.matches("[[bench]]").count(), 5, "{manifest}");
}

#[test]
fn a_program_has_one_global_allocator() {
    let folder =
        Folder::package(CRITERION, &[("plain", PLAIN), ("counting", PLAIN), ("odd", PLAIN), ("divan", "")]);
    folder.write("src/lib.rs", "#[global_allocator]\nstatic A: Mine = Mine;\n");
    let told = folder.initialized(&[]);
    assert!(
        told.contains("benches/plain.rs stays as it is, because src/lib.rs has a global allocator"),
        "{told}"
    );
    assert_eq!(folder.read("benches/plain.rs"), PLAIN);
    let including = PLAIN.replace("\n\nfn", "\nmod common;\n\nfn");
    let benches = [("plain", including.as_str()), ("counting", ""), ("odd", ""), ("divan", "")];
    let folder = Folder::package(CRITERION, &benches);
    folder.write("benches/common/mod.rs", "#[global_allocator]\nstatic A: Mine = Mine;\n");
    let told = folder.initialized(&[]);
    assert!(told.contains("because benches/common/mod.rs has a global allocator"), "{told}");
}

#[test]
fn an_older_criterion_is_left_alone() {
    let manifest = CRITERION.replace("\"0.8\"", "\"0.5\"");
    let benches = [("plain", PLAIN), ("counting", PLAIN), ("odd", PLAIN), ("divan", "")];
    let told = Folder::package(&manifest, &benches).initialized(&[]);
    assert!(
        told.contains("warning: `kernel` depends on criterion ^0.5: its benches are measured as they are"),
        "{told}"
    );
    let without = format!("{PACKAGE}[dev-dependencies]\ncriterion = \"0.5\"\n");
    let folder = Folder::package(&without, &[]);
    let files = folder.files();
    folder.init(&[]).fails(2, "cannot write a bench for `kernel`: it depends on criterion ^0.5");
    assert_eq!(folder.files(), files);
}

#[test]
fn a_bench_of_another_harness_is_not_overwritten() {
    let text = "fn main() {}\n";
    let folder = Folder::package(PACKAGE, &[("kernels", text)]);
    let files = folder.files();
    folder.init(&[]).fails(
        2,
        "cannot write benches/kernels.rs: there is one that is not of criterion; name another by `--bench`",
    );
    folder.init(&["--bench", "../x"]).fails(2, "not a name of letters, digits");
    assert_eq!(folder.files(), files);
    folder.initialized(&["--bench", "matmul"]);
    assert_eq!(folder.read("benches/kernels.rs"), text);
    assert!(folder.read("benches/matmul.rs").contains("criterion_main!(benches);"));
}

#[test]
fn a_run_that_was_cut_short_is_completed() {
    let whole = Folder::package(PACKAGE, &[]);
    whole.init(&[]).succeeds();
    let bench = whole.read("benches/kernels.rs");
    let folder = Folder::package(PACKAGE, &[("kernels", &bench)]);
    let told = folder.initialized(&[]);
    assert!(!told.contains("Created"), "{told}");
    assert_eq!(folder.read("Cargo.toml"), whole.read("Cargo.toml"));
}

#[test]
fn a_workspace_says_which_package_and_which_versions() {
    let member =
        |name: &str| format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\nedition = \"2024\"\n");
    let workspace = "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"3\"\n\n[workspace.dependencies]\ncriterion = \"0.8\"\n";
    let (a, b) = (member("a"), member("b"));
    let folder = Folder::with(&[
        ("Cargo.toml", workspace),
        ("a/Cargo.toml", &a),
        ("a/src/lib.rs", ""),
        ("b/Cargo.toml", &b),
        ("b/src/lib.rs", ""),
    ]);
    folder.init(&[]).fails(2, "no single package is meant; name it by `--package`: a, b");
    folder.init(&["-p", "c"]).fails(2, "no package of the workspace is `c`; there are a, b");
    let told = folder.initialized(&["-p", "a@1.0.0", "-p", "a"]);
    assert!(told.contains("Added `criterion = { workspace = true }` to a/Cargo.toml"), "{told}");
    assert_eq!((folder.read("Cargo.toml"), folder.read("b/Cargo.toml")), (workspace.to_owned(), b));
    let library = "tensorprof = { path = \"x\" }\n";
    folder.write("Cargo.toml", &format!("{}{library}", workspace.replace("0.8", "0.5")));
    let mut inside = folder.command(&["init"]);
    let told = said(inside.current_dir(folder.path("b")).output().expect("starts")).succeeds().stderr;
    for words in [
        "Created benches/kernels.rs",
        "Added `criterion = \"0.8.2\"`",
        "Added `tensorprof = { workspace = true }` to Cargo.toml",
        "warning: benches will link all of the command: say `default-features = false`",
    ] {
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn the_library_comes_from_where_the_user_says() {
    let folder = Folder::package(PACKAGE, &[]);
    folder.init(&["--library-path", "."]).fails(2, ". is not the folder of `tensorprof`");
    folder.init(&["--library-path", "nowhere"]).fails(2, "cannot read nowhere/Cargo.toml");
    let told = folder.initialized(&["--library-git", "https://example.com/t"]);
    assert!(
        told.contains("`tensorprof = { git = \"https://example.com/t\", default-features = false }`"),
        "{told}"
    );
    folder.write("Cargo.toml", PACKAGE);
    folder.write("library/Cargo.toml", "[package]\nname = \"tensorprof\"\n");
    folder.init(&["--library-path", "library"]).succeeds();
    let manifest = fs::read_to_string(folder.path("Cargo.toml")).expect("is there");
    assert!(manifest.contains("tensorprof = { path = \"library\", default-features = false }"), "{manifest}");
}

#[test]
fn work_is_suggested_for_what_criterion_measured_last() {
    let manifest = format!(
        "{PACKAGE}[dev-dependencies]\ncriterion = \"0.8\"\n[[bench]]\nname = \"plain\"\nharness = false\n\
         [package.metadata.tensorprof.rows]\n\"known/{{n}}\" = {{ flops = \"n\" }}\n"
    );
    let folder = Folder::package(&manifest, &[("plain", PLAIN)]);
    let criterion = folder.path("target/criterion");
    for (id, throughput, ns) in [
        ("matmul/64x32x16", "null", 32768.0),
        ("softmax/f64/1000", "{\"Elements\":1000}", 1000.0),
        ("conv2d/3x3", "null", 1000.0),
        ("known/7", "null", 1000.0),
        ("parse/all", "null", 1000.0),
    ] {
        saved(&criterion, "new", id, throughput, ns);
    }
    let files = folder.files();
    let shown = folder.init(&["--dry-run"]).succeeds().stdout;
    let (_, suggestion) = shown.split_once("\nIds have sizes").expect("is suggested");
    assert_data_eq!(
        suggestion,
        str![[r#"
, so that rows in Cargo.toml can say work, with operations guessed by their names, and f32 where an id names no element type:

[package.metadata.tensorprof.rows]
# "conv2d/{m}x{n}" = { flops = "...", bytes = "..." }
"matmul/{m}x{n}x{k}" = { flops = "2*m*n*k", bytes = "(m*n + n*k + m*k)*dtype_size", dtype = "f32" }
"softmax/{dtype}/{n}" = { flops = "5*n", bytes = "2*n*dtype_size" }

By criterion's last runs, which may have benchmarks that are gone, that gives:

benchmark         type      time           rate
matmul/64x32x16   f32   32.77 µs  2.000 GFLOP/s
softmax/f64/1000  f64    1000 ns     16.00 GB/s

"#]]
    );
    assert_eq!(folder.files(), files);
    folder.init(&[]).succeeds();
    let with_rows = format!(
        "{}\n\"matmul/{{m}}x{{n}}x{{k}}\" = {{ flops = \"2*m*n*k\" }}\n\"softmax/{{dtype}}/{{n}}\" = {{ flops = \"5*n\" }}\n\"conv2d/{{m}}x{{n}}\" = {{ flops = \"9\" }}\n",
        folder.read("Cargo.toml")
    );
    folder.write("Cargo.toml", &with_rows);
    assert_eq!(folder.init(&[]).succeeds().stdout, "", "all that has sizes has work");
}

#[test]
fn work_is_suggested_for_the_newest_baseline() {
    let replay = Replay::new();
    let rows: String =
        ["gemm|-|64", "gemm|-|128"].into_iter().map(|id| plain_benchmark(id, 100_000.0)).collect();
    replay.save("before", &format!("greet 0.8.2\n{rows}group gemm\n"));
    let said = replay.run(&["init", "--dry-run"]);
    // The bench of the replay project needs no criterion, so that a first bench would be written.
    let shown = said.succeeds().stdout;
    for words in [
        "\"gemm/{n}\" = { flops = \"2*n^3\", bytes = \"3*n^2*dtype_size\", dtype = \"f32\" }\n",
        "\nBy baseline `before`, that gives:\n",
        "41.94 GFLOP/s",
    ] {
        assert!(shown.contains(words), "{shown}");
    }
}

#[cfg(unix)]
#[test]
fn a_manifest_keeps_its_permissions_and_its_link_and_a_read_only_one_its_text() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::package(PACKAGE, &[]);
    let (manifest, target) = (folder.path("Cargo.toml"), folder.path("ours.toml"));
    fs::rename(&manifest, &target).expect("moves");
    symlink("ours.toml", &manifest).expect("makes a link");
    let set = |mode| fs::set_permissions(&target, fs::Permissions::from_mode(mode)).expect("is ours");
    set(0o444);
    folder.init(&[]).fails(2, "Cargo.toml: the file is read-only; make it writable first");
    assert_eq!(folder.read("ours.toml"), PACKAGE);
    set(0o640);
    folder.init(&[]).succeeds();
    assert!(manifest.is_symlink() && folder.read("ours.toml").contains("[[bench]]"));
    let mode = fs::metadata(&target).expect("is there").permissions().mode() & 0o777;
    assert_eq!(mode, 0o640, "{mode:o}");
}

#[test]
fn what_cannot_be_set_up_is_told_with_what_can() {
    let other = Folder::package(&format!("{PACKAGE}[dev-dependencies]\ncriterion = \"0.5\"\n"), &[]);
    let before = other.files();
    other
        .init(&[])
        .fails(2, "and the library needs criterion 0.8; depend on that, or write a bench for what it has");
    assert_eq!(other.files(), before);
    let plain = Folder::package(PACKAGE, &[]);
    let own = plain.path("").display().to_string();
    let refused = plain.init(&["--library-path", &own]);
    refused.fails(2, "is not the folder of `tensorprof`; name that by `--library-path`");
}
