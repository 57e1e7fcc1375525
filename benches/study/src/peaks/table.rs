//! The tables of the measurements of peaks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};
use std::path::Path;

use anyhow::Result;
use clap::ValueEnum as _;
use tensorprof::model::things;
use tensorprof::peaks::found;
use tensorprof::stats::median;

use super::folder::{Measured, PeaksFolder, measured};
use super::statistics::{AllRounds, Statistic, middle_and_deviation};
use super::{Circumstances, PeakOf, rates};
use crate::tables::{number, percent, table_head, table_row};

/// How near to their median measurements are to lie, a share: alone, and beside other work.
const AIMS: (f64, f64) = (0.03, 0.06);

/// How long one may take, seconds.
const SECONDS: f64 = 10.0;

/// All measurements under the same circumstances.
struct Column {
    under: Circumstances,
    measured: Vec<Measured>,
    /// Of each peak, what each of the measurements found.
    rates: BTreeMap<PeakOf, Vec<f64>>,
    /// How many were missing in all of them.
    missing: usize,
}

impl Column {
    fn new(under: Circumstances, measured: Vec<Measured>) -> Column {
        let mut column = Column { under, measured, rates: BTreeMap::new(), missing: 0 };
        for one in &column.measured {
            let found = found(&one.baseline, under.threads);
            column.missing += found.missing;
            for (of, rate) in rates(&found.peaks) {
                column.rates.entry(of).or_default().push(rate);
            }
        }
        column
    }

    /// The median of a peak, and the farthest from it.
    fn repeats(&self, of: &PeakOf) -> Option<(f64, f64)> {
        middle_and_deviation(self.rates.get(of)?)
    }

    /// The median of what the independent program says of a peak.
    fn independent(&self, of: &PeakOf) -> Option<f64> {
        let name = of.name();
        median(
            &mut self
                .measured
                .iter()
                .filter_map(|one| one.independent.get(&name).copied())
                .collect::<Vec<_>>(),
        )
    }

    fn aim(&self) -> f64 {
        if self.under.load.is_none() { AIMS.0 } else { AIMS.1 }
    }

    fn title(&self) -> String {
        let load = self.under.load.and_then(|work| Some(work.to_possible_value()?.get_name().to_owned()));
        load.map_or_else(|| "quiet".to_owned(), |load| format!("beside {load}"))
    }
}

/// The tables of every number of threads; empty without measurements.
///
/// # Errors
/// A file cannot be read.
pub fn render(study: &Path) -> Result<String> {
    let mut columns: BTreeMap<u32, Vec<Column>> = BTreeMap::new();
    for under in measured(study)? {
        let measured = PeaksFolder::new(study, under).load_all()?;
        columns.entry(under.threads).or_default().push(Column::new(under, measured));
    }
    let mut text = String::new();
    for (threads, columns) in columns {
        writeln!(text, "## Peaks on {}\n", things(threads as usize, "thread"))?;
        peaks(&mut text, &columns)?;
        measurements(&mut text, &columns)?;
        statistics(&mut text, &columns)?;
    }
    Ok(text)
}

/// Each peak with its deviation, and beside it the independent program.
fn peaks(text: &mut String, columns: &[Column]) -> fmt::Result {
    let all: BTreeSet<&PeakOf> = columns.iter().flat_map(|column| column.rates.keys()).collect();
    let independent = columns.iter().find(|column| all.iter().any(|of| column.independent(of).is_some()));
    let of_column = |column: &Column| [column.title(), "farthest".to_owned()];
    let mut headings: Vec<String> = columns.iter().flat_map(of_column).collect();
    if independent.is_some() {
        headings.extend(["likwid-bench", "peak / likwid-bench"].map(str::to_owned));
    }
    table_head(text, "peak", &headings)?;
    for of in all {
        let of_column = |column: &Column| {
            let repeats = column.repeats(of);
            [rate(repeats.map(|(rate, _)| rate)), percent(repeats.map(|(_, deviation)| deviation))]
        };
        let mut cells: Vec<String> = columns.iter().flat_map(of_column).collect();
        if let Some(column) = independent {
            let (ours, theirs) = (column.repeats(of).map(|(rate, _)| rate), column.independent(of));
            cells.push(rate(theirs));
            cells.push(number(ours.zip(theirs).map(|(ours, theirs)| ours / theirs)));
        }
        table_row(text, &of.title(), &cells)?;
    }
    writeln!(text, "\nMedians of the measurements, and how far the farthest of them lies from it.\n")
}

fn rate(value: Option<f64>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"))
}

