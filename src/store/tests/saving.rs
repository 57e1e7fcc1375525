//! A save that fails loses nothing: taken names, newer files, two saves at once, full disks, crashes.

#![expect(clippy::disallowed_types, reason = "one of two saves at once is another process")]

use std::fs::File;
use std::io::{self, Write};
use std::process::Command;

use super::{TempStore, example, named, session};
use crate::model::{Baseline, Session};
use crate::store::atomic::{stage, write_synced};
use crate::store::{Mode, StoreError};

/// Another baseline of the same name, which differs from the example in its version.
fn other() -> Baseline {
    Baseline { tool_version: "9.9.9".to_owned(), ..example() }
}

fn one_session(started: &str) -> Baseline {
    let mut baseline = example();
    baseline.sessions = vec![session(started)];
    baseline.benchmarks[1].rounds.truncate(1);
    baseline
}

#[test]
fn an_existing_name_is_an_error_without_force() {
    let temp = TempStore::new();
    temp.store.save(&example(), Mode::New).expect("a save");
    let before = temp.text("main");
    let error = temp.store.save(&other(), Mode::New).expect_err("the name is taken");
    assert_eq!(
        temp.message(&error),
        "cannot save baseline `main`: baselines/main.toml exists; choose another name, add rounds to it with \
         `--append` or replace it with `--force`"
    );
    assert_eq!(temp.text("main"), before);
    temp.store.save(&other(), Mode::Force).expect("a forced save");
    assert!(temp.text("main").contains("9.9.9"));
    assert_eq!(temp.files(), ["main.toml"]);
}

#[test]
fn a_name_taken_while_measuring_is_not_overwritten() {
    let temp = TempStore::new();
    let reservation = temp.store.reserve(&named("main"), Mode::New).expect("a reservation");
    temp.put("main", "by another tool");
    let error = reservation.commit(&example()).expect_err("the name is taken");
    assert!(matches!(error, StoreError::Exists { .. }), "{error}");
    assert_eq!(temp.text("main"), "by another tool");
}

#[test]
fn a_newer_format_is_never_overwritten() {
    let temp = TempStore::new();
    temp.store.save(&example(), Mode::New).expect("a save");
    let newer = temp.text("main").replacen("format = 1", "format = 2", 1);
    for content in [newer.as_str(), "format = 2\n[[[ not TOML of today"] {
        temp.put("main", content);
        let error = temp.store.save(&other(), Mode::Force).expect_err("a newer file");
        assert!(matches!(error, StoreError::ReplacesNewer { format: 2, .. }), "{error}");
        temp.store.save(&other(), Mode::Append).expect_err("a newer file");
        assert_eq!(temp.text("main"), content);
    }
    temp.store.remove(&named("main")).expect("a removal on request");
}

#[test]
fn a_damaged_file_is_replaced_by_force_alone() {
    let temp = TempStore::new();
    temp.put("main", "format = 1\nname = ");
    let error = temp.store.save(&example(), Mode::Append).expect_err("nothing to append to");
    assert!(matches!(error, StoreError::Unreadable { .. }), "{error}");
    let error =
        temp.store.save(&example(), Mode::Force).expect_err("it is incomplete, and the file may be more");
    assert!(matches!(error, StoreError::ReplacesUnreadable { .. }), "{error}");
    let mut complete =
        Baseline { unfinished: vec![], benchmarks: example().benchmarks[1..].to_vec(), ..example() };
    complete.settings.filter = Some("GELU".to_owned());
    let error = temp.store.save(&complete, Mode::Force).expect_err("the filter may leave something out");
    assert!(matches!(error, StoreError::ReplacesUnreadable { .. }), "{error}");
    complete.settings.filter = None;
    temp.store.save(&complete, Mode::Force).expect("a forced save");
    temp.store.load(&named("main")).expect("a baseline");
    temp.put("main", "format = 1\nname = ");
    temp.store.save(&example(), Mode::ForceIncomplete).expect("a save that was asked for twice");
}

