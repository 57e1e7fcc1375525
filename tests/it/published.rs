//! Books as mdBook publishes them, where mdBook is installed.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::committed::committed;
use crate::replay::{Said, said, tensorprof};

/// The repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The real mdBook: `$MDBOOK`, or the one on the path.
pub(crate) fn mdbook() -> Option<String> {
    let program = std::env::var("MDBOOK").unwrap_or_else(|_| "mdbook".to_owned());
    let found = installed(&program);
    if !found {
        skipped("mdBook is not installed");
    }
    found.then_some(program)
}

/// A program says which version it is.
pub(crate) fn installed(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Says that a test did not run, past the harness, which hides what passing tests print. Where `CI` is set it fails: a
/// test that never ran must not let a change land.
#[track_caller]
pub(crate) fn skipped(reason: &str) {
    assert!(std::env::var_os("CI").is_none(), "{reason}, and no test may be skipped where CI is set");
    let thread = std::thread::current();
    let line = format!("\nskipped {}: {reason}\n", thread.name().unwrap_or("a test"));
    std::io::stderr().write_all(line.as_bytes()).expect("standard error is open");
}

/// Runs `mdbook build` on the book in `folder` with the built command as its preprocessor, and gives the folder of the
/// pages: `name` among what the tests leave behind, to be looked at.
pub(crate) fn build(mdbook: &str, folder: &Path, name: &str) -> PathBuf {
    build_with(mdbook, folder, name, &[])
}

/// The pages of this project's book, made of the committed baselines alone, once for all tests.
pub(crate) fn guide(mdbook: &str) -> &'static Path {
    static PAGES: OnceLock<PathBuf> = OnceLock::new();
    PAGES.get_or_init(|| {
        let baselines = committed().join("baselines");
        build_with(mdbook, &root().join("book"), "published-guide", &[("BASELINES", baselines.as_os_str())])
    })
}

/// The same with other settings of the preprocessor than those in `book.toml`.
fn build_with(mdbook: &str, folder: &Path, name: &str, settings: &[(&str, &OsStr)]) -> PathBuf {
    let pages = left_behind(name);
    let preprocessor = tensorprof(&root().join("Cargo.toml"), &["book"]);
    let words = std::iter::once(preprocessor.get_program()).chain(preprocessor.get_args());
    let words: Vec<&str> = words.map(|word| word.to_str().expect("is UTF-8")).collect();
    let mut command = Command::new(mdbook);
    command.arg("build").arg(folder).arg("--dest-dir").arg(&pages);
    let own = format!("'{}'", words.join("' '"));
    for (key, value) in [&[("COMMAND", OsStr::new(&own))], settings].concat() {
        command.env(format!("MDBOOK_PREPROCESSOR__TENSORPROF__{key}"), value);
    }
    let built: Said = said(command.output().expect("starts"));
    assert_eq!(built.code, Some(0), "{}", built.stderr);
    pages
}

/// An empty place for what is left behind.
pub(crate) fn left_behind(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("removes the last one");
    }
    folder
}

/// Every page below the folder of a built book but that for missing ones, which knows only its place on a server.
/// Relative to the folder, sorted.
pub(crate) fn pages(folder: &Path) -> Vec<String> {
    let mut found = vec![];
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).expect("is a folder") {
            let path = entry.expect("is readable").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "html") {
                let page = path.strip_prefix(folder).expect("lies below");
                found.push(page.to_str().expect("is UTF-8").replace('\\', "/"));
            }
        }
    }
    found.retain(|page| page != "404.html");
    found.sort();
    found
}

/// Copies what is in a folder into another, at any depth.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("makes a folder");
    for entry in fs::read_dir(from).expect("is a folder") {
        let path = entry.expect("is readable").path();
        let copied = to.join(path.file_name().expect("has a name"));
        if path.is_dir() {
            copy_folder(&path, &copied);
        } else {
            fs::copy(path, copied).expect("copies");
        }
    }
}
