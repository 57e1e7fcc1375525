//! A part of a suite's benchmarks, where jobs share them.

use std::fmt;
use std::str::FromStr;

/// The most parts that a suite can be split into.
const MOST_PARTS: u32 = 10_000;

/// One of several parts of all benchmarks that a command would measure otherwise. Each benchmark is in one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partition {
    /// Which part, from 1 on.
    pub part: u32,
    /// How many there are.
    pub of: u32,
    /// How many benchmarks all parts have together; not known before benches have listed them.
    pub benchmarks: Option<u32>,
}

impl Partition {
    /// Whether two are the same part, of however many benchmarks.
    pub fn is_same_part(&self, other: &Partition) -> bool {
        (self.part, self.of) == (other.part, other.of)
    }

    /// This part of all benchmarks in order: every `of`-th. Neighbours, which take about as long as each other, are in
    /// different parts.
    pub fn of_sorted<T>(self, all: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
        // At least one step, and no more than fit.
        let (first, step) = (self.part.saturating_sub(1) as usize, self.of.max(1) as usize);
        all.into_iter().skip(first).step_by(step)
    }

    /// Whether there can be such a part.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check(&self) -> Result<(), String> {
        if (1..=MOST_PARTS).contains(&self.of) && (1..=self.of).contains(&self.part) {
            return Ok(());
        }
        Err(format!("there is no part {self}: parts are 1/N to N/N, and N is at most {MOST_PARTS}"))
    }
}

/// Such as `2/3`.
impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers =
            text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
        let (part, of) = numbers.ok_or("not a part such as `2/3`, the second of three")?;
        let partition = Partition { part, of, benchmarks: None };
        partition.check().map(|()| partition)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_part_is_written_with_the_number_of_parts() {
        for (text, is_part) in
            [("1/1", true), ("3/3", true), ("0/3", false), ("4/3", false), ("1/0", false), ("2", false)]
        {
            assert_eq!(text.parse::<Partition>().is_ok(), is_part, "{text}");
        }
        assert_eq!("2/3".parse::<Partition>().map(|partition| partition.to_string()).as_deref(), Ok("2/3"));
    }

    proptest! {
        #[test]
        fn every_benchmark_is_in_one_part_and_parts_are_of_like_size(all in 0..200usize, of in 1..30u32) {
            let part = |part| Partition { part, of, benchmarks: None }.of_sorted(0..all).collect::<Vec<_>>();
            let parts: Vec<Vec<usize>> = (1..=of).map(part).collect();
            let mut together: Vec<usize> = parts.concat();
            together.sort_unstable();
            prop_assert_eq!(together, (0..all).collect::<Vec<_>>());
            let sizes: Vec<usize> = parts.iter().map(Vec::len).collect();
            prop_assert!(sizes.iter().max() <= sizes.iter().min().map(|least| least + 1).as_ref());
        }
    }
}
