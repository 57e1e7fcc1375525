//! The folder as a whole: what is listed, what is removed.

use super::{TempStore, example, named};
use crate::store::{Mode, Store, StoreError};

#[test]
fn a_folder_that_does_not_exist_has_no_baselines() {
    let temp = TempStore::new();
    assert!(temp.store.names().expect("a list").is_empty());
    assert!(!temp.store.folder().exists(), "a look does not create it");
}

#[test]
fn a_bad_file_does_not_hide_a_good_one() {
    let temp = TempStore::new();
    temp.store.save(&example(), Mode::New).expect("a save");
    temp.put("broken", "format = 1\n[");
    let names = temp.store.names().expect("a list");
    let found: Vec<_> = names.iter().map(|name| (name.as_str(), temp.store.load(name).is_ok())).collect();
    assert_eq!(found, [("broken", false), ("main", true)]);
}

#[test]
fn other_files_are_no_baselines() {
    let temp = TempStore::new();
    temp.put("main", "");
    for other in ["README.md", ".hidden.toml", "a b.toml", "notes.toml.bak", ".tensorprof-x.tmp"] {
        std::fs::write(temp.store.folder().join(other), "").expect("a file");
    }
    assert_eq!(temp.store.names().expect("a list"), [named("main")]);
}

#[test]
fn a_file_in_place_of_the_folder_is_named() {
    let temp = TempStore::new();
    std::fs::write(temp.store.folder(), "").expect("a file");
    let error = temp.store.names().expect_err("not a folder");
    assert!(temp.message(&error).starts_with("cannot list baselines: "), "{error}");
    let error = temp.store.save(&example(), Mode::New).expect_err("not a folder");
    assert!(temp.message(&error).contains("a file is where a folder should be"), "{error}");
}

#[test]
fn removing_takes_one_baseline_even_a_broken_one() {
    let temp = TempStore::new();
    temp.store.save(&example(), Mode::New).expect("a save");
    temp.put("broken", "???");
    temp.store.remove(&named("broken")).expect("a removal");
    assert_eq!(temp.files(), ["main.toml"]);
    let error = temp.store.remove(&named("broken")).expect_err("gone");
    assert!(matches!(error, StoreError::Missing { .. }), "{error}");
}

#[test]
fn a_baseline_that_is_being_saved_is_not_removed() {
    let temp = TempStore::new();
    temp.store.save(&example(), Mode::New).expect("a save");
    let _reservation = temp.store.reserve(&named("main"), Mode::Force).expect("a reservation");
    let error = temp.store.remove(&named("main")).expect_err("a save is running");
    assert!(matches!(error, StoreError::Busy { .. }), "{error}");
    assert_eq!(temp.files(), ["main.toml"]);
}

#[test]
fn a_lock_folder_that_cannot_be_is_named() {
    let temp = TempStore::new();
    std::fs::write(temp.folder.path().join("locks"), "").expect("a file");
    let store = Store::new(temp.store.folder(), temp.folder.path().join("locks"));
    let error = store.reserve(&named("main"), Mode::New).expect_err("no folder for locks");
    assert!(temp.message(&error).starts_with("cannot lock locks/main.lock: "), "{error}");
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_is_named_as_one() {
    let temp = TempStore::new();
    temp.put("other", "");
    std::os::unix::fs::symlink("gone.toml", temp.store.file(&named("main"))).expect("a link");
    let error = temp.store.save(&example(), Mode::New).expect_err("a dangling link");
    assert!(matches!(error, StoreError::DanglingLink { .. }), "{error}");
    let error = temp.store.load(&named("main")).expect_err("a dangling link");
    assert_eq!(
        temp.message(&error),
        "cannot read baseline `main` from baselines/main.toml: it is a link to gone.toml, where nothing is; restore \
         what it leads to, or remove the link with `cargo tensorprof rm`"
    );
    temp.store.remove(&named("main")).expect("a removal");
    assert_eq!(temp.files(), ["other.toml"]);
}

/// The superuser may read everything.
#[cfg(unix)]
#[test]
fn a_file_without_read_permission_says_what_to_do() {
    use std::os::unix::fs::PermissionsExt;
    let temp = TempStore::new();
    temp.put("main", "");
    let file = temp.store.file(&named("main"));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o000)).expect("permissions");
    if std::fs::read(&file).is_err() {
        let error = temp.store.load(&named("main")).expect_err("an unreadable file");
        assert!(error.to_string().contains("; make it readable"), "{error}");
    }
    let cause = std::io::ErrorKind::PermissionDenied.into();
    let error = StoreError::Io { operation: "read", path: file, cause };
    assert!(error.to_string().contains("make it readable (`chmod u+r` on Unix)"), "{error}");
}
