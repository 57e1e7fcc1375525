//! Whether a comparison passes as a check: a comparison and a policy in, an outcome out.

mod accepted;
mod limit;
mod self_test;

pub use self::accepted::Accepted;
pub use self::limit::{Limit, Most};
pub use self::self_test::{Found, Trial, self_test};

use self::limit::Standing;
use super::{Comparison, Metric, Row, Side, Verdict, Warning};

/// What the check asks for.
#[derive(Debug, Clone, Default)]
pub struct GatePolicy {
    /// What becomes of rows of which the data cannot tell whether they changed.
    pub inconclusive: InconclusiveRows,
    /// Limits that take the place of the verdict on a metric, for the rows that they hold for; of several, the last.
    pub limits: Vec<Limit>,
}

impl GatePolicy {
    /// The limit on a metric of a row. One that lets a metric change at will lets its views, too.
    fn limit(&self, row: &Row, metric: Metric) -> Option<&Limit> {
        let concerns = |limit: &&Limit| {
            limit.metric == metric || (limit.most == Most::Any && metric.viewed() == Some(limit.metric))
        };
        self.limits.iter().rev().filter(concerns).find(|limit| limit.holds_for(row))
    }
}

/// What becomes of inconclusive and suspect rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum InconclusiveRows {
    /// They are counted and pass.
    #[default]
    Pass,
    /// The check cannot judge.
    Fail,
}

/// What the check came to, and the rows that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// What it came to.
    pub outcome: Outcome,
    /// Rows that are slower, where no limit says by how much they may be.
    pub slower: usize,
    /// Rows that allocate more, likewise.
    pub allocating_more: usize,
    /// The labels of the rows that are beyond a limit, each with the limit.
    pub beyond: Vec<(String, String)>,
    /// Limits that held for no row.
    pub idle: Vec<String>,
    /// Rows that have no verdict: not comparable, failed, not measured, or missing in the candidate.
    pub unjudged: usize,
    /// Inconclusive and suspect rows.
    pub inconclusive: usize,
    /// Benches of either side that did not come to their end: rows of them may be missing on both sides.
    pub unfinished: usize,
    /// Rows that the project leaves out of its gate ([`Options::is_gated`](super::Options::is_gated)).
    pub left_out: usize,
}

/// What a check comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing regressed.
    Passed,
    /// A row is slower or allocates more.
    Regressed,
    /// Nothing regressed that could be judged, and something could not.
    CannotJudge,
}

impl Gate {
    /// Holds a comparison against a policy.
    pub fn of(comparison: &Comparison, policy: &GatePolicy) -> Gate {
        let holds = |limit: &&Limit| {
            comparison.rows.iter().any(|row| limit.holds_for(row) && row.measure(limit.metric).is_some())
        };
        let mut gate = Gate {
            outcome: Outcome::Passed,
            slower: 0,
            allocating_more: 0,
            beyond: Vec::new(),
            idle: policy.limits.iter().filter(|limit| !holds(limit)).map(Limit::to_string).collect(),
            unjudged: 0,
            inconclusive: 0,
            unfinished: comparison.sides.iter().map(|side| side.baseline.unfinished.len()).sum(),
            left_out: 0,
        };
        let is_gated = |row: &&Row| comparison.options.is_gated(&row.id);
        let (gated, left_out): (Vec<&Row>, Vec<&Row>) = comparison.rows.iter().partition(is_gated);
        gated.iter().for_each(|row| gate.hold(row, policy));
        gate.left_out = left_out.len();
        let open = policy.inconclusive == InconclusiveRows::Fail && gate.inconclusive > 0;
        let worse = gate.slower + gate.allocating_more + gate.beyond.len();
        gate.outcome = match gate {
            _ if worse > 0 => Outcome::Regressed,
            Gate { unjudged: 1.., .. } | Gate { unfinished: 1.., .. } => Outcome::CannotJudge,
            _ if open || !gated.iter().any(|row| row.verdict.is_judged()) => Outcome::CannotJudge,
            _ => Outcome::Passed,
        };
        gate
    }

    /// Holds a row against its limits, and where a metric has none against its verdicts.
    fn hold(&mut self, row: &Row, policy: &GatePolicy) {
        let held = held(row, policy);
        let beyond: Vec<String> = held.with(Standing::Beyond).map(Limit::to_string).collect();
        if !beyond.is_empty() {
            self.beyond.push((row.label.clone(), beyond.join(", ")));
        }
        let mut open = held.with(Standing::Open).next().is_some();
        match row.verdict {
            Verdict::Regressed if !held.decides(Metric::Time) => self.slower += 1,
            Verdict::Inconclusive | Verdict::Suspect if !held.decides(Metric::Time) => open = true,
            Verdict::NotComparable | Verdict::Failed | Verdict::Removed => self.unjudged += 1,
            Verdict::NotMeasured if is_unmeasured(row) => self.unjudged += 1,
            _ => {}
        }
        self.allocating_more += usize::from(allocates_more(row, |metric| held.decides(metric)));
        self.inconclusive += usize::from(open);
    }
}

