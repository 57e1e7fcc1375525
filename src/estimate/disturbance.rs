//! Whether other programs disturbed a measurement for so long that the user should know at once, and what became of it.

use std::fmt;

use super::{CpuClock, SampleCounts, uncontended};
use crate::model::{Baseline, Round};
use crate::stats;

/// A machine on which nothing else is done takes less than this share away.
const WORTH_SAYING: f64 = 0.02;

/// What disturbed a measurement, and its effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Disturbance {
    /// Of the time that the benches could have run, the share in which another program had their core.
    pub lost: f64,
    /// The share of processor time that the hypervisor gave to other machines; zero where it is not known.
    pub stolen: f64,
    /// Programs that ran or wanted to, averaged over the last minute.
    pub load: Option<f64>,
    /// What became of the samples.
    pub samples: SampleCounts,
}

impl Disturbance {
    /// The disturbance of a measurement during which the machine had this load, if it is worth saying.
    pub fn of(measured: &Baseline, stolen: f64, load: Option<f64>) -> Option<Disturbance> {
        let lost = lost_share(measured)?;
        let is_worth_saying = lost >= WORTH_SAYING || stolen >= WORTH_SAYING;
        is_worth_saying.then(|| Disturbance {
            lost,
            stolen,
            load,
            samples: uncontended(measured).samples.into_values().sum(),
        })
    }
}

/// Of the time that the benches could have run, the share in which another program had their core: the mean over rounds,
/// which are about equally long. `None` where no round tells.
fn lost_share(measured: &Baseline) -> Option<f64> {
    let one_cpu = measured.environment.one_cpu();
    let of_rounds = measured.benchmarks.iter().flat_map(|benchmark| {
        let clock = CpuClock::of(&benchmark.rounds, one_cpu).with_usual_delay(&benchmark.rounds);
        benchmark.rounds.iter().filter_map(move |round| lost_of_round(round, clock))
    });
    mean(&of_rounds.collect::<Vec<_>>())
}

fn lost_of_round(round: &Round, clock: CpuClock) -> Option<f64> {
    mean(&round.cpu.iter().filter_map(|cpu| clock.lost(cpu)).collect::<Vec<_>>())
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| stats::mean(values))
}

impl fmt::Display for Disturbance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let takers = [("other programs", self.lost), ("the hypervisor", self.stolen)];
        let said = takers.into_iter().filter(|(_, share)| *share >= WORTH_SAYING);
        let said =
            said.map(|(taker, share)| format!("{taker} took {} of the time of the benches", percent(share)));
        f.write_str(&said.collect::<Vec<_>>().join(" and "))?;
        if let Some(load) = self.load {
            write!(f, " (load {load:.1})")?;
        }
        let SampleCounts { taken, corrected, left_out } = self.samples;
        let share = |count: usize| percent(count as f64 / taken.max(1) as f64);
        write!(
            f,
            ": {} of the samples count with their CPU time, {} are left out; a quiet machine measures better",
            share(corrected),
            share(left_out)
        )
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixtures::{baseline, row};
    use crate::model::CpuTime;

    fn round(delays: &[f64]) -> Round {
        let section = |&delay| CpuTime {
            wall: 100.0,
            outside: 0.0,
            thread: 100.0 - delay,
            process: 100.0 - delay,
            delay,
            waits: 0,
            preemptions: 1,
        };
        Round {
            samples: vec![100.0; delays.len()],
            cpu: delays.iter().map(section).collect(),
            ..Round::default()
        }
    }

    fn of_rounds(rounds: Vec<Round>) -> Baseline {
        let mut benchmark = row("a", &[1.0]);
        benchmark.rounds = rounds;
        baseline("a", vec![benchmark])
    }

    #[test]
    fn the_share_that_was_lost_is_a_mean_over_rounds_whatever_their_number_of_sections() {
        let share = |rounds: Vec<Round>| lost_share(&of_rounds(rounds));
        let found = share(vec![round(&[20.0, 40.0, 30.0]), round(&[10.0])]).expect("is known");
        assert!((found - 0.2).abs() < 1e-12, "{found}");
        assert_eq!(share(vec![Round::default()]), None);
        let asleep = CpuTime { process: 0.0, delay: 0.0, ..round(&[0.0]).cpu[0] };
        assert_eq!(share(vec![Round { cpu: vec![asleep], ..Round::default() }]), None);
    }

    fn measured(delay: f64) -> Baseline {
        of_rounds(vec![round(&[delay; 10]); 5])
    }

    #[test]
    fn a_disturbance_is_said_with_what_became_of_the_samples() {
        let disturbed = Disturbance::of(&measured(34.0), 0.0, Some(4.21)).expect("is worth saying");
        assert_eq!(
            disturbed.to_string(),
            "other programs took 34 % of the time of the benches (load 4.2): 100 % of the samples count with their CPU \
             time, 0 % are left out; a quiet machine measures better"
        );
        let stolen = Disturbance::of(&measured(0.0), 0.1, None).expect("is worth saying").to_string();
        assert!(
            stolen.starts_with("the hypervisor took 10 % of the time of the benches: 0 % of"),
            "{stolen}"
        );
    }

    #[test]
    fn a_quiet_measurement_says_nothing() {
        assert_eq!(Disturbance::of(&measured(1.0), 0.01, Some(9.0)), None);
    }
}
