//! Reading a large baseline benchmark by benchmark: the tree of a whole file takes ten times the memory of what it says.

use serde::de::DeserializeOwned;

use super::wire::{BaselineFile, BenchmarkPiece};

/// Begins a benchmark, on a line of its own.
const BENCHMARK: &str = "[[benchmark]]";
/// What tables within a benchmark begin with.
const WITHIN: [&str; 2] = ["[benchmark.", "[[benchmark."];

/// The tables of a baseline. `None` where the text does not come apart at its benchmarks, as when it is faulty: reading
/// it whole tells.
pub(super) fn read(text: &str) -> Option<BaselineFile> {
    let mut starts = starts(text);
    let first = starts.next()?;
    let mut rest = text[..first].to_owned();
    let mut benchmarks = Vec::new();
    let mut start = first;
    for end in starts.chain([text.len()]) {
        let (benchmark, others) = apart(&text[start..end]);
        rest.push_str(others);
        benchmarks.push(parse::<BenchmarkPiece>(benchmark)?.into_only()?);
        start = end;
    }
    Some(parse::<BaselineFile>(&rest)?.with_benchmarks(benchmarks))
}

fn parse<T: DeserializeOwned>(text: &str) -> Option<T> {
    toml::from_str(text).ok()
}

/// Where benchmarks begin.
fn starts(text: &str) -> impl Iterator<Item = usize> {
    lines(text).filter(|(_, line)| line.trim_end() == BENCHMARK).map(|(start, _)| start)
}

/// A benchmark, and the tables after it that are none of its.
fn apart(piece: &str) -> (&str, &str) {
    let foreign = |(_, line): &(usize, &str)| {
        line.starts_with('[')
            && line.trim_end() != BENCHMARK
            && !WITHIN.iter().any(|table| line.starts_with(table))
    };
    let end = lines(piece).find(foreign).map_or(piece.len(), |(start, _)| start);
    piece.split_at(end)
}

/// Every line with where it starts.
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
        assert_eq!(apart(&TEXT[starts[0]..starts[1]]).1, "");
        assert_eq!(
            apart(&TEXT[starts[1]..]),
            ("[[benchmark]]\r\ngroup = 'b'\n", "[[extra]]\nx = 1\n[end]\n")
        );
    }

    #[test]
    fn what_does_not_come_apart_is_read_whole() {
        assert!(read("format = 1\n").is_none(), "no benchmark");
        let in_a_text = "[[benchmark]]\nfailure = '''\n[[benchmark]]\n'''\n[end]\nbenchmarks = 1\n";
        assert!(read(in_a_text).is_none());
    }
}
