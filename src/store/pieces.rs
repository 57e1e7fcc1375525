//! Reads a baseline round by round: parsing a large file as a whole takes thirty times the memory of its text.

use std::borrow::Cow;
use std::ops::Range;

use serde::de::DeserializeOwned;

use super::error::FileFault;
use super::limits;
use super::sections::{Section, Table, sections};
use super::wire::{BaselineFile, BenchmarkPiece, BenchmarkTable, RoundPiece};

/// The tables of a baseline: exactly those of the text as a whole, or nothing.
///
/// # Errors
/// The text can only be read as a whole, if at all; or it has more benchmarks or rounds than any baseline.
pub(super) fn read(text: &str) -> Result<BaselineFile, Unread> {
    let mut reader = Reader { text, rest: Vec::new(), benchmarks: Vec::new(), open: None };
    for section in sections(text) {
        reader.add(section)?;
    }
    reader.finish()
}

/// Why a text cannot be read in pieces.
#[derive(Debug)]
pub(super) enum Unread {
    /// A piece is no part of a baseline. Only the text as a whole tells whether it is one, and what is wrong with it;
    /// what is said here holds for a text that is too large for that.
    Piece(FileFault),
    /// It is no baseline either way.
    Limit(FileFault),
}

/// A text of which everything before some section has been read.
struct Reader<'a> {
    text: &'a str,
    /// The parts that belong to no benchmark.
    rest: Vec<Range<usize>>,
    benchmarks: Vec<BenchmarkTable>,
    /// The last benchmark.
    open: Option<Benchmark>,
}

/// A benchmark that is being read.
struct Benchmark {
    /// Its tables without its rounds.
    tables: Vec<Range<usize>>,
    rounds: Vec<RoundPiece>,
    /// The last round, not parsed yet.
    round: Vec<Range<usize>>,
}

impl Reader<'_> {
    fn add(&mut self, Section { table, range }: Section) -> Result<(), Unread> {
        match (table, &mut self.open) {
            (Table::Benchmark, _) => {
                self.close()?;
                self.open = Some(Benchmark { tables: vec![range], rounds: Vec::new(), round: Vec::new() });
            }
            (Table::OfBenchmark, Some(benchmark)) => benchmark.tables.push(range),
            (Table::Round, Some(benchmark)) => {
                benchmark.end_round(self.text)?;
                benchmark.round.push(range);
            }
            (Table::OfRound, Some(benchmark)) => benchmark.round.push(range),
            // A table below a benchmark or a round that does not exist is an error of the rest.
            _ => self.rest.push(range),
        }
        Ok(())
    }

    /// Parses what is left of the last benchmark.
    fn close(&mut self) -> Result<(), Unread> {
        let Some(mut benchmark) = self.open.take() else { return Ok(()) };
        benchmark.end_round(self.text)?;
        let tables: BenchmarkPiece = parse(self.text, &benchmark.tables)?;
        self.benchmarks.push(tables.with_rounds(benchmark.rounds).ok_or_else(other_form)?);
        check(self.benchmarks.len(), limits::BENCHMARKS, "benchmarks")
    }

    fn finish(mut self) -> Result<BaselineFile, Unread> {
        self.close()?;
        let rest: BaselineFile = parse(self.text, &self.rest)?;
        rest.with_benchmarks(self.benchmarks).ok_or_else(other_form)
    }
}

impl Benchmark {
    fn end_round(&mut self, text: &str) -> Result<(), Unread> {
        let round = std::mem::take(&mut self.round);
        if round.is_empty() {
            return Ok(());
        }
        self.rounds.push(parse(text, &round)?);
        check(self.rounds.len(), limits::ROUNDS, "rounds in a benchmark")
    }
}

/// Parses some parts of a text as one.
fn parse<T: DeserializeOwned>(text: &str, parts: &[Range<usize>]) -> Result<T, Unread> {
    let bytes = parts.iter().map(Range::len).sum();
    if bytes > limits::PARSED_BYTES {
        let start = parts.first().map_or(0, |part| part.start);
        return Err(Unread::Piece(FileFault::too_large_at_once(text, start, bytes)));
    }
    let joined: Cow<'_, str> = match parts {
        [only] => text[only.clone()].into(),
        parts => parts.iter().map(|part| &text[part.clone()]).collect(),
    };
    toml::from_str(&joined).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        Unread::Piece(FileFault::syntax(text, offset_in_text(parts, offset), error.message()))
    })
}

/// The offset in the text of an offset in its joined parts.
fn offset_in_text(parts: &[Range<usize>], mut offset: usize) -> usize {
    for part in parts {
        if offset < part.len() {
            return part.start + offset;
        }
        offset -= part.len();
    }
    parts.last().map_or(0, |part| part.end)
}

/// Benchmarks or rounds are not tables of their own.
fn other_form() -> Unread {
    let limit = limits::PARSED_BYTES;
    let reason = format!(
        "it is not in the form that `save` writes, in which alone it can have more than {limit} bytes"
    );
    Unread::Piece(FileFault::Limit { reason })
}

fn check(found: usize, limit: usize, what: &str) -> Result<(), Unread> {
    limits::check(found, limit, what).map_err(|reason| Unread::Limit(FileFault::Limit { reason }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_in_parts_is_one_in_the_text() {
        let parts = [2..4, 7..9];
        assert_eq!([0, 1, 2, 3, 4].map(|offset| offset_in_text(&parts, offset)), [2, 3, 7, 8, 9]);
    }
}
