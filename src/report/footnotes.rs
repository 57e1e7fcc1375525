//! Warnings in words, collected into numbered footnotes.

use std::collections::HashMap;

use super::change::percent;
use super::escape::clip;
use super::quantity::things;
use crate::compare::{Comparison, Fact, Row, Warning};

/// Longest reason of a failure that is shown.
const LONGEST_REASON: usize = 240;

/// Footnotes of one table: equal ones share a number.
#[derive(Debug, Default)]
pub(crate) struct Footnotes {
    texts: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Footnotes {
    /// The number of a footnote, counted from 1.
    pub(crate) fn number(&mut self, text: String) -> usize {
        if let Some(number) = self.numbers.get(&text) {
            return *number;
        }
        self.texts.push(text.clone());
        self.numbers.insert(text, self.texts.len());
        self.texts.len()
    }

    /// The numbers of several: `1,3`. Empty for none.
    pub(crate) fn numbers(&mut self, texts: impl IntoIterator<Item = String>) -> String {
        let numbers: Vec<String> = texts.into_iter().map(|text| self.number(text).to_string()).collect();
        numbers.join(",")
    }

    /// The footnotes in the order of their numbers.
    pub(crate) fn texts(&self) -> &[String] {
        &self.texts
    }
}

/// What must be known of a row's time: its warnings, what contains it, a clock that moved.
pub(crate) fn of_row(row: &Row, comparison: &Comparison, escape: fn(&str) -> String) -> Vec<String> {
    let mut notes: Vec<String> = row.notes.iter().map(|note| in_table(note, comparison, escape)).collect();
    if let Some(container) = &row.nested_in {
        notes.push(format!("Contained in {}: left out of totals and means.", escape(container)));
    }
    if clock_decides(row) {
        notes.push(
            "The change is adjusted for the clock: the times shown differ by more, and the clock probe \
             accounts for the rest."
                .to_owned(),
        );
    }
    notes
}

/// A warning as a footnote of a table, whose status column has the number of rounds ([`status`]).
fn in_table(warning: &Warning, comparison: &Comparison, escape: fn(&str) -> String) -> String {
    match warning {
        Warning::MoreRounds(_) => {
            "So many more rounds on each side would decide it, if the noise stays as it is.".to_owned()
        }
        other => text(other, comparison, escape),
    }
}

/// The verdict of a row, with the number of rounds that would decide it where it is open.
pub(crate) fn status(row: &Row) -> String {
    let rounds = row.notes.iter().find_map(|note| match note {
        Warning::MoreRounds(rounds) => Some(rounds),
        _ => None,
    });
    let words = row.verdict.words();
    rounds.map_or_else(|| words.to_owned(), |rounds| format!("{words}, +{}", things(*rounds, "round")))
}

/// The adjustment for the clock is larger than the threshold of the row.
fn clock_decides(row: &Row) -> bool {
    row.time.as_ref().is_some_and(|time| {
        time.change.is_some_and(|change| {
            change.quality.clock_slope > 0.0 && (change.quality.raw - change.point).abs() > time.threshold
        })
    })
}

/// A warning as a sentence. `escape` makes foreign text fit for where it is shown.
pub(crate) fn text(warning: &Warning, comparison: &Comparison, escape: fn(&str) -> String) -> String {
    match warning {
        Warning::Differs(fact) => {
            let (difference, name) = (differs(*fact), fact.name());
            format!("{difference}: times are not compared; `--across {name}` compares them.")
        }
        Warning::Across(fact) => {
            format!("{}: compared because of `--across {}`.", differs(*fact), fact.name())
        }
        Warning::Failed { side, reason } => {
            format!("Failed in the {side}: {}", escape(&clip(reason, LONGEST_REASON)))
        }
        Warning::MoreRounds(rounds) => format!(
            "About {} on each side would decide it, if the noise stays as it is.",
            things(*rounds, "more round"),
        ),
        Warning::MoreSessions => "More rounds would not decide it, since sessions differ by as much: \
            append a session to each side (`cargo tensorprof save NAME --append`)."
            .to_owned(),
        Warning::Suspect => "Changed by its rounds, but sessions of identical code may differ by as much: \
            confirm it by a session more on each side (`cargo tensorprof save NAME --append`)."
            .to_owned(),
        Warning::FalseDiscovery => format!(
            "Beyond the threshold by its own interval, but not at a false discovery rate of {} over all rows.",
            plain_percent(comparison.options.false_discovery_rate),
        ),
        Warning::TooFewRounds { rounds: [baseline, candidate] } => format!(
            "Too few rounds for an interval: {baseline} in the baseline, {candidate} in the candidate.",
        ),
        Warning::NoProbe => {
            "Without clock probes on both sides, the change is not adjusted for the clock.".to_owned()
        }
        Warning::Crowded => {
            "Another hardware thread shared the core during nearly all samples of a side, so only a change by more \
            than a factor of 2 is judged: measure again, or append a session (`cargo tensorprof save NAME --append`)."
                .to_owned()
        }
        Warning::Convention => {
            "FLOPs are counted by different conventions: FLOP/s are not compared.".to_owned()
        }
        Warning::AllocationVaries => "Allocation varies between iterations.".to_owned(),
        Warning::PointEstimates => {
            "Point estimates without a noise model: differences of the displayed times \
            alone decide, so noise may be reported as change."
                .to_owned()
        }
        Warning::SameBaseline => "Baseline and candidate are the same baseline.".to_owned(),
        Warning::ClockMoved(log_ratio) => clock_moved(*log_ratio),
    }
}

fn clock_moved(log_ratio: f64) -> String {
    let direction = if log_ratio > 0.0 { "slower" } else { "faster" };
    let probes = percent(log_ratio.exp_m1());
    format!("The core clock ran {direction} in the candidate (time of the clock probe {probes}).")
}

/// That a fact differs, in words.
pub(crate) fn differs(fact: Fact) -> &'static str {
    match fact {
        Fact::Machine => "The machine differs",
        Fact::Threads => "The thread variables differ",
        Fact::Profile => "The cargo profile differs",
        Fact::TargetFeatures => "Target triple or target features differ",
        Fact::Work => "The declared work differs",
        Fact::Dtype => "The element type differs",
        Fact::Model => "The model differs",
    }
}

