//! The vocabulary of a comparison.

use std::collections::{BTreeMap, BTreeSet};

use super::{Family, ModelComparison, SizeComparison, SizeFit};
use crate::model::{Baseline, BenchmarkId, Inference, Range, Round};
use crate::work::Work;

/// What the user may choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// How a row is judged.
    pub rule: Rule,
    /// Least relative change that counts, as a fraction (0.02 is 2 %).
    pub threshold: f64,
    /// Least absolute change of time that counts, nanoseconds per iteration.
    pub time_floor_ns: f64,
    /// Least absolute change of allocated bytes that counts.
    pub byte_floor: u64,
    /// Two-sided confidence level of the intervals.
    pub confidence: f64,
    /// False discovery rate over the time rows.
    pub false_discovery_rate: f64,
    /// Facts that may differ without making rows incomparable (`--across`).
    pub across: BTreeSet<Fact>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            rule: Rule::Interval,
            threshold: 0.02,
            time_floor_ns: 20.0,
            byte_floor: 64,
            confidence: 0.95,
            false_discovery_rate: 0.05,
            across: BTreeSet::new(),
        }
    }
}

/// How a time row is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Interval between rounds, with the clock probe as control variate.
    Interval,
    /// The point estimates alone: for data without rounds. No noise model.
    Point,
}

/// A fact of the environment or of a row that must agree before times may be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// CPU model, cores or operating system differ.
    Machine,
    /// Thread variables differ.
    Threads,
    /// Cargo profile differs.
    Profile,
    /// Target triple or target features differ.
    TargetFeatures,
    /// Declared work of the row differs.
    Work,
    /// Element type of the row differs.
    Dtype,
    /// Facts of the row's model differ.
    Model,
}

impl Fact {
    /// Every fact.
    pub const ALL: [Fact; 7] = [
        Fact::Machine,
        Fact::Threads,
        Fact::Profile,
        Fact::TargetFeatures,
        Fact::Work,
        Fact::Dtype,
        Fact::Model,
    ];

    /// The name on the command line, in reports and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Fact::Machine => "machine",
            Fact::Threads => "threads",
            Fact::Profile => "profile",
            Fact::TargetFeatures => "target-features",
            Fact::Work => "work",
            Fact::Dtype => "dtype",
            Fact::Model => "model",
        }
    }

    /// What it covers, in the help and the documentation of `--across`.
    pub fn description(self) -> &'static str {
        match self {
            Fact::Machine => "CPU model, core counts, operating system",
            Fact::Threads => "Variables that set a number of threads",
            Fact::Profile => "Cargo profile",
            Fact::TargetFeatures => "Target triple, target features",
            Fact::Work => "Declared work of a benchmark",
            Fact::Dtype => "Element type of a benchmark",
            Fact::Model => "Declared facts of the measured model",
        }
    }
}

/// What was decided of a row's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Slower, beyond the threshold.
    Regressed,
    /// Faster, beyond the threshold.
    Improved,
    /// Changed by less than the threshold, shown so by the interval.
    Unchanged,
    /// The interval decides neither way.
    Inconclusive,
    /// Changed by what the rounds say, but within what sessions of identical code may differ by.
    Suspect,
    /// In the candidate only.
    Added,
    /// In the baseline only.
    Removed,
    /// Could not be measured on one side.
    Failed,
    /// A fact differs that makes the times incomparable.
    NotComparable,
}

impl Verdict {
    /// Every verdict, in the order of reports.
    pub const ALL: [Verdict; 9] = [
        Verdict::Regressed,
        Verdict::Improved,
        Verdict::Suspect,
        Verdict::Inconclusive,
        Verdict::Unchanged,
        Verdict::NotComparable,
        Verdict::Added,
        Verdict::Removed,
        Verdict::Failed,
    ];

    /// The name in JSON: `regressed`, `not-comparable`, ...
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Regressed => "regressed",
            Verdict::Improved => "improved",
            Verdict::Unchanged => "unchanged",
            Verdict::Inconclusive => "inconclusive",
            Verdict::Suspect => "suspect",
            Verdict::Added => "added",
            Verdict::Removed => "removed",
            Verdict::Failed => "failed",
            Verdict::NotComparable => "not-comparable",
        }
    }

    /// The words in prose and tables: `not comparable`, ...
    pub fn words(self) -> &'static str {
        match self {
            Verdict::NotComparable => "not comparable",
            other => other.name(),
        }
    }
}

/// What was decided of a row's allocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AllocationVerdict {
    /// Allocates more.
    More,
    /// Allocates less.
    Less,
    /// Equal, or different by less than the floor.
    Same,
    /// At least one side varies between iterations and the ranges overlap.
    Varies,
}

