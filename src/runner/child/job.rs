//! Windows ends the processes of a job when the last handle to it is closed, at the latest when this process has ended.

use std::io;
use std::os::windows::io::AsRawHandle as _;
use std::process::Child;

use win32job::{ExtendedLimitInfo, Job};

/// The job of a child. What the child starts is in it too, from when the child has been put into it, right after its start.
pub(super) struct Tie {
    _job: Job,
}

impl Tie {
    pub(super) fn of(leader: &Child) -> io::Result<Tie> {
        let mut limits = ExtendedLimitInfo::new();
        limits.limit_kill_on_job_close();
        let job = Job::create_with_limit_info(&limits).map_err(io::Error::other)?;
        job.assign_process(leader.as_raw_handle() as isize).map_err(io::Error::other)?;
        Ok(Tie { _job: job })
    }
}
