//! The vocabulary of a history.

use std::collections::BTreeSet;

use crate::compare::{Estimate, Fact, Options};
use crate::estimate::Contention;
use crate::model::{Allocation, Baseline, BenchmarkId};
use crate::work::Work;

/// The benchmarks of several baselines over time.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// The baselines without their benchmarks, by the date of their first session, then by name.
    pub baselines: Vec<Baseline>,
    /// What changes were looked for by: the least changes that count, and the confidence of the interval of a point and of
    /// the intervals of all changes of a segment together.
    pub options: Options,
    /// Every wanted benchmark of any baseline, sorted by id.
    pub rows: Vec<RowHistory>,
}

/// One benchmark over time. Its points form *segments*: within one, times are comparable.
#[derive(Debug, Clone, PartialEq)]
pub struct RowHistory {
    /// Which one.
    pub id: BenchmarkId,
    /// What it is called where it is shown, unlike all other rows ([`labels`](crate::model::labels)).
    pub label: String,
    /// One point for each baseline that holds the benchmark, in their order.
    pub points: Vec<HistoryPoint>,
    /// Where a segment ends and the next one begins, in order.
    pub breaks: Vec<Break>,
    /// The change points of all segments, in order.
    pub changes: Vec<LevelChange>,
}

/// A benchmark in one baseline.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryPoint {
    /// Index into [`History::baselines`].
    pub baseline: usize,
    /// Declared work.
    pub work: Option<Work>,
    /// Allocation per iteration, where it was counted.
    pub allocation: Option<Allocation>,
    /// Time estimate as measured, nanoseconds per iteration ([`time_estimate`](crate::stats::time_estimate)), where it was
    /// measured.
    pub time_ns: Option<f64>,
    /// The same at the median clock of the segment, with its interval, the session term included: nanoseconds per
    /// iteration. Equal to `time_ns` where a round of the segment has no probes. Without an interval where it is not
    /// judged.
    pub adjusted_ns: Option<Estimate>,
    /// Relative change of the adjusted time against the measured point before it in the segment, contended ones apart.
    pub change: Option<f64>,
    /// Why changes are looked for without it.
    pub unjudged: Option<Unjudged>,
}

/// Why a point has no say in where levels change.
#[derive(Debug, Clone, PartialEq)]
pub enum Unjudged {
    /// It could not be measured; the reason.
    Failed(String),
    /// No process came to it; the reason.
    NotMeasured(String),
    /// This used its cores during nearly all of its samples, or may have.
    Contended(Contention),
    /// A single round tells nothing of its noise.
    SingleRound,
}

/// A place where the line of a row breaks, since times before and after are not comparable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// Index of the first point after it.
    pub at: usize,
    /// The facts of that point that differ from some point of the segment before, at least one.
    pub facts: BTreeSet<Fact>,
}

/// A change from one level of a segment to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LevelChange {
    /// Indices of the last judged point before and the first after.
    pub between: [usize; 2],
    /// New level / old level - 1 at the clock of the segment. The intervals of all changes of a segment hold together
    /// at the confidence of the history, and each lies wholly beyond the least change that counts.
    pub size: Estimate,
}

impl LevelChange {
    /// Slower, not faster.
    pub fn is_slower(&self) -> bool {
        self.size.value > 0.0
    }
}

impl RowHistory {
    /// The segments: ranges of points.
    pub fn segments(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let starts = std::iter::once(0).chain(self.breaks.iter().map(|found| found.at));
        let ends = self.breaks.iter().map(|found| found.at).chain([self.points.len()]);
        starts.zip(ends).map(|(start, end)| start..end)
    }

    /// The break before a point.
    pub fn break_before(&self, point: usize) -> Option<&Break> {
        self.breaks.iter().find(|found| found.at == point)
    }

    /// The change whose new level begins at a point.
    pub fn change_at(&self, point: usize) -> Option<&LevelChange> {
        self.changes.iter().find(|change| change.between[1] == point)
    }
}
