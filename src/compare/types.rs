//! The vocabulary of a comparison.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    BlockCount, Change, Family, LearnedSessions, Measure, Metric, ModelComparison, RowOptions, Side, Sides,
    SizeComparison, SizeFit, SmallestChange,
};
use crate::estimate::{Roof, SampleCounts, TokenBound};
use crate::model::{Baseline, BenchmarkId, Gaps, Inference, NullArm, Round};
use crate::work::Work;

/// What the user may choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// How a row is judged.
    pub rule: Rule,
    /// Least relative change that counts, as a fraction (0.02 is 2 %).
    pub threshold: f64,
    /// Least change that counts, nanoseconds per iteration, for who does not care about less. None by default: a sample is a
    /// batch of iterations, so that the resolution of the clock is no limit.
    pub floor_ns: f64,
    /// Two-sided confidence level of the intervals.
    pub confidence: f64,
    /// False discovery rate over the time rows.
    pub false_discovery_rate: f64,
    /// Facts that may differ without making rows incomparable (`--across`).
    pub across: BTreeSet<Fact>,
    /// What sessions differ by on the machine of both sides, where that is known. Otherwise it is assumed.
    pub learned_sessions: Option<LearnedSessions>,
    /// Rows that are judged otherwise. Of each option, the first that matches a row and has it counts.
    pub rows: Vec<RowOptions>,
    /// Which least changes the user gave: a command that repeats the comparison has to give them again. What the metadata of
    /// the project say holds there by itself.
    pub said: SmallestChange,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            rule: Rule::Interval,
            threshold: 0.02,
            floor_ns: 0.0,
            confidence: 0.95,
            false_discovery_rate: 0.05,
            across: BTreeSet::new(),
            learned_sessions: None,
            rows: Vec::new(),
            said: SmallestChange::default(),
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
            Fact::Dtype => "Element type of a benchmark, or of its model",
            Fact::Model => "Declared facts of the measured model",
        }
    }
}

/// What was decided of a row, or of a measure of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Worse, beyond the threshold: slower, or more allocated.
    Regressed,
    /// Better, beyond the threshold: faster, or less allocated.
    Improved,
    /// Changed by less than the threshold, shown so by the interval.
    Unchanged,
    /// The data cannot tell: the interval reaches over the threshold, or counts vary.
    Inconclusive,
    /// The rounds differ beyond the threshold, but by no more than sessions of identical code may.
    Suspect,
    /// In the candidate only.
    Added,
    /// In the baseline only.
    Removed,
    /// No process of one side came to it.
    NotMeasured,
    /// Could not be measured on one side.
    Failed,
    /// A fact differs that makes the times incomparable.
    NotComparable,
}

impl Verdict {
    /// Every verdict, in the order of reports.
    pub const ALL: [Verdict; 10] = [
        Verdict::Regressed,
        Verdict::Improved,
        Verdict::Suspect,
        Verdict::Inconclusive,
        Verdict::Unchanged,
        Verdict::NotComparable,
        Verdict::Added,
        Verdict::Removed,
        Verdict::NotMeasured,
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
            Verdict::NotMeasured => "not-measured",
            Verdict::Failed => "failed",
            Verdict::NotComparable => "not-comparable",
        }
    }

    /// A change in either direction.
    pub fn is_change(self) -> bool {
        matches!(self, Verdict::Regressed | Verdict::Improved)
    }

    /// Two times were held against each other.
    pub(super) fn is_judged(self) -> bool {
        let open = matches!(self, Verdict::Unchanged | Verdict::Inconclusive | Verdict::Suspect);
        open || self.is_change()
    }

    /// There are no two times: one side lacks the benchmark, or it was not or could not be measured on one.
    pub fn is_one_sided(self) -> bool {
        matches!(self, Verdict::Added | Verdict::Removed | Verdict::NotMeasured | Verdict::Failed)
    }

    /// The words in prose and tables: `not comparable`, ...
    pub fn words(self) -> &'static str {
        match self {
            Verdict::NotComparable => "not comparable",
            Verdict::NotMeasured => "not measured",
            other => other.name(),
        }
    }
}

/// A comparison of two baselines.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Where the sides come from.
    pub sides: Sides<Origin>,
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
    /// How the sides were measured.
    pub measured: Measured,
    /// What the same run found of identical code, where it measured some.
    pub null_arm: Option<NullArm>,
    /// What a reader of the whole should know.
    pub warnings: Vec<Warning>,
}

/// How the sides of a comparison were measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measured {
    /// Each at its own time.
    Stored,
    /// In turn, in at least one session of both: rows that were so are judged by their blocks.
    HeadToHead,
    /// There is a single side, the candidate ([`alone`](super::alone())).
    Alone,
}

impl Measured {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Measured::Stored => "stored",
            Measured::HeadToHead => "head-to-head",
            Measured::Alone => "alone",
        }
    }
}

impl Comparison {
    /// It is of a single side, the candidate.
    pub fn is_alone(&self) -> bool {
        self.measured == Measured::Alone
    }

