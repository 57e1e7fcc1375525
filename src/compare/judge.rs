//! How every row gets the verdict on its time, from top to bottom:
//! comparable? -> contended? -> interval or point -> false discovery -> verdict and remedy.

use super::doubt::Doubt;
use super::effect::{Apart, Effect, Noise};
use super::head_to_head::Blocks;
use super::time::{self, Timed};
use super::{BlockCount, Measure, Options, Rule, Sides, Verdict, Warning};
use crate::estimate::Contention;
use crate::stats::{LogRound, discoveries, time_estimate};

/// Most additional rounds that are worth proposing.
const MOST_ROUNDS: usize = 1000;

/// A row to be judged.
pub(super) struct Case {
    /// The verdict, where times cannot be compared.
    pub(super) standing: Option<Verdict>,
    /// What used the cores of each side, if anything did.
    pub(super) contention: Sides<Option<Contention>>,
    /// Least relative change that counts, as a fraction.
    pub(super) threshold: f64,
    /// The rounds of both sides.
    pub(super) rounds: Sides<Vec<LogRound>>,
    /// The blocks in which both sides were measured in turn.
    pub(super) blocks: Option<Blocks>,
}

/// What was decided of the time of a row.
pub(super) struct Judgement {
    pub(super) verdict: Verdict,
    /// Absent where neither side was measured.
    pub(super) time: Option<Measure>,
    /// The effect behind the change, under [`Rule::Interval`].
    pub(super) effect: Option<Effect>,
    /// Contention decided what could be shown.
    pub(super) contended: bool,
    /// About so many more rounds per side would resolve it.
    pub(super) more_rounds: Option<usize>,
    /// What a reader should know of the verdict.
    pub(super) notes: Vec<Warning>,
}

/// Judges all rows together, for the false discovery rate is over all of them.
pub(super) fn judge(cases: Vec<Case>, options: &Options) -> Vec<Judgement> {
    let stages: Vec<Stage> = cases.into_iter().map(|case| Stage::of(case, options)).collect();
    let p_values: Vec<f64> = stages.iter().filter_map(Stage::p).collect();
    let mut discovered = discoveries(&p_values, options.false_discovery_rate).into_iter();
    let mut judged = |stage: Stage| {
        let discovered = stage.p().is_some() && discovered.next().unwrap_or_default();
        stage.judgement(discovered, options)
    };
    stages.into_iter().map(&mut judged).collect()
}

/// A row on its way to the verdict.
struct Stage {
    /// Absent where neither side was measured.
    timed: Option<Timed>,
    /// The blocks in which both sides were measured in turn.
    blocks: Option<BlockCount>,
    /// There are enough of them to judge by.
    by_blocks: bool,
    /// What contention leaves to be judged.
    doubt: Option<Doubt>,
    /// The floor, nanoseconds, where it is the threshold.
    floor: Option<f64>,
    /// The threshold, where the row has its own.
    own: Option<f64>,
    reached: Reached,
}

/// How far a row can come.
enum Reached {
    /// Its times cannot be compared: the standing is the verdict.
    Standing(Verdict),
    /// Point estimates decide.
    Point { threshold: f64 },
    /// A side has a single round, so that nothing is known of its noise.
    SingleRound { rounds: Sides<usize> },
    /// Its change has an interval.
    Interval { theta: f64, noise: Noise, threshold: f64 },
}

