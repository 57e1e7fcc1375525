//! What sessions of identical code differ by: rounds of one session share the machine's state of the hour,
//! so that their spread is not all that stands between two stored baselines.

use std::collections::BTreeMap;

use super::{LearnedSessions, Sides};
use crate::stats::{Variance, lower_trimmed_mean};

/// Standard deviation between sessions, in ln time, that is assumed of rows adjusted by a clock probe.
/// Measured: see METHODOLOGY.md, "Between sessions".
const PROBED_SD: f64 = 0.005;

/// The same of rows without a probe.
const UNPROBED_SD: f64 = 0.01;

/// Least degrees of freedom between sessions from which their variance is learned.
pub(super) const LEAST_DF: usize = 3;

/// Degrees of freedom that the assumed variance counts for beside the learned one (Smyth 2004, "Linear
/// models and empirical Bayes methods", moderated variance), so that a few sessions that happen to agree do
/// not make the term vanish.
pub(super) const ASSUMED_DF: f64 = 3.0;

/// The between-session part of the noise of a change.
#[derive(Debug, Clone, Copy)]
pub(super) struct SessionTerm {
    /// Standard deviation between sessions, ln time.
    pub(super) sd: f64,
    /// It was learned: from the data, or from other sessions of the same machine.
    pub(super) learned: bool,
    /// Its contribution to the variance of the change.
    pub(super) variance: Variance,
}

/// The variance between sessions that is assumed of rows with or without probes.
pub(super) fn assumed_variance(probed: bool) -> f64 {
    if probed { PROBED_SD } else { UNPROBED_SD }.powi(2)
}

/// The term of two sides whose rounds are given as (session, location). What the machine taught takes the place of what is
/// assumed.
pub(super) fn session_term(
    sides: Sides<Vec<(usize, f64)>>,
    probed: bool,
    machine: Option<&LearnedSessions>,
) -> SessionTerm {
    let sides = sides.map(by_session).into_array();
    let (of_one, learned) = variance_of_one(&sides, Prior::of(probed, machine));
    let share = sides.iter().map(|sessions| 1.0 / sessions.len().max(1) as f64).sum();
    SessionTerm { sd: of_one.sd(), learned, variance: of_one.scaled(share) }
}

/// What sessions contribute to the variance of each side's location. Rounds are given as (session, location).
pub(super) fn session_variances(sides: Vec<Vec<(usize, f64)>>, probed: bool) -> Vec<Variance> {
    let sides: Vec<Sessions> = sides.into_iter().map(by_session).collect();
    let (of_one, _) = variance_of_one(&sides, Prior::of(probed, None));
    sides.iter().map(|sessions| of_one.scaled(1.0 / sessions.len().max(1) as f64)).collect()
}

/// What is known of the variance of a session before the data is looked at.
struct Prior {
    variance: Variance,
    learned: bool,
}

impl Prior {
    fn of(probed: bool, machine: Option<&LearnedSessions>) -> Prior {
        match machine.and_then(|machine| machine.of_rows(probed)) {
            Some(learned) => Prior { variance: learned.variance(), learned: true },
            None => Prior { variance: Variance::known(assumed_variance(probed)), learned: false },
        }
    }
}

/// The variance of a session before any data is looked at.
pub(super) fn prior_variance(probed: bool, machine: Option<&LearnedSessions>) -> Variance {
    Prior::of(probed, machine).variance
}

/// The variance of a single session, and whether it was learned.
fn variance_of_one(sides: &[Sessions], prior: Prior) -> (Variance, bool) {
    let df = sides.iter().map(|sessions| sessions.len().saturating_sub(1)).sum::<usize>();
    if df < LEAST_DF {
        return (prior.variance, prior.learned);
    }
    (moderated(sides, df as f64, prior.variance.value), true)
}

type Sessions = BTreeMap<usize, Vec<f64>>;

fn by_session(rounds: Vec<(usize, f64)>) -> Sessions {
    let mut sessions = Sessions::new();
    for (session, location) in rounds {
        sessions.entry(session).or_default().push(location);
    }
    sessions
}

