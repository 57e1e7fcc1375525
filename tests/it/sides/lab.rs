//! A project in a git repository, with a bench that needs no crates, and its two sides.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use tensorprof::runner::build::BuildRequest;
use tensorprof::runner::cargo::Cargo;
use tensorprof::runner::sides::{Benches, Request, Side, SideSpec, Sides, Source, prepare};
use tensorprof::runner::toolchain::BuildChoices;
use tensorprof::runner::workspace::Workspace;

/// The manifest of the project.
pub(crate) const MANIFEST: &str = "[package]\nname = \"subject\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\n\
    [features]\nfast = []\n\n[dependencies]\n\n[[bench]]\nname = \"speed\"\nharness = false\n";
/// Its library.
pub(crate) const LIBRARY: &str = "pub fn answer() -> u32 { 1 }\n";
/// Its bench prints what the library says.
pub(crate) const PRINTS: &str = "println!(\"{}\", subject::answer());";

/// A bench that does this. It asks for criterion's port, without which it is none of criterion's.
pub(crate) fn bench(does: &str) -> String {
    format!("fn main() {{\n    let _ = std::env::var_os(\"CARGO_CRITERION_PORT\");\n    {does}\n}}\n")
}

/// Folders that are gone when this is dropped: the repository `repository`, in it the project.
pub(crate) struct Lab {
    folder: TempDir,
    /// The project's folder in the repository.
    inside: &'static str,
}

impl Lab {
    /// A project that is its repository, committed once, on the branch `main`.
    pub(crate) fn new() -> Lab {
        Lab::inside("")
    }

    /// The same with the project in a folder of the repository.
    pub(crate) fn inside(inside: &'static str) -> Lab {
        let lab = Lab::without_git(inside);
        lab.git(&["init", "--quiet", "--initial-branch=main"]);
        lab.commit("first");
        lab
    }

    /// A project without a repository.
    pub(crate) fn without_git(inside: &'static str) -> Lab {
        let lab = Lab { folder: TempDir::new().expect("makes a folder"), inside };
        lab.write(".gitignore", "target\nignored\n");
        lab.write("Cargo.toml", MANIFEST);
        lab.write("src/lib.rs", LIBRARY);
        lab.write("benches/speed.rs", &bench(PRINTS));
        lab
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn repository(&self) -> PathBuf {
        self.folder.path().join("repository")
    }

    /// Writes a file of the project.
    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.repository().join(self.inside).join(file);
        fs::create_dir_all(path.parent().expect("has a folder")).expect("makes a folder");
        fs::write(path, text).expect("writes");
    }

    /// A library that gives another answer.
    pub(crate) fn answer(&self, answer: u32) {
        self.write("src/lib.rs", &LIBRARY.replace('1', &answer.to_string()));
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git(&self.repository(), arguments)
    }

    /// Everything of the repository that must stay as it is.
    pub(crate) fn state(&self) -> Vec<String> {
        let questions: [&[&str]; 6] = [
            &["status", "--porcelain", "--ignored=no"],
            &["stash", "list"],
            &["for-each-ref"],
            &["worktree", "list", "--porcelain"],
            &["symbolic-ref", "--quiet", "HEAD"],
            &["ls-files", "--stage"],
        ];
        let mut state: Vec<String> = questions.map(|question| self.git_or_nothing(question)).into();
        // Objects of snapshots are not put there either.
        state.push(self.git(&["count-objects", "--verbose"]));
        state
    }

    fn git_or_nothing(&self, arguments: &[&str]) -> String {
        let output = git_command(&self.repository(), arguments).output().expect("starts git");
        String::from_utf8(output.stdout).expect("is UTF-8")
    }

    /// Prepares two sides.
    pub(crate) fn prepare(&self, baseline: &SideSpec, candidate: &SideSpec) -> anyhow::Result<Sides> {
        self.prepare_with(Benches::Candidate, false, baseline, candidate)
    }

    pub(crate) fn prepare_with(
        &self,
        benches: Benches,
        keep: bool,
        baseline: &SideSpec,
        candidate: &SideSpec,
    ) -> anyhow::Result<Sides> {
        prepare_at(self.folder.path(), self.inside, (benches, keep), [baseline, candidate])
    }

    /// Prepares two sides that cannot be, and returns why.
    pub(crate) fn refuses(&self, baseline: &SideSpec, candidate: &SideSpec) -> anyhow::Error {
        self.prepare(baseline, candidate).expect_err("is refused")
    }

    /// The folders of checkouts that exist.
    pub(crate) fn checkouts(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.path("checkouts")).into_iter().flatten();
        entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
    }
}

/// Prepares two sides of the project `inside` the repository of a lab in `folder`.
pub(crate) fn prepare_at(
    folder: &Path,
    inside: &str,
    (benches, keep): (Benches, bool),
    [baseline, candidate]: [&SideSpec; 2],
) -> anyhow::Result<Sides> {
    let repository = folder.join("repository");
    let workspace = workspace(&repository.join(inside));
    let request = Request {
        workspace: &workspace,
        build: BuildRequest {
            recorder: env!("CARGO_BIN_EXE_cargo-tensorprof").into(),
            ..BuildRequest::default()
        },
        choices: BuildChoices::default(),
        baselines: repository.join("baselines"),
        benches,
        keep,
        checkouts: folder.join("checkouts"),
    };
    prepare(&request, baseline, candidate, &mut |_| {})
}

/// The project in a folder, built there whatever the variables of the tests say.
fn workspace(project: &Path) -> Workspace {
    let variables =
        [("CARGO_TARGET_DIR", project.join("target").into()), ("CARGO_TERM_QUIET", "true".into())];
    let variables = variables.map(|(name, value)| (name.to_owned(), value)).into();
    let cargo = Cargo { variables, ..Cargo::default() };
    Workspace::locate_with(cargo, Some(&project.join("Cargo.toml")), &[]).expect("is a project")
}

pub(crate) fn revision(name: &str) -> SideSpec {
    SideSpec::of(Source::Revision(name.to_owned()))
}

pub(crate) fn working_tree() -> SideSpec {
    SideSpec::of(Source::WorkingTree)
}

/// What the only bench of a side prints.
pub(crate) fn says(side: &Side) -> String {
    let [bench] = side.built.executables.as_slice() else { panic!("{:?}", side.built) };
    let output = bench.command().output().expect("starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("is UTF-8").trim().to_owned()
}

/// What both sides print.
pub(crate) fn both_say(sides: &Sides) -> (String, String) {
    (says(&sides.baseline), says(&sides.candidate))
}

pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = git_command(folder, arguments).output().expect("starts git");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("is UTF-8").trim().to_owned()
}

fn git_command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(["-c", "user.name=T", "-c", "user.email=t@example.com"]);
    command.args(["-c", "protocol.file.allow=always", "-c", "commit.gpgsign=false"]).args(arguments);
    for variable in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(variable);
    }
    command
}
