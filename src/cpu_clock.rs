//! The CPU clock of a thread: it stands still while another program has the core.

/// CPU time of this thread, nanoseconds. `None` where the system does not tell.
#[cfg(unix)]
pub(crate) fn thread_time() -> Option<f64> {
    nanoseconds(nix::time::ClockId::CLOCK_THREAD_CPUTIME_ID)
}

/// CPU time of all threads of this process, nanoseconds. `None` where the system does not tell.
#[cfg(unix)]
pub(crate) fn process_time() -> Option<f64> {
    nanoseconds(nix::time::ClockId::CLOCK_PROCESS_CPUTIME_ID)
}

#[cfg(unix)]
fn nanoseconds(clock: nix::time::ClockId) -> Option<f64> {
    let time = nix::time::clock_gettime(clock).ok()?;
    Some(time.tv_sec() as f64 * 1e9 + time.tv_nsec() as f64)
}

#[cfg(not(unix))]
pub(crate) fn thread_time() -> Option<f64> {
    None
}