    /// Some row has times that could be held against each other.
    pub fn is_judged(&self) -> bool {
        Verdict::ALL.into_iter().any(|verdict| verdict.is_judged() && self.summary.rows(verdict) > 0)
    }
}

/// Where a side comes from: its baseline without the benchmarks.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// Name, environment, settings and sessions; `benchmarks` is empty.
    pub baseline: Baseline,
    /// Benchmarks it holds.
    pub benchmarks: usize,
    /// Most rounds of any benchmark.
    pub rounds: usize,
    /// What became of its samples.
    pub samples: SampleCounts,
    /// What it lacks, where it is incomplete.
    pub gaps: Option<Gaps>,
}

/// One benchmark, compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which one.
    pub id: BenchmarkId,
    /// What it is called where it is shown, unlike all other rows ([`labels`](crate::model::labels)).
    pub label: String,
    /// Declared work, the candidate's where both have one.
    pub work: Option<Work>,
    /// Contained in the row of that path, as the candidate says, or the baseline where the candidate lacks it.
    pub nested_in: Option<String>,
    /// Contained in a row of this comparison that both sides measured: totals and means have it in that one.
    pub left_out: bool,
    /// What it measures of a model, the candidate's where both sides say.
    pub inference: Option<Inference>,
    /// What was decided of it: that of its time, or why there is nothing to decide.
    pub verdict: Verdict,
    /// Other programs used the cores of a side during nearly all of its samples, or may have: only changes of time that they
    /// cannot have made are judged.
    pub contended: bool,
    /// About so many more rounds per side would resolve it, if the noise stays the same; absent where it is resolved or
    /// rounds would not do.
    pub more_rounds: Option<usize>,
    /// Everything that was measured of it on either side.
    pub measures: BTreeMap<Metric, Measure>,
    /// The least times of its work on the machine of each side, where peaks of it are known.
    pub roofs: Sides<Option<Roof>>,
    /// The least times of a token on the machine of each side, where it measures a model.
    pub token_bounds: Sides<Option<TokenBound>>,
    /// The rounds of both sides of a changed row, for its distribution. None in other rows: they would make up most of
    /// a comparison.
    pub rounds: Sides<Vec<Round>>,
    /// Footnotes: why it is not comparable, failed, suspect, how many more rounds would resolve it.
    pub notes: Vec<Warning>,
}

impl Row {
    /// A metric of the row, where a side has it.
    pub fn measure(&self, metric: Metric) -> Option<&Measure> {
        self.measures.get(&metric)
    }

    /// Time of an iteration. Absent where neither side was measured.
    pub fn time(&self) -> Option<&Measure> {
        self.measure(Metric::Time)
    }

    /// The change of time, where both sides were measured and are comparable.
    pub fn time_change(&self) -> Option<Change> {
        self.time()?.change
    }

    /// Time of a side as it is shown, nanoseconds.
    pub fn time_ns(&self, side: Side) -> Option<f64> {
        self.time()?.values()[side]
    }

    /// What was decided of its allocation, where both sides counted it: *regressed* for more, *improved* for less,
    /// *inconclusive* where it varies too much. The bytes decide; where they do not differ or vary, the number of
    /// allocations does.
    pub fn allocation_verdict(&self) -> Option<Verdict> {
        let verdict = |metric| self.measure(metric)?.verdict;
        let bytes = verdict(Metric::AllocatedBytes)?;
        let count = verdict(Metric::Allocations).unwrap_or(Verdict::Unchanged);
        let decided = [bytes, count].into_iter().find(|verdict| verdict.is_change());
        let open = [bytes, count].into_iter().find(|verdict| *verdict != Verdict::Unchanged);
        Some(decided.or(open).unwrap_or(Verdict::Unchanged))
    }
}

/// Counts and totals of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Rows of each verdict; verdicts without rows are absent.
    pub verdicts: BTreeMap<Verdict, usize>,
    /// Rows of each verdict on allocation ([`Row::allocation_verdict`]); likewise.
    pub allocation_verdicts: BTreeMap<Verdict, usize>,
    /// Geometric mean of time ratios (candidate / baseline) minus 1, over common comparable rows that are not
    /// nested, with its interval.
    pub time_geomean: Option<Change>,
    /// Rows in it.
    pub geomean_rows: usize,
    /// Sum of displayed times of common un-nested rows, nanoseconds. Shown, never judged.
    pub total_ns: Sides<f64>,
    /// Sum of bytes requested of common un-nested rows with allocation on both sides.
    pub total_bytes: Option<Sides<u64>>,
    /// Sum of allocations of the same rows.
    pub total_allocations: Option<Sides<u64>>,
    /// Common rows that are left out of the sums above, because a row that contains them is in.
    pub nested_rows: usize,
    /// Sum of displayed times of all common rows, nested ones again; nanoseconds.
    pub total_with_nested_ns: Sides<f64>,
    /// Sum of bytes requested likewise.
    pub total_with_nested_bytes: Option<Sides<u64>>,
}

