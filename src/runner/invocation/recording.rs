//! The recording: this tool, started by cargo in place of a bench, notes how, and runs nothing.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use tempfile::TempDir;

use super::Invocation;

/// The first argument of this tool where cargo starts it in place of a bench.
const WORD: &str = "record-invocation";

/// What one process notes, a line of JSON. Serde keeps text that is not Unicode.
#[derive(Serialize, Deserialize)]
struct Note {
    executable: OsString,
    arguments: Vec<OsString>,
    directory: OsString,
    environment: Vec<(OsString, OsString)>,
}

/// Answers cargo, if it has started this process in place of a bench. `arguments` are those of this process, without its
/// name: `record-invocation FILE EXECUTABLE ARGUMENTS`. A program that builds benches
/// ([`build`](crate::runner::build::build)) calls this first, or names another executable that does.
pub fn answer(mut arguments: impl Iterator<Item = OsString>) -> Option<io::Result<()>> {
    (arguments.next()? == WORD).then(|| note(arguments))
}

fn note(mut arguments: impl Iterator<Item = OsString>) -> io::Result<()> {
    let (Some(file), Some(executable)) = (arguments.next(), arguments.next()) else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    let note = Note {
        executable,
        arguments: arguments.collect(),
        directory: std::env::current_dir()?.into(),
        environment: std::env::vars_os().collect(),
    };
    let mut line = serde_json::to_vec(&note)?;
    line.push(b'\n');
    File::options().create(true).append(true).open(file)?.write_all(&line)
}

/// The notes of one build. They hold the whole environment, secrets included: only this user can read the folder, which is
/// removed when this is dropped.
pub(super) struct Recording {
    folder: TempDir,
    recorder: PathBuf,
}

impl Recording {
    /// Of an executable that answers cargo ([`answer`]).
    pub(super) fn new(recorder: &Path) -> Result<Recording> {
        let folder = TempDir::new().context("cannot make a folder for what cargo says of the benches")?;
        Ok(Recording { folder, recorder: recorder.to_owned() })
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("invocations")
    }

    /// The command for which cargo leaves the bench to the recording, as the words before the executable.
    pub(super) fn words(&self) -> Result<[String; 3]> {
        let text = |path: &Path| {
            let text = path.to_str().map(str::to_owned);
            text.with_context(|| {
                format!("cannot pass the path {} to cargo: it is not Unicode", path.display())
            })
        };
        Ok([text(&self.recorder)?, WORD.to_owned(), text(&self.file())?])
    }

    /// How cargo starts the executables that it was asked for, by their paths, where it was `given` these variables.
    pub(super) fn invocations(
        &self,
        given: &BTreeMap<OsString, OsString>,
    ) -> Result<BTreeMap<PathBuf, Invocation>> {
        let file = self.file();
        let text = if file.exists() { fs::read_to_string(&file) } else { Ok(String::new()) };
        let text = text.with_context(|| format!("cannot read {}", file.display()))?;
        let parsed = text.lines().map(|line| Ok(invocation(serde_json::from_str(line)?, given)));
        parsed.collect::<Result<_>>().context("cannot read how cargo starts the benches")
    }
}

/// What is noted, with what cargo has changed of the variables that it was given.
fn invocation(note: Note, given: &BTreeMap<OsString, OsString>) -> (PathBuf, Invocation) {
    let Note { executable, arguments, directory, environment } = note;
    let environment: BTreeMap<OsString, OsString> = environment.into_iter().collect();
    let removed = given.keys().filter(|name| !environment.contains_key(*name));
    let removed: Vec<_> = removed.map(|name| (name.clone(), None)).collect();
    let changed = environment.into_iter().filter(|(name, value)| given.get(name) != Some(value));
    let variables = changed.map(|(name, value)| (name, Some(value))).chain(removed).collect();
    let directory = directory.into();
    (executable.into(), Invocation { runner: Vec::new(), arguments, directory, variables })
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn a_process_that_is_no_recording_goes_on() {
        for words in [&[][..], &["tensorprof", "save", "record-invocation"]] {
            assert!(answer(words.iter().map(OsString::from)).is_none());
        }
        assert!(
            answer([WORD].iter().map(OsString::from)).is_some_and(|noted| noted.is_err()),
            "without a file"
        );
    }

    #[test]
    fn what_is_noted_is_read() {
        let recording = Recording::new(Path::new("/tool")).expect("makes a folder");
        let [tool, word, file] = recording.words().expect("are Unicode");
        assert_eq!((tool.as_str(), word.as_str()), ("/tool", WORD));
        for bench in ["/a", "/b"] {
            let words = [word.as_str(), &file, bench, "--bench", "it's"].map(OsString::from);
            answer(words.into_iter()).expect("is asked").expect("notes");
        }
        let given = std::env::vars_os().collect();
        let noted = recording.invocations(&given).expect("is read");
        assert_eq!(noted.keys().collect::<Vec<_>>(), [Path::new("/a"), Path::new("/b")]);
        let expected = Invocation {
            arguments: vec!["--bench".into(), "it's".into()],
            ..Invocation::plain(std::env::current_dir().expect("is known"))
        };
        assert_eq!(noted[Path::new("/b")], expected);
    }

    #[test]
    fn what_cargo_was_given_is_told_from_what_it_sets() {
        let text = |pairs: &[(&str, &str)]| -> Vec<(OsString, OsString)> {
            pairs.iter().map(|(name, value)| (name.into(), value.into())).collect()
        };
        let given = text(&[("KEPT", "1"), ("CHANGED", "1"), ("REMOVED", "1")]).into_iter().collect();
        let note = Note {
            executable: "/bench".into(),
            arguments: vec![],
            directory: "/".into(),
            environment: text(&[("KEPT", "1"), ("CHANGED", "2"), ("SET", "3")]),
        };
        let (_, invocation) = invocation(note, &given);
        let value = |name: &str| invocation.variables.get(OsStr::new(name)).cloned();
        assert_eq!(value("KEPT"), None);
        assert_eq!(value("REMOVED"), Some(None));
        assert_eq!([value("CHANGED"), value("SET")], [Some(Some("2".into())), Some(Some("3".into()))]);
    }
}
