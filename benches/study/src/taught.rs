//! What a machine has taught by the time of a comparison: what `diff` learns there from the saves before it.

use jiff::Timestamp;
use tensorprof::compare::LearnedSessions;
use tensorprof::estimate::code_session;
use tensorprof::model::{Baseline, CodeSession, Digests};

use crate::folder::Finished;
use crate::plan::Kind;

/// The sessions of a column.
#[derive(Debug, Clone)]
pub struct Taught(Vec<CodeSession>);

impl Taught {
    /// By all units of one baseline.
    pub fn by(units: &[Finished]) -> Taught {
        let session = |unit: &Finished| {
            let [baseline] = unit.baselines.as_slice() else { return None };
            Some(code_session(baseline, &digests(baseline, unit.unit.save.kind)))
        };
        Taught(units.iter().filter_map(session).collect())
    }

    /// By those that had begun at this time. `None` of too few.
    pub fn until(&self, time: Timestamp) -> Option<LearnedSessions> {
        let begun: Vec<CodeSession> =
            self.0.iter().filter(|session| session.started <= time).cloned().collect();
        Some(LearnedSessions::of(&begun)).filter(|learned| !learned.is_empty())
    }
}

/// The executables of a baseline. One with a planted slowdown is other code, although the file is the same.
fn digests(baseline: &Baseline, kind: Kind) -> Digests {
    let key = |package: &str, target: &str| {
        ((package.to_owned(), target.to_owned()), format!("{package} {target} {kind:?}"))
    };
    baseline.benchmarks.iter().map(|row| key(&row.id.package, &row.id.target)).collect()
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;
    use crate::judged::tests::stored;

    #[test]
    fn the_saves_before_a_comparison_teach_and_later_ones_do_not() {
        let mut units: Vec<Finished> = (1..=6).map(|number| stored(Kind::Plain, number, 1.0)).collect();
        units.push(stored(Kind::Planted(5), 1, 1.05));
        for (hours, unit) in (0..).zip(&mut units) {
            unit.baselines[0].sessions[0].started = Timestamp::UNIX_EPOCH + i64::from(hours).hours();
        }
        let taught = Taught::by(&units);
        let sessions = |hours: i64| {
            let learned = taught.until(Timestamp::UNIX_EPOCH + hours.hours())?;
            learned.probed.map(|learned| learned.sessions)
        };
        assert_eq!([0, 2, 4, 5, 6].map(sessions), [None, None, Some(5), Some(6), Some(6)]);
    }
}
