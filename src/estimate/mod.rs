//! What the rounds of a benchmark say: which samples were uncontended, the time they locate, and
//! the ratio of two rounds that were measured in turn. Shared by everything that
//! looks at rounds: the runner, comparisons and histories, reports of single baselines.

mod clocks;
mod code_session;
mod contention;
mod core_state;
mod cpu;
mod disturbance;
mod pairs;
mod restless;
mod roof;
mod spared;

pub use code_session::{code_session, null_arm_spread};
pub use contention::{
    Contention, SampleCounts, Sensors, Uncontended, uncontended, uncontended_among, uncontended_level,
};
pub use core_state::{CoreState, core_states};
pub use cpu::{CpuClock, SampleTime};
pub use disturbance::Disturbance;
pub use pairs::block_ratio;
pub use restless::Restless;
pub use roof::{Bound, Ceilings, Limit, Roof, TokenBound};

use crate::model::Round;
use crate::stats::{self, LogRound};

/// The rounds that hold usable samples, in logarithms.
pub fn log_rounds(rounds: &[Round]) -> Vec<LogRound> {
    rounds.iter().filter_map(log_round).collect()
}

/// A round in logarithms. `None` where it holds no usable sample.
pub fn log_round(round: &Round) -> Option<LogRound> {
    LogRound::new(round.session, &round.samples, &round.probes)
        .map(|log| log.with_corrected(&round.corrected))
}

/// The time estimate of rounds, nanoseconds per iteration ([`time_estimate`](stats::time_estimate)). `None` without
/// usable samples.
pub fn time(rounds: &[Round]) -> Option<f64> {
    stats::time_estimate(&log_rounds(rounds))
}

/// Spread between rounds ([`round_spread`](stats::round_spread)).
pub fn spread(rounds: &[Round]) -> Option<f64> {
    stats::round_spread(&log_rounds(rounds))
}
