//! Help, completions and manual pages: every command is in each of them.

use std::fs;
use std::process::Command;

use crate::guide::commands;
use crate::published::root;
use crate::replay::{said, tensorprof};

fn run(arguments: &[&str]) -> String {
    said(tensorprof(&root().join("Cargo.toml"), arguments).output().expect("starts")).succeeds().stdout
}

/// The commands below the first, without its name: `save`, ..., `book add`.
fn names() -> Vec<String> {
    let typed = "cargo tensorprof";
    let names = commands(typed);
    names.iter().map(|name| name[typed.len() + 1..].to_owned()).collect()
}

#[test]
fn every_help_says_what_the_command_does_and_ends_with_examples() {
    for name in names() {
        let help = run(&[&name.split(' ').collect::<Vec<_>>()[..], &["--help"]].concat());
        let (said, examples) = help.split_once("Examples:\n").unwrap_or_else(|| panic!("{name}: {help}"));
        assert!(!said.lines().next().unwrap_or_default().trim().is_empty(), "{name}: {help}");
        let typed = format!("  cargo tensorprof {name}");
        assert!(examples.lines().any(|line| line.starts_with(&typed)), "{name}: {examples}");
        assert_eq!(run(&[&["help"], &name.split(' ').collect::<Vec<_>>()[..]].concat()), help, "{name}");
    }
    let all = run(&["--help"]).split_whitespace().collect::<Vec<_>>().join(" ");
    for code in ["0 fine", "1 the gate", "2 usage", "3 cannot judge", "101 a build or a bench failed"] {
        assert!(all.contains(code), "{code}: {all}");
    }
}

#[test]
fn the_completions_of_every_shell_have_every_command() {
    let names = names();
    assert!(
        ["save", "mv", "cp", "completions", "man", "book add"]
            .iter()
            .all(|name| names.iter().any(|it| it == name))
    );
    for (shell, around) in
        [("bash", [",", ")"]), ("zsh", ["'", ":"]), ("fish", ["-a \"", "\""]), ("elvish", ["cand ", " "])]
    {
        let script = run(&["completions", shell]);
        for name in &names {
            let last = name.split(' ').next_back().expect("a word");
            let word = format!("{}{last}{}", around[0], around[1]);
            assert!(script.contains(&word), "{shell}: {word}");
        }
        assert!(script.contains("cargo-tensorprof"), "{shell}");
        assert!(script.contains("max-rounds"), "{shell}: the options too");
    }
}

#[cfg(unix)]
#[test]
fn bash_takes_its_completions() {
    let folder = tempfile::TempDir::new().expect("makes a folder");
    let script = folder.path().join("completions.bash");
    fs::write(&script, run(&["completions", "bash"])).expect("writes");
    let complete = "COMP_WORDS=(cargo-tensorprof hist) COMP_CWORD=1; f=$(complete -p cargo-tensorprof | sed 's/.*-F \
                    \\([^ ]*\\).*/\\1/'); $f cargo-tensorprof hist cargo-tensorprof; echo \"${COMPREPLY[@]}\"";
    let mut bash = Command::new("bash");
    bash.args(["--norc", "-c", &format!("source {}; {complete}", script.display())]);
    assert_eq!(said(bash.output().expect("starts")).succeeds().stdout, "history\n");
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::TempDir::new().expect("makes a folder");
    let pages = folder.path().join("man1");
    run(&["man", pages.to_str().expect("is UTF-8")]);
    let main = fs::read_to_string(pages.join("cargo-tensorprof.1")).expect("is written");
    assert!(main.contains(".SH SUBCOMMANDS") && main.contains("Examples:"), "{main}");
    for name in names() {
        let file = format!("cargo-tensorprof-{}.1", name.replace(' ', "-"));
        let page = fs::read_to_string(pages.join(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        let typed = format!("cargo tensorprof {name}");
        assert!(page.contains(&typed), "{file} lacks `{typed}`: {page}");
    }
}
