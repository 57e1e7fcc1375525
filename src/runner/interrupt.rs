//! Ctrl-C, for commands that must clean up: a flag that long work looks at, so that it ends by an error and
//! every guard is dropped on the way.
//!
//! A child that starts others, as cargo does, is waited for by `wait`, which ends its whole group: the signal
//! may have been sent to this process alone.

use std::io;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::child::ProcessGroup;

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
    .context("cannot watch for Ctrl-C")
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

/// Waits for a child. An interrupt ends it and what it has started.
pub(crate) fn wait(child: &mut ProcessGroup) -> io::Result<ExitStatus> {
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

fn end(child: &mut ProcessGroup) -> io::Result<ExitStatus> {
    child.interrupt();
    let asked = Instant::now();
    while asked.elapsed() < GRACE {
        if child.try_wait()?.is_some() {
            break;
        }
        thread::sleep(POLL);
    }
    child.kill()?;
    child.wait()
}
