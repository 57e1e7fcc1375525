//! The search for the commit that changed a row: what is searched for, and on which side of the change a commit is.
//!
//! Every commit is compared with the good one. It is taken to be beyond the change where it differs by more than half of the
//! whole change, in ln units for times: there the two answers are equally far away, and the fewest blocks decide.

use super::{Change, Comparison, Metric, Options, Row, Sides, Verdict};
use crate::model::{BenchmarkId, Commit};

/// A metric of a row in two commits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// What each has, in the unit of the metric.
    pub values: Sides<f64>,
    /// How they differ; `None` of a count that was zero.
    pub change: Option<Change>,
}

impl Shift {
    fn of(row: &Row, metric: Metric) -> Option<Shift> {
        let measure = row.measure(metric)?;
        let values = measure.values().both()?;
        let is_known = metric.is_exact() || measure.change.is_some();
        is_known.then_some(Shift { values, change: measure.change })
    }

    /// How far apart the two are, with its sign: ln units of a time, else in the unit of the metric.
    fn distance(&self, metric: Metric) -> f64 {
        if metric.is_exact() {
            self.values.candidate - self.values.baseline
        } else {
            self.change.map_or(0.0, |change| change.point.ln_1p())
        }
    }
}

/// A change between a good and a bad commit whose origin is searched for.
#[derive(Debug, Clone, PartialEq)]
pub struct Sought {
    /// The row.
    pub id: BenchmarkId,
    /// Its name.
    pub label: String,
    /// What of it changed: a time or a count.
    pub metric: Metric,
    /// By how much from the good commit to the bad.
    pub whole: Shift,
}

impl Sought {
    /// The greatest change of the metric in the comparison of the good commit with the bad. `None` where no row changed.
    pub fn in_comparison(comparison: &Comparison, metric: Metric) -> Option<Sought> {
        let changed =
            comparison.rows.iter().filter(|row| verdict(row, metric).is_some_and(Verdict::is_change));
        let shifts = changed.filter_map(|row| Some((row, Shift::of(row, metric)?)));
        let far = |shift: &Shift| shift.distance(metric).abs();
        let (row, whole) = shifts.max_by(|(_, one), (_, other)| far(one).total_cmp(&far(other)))?;
        Some(Sought { id: row.id.clone(), label: row.label.clone(), metric, whole })
    }

    /// How comparisons with the good commit are judged: half of the whole change counts.
    pub fn judging(&self, options: &Options) -> Options {
        if self.metric.is_exact() {
            return options.clone();
        }
        let threshold = (self.whole.distance(self.metric).abs() / 2.0).exp_m1();
        Options { threshold, rows: Vec::new(), ..options.clone() }
    }

    /// Where a commit stands, by its comparison with the good one under [`Sought::judging`].
    pub fn standing(&self, comparison: &Comparison) -> CommitStanding {
        let Some(row) = comparison.rows.iter().find(|row| row.id == self.id) else {
            return CommitStanding::Unknown("does not have the benchmark".to_owned());
        };
        match (Shift::of(row, self.metric), verdict(row, self.metric)) {
            (_, Some(verdict @ (Verdict::Inconclusive | Verdict::Suspect))) => {
                CommitStanding::Unknown(verdict.words().to_owned())
            }
            (Some(shift), Some(_)) if self.is_beyond(&shift, row) => CommitStanding::After(shift),
            (Some(shift), Some(_)) => CommitStanding::Before(Some(shift)),
            (None, _) | (_, None) => CommitStanding::Unknown(match row.verdict {
                Verdict::Added | Verdict::Removed => "does not have the benchmark".to_owned(),
                Verdict::NotMeasured => "did not measure the benchmark".to_owned(),
                Verdict::Failed => "its bench failed".to_owned(),
                other => format!("its {} is {}", self.metric.key().replace('_', " "), other.words()),
            }),
        }
    }

    fn is_beyond(&self, shift: &Shift, row: &Row) -> bool {
        let (whole, part) = (self.whole.distance(self.metric), shift.distance(self.metric));
        if self.metric.is_exact() {
            part / whole > 0.5
        } else {
            row.verdict.is_change() && part * whole > 0.0
        }
    }

    /// The change of the row in the comparison of a commit with its parent, if it is one in the same direction.
    pub fn confirmed(&self, comparison: &Comparison) -> Confirmation {
        let row = comparison.rows.iter().find(|row| row.id == self.id);
        let shift = row.and_then(|row| Shift::of(row, self.metric));
        let changed = row.and_then(|row| verdict(row, self.metric)).is_some_and(Verdict::is_change);
        match shift {
            Some(shift)
                if changed && shift.distance(self.metric) * self.whole.distance(self.metric) > 0.0 =>
            {
                Confirmation::Confirmed(shift)
            }
            shift => Confirmation::Refused(shift),
        }
    }
}

/// The verdict on a metric of a row: that of the row for its time.
fn verdict(row: &Row, metric: Metric) -> Option<Verdict> {
    if metric == Metric::Time { Some(row.verdict) } else { row.measure(metric)?.verdict }
}

