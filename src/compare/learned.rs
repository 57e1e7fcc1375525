//! What sessions of identical code differ by on one machine, learned from executables that were measured there more than
//! once.

use std::collections::{BTreeMap, BTreeSet};

use super::clock::{Clock, times_at};
use super::effect::correction;
use super::sessions::{ASSUMED_DF, LEAST_DF, assumed_variance};
use crate::model::{CodeRound, CodeSession};
use crate::stats::{LogRound, Scatter, Variance, excess_variance, lower_trimmed_mean};

/// What was learned of the sessions of one machine.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LearnedSessions {
    /// Of rows adjusted by a clock probe. `None` of too few sessions.
    pub probed: Option<LearnedSession>,
    /// Of rows without a probe.
    pub unprobed: Option<LearnedSession>,
}

/// What sessions of identical code differ by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LearnedSession {
    /// Standard deviation between sessions, ln time.
    pub sd: f64,
    /// Degrees of freedom of its square.
    pub df: f64,
    /// Sessions that measured the same executables as another one.
    pub sessions: usize,
    /// Benchmarks of such executables.
    pub rows: usize,
}

impl LearnedSessions {
    /// Learns from the sessions of one machine, in any order.
    ///
    /// A row is a benchmark of an executable that at least two sessions measured. Its scatter is that of its locations, at
    /// one clock, about their mean; what its rounds, the clock adjustment and corrected samples explain is taken out of it. The excess is
    /// pooled over rows robustly, since a restless row says nothing of the others, and moderated towards what is assumed
    /// (Smyth 2004). Degrees of freedom are those of sessions and not of rows: what one session has in common, all of its
    /// rows share, so a hundred rows in two sessions are hardly more than one.
    pub fn of(sessions: &[CodeSession]) -> LearnedSessions {
        LearnedSessions { probed: learn(sessions, true), unprobed: learn(sessions, false) }
    }

    /// Nothing was learned.
    pub fn is_empty(&self) -> bool {
        self.probed.is_none() && self.unprobed.is_none()
    }

    /// What was learned of rows with or without probes.
    pub fn of_rows(&self, probed: bool) -> Option<LearnedSession> {
        if probed { self.probed } else { self.unprobed }
    }
}

impl LearnedSession {
    /// The variance of one session.
    pub(super) fn variance(&self) -> Variance {
        Variance { value: self.sd * self.sd, df: self.df }
    }
}

fn learn(sessions: &[CodeSession], probed: bool) -> Option<LearnedSession> {
    let repeated = repeated_rows(sessions, probed);
    let scatters: Vec<Scatter> = repeated.iter().filter_map(scatter).collect();
    let groups = connected(repeated.iter().map(|row| row.iter().map(|(session, _)| *session).collect()));
    let sessions = groups.iter().map(BTreeSet::len).sum::<usize>();
    let df = sessions - groups.len();
    if df < LEAST_DF || scatters.is_empty() {
        return None;
    }
    let (df, total_df) = (df as f64, df as f64 + ASSUMED_DF);
    let value = (df * excess_variance(&scatters) + ASSUMED_DF * assumed_variance(probed)) / total_df;
    Some(LearnedSession { sd: value.sqrt(), df: total_df, sessions, rows: scatters.len() })
}

/// A benchmark of one executable in several sessions, each by its index.
type RepeatedRow = Vec<(usize, Vec<LogRound>)>;

fn repeated_rows(sessions: &[CodeSession], probed: bool) -> Vec<RepeatedRow> {
    let mut rows: BTreeMap<&str, RepeatedRow> = BTreeMap::new();
    for (index, session) in sessions.iter().enumerate() {
        for (key, rounds) in &session.rows {
            let is_probed = rounds.iter().all(|round| round.clock.is_some());
            if is_probed == probed {
                rows.entry(key).or_default().push((index, log_rounds(index, rounds)));
            }
        }
    }
    rows.into_values().filter(|row| row.len() > 1).collect()
}

fn log_rounds(session: usize, rounds: &[CodeRound]) -> Vec<LogRound> {
    let log_round = |round: &CodeRound| {
        let probes: Vec<f64> = round.clock.map(f64::exp).into_iter().collect();
        let mut located = LogRound::new(session, &[round.time.exp()], &probes)?;
        located.corrected = round.corrected;
        Some(located)
    };
    rounds.iter().filter_map(log_round).collect()
}

/// The scatter of the sessions of a row. `None` where one of them has no standard error.
fn scatter(row: &RepeatedRow) -> Option<Scatter> {
    let sides: Vec<&[LogRound]> = row.iter().map(|(_, rounds)| rounds.as_slice()).collect();
    let clock = Clock::of(&sides);
    let reference = clock.as_ref().map_or(0.0, |clock| clock.reference);
    let locate = |rounds: &&[LogRound]| lower_trimmed_mean(&times_at(rounds, clock.as_ref(), reference));
    let locations = sides.iter().map(locate).collect::<Option<Vec<_>>>()?;
    let variances =
        locations.iter().map(|location| Some(location.variance()?.value)).collect::<Option<Vec<_>>>()?;
    let of_clock = clock.as_ref().map_or(0.0, |clock| {
        let shifts = clock.sides.iter().map(|side| side - clock.reference);
        clock.slope.variance.value * squares_about_mean(&shifts.collect::<Vec<_>>())
    });
    let of_corrections = sides.iter().map(|rounds| correction(rounds)).sum::<f64>();
    let n = locations.len() as f64;
    let means: Vec<f64> = locations.iter().map(|location| location.mean).collect();
    Some(Scatter {
        squares: squares_about_mean(&means),
        df: n - 1.0,
        within: (variances.iter().sum::<f64>() + of_corrections) / n + of_clock / (n - 1.0),
    })
}

