//! Whose connection it is. Criterion proves nothing about itself when it connects, so whoever connects first to its port
//! could speak for the bench: the system is asked which process is at the other end.

use std::net::TcpStream;

/// Who is at the other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Peer {
    /// The process that was started, or one that descends from it: its id.
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "only Linux tells whose a connection is"))]
    Bench(u32),
    /// Another process, or none any more.
    Stranger,
    /// The system does not tell.
    Unknown,
}

/// Who has made this connection, of which `process` is the one that was started.
#[cfg(target_os = "linux")]
pub(super) fn peer(stream: &TcpStream, process: u32) -> Peer {
    linux::peer(stream, process).unwrap_or(Peer::Unknown)
}

/// Only Linux tells without a privilege.
#[cfg(not(target_os = "linux"))]
pub(super) fn peer(_stream: &TcpStream, _process: u32) -> Peer {
    Peer::Unknown
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::BTreeSet;
    use std::net::TcpStream;

    use procfs::process::{FDTarget, Process, all_processes};
    use procfs::{ProcError, ProcResult};

    use super::Peer;

    /// Finds the peer's socket in the table of connections and looks for it in the open files of the bench.
    pub(super) fn peer(stream: &TcpStream, process: u32) -> ProcResult<Peer> {
        let ends = [stream.peer_addr()?, stream.local_addr()?];
        let table = procfs::net::tcp()?;
        let find = |[from, to]: [_; 2]| {
            table.iter().find(|entry| entry.local_address == from && entry.remote_address == to)
        };
        // Zero is the socket of nobody: its process has closed it.
        match find(ends).map(|entry| entry.inode) {
            Some(socket) if socket != 0 => owner(socket, process),
            None if find([ends[1], ends[0]]).is_none() => Ok(Peer::Unknown),
            _ => Ok(Peer::Stranger),
        }
    }

    fn owner(socket: u64, process: u32) -> ProcResult<Peer> {
        let process = i32::try_from(process).map_err(|_| ProcError::Other(process.to_string()))?;
        // Usually the process itself: the others need not be looked at.
        if has_open(process, socket).unwrap_or(false) {
            return Ok(Peer::Bench(process.unsigned_abs()));
        }
        let mut found = Peer::Stranger;
        for member in family(process)? {
            match has_open(member, socket) {
                Ok(true) => return Ok(Peer::Bench(member.unsigned_abs())),
                Ok(false) | Err(ProcError::NotFound(_)) => {}
                // Of another user, such as one that `sudo` has started.
                Err(_) => found = Peer::Unknown,
            }
        }
        Ok(found)
    }

    fn has_open(process: i32, socket: u64) -> ProcResult<bool> {
        let mut files = Process::new(process)?.fd()?;
        Ok(files.any(|file| file.is_ok_and(|file| file.target == FDTarget::Socket(socket))))
    }

    /// A process and its descendants.
    fn family(process: i32) -> ProcResult<BTreeSet<i32>> {
        let stats = all_processes()?.filter_map(|process| process.ok()?.stat().ok());
        let parents: Vec<[i32; 2]> = stats.map(|stat| [stat.pid, stat.ppid]).collect();
        Ok(descendants(process, &parents))
    }

    /// A process and its descendants, of these processes with their parents.
    pub(super) fn descendants(process: i32, parents: &[[i32; 2]]) -> BTreeSet<i32> {
        let mut family = BTreeSet::from([process]);
        loop {
            let children =
                parents.iter().filter(|[_, parent]| family.contains(parent)).map(|[child, _]| *child);
            let larger: BTreeSet<i32> = family.iter().copied().chain(children).collect();
            if larger.len() == family.len() {
                return family;
            }
            family = larger;
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::collections::BTreeSet;
    use std::net::TcpListener;

    use super::*;
    use crate::runner::child::ProcessGroup;

    #[test]
    fn the_owner_of_a_connection_is_known() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let client = TcpStream::connect(listener.local_addr().expect("bound")).expect("connects");
        let (stream, _) = listener.accept().expect("is connected");
        assert_eq!(peer(&stream, std::process::id()), Peer::Bench(std::process::id()));
        let mut other = std::process::Command::new("sleep");
        let mut other = ProcessGroup::spawn(other.arg("600")).expect("starts");
        assert_eq!(peer(&stream, other.id()), Peer::Stranger);
        other.kill().expect("kills");
        other.wait().expect("ends");
        assert_eq!(peer(&stream, other.id()), Peer::Stranger, "the bench has ended");
        drop(client);
        assert_eq!(peer(&stream, std::process::id()), Peer::Stranger, "it is closed");
    }

    #[test]
    fn descendants_are_found_in_any_order_of_processes() {
        let parents = [[9, 7], [2, 1], [7, 5], [5, 1], [8, 2], [6, 5]];
        assert_eq!(linux::descendants(5, &parents), BTreeSet::from([5, 6, 7, 9]));
        assert_eq!(linux::descendants(9, &parents), BTreeSet::from([9]));
    }
}