/// How long they took, and whether the aims are reached.
fn measurements(text: &mut String, columns: &[Column]) -> fmt::Result {
    let headings = columns.iter().map(Column::title).collect::<Vec<_>>();
    table_head(text, "", &headings)?;
    let mut row = |name: &str, cell: &dyn Fn(&Column) -> String| {
        table_row(text, name, &columns.iter().map(cell).collect::<Vec<_>>())
    };
    row("measurements", &|column| column.measured.len().to_string())?;
    row("peaks that were missing in one", &|column| column.missing.to_string())?;
    row("farthest of all", &|column| {
        let all = column.rates.keys().filter_map(|of| Some(column.repeats(of)?.1));
        format!("{} (aim at most {:.0} %)", percent(all.max_by(f64::total_cmp)), 100.0 * column.aim())
    })?;
    row("median over peaks of the farthest", &|column| {
        let mut all: Vec<f64> = column.rates.keys().filter_map(|of| Some(column.repeats(of)?.1)).collect();
        percent(median(&mut all))
    })?;
    row("seconds, the longest", &|column| {
        let longest = column.measured.iter().map(|one| one.record.seconds).max_by(f64::total_cmp);
        format!("{} (aim at most {SECONDS:.0})", rate(longest))
    })?;
    row("load average, median", &|column| {
        let loads = column.measured.iter().filter_map(|one| one.record.machine.load_average);
        number(median(&mut loads.collect::<Vec<_>>()))
    })?;
    writeln!(text)
}

/// What other statistics of the same rounds would give.
fn statistics(text: &mut String, columns: &[Column]) -> fmt::Result {
    let of_column = |column: &Column| {
        let title = column.title();
        [
            format!("farthest, {title}, median over peaks"),
            "the worst peak".to_owned(),
            "above the first".to_owned(),
        ]
    };
    table_head(text, "statistic", &columns.iter().flat_map(of_column).collect::<Vec<_>>())?;
    let rounds = |column: &Column| AllRounds::of(column.measured.iter().map(|one| &one.baseline));
    let rounds: Vec<AllRounds> = columns.iter().map(rounds).collect();
    for statistic in Statistic::ALL {
        let of_column = |all: &AllRounds| {
            let each = all.repeats(statistic);
            let mut deviations: Vec<f64> = each.iter().map(|one| one.deviation).collect();
            let worst = deviations.iter().copied().max_by(f64::total_cmp);
            let above = median(&mut each.iter().map(|one| one.above).collect::<Vec<_>>());
            [percent(median(&mut deviations)), percent(worst), percent(above)]
        };
        table_row(text, statistic.title(), &rounds.iter().flat_map(of_column).collect::<Vec<_>>())?;
    }
    writeln!(text)
}

#[cfg(test)]
mod tests {
    use tensorprof::Work;
    use tensorprof::model::{Baseline, Benchmark};

    use super::super::folder::Record;
    use super::*;
    use crate::load;
    use crate::machine_state::Busyness;
    use crate::synthetic::baseline;

    /// Peaks of f32 with AVX2 whose rounds take so long.
    fn measured(time: f64) -> Baseline {
        let mut measured = baseline("peaks", 1, 1.0, 1);
        let mut row = Benchmark { work: Some(Work::none().flops(1000)), ..measured.benchmarks.remove(0) };
        for round in &mut row.rounds {
            round.samples.fill(time);
        }
        let id = &mut row.id.criterion;
        id.group = "arithmetic".to_owned();
        (id.function, id.parameter) = (Some("f32".to_owned()), Some("avx2".to_owned()));
        measured.benchmarks = vec![row];
        measured
    }

    #[test]
    fn tables_show_how_peaks_repeat_beside_the_independent_program() {
        let study = tempfile::tempdir().unwrap();
        assert_eq!(render(study.path()).unwrap(), "");
        for (load, times) in [(None, [10.0, 10.1, 9.9]), (Some(load::Work::Loops), [10.0, 12.0, 10.0])] {
            let folder = PeaksFolder::new(study.path(), Circumstances { threads: 1, load });
            for (number, time) in (1..).zip(times) {
                let record = Record { seconds: 4.0 + time / 10.0, machine: Busyness::default() };
                folder.keep(number, &record, &measured(time)).unwrap();
            }
        }
        let quiet = PeaksFolder::new(study.path(), Circumstances { threads: 1, load: None });
        quiet.keep_independent(1, &[("f32/avx2".to_owned(), 80.0)].into()).unwrap();
        let text = render(study.path()).unwrap();
        for line in [
            "## Peaks on 1 thread",
            "| f32, avx2, GFLOP/s | 100.0 | 1.01 % | 100.0 | 16.67 % | 80.0 | 1.25 |",
            "| farthest of all | 1.01 % (aim at most 3 %) | 16.67 % (aim at most 6 %) |",
            "| seconds, the longest | 5.0 (aim at most 10) | 5.2 (aim at most 10) |",
            "| fastest round | 1.00 % | 1.00 % | ",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
    }
}
