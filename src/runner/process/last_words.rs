//! The end of what a process printed: the lines that are shown, and the panic that ended it.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// How much of the end is read: a panic may be followed by its backtrace.
const READ_BYTES: u64 = 64 << 10;
/// How much of it is shown.
const TAIL_BYTES: usize = 4096;
const TAIL_LINES: usize = 20;

/// How the lines begin that follow the message of a panic.
const AFTER_MESSAGE: [&str; 3] = ["note: ", "stack backtrace:", "thread '"];

/// The end of a process's output.
#[derive(Debug, PartialEq)]
pub(super) struct LastWords(String);

/// A panic among the last words of a process.
#[derive(Debug, PartialEq)]
pub(super) struct Panic {
    /// `panicked at PLACE: MESSAGE`.
    pub(super) said: String,
    /// What the process printed besides.
    pub(super) besides: LastWords,
}

impl LastWords {
    pub(super) fn read(output: &mut File) -> io::Result<LastWords> {
        let length = output.seek(SeekFrom::End(0))?;
        output.seek(SeekFrom::Start(length.saturating_sub(READ_BYTES)))?;
        let mut bytes = Vec::new();
        output.read_to_end(&mut bytes)?;
        Ok(LastWords(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// The last lines.
    pub(super) fn tail(&self) -> String {
        let text = &self.0;
        let start = (text.len().saturating_sub(TAIL_BYTES)..).find(|&start| text.is_char_boundary(start));
        let lines: Vec<&str> = text[start.unwrap_or_default()..].lines().collect();
        lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n").trim_matches('\n').to_owned()
    }

    /// The last panic. Rust printed the message before the place until 1.73.
    pub(super) fn panic(&self) -> Option<Panic> {
        let text = &self.0;
        let begin = text.rfind("\nthread '").map(|end| end + 1).or_else(|| text.find("thread '"))?;
        let panic = &text[begin..];
        let (_, said) = panic.split_once("' panicked at ").or_else(|| panic.split_once(") panicked at "))?;
        let is_message = |line: &&str| AFTER_MESSAGE.iter().all(|after| !line.starts_with(after));
        let mut lines = said.split_inclusive('\n');
        let place = lines.next()?;
        let message: Vec<&str> = lines.take_while(is_message).collect();
        let length = place.len() + message.iter().map(|line| line.len()).sum::<usize>();
        let words = message.iter().map(|line| line.trim()).filter(|line| !line.is_empty());
        let said_of_it = std::iter::once(place.trim()).chain(words).collect::<Vec<_>>().join(" ");
        Some(Panic {
            said: format!("panicked at {said_of_it}").trim_end().to_owned(),
            besides: LastWords(format!("{}{}", &text[..begin], &said[length..])),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panic(output: &str) -> Option<String> {
        LastWords(output.to_owned()).panic().map(|panic| panic.said)
    }

    #[test]
    fn a_panic_is_told_by_its_place_and_its_message() {
        let plain = "thread 'main' panicked at benches/a.rs:4:59:\nno\nnote: run with `RUST_BACKTRACE=1`\n";
        assert_eq!(panic(plain).as_deref(), Some("panicked at benches/a.rs:4:59: no"));
        let numbered = "Warning: x\n\nthread 'main' (4711) panicked at a.rs:1:2:\nassertion `left == right` failed\n  \
                        left: 1\n right: 2\nstack backtrace:\n   0: std::panicking\n";
        let expected = "panicked at a.rs:1:2: assertion `left == right` failed left: 1 right: 2";
        assert_eq!(panic(numbered).as_deref(), Some(expected));
        let old = "thread 'main' panicked at 'no', a.rs:1:2\nnote: run with `RUST_BACKTRACE=1`\n";
        assert_eq!(panic(old).as_deref(), Some("panicked at 'no', a.rs:1:2"));
    }

    #[test]
    fn what_was_printed_besides_does_not_say_the_panic_again() {
        let besides = |output: &str| LastWords(output.to_owned()).panic().expect("a panic").besides.0;
        let output = "Warning: x\n\nthread 'main' panicked at a.rs:1:2:\nassertion failed\n  left: 1\n";
        assert_eq!(besides(output), "Warning: x\n\n");
        let backtrace = "stack backtrace:\n   0: std::panicking\n";
        assert_eq!(besides(&format!("{output}{backtrace}")), format!("Warning: x\n\n{backtrace}"));
        let caught = "thread 'one' panicked at a.rs:1:2:\ncaught\n";
        assert_eq!(besides(&format!("{caught}thread 'main' panicked at a.rs:3:4:\nnot\n")), caught);
    }

    #[test]
    fn the_last_of_several_panics_ended_the_process() {
        let two = "thread 'one' panicked at a.rs:1:2:\ncaught\nthread 'main' panicked at a.rs:3:4:\nnot\n";
        assert_eq!(panic(two).as_deref(), Some("panicked at a.rs:3:4: not"));
        assert_eq!(panic("error: a thread 'main' was mentioned\n"), None);
        assert_eq!(panic(""), None);
    }

    #[test]
    fn the_tail_has_so_many_lines_and_no_half_character() {
        let words = LastWords("ä".repeat(TAIL_BYTES));
        assert!(words.tail().len() <= TAIL_BYTES);
        let lines: String = (0..100).map(|line| format!("{line}\n")).collect();
        assert_eq!(LastWords(lines).tail().lines().next(), Some("80"));
    }
}
