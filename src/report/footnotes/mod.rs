//! Warnings in words, collected into numbered footnotes.

mod sentences;

use std::collections::BTreeMap;

pub(crate) use sentences::{differs, text};

use super::quantity::things;
use crate::compare::{Comparison, Row, Warning};

/// Footnotes of one table: equal ones share a number.
#[derive(Debug, Default)]
pub(crate) struct Footnotes {
    texts: Vec<String>,
    numbers: BTreeMap<String, usize>,
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
        Warning::Contended => "contended",
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
    fn percentages_have_no_idle_digits() {
        assert_eq!([0.02, 0.95, 0.0125, 0.1].map(plain_percent), ["2 %", "95 %", "1.25 %", "10 %"]);
    }
}