/// A comparison of two baselines.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The side compared against.
    pub baseline: Side,
    /// The side that is judged.
    pub candidate: Side,
    /// What it was judged by.
    pub options: Options,
    /// Every benchmark of either side, sorted by id.
    pub rows: Vec<Row>,
    /// Counts and totals.
    pub summary: Summary,
    /// Every model of either side, by element type, then parameters, then name.
    pub models: Vec<ModelComparison>,
    /// Sizes of models against each other.
    pub sizes: Vec<SizeComparison>,
    /// Growth of time over all sizes of models, where there are three or more.
    pub size_fits: Vec<SizeFit>,
    /// Benchmarks by family, where a group has one.
    pub families: Vec<Family>,
    /// Environment facts that differ, in a fixed order.
    pub differences: Vec<Difference>,
    /// How many environment facts agree.
    pub agreeing_facts: usize,
    /// What a reader of the whole should know.
    pub warnings: Vec<Warning>,
}

/// One side of a comparison: the baseline without its benchmarks.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// Name, environment, settings and sessions; `benchmarks` is empty.
    pub baseline: Baseline,
    /// Benchmarks it holds.
    pub benchmarks: usize,
    /// Most rounds of any benchmark.
    pub rounds: usize,
}

/// One benchmark, compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which one.
    pub id: BenchmarkId,
    /// Name to show: the path, preceded by `target::` or `package::target::` where paths are not unique.
    pub label: String,
    /// Declared work, the candidate's where both have one.
    pub work: Option<Work>,
    /// Contained in the row of that path; left out of totals.
    pub nested_in: Option<String>,
    /// What it measures of a model, the candidate's where both sides say.
    pub inference: Option<Inference>,
    /// What was decided of its time.
    pub verdict: Verdict,
    /// Time. Absent where neither side was measured. One-sided rows have one side of it.
    pub time: Option<TimeChange>,
    /// Allocation, where both sides counted it.
    pub allocation: Option<AllocationChange>,
    /// GFLOP/s, where FLOPs are declared on both sides by the same convention.
    pub gflops: Option<RateChange>,
    /// GB/s, where bytes are declared.
    pub gb_per_s: Option<RateChange>,
    /// Gelem/s, where elements are declared.
    pub gelem_per_s: Option<RateChange>,
    /// Tokens/s, where tokens are declared.
    pub tokens_per_s: Option<RateChange>,
    /// The rounds of both sides, for the distributions of changed rows.
    pub rounds: [Vec<Round>; 2],
    /// Footnotes: why it is not comparable, failed, suspect, how many more rounds would decide it.
    pub notes: Vec<Warning>,
}

impl Row {
    /// A side was measured while another hardware thread shared the core.
    pub(super) fn is_contended(&self) -> bool {
        self.notes.contains(&Warning::Contended)
    }

    /// Displayed time of side 0, the baseline, or 1, the candidate; nanoseconds.
    pub(crate) fn time_ns(&self, side: usize) -> Option<f64> {
        let TimeChange { baseline_ns, candidate_ns, .. } = self.time?;
        [baseline_ns, candidate_ns][side]
    }
}

/// Time of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeChange {
    /// Undisturbed time, raw nanoseconds per iteration: exp of the lower trimmed mean over rounds of the lower
    /// quartile of ln time ([`displayed_time`](crate::stats::displayed_time)).
    pub baseline_ns: Option<f64>,
    /// The same of the candidate.
    pub candidate_ns: Option<f64>,
    /// The change with its interval, where both sides were measured and are comparable.
    pub change: Option<Change>,
    /// Least relative change that counts for this row, as a fraction: the user's threshold, raised by the
    /// absolute floor (relative to the lesser of the two times, so that it is the same both ways). A slowdown
    /// counts from a ratio of 1 + threshold, a speed-up from its inverse; under [`Rule::Point`] a change counts from
    /// the threshold either way.
    pub threshold: f64,
}

/// A change, new / old - 1, with its interval. `low` and `high` equal `point` under [`Rule::Point`]; with a
/// single round on a side there is no interval, and they are -1 and infinity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Point estimate, adjusted for the clock under [`Rule::Interval`].
    pub point: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// p-value of the hypothesis that the change is no greater than the threshold, 1 under [`Rule::Point`] and
    /// without an interval.
    pub p: f64,
    /// How it was estimated.
    pub quality: Quality,
}

