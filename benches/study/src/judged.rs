//! Every row of a column, judged by every rule that can.

use tensorprof::compare::{Options, compare};
use tensorprof::model::Baseline;

use crate::analysis::{Observation, rounds};
use crate::column::{Column, Way};
use crate::folder::Finished;
use crate::plan::Kind;
use crate::rules::Rule;
use crate::taught::Taught;
use crate::unit::Subject;

/// A row of a comparison of two sides.
#[derive(Debug, Clone)]
pub struct Judged {
    /// Of which bench.
    pub subject: Subject,
    /// What was found.
    pub observation: Observation,
    /// Time that a fresh process of this row took, seconds: set-up, warm-up and measurement.
    pub process_seconds: f64,
    /// Processes of each side.
    pub processes: [usize; 2],
}

impl Judged {
    /// Time that the data of a rule took, both sides together, seconds.
    pub fn seconds(&self, rule: Rule) -> f64 {
        let processes = if rule.is_of_one_process() { 2 } else { self.processes.iter().sum() };
        self.process_seconds * processes as f64
    }
}

/// The rows of a column: of each run in turn, or of every pair of plain saves and of every plain save with every planted
/// one, of the same bench, with what the machine had taught by the later one.
pub fn judge(column: Column, units: &[Finished]) -> Vec<Judged> {
    match column.way() {
        Way::HeadToHead => units.iter().flat_map(judge_run).collect(),
        Way::Stored | Way::Criterion => judge_pairs(units),
    }
}

fn judge_run(unit: &Finished) -> Vec<Judged> {
    let [old, new] = unit.baselines.as_slice() else { return Vec::new() };
    judge_sides([unit, unit], unit.unit.save.kind, [old, new], &Options::default())
}

fn judge_pairs(units: &[Finished]) -> Vec<Judged> {
    let taught = Taught::by(units);
    let is_plain = |unit: &Finished| unit.unit.save.kind == Kind::Plain;
    let mut judged = Vec::new();
    for (index, old) in units.iter().enumerate().filter(|(_, unit)| is_plain(unit)) {
        let later = units.iter().enumerate().filter(|(place, new)| *place > index || !is_plain(new));
        for (_, new) in later.filter(|(_, new)| new.unit.subject == old.unit.subject) {
            if let ([one], [other]) = (old.baselines.as_slice(), new.baselines.as_slice()) {
                let learned_sessions = taught.until(one.created().max(other.created()));
                let options = Options { learned_sessions, ..Options::default() };
                judged.extend(judge_sides([old, new], new.unit.save.kind, [one, other], &options));
            }
        }
    }
    judged
}

fn judge_sides(units: [&Finished; 2], kind: Kind, sides: [&Baseline; 2], options: &Options) -> Vec<Judged> {
    // Both sides of a run in turn are in one unit.
    let of_unit = |unit: &Finished| unit.baselines.iter().map(processes).sum::<usize>().max(1) as f64;
    let seconds = units.map(|unit| unit.record.seconds / of_unit(unit));
    let comparison = compare(sides[0], sides[1], options);
    let judged = |row| {
        let observation = Observation::of(row, kind, sides)?;
        Some(Judged {
            subject: units[0].unit.subject,
            processes: sides.map(|side| rounds(side, &row.id).map_or(0, <[_]>::len)),
            process_seconds: (seconds[0] + seconds[1]) / 2.0,
            observation,
        })
    };
    comparison.rows.iter().filter_map(judged).collect()
}

/// Processes of all rows of a side.
fn processes(side: &Baseline) -> usize {
    side.benchmarks.iter().map(|benchmark| benchmark.rounds.len()).sum()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::folder::Record;
    use crate::machine_state::Busyness;
    use crate::plan::Save;
    use crate::rules::Outcome;
    use crate::synthetic::{baseline, in_turn};
    use crate::unit::{Part, Unit};

    /// Two rows of ten rounds.
    pub(crate) fn stored(kind: Kind, number: usize, slowdown: f64) -> Finished {
        let unit = unit(kind, number);
        finished(unit, vec![baseline(&unit.name(), 2, slowdown, number as u64 + 100)])
    }

    /// Two rows of ten blocks.
    pub(crate) fn run(kind: Kind, number: usize, slowdown: f64) -> Finished {
        let unit = unit(kind, number);
        finished(unit, in_turn(&unit.name(), 2, slowdown, number as u64).to_vec())
    }

    fn unit(kind: Kind, number: usize) -> Unit {
        Unit { subject: Subject { part: Part::Operations, threads: 1 }, save: Save { kind, number } }
    }

    fn finished(unit: Unit, baselines: Vec<Baseline>) -> Finished {
        let record = Record { seconds: 10.0, machine: Busyness::default(), failures: vec![] };
        Finished { unit, record, baselines }
    }

    #[test]
    fn saves_are_compared_in_pairs_of_one_bench() {
        let mut other = stored(Kind::Plain, 3, 1.0);
        other.unit.subject.threads = 2;
        let planted = Kind::Planted(10);
        let units =
            [stored(Kind::Plain, 1, 1.0), stored(Kind::Plain, 2, 1.0), other, stored(planted, 1, 1.1)];
        let judged = judge(Column::StoredQuiet, &units);
        let of = |kind| judged.iter().filter(move |row| row.observation.kind == kind);
        assert_eq!((of(Kind::Plain).count(), of(planted).count()), (2, 4));
        assert!(of(planted).all(|row| row.observation.outcome(Rule::Tensorprof) == Outcome::Slower));
        // Ten seconds for twenty processes.
        let row = &judged[0];
        assert!(
            (row.seconds(Rule::Tensorprof) - 10.0).abs() < 1e-9
                && (row.seconds(Rule::Criterion) - 1.0).abs() < 1e-9
        );
    }

    #[test]
    fn runs_in_turn_are_judged_by_themselves() {
        let units = [run(Kind::Plain, 1, 1.0), run(Kind::Planted(5), 1, 1.05)];
        let judged = judge(Column::HeadToHeadLoaded, &units);
        assert_eq!(judged.len(), 4);
        for row in judged {
            let expected =
                if row.observation.kind == Kind::Plain { Outcome::NotChanged } else { Outcome::Slower };
            for rule in [Rule::Tensorprof, Rule::Tango] {
                assert_eq!(row.observation.outcome(rule), expected, "{row:?}");
            }
            assert!((row.seconds(Rule::Tensorprof) - 5.0).abs() < 1e-9, "{row:?}");
        }
    }
}