#[test]
fn two_saves_of_one_name_exclude_each_other() {
    let temp = TempStore::new();
    let first = temp.store.reserve(&named("main"), Mode::New).expect("a reservation");
    let error = temp.store.reserve(&named("main"), Mode::Force).expect_err("a save is running");
    let process = if cfg!(windows) { String::new() } else { format!(" (process {})", std::process::id()) };
    assert_eq!(
        error.to_string(),
        format!(
            "cannot change baseline `main`: another save of it is running{process}; wait for it or choose another name"
        )
    );
    temp.store.reserve(&named("other"), Mode::New).expect("another name");
    first.commit(&example()).expect("a save");
    drop(first);
    temp.store.reserve(&named("main"), Mode::Force).expect("the name is free again");
}

#[test]
fn a_lock_file_of_a_dead_process_blocks_nobody() {
    let temp = TempStore::new();
    let locks = temp.folder.path().join("locks");
    std::fs::create_dir(&locks).expect("a folder");
    std::fs::write(locks.join("main.lock"), "4194304000").expect("a file");
    temp.store.save(&example(), Mode::New).expect("a save");
}

/// Half of the bytes fit.
fn full_disk(file: &mut File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(&bytes[..bytes.len() / 2])?;
    if bytes.is_empty() { Ok(()) } else { Err(io::ErrorKind::StorageFull.into()) }
}

#[test]
fn a_full_disk_keeps_the_older_file() {
    let mut temp = TempStore::new();
    temp.store.save(&example(), Mode::New).expect("a save");
    let before = temp.text("main");
    temp.store.write = full_disk;
    let reservation = temp.store.reserve(&named("main"), Mode::Force).expect("a reservation");
    let error = reservation.commit(&other()).expect_err("a full disk");
    let message = temp.message(&error);
    assert!(message.starts_with("cannot write baselines/main.toml: "), "{message}");
    assert!(message.ends_with("; free some space and try again"), "{message}");
    assert_eq!(temp.text("main"), before);
    assert_eq!(temp.files(), ["main.toml"], "no half-written file is left");
}

#[cfg(target_os = "linux")]
#[test]
fn the_system_reports_a_full_disk_as_expected() {
    let mut full = File::options().write(true).open("/dev/full").expect("the device");
    let error = write_synced(&mut full, b"format = 1\n").expect_err("no space");
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
}

fn read_only(_file: &mut File, _bytes: &[u8]) -> io::Result<()> {
    Err(io::ErrorKind::ReadOnlyFilesystem.into())
}

#[test]
fn a_read_only_folder_is_found_before_measuring() {
    let mut temp = TempStore::new();
    temp.store.write = read_only;
    let error = temp.store.reserve(&named("main"), Mode::New).expect_err("a read-only folder");
    let message = temp.message(&error);
    assert!(message.starts_with("cannot write to baselines: "), "{message}");
    assert!(message.ends_with("; make the folder writable or name another with `--baselines`"), "{message}");
}

/// The same with real permissions, which bind everybody but the superuser.
#[cfg(unix)]
#[test]
fn a_folder_without_write_permission_is_found_before_measuring() {
    use std::os::unix::fs::PermissionsExt;
    let temp = TempStore::new();
    temp.put("main", "");
    let set = |mode| std::fs::set_permissions(temp.store.folder(), std::fs::Permissions::from_mode(mode));
    set(0o555).expect("permissions");
    let bound = File::create(temp.store.folder().join("test")).is_err();
    let reserved = temp.store.reserve(&named("new"), Mode::New).map(drop);
    set(0o755).expect("permissions");
    if bound {
        let error = reserved.expect_err("a read-only folder");
        assert!(error.to_string().contains("make the folder writable"), "{error}");
    }
}

#[test]
fn a_crash_before_the_rename_keeps_the_older_file() {
    let temp = TempStore::new();
    temp.store.save(&example(), Mode::New).expect("a save");
    let before = temp.text("main");
    let staged = stage(temp.store.folder(), b"format = 1\nhalf", write_synced).expect("a staged file");
    staged.keep().expect("what a killed process leaves");
    assert_eq!(temp.text("main"), before);
    assert_eq!(temp.store.names().expect("a list"), [named("main")], "the remains are no baseline");
    temp.store.save(&other(), Mode::Force).expect("the next save");
    assert_eq!(temp.files(), ["main.toml"], "the next save removes the remains");
}

