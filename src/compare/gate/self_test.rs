//! Tries a policy on made-up baselines: what is within or at a limit has to pass, what is beyond has to fail.

use jiff::Timestamp;

use super::{Gate, GatePolicy, Limit, Most, Outcome};
use crate::channel::CriterionId;
use crate::compare::{Better, Metric, Options, Rule, compare};
use crate::model::{
    Allocation, Baseline, Benchmark, BenchmarkId, Environment, Range, Round, Session, Settings,
};
use crate::work::{Bytes, Elements, Flops, Tokens, Work};

/// Time of the made-up benchmark, nanoseconds.
const TIME: f64 = 1e6;
/// Bytes that it allocates, and that are live at most.
const BYTES: f64 = 1_048_576.0;
/// Allocations that it makes.
const ALLOCATIONS: f64 = 100.0;
/// Work of each kind that it does.
const WORK: u64 = 64;

/// A change, and what the gate has to come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// What was tried.
    pub what: String,
    /// It has to fail.
    pub has_to_fail: bool,
    /// What came of it.
    pub found: Found,
}

/// What came of a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// The gate failed.
    Fails,
    /// It passed.
    Passes,
    /// The metric cannot become so bad: the limit can never be reached.
    Impossible,
    /// The made-up benchmark does not have the metric.
    Untried,
}

impl Trial {
    /// Nothing is wrong: the gate came to what it has to, if it was tried.
    pub fn holds(&self) -> bool {
        match self.found {
            Found::Fails => self.has_to_fail,
            Found::Passes => !self.has_to_fail,
            Found::Impossible => false,
            Found::Untried => true,
        }
    }
}

/// Tries the verdicts that no limit replaces, and every limit. What is at a limit is judged by the values alone
/// ([`Rule::Point`]), since an interval around it lies on both sides. What is said of some rows is not of the made-up one.
pub fn self_test(policy: &GatePolicy, options: &Options) -> Vec<Trial> {
    let options = &Options { rows: Vec::new(), ..options.clone() };
    let default = GatePolicy { limits: Vec::new(), ..policy.clone() };
    let as_given = |what: &str, has_to_fail, candidate: &Row| Trial {
        what: what.to_owned(),
        has_to_fail,
        found: found(candidate, &default, options),
    };
    let slower = Row { time: TIME * (1.5 + 2.0 * options.threshold) + options.floor_ns, ..Row::baseline() };
    let verdicts = [
        as_given("identical code, without a limit", false, &Row::baseline()),
        as_given("a time beyond the threshold, without a limit", true, &slower),
        as_given("twice the bytes, without a limit", true, &Row { bytes: 2.0 * BYTES, ..Row::baseline() }),
        as_given(
            "twice the allocations, without a limit",
            true,
            &Row { allocations: 2.0 * ALLOCATIONS, ..Row::baseline() },
        ),
    ];
    verdicts.into_iter().chain(policy.limits.iter().flat_map(|limit| trials(limit, options))).collect()
}

/// A limit alone, and for every row.
fn trials(limit: &Limit, options: &Options) -> Vec<Trial> {
    let alone = GatePolicy { limits: vec![limit.for_every_row()], ..GatePolicy::default() };
    let exactly = Options { rule: Rule::Point, ..options.clone() };
    let trial = |words: &str, has_to_fail, by: f64, options: &Options| Trial {
        what: format!("{limit}: {words}"),
        has_to_fail,
        found: match Row::worse(limit.metric, by) {
            Ok(row) => found(&row, &alone, options),
            Err(reason) => reason,
        },
    };
    match share_of(limit) {
        None => vec![trial("however much worse", false, 0.9, options)],
        Some(share) => vec![
            trial("at the limit", false, share, &exactly),
            trial("beyond the limit", true, beyond(limit.metric, share), options),
        ],
    }
}

/// The most by which a metric may become worse, as a share of the made-up value.
fn share_of(limit: &Limit) -> Option<f64> {
    match limit.most {
        Most::Any => None,
        Most::Share(share) => Some(share),
        Most::Amount(amount) => Some(amount / value(limit.metric)),
    }
}

/// Clearly more than a share, and of a rate less than all of it where that is possible.
fn beyond(metric: Metric, share: f64) -> f64 {
    match metric.better() {
        Better::Lower => 1.5 * share + 0.2,
        Better::Higher => share + 0.5 * (1.0 - share),
    }
}

/// What the made-up benchmark has of a metric.
fn value(metric: Metric) -> f64 {
    match metric {
        Metric::AllocatedBytes | Metric::PeakBytes => BYTES,
        Metric::Allocations => ALLOCATIONS,
        _ => metric.of_work(&work(), TIME).unwrap_or(TIME),
    }
}

fn work() -> Work {
    Work {
        flops: Some(Flops(WORK)),
        bytes: Some(Bytes(WORK)),
        elements: Some(Elements(WORK)),
        tokens: Some(Tokens(WORK)),
        ..Work::default()
    }
}

