//! The sessions of identical code that one machine has measured, as a file of JSON lines: one session a line.
//!
//! A cache: what it loses is measured again. Lines that cannot be read count as none, the oldest sessions go when there
//! are too many, and whoever writes last wins nothing away from others, since writers wait for each other.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::atomic::{lock_cache, rewrite_file};
use crate::model::{CodeRound, CodeSession, NullArmSpread};

/// Version of a line. Lines of other versions are not read.
const VERSION: u32 = 1;

/// Most sessions that are kept.
const MOST_SESSIONS: usize = 100;

/// Most rounds of all sessions together, about 20 bytes each. The newest session is kept whatever it holds.
const MOST_ROUNDS: usize = 50_000;

/// Digits after the point of what is kept: times to a hundred-thousandth.
const PRECISION: f64 = 1e5;

/// The file of one machine.
#[derive(Debug, Clone)]
pub struct CodeSessions {
    path: PathBuf,
}

impl CodeSessions {
    /// The sessions of the machine of this key, in a folder that need not exist.
    pub fn new(folder: &Path, machine: &str) -> CodeSessions {
        CodeSessions { path: folder.join(format!("{machine}.jsonl")) }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All sessions that can be read, oldest first.
    pub fn load(&self) -> Vec<CodeSession> {
        let text = fs::read(&self.path).unwrap_or_default();
        let text = String::from_utf8_lossy(&text);
        text.lines().filter_map(session).collect()
    }

    /// Adds a session that holds anything.
    ///
    /// # Errors
    /// When the file or its folder cannot be written; it is then as it was.
    pub fn add(&self, added: CodeSession) -> io::Result<()> {
        if added.rows.is_empty() && added.null_arm.is_none() {
            return Ok(());
        }
        let _lock = lock_cache(&self.path)?;
        let mut sessions = self.load();
        sessions.push(added);
        let kept = &sessions[first_kept(&sessions)..];
        let lines = kept.iter().map(line).collect::<Result<String, _>>()?;
        rewrite_file(&self.path, lines.as_bytes())
    }
}

/// Index of the oldest session for which there is room.
fn first_kept(sessions: &[CodeSession]) -> usize {
    let rounds = |session: &CodeSession| session.rows.values().map(Vec::len).sum::<usize>();
    let mut room = MOST_ROUNDS;
    let mut first = sessions.len();
    for session in sessions.iter().rev().take(MOST_SESSIONS) {
        let newest = first == sessions.len();
        match room.checked_sub(rounds(session)) {
            Some(left) => room = left,
            None if newest => room = 0,
            None => break,
        }
        first -= 1;
    }
    first
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
struct Line {
    version: u32,
    started: String,
    rows: BTreeMap<String, Columns>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    null_arm: Option<NullArmLine>,
}

/// The rounds of a benchmark, each list as long as the first or empty.
#[derive(Serialize, Deserialize)]
struct Columns {
    /// ln nanoseconds per iteration.
    time: Vec<f64>,
    /// ln nanoseconds of the clock probe; empty unless every round has it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    clock: Vec<f64>,
    /// Shares of corrected samples; empty where there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    corrected: Vec<f64>,
}

#[derive(Serialize, Deserialize)]
struct NullArmLine {
    rows: u32,
    changed: u32,
    block_sd: Option<f64>,
}

fn line(session: &CodeSession) -> serde_json::Result<String> {
    let rows = session.rows.iter();
    let line = Line {
        version: VERSION,
        started: session.started.to_string(),
        rows: rows.map(|(key, rounds)| (key.clone(), columns(rounds))).collect(),
        null_arm: session.null_arm.map(|arm| {
            let NullArmSpread { rows, changed, block_sd } = arm;
            NullArmLine { rows, changed, block_sd }
        }),
    };
    Ok(serde_json::to_string(&line)? + "\n")
}

fn columns(rounds: &[CodeRound]) -> Columns {
    let clock: Option<Vec<f64>> = rounds.iter().map(|round| round.clock.map(rounded)).collect();
    let corrected: Vec<f64> = rounds.iter().map(|round| rounded(round.corrected)).collect();
    Columns {
        time: rounds.iter().map(|round| rounded(round.time)).collect(),
        clock: clock.unwrap_or_default(),
        corrected: if corrected.iter().any(|share| *share > 0.0) { corrected } else { Vec::new() },
    }
}

fn rounded(value: f64) -> f64 {
    (value * PRECISION).round() / PRECISION
}

/// `None` of a line that is damaged or of another version.
fn session(line: &str) -> Option<CodeSession> {
    let line: Line = serde_json::from_str(line).ok()?;
    let rows = line.rows.into_iter().map(|(key, columns)| Some((key, rounds(&columns)?)));
    let null_arm = line.null_arm.map(|arm| {
        let NullArmLine { rows, changed, block_sd } = arm;
        NullArmSpread { rows, changed, block_sd: block_sd.filter(|sd| *sd >= 0.0) }
    });
    let rows = rows.collect::<Option<BTreeMap<_, _>>>()?;
    let started = line.started.parse().ok()?;
    (line.version == VERSION).then_some(CodeSession { started, rows, null_arm })
}

/// Logarithms of what a time can be, and shares: anything else is damage.
fn rounds(columns: &Columns) -> Option<Vec<CodeRound>> {
    let Columns { time, clock, corrected } = columns;
    let fits = |list: &Vec<f64>| list.is_empty() || list.len() == time.len();
    let usual = time.iter().chain(clock).all(|ln| ln.abs() < 50.0);
    let shares = corrected.iter().all(|share| (0.0..=1.0).contains(share));
    let round = |(index, &time): (usize, &f64)| CodeRound {
        time,
        clock: clock.get(index).copied(),
        corrected: corrected.get(index).copied().unwrap_or_default(),
    };
    (fits(clock) && fits(corrected) && usual && shares).then(|| time.iter().enumerate().map(round).collect())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn a_session(second: i64, rounds: usize) -> CodeSession {
        let round = |index: usize| CodeRound {
            time: 9.25 + index as f64,
            clock: Some(11.5),
            corrected: 0.25 * index as f64,
        };
        CodeSession {
            started: Timestamp::from_second(second).expect("a time"),
            rows: [("c0ffee".to_owned(), (0..rounds).map(round).collect())].into(),
            null_arm: Some(NullArmSpread { rows: 3, changed: 0, block_sd: Some(0.0125) }),
        }
    }

    fn file(folder: &tempfile::TempDir) -> CodeSessions {
        CodeSessions::new(&folder.path().join("below/sessions"), "0123")
    }

    #[test]
    fn sessions_are_added_and_read_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = file(&folder);
        assert_eq!(file.load(), []);
        let mut bare = CodeSession { null_arm: None, ..a_session(2, 2) };
        bare.rows.values_mut().flatten().for_each(|round| round.clock = None);
        let nothing = CodeSession { rows: BTreeMap::new(), ..bare.clone() };
        for session in [a_session(1, 3), bare.clone(), nothing] {
            file.add(session).expect("is written");
        }
        assert_eq!(file.load(), [a_session(1, 3), bare]);
    }

    #[test]
    fn what_cannot_be_read_is_none_and_the_rest_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = file(&folder);
        file.add(a_session(1, 3)).expect("is written");
        let good = fs::read_to_string(file.path()).expect("is there");
        let lines = [
            "{".to_owned(),
            good.replace("\"version\":1", "\"version\":2"),
            good.replace("9.25", "1e9"),
            good.replace("\"time\":[9.25,", "\"time\":["),
            "\u{0}".to_owned(),
            good.clone(),
        ];
        let mut bytes = lines.join("\n").into_bytes();
        bytes.extend(b"\xff\xfe\n");
        fs::write(file.path(), bytes).expect("is written");
        assert_eq!(file.load(), [a_session(1, 3)]);
        file.add(a_session(2, 1)).expect("is written");
        assert_eq!(file.load(), [a_session(1, 3), a_session(2, 1)]);
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many() {
        let many: Vec<CodeSession> =
            (0..MOST_SESSIONS as i64 + 5).map(|second| a_session(second, 1)).collect();
        assert_eq!(first_kept(&many), 5);
        let long = [a_session(1, 10), a_session(2, MOST_ROUNDS - 1), a_session(3, 1)];
        assert_eq!(first_kept(&long), 1);
        assert_eq!(first_kept(&[a_session(1, 1), a_session(2, MOST_ROUNDS + 1)]), 1, "the newest stays");
        assert_eq!(first_kept(&[]), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_cannot_be_made_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("below"), "a file").expect("is written");
        assert!(file(&folder).add(a_session(1, 1)).is_err());
    }
}
