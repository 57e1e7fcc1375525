//! A workspace in which cargo has something to say of its bench, which plays scripts: a build script, variables in cargo's
//! configuration, a binary, and a dependency that is a dynamic library.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::replay::{Said, isolated, project, said, tensorprof};

const MANIFEST: &str = r#"[package]
name = "replay"
version = "1.2.3-rc.4"
edition = "2024"
authors = ["A <a@example.com>", "B"]
description = "it's a \"subject\""
license = "MIT"
rust-version = "1.89"

[features]
fast = []

[dependencies]
dynamic = { path = "dynamic" }

[dev-dependencies]
criterion = { path = "criterion" }

[[bench]]
name = "replay"
harness = false

[profile.bench]
opt-level = 0

[workspace]
"#;

const BUILD_SCRIPT: &str = r#"fn main() {
    let folder = std::path::Path::new(&std::env::var_os("OUT_DIR").unwrap()).join("native");
    std::fs::create_dir_all(&folder).unwrap();
    println!("cargo:rustc-link-search=native={}", folder.display());
    println!("cargo:rustc-env=FROM_BUILD=it is built");
    println!("cargo:rerun-if-changed=build.rs");
}
"#;

const CONFIGURATION: &str = r#"[env]
RAYON_NUM_THREADS = "1"
DATA_DIR = { value = "data", relative = true }
MODE = { value = "forced", force = true }
"#;

/// The project in a folder of its own, with its scripts and baselines beside it.
pub(super) struct Subject {
    folder: TempDir,
}

impl Subject {
    pub(super) fn new() -> Subject {
        let subject = Subject { folder: TempDir::new().expect("makes a folder") };
        let fixture = |file: &str| fs::read_to_string(project().join(file)).expect("is there");
        let package = |name: &str, rest: &str| {
            format!("[package]\nname = \"{name}\"\nversion = \"0.8.2\"\nedition = \"2024\"\n{rest}")
        };
        let files = [
            ("Cargo.toml", MANIFEST.to_owned()),
            ("build.rs", BUILD_SCRIPT.to_owned()),
            (".cargo/config.toml", CONFIGURATION.to_owned()),
            ("data", String::new()),
            ("src/lib.rs", format!("{}\npub use dynamic::name;\n", fixture("src/lib.rs"))),
            ("src/own.script", String::new()),
            ("src/fast.script", String::new()),
            ("src/main.rs", "fn main() {}\n".to_owned()),
            ("benches/replay.rs", fixture("benches/replay.rs")),
            ("dynamic/Cargo.toml", package("dynamic", "[lib]\ncrate-type = [\"dylib\"]\n")),
            ("dynamic/src/lib.rs", "pub fn name() -> &'static str { \"dynamic\" }\n".to_owned()),
            ("criterion/Cargo.toml", package("criterion", "")),
            ("criterion/src/lib.rs", String::new()),
        ];
        for (file, text) in files {
            subject.write(file, &text);
        }
        fs::create_dir(subject.path("scripts")).expect("makes a folder");
        subject
    }

    /// The same without the dynamic library, which needs one of the compiler's for its target.
    pub(super) fn without_dylib() -> Subject {
        let subject = Subject::new();
        subject.write("Cargo.toml", &MANIFEST.replace("dynamic = { path = \"dynamic\" }\n", ""));
        let library = fs::read_to_string(project().join("src/lib.rs")).expect("is there");
        subject.write("src/lib.rs", &library);
        subject
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn project(&self) -> PathBuf {
        self.path("project")
    }

    /// Writes a file of the project.
    pub(super) fn write(&self, file: &str, text: &str) {
        let path = self.project().join(file);
        fs::create_dir_all(path.parent().expect("has a folder")).expect("makes a folder");
        fs::write(path, text).expect("writes");
    }

    /// Adds to cargo's configuration.
    pub(super) fn configure(&self, more: &str) {
        self.write(".cargo/config.toml", &format!("{CONFIGURATION}{more}"));
    }

    /// Writes the script of the `turn`-th process, or of all others with `default`.
    pub(super) fn script(&self, turn: impl ToString, text: &str) {
        fs::write(self.path("scripts").join(format!("{}.script", turn.to_string())), text).expect("writes");
    }

    /// How many bench processes there have been.
    pub(super) fn calls(&self) -> usize {
        fs::read_to_string(self.path("scripts/calls")).unwrap_or_default().lines().count()
    }

    /// The folder and the variables that a script has written down.
    pub(super) fn environment(&self, name: &str) -> (PathBuf, BTreeMap<String, String>) {
        let text = fs::read_to_string(self.path("scripts").join(name)).expect("is written down");
        let (folder, variables) = text.split_once('\n').expect("a folder");
        let variable =
            |line: &str| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        (folder.into(), variables.lines().filter_map(variable).collect())
    }

    /// One variable of an environment that a script has written down.
    pub(super) fn variable(&self, environment: &str, name: &str) -> Option<String> {
        self.environment(environment).1.remove(name)
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Said {
        said(self.command(arguments).output().expect("starts"))
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let baselines = self.path("baselines");
        let baselines = ["--baselines", baselines.to_str().expect("is Unicode")];
        self.here(tensorprof(&self.project().join("Cargo.toml"), &[&baselines, arguments].concat()))
    }

    pub(super) fn cargo(&self, arguments: &[&str]) -> Command {
        let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = isolated(Command::new(program));
        command.args(arguments).env("CARGO_TERM_COLOR", "never");
        self.here(command)
    }

    /// A command in the project, with what both it and a shell are to have.
    pub(super) fn here(&self, mut command: Command) -> Command {
        command.current_dir(self.project()).env("CARGO_TARGET_DIR", self.path("target"));
        command.env("REPLAY", self.path("scripts")).env("XDG_CACHE_HOME", self.path("cache"));
        command
    }

    /// The text of a baseline.
    pub(super) fn baseline(&self, name: &str) -> String {
        let file = Path::new("baselines").join(format!("{name}.toml"));
        fs::read_to_string(self.folder.path().join(file)).expect("is saved")
    }
}
