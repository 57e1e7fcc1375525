//! Warnings as sentences.

use super::plain_percent;
use crate::compare::{Comparison, Fact, Warning};
use crate::report::change::percent;
use crate::report::escape::clip;
use crate::report::quantity::things;

/// Longest reason of a failure that is shown.
const LONGEST_REASON: usize = 240;

const MORE_SESSIONS: &str = "More rounds would not decide it, since sessions differ by as much: append a session to \
    each side (`cargo tensorprof save NAME --append`).";
const SUSPECT: &str = "Changed by its rounds, but sessions of identical code may differ by as much: confirm it by a \
    session more on each side (`cargo tensorprof save NAME --append`).";
const NO_PROBE: &str = "Without clock probes on both sides, the change is not adjusted for the clock.";
const CONTENDED: &str = "Another hardware thread shared the core during nearly all samples of a side, so only a change \
    by more than a factor of 2 is judged: measure again, or append a session (`cargo tensorprof save NAME --append`).";
const CONVENTION: &str = "FLOPs are counted by different conventions: FLOP/s are not compared.";
const ALLOCATION_VARIES: &str = "Allocation varies between iterations.";
const POINT_ESTIMATES: &str = "Point estimates without a noise model: differences of the displayed times alone \
    decide, so noise may be reported as change.";
const SAME_BASELINE: &str = "Baseline and candidate are the same baseline.";

/// A warning as a sentence. `escape` makes foreign text fit for where it is shown.
pub(crate) fn text(warning: &Warning, comparison: &Comparison, escape: fn(&str) -> String) -> String {
    match warning {
        Warning::Differs(fact) => {
            let (difference, name) = (differs(*fact), fact.name());
            format!("{difference}: times are not compared; `--across {name}` compares them.")
        }
        Warning::Across(fact) => {
            format!("{}: compared because of `--across {}`.", differs(*fact), fact.name())
        }
        Warning::Failed { side, reason } => {
            format!("Failed in the {side}: {}", escape(&clip(reason, LONGEST_REASON)))
        }
        Warning::MoreRounds(rounds) => format!(
            "About {} on each side would decide it, if the noise stays as it is.",
            things(*rounds, "more round"),
        ),
        Warning::FalseDiscovery => format!(
            "Beyond the threshold by its own interval, but not at a false discovery rate of {} over all rows.",
            plain_percent(comparison.options.false_discovery_rate),
        ),
        Warning::TooFewRounds { rounds: [baseline, candidate] } => format!(
            "Too few rounds for an interval: {baseline} in the baseline, {candidate} in the candidate.",
        ),
        Warning::ClockMoved(log_ratio) => clock_moved(*log_ratio),
        Warning::MoreSessions => MORE_SESSIONS.to_owned(),
        Warning::Suspect => SUSPECT.to_owned(),
        Warning::NoProbe => NO_PROBE.to_owned(),
        Warning::Contended => CONTENDED.to_owned(),
        Warning::Convention => CONVENTION.to_owned(),
        Warning::AllocationVaries => ALLOCATION_VARIES.to_owned(),
        Warning::PointEstimates => POINT_ESTIMATES.to_owned(),
        Warning::SameBaseline => SAME_BASELINE.to_owned(),
    }
}

fn clock_moved(log_ratio: f64) -> String {
    let direction = if log_ratio > 0.0 { "slower" } else { "faster" };
    let probes = percent(log_ratio.exp_m1());
    format!("The core clock ran {direction} in the candidate (time of the clock probe {probes}).")
}

/// That a fact differs, in words.
pub(crate) fn differs(fact: Fact) -> &'static str {
    match fact {
        Fact::Machine => "The machine differs",
        Fact::Threads => "The thread variables differ",
        Fact::Profile => "The cargo profile differs",
        Fact::TargetFeatures => "Target triple or target features differ",
        Fact::Work => "The declared work differs",
        Fact::Dtype => "The element type differs",
        Fact::Model => "The model differs",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_said_to_run_the_way_it_ran() {
        assert_eq!(
            clock_moved(0.03),
            "The core clock ran slower in the candidate (time of the clock probe +3.0 %)."
        );
        assert!(clock_moved(-0.03).contains("ran faster"));
    }
}
