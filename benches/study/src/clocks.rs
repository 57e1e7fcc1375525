//! Which clock tells the time of a row: the same rows on a quiet and on a loaded machine, by each rule.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use tensorprof::estimate::{CpuClock, SampleTime};
use tensorprof::model::{Benchmark, CpuTime, Round};
use tensorprof::stats::median;

use crate::aims::ColumnRows;
use crate::column::{Column, Way};
use crate::folder::Finished;
use crate::tables::{percent, table_head, table_row};
use crate::unit::Part;

/// A rule for the time of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clock {
    /// Wall time of all samples.
    Wall,
    /// CPU time of the thread that measures.
    Thread,
    /// CPU time of all threads of the process.
    Process,
    /// Wall time of those samples whose threads never waited for a core for more than 2 % of it.
    Undisturbed,
    /// The library's choice for each sample.
    Chosen,
}

/// The share of the wall time of an undisturbed sample that its threads may wait for a core, at most.
const TOLERABLE_DELAY: f64 = 0.02;

impl Clock {
    const ALL: [Clock; 5] = [Clock::Wall, Clock::Thread, Clock::Process, Clock::Undisturbed, Clock::Chosen];

    fn title(self) -> &'static str {
        match self {
            Clock::Wall => "wall time",
            Clock::Thread => "CPU time of the thread",
            Clock::Process => "CPU time of the process",
            Clock::Undisturbed => "wall time, lost samples left out",
            Clock::Chosen => "chosen",
        }
    }

    /// The time of a sample; `None` where it is left out. `rule` is the library's for the row.
    fn time(self, cpu: &CpuTime, rule: CpuClock) -> Option<f64> {
        match self {
            Clock::Wall => Some(cpu.wall),
            Clock::Thread => Some(cpu.thread),
            Clock::Process => Some(cpu.process),
            Clock::Undisturbed => (cpu.delay <= cpu.wall * TOLERABLE_DELAY).then_some(cpu.wall),
            Clock::Chosen => match rule.judge(cpu) {
                SampleTime::Undisturbed => Some(cpu.wall),
                SampleTime::Corrected(share) => Some(cpu.wall * share),
                SampleTime::Lost => None,
            },
        }
    }
}

/// A row by name and number of threads.
type Key = (String, u32);

/// The table: the wall time of each row on the quiet machine, and how far from it each rule is on the loaded one, with the
/// share of samples that it uses. `None` where nothing of the kind was measured.
///
/// # Errors
/// None of its own: those of formatting.
pub fn render(columns: &[ColumnRows]) -> Result<String, fmt::Error> {
    let quiet = rounds(columns, Column::StoredQuiet);
    let loaded = rounds(columns, Column::StoredLoaded);
    let mut text = String::new();
    if quiet.is_empty() && loaded.is_empty() {
        return Ok(text);
    }
    writeln!(text, "## Which clock tells the time of a row\n")?;
    let mut headings = vec!["wall time, quiet".to_owned(), "chosen, quiet".to_owned()];
    headings.extend(Clock::ALL.map(|clock| format!("{}, loaded", clock.title())));
    table_head(&mut text, "row", &headings)?;
    let keys: BTreeSet<&Key> = quiet.keys().chain(loaded.keys()).collect();
    for key in keys {
        let [quiet, loaded] = [&quiet, &loaded].map(|rounds| rounds.get(key).map_or(&[][..], Vec::as_slice));
        // What threads do is seen in the samples of both, as in a comparison.
        let rule = CpuClock::of(quiet.iter().chain(loaded), key.1 == 1);
        let reference = located(quiet, Clock::Wall, rule).time;
        let mut cells = vec![
            reference.map_or_else(|| "-".to_owned(), microseconds),
            located(quiet, Clock::Chosen, rule).cell(reference),
        ];
        cells.extend(Clock::ALL.map(|clock| located(loaded, clock, rule).cell(reference)));
        let threads = if key.1 == 1 { "one thread, pinned".to_owned() } else { format!("{} threads", key.1) };
        table_row(&mut text, &format!("{}, {threads}", key.0), &cells)?;
    }
    writeln!(text, "\nIn parentheses the share of samples that the rule uses.\n")?;
    Ok(text)
}

