//! The test project, its scripts, and running the command on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

use crate::schema::assert_described;

/// A temporary place for baselines, scripts and reports beside the replay project.
pub(crate) struct Replay {
    folder: TempDir,
}

/// What a run said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Said {
    /// Asserts an exit code and a piece of standard error.
    #[track_caller]
    pub(crate) fn fails(&self, code: i32, word: &str) {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        assert!(self.stderr.contains(word), "`{word}` is not in: {}", self.stderr);
    }

    /// Asserts success.
    #[track_caller]
    pub(crate) fn succeeds(self) -> Said {
        assert_eq!(self.code, Some(0), "{}\n{}", self.stdout, self.stderr);
        self
    }

    /// The commands that an error names, without `cargo tensorprof` and without the project, which a test names itself.
    pub(crate) fn commands(&self) -> Vec<Vec<String>> {
        let lines = self.stderr.lines().filter_map(|line| line.trim().strip_prefix("cargo tensorprof "));
        let own = |word: &&str| !word.starts_with("--manifest-path");
        lines.map(|line| line.split(' ').take_while(own).map(str::to_owned).collect()).collect()
    }

    /// Standard output as JSON, which has to be as its schema says.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        let found = serde_json::from_str(&self.stdout);
        let found = found.unwrap_or_else(|error| panic!("{error}: {}", self.stdout));
        assert_described(&found);
        found
    }
}

impl Replay {
    pub(crate) fn new() -> Replay {
        let folder = TempDir::new().expect("makes a folder");
        fs::create_dir(folder.path().join("scripts")).expect("makes a folder");
        Replay { folder }
    }

    /// Writes the script of the `turn`-th process, or of all others with `default`.
    pub(crate) fn script(&self, turn: impl ToString, text: &str) {
        let path = self.scripts().join(format!("{}.script", turn.to_string()));
        fs::write(path, text).expect("writes a script");
    }

    /// Folder and arguments of every bench process so far, a line each.
    pub(crate) fn calls(&self) -> Vec<String> {
        let log = fs::read_to_string(self.scripts().join("calls")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    /// Runs `cargo tensorprof ARGUMENTS` on the replay project.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        said(self.command(arguments).output().expect("starts"))
    }

    /// The same on another project, whose benches play the scripts too.
    pub(crate) fn run_in(&self, manifest: &Path, arguments: &[&str]) -> Said {
        said(self.command_in(manifest, arguments).output().expect("starts"))
    }

    /// Runs a line that was printed, as it stands.
    pub(crate) fn paste(&self, line: &str) -> Said {
        let line = line.strip_prefix("cargo tensorprof ").unwrap_or_else(|| panic!("none of ours: {line}"));
        let mut command = isolated(Command::new(env!("CARGO_BIN_EXE_cargo-tensorprof")));
        command.arg("tensorprof").args(line.split(' ').map(|word| word.trim_matches('\'')));
        said(self.environment(&mut command).output().expect("starts"))
    }

    /// The same, without waiting for its end.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts")
    }

    /// Saves `name` from benches that all play `script`.
    pub(crate) fn save(&self, name: &str, script: &str) {
        self.script("default", script);
        self.run(&["save", name]).succeeds();
    }

    pub(crate) fn baseline(&self, name: &str) -> PathBuf {
        self.path("baselines").join(format!("{name}.toml"))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn scripts(&self) -> PathBuf {
        self.path("scripts")
    }

    /// The command itself, to be started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_in(&project().join("Cargo.toml"), arguments)
    }

    pub(crate) fn command_in(&self, manifest: &Path, arguments: &[&str]) -> Command {
        let baselines = self.path("baselines");
        let baselines = ["--baselines", baselines.to_str().expect("is UTF-8")];
        let mut command = tensorprof(manifest, &[&baselines, arguments].concat());
        self.environment(&mut command);
        command
    }

    fn environment<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        plain(command).env("REPLAY", self.scripts()).env("XDG_CACHE_HOME", self.path("cache"))
    }
}

/// The built command in an environment without anything of the user's that it reads.
pub(crate) fn tensorprof(manifest: &Path, arguments: &[&str]) -> Command {
    let mut command = isolated(Command::new(env!("CARGO_BIN_EXE_cargo-tensorprof")));
    command.arg("tensorprof").args(["--manifest-path".as_ref(), manifest.as_os_str()]).args(arguments);
    plain(&mut command);
    command
}