#[cfg(unix)]
#[test]
fn a_saved_file_has_the_permissions_of_any_new_file() {
    use std::os::unix::fs::PermissionsExt;
    let temp = TempStore::new();
    temp.store.save(&example(), Mode::New).expect("a save");
    temp.put("plain", "");
    let mode = |name| temp.store.file(&named(name)).metadata().expect("a file").permissions().mode();
    assert_eq!(mode("main"), mode("plain"));
}

#[test]
fn what_could_not_be_read_back_is_not_written() {
    let temp = TempStore::new();
    let mut baseline = example();
    baseline.benchmarks[1].rounds[0].samples[2] = f64::NAN;
    let error = temp.store.save(&baseline, Mode::New).expect_err("not a time");
    assert!(
        error.to_string().starts_with(
            "cannot save baseline `main`: benchmark `MatMul/64x64`: round 1: sample 3 is NaN ns, not within"
        ),
        "{error}"
    );
    assert!(temp.files().is_empty());
}

#[test]
fn appending_adds_a_session_to_what_the_file_holds_by_then() {
    let temp = TempStore::new();
    temp.store.save(&one_session("2026-02-03T10:11:12Z"), Mode::New).expect("a save");
    let reservation = temp.store.reserve(&named("main"), Mode::Append).expect("a reservation");
    assert_eq!(reservation.existing().map(|baseline| baseline.sessions.len()), Some(1));
    let joined = reservation.commit(&one_session("2026-02-04T09:08:07Z")).expect("an append");
    let loaded = temp.store.load(&named("main")).expect("a baseline").baseline;
    let expected: [Session; 2] = [session("2026-02-03T10:11:12Z"), session("2026-02-04T09:08:07Z")];
    assert_eq!(loaded.sessions, expected);
    assert_eq!(joined.sessions, expected);
    let rounds: Vec<usize> = loaded.benchmarks[1].rounds.iter().map(|round| round.session).collect();
    assert_eq!(rounds, [0, 1]);
}

#[test]
fn appending_needs_a_baseline_of_the_same_conditions() {
    let temp = TempStore::new();
    let error = temp.store.reserve(&named("main"), Mode::Append).expect_err("nothing there");
    assert!(matches!(error, StoreError::Missing { .. }), "{error}");
    temp.store.save(&example(), Mode::New).expect("a save");
    let before = temp.text("main");
    let mut later = example();
    later.environment.machine.cores = Some(4);
    let error = temp.store.save(&later, Mode::Append).expect_err("another machine");
    assert_eq!(
        error.to_string(),
        "cannot append to baseline `main`: its sessions were measured differently: cores (8 before, 4 now); \
         save under another name or replace it with `--force`"
    );
    assert_eq!(temp.text("main"), before);
}

/// The other process of [`a_killed_save_frees_its_name`]; nothing to do in this one.
#[test]
fn hold_a_name_until_killed() {
    let Some(folder) = std::env::var_os("TENSORPROF_TEST_FOLDER") else { return };
    let folder = std::path::Path::new(&folder);
    let store = crate::store::Store::new(folder.join("baselines"), folder.join("locks"));
    let _reservation = store.reserve(&named("main"), Mode::New).expect("a reservation");
    std::fs::write(folder.join("held"), "").expect("a file");
    loop {
        std::thread::park();
    }
}

#[test]
fn a_killed_save_frees_its_name() {
    let temp = TempStore::new();
    let mut holder = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "store::tests::saving::hold_a_name_until_killed"])
        .env("TENSORPROF_TEST_FOLDER", temp.folder.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("a process");
    while !temp.folder.path().join("held").exists() {
        assert!(holder.try_wait().expect("a process").is_none(), "the holder ended early");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let error = temp.store.reserve(&named("main"), Mode::New).expect_err("held by the other process");
    holder.kill().expect("a kill");
    holder.wait().expect("an end");
    if cfg!(unix) {
        assert!(error.to_string().contains(&format!("(process {})", holder.id())), "{error}");
    }
    temp.store.reserve(&named("main"), Mode::New).expect("the name is free again");
}
