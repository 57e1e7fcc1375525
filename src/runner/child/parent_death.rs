//! Linux kills a child when its parent has ended.
#![expect(unsafe_code, reason = "a child asks for it between its fork and its exec")]

use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal};

/// Makes the command end with this process, or with the thread that starts it, whichever ends first.
pub(super) fn ends(command: &mut Command) {
    let parent = getpid();
    let ask = move || {
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // A parent that ended before the call sends no signal.
        if getppid() == Some(parent) { Ok(()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
    };
    // SAFETY: `ask` makes system calls only. It allocates nothing and takes no lock, which another thread could have held
    // when this one forked.
    unsafe {
        command.pre_exec(ask);
    }
}