/// How a change was estimated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    /// Slope of ln t on ln probe that was used, in [0, 1]; 0 where there is no probe.
    pub clock_slope: f64,
    /// Unadjusted change, new / old - 1 of the displayed times.
    pub raw: f64,
    /// Standard deviation between sessions that the interval allows for, in ln t.
    pub session_sd: f64,
    /// `session_sd` was learned from several sessions, not assumed.
    pub session_sd_learned: bool,
}

/// Allocation of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AllocationChange {
    /// What was decided.
    pub verdict: AllocationVerdict,
    /// Bytes requested per iteration.
    pub bytes: Count,
    /// Allocations per iteration, where both sides know them.
    pub count: Option<Count>,
    /// Peak live bytes likewise.
    pub peak: Option<Count>,
}

/// A count on both sides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Count {
    /// The baseline's.
    pub baseline: Range<u64>,
    /// The candidate's.
    pub candidate: Range<u64>,
}

impl Count {
    /// new / old - 1 of the upper ends; absent where the baseline has none.
    pub fn change(&self) -> Option<f64> {
        (self.baseline.high > 0).then(|| self.candidate.high as f64 / self.baseline.high as f64 - 1.0)
    }
}

/// A rate on both sides, a view of the row's time: never a test of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateChange {
    /// The baseline's, from its displayed time.
    pub baseline: Option<f64>,
    /// The candidate's, from its displayed time.
    pub candidate: Option<f64>,
    /// 1 / (1 + time change) - 1.
    pub change: Option<f64>,
}

/// Counts and totals of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Rows of each verdict; verdicts without rows are absent.
    pub verdicts: BTreeMap<Verdict, usize>,
    /// Rows of each allocation verdict; likewise.
    pub allocation_verdicts: BTreeMap<AllocationVerdict, usize>,
    /// Geometric mean of time ratios (candidate / baseline) minus 1, over common comparable rows that are not
    /// nested, with its interval.
    pub time_geomean: Option<Change>,
    /// Rows in it.
    pub geomean_rows: usize,
    /// Sum of displayed times of common un-nested rows, nanoseconds. Shown, never judged.
    pub total_ns: [f64; 2],
    /// Sum of bytes requested of common un-nested rows with allocation on both sides.
    pub total_bytes: Option<[u64; 2]>,
    /// Sum of allocations of the same rows.
    pub total_allocations: Option<[u64; 2]>,
    /// Common rows that are left out of the sums above, because a row that contains them is in.
    pub nested_rows: usize,
    /// Sum of displayed times of all common rows, nested ones again; nanoseconds.
    pub total_with_nested_ns: [f64; 2],
    /// Sum of bytes requested likewise.
    pub total_with_nested_bytes: Option<[u64; 2]>,
}

/// An environment fact that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Name of the fact, `rustc`, `CPU`, ...
    pub name: String,
    /// Its value in the baseline, `unknown` where not recorded.
    pub baseline: String,
    /// Its value in the candidate.
    pub candidate: String,
    /// The fact it belongs to, where it is one that makes times incomparable.
    pub fact: Option<Fact>,
}

/// Something a reader should know, attached to what it qualifies and shown as a footnote.
#[derive(Debug, Clone, PartialEq)]
pub enum Warning {
    /// A fact differs, so times are not compared.
    Differs(Fact),
    /// A fact differs and was allowed by `--across`.
    Across(Fact),
    /// The benchmark failed on one side: side (`baseline` or `candidate`) and reason.
    Failed {
        /// `baseline` or `candidate`.
        side: &'static str,
        /// Why.
        reason: String,
    },
    /// So many more rounds on each side would decide the row, if the noise stays as it is.
    MoreRounds(usize),
    /// More rounds would not decide it: sessions differ by as much.
    MoreSessions,
    /// Changed by its rounds, within what sessions may differ by.
    Suspect,
    /// Beyond the threshold by its own interval, but not among this many rows (false discovery rate).
    FalseDiscovery,
    /// Too few rounds for an interval on one side.
    TooFewRounds {
        /// Rounds of the baseline and the candidate.
        rounds: [usize; 2],
    },
    /// One side has clock probes and the other has none, or neither has.
    NoProbe,
    /// Another hardware thread shared the core during nearly all samples of a side.
    Contended,
    /// FLOP/s are not compared: the counting conventions differ.
    Convention,
    /// Allocation varies between iterations.
    AllocationVaries,
    /// Point estimates without a noise model.
    PointEstimates,
    /// Baseline and candidate are the same baseline.
    SameBaseline,
    /// The clock ran this much faster or slower in the candidate: ln ratio of the median probes.
    ClockMoved(f64),
}
