//! Whether a comparison passes as a check: a comparison and a policy in, an outcome out.

use super::{Comparison, Row, Side, Verdict, Warning};

/// What the check asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GatePolicy {
    /// What becomes of rows of which the data cannot tell whether they changed.
    pub inconclusive: InconclusiveRows,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    /// What it came to.
    pub outcome: Outcome,
    /// Rows that are slower.
    pub slower: usize,
    /// Rows that allocate more.
    pub allocating_more: usize,
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
    pub fn of(comparison: &Comparison, policy: GatePolicy) -> Gate {
        let gated = || comparison.rows.iter().filter(|row| comparison.options.is_gated(&row.id));
        let rows = |verdicts: &[Verdict]| gated().filter(|row| verdicts.contains(&row.verdict)).count();
        let mut gate = Gate {
            outcome: Outcome::Passed,
            slower: rows(&[Verdict::Regressed]),
            allocating_more: gated()
                .filter(|row| row.allocation_verdict() == Some(Verdict::Regressed))
                .count(),
            unjudged: rows(&[Verdict::NotComparable, Verdict::Failed, Verdict::Removed])
                + gated().filter(|row| is_unmeasured(row)).count(),
            inconclusive: rows(&[Verdict::Inconclusive, Verdict::Suspect]),
            unfinished: comparison.sides.iter().map(|side| side.baseline.unfinished.len()).sum(),
            left_out: comparison.rows.len() - gated().count(),
        };
        let open = policy.inconclusive == InconclusiveRows::Fail && gate.inconclusive > 0;
        gate.outcome = match gate {
            Gate { slower: 1.., .. } | Gate { allocating_more: 1.., .. } => Outcome::Regressed,
            Gate { unjudged: 1.., .. } | Gate { unfinished: 1.., .. } => Outcome::CannotJudge,
            _ if open || !gated().any(|row| row.verdict.is_judged()) => Outcome::CannotJudge,
            _ => Outcome::Passed,
        };
        gate
    }
}

/// A side was not measured. One that only the baseline was not asked for is as good as added.
fn is_unmeasured(row: &Row) -> bool {
    let left_out = |note: &Warning| matches!(note, Warning::LeftOut { side: Side::Baseline, .. });
    let as_added = row.time_ns(Side::Candidate).is_some() && row.notes.iter().any(left_out);
    row.verdict == Verdict::NotMeasured && !as_added
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
        Gate::of(&comparison, GatePolicy { inconclusive }).outcome
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
            Gate::of(&comparison(rows), GatePolicy::default()).outcome
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
}
