//! Ctrl-C, for commands that must clean up: a flag that long work looks at, so that it ends by an error and
//! every guard is dropped on the way.
//!
//! A child that starts others, as cargo does, is started by `spawn` in a process group of its own and
//! waited for by `wait`, which ends the whole group: the signal may have been sent to this process alone.

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

static WATCHED: AtomicBool = AtomicBool::new(false);
static REQUESTED: AtomicBool = AtomicBool::new(false);

/// How often a waiting parent looks at its child and at the flag.
const POLL: Duration = Duration::from_millis(10);
/// A child that has been asked to end is killed after this time.
const GRACE: Duration = Duration::from_secs(2);

/// Exit code of a process that the user interrupted.
pub const EXIT_CODE: u8 = 130;

/// The user interrupted the command.
#[derive(Debug, thiserror::Error)]
#[error("interrupted")]
pub struct Interrupted;

/// From now on, the first Ctrl-C (or SIGTERM, or the terminal's end) sets the flag; a second one ends the
/// process at once. To be called once, by a command whose work looks at the flag.
///
/// # Errors
/// When the system refuses the handler.
pub fn watch() -> Result<()> {
    ctrlc::set_handler(|| {
        if REQUESTED.swap(true, Ordering::SeqCst) {
            std::process::exit(i32::from(EXIT_CODE));
        }
    })
    .context("cannot watch for Ctrl-C")?;
    WATCHED.store(true, Ordering::SeqCst);
    Ok(())
}

/// Whether the user has interrupted the command.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

/// Ends work that the user has interrupted.
///
/// # Errors
/// [`Interrupted`] if so.
pub fn check() -> Result<(), Interrupted> {
    if requested() { Err(Interrupted) } else { Ok(()) }
}

/// Starts a command whose children are to end with it. Without [`watch`], the terminal ends them all.
pub(crate) fn spawn(command: &mut Command) -> io::Result<Child> {
    if WATCHED.load(Ordering::SeqCst) {
        shield(command);
    }
    command.spawn()
}

/// Keeps the terminal's Ctrl-C from a command, such as one that cleans up.
#[cfg(unix)]
pub(crate) fn shield(command: &mut Command) -> &mut Command {
    std::os::unix::process::CommandExt::process_group(command, 0)
}

/// Keeps the terminal's Ctrl-C from a command, where that can be done.
#[cfg(not(unix))]
pub(crate) fn shield(command: &mut Command) -> &mut Command {
    command
}

/// Waits for a child that `spawn` started. An interrupt ends it and its children.
pub(crate) fn wait(child: &mut Child) -> io::Result<ExitStatus> {
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status);
        }
        if requested() {
            return end(child);
        }
        thread::sleep(POLL);
    }
}

fn end(child: &mut Child) -> io::Result<ExitStatus> {
    signal(child, Ending::Asked);
    let asked = Instant::now();
    while asked.elapsed() < GRACE {
        if let Some(status) = child.try_wait()? {
            signal(child, Ending::Forced);
            return Ok(status);
        }
        thread::sleep(POLL);
    }
    signal(child, Ending::Forced);
    child.kill()?;
    child.wait()
}

/// How a group of processes is ended.
#[derive(Clone, Copy)]
enum Ending {
    Asked,
    Forced,
}

/// Signals the group of a child. A group that is gone is no error.
#[cfg(unix)]
fn signal(child: &Child, ending: Ending) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let signal = match ending {
        Ending::Asked => Signal::INT,
        Ending::Forced => Signal::KILL,
    };
    // Its own group, of which it is the leader: see `spawn`.
    if WATCHED.load(Ordering::SeqCst)
        && let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw)
    {
        let _ = kill_process_group(group, signal);
    }
}

#[cfg(not(unix))]
fn signal(_: &Child, _: Ending) {}