/// Where a row stands to its limits: those on metrics that were compared.
struct Held<'a>(Vec<(Metric, &'a Limit, Standing)>);

fn held<'a>(row: &Row, policy: &'a GatePolicy) -> Held<'a> {
    let of = |metric| {
        let limit = policy.limit(row, metric)?;
        let standing = limit.standing(row.measure(metric)?)?;
        // What a doubtful time says is no more certain beside a limit.
        let is_open = standing == Standing::Beyond && is_of(metric, Metric::Time) && is_doubtful(row);
        Some((metric, limit, if is_open { Standing::Open } else { standing }))
    };
    Held(Metric::ALL.into_iter().filter_map(of).collect())
}

impl Held<'_> {
    fn with(&self, wanted: Standing) -> impl Iterator<Item = &Limit> {
        self.0.iter().filter(move |(_, _, standing)| *standing == wanted).map(|(_, limit, _)| *limit)
    }

    /// A limit takes the place of the verdict on a metric: one on it, or on a view of it.
    fn decides(&self, metric: Metric) -> bool {
        self.0.iter().any(|(limited, ..)| is_of(*limited, metric))
    }
}

/// It is the metric, or a view of it.
fn is_of(metric: Metric, other: Metric) -> bool {
    metric == other || metric.viewed() == Some(other)
}

/// The interval of its time says less than it seems to.
fn is_doubtful(row: &Row) -> bool {
    let is_contended = row.contended && !row.verdict.is_change();
    is_contended || row.verdict == Verdict::Suspect || row.notes.contains(&Warning::FalseDiscovery)
}

/// By the verdict on its allocation, or where a limit takes the place of one of the two by the other's.
fn allocates_more(row: &Row, is_limited: impl Fn(Metric) -> bool) -> bool {
    let counts = [Metric::AllocatedBytes, Metric::Allocations];
    if counts.into_iter().any(&is_limited) {
        let regressed =
            |metric| row.measure(metric).is_some_and(|count| count.verdict == Some(Verdict::Regressed));
        return counts.into_iter().any(|metric| !is_limited(metric) && regressed(metric));
    }
    row.allocation_verdict() == Some(Verdict::Regressed)
}