/// The variance of a session's location about its side's mean, less what its rounds alone explain (method
/// of moments), moderated towards the assumed one.
fn moderated(sides: &[Sessions], df: f64, assumed: f64) -> Variance {
    let squares: f64 = sides.iter().map(between_squares).sum();
    let within = sides.iter().map(within_variances).collect::<Vec<_>>().concat();
    let within = within.iter().sum::<f64>() / within.len().max(1) as f64;
    let learned = (squares / df - within).max(0.0);
    let total_df = df + ASSUMED_DF;
    Variance { value: (df * learned + ASSUMED_DF * assumed) / total_df, df: total_df }
}

fn between_squares(sessions: &Sessions) -> f64 {
    let locations: Vec<f64> = sessions
        .values()
        .filter_map(|rounds| lower_trimmed_mean(rounds))
        .map(|location| location.mean)
        .collect();
    let mean = locations.iter().sum::<f64>() / locations.len().max(1) as f64;
    locations.iter().map(|location| (location - mean).powi(2)).sum()
}

/// Of each session with more than one round.
fn within_variances(sessions: &Sessions) -> Vec<f64> {
    let variance = |rounds: &Vec<f64>| Some(lower_trimmed_mean(rounds)?.variance()?.value);
    sessions.values().filter_map(variance).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::LearnedSession;

    /// Sessions of three rounds each, at the given locations.
    fn side(locations: &[f64]) -> Vec<(usize, f64)> {
        let rounds = |(session, &at): (usize, &f64)| [-0.001, 0.0, 0.001].map(|noise| (session, at + noise));
        locations.iter().enumerate().flat_map(rounds).collect()
    }

    #[test]
    fn one_session_a_side_is_assumed() {
        let term = session_term(Sides::new(side(&[1.0]), side(&[2.0])), true, None);
        assert_eq!((term.sd, term.learned), (PROBED_SD, false));
        assert_eq!(term.variance, Variance::known(2.0 * PROBED_SD * PROBED_SD));
        let few = session_term(Sides::new(side(&[1.0, 1.1]), side(&[2.0, 2.1])), false, None);
        assert_eq!((few.sd, few.learned), (UNPROBED_SD, false));
    }

    #[test]
    fn what_the_machine_taught_takes_the_place_of_what_is_assumed() {
        let taught = LearnedSession { sd: 0.002, df: 8.0, sessions: 6, rows: 20 };
        let machine = LearnedSessions { probed: Some(taught), unprobed: None };
        let term = |sides: Sides<Vec<_>>, probed| session_term(sides, probed, Some(&machine));
        let one = || Sides::new(side(&[1.0]), side(&[2.0]));
        let probed = term(one(), true);
        assert!(probed.learned && (probed.sd - 0.002).abs() < 1e-12, "{probed:?}");
        assert_eq!(probed.variance.df, 8.0);
        let unprobed = term(one(), false);
        assert_eq!((unprobed.sd, unprobed.learned), (UNPROBED_SD, false));
        // The row's own sessions are moderated towards it.
        let own = term(Sides::new(side(&[1.0; 4]), side(&[1.0; 4])), true);
        assert!(own.learned && own.sd < 0.002, "{own:?}");
    }

    #[test]
    fn more_are_learned_from() {
        let restless = [1.0, 1.05, 0.95, 1.02];
        let term = session_term(Sides::new(side(&restless), side(&restless)), true, None);
        assert!(term.learned && (0.025..0.045).contains(&term.sd), "{term:?}");
        assert!((term.variance.value - term.sd.powi(2) / 2.0).abs() < 1e-12);
    }

    #[test]
    fn agreement_lowers_the_term_but_never_to_nothing() {
        let term = session_term(Sides::new(side(&[1.0; 4]), side(&[1.0; 4])), true, None);
        assert!(term.learned && term.sd < PROBED_SD && term.sd > PROBED_SD / 4.0, "{term:?}");
    }

    #[test]
    fn a_series_of_sides_learns_from_all_of_them() {
        let single = |at: f64| side(&[at]);
        let assumed = session_variances(vec![single(1.0), single(2.0), single(3.0), single(4.0)], false);
        assert_eq!(assumed, [Variance::known(UNPROBED_SD * UNPROBED_SD); 4]);
        let learned = session_variances(vec![single(1.0), side(&[1.0, 1.05, 0.95, 1.02])], true);
        assert!(learned[0].sd() > 0.02 && learned[1].value < learned[0].value, "{learned:?}");
    }

    #[test]
    fn no_rounds_are_no_panic() {
        assert!(session_term(Sides::default(), true, None).variance.value.is_finite());
    }
}
