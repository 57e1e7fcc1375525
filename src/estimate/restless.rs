//! Benchmarks whose rounds differ by so much that the user should know before the baseline is used.

use std::fmt;

use super::{spread, uncontended};
use crate::model::{Baseline, clip, first_names, things};

/// Spread between rounds from which a benchmark is named. Rounds on a machine that does nothing else differ by a few percent
/// at most.
const WORTH_SAYING: f64 = 0.1;

/// Most benchmarks that are named.
const NAMES_SHOWN: usize = 5;

/// Longest id in the message, characters.
const LONGEST_ID: usize = 60;

/// Benchmarks whose rounds differ by a tenth or more. Displays as the warning to print.
#[derive(Debug, Clone, PartialEq)]
pub struct Restless {
    /// Their ids with the spread between their rounds, the largest first.
    rows: Vec<(String, f64)>,
}

impl Restless {
    /// Those of a measurement, if there are any. The spread is that of the samples that count, as `show` has it.
    pub fn of(measured: &Baseline) -> Option<Restless> {
        let counting = uncontended(measured).side;
        let spread = |rounds| spread(rounds).filter(|spread| *spread >= WORTH_SAYING);
        let named = counting.benchmarks.iter();
        let named = named.filter_map(|row| Some((clip(&row.id.path(), LONGEST_ID), spread(&row.rounds)?)));
        let mut rows: Vec<(String, f64)> = named.collect();
        rows.sort_by(|a, b| b.1.total_cmp(&a.1));
        (!rows.is_empty()).then_some(Restless { rows })
    }
}

impl fmt::Display for Restless {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |(id, spread): &(String, f64)| format!("`{id}` by {:.0} %", 100.0 * spread);
        let names: Vec<String> = self.rows.iter().map(named).collect();
        write!(
            f,
            "the rounds of {} differ much: {}; changes of about that size cannot be seen. What helps: nothing else on the \
             machine (`cargo tensorprof doctor`), `--threads 1`, a longer `--measurement-time`, or both sides in turn (`cargo \
             tensorprof ab`)",
            things(self.rows.len(), "benchmark"),
            first_names(&names, NAMES_SHOWN)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixtures::{baseline, row};

    #[test]
    fn the_most_restless_are_named_first_and_steady_ones_are_not() {
        let steady = row("steady", &[100.0, 101.0, 100.0, 102.0, 100.0]);
        let restless = row("restless", &[100.0, 130.0, 160.0, 200.0, 240.0]);
        let worse = row("worse", &[100.0, 200.0, 400.0, 800.0, 1600.0]);
        let said =
            Restless::of(&baseline("a", vec![steady.clone(), restless, worse])).expect("is said").to_string();
        assert!(said.starts_with("the rounds of 2 benchmarks differ much: `ops/worse` by "), "{said}");
        assert!(said.contains(", `ops/restless` by ") && !said.contains("steady"), "{said}");
        assert_eq!(Restless::of(&baseline("a", vec![steady])), None);
    }
}
