//! The table of layouts: how far each operation moves.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use tensorprof::compare::Verdict;
use tensorprof::stats::median;

use super::Alignment;
use crate::analysis::Observation;
use crate::column::Column;
use crate::folder::Finished;
use crate::judged::judge;
use crate::tables::{table_head, table_row};
use crate::tally::Tally;

/// Writes the table of what was measured with each alignment.
pub(super) fn render(text: &mut String, measured: &[(Alignment, Vec<Finished>)]) -> fmt::Result {
    writeln!(text, "\n## Layout of code\n")?;
    let observed: Vec<Vec<Observation>> = measured.iter().map(|(_, units)| observations(units)).collect();
    let titles =
        measured.iter().map(|(alignment, units)| format!("{}, {} orders", alignment.title(), units.len()));
    table_head(text, "change of time by another order of functions", &titles.collect::<Vec<_>>())?;
    let rows: Vec<BTreeMap<String, Vec<f64>>> = observed.iter().map(|observed| by_row(observed)).collect();
    for id in rows.iter().flat_map(BTreeMap::keys).collect::<BTreeSet<_>>() {
        let cells: Vec<String> =
            rows.iter().map(|rows| rows.get(id).map_or_else(|| "-".to_owned(), |row| range(row))).collect();
        table_row(text, id, &cells)?;
    }
    let of_all =
        |summary: fn(&[Observation]) -> String| observed.iter().map(|row| summary(row)).collect::<Vec<_>>();
    table_row(text, "median of all, either way", &of_all(middle))?;
    table_row(text, "largest, either way", &of_all(largest))?;
    table_row(text, "judged changed", &of_all(|row| changed(row).to_string()))
}

fn observations(units: &[Finished]) -> Vec<Observation> {
    judge(Column::HeadToHeadQuiet, units).into_iter().map(|judged| judged.observation).collect()
}

/// The changes of each row.
fn by_row(observed: &[Observation]) -> BTreeMap<String, Vec<f64>> {
    let mut rows: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for row in observed {
        rows.entry(row.id.to_string()).or_default().push(row.change.exp_m1());
    }
    rows
}

fn range(changes: &[f64]) -> String {
    let [low, high] = changes.iter().fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], change| {
        [low.min(*change), high.max(*change)]
    });
    format!("{} to {}", signed(low), signed(high))
}

fn signed(change: f64) -> String {
    format!("{:+.1} %", 100.0 * change)
}

fn sizes(observed: &[Observation]) -> Vec<f64> {
    observed.iter().map(|row| row.change.abs().exp_m1()).collect()
}

fn middle(observed: &[Observation]) -> String {
    median(&mut sizes(observed)).map_or_else(|| "-".to_owned(), |size| format!("{:.1} %", 100.0 * size))
}

fn largest(observed: &[Observation]) -> String {
    format!("{:.1} %", 100.0 * sizes(observed).into_iter().fold(0.0, f64::max))
}

fn changed(observed: &[Observation]) -> Tally {
    Tally::count(observed.iter().map(|row| matches!(row.verdict, Verdict::Regressed | Verdict::Improved)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judged::tests::run;
    use crate::plan::Kind;

    #[test]
    fn a_row_shows_how_far_it_moves_to_either_side() {
        let slow = [run(Kind::Plain, 1, 1.1), run(Kind::Plain, 2, 0.95)].to_vec();
        let same = [run(Kind::Plain, 1, 1.0)].to_vec();
        let mut text = String::new();
        render(&mut text, &[(Alignment::Default, slow), (Alignment::Aligned, same)]).unwrap();
        let row = text.lines().find(|line| line.starts_with("| MatMul/00000 |")).unwrap();
        assert!(row.starts_with("| MatMul/00000 | -5.0 % to +10.0 % | "), "{text}");
        assert!(text.contains("| judged changed | 100.0 % [51.0, 100.0] | 0.0 % [0.0, 65.8] |"), "{text}");
        assert!(text.contains("| largest, either way | 10.0 % | 0."), "{text}");
    }
}
