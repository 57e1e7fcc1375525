//! What stands around a job: a repository with a change that is to be merged, a fresh machine with a clone of it, and what
//! the forge keeps of the jobs.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::ab::contest::{Contest, rows};
use crate::published::copy_folder;
use crate::replay::{Said, isolated, said};
use crate::sides::lab::git;

/// Where the reader gets the tool: what the jobs leave open.
pub(super) const ADDRESS: &str = "https://example.com/tensorprof.git";
/// The number of the change.
pub(super) const NUMBER: &str = "7";
/// The merge of the change, as GitHub makes one.
pub(super) const MERGE: &str = "refs/pull/7/merge";
/// The branch of the change.
pub(super) const BRANCH: &str = "refs/heads/change";

/// The commands of the forges and of their machines. `KEPT` is the folder of what is kept, `TOOL` the built command, `CARGO`
/// the real cargo.
const SHIMS: [(&str, &str); 3] = [
    (
        "cargo",
        "case $1 in\n\
         install) [ \"$*\" = 'install --locked --git ADDRESS' ] || { echo \"cargo $*\" >&2; exit 101; }\n\
         ln -s 'TOOL' \"${0%/*}/cargo-tensorprof\" ;;\n\
         tensorprof) [ -e \"${0%/*}/cargo-tensorprof\" ] || { echo 'no such command: tensorprof' >&2; exit 101; }\n\
         exec \"${0%/*}/cargo-tensorprof\" \"$@\" ;;\n\
         *) exec 'CARGO' \"$@\" ;;\n\
         esac\n",
    ),
    // Asked for the comments, it tells the id of an earlier one; given one, it keeps that.
    (
        "gh",
        "[ -n \"$GH_TOKEN\" ] || { echo 'no token' >&2; exit 4; }\n\
         echo \"$*\" >> 'KEPT/gh'\n\
         case $* in\n\
         *--jq*) cat 'KEPT/earlier' ;;\n\
         *body=@*) last=${*: -1}; cp \"${last#body=@}\" 'KEPT/comment.md' ;;\n\
         esac\n",
    ),
    // Runs every task of the array at once, and prints the number of the job.
    (
        "sbatch",
        "echo \"$*\" >> 'KEPT/sbatch'\n\
         script=${*: -1}\n\
         count=$(sed -n 's/^#SBATCH --array=1-//p' \"$script\")\n\
         for task in $(seq \"${count:-1}\"); do\n\
         if [ -n \"$count\" ]; then export SLURM_ARRAY_TASK_ID=$task SLURM_ARRAY_TASK_COUNT=$count; fi\n\
         bash \"$script\" >&2 || exit\n\
         done\n\
         echo 17\n",
    ),
];

/// Whether the tool is on a machine before a job runs there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    Installed,
    Missing,
}

/// A repository on a forge.
pub(super) struct Forge {
    origin: Contest,
    folder: TempDir,
}

impl Forge {
    /// One with a change that has other times of its four rows than the commit it starts from, which has 1000 ns each.
    pub(super) fn with_change_to(ns: f64) -> Forge {
        let four = |ns: f64| rows(&["g|-|1", "g|-|2", "g|-|3", "g|-|4"].map(|id| (id, ns)));
        let origin = Contest::new(&four(1000.0));
        origin.run(&["save", "main", "--threads", "1"]).succeeds();
        let baseline = fs::read_to_string(origin.baseline("main")).expect("is saved");
        origin.write("baselines/main.toml", &baseline);
        origin.tag("base");
        origin.git(&["checkout", "--quiet", "-b", "change"]);
        origin.plays(&four(ns));
        origin.commit("change");
        origin.git(&["checkout", "--quiet", "--detach", "main"]);
        origin.git(&["merge", "--quiet", "--no-ff", "--message", "merge", "change"]);
        origin.git(&["update-ref", MERGE, "HEAD"]);
        Forge::around(origin)
    }

    /// One with nothing to measure.
    pub(super) fn without_change() -> Forge {
        let origin = Contest::new("");
        origin.git(&["tag", "base"]);
        origin.git(&["update-ref", MERGE, "HEAD"]);
        Forge::around(origin)
    }

    fn around(origin: Contest) -> Forge {
        let forge = Forge { origin, folder: TempDir::new().expect("makes a folder") };
        for folder in ["kept/artifacts", "bin", "work"] {
            fs::create_dir_all(forge.path(folder)).expect("makes a folder");
        }
        fs::write(forge.kept("earlier"), "").expect("writes");
        forge.install_shims();
        forge
    }