/// Where a commit stands.
#[derive(Debug, Clone, PartialEq)]
pub enum CommitStanding {
    /// Like the good commit. Without numbers where its executables are the same.
    Before(Option<Shift>),
    /// Like the bad commit.
    After(Shift),
    /// It cannot be told, and why.
    Unknown(String),
}

/// Whether a commit changed the row against its parent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Confirmation {
    /// It did.
    Confirmed(Shift),
    /// It did not, or not by enough to be told.
    Refused(Option<Shift>),
}

/// A search, ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Bisection {
    /// The commit that everything was compared with.
    pub good: Commit,
    /// The commit that had the change.
    pub bad: Commit,
    /// The change.
    pub sought: Sought,
    /// The commits between that were looked at, in order.
    pub tested: Vec<(Commit, CommitStanding)>,
    /// What came out.
    pub outcome: Finding,
}

/// What a search found.
#[derive(Debug, Clone, PartialEq)]
pub enum Finding {
    /// The commit, its first parent's hash, and its change against that.
    Commit(Commit, String, Shift),
    /// The first commit beyond half of the change does not have it against its parent, whose hash is given: the change may be
    /// spread over several commits.
    Spread(Commit, String, Option<Shift>),
    /// It is one of these, of which all but the last could not be told.
    Range(Vec<Commit>),
}

#[cfg(test)]
mod tests {
    use super::super::compare;
    use super::super::fixtures::{allocation, baseline, row};
    use super::*;
    use crate::model::{Benchmark, Range};

    fn compared(old: Vec<Benchmark>, new: Vec<Benchmark>, options: &Options) -> Comparison {
        compare(&baseline("old", old), &baseline("new", new), options)
    }

    /// Rows of these times, with the little noise that intervals need.
    fn timed(name: &str, time: f64) -> Benchmark {
        let noise = [1.0, 1.001, 0.999, 1.0005, 0.9995, 1.0, 1.001, 0.999, 1.0005, 0.9995];
        row(name, &noise.map(|factor| time * factor))
    }

    /// Judged by the points: what is tested here does not depend on intervals.
    fn options() -> Options {
        Options { rule: super::super::Rule::Point, ..Options::default() }
    }

    #[test]
    fn the_greatest_change_is_sought_and_half_of_it_counts() {
        let old = vec![timed("a", 100.0), timed("b", 100.0), timed("c", 100.0)];
        let new = vec![timed("a", 110.0), timed("b", 50.0), timed("c", 100.0)];
        let sought =
            Sought::in_comparison(&compared(old.clone(), new, &options()), Metric::Time).expect("changed");
        assert_eq!(sought.label, "ops/b");
        let judging = sought.judging(&options());
        assert!((judging.threshold - (2f64.sqrt() - 1.0)).abs() < 1e-3, "{}", judging.threshold);
        let standing = |time| sought.standing(&compared(old.clone(), vec![timed("b", time)], &judging));
        assert!(matches!(standing(55.0), CommitStanding::After(_)));
        assert!(matches!(standing(95.0), CommitStanding::Before(Some(_))));
        assert!(matches!(standing(300.0), CommitStanding::Before(Some(_))), "the other direction");
        assert!(
            Sought::in_comparison(&compared(old.clone(), old.clone(), &options()), Metric::Time).is_none()
        );
        let without = sought.standing(&compared(old.clone(), vec![timed("a", 1.0)], &judging));
        assert_eq!(without, CommitStanding::Unknown("does not have the benchmark".to_owned()));
    }

    #[test]
    fn counts_are_told_apart_in_the_middle() {
        let counted = |bytes: u64| {
            let bytes = Range { low: bytes, high: bytes };
            vec![Benchmark { allocation: Some(allocation(bytes)), ..timed("a", 100.0) }]
        };
        let whole = compared(counted(1000), counted(9000), &options());
        let sought = Sought::in_comparison(&whole, Metric::AllocatedBytes).expect("changed");
        assert_eq!(sought.judging(&options()), options());
        let standing = |bytes| sought.standing(&compared(counted(1000), counted(bytes), &options()));
        assert!(matches!(standing(5001), CommitStanding::After(_)));
        assert!(matches!(standing(4999), CommitStanding::Before(Some(_))));
        assert!(matches!(standing(1000), CommitStanding::Before(Some(_))));
    }

    #[test]
    fn a_change_is_confirmed_in_its_direction_only() {
        let old = vec![timed("a", 100.0)];
        let against = |time| compared(old.clone(), vec![timed("a", time)], &options());
        let sought = Sought::in_comparison(&against(120.0), Metric::Time).expect("changed");
        assert!(matches!(sought.confirmed(&against(110.0)), Confirmation::Confirmed(_)));
        assert!(matches!(sought.confirmed(&against(101.0)), Confirmation::Refused(Some(_))));
        assert!(matches!(sought.confirmed(&against(80.0)), Confirmation::Refused(Some(_))));
    }
}
