//! Reads a baseline benchmark by benchmark: parsing a large file as a whole takes ten times the memory of its
//! content.

use serde::de::DeserializeOwned;

use super::wire::{BaselineFile, BenchmarkChunk};

/// The line that begins a benchmark.
const BENCHMARK: &str = "[[benchmark]]";
/// How the headers of tables within a benchmark begin.
const SUBTABLES: [&str; 2] = ["[benchmark.", "[[benchmark."];

/// The tables of a baseline. `None` if the text cannot be split at its benchmarks, or a part of it cannot be
/// parsed: then parsing it as a whole gives the error, if there is one.
pub(super) fn read(text: &str) -> Option<BaselineFile> {
    let mut starts = starts(text);
    let first = starts.next()?;
    let mut rest = text[..first].to_owned();
    let mut benchmarks = Vec::new();
    let mut start = first;
    for end in starts.chain([text.len()]) {
        let (benchmark, others) = split_foreign_tables(&text[start..end]);
        rest.push_str(others);
        benchmarks.push(parse::<BenchmarkChunk>(benchmark)?.into_only()?);
        start = end;
    }
    Some(parse::<BaselineFile>(&rest)?.with_benchmarks(benchmarks))
}

fn parse<T: DeserializeOwned>(text: &str) -> Option<T> {
    toml::from_str(text).ok()
}

/// The offsets at which benchmarks begin.
fn starts(text: &str) -> impl Iterator<Item = usize> {
    lines(text).filter(|(_, line)| line.trim_end() == BENCHMARK).map(|(start, _)| start)
}

/// Splits off the tables after a benchmark that do not belong to it.
fn split_foreign_tables(chunk: &str) -> (&str, &str) {
    let foreign = |(_, line): &(usize, &str)| {
        line.starts_with('[')
            && line.trim_end() != BENCHMARK
            && !SUBTABLES.iter().any(|table| line.starts_with(table))
    };
    let end = lines(chunk).find(foreign).map_or(chunk.len(), |(start, _)| start);
    chunk.split_at(end)
}

/// Every line with its offset.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_inclusive('\n').scan(0, |next, line| {
        let start = *next;
        *next += line.len();
        Some((start, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "format = 1\n\n[[benchmark]]\ngroup = 'a'\n\n[benchmark.work]\nflops = 1\n\n[[benchmark]]\r\ngroup = 'b'\n[[extra]]\nx = 1\n[end]\n";

    #[test]
    fn tables_of_a_benchmark_stay_with_it_and_others_do_not() {
        let starts: Vec<usize> = starts(TEXT).collect();
        assert_eq!(starts.len(), 2);
        assert_eq!(split_foreign_tables(&TEXT[starts[0]..starts[1]]).1, "");
        assert_eq!(
            split_foreign_tables(&TEXT[starts[1]..]),
            ("[[benchmark]]\r\ngroup = 'b'\n", "[[extra]]\nx = 1\n[end]\n")
        );
    }

    #[test]
    fn what_cannot_be_split_is_read_whole() {
        assert!(read("format = 1\n").is_none(), "no benchmark");
        let in_a_text = "[[benchmark]]\nfailure = '''\n[[benchmark]]\n'''\n[end]\nbenchmarks = 1\n";
        assert!(read(in_a_text).is_none());
    }
}
