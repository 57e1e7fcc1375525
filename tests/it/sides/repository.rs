//! What is checked out, and that the repository stays as it was.

use std::fs;

use super::lab::{Lab, both_say, git, revision, says, working_tree};

#[test]
fn the_working_tree_is_taken_with_changes_and_untracked_files_and_left_alone() {
    let lab = Lab::new();
    lab.answer(5);
    lab.git(&["stash"]);
    lab.write("src/lib.rs", "mod new;\nmod staged;\npub fn answer() -> u32 { new::NEW + staged::STAGED }\n");
    lab.write("src/staged.rs", "pub const STAGED: u32 = 20;\n");
    lab.git(&["add", "src/staged.rs"]);
    lab.write("src/new.rs", "pub const NEW: u32 = 1;\n");
    lab.write("ignored", "not taken");
    let before = lab.state();
    let index = fs::read(lab.repository().join(".git/index")).expect("is there");
    let sides = lab.prepare(&revision("HEAD"), &working_tree()).expect("builds");
    assert_eq!(both_say(&sides), ("1".to_owned(), "21".to_owned()));
    assert!(sides.candidate.revision.dirty && !sides.baseline.revision.dirty);
    assert_eq!(sides.baseline.revision.commit, sides.candidate.revision.commit);
    assert_eq!(sides.candidate.label, "the working tree");
    assert!(sides.candidate.root.join("src/new.rs").exists());
    assert!(!sides.candidate.root.join("ignored").exists());
    drop(sides);
    assert_eq!(fs::read(lab.repository().join(".git/index")).expect("is there"), index);
    assert_eq!(lab.state(), before);
    assert!(lab.checkouts().is_empty());
}

#[test]
fn a_deleted_file_is_not_in_the_working_tree() {
    let lab = Lab::new();
    lab.write("src/gone.rs", "");
    lab.commit("second");
    fs::remove_file(lab.repository().join("src/gone.rs")).expect("removes");
    let sides = lab.prepare(&revision("HEAD"), &working_tree()).expect("builds");
    assert!(sides.baseline.root.join("src/gone.rs").exists());
    assert!(!sides.candidate.root.join("src/gone.rs").exists());
}

#[test]
fn a_target_directory_that_git_does_not_ignore_is_not_taken() {
    let lab = Lab::new();
    lab.write(".gitignore", "");
    lab.commit("second");
    let sides = lab.prepare(&revision("HEAD"), &working_tree()).expect("builds");
    assert!(!sides.candidate.root.join("target").exists());
}

#[test]
fn a_detached_head_a_tag_and_a_hash_are_revisions() {
    let lab = Lab::new();
    lab.git(&["tag", "v1"]);
    lab.answer(2);
    lab.commit("second");
    let hash = lab.git(&["rev-parse", "HEAD"]);
    lab.git(&["checkout", "--quiet", "--detach"]);
    let before = lab.state();
    let sides = lab.prepare(&revision("v1"), &revision(&hash)).expect("builds");
    assert_eq!(both_say(&sides), ("1".to_owned(), "2".to_owned()));
    assert_eq!(sides.candidate.label, hash[..8]);
    assert!(sides.baseline.label.starts_with("v1 ("), "{}", sides.baseline.label);
    drop(sides);
    assert_eq!(lab.state(), before);
    let sides = lab.prepare(&revision("main"), &working_tree()).expect("builds");
    assert_eq!(sides.baseline.revision.branch.as_deref(), Some("main"));
    assert_eq!(sides.candidate.revision.branch, None);
}

#[test]
fn submodules_are_checked_out_at_the_commits_of_each_revision() {
    let lab = Lab::new();
    let part = lab.path("part");
    fs::create_dir(&part).expect("makes");
    git(&part, &["init", "--quiet"]);
    let publish = |answer: u32| {
        fs::write(part.join("answer.rs"), format!("{answer}")).expect("writes");
        git(&part, &["add", "--all"]);
        git(&part, &["commit", "--quiet", "--message", "m"]);
    };
    publish(7);
    lab.git(&["submodule", "--quiet", "add", "../part", "part"]);
    lab.write("src/lib.rs", "pub fn answer() -> u32 { include!(\"../part/answer.rs\") }\n");
    lab.commit("with a submodule");
    publish(8);
    lab.git(&["submodule", "--quiet", "update", "--remote"]);
    lab.commit("with a newer submodule");
    fs::write(lab.repository().join("part/answer.rs"), "9").expect("writes");
    let before = (lab.state(), git(&lab.repository().join("part"), &["status", "--porcelain"]));
    let sides = lab.prepare(&revision("HEAD~1"), &revision("HEAD")).expect("builds");
    assert_eq!(both_say(&sides), ("7".to_owned(), "8".to_owned()));
    drop(sides);
    let sides = lab.prepare(&revision("HEAD"), &working_tree()).expect("builds");
    assert_eq!(says(&sides.candidate), "9");
    drop(sides);
    assert_eq!((lab.state(), git(&lab.repository().join("part"), &["status", "--porcelain"])), before);
    // One that is not checked out is left out, with a word.
    lab.answer(1);
    lab.commit("without need of the submodule");
    lab.git(&["submodule", "--quiet", "deinit", "--force", "part"]);
    let sides = lab.prepare(&revision("HEAD"), &working_tree()).expect("builds");
    assert!(sides.notes[0].contains("git submodule update --init"), "{:?}", sides.notes);
}

#[test]
fn hooks_do_not_run() {
    let lab = Lab::new();
    let hook = lab.repository().join(".git/hooks/post-checkout");
    fs::create_dir_all(hook.parent().expect("has one")).expect("makes");
    fs::write(&hook, "#!/bin/sh\ntouch \"$(dirname \"$0\")/ran\"\n").expect("writes");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("sets");
    }
    drop(lab.prepare(&revision("HEAD"), &revision("HEAD")).expect("builds"));
    assert!(!hook.with_file_name("ran").exists());
}

#[test]
fn checkouts_are_kept_on_request_and_replaced_by_the_next() {
    use tensorprof::runner::sides::Benches;
    let lab = Lab::new();
    let before = lab.state();
    let kept =
        lab.prepare_with(Benches::Candidate, true, &revision("HEAD"), &working_tree()).expect("builds");
    let root = kept.candidate.root.clone();
    drop(kept);
    assert!(root.join("src/lib.rs").exists());
    assert_eq!(lab.git(&["worktree", "list"]).lines().count(), 3);
    drop(lab.prepare(&revision("HEAD"), &working_tree()).expect("builds"));
    assert!(!root.exists());
    assert_eq!(lab.state(), before);
}
