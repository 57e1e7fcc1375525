//! What a reading of the contention probe says of the sample beside it: how much longer samples take whose reading lies so
//! far above the uncontended level, compared with the other samples of their round.

use std::fmt::{self, Write as _};

use tensorprof::estimate::uncontended_level;
use tensorprof::model::{Baseline, Round};
use tensorprof::stats::{median, quantile};

use crate::aims::ColumnRows;
use crate::tables::{percent, table_head, table_row};

/// Readings up to this far above the level are those of a core to itself, a share.
const ALONE: f64 = 0.06;

/// Least samples of a core to itself with which the others of a round are compared.
const FEWEST: usize = 2;

/// Ends of the classes of readings, shares above the level. The last class has none.
const ENDS: [f64; 6] = [ALONE, 0.15, 0.2, 0.3, 0.5, 0.7];

/// A table for each column whose benches have a reading for each sample.
///
/// # Errors
/// None of its own: those of formatting.
pub fn render(columns: &[ColumnRows]) -> Result<String, fmt::Error> {
    let mut text = String::new();
    for column in columns {
        let baselines = column.units.iter().flat_map(|unit| &unit.baselines);
        let found: Vec<(f64, f64)> = baselines.flat_map(changes).collect();
        if found.is_empty() {
            continue;
        }
        writeln!(text, "\n## Readings of the contention probe, {}\n", column.column.title())?;
        let columns = ["samples", "median change", "90th percentile"].map(str::to_owned);
        table_head(&mut text, "reading above the level", &columns)?;
        for class in 0..=ENDS.len() {
            let mut of_class: Vec<f64> = found
                .iter()
                .filter(|(above, _)| class_of(*above) == class)
                .map(|(_, change)| *change)
                .collect();
            let share = of_class.len() as f64 / found.len() as f64;
            let tail = quantile(&mut of_class, 0.9).map(f64::exp_m1);
            let middle = median(&mut of_class).map(f64::exp_m1);
            table_row(&mut text, &title(class), &[percent(Some(share)), percent(middle), percent(tail)])?;
        }
    }
    Ok(text)
}

fn class_of(above: f64) -> usize {
    ENDS.iter().filter(|end| above >= **end).count()
}

fn title(class: usize) -> String {
    let shown = |end: f64| format!("{:.0} %", 100.0 * end);
    match (class.checked_sub(1).map(|before| ENDS[before]), ENDS.get(class)) {
        (None, Some(end)) => format!("up to {}", shown(*end)),
        (Some(start), Some(end)) => format!("{} to {}", shown(start), shown(*end)),
        (Some(start), None) => format!("{} and more", shown(start)),
        (None, None) => String::new(),
    }
}

/// Of each sample how far its reading lies above the level, and ln of its time in units of the undisturbed median of its
/// round.
fn changes(baseline: &Baseline) -> Vec<(f64, f64)> {
    let Some(level) = uncontended_level(&baseline.benchmarks) else { return Vec::new() };
    let rounds = baseline.benchmarks.iter().flat_map(|benchmark| &benchmark.rounds);
    rounds
        .filter(|round| round.cpu.len() == round.samples.len())
        .flat_map(|round| of_round(round, level))
        .collect()
}

fn of_round(round: &Round, level: f64) -> Vec<(f64, f64)> {
    let readings =
        round.contention.iter().zip(&round.probes).map(|(reading, clock)| reading / clock / level - 1.0);
    let samples: Vec<(f64, f64)> = readings.zip(round.samples.iter().map(|sample| sample.ln())).collect();
    let mut alone: Vec<f64> =
        samples.iter().filter(|(above, _)| *above < ALONE).map(|(_, time)| *time).collect();
    if alone.len() < FEWEST {
        return Vec::new();
    }
    let usual = median(&mut alone).unwrap_or_default();
    samples.into_iter().map(|(above, time)| (above, time - usual)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_held_against_the_undisturbed_ones_of_their_round() {
        let round = Round {
            samples: vec![100.0, 100.0, 120.0, 100.0],
            probes: vec![80.0; 4],
            contention: vec![40.0, 40.4, 64.0, 47.6],
            ..Round::default()
        };
        let found = of_round(&round, 0.5);
        let classes: Vec<usize> = found.iter().map(|(above, _)| class_of(*above)).collect();
        assert_eq!(classes, [0, 0, 5, 2]);
        let changes: Vec<f64> = found.iter().map(|(_, change)| change.exp_m1()).collect();
        assert!(changes[0].abs() < 1e-9 && changes[3].abs() < 1e-9 && (changes[2] - 0.2).abs() < 1e-9);
        let disturbed = Round { contention: vec![64.0; 4], ..round };
        assert_eq!(of_round(&disturbed, 0.5), []);
    }

    #[test]
    fn classes_have_titles_that_follow_each_other() {
        let titles: Vec<String> = (0..=ENDS.len()).map(title).collect();
        assert_eq!(titles.first().map(String::as_str), Some("up to 6 %"));
        assert_eq!(titles[2..4], ["15 % to 20 %", "20 % to 30 %"]);
        assert_eq!(titles.last().map(String::as_str), Some("70 % and more"));
    }
}