impl Stage {
    fn of(case: Case, options: &Options) -> Stage {
        let rounds = case.rounds.as_ref().map(Vec::as_slice);
        // Comparable?
        if let Some(verdict) = case.standing {
            return Stage {
                timed: time::measured(rounds, options),
                blocks: None,
                by_blocks: false,
                doubt: None,
                floor: None,
                own: None,
                reached: Reached::Standing(verdict),
            };
        }
        // Contended: what other programs may have done is no change. Point estimates know no noise at all.
        let by_blocks = case.blocks.as_ref().is_some_and(|blocks| blocks.locate().is_some());
        let doubt = Doubt::of(case.contention, by_blocks).filter(|_| options.rule == Rule::Interval);
        let asked = asked_threshold(rounds.baseline, case.threshold, options.floor_ns);
        let threshold = asked.max(doubt.map_or(0.0, Doubt::least_change));
        let floor = (asked > case.threshold && asked == threshold).then_some(options.floor_ns);
        let own = (case.threshold != options.threshold && case.threshold == threshold).then_some(threshold);
        // Interval or point.
        let timed = time::compared(rounds, case.blocks.as_ref(), threshold, options);
        let reached = match timed.map(|timed| timed.effect) {
            None => Reached::Standing(Verdict::Failed),
            Some(None) => Reached::Point { threshold },
            Some(Some(effect)) => match effect.noise {
                None => Reached::SingleRound { rounds: rounds.map(<[LogRound]>::len) },
                Some(noise) => Reached::Interval { theta: effect.theta(), noise, threshold },
            },
        };
        let blocks = case.blocks.as_ref().map(Blocks::count);
        Stage { timed, blocks, by_blocks, doubt, floor, own, reached }
    }

    /// The p-value of a row with an interval that decides: the greatest that it has with what may have been lost, or with a
    /// part of it.
    fn p(&self) -> Option<f64> {
        let Reached::Interval { theta, ref noise, threshold } = self.reached else { return None };
        match self.doubt {
            Some(Doubt::Lost) => None,
            doubt => {
                let without_loss = doubt.map_or(theta, |doubt| doubt.without_loss(theta));
                let nearest = 0.0f64.max(theta.min(without_loss)).min(theta.max(without_loss));
                Some(noise.p(nearest, threshold.ln_1p()))
            }
        }
    }

    /// `discovered`: the change survives the correction for many rows.
    fn judgement(self, discovered: bool, options: &Options) -> Judgement {
        match self.reached {
            Reached::Standing(verdict) => {
                let time = self.timed.map(|timed| timed.measure);
                Judgement { verdict, time, effect: None, contended: false, more_rounds: None, notes: vec![] }
            }
            Reached::Point { threshold } => self.judged(by_point(self.timed.as_ref(), threshold), vec![]),
            Reached::SingleRound { rounds } => {
                self.unsure(Verdict::Inconclusive, Some(Warning::TooFewRounds { rounds }))
            }
            Reached::Interval { theta, ref noise, threshold } => {
                let margin = Margin { least: threshold.ln_1p(), confidence: options.confidence };
                let mut decision = margin.decide(theta, noise, discovered);
                let is_upheld = |doubt: Doubt| {
                    let without_loss = margin.decide(doubt.without_loss(theta), noise, discovered);
                    doubt.upholds(decision.verdict, without_loss.verdict)
                };
                if !self.doubt.is_none_or(is_upheld) {
                    decision = Decision::new(Verdict::Inconclusive, None);
                }
                let Decision { verdict, note, more_rounds } = decision;
                Judgement { more_rounds, ..self.unsure(verdict, note) }
            }
        }
    }

    /// A verdict under noise, with what is known of the noise.
    fn unsure(&self, verdict: Verdict, note: Option<Warning>) -> Judgement {
        let notes = [self.probe_note(), self.blocks_note(), self.doubt.map(Doubt::note), note];
        let notes = notes.into_iter().flatten().collect();
        Judgement { contended: self.doubt.is_some(), ..self.judged(verdict, notes) }
    }

    /// A verdict on the time, which has it too.
    fn judged(&self, verdict: Verdict, mut notes: Vec<Warning>) -> Judgement {
        notes.extend(self.floor.map(Warning::Floor));
        notes.extend(self.own.map(Warning::OwnThreshold));
        let time = self.timed.map(|Timed { measure, .. }| {
            let change = measure.change.map(|change| change.decided(verdict));
            Measure { verdict: Some(verdict), change, ..measure }
        });
        let effect = self.timed.and_then(|timed| timed.effect);
        Judgement { verdict, time, effect, contended: false, more_rounds: None, notes }
    }

