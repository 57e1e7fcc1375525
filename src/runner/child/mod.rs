//! Children that end with this process, however it ends: cargo and the benches.
//!
//! A child leads a process group of its own, in which what it starts stays unless it leaves on purpose, as a daemon does.
//! Three things end it:
//! - this process, which signals the group ([`ProcessGroup::interrupt`], [`ProcessGroup::kill`]);
//! - the `keeper`, on every Unix, when this process has been killed: it kills the groups that were left;
//! - on Linux also the system, which kills the child itself (`parent_death`): at once, and even if this process was killed
//!   before the keeper had heard of the child.
//!
//! On Windows the child is in a job that ends with this process, and all that it starts with it.

#[cfg(windows)]
mod job;
#[cfg(unix)]
mod keeper;
#[cfg(target_os = "linux")]
mod parent_death;

use std::io;
use std::marker::PhantomData;
use std::process::{Child, ChildStdout, Command, ExitStatus};

#[cfg(windows)]
use self::job::Tie;
#[cfg(unix)]
use self::keeper::Tie;

/// A child and what it has started.
pub(crate) struct ProcessGroup {
    leader: Child,
    /// Ends the group with this process, until it is dropped.
    _tie: Tie,
    /// Linux ends a child with the thread that started it, so this stays on that thread, and with it all that follows the
    /// child.
    _thread: PhantomData<*const ()>,
}

impl ProcessGroup {
    /// Starts a command as the leader of a group.
    ///
    /// # Errors
    /// When it cannot be started, or cannot be made to end with this process.
    pub(crate) fn spawn(command: &mut Command) -> io::Result<ProcessGroup> {
        shield(command);
        #[cfg(target_os = "linux")]
        parent_death::ends(command);
        #[cfg(unix)]
        keeper::start()?;
        let mut leader = command.spawn()?;
        match Tie::of(&leader) {
            Ok(tie) => Ok(ProcessGroup { leader, _tie: tie, _thread: PhantomData }),
            Err(error) => {
                leader.kill()?;
                leader.wait()?;
                Err(error)
            }
        }
    }

    /// The process id of the leader.
    pub(crate) fn id(&self) -> u32 {
        self.leader.id()
    }

    /// The leader's standard output, if it is piped and has not been taken.
    pub(crate) fn take_stdout(&mut self) -> Option<ChildStdout> {
        self.leader.stdout.take()
    }

    /// The exit status of the leader, if it has ended.
    pub(crate) fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        self.leader.try_wait()
    }

    /// Waits for the end of the leader.
    pub(crate) fn wait(&mut self) -> io::Result<ExitStatus> {
        self.leader.wait()
    }

    /// Asks all to end, as Ctrl-C does, where the system can.
    pub(crate) fn interrupt(&self) {
        signal(&self.leader, Signal::Interrupt);
    }

    /// Ends all that is left of the group.
    pub(crate) fn kill(&mut self) -> io::Result<()> {
        signal(&self.leader, Signal::Kill);
        self.leader.kill()
    }
}

/// Keeps the terminal's Ctrl-C from a command: it leads a process group of its own.
#[cfg(unix)]
pub(crate) fn shield(command: &mut Command) -> &mut Command {
    std::os::unix::process::CommandExt::process_group(command, 0)
}

/// Keeps the terminal's Ctrl-C from a command, where that can be done.
#[cfg(not(unix))]
pub(crate) fn shield(command: &mut Command) -> &mut Command {
    command
}

#[derive(Clone, Copy)]
enum Signal {
    Interrupt,
    Kill,
}

/// Signals the group that a child leads. A group that is gone is no error.
#[cfg(unix)]
fn signal(leader: &Child, signal: Signal) {
    use rustix::process::{self, Pid, kill_process_group};
    let signal = match signal {
        Signal::Interrupt => process::Signal::INT,
        Signal::Kill => process::Signal::KILL,
    };
    if let Some(group) = i32::try_from(leader.id()).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(group, signal);
    }
}

#[cfg(not(unix))]
fn signal(_: &Child, _: Signal) {}
