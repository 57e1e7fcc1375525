//! Other work on the cores that are measured. It runs in processes of its own, which end when their standard input does: with
//! the study, however that ends.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::hint::black_box;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::saving::workspace;

/// What runs beside the measurements of a loaded column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Work {
    /// Two loops of arithmetic, which always want a core.
    Loops,
    /// The compiler: this workspace's library and all of its dependencies, again and again.
    Build,
    /// What runs on the machine already; the study starts nothing.
    Present,
}

/// How many loops run.
const LOOPS: usize = 2;

/// Work that runs until this is dropped.
#[derive(Debug)]
pub struct Load(Vec<Child>);

impl Load {
    /// Starts the work in processes of this executable, whose subcommand `load` calls [`run`].
    ///
    /// # Errors
    /// A process cannot be started.
    pub fn start(work: Work, folder: &Path) -> Result<Load> {
        let name = work.to_possible_value().context("a kind of load without a name")?;
        let processes = match work {
            Work::Loops => LOOPS,
            Work::Build => 1,
            Work::Present => 0,
        };
        let mut load = Load(Vec::new());
        for _ in 0..processes {
            let mut command = Command::new(env::current_exe()?);
            command.args([OsStr::new("load"), OsStr::new(name.get_name()), folder.as_os_str()]);
            load.0.push(command.stdin(Stdio::piped()).spawn().context("cannot start the load of the study")?);
        }
        Ok(load)
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        for child in &mut self.0 {
            drop(child.stdin.take());
            // One that cannot be waited for has ended.
            _ = child.wait();
        }
    }
}

/// Works until standard input ends, and then ends the process.
///
/// # Errors
/// The compiler cannot be started.
pub fn run(work: Work, folder: &Path) -> Result<()> {
    let built = folder.to_owned();
    thread::spawn(move || {
        // However reading ends, the study is gone.
        _ = io::stdin().read_to_end(&mut Vec::new());
        stop_compiler();
        _ = fs::remove_dir_all(target(&built));
        process::exit(0);
    });
    match work {
        Work::Loops => loop {
            black_box(
                (0..1_000_000_u64).fold(1, |state, step| (state ^ step).wrapping_mul(0x9E37_79B9_7F4A_7C15)),
            );
        },
        Work::Build => (0..).try_for_each(|cycle| compile(folder, cycle)),
        Work::Present => Ok(()),
    }
}

/// The compiler that runs at present.
static COMPILER: Mutex<Option<u32>> = Mutex::new(None);

/// Where the compiler of this process writes.
fn target(folder: &Path) -> PathBuf {
    folder.join(format!("load-{}", process::id()))
}

/// Builds the library from nothing.
fn compile(folder: &Path, cycle: u32) -> Result<()> {
    let target = target(folder);
    if target.exists() {
        fs::remove_dir_all(&target).with_context(|| format!("cannot empty {}", target.display()))?;
    }
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(workspace()).args([
        "build",
        "--quiet",
        "--lib",
        "--package",
        "tensorprof",
        "--target-dir",
    ]);
    command.arg(&target).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child = command.spawn().with_context(|| format!("cannot start the build {cycle} of the load"))?;
    set_compiler(Some(child.id()));
    // A build that fails is work all the same.
    _ = child.wait()?;
    set_compiler(None);
    Ok(())
}

fn set_compiler(id: Option<u32>) {
    if let Ok(mut compiler) = COMPILER.lock() {
        *compiler = id;
    }
}

#[cfg(unix)]
fn stop_compiler() {
    let compiler = COMPILER.lock().ok().and_then(|compiler| i32::try_from((*compiler)?).ok());
    if let Some(id) = compiler {
        // One that has ended already needs no signal.
        _ = nix::sys::signal::killpg(nix::unistd::Pid::from_raw(id), nix::sys::signal::Signal::SIGKILL);
    }
}

#[cfg(not(unix))]
fn stop_compiler() {}