fn rounds(columns: &[ColumnRows], column: Column) -> BTreeMap<Key, Vec<Round>> {
    let mut rounds: BTreeMap<Key, Vec<Round>> = BTreeMap::new();
    let of_column = columns.iter().filter(|other| other.column == column && column.way() == Way::Stored);
    let is_clock = |unit: &&Finished| unit.unit.subject.part == Part::Clock;
    for unit in of_column.flat_map(|column| &column.units).filter(is_clock) {
        for benchmark in unit.baselines.iter().flat_map(|side| &side.benchmarks) {
            let name = name(benchmark);
            rounds
                .entry((name, unit.unit.subject.threads))
                .or_default()
                .extend(benchmark.rounds.iter().cloned());
        }
    }
    rounds
}

fn name(benchmark: &Benchmark) -> String {
    let criterion = &benchmark.id.criterion;
    criterion
        .function
        .clone()
        .or_else(|| criterion.parameter.clone())
        .unwrap_or_else(|| criterion.group.clone())
}

/// The median time of the samples that a rule uses, and their share.
struct Located {
    time: Option<f64>,
    used: f64,
}

impl Located {
    /// Against the wall time of the quiet machine, or as it is where that is not known.
    fn cell(&self, reference: Option<f64>) -> String {
        let Some(time) = self.time else { return "-".to_owned() };
        let shown = match reference.map(|reference| time / reference - 1.0) {
            Some(change) if change >= 0.0 => format!("+{}", percent(Some(change))),
            Some(change) => percent(Some(change)),
            None => microseconds(time),
        };
        format!("{shown} ({:.0} %)", 100.0 * self.used)
    }
}

fn microseconds(nanoseconds: f64) -> String {
    format!("{:.1} us", nanoseconds / 1e3)
}

fn located(rounds: &[Round], clock: Clock, rule: CpuClock) -> Located {
    let rule = rule.with_usual_delay(rounds);
    let samples: Vec<&CpuTime> = rounds.iter().flat_map(|round| &round.cpu).collect();
    let mut times: Vec<f64> = samples.iter().filter_map(|cpu| clock.time(cpu, rule)).collect();
    Located { used: times.len() as f64 / samples.len().max(1) as f64, time: median(&mut times) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: CpuTime = CpuTime {
        wall: 100.0,
        outside: 0.0,
        thread: 100.0,
        process: 100.0,
        delay: 0.0,
        waits: 0,
        preemptions: 0,
    };

    fn round(cpu: CpuTime) -> Round {
        Round { cpu: vec![cpu; 20], ..Round::default() }
    }

    #[test]
    fn each_rule_has_its_own_time_of_a_sample() {
        let preempted = CpuTime { wall: 190.0, delay: 90.0, preemptions: 3, ..QUIET };
        let time = |clock: Clock| clock.time(&preempted, CpuClock::WALL);
        assert_eq!(Clock::ALL.map(time), [Some(190.0), Some(100.0), Some(100.0), None, Some(100.0)]);
        let asleep = CpuTime { thread: 40.0, process: 40.0, waits: 2, ..QUIET };
        let time = |clock: Clock| clock.time(&asleep, CpuClock::WALL);
        assert_eq!(Clock::ALL.map(time), [100.0, 40.0, 40.0, 100.0, 100.0].map(Some));
    }

    #[test]
    fn times_are_shown_against_the_quiet_wall_time() {
        let rounds = [round(CpuTime { wall: 150.0, delay: 50.0, preemptions: 1, ..QUIET }), round(QUIET)];
        let cell = |clock| located(&rounds, clock, CpuClock::WALL).cell(Some(100.0));
        assert_eq!(cell(Clock::Wall), "+25.00 % (100 %)");
        assert_eq!(cell(Clock::Undisturbed), "+0.00 % (50 %)");
        assert_eq!(located(&[], Clock::Wall, CpuClock::WALL).cell(None), "-");
        assert_eq!(located(&rounds[1..], Clock::Wall, CpuClock::WALL).cell(None), "0.1 us (100 %)");
    }
}