fn found(candidate: &Row, policy: &GatePolicy, options: &Options) -> Found {
    let [baseline, candidate] = [Row::baseline().saved("baseline"), candidate.saved("candidate")];
    let comparison = compare(&baseline, &candidate, options);
    match Gate::of(&comparison, policy).outcome {
        Outcome::Regressed => Found::Fails,
        Outcome::Passed | Outcome::CannotJudge => Found::Passes,
    }
}

/// A made-up benchmark.
struct Row {
    time: f64,
    bytes: f64,
    allocations: f64,
    peak: f64,
}

impl Row {
    fn baseline() -> Row {
        Row { time: TIME, bytes: BYTES, allocations: ALLOCATIONS, peak: BYTES }
    }

    /// One whose metric is worse by a share, or why there is none.
    fn worse(metric: Metric, by: f64) -> Result<Row, Found> {
        let row = Row::baseline();
        Ok(match metric {
            Metric::Time => Row { time: TIME * (1.0 + by), ..row },
            Metric::AllocatedBytes => Row { bytes: BYTES * (1.0 + by), ..row },
            Metric::Allocations => Row { allocations: ALLOCATIONS * (1.0 + by), ..row },
            Metric::PeakBytes => Row { peak: BYTES * (1.0 + by), ..row },
            rate if !Metric::RATES.contains(&rate) => return Err(Found::Untried),
            _ if by >= 1.0 => return Err(Found::Impossible),
            _ => Row { time: TIME / (1.0 - by), ..row },
        })
    }

    /// The benchmark in a baseline of equal rounds.
    fn saved(&self, name: &str) -> Baseline {
        let settings = Settings::default();
        let round = Round { samples: vec![self.time; settings.samples as usize], ..Round::default() };
        let criterion = CriterionId { group: "self-test".to_owned(), function: None, parameter: None };
        let id = BenchmarkId { package: String::new(), target: String::new(), criterion };
        let counted = |amount: f64| Range::exact(amount as u64);
        let benchmark = Benchmark {
            work: Some(work()),
            rounds: vec![round; settings.rounds as usize],
            allocation: Some(Allocation {
                count: Some(counted(self.allocations)),
                bytes: counted(self.bytes),
                peak: Some(counted(self.peak)),
                live: None,
                net: None,
            }),
            not_measured: None,
            ..Benchmark::unmeasured(id, String::new())
        };
        Baseline {
            // Both names are of letters alone.
            name: name.parse().unwrap_or_else(|_| unreachable!("{name} is a name")),
            tool_version: String::new(),
            environment: Environment::default(),
            settings,
            sessions: vec![Session::new(Timestamp::UNIX_EPOCH)],
            benchmarks: vec![benchmark],
            unfinished: Vec::new(),
            models: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::RowOptions;

    fn tried(limits: &[&str]) -> Vec<Trial> {
        tried_with(limits, &Options::default())
    }

    fn tried_with(limits: &[&str], options: &Options) -> Vec<Trial> {
        let limits = limits.iter().map(|limit| limit.parse().expect("a limit")).collect();
        self_test(&GatePolicy { limits, ..GatePolicy::default() }, options)
    }

    #[test]
    fn the_default_policy_and_limits_of_every_kind_hold() {
        let limits = [
            "time=5%",
            "time=10us",
            "allocations=0",
            "allocated-bytes=0%",
            "peak-bytes=64KiB@^MatMul/",
            "tokens-per-s=3%",
            "gflops=0.00001",
            "time=any",
        ];
        for trial in tried(&limits) {
            assert!(trial.holds(), "{trial:?}");
        }
        assert_eq!(tried(&limits).len(), 4 + 7 * 2 + 1);
    }

    #[test]
    fn what_is_said_of_all_rows_of_a_project_is_not_of_the_made_up_one() {
        let row = RowOptions {
            package: None,
            pattern: "*".parse().expect("a pattern"),
            threshold: Some(9.0),
            gate: Some(false),
        };
        let options = Options { threshold: 0.2, floor_ns: 1e5, rows: vec![row], ..Options::default() };
        assert!(tried_with(&["time=5%"], &options).iter().all(Trial::holds));
    }

    #[test]
    fn a_limit_that_can_never_fire_does_not_hold() {
        let trials = tried(&["tokens-per-s=100%"]);
        let beyond = trials.last().expect("trials");
        assert_eq!((beyond.has_to_fail, beyond.found), (true, Found::Impossible));
        assert!(!beyond.holds());
    }

    #[test]
    fn what_the_made_up_benchmark_does_not_have_is_not_tried() {
        let trials = tried(&["first-token=5%"]);
        assert!(trials[4..].iter().all(|trial| trial.found == Found::Untried && trial.holds()), "{trials:?}");
    }
}