    fn probe_note(&self) -> Option<Warning> {
        let effect = self.timed?.effect?;
        (!self.by_blocks && effect.clock.is_none()).then_some(Warning::NoProbe)
    }

    /// There are blocks, and not enough to judge by.
    fn blocks_note(&self) -> Option<Warning> {
        self.blocks.filter(|_| !self.by_blocks).map(Warning::TooFewBlocks)
    }
}

/// The least change of a row that counts, as a fraction of the baseline's time: the threshold, or the floor in nanoseconds
/// where that is more.
pub(super) fn asked_threshold(baseline: &[LogRound], threshold: f64, floor_ns: f64) -> f64 {
    time_estimate(baseline).map_or(threshold, |time_ns| least_change(time_ns, threshold, floor_ns))
}

/// The same of a time in nanoseconds.
pub(super) fn least_change(time_ns: f64, threshold: f64, floor_ns: f64) -> f64 {
    let floor = floor_ns / time_ns;
    if floor.is_finite() { threshold.max(floor) } else { threshold }
}

fn by_point(timed: Option<&Timed>, threshold: f64) -> Verdict {
    let change = timed.and_then(|timed| timed.measure.change);
    let beyond =
        change.map(|change| change.held_against(threshold, Rule::Point)).filter(|change| change.established);
    beyond.map_or(Verdict::Unchanged, |change| direction(change.point))
}

/// Regressed or improved.
fn direction(theta: f64) -> Verdict {
    if theta > 0.0 { Verdict::Regressed } else { Verdict::Improved }
}

/// Where the interval of a change lies against the threshold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    /// Wholly beyond.
    Beyond,
    /// Wholly inside.
    Inside,
    /// Over it.
    Across,
}

/// What an estimate with an interval is held against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Margin {
    /// Least |ln ratio| that counts.
    pub(super) least: f64,
    /// Two-sided confidence of the interval.
    pub(super) confidence: f64,
}

/// What an estimate with an interval comes to.
#[derive(Debug, PartialEq)]
pub(super) struct Decision {
    pub(super) verdict: Verdict,
    /// The footnote it needs.
    note: Option<Warning>,
    more_rounds: Option<usize>,
}

impl Decision {
    fn new(verdict: Verdict, note: Option<Warning>) -> Self {
        Decision { verdict, note, more_rounds: None }
    }
}

impl Margin {
    /// Decides about the estimate `theta`.
    ///
    /// Suspect is a change that the rounds show and that sessions could explain: beyond the threshold by the
    /// interval of the rounds alone, across it with the session term. Sides measured in turn had the same session.
    pub(super) fn decide(&self, theta: f64, noise: &Noise, discovered: bool) -> Decision {
        match self.position(theta, noise.half_width(self.confidence)) {
            Position::Inside => Decision::new(Verdict::Unchanged, None),
            Position::Beyond if discovered => Decision::new(direction(theta), None),
            Position::Beyond => Decision::new(Verdict::Inconclusive, Some(Warning::FalseDiscovery)),
            Position::Across => match noise {
                Noise::Apart(apart) => self.open(theta, apart),
                Noise::InTurn(in_turn) => {
                    let change = (noise.half_width(self.confidence) + self.least).exp_m1();
                    let visible = Warning::LeastVisible { change, blocks: in_turn.blocks };
                    Decision::new(Verdict::Inconclusive, Some(visible))
                }
            },
        }
    }

    fn open(&self, theta: f64, noise: &Apart) -> Decision {
        match self.position(theta, noise.of_rounds().half_width(self.confidence)) {
            Position::Beyond => Decision::new(Verdict::Suspect, Some(Warning::Suspect)),
            _ => self.remedy(theta, noise),
        }
    }

    fn position(&self, theta: f64, half_width: f64) -> Position {
        let size = theta.abs();
        if size - half_width > self.least {
            Position::Beyond
        } else if size + half_width <= self.least {
            Position::Inside
        } else {
            Position::Across
        }
    }