    fn install_shims(&self) {
        let kept = self.kept("");
        for (name, script) in SHIMS {
            let script = script
                .replace("KEPT", kept.to_str().expect("is UTF-8").trim_end_matches('/'))
                .replace("ADDRESS", ADDRESS)
                .replace("TOOL", env!("CARGO_BIN_EXE_cargo-tensorprof"))
                .replace("CARGO", env!("CARGO"));
            let path = self.path("bin").join(name);
            fs::write(&path, format!("#!/bin/bash\n{script}")).expect("writes");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("may be run");
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file of what the forge keeps.
    pub(super) fn kept(&self, name: &str) -> PathBuf {
        self.path("kept").join(name)
    }

    /// Such a file's text.
    pub(super) fn kept_text(&self, name: &str) -> String {
        let path = self.kept(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// There is an earlier comment of this id.
    pub(super) fn has_commented(&self, id: &str) {
        fs::write(self.kept("earlier"), format!("{id}\n")).expect("writes");
    }

    /// The commit of a revision.
    pub(super) fn commit(&self, revision: &str) -> String {
        self.origin.git(&["rev-parse", &format!("{revision}^{{commit}}")])
    }

    /// A file in the folder of the job.
    pub(super) fn work(&self, name: &str) -> PathBuf {
        self.path("work").join(name)
    }

    /// A machine without anything of the job before.
    pub(super) fn fresh_machine(&self, tool: Tool) {
        fs::remove_dir_all(self.work("")).expect("removes");
        fs::create_dir(self.work("")).expect("makes a folder");
        let command = self.path("bin/cargo-tensorprof");
        // There may be none.
        let _ = fs::remove_file(&command);
        if tool == Tool::Installed {
            symlink(env!("CARGO_BIN_EXE_cargo-tensorprof"), command).expect("makes a link");
        }
    }

    /// Clones `reference` into the folder of the job: the latest `depth` commits of it, or with `None` all commits of all
    /// branches.
    pub(super) fn check_out(&self, reference: &str, depth: Option<u64>) {
        let work = self.work("");
        let origin = format!("file://{}", self.origin.path("repository").display());
        git(&work, &["init", "--quiet"]);
        git(&work, &["remote", "add", "origin", &origin]);
        let only = format!("+{reference}:refs/remotes/job");
        match depth {
            Some(depth) => git(&work, &["fetch", "--quiet", &format!("--depth={depth}"), "origin", &only]),
            None => git(&work, &["fetch", "--quiet", "origin", &only, "+refs/heads/*:refs/remotes/origin/*"]),
        };
        git(&work, &["checkout", "--quiet", "--detach", "refs/remotes/job"]);
    }

    /// Runs a script in the folder of the job by bash with these options, and these variables besides those of the machine.
    #[expect(clippy::print_stdout, reason = "what a job says is shown where its test fails")]
    pub(super) fn bash(&self, options: &[&str], script: &str, variables: &[(String, String)]) -> Said {
        let file = self.path("step.sh");
        fs::write(&file, script).expect("writes");
        let mut bash = isolated(Command::new("bash"));
        bash.args(options).arg(&file).current_dir(self.work("")).stdin(Stdio::null());
        bash.env_remove("CARGO_TARGET_DIR").env("CARGO_TERM_COLOR", "never").env("PATH", self.search_path());
        bash.env("REPLAY", self.origin.path("scripts")).env("XDG_CACHE_HOME", self.path("cache"));
        bash.envs(variables.iter().map(|(name, value)| (name, value)));
        let ran = said(bash.output().expect("starts"));
        println!("{script}\n{}{}", ran.stdout, ran.stderr);
        ran
    }

    fn search_path(&self) -> OsString {
        let others = std::env::var_os("PATH").unwrap_or_default();
        let all = std::iter::once(self.path("bin")).chain(std::env::split_paths(&others));
        std::env::join_paths(all).expect("a path")
    }

    /// Keeps a file or a folder of the job.
    ///
    /// # Panics
    /// The job has not made it.
    pub(super) fn keep(&self, artifact: &str, path: &str) {
        let made = self.work(path);
        assert!(made.exists(), "artifact `{artifact}`: the job has made no `{path}`");
        let kept = self.kept("artifacts").join(artifact);
        if made.is_dir() {
            copy_folder(&made, &kept);
        } else {
            fs::create_dir_all(&kept).expect("makes a folder");
            let name = made.file_name().expect("has a name");
            fs::copy(&made, kept.join(name)).expect("copies");
        }
    }

    /// Puts all that is kept into a folder of the job: each in one of its own, or all together.
    pub(super) fn give_back(&self, path: &str, merged: bool) {
        let artifacts = fs::read_dir(self.kept("artifacts")).expect("is a folder");
        for artifact in artifacts.map(|entry| entry.expect("is readable").path()) {
            let name = artifact.file_name().expect("has a name");
            let to = if merged { self.work(path) } else { self.work(path).join(name) };
            copy_folder(&artifact, &to);
        }
    }
}
