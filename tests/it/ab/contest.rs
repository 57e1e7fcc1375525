//! A repository whose bench plays the script of its library, and `ab` on it.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::replay::{Said, benchmark, project, said, tensorprof};
use crate::sides::lab::Lab;

const MANIFEST: &str = "[package]\nname = \"replay\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n\
    [features]\nbroken = []\nfast = []\n\n[[bench]]\nname = \"replay\"\nharness = false\n\n\
    [profile.bench]\nopt-level = 0\n";

/// The repository, committed once on the branch `main`, with a cache directory and baselines of its own beside it.
pub(crate) struct Contest {
    lab: Lab,
}

impl Contest {
    /// A project whose bench plays `script`.
    pub(crate) fn new(script: &str) -> Contest {
        let lab = Lab::without_git("");
        let fixture = |file: &str| fs::read_to_string(project().join(file)).expect("is there");
        fs::remove_dir_all(lab.path("repository/benches")).expect("removes");
        lab.write("Cargo.toml", MANIFEST);
        lab.write("src/lib.rs", &fixture("src/lib.rs"));
        lab.write("src/fast.script", "");
        lab.write("benches/replay.rs", &fixture("benches/replay.rs"));
        fs::create_dir(lab.path("scripts")).expect("makes a folder");
        let contest = Contest { lab };
        contest.plays(script);
        contest.lab.git(&["init", "--quiet", "--initial-branch=main"]);
        contest.commit("first");
        contest
    }

    /// One that has one row of 1000 ns per iteration in its commit, and of `ns` in its working tree.
    pub(crate) fn changed_to(ns: f64) -> Contest {
        let contest = Contest::new(&rows(&[("g|-|1", 1000.0)]));
        contest.plays(&rows(&[("g|-|1", ns)]));
        contest
    }

    /// From now on the bench of the working tree plays this.
    pub(crate) fn plays(&self, script: &str) {
        self.lab.write("src/own.script", script);
    }

    /// The same with the feature `fast`.
    pub(crate) fn plays_with_feature(&self, script: &str) {
        self.lab.write("src/fast.script", script);
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        self.lab.write(file, text);
    }

    /// What the library is where nothing is changed in it.
    pub(crate) fn code(&self) -> String {
        fs::read_to_string(project().join("src/lib.rs")).expect("is there")
    }

    pub(crate) fn manifest(&self) -> &'static str {
        MANIFEST
    }

    pub(crate) fn commit(&self, message: &str) {
        self.lab.commit(message);
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.lab.git(arguments)
    }

    /// Commits the working tree, and names the commit by a tag.
    pub(crate) fn tag(&self, name: &str) {
        self.commit(name);
        self.git(&["tag", name]);
    }

    pub(crate) fn ab(&self, arguments: &[&str]) -> Said {
        self.run(&[&["ab"], arguments].concat())
    }

    /// The JSON of a comparison that succeeds.
    pub(crate) fn json(&self, arguments: &[&str]) -> serde_json::Value {
        self.ab(&[arguments, &["--format", "json"]].concat()).succeeds().json()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        said(self.command(arguments).output().expect("starts"))
    }

    /// The same, without waiting for its end.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let repository = self.lab.repository();
        let baselines = self.path("baselines");
        let baselines = ["--baselines", baselines.to_str().expect("is UTF-8")];
        let mut command = tensorprof(&repository.join("Cargo.toml"), &[arguments, &baselines].concat());
        command.env("CARGO_TARGET_DIR", repository.join("target")).env("XDG_CACHE_HOME", self.path("cache"));
        command.env("REPLAY", self.path("scripts")).current_dir(repository);
        command
    }

    /// The lines by which bench processes introduced themselves.
    pub(crate) fn calls(&self) -> Vec<String> {
        let log = fs::read_to_string(self.path("scripts/calls")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    /// A path beside the repository.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.lab.path(name)
    }

    pub(crate) fn baseline(&self, name: &str) -> PathBuf {
        self.path("baselines").join(format!("{name}.toml"))
    }

    /// What must be the same before and after a run: the repository, the baselines, the checkouts, and files that are left in
    /// the build folders for a while only. What a run teaches of its sessions is meant to stay.
    pub(crate) fn state(&self) -> Vec<String> {
        let mut state = self.lab.state();
        for folder in ["baselines", "cache/tensorprof/ab"] {
            state.extend(files_in(&self.path(folder)));
        }
        let builds = files_in(&self.path("repository/target/tensorprof/ab"));
        state.extend(builds.into_iter().filter(|file| file.contains('~') || file.contains("side-x")));
        state
    }
}

/// The files in a folder, at any depth, with what those of baselines hold.
fn files_in(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_in(&path));
        } else {
            let text = if path.extension().is_some_and(|ending| ending == "toml") {
                fs::read_to_string(&path).unwrap_or_default()
            } else {
                String::new()
            };
            found.push(format!("{} {text}", path.display()));
        }
    }
    found.sort();
    found
}

/// A bench with the library: each row waits for its turn as that does.
pub(crate) fn rows(rows: &[(&str, f64)]) -> String {
    bench(rows.iter().map(|(id, ns)| row(id, *ns)))
}

/// A bench of these rows.
pub(crate) fn bench(rows: impl IntoIterator<Item = String>) -> String {
    format!("greet 0.8.2\n{}group g\n", rows.into_iter().collect::<String>())
}

/// One row, with the library.
pub(crate) fn row(id: &str, ns: f64) -> String {
    let [begin, rest] = halves(&benchmark(id, ns));
    format!("benchmark {id}\n{begin}jitter\nturn\nturns 2\n{rest}end\n")
}

/// The line that begins a benchmark, and what follows.
pub(crate) fn halves(text: &str) -> [String; 2] {
    let (begin, rest) = text.split_once('\n').expect("begins");
    [format!("{begin}\n"), rest.to_owned()]
}

/// The verdict on a row.
pub(crate) fn verdict<'a>(diff: &'a serde_json::Value, id: &str) -> &'a str {
    row_of(diff, id)["verdict"].as_str().expect("a verdict")
}

pub(crate) fn row_of<'a>(diff: &'a serde_json::Value, id: &str) -> &'a serde_json::Value {
    let rows = diff["rows"].as_array().expect("rows");
    rows.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("{id} is not in {diff}"))
}

/// The rows of a comparison.
pub(crate) fn ids(diff: &serde_json::Value) -> Vec<&str> {
    let rows = diff["rows"].as_array().expect("rows");
    rows.iter().map(|row| row["id"].as_str().expect("an id")).collect()
}