    /// Inconclusive, with the least number of additional rounds per side that would resolve the row, if estimate and
    /// noise stay as they are; more sessions where no number of rounds would.
    fn remedy(&self, theta: f64, noise: &Apart) -> Decision {
        let distance = (theta.abs() - self.least).abs();
        let error = (1.0 - self.confidence) / 2.0;
        // The half width is less than the distance: the same by the tail, which is cheaper than the quantile.
        let resolves = |more: usize| noise.total_after(more).upper_tail(distance) < error;
        let more_rounds = resolves(MOST_ROUNDS).then(|| least(MOST_ROUNDS, resolves));
        let note = more_rounds.map_or(Warning::MoreSessions, Warning::MoreRounds);
        Decision { verdict: Verdict::Inconclusive, note: Some(note), more_rounds }
    }
}

/// The least number in 1..=`most` that satisfies a predicate which holds for `most` and, once it holds, for
/// all greater ones.
fn least(most: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (1, most);
    while low < high {
        let middle = low.midpoint(high);
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::effect::effect;

    const MARGIN: Margin = Margin { least: 0.02, confidence: 0.95 };

    /// Sides of `n` rounds that scatter by about `noise` and differ by `change`, without probes.
    fn sides(n: usize, noise: f64, change: f64) -> Effect {
        let scatter = [0.0, 1.0, -1.0, 0.5, -0.5, 0.8, -0.8, 0.2];
        let side = |shift: f64| -> Vec<LogRound> {
            let time = |index: usize| 1e5 * (shift + noise * scatter[index % 8]).exp();
            (0..n).filter_map(|index| LogRound::new(0, &[time(index)], &[])).collect()
        };
        effect(Sides::new(&side(0.0), &side(change)), None).unwrap()
    }

    fn decide(effect: &Effect) -> Decision {
        MARGIN.decide(effect.theta(), &effect.noise.unwrap(), true)
    }

    #[test]
    fn clear_cases() {
        assert_eq!(decide(&sides(8, 0.001, 0.10)), Decision::new(Verdict::Regressed, None));
        assert_eq!(decide(&sides(8, 0.001, -0.10)), Decision::new(Verdict::Improved, None));
        let wide = Margin { least: 0.05, ..MARGIN };
        let small = sides(8, 0.001, 0.01);
        let decision = wide.decide(small.theta(), &small.noise.unwrap(), true);
        assert_eq!(decision, Decision::new(Verdict::Unchanged, None));
    }

    #[test]
    fn a_change_that_sessions_could_explain_is_suspect() {
        let expected = Decision::new(Verdict::Suspect, Some(Warning::Suspect));
        assert_eq!(decide(&sides(8, 0.001, 0.04)), expected);
    }

    #[test]
    fn a_change_lost_among_many_rows_is_inconclusive() {
        let found = sides(8, 0.001, 0.10);
        let decision = MARGIN.decide(found.theta(), &found.noise.unwrap(), false);
        assert_eq!(decision, Decision::new(Verdict::Inconclusive, Some(Warning::FalseDiscovery)));
    }

    #[test]
    fn the_rounds_proposed_resolve_and_one_less_does_not() {
        let noisy = sides(5, 0.05, 0.08);
        let decision = decide(&noisy);
        let more = decision.more_rounds.unwrap();
        assert_eq!(
            (decision.verdict, decision.note),
            (Verdict::Inconclusive, Some(Warning::MoreRounds(more)))
        );
        let Some(Noise::Apart(noise)) = noisy.noise else { panic!("no noise") };
        let after = |more: usize| noise.total_after(more).half_width(MARGIN.confidence);
        assert_eq!(MARGIN.position(noisy.theta(), after(more)), Position::Beyond);
        assert_eq!(MARGIN.position(noisy.theta(), after(more - 1)), Position::Across);
    }

    #[test]
    fn sessions_are_asked_for_where_rounds_cannot_resolve() {
        let expected = Decision::new(Verdict::Inconclusive, Some(Warning::MoreSessions));
        assert_eq!(decide(&sides(5, 0.02, 0.02)), expected);
    }
}