/// A name for programs: the `code` of a note in JSON.
pub(crate) fn code(warning: &Warning) -> &'static str {
    match warning {
        Warning::Differs(_) => "differs",
        Warning::Across(_) => "across",
        Warning::Failed { .. } => "failed",
        Warning::MoreRounds(_) => "more-rounds",
        Warning::MoreSessions => "more-sessions",
        Warning::Suspect => "suspect",
        Warning::FalseDiscovery => "false-discovery",
        Warning::TooFewRounds { .. } => "too-few-rounds",
        Warning::NoProbe => "no-probe",
        Warning::Crowded => "crowded",
        Warning::Convention => "convention",
        Warning::AllocationVaries => "allocation-varies",
        Warning::PointEstimates => "point-estimates",
        Warning::SameBaseline => "same-baseline",
        Warning::ClockMoved(_) => "clock-moved",
    }
}

/// A fraction as a percentage without sign: `5 %`.
pub(crate) fn plain_percent(fraction: f64) -> String {
    let percent = format!("{:.3}", fraction * 100.0);
    format!("{} %", percent.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_footnotes_share_a_number() {
        let mut footnotes = Footnotes::default();
        assert_eq!(footnotes.numbers(["a".to_owned(), "b".to_owned()]), "1,2");
        assert_eq!(footnotes.numbers(["b".to_owned()]), "2");
        assert_eq!(footnotes.numbers([]), "");
        assert_eq!(footnotes.texts(), ["a", "b"]);
    }

    #[test]
    fn the_clock_is_said_to_run_the_way_it_ran() {
        assert_eq!(
            clock_moved(0.03),
            "The core clock ran slower in the candidate (time of the clock probe +3.0 %)."
        );
        assert!(clock_moved(-0.03).contains("ran faster"));
    }

    #[test]
    fn percentages_have_no_idle_digits() {
        assert_eq!([0.02, 0.95, 0.0125, 0.1].map(plain_percent), ["2 %", "95 %", "1.25 %", "10 %"]);
    }
}
