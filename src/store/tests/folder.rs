//! The folder as a whole: what is listed, what is removed.

use super::{Place, example, named};
use crate::store::{Mode, Store, StoreError};

#[test]
fn a_folder_that_does_not_exist_has_no_baselines() {
    let place = Place::new();
    assert!(place.store.names().expect("a list").is_empty());
    assert!(!place.store.folder().exists(), "a look does not create it");
}

#[test]
fn a_bad_file_does_not_hide_a_good_one() {
    let place = Place::new();
    place.store.save(&example(), Mode::New).expect("a save");
    place.put("broken", "format = 1\n[");
    let names = place.store.names().expect("a list");
    let found: Vec<_> = names.iter().map(|name| (name.as_str(), place.store.load(name).is_ok())).collect();
    assert_eq!(found, [("broken", false), ("main", true)]);
}

#[test]
fn other_files_are_no_baselines() {
    let place = Place::new();
    place.put("main", "");
    for other in ["README.md", ".hidden.toml", "a b.toml", "notes.toml.bak", ".tensorprof-x.tmp"] {
        std::fs::write(place.store.folder().join(other), "").expect("a file");
    }
    assert_eq!(place.store.names().expect("a list"), [named("main")]);
}

#[test]
fn a_file_in_place_of_the_folder_is_named() {
    let place = Place::new();
    std::fs::write(place.store.folder(), "").expect("a file");
    let error = place.store.names().expect_err("not a folder");
    assert!(place.plain(&error).starts_with("cannot list baselines: "), "{error}");
    let error = place.store.save(&example(), Mode::New).expect_err("not a folder");
    assert!(place.plain(&error).contains("a file stands where a folder should be"), "{error}");
}

#[test]
fn removing_takes_one_baseline_even_a_broken_one() {
    let place = Place::new();
    place.store.save(&example(), Mode::New).expect("a save");
    place.put("broken", "???");
    place.store.remove(&named("broken")).expect("a removal");
    assert_eq!(place.files(), ["main.toml"]);
    let error = place.store.remove(&named("broken")).expect_err("gone");
    assert!(matches!(error, StoreError::Missing { .. }), "{error}");
}

#[test]
fn a_baseline_that_is_being_saved_is_not_removed() {
    let place = Place::new();
    place.store.save(&example(), Mode::New).expect("a save");
    let _reservation = place.store.reserve(&named("main"), Mode::Force).expect("a reservation");
    let error = place.store.remove(&named("main")).expect_err("a save is running");
    assert!(matches!(error, StoreError::Busy { .. }), "{error}");
    assert_eq!(place.files(), ["main.toml"]);
}

#[test]
fn a_lock_folder_that_cannot_be_is_named() {
    let place = Place::new();
    std::fs::write(place.folder.path().join("locks"), "").expect("a file");
    let store = Store::new(place.store.folder(), place.folder.path().join("locks"));
    let error = store.reserve(&named("main"), Mode::New).expect_err("no folder for locks");
    assert!(place.plain(&error).starts_with("cannot lock locks/main.lock: "), "{error}");
}