/// Without colours, and with a target directory for all projects of tests.
fn plain(command: &mut Command) -> &mut Command {
    command
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("replay"))
}

/// A command without what a user has set that cargo, criterion or the command read, and without
/// peaks.
pub(crate) fn isolated(mut command: Command) -> Command {
    for variable in [
        "RUSTFLAGS",
        "CARGO_BUILD_TARGET",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_TERM_COLOR",
        "RAYON_NUM_THREADS",
        "OMP_NUM_THREADS",
        "RUST_BACKTRACE",
        "GITHUB_ACTIONS",
        "GITHUB_STEP_SUMMARY",
    ] {
        command.env_remove(variable);
    }
    // They take seconds. The tests of `peaks.rs` are the ones that measure them.
    command.env("TENSORPROF_NO_PEAKS", "1");
    command.env("XDG_CACHE_HOME", fresh_cache());
    command
}

/// A cache directory that nothing has written to: what one test measures teaches another nothing.
fn fresh_cache() -> PathBuf {
    static COMMANDS: AtomicUsize = AtomicUsize::new(0);
    let command = COMMANDS.fetch_add(1, Ordering::Relaxed);
    let name = format!("cache/{}-{command}", std::process::id());
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Folder of the replay project.
pub(crate) fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/replay")
}

pub(crate) fn said(output: Output) -> Said {
    Said {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("is UTF-8"),
    }
}

/// Directives for one benchmark of ten samples around `ns` nanoseconds per iteration, with probes of an uncontended core.
pub(crate) fn benchmark(id: &str, ns: f64) -> String {
    probed_benchmark(id, ns, UNCONTENDED)
}

/// Contention probe of an uncontended core, nanoseconds.
pub(crate) const UNCONTENDED: f64 = 40_000.0;
/// The same with another thread on the core.
pub(crate) const CONTENDED: f64 = 70_000.0;

/// The same with this contention probe around every sample.
pub(crate) fn probed_benchmark(id: &str, ns: f64, contention: f64) -> String {
    let (plain, id, probes) = (plain_benchmark(id, ns), json_id(id), json_probes(contention));
    format!("{plain}record {{\"message\":\"record\",{id},{probes}}}\n")
}

/// The `probes` key of a record: two of a warm-up and those of ten samples.
pub(crate) fn json_probes(contention: f64) -> String {
    let reading = format!("{{\"clock\":65000.0,\"contention\":{contention:?}}}");
    format!("\"probes\":[{}]", vec![format!("[{reading},{reading}]"); 12].join(","))
}

/// The same without tensorprof's library: criterion's messages alone.
pub(crate) fn plain_benchmark(id: &str, ns: f64) -> String {
    let iterations = ["100"; 10].join(",");
    let times = (0..10).map(|i| (100.0 * ns * (1.0 + 0.0002 * f64::from(i % 3))).to_string());
    format!("begin {id}\nmeasured {id} {iterations} {}\n", times.collect::<Vec<_>>().join(","))
}

/// The `id` key of a record.
pub(crate) fn json_id(id: &str) -> String {
    let names = ["group", "function", "parameter"].into_iter().zip(id.split('|'));
    let parts = names.filter(|(_, part)| *part != "-").map(|(name, part)| format!("\"{name}\":\"{part}\""));
    format!("\"id\":{{{}}}", parts.collect::<Vec<_>>().join(","))
}

/// A whole bench: greeting, benchmarks, end of the group.
pub(crate) fn bench(benchmarks: &[(&str, f64)]) -> String {
    let body: String = benchmarks.iter().map(|(id, ns)| benchmark(id, *ns)).collect();
    format!("greet 0.8.2\n{body}group g\n")
}

/// A small disk. `None` where this process may not mount one.
#[cfg(target_os = "linux")]
pub(crate) fn small_disk(folder: &Path, kib: usize) -> Option<Mount> {
    fs::create_dir_all(folder).expect("makes a folder");
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", &format!("size={kib}k"), "tmpfs"]).arg(folder);
    let mounted = mount.output().is_ok_and(|output| output.status.success());
    mounted.then(|| Mount(folder.to_owned()))
}

#[cfg(target_os = "linux")]
pub(crate) struct Mount(PathBuf);

#[cfg(target_os = "linux")]
impl Drop for Mount {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