/// What was not measured on one side. What only the baseline was not asked for is as good as added.
fn is_unmeasured(row: &Row) -> bool {
    let left_out = |note: &Warning| matches!(note, Warning::LeftOut { side: Side::Baseline, .. });
    row.time_ns(Side::Candidate).is_none() || !row.notes.iter().any(left_out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{RowBuilder, comparison};

    fn outcome(verdicts: &[Verdict], inconclusive: InconclusiveRows) -> Outcome {
        let row = |(index, verdict): (usize, &Verdict)| {
            RowBuilder::new(&format!("row{index}")).verdict(*verdict).build()
        };
        let comparison = comparison(verdicts.iter().enumerate().map(row).collect());
        Gate::of(&comparison, &GatePolicy { inconclusive, ..GatePolicy::default() }).outcome
    }

    #[test]
    fn a_regression_fails_whatever_else_there_is() {
        for inconclusive in [InconclusiveRows::Pass, InconclusiveRows::Fail] {
            assert_eq!(outcome(&Verdict::ALL, inconclusive), Outcome::Regressed);
        }
    }

    #[test]
    fn what_could_not_be_judged_is_no_pass() {
        for missing in [Verdict::NotComparable, Verdict::Failed, Verdict::Removed, Verdict::NotMeasured] {
            let rows = [Verdict::Unchanged, missing];
            assert_eq!(outcome(&rows, InconclusiveRows::Pass), Outcome::CannotJudge, "{missing:?}");
        }
        assert_eq!(outcome(&[Verdict::Added], InconclusiveRows::Pass), Outcome::CannotJudge);
        assert_eq!(outcome(&[], InconclusiveRows::Pass), Outcome::CannotJudge);
    }

    #[test]
    fn a_row_that_the_baseline_was_not_asked_for_passes_as_one_that_was_added() {
        let left_out = |side, times: [Option<f64>; 2]| {
            let note = Warning::LeftOut { side, reason: "the filter `a` leaves it out".to_owned() };
            RowBuilder::new("new").sides(times[0], times[1]).verdict(Verdict::NotMeasured).note(note).build()
        };
        let gate = |row: Row| {
            let rows = vec![RowBuilder::new("same").build(), row];
            Gate::of(&comparison(rows), &GatePolicy::default()).outcome
        };
        assert_eq!(gate(left_out(Side::Baseline, [None, Some(1.0)])), Outcome::Passed);
        assert_eq!(gate(left_out(Side::Candidate, [Some(1.0), None])), Outcome::CannotJudge);
    }

    #[test]
    fn inconclusive_rows_pass_unless_the_policy_says_otherwise() {
        for open in [Verdict::Inconclusive, Verdict::Suspect] {
            let rows = [Verdict::Improved, open, Verdict::Added];
            assert_eq!(outcome(&rows, InconclusiveRows::Pass), Outcome::Passed);
            assert_eq!(outcome(&rows, InconclusiveRows::Fail), Outcome::CannotJudge);
        }
        assert_eq!(outcome(&[Verdict::Unchanged], InconclusiveRows::Fail), Outcome::Passed);
    }

    fn limited(rows: Vec<Row>, limits: &[&str]) -> Gate {
        let limits = limits.iter().map(|limit| limit.parse().expect("a limit")).collect();
        Gate::of(&comparison(rows), &GatePolicy { limits, ..GatePolicy::default() })
    }

    fn slower_row() -> Row {
        RowBuilder::new("MatMul/64").time(100.0, 104.0, 0.01).verdict(Verdict::Regressed).build()
    }

    #[test]
    fn a_limit_takes_the_place_of_the_verdict() {
        let gate = |limits: &[&str]| limited(vec![slower_row()], limits);
        assert_eq!(gate(&[]).outcome, Outcome::Regressed);
        assert_eq!(gate(&["time=10%"]).outcome, Outcome::Passed);
        assert_eq!(gate(&["time=any"]).outcome, Outcome::Passed);
        let failed = gate(&["time=1%"]);
        assert_eq!(failed.outcome, Outcome::Regressed);
        assert_eq!(failed.beyond, [("MatMul/64".to_owned(), "time=1%".to_owned())]);
        assert_eq!((failed.slower, gate(&["time=4%"]).inconclusive), (0, 1));
    }

    #[test]
    fn the_last_limit_that_holds_for_a_row_counts_and_one_that_holds_for_none_is_told() {
        let gate = |limits: &[&str]| limited(vec![slower_row()], limits);
        assert_eq!(gate(&["time=1%", "time=10%@^MatMul/"]).outcome, Outcome::Passed);
        assert_eq!(gate(&["time=10%@^MatMul/", "time=1%"]).outcome, Outcome::Regressed);
        let other = gate(&["time=10%@^GELU/", "peak-bytes=0B"]);
        assert_eq!(other.outcome, Outcome::Regressed);
        assert_eq!(other.idle, ["time=10%@^GELU/", "peak-bytes=0B"]);
    }

    #[test]
    fn a_limit_on_bytes_leaves_the_number_of_allocations_to_its_verdict() {
        let row = |bytes, count| RowBuilder::new("a").time(1.0, 1.0, 0.01).allocation(bytes, count).build();
        let gate = |bytes, count, limits: &[&str]| limited(vec![row(bytes, count)], limits).outcome;
        assert_eq!(gate([1000, 1500], [1, 1], &[]), Outcome::Regressed);
        assert_eq!(gate([1000, 1500], [1, 1], &["allocated-bytes=1kB"]), Outcome::Passed);
        assert_eq!(gate([1000, 2500], [1, 1], &["allocated-bytes=1kB"]), Outcome::Regressed);
        assert_eq!(gate([1000, 2000], [1, 1], &["allocated-bytes=1kB"]), Outcome::Passed);
        assert_eq!(gate([1000, 1500], [1, 9], &["allocated-bytes=1kB"]), Outcome::Regressed);
        assert_eq!(gate([1000, 1500], [1, 9], &["allocated-bytes=1kB", "allocations=8"]), Outcome::Passed);
    }

    #[test]
    fn a_limit_on_what_one_side_has_leaves_the_verdict_on_time() {
        let row = || RowBuilder::new("a").time(100.0, 200.0, 0.01).verdict(Verdict::Regressed).build();
        let gate = |limits: &[&str]| limited(vec![row()], limits);
        assert_eq!(gate(&["tokens-per-s=3%"]).outcome, Outcome::Regressed);
        assert_eq!(gate(&["peak-bytes=0B"]).slower, 1);
    }

    #[test]
    fn a_time_in_doubt_is_beyond_no_limit() {
        let row = |contended, notes: &[Warning]| {
            let row = RowBuilder::new("a").time(100.0, 130.0, 0.01).verdict(Verdict::Inconclusive);
            Row { contended, ..notes.iter().fold(row, |row, note| row.note(note.clone())).build() }
        };
        let gate = |row| limited(vec![row], &["time=5%"]);
        assert_eq!(gate(row(false, &[])).outcome, Outcome::Regressed);
        for row in [row(true, &[]), row(false, &[Warning::FalseDiscovery])] {
            let gate = gate(row);
            assert_eq!((gate.outcome, gate.inconclusive), (Outcome::Passed, 1));
        }
    }

    #[test]
    fn a_row_is_counted_once_with_all_limits_that_it_is_beyond() {
        let row = RowBuilder::new("a").time(100.0, 130.0, 0.01).allocation([1000, 9000], [1, 9]);
        let gate = limited(
            vec![row.verdict(Verdict::Regressed).build()],
            &["time=5%", "allocated-bytes=1kB", "allocations=1"],
        );
        assert_eq!(gate.beyond, [("a".to_owned(), "time=5%, allocated-bytes=1kB, allocations=1".to_owned())]);
    }
}