impl Summary {
    /// Rows of a verdict.
    pub fn rows(&self, verdict: Verdict) -> usize {
        self.verdicts.get(&verdict).copied().unwrap_or(0)
    }

    /// Rows of a verdict on allocation.
    pub fn allocation_rows(&self, verdict: Verdict) -> usize {
        self.allocation_verdicts.get(&verdict).copied().unwrap_or(0)
    }
}

/// A fact that differs: of the environments, or of what a row measures.
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

impl Difference {
    /// What makes times incomparable, in the words of both sides.
    pub(super) fn required(
        fact: Fact,
        name: &str,
        baseline: impl ToString,
        candidate: impl ToString,
    ) -> Self {
        let (baseline, candidate) = (baseline.to_string(), candidate.to_string());
        Difference { name: name.to_owned(), baseline, candidate, fact: Some(fact) }
    }

    /// The user allowed it to differ.
    pub(super) fn is_allowed(&self, options: &Options) -> bool {
        self.fact.is_some_and(|fact| options.across.contains(&fact))
    }
}

/// Something a reader should know, attached to what it qualifies and shown as a footnote.
#[derive(Debug, Clone, PartialEq)]
pub enum Warning {
    /// These facts differ, so times are not compared. Never empty, and all of them belong to a [`Fact`].
    Differs(Vec<Difference>),
    /// These facts differ and were allowed by `--across`. Likewise.
    Across(Vec<Difference>),
    /// The benchmark failed on one side.
    Failed {
        /// Which one.
        side: Side,
        /// Why.
        reason: String,
    },
    /// No process of one side came to the benchmark.
    NotMeasured {
        /// Which one.
        side: Side,
        /// Why.
        reason: String,
    },
    /// One side was not asked for the benchmark.
    LeftOut {
        /// Which one.
        side: Side,
        /// What left it out.
        reason: String,
    },
    /// About this many more rounds per side would resolve the row, if the noise stays as it is.
    MoreRounds(usize),
    /// More rounds would not resolve it: sessions differ by as much.
    MoreSessions,
    /// The rounds differ, by no more than sessions of identical code may.
    Suspect,
    /// Beyond the threshold by its own interval, but not among this many rows (false discovery rate).
    FalseDiscovery,
    /// A threshold of the row's own decided, in place of that of all rows: a fraction.
    OwnThreshold(f64),
    /// The floor decided, because it is more than the threshold: nanoseconds.
    Floor(f64),
    /// Too few rounds for an interval on one side.
    TooFewRounds {
        /// Rounds of each side.
        rounds: Sides<usize>,
    },
    /// The sides were measured in turn, in too few usable blocks to be judged by them: by their rounds alone.
    TooFewBlocks(BlockCount),
    /// Measured in turn, and open all the same.
    LeastVisible {
        /// The smallest change that these blocks could have shown, as a fraction.
        change: f64,
        /// The blocks, with those that do not count.
        blocks: BlockCount,
    },
    /// One side has clock probes and the other has none, or neither has.
    NoProbe,
    /// Another hardware thread shared the core during nearly all samples of a side.
    Contended,
    /// Other programs had the cores of a side's threads during nearly all of its samples.
    CoresLost,
    /// The same of sides that were measured in turn, so that both of them met those programs.
    CoresLostInTurn,
    /// The threads of a side waited for cores for longer than those of the other, and other programs may have had them.
    LongerWait {
        /// Which one.
        side: Side,
        /// By how much of its time at most.
        share: f64,
    },
    /// Of one side alone only the mean CPU time of most rounds is known, since other programs had its core.
    MeanTime {
        /// Which one.
        side: Side,
    },
    /// Many samples lost their core to other programs or shared it: they were corrected or left out.
    Disturbed(Sides<SampleCounts>),
    /// FLOP/s are not compared: the counting conventions differ.
    Convention,
    /// Allocation varies between iterations.
    AllocationVaries,
    /// A side reaches this share of the peaks of its machine, more than there can be.
    BeyondPeaks(Sides<Option<f64>>),
    /// A side reaches this share of the bound of a token, more than there can be.
    BeyondBound(Sides<Option<f64>>),
    /// Point estimates without a noise model.
    PointEstimates,
    /// A side is incomplete ([`Origin::gaps`]).
    Incomplete(Side),
    /// Baseline and candidate are the same baseline.
    SameBaseline,
    /// The clock ran this much faster or slower in the candidate: ln ratio of the median probes.
    ClockMoved(f64),
}

impl Warning {
    /// The warnings of what differs and refuses a comparison, and of what differs and was allowed.
    pub(super) fn of_differences(
        refusing: &[Difference],
        across: Vec<Difference>,
    ) -> impl Iterator<Item = Warning> + use<> {
        let refusing = (!refusing.is_empty()).then(|| Warning::Differs(refusing.to_vec()));
        let across = (!across.is_empty()).then_some(Warning::Across(across));
        refusing.into_iter().chain(across)
    }
}
