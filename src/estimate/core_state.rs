//! What probes that were taken one after the other say of each CPU.

use super::contention::{CONTENDED, LEVEL_QUANTILE};
use crate::channel::Reading;
use crate::model::CoreReadings;
use crate::stats::quantile;

/// How fit a CPU is to measure on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CoreState {
    /// Which one; `None` where threads cannot be pinned.
    pub cpu: Option<usize>,
    /// Readings of the probes.
    pub readings: usize,
    /// Median clock probe, nanoseconds.
    pub clock: f64,
    /// Half the distance between the 16th and the 84th percentile of ln clock probe: the standard deviation of a normal
    /// distribution, and untouched by a few interruptions.
    pub clock_spread: f64,
    /// Share of the readings that another hardware thread on the core has lengthened.
    pub contended: f64,
    /// Share of the time in which other programs had the CPU, or the hypervisor did. `None` without a CPU clock.
    pub lost: Option<f64>,
}

/// The state of each CPU that has readings. The uncontended level is that of all of them, as in a baseline.
pub fn core_states(cores: &[CoreReadings]) -> Vec<CoreState> {
    let mut all: Vec<f64> = cores.iter().flat_map(|core| relative(&core.readings)).collect();
    let Some(level) = quantile(&mut all, LEVEL_QUANTILE) else { return Vec::new() };
    cores.iter().filter_map(|core| core_state(core, level)).collect()
}

fn core_state(core: &CoreReadings, level: f64) -> Option<CoreState> {
    let mut clocks: Vec<f64> = core.readings.iter().map(|reading| reading.clock.ln()).collect();
    let mut at = |share: f64| quantile(&mut clocks, share);
    let (low, middle, high) = (at(0.16)?, at(0.5)?, at(0.84)?);
    let contended = relative(&core.readings).filter(|reading| *reading > level * CONTENDED).count();
    let had = core.on_cpu.map(|time| time.as_secs_f64() / core.wall.as_secs_f64());
    Some(CoreState {
        cpu: core.cpu,
        readings: core.readings.len(),
        clock: middle.exp(),
        clock_spread: (high - low) / 2.0,
        contended: contended as f64 / core.readings.len() as f64,
        lost: had.filter(|had| had.is_finite()).map(|had| (1.0 - had).clamp(0.0, 1.0)),
    })
}

/// The contention probes in units of the clock probe: of the least of three in a row, since an interruption can only
/// lengthen it.
fn relative(readings: &[Reading]) -> impl Iterator<Item = f64> {
    let clock = |index: usize| {
        let nearby = &readings[index.saturating_sub(1)..readings.len().min(index + 2)];
        nearby.iter().map(|reading| reading.clock).fold(f64::INFINITY, f64::min)
    };
    readings.iter().enumerate().map(move |(index, reading)| reading.contention / clock(index))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn core(cpu: usize, readings: &[(f64, f64)], on_cpu: Option<u64>) -> CoreReadings {
        let readings = readings.iter().map(|&(clock, contention)| Reading { clock, contention });
        CoreReadings {
            cpu: Some(cpu),
            readings: readings.collect(),
            wall: Duration::from_millis(100),
            on_cpu: on_cpu.map(Duration::from_millis),
        }
    }

    #[test]
    fn neighbours_and_losses_are_shares_and_the_level_is_that_of_all() {
        let quiet = core(0, &[(100.0, 40.0); 10], Some(99));
        let mut beside = vec![(100.0, 40.0); 2];
        beside.extend([(100.0, 60.0); 8]);
        let states = core_states(&[quiet, core(1, &beside, Some(60)), core(2, &[(100.0, 70.0); 4], None)]);
        assert_eq!(states.iter().map(|state| state.contended).collect::<Vec<_>>(), [0.0, 0.8, 1.0]);
        let lost: Vec<Option<f64>> = states.iter().map(|state| state.lost).collect();
        assert!((lost[0].unwrap() - 0.01).abs() < 1e-9 && (lost[1].unwrap() - 0.4).abs() < 1e-9);
        assert_eq!(lost[2], None);
    }

    #[test]
    fn an_interruption_is_no_spread_of_the_clock_and_a_slow_clock_no_neighbour() {
        let mut readings: Vec<(f64, f64)> =
            [100.0f64, 101.0, 99.0].repeat(10).iter().map(|&c| (c, 0.4 * c)).collect();
        readings[5].0 = 9000.0;
        let [state] = core_states(&[core(0, &readings, None)])[..] else { panic!("one core") };
        assert!((state.clock - 100.0).abs() < 1e-9 && state.clock_spread < 0.011, "{state:?}");
        assert_eq!(state.contended, 0.0);
    }

    #[test]
    fn nothing_read_is_nothing_known() {
        assert_eq!(core_states(&[]), []);
        assert_eq!(core_states(&[core(0, &[], Some(1))]), []);
    }
}
