//! What a measurement adds to the known sessions of its executables.

use super::{block_ratio, log_rounds, uncontended};
use crate::model::{
    Baseline, Benchmark, CodeRound, CodeSession, Digests, NullArm, NullArmSpread, Round, row_key,
};
use crate::stats::{Variance, median};

/// Fewest rounds of a benchmark that locate it, with a standard error.
const FEWEST_ROUNDS: usize = 3;

/// The uncontended rounds of a baseline of one session, by the identity of their code. Benchmarks that were contended or
/// failed are left out.
pub fn code_session(measured: &Baseline, digests: &Digests) -> CodeSession {
    let found = uncontended(measured);
    let sound = found.side.benchmarks.iter().filter(|benchmark| {
        benchmark.failure.is_none()
            && benchmark.rounds.len() >= FEWEST_ROUNDS
            && !found.contention.contains_key(&benchmark.id)
    });
    let row = |benchmark: &Benchmark| Some((row_key(measured, digests, &benchmark.id)?, rounds(benchmark)));
    CodeSession { started: measured.created(), rows: sound.filter_map(row).collect(), null_arm: None }
}

fn rounds(benchmark: &Benchmark) -> Vec<CodeRound> {
    let rounds = log_rounds(&benchmark.rounds).into_iter();
    rounds
        .map(|round| CodeRound { time: round.time, clock: round.clock, corrected: round.corrected })
        .collect()
}

/// How a null arm spread: the baseline and its copy, which were measured in turn, with what was found of them.
pub fn null_arm_spread(baseline: &Baseline, copy: &Baseline, found: NullArm) -> NullArmSpread {
    let [baseline, copy] = [baseline, copy].map(|side| uncontended(side).side.benchmarks);
    let of_row = |(old, new): (&Benchmark, &Benchmark)| block_sd(&old.rounds, &new.rounds);
    let mut spreads: Vec<f64> = baseline.iter().zip(&copy).filter_map(of_row).collect();
    NullArmSpread { rows: found.rows, changed: found.changed, block_sd: median(&mut spreads) }
}

/// Standard deviation of the ratios of the blocks of a row. `None` of fewer than three.
fn block_sd(old: &[Round], new: &[Round]) -> Option<f64> {
    let same_block = |old: &Round| new.iter().find(|new| new.block.is_some() && new.block == old.block);
    let ratios: Vec<f64> = old.iter().filter_map(|old| block_ratio(old, same_block(old)?)).collect();
    let of_mean = Variance::of_mean(&ratios).filter(|_| ratios.len() >= FEWEST_ROUNDS)?;
    Some(of_mean.scaled(ratios.len() as f64).sd())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::fixtures::{baseline, row};

    #[test]
    fn sound_rows_of_known_executables_are_kept() {
        let mut failed = row("c", &[1.0, 1.0, 1.0]);
        failed.failure = Some("it panicked".to_owned());
        let mut foreign = row("d", &[1.0, 1.0, 1.0]);
        foreign.id.target = "other".to_owned();
        let side = baseline("a", vec![row("a", &[1.0, 2.0, 1.0]), row("b", &[1.0, 1.0]), failed, foreign]);
        let digests = [(("suite".to_owned(), "ops".to_owned()), "c0ffee".to_owned())].into();
        let session = code_session(&side, &digests);
        let rounds: Vec<_> = session.rows.values().collect();
        let expected =
            [0.0, 2.0f64.ln(), 0.0].map(|time| CodeRound { time, clock: None, corrected: 0.0 }).to_vec();
        assert_eq!(rounds, [&expected]);
        assert_eq!(session.rows.keys().next(), row_key(&side, &digests, &side.benchmarks[0].id).as_ref());
    }

    #[test]
    fn a_null_arm_spreads_by_its_blocks() {
        let side = |times: [f64; 4]| {
            let mut benchmark = row("a", &[1.0; 4]);
            for (block, (round, time)) in benchmark.rounds.iter_mut().zip(times).enumerate() {
                round.samples = vec![time; 5];
                round.block = Some(block as u32);
            }
            baseline("a", vec![benchmark])
        };
        let found = NullArm { rows: 1, changed: 0 };
        let ratios = [0.01f64, -0.01, 0.01, -0.01];
        let spread = null_arm_spread(&side([1.0; 4]), &side(ratios.map(f64::exp)), found);
        let sd = spread.block_sd.expect("four blocks");
        assert!((sd - (4.0f64 / 3.0).sqrt() * 0.01).abs() < 1e-9, "{sd}");
        let none = null_arm_spread(&baseline("a", vec![]), &baseline("b", vec![]), found);
        assert_eq!(none, NullArmSpread { rows: 1, changed: 0, block_sd: None });
    }
}
