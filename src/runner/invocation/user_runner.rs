//! The user's own runner: `target.TRIPLE.runner` or `target.'cfg(..)'.runner`, from any place where cargo reads it.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use cargo_config2::Walk;

use crate::runner::cargo::{Cargo, values_of};

/// Whether there may be one for some target. Cargo would have to be asked; this only looks for the word, in all
/// configuration that cargo reads.
pub(super) fn may_be_configured(cargo: &Cargo, arguments: &[String]) -> Result<bool> {
    let folder = std::path::absolute(cargo.directory()).context("cannot find the current folder")?;
    let in_file = |file: &Path| fs::read_to_string(file).is_ok_and(|text| may_configure_one(&text));
    let by_argument = |value: &str| may_configure_one(value) || in_file(&folder.join(value));
    Ok(cargo.environment().keys().any(|name| configures_one(&name.to_string_lossy()))
        || values_of(arguments, "--config").any(by_argument)
        || Walk::new(&folder).any(|file| in_file(&file)))
}

/// Whether a variable of this name is read by cargo as a runner.
fn configures_one(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    name.starts_with("CARGO_TARGET_") && name.ends_with("_RUNNER")
}

/// Whether a configuration of this text may name one, or include a file that does.
fn may_configure_one(text: &str) -> bool {
    ["runner", "include"].iter().any(|word| text.contains(word))
}

/// The words with which cargo would start an executable before its path, by what `cargo bench --no-run --verbose` prints.
/// `None` if it does not print a command for it.
pub(super) fn of(executable: &Path, printed: &str) -> Option<Vec<OsString>> {
    let quoted =
        printed.lines().filter_map(|line| line.trim().strip_prefix("Executable `")?.strip_suffix('`'));
    let split = if cfg!(windows) { words_of_windows } else { words_of_a_shell };
    quoted.map(split).find_map(|mut words| {
        let place = words.iter().position(|word| Path::new(word) == executable)?;
        words.truncate(place);
        Some(words.into_iter().map(OsString::from).collect())
    })
}

/// The words of a command as cargo prints it on Unix: quoted for a shell.
fn words_of_a_shell(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            ' ' => words.extend(word.take()),
            '\'' => {
                let quoted = characters.by_ref().take_while(|character| *character != '\'');
                word.get_or_insert_default().extend(quoted);
            }
            '\\' => word.get_or_insert_default().extend(characters.next()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    words
}

/// The words of a command as cargo prints it on Windows, quoted as `CommandLineToArgvW` takes them: before a quote, two
/// backslashes are one, and one that is left over makes the quote a character.
fn words_of_windows(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let (mut quoted, mut backslashes) = (false, 0_usize);
    for character in text.chars() {
        match character {
            ' ' if !quoted => words.extend(word.take()),
            '"' => {
                let word = word.get_or_insert_default();
                word.truncate(word.len() - backslashes.div_ceil(2));
                if backslashes % 2 == 1 {
                    word.push('"');
                } else {
                    quoted = !quoted;
                }
            }
            other => word.get_or_insert_default().push(other),
        }
        backslashes = if character == '\\' { backslashes + 1 } else { 0 };
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_as_they_are_quoted() {
        let shell = r"env 'A=b c' 'it'\''s' '' /x/a-1 --bench";
        assert_eq!(words_of_a_shell(shell), ["env", "A=b c", "it's", "", "/x/a-1", "--bench"]);
        let windows = r#"C:\run.exe "a b" "say \"no\"" "C:\a b\\" "" C:\x\a-1.exe --bench"#;
        let words = [r"C:\run.exe", "a b", r#"say "no""#, r"C:\a b\", "", r"C:\x\a-1.exe", "--bench"];
        assert_eq!(words_of_windows(windows), words);
    }

    #[cfg(unix)]
    #[test]
    fn the_runner_is_what_cargo_prints_before_the_executable() {
        let printed = "       Fresh p v0.1.0 (/x)\n    Finished `bench` profile\n  \
                       Executable `env 'A=b c' /x/a-1 --bench`\n  Executable `/x/b-2 --bench`\n";
        let runner = |path: &str| of(Path::new(path), printed);
        assert_eq!(runner("/x/a-1"), Some(vec!["env".into(), "A=b c".into()]));
        assert_eq!(runner("/x/b-2"), Some(vec![]));
        assert_eq!(runner("/x/c-3"), None);
    }

    #[test]
    fn what_names_a_runner_is_told_by_its_words() {
        let texts =
            ["target.'cfg(all())'.runner='x'", "[target.x]\nrunner = 'x'\n", "include = 'other.toml'\n"];
        assert!(texts.into_iter().all(may_configure_one));
        assert!(!may_configure_one("profile.bench.lto=true"));
        assert!(configures_one("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER"));
        assert!(!["CARGO_TARGET_DIR", "RUNNER"].into_iter().any(configures_one));
    }

    #[test]
    fn every_place_of_configuration_is_looked_at() {
        let folder = tempfile::TempDir::new().expect("makes a folder");
        let inside = folder.path().join("project");
        fs::create_dir_all(folder.path().join(".cargo")).expect("makes a folder");
        fs::create_dir(&inside).expect("makes a folder");
        let cargo = Cargo { directory: Some(inside.clone()), ..Cargo::default() };
        let may_be = |cargo: &Cargo, arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(|&word| word.to_owned()).collect();
            may_be_configured(cargo, &arguments).expect("looks")
        };
        fs::write(inside.join("more.toml"), "[target.x]\nrunner = 'x'\n").expect("writes");
        assert!(may_be(&cargo, &["--config", "more.toml"]));
        assert!(may_be(&cargo, &["--config=target.x.runner='x'"]));
        let variable = ("CARGO_TARGET_X_RUNNER".to_owned(), "x".into());
        assert!(may_be(&Cargo { variables: [variable].into(), ..cargo.clone() }, &[]));
        fs::write(folder.path().join(".cargo/config.toml"), "[target.x]\nrunner = 'x'\n").expect("writes");
        assert!(may_be(&cargo, &[]));
    }
}
