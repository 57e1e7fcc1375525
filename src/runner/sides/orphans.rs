//! Builds that go on after the run that started them was killed.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::Result;

use crate::runner::interrupt;

/// The file that cargo locks in each folder of a profile while it builds.
const LOCK: &str = ".cargo-lock";
/// How often the locks are looked at.
const POLL: Duration = Duration::from_millis(100);

/// Waits until no cargo builds in a target directory.
pub(super) fn wait_for(target_directory: &Path) -> Result<()> {
    for lock in locks(target_directory) {
        // What cannot be opened or locked at all is not in use.
        let Ok(file) = File::open(&lock) else { continue };
        while matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
            interrupt::check()?;
            thread::sleep(POLL);
        }
    }
    Ok(())
}

/// The locks of the profiles, which are one folder deep, or two where a target is named.
fn locks(target_directory: &Path) -> Vec<PathBuf> {
    let inside = |folder: &Path| -> Vec<PathBuf> {
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
    };
    let first = inside(target_directory);
    let second = first.iter().flat_map(|folder| inside(folder));
    let folders = first.iter().cloned().chain(second);
    folders.map(|folder| folder.join(LOCK)).filter(|lock| lock.is_file()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_that_goes_on_is_waited_for() {
        let folder = tempfile::TempDir::new().expect("makes");
        let profile = folder.path().join("triple/release");
        fs::create_dir_all(&profile).expect("makes");
        let lock = File::create(profile.join(LOCK)).expect("makes");
        lock.lock().expect("locks");
        thread::scope(|scope| {
            let waiting = scope.spawn(|| wait_for(folder.path()));
            thread::sleep(2 * POLL);
            assert!(!waiting.is_finished());
            lock.unlock().expect("unlocks");
            waiting.join().expect("ends").expect("waits");
        });
    }
}