fn squares_about_mean(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum()
}

/// Sets that have an element in common, directly or through others, joined.
fn connected(sets: impl Iterator<Item = BTreeSet<usize>>) -> Vec<BTreeSet<usize>> {
    let mut groups: Vec<BTreeSet<usize>> = Vec::new();
    for mut set in sets {
        let (touching, others) =
            groups.into_iter().partition(|group: &BTreeSet<usize>| !group.is_disjoint(&set));
        groups = others;
        set.extend(touching.into_iter().flatten());
        groups.push(set);
    }
    groups
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::stats::random::Random;

    const ROUNDS: [f64; 8] = [0.0, 0.001, -0.001, 0.0005, -0.0005, 0.0008, -0.0008, 0.0002];

    /// A session of `code` whose rows lie at `shifts` and whose core ran at `clock`, where it has probes.
    fn session(code: &str, shifts: &[f64], clock: Option<f64>) -> CodeSession {
        let rounds = |shift: f64| -> Vec<CodeRound> {
            let wander = |noise: f64| 3.0 * noise;
            let time = |noise: f64| 9.0 + shift + noise + clock.map_or(0.0, |clock| clock + wander(noise));
            let clock = |noise: f64| clock.map(|clock| 11.0 + clock + wander(noise));
            ROUNDS
                .iter()
                .map(|&noise| CodeRound { time: time(noise), clock: clock(noise), corrected: 0.0 })
                .collect()
        };
        let rows = shifts.iter().enumerate();
        CodeSession {
            started: Timestamp::UNIX_EPOCH,
            rows: rows.map(|(row, &shift)| (format!("{code}-{row}"), rounds(shift))).collect(),
            null_arm: None,
        }
    }

    /// Sessions of one executable of so many rows, which differ by `common` in all rows and by `own` in each.
    fn sessions(n: usize, rows: usize, common: f64, own: f64, random: &mut Random) -> Vec<CodeSession> {
        let mut one = |_| {
            let shared = common * random.normal();
            let shifts: Vec<f64> = (0..rows).map(|_| shared + own * random.normal()).collect();
            session("code", &shifts, None)
        };
        (0..n).map(&mut one).collect()
    }

    #[test]
    fn different_executables_teach_nothing() {
        let apart: Vec<CodeSession> =
            ["a", "b", "c", "d", "e"].map(|code| session(code, &[0.0], None)).into();
        assert!(LearnedSessions::of(&apart).is_empty());
        assert!(LearnedSessions::of(&[]).is_empty());
    }

    #[test]
    fn three_sessions_are_too_few_and_twice_two_executables_do_not_add_rows_up() {
        let mut random = Random(1);
        assert!(LearnedSessions::of(&sessions(3, 100, 0.0, 0.01, &mut random)).is_empty());
        // Two executables, each measured in the same two sessions: one degree of freedom, whatever the rows.
        let both = |shift: f64| {
            let mut both = session("a", &[shift; 50], None);
            both.rows.extend(session("b", &[shift; 50], None).rows);
            both
        };
        assert!(LearnedSessions::of(&[both(0.0), both(0.01)]).is_empty());
    }

    #[test]
    fn the_spread_between_sessions_is_found() {
        let mut random = Random(2);
        for (common, own) in [(0.0, 0.02), (0.002, 0.02), (0.0, 0.001)] {
            let found = LearnedSessions::of(&sessions(12, 40, common, own, &mut random));
            assert_eq!(found.probed, None);
            let found = found.unprobed.expect("eleven degrees of freedom");
            assert_eq!((found.df, found.sessions, found.rows), (14.0, 12, 40));
            let truth = (11.0 * (common * common + own * own) + 3.0 * 0.01f64.powi(2)) / 14.0;
            assert!((found.sd / truth.sqrt() - 1.0).abs() < 0.15, "{common} {own}: {found:?}");
        }
    }

    #[test]
    fn what_the_clock_explains_is_no_spread_between_sessions() {
        let clocks = [0.0, 0.05, -0.04, 0.03, -0.02, 0.06];
        let all: Vec<CodeSession> = clocks.map(|clock| session("a", &[0.0; 10], Some(clock))).into();
        let found = LearnedSessions::of(&all);
        assert_eq!(found.unprobed, None);
        let sd = found.probed.expect("five degrees of freedom").sd;
        // Nothing but the share of what is assumed.
        assert!(sd < 0.0035 && sd > 0.002, "{sd}");
    }

    #[test]
    fn one_restless_row_among_many_does_not_widen_the_others() {
        let steady = |wild: f64| {
            let mut shifts = [0.0; 20];
            shifts[7] = wild;
            session("a", &shifts, None)
        };
        let all: Vec<CodeSession> = [0.0, 0.3, -0.2, 0.4, 0.1].map(steady).into();
        let sd = LearnedSessions::of(&all).unprobed.expect("four degrees of freedom").sd;
        assert!(sd < 0.008, "{sd}");
    }
}
