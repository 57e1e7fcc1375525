//! The keeper: a shell beside this process that waits for its end and then kills the process groups that it has left. No
//! handler of this process could: nothing runs in one that is killed.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Reads lines, each of all groups that live, until this process has ended and its end of the pipe with it; the last line
/// counts. Signals that were meant for this process do not end it before.
const SCRIPT: &str = "trap '' HUP INT QUIT TERM; groups=; while read -r line; do groups=$line; done; \
                      for group in $groups; do kill -s KILL -- \"-$group\"; done";

/// A line is written at once or not at all: shorter than `PIPE_BUF`, which is at least 512 bytes.
const MOST_GROUPS: usize = 40;

static KEEPER: Mutex<Option<Keeper>> = Mutex::new(None);

struct Keeper {
    shell: Child,
    pipe: ChildStdin,
    groups: BTreeSet<u32>,
}

/// A group that ends with this process, until this is dropped.
pub(super) struct Tie {
    group: u32,
}

impl Tie {
    /// The group that a child leads.
    pub(super) fn of(leader: &Child) -> io::Result<Tie> {
        let group = leader.id();
        with_keeper(|keeper| keeper.change(|groups| _ = groups.insert(group)))?;
        Ok(Tie { group })
    }
}

impl Drop for Tie {
    fn drop(&mut self) {
        // A keeper that has ended kills nothing.
        let _ = with_keeper(|keeper| keeper.change(|groups| _ = groups.remove(&self.group)));
    }
}

/// Starts the keeper, unless there is one.
pub(super) fn start() -> io::Result<()> {
    with_keeper(|_| Ok(()))
}

fn with_keeper(change: impl FnOnce(&mut Keeper) -> io::Result<()>) -> io::Result<()> {
    let mut keeper = KEEPER.lock().unwrap_or_else(PoisonError::into_inner);
    let keeper = match &mut *keeper {
        Some(keeper) => keeper,
        none => none.insert(Keeper::start()?),
    };
    change(keeper)
}

impl Keeper {
    fn start() -> io::Result<Keeper> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", SCRIPT]).current_dir("/").env_clear();
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let failed = |error: io::Error| {
            let text =
                format!("cannot start /bin/sh, which ends benches when this process is killed: {error}");
            io::Error::new(error.kind(), text)
        };
        let mut shell = super::shield(&mut command).spawn().map_err(failed)?;
        let pipe = shell.stdin.take().ok_or(io::ErrorKind::BrokenPipe)?;
        Ok(Keeper { shell, pipe, groups: BTreeSet::new() })
    }

    fn change(&mut self, change: impl FnOnce(&mut BTreeSet<u32>)) -> io::Result<()> {
        change(&mut self.groups);
        self.tell().or_else(|_| self.restart()?.tell())
    }

    /// Takes the place of one that somebody has killed, as a system without memory does.
    fn restart(&mut self) -> io::Result<&mut Keeper> {
        self.shell.wait()?;
        let groups = std::mem::take(&mut self.groups);
        *self = Keeper { groups, ..Keeper::start()? };
        Ok(self)
    }

    fn tell(&mut self) -> io::Result<()> {
        let groups: Vec<String> = self.groups.iter().take(MOST_GROUPS).map(u32::to_string).collect();
        self.pipe.write_all(format!("{}\n", groups.join(" ")).as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_keeper_that_was_killed_is_replaced() {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "read -r line"]).stdin(Stdio::piped());
        let mut child = super::super::shield(&mut command).spawn().expect("starts");
        let tie = Tie::of(&child).expect("is tied");
        let kill = |keeper: &mut Keeper| keeper.shell.kill().and_then(|()| keeper.shell.wait()).map(drop);
        with_keeper(kill).expect("is killed");
        let again = Tie::of(&child).expect("is tied again");
        let mut kept = false;
        with_keeper(|keeper| {
            kept = keeper.shell.try_wait()?.is_none() && keeper.groups.contains(&child.id());
            Ok(())
        })
        .expect("is asked");
        assert!(kept);
        drop((tie, again));
        child.kill().expect("is killed");
        child.wait().expect("ends");
    }
}
