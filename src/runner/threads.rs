//! How many threads the benches use: the environment variables that say so.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::thread;

use super::affinity;

/// Variables that set a number of threads but do not end in `_NUM_THREADS`, the ending that rayon, OpenMP,
/// MKL, OpenBLAS, BLIS, matrixmultiply and NumExpr use.
const OTHER_THREAD_VARIABLES: [&str; 4] =
    ["OMP_THREAD_LIMIT", "RAYON_RS_NUM_CPUS", "TOKIO_WORKER_THREADS", "VECLIB_MAXIMUM_THREADS"];

pub use crate::model::AFFINITY;
use crate::model::SET_BY_COUNT;

/// Most threads that can be asked for.
pub const MOST: u32 = 65_536;

/// The variables that give every library of kernels `count` threads. A single thread is also kept on one CPU.
pub fn variables_for(count: u32) -> BTreeMap<String, String> {
    let one_cpu = (count == 1 && affinity::is_possible()).then_some(AFFINITY);
    SET_BY_COUNT.into_iter().chain(one_cpu).map(|name| (name.to_owned(), count.to_string())).collect()
}

/// The variables of a bench process among those that a baseline records.
pub fn of_process(recorded: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let variables = recorded.iter().filter(|(name, _)| name.as_str() != AFFINITY);
    variables.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// The variables that give a number of threads among those that a baseline recorded, and all others. Its file may name any
/// variable with any text, also one whose name holds `=`: that would set another variable than the one named.
pub fn numbers_among(
    recorded: &BTreeMap<String, String>,
) -> (BTreeMap<String, String>, BTreeMap<String, String>) {
    let gives_number = |name: &str, value: &str| {
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        is_name && is_thread_variable(name) && are_counts(value) || name == AFFINITY && value == "1"
    };
    recorded.clone().into_iter().partition(|(name, value)| gives_number(name, value))
}

/// A number of threads, or one for each level of nesting (`8,2`).
fn are_counts(text: &str) -> bool {
    let is_count = |count: &str| {
        count.bytes().all(|byte| byte.is_ascii_digit())
            && count.parse::<u32>().is_ok_and(|count| count <= MOST)
    };
    text.split(',').all(is_count)
}

fn is_thread_variable(name: &str) -> bool {
    name.ends_with("_NUM_THREADS") || OTHER_THREAD_VARIABLES.contains(&name)
}

/// Numbers of threads on which benches with these variables do their work: one, and where they are not
/// kept on one CPU, as many as a variable gives at most, or all usable CPUs where none gives any.
pub fn counts(recorded: &BTreeMap<String, String>) -> BTreeSet<u32> {
    let usable = thread::available_parallelism().map_or(1, usize::from);
    counts_among(recorded, u32::try_from(usable).unwrap_or(MOST))
}

fn counts_among(recorded: &BTreeMap<String, String>, usable: u32) -> BTreeSet<u32> {
    if recorded.contains_key(AFFINITY) {
        return BTreeSet::from([1]);
    }
    let given = recorded.values().filter_map(|text| threads_in(text)).max();
    BTreeSet::from([1, given.unwrap_or(usable).clamp(1, usable)])
}

/// Threads in all that a number for each level of nesting gives.
fn threads_in(text: &str) -> Option<u32> {
    text.split(',').map(|count| count.trim().parse().ok()).try_fold(1, |all: u32, count: Option<u32>| {
        Some(all.saturating_mul(count.filter(|count| *count > 0)?))
    })
}

/// The variables of an environment that set a number of threads. Text that is not Unicode is converted
/// lossily.
pub fn variables_in(environment: impl Iterator<Item = (OsString, OsString)>) -> BTreeMap<String, String> {
    environment
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
        .filter(|(name, _)| is_thread_variable(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gives_numbers_of_threads_and_nothing_else() {
        let texts = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let numbers = texts(&[("RAYON_NUM_THREADS", "4"), ("OMP_NUM_THREADS", "2,1"), (AFFINITY, "1")]);
        let others = texts(&[
            ("LD_PRELOAD=/x.so:_NUM_THREADS", "1"),
            ("LD_PRELOAD", "/x.so"),
            ("A_NUM_THREADS", ""),
            ("B_NUM_THREADS", "$(x)"),
            ("C_NUM_THREADS", "65537"),
            ("D_NUM_THREADS", "+1"),
        ]);
        let all = numbers.clone().into_iter().chain(others.clone()).collect();
        assert_eq!(numbers_among(&all), (numbers, others));
    }

    #[test]
    fn work_is_done_on_one_thread_and_on_as_many_as_are_given_and_usable() {
        let counts = |pairs: &[(&str, &str)]| {
            let recorded = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            counts_among(&recorded.collect(), 8).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(counts(&[]), [1, 8]);
        assert_eq!(counts(&[("RAYON_NUM_THREADS", "4"), ("OMP_NUM_THREADS", "2,1")]), [1, 4]);
        assert_eq!(counts(&[("OMP_NUM_THREADS", "2,3")]), [1, 6]);
        assert_eq!(counts(&[("RAYON_NUM_THREADS", "64")]), [1, 8], "no more than can run at once");
        assert_eq!(counts(&[("RAYON_NUM_THREADS", "0"), ("OMP_NUM_THREADS", "")]), [1, 8], "no numbers");
        assert_eq!(counts(&[("RAYON_NUM_THREADS", "1")]), [1]);
        assert_eq!(counts(&[("RAYON_NUM_THREADS", "4"), (AFFINITY, "1")]), [1]);
    }

    #[test]
    fn variables_that_set_threads_are_kept() {
        let environment = [
            ("RAYON_NUM_THREADS", "4"),
            ("OMP_NUM_THREADS", "2,1"),
            ("VECLIB_MAXIMUM_THREADS", ""),
            ("PATH", "/bin"),
            ("NUM_THREADS_WANTED", "8"),
        ];
        let kept = variables_in(environment.into_iter().map(|(name, value)| (name.into(), value.into())));
        let expected =
            [("OMP_NUM_THREADS", "2,1"), ("RAYON_NUM_THREADS", "4"), ("VECLIB_MAXIMUM_THREADS", "")];
        assert_eq!(kept, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    }
}
