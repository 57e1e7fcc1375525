//! All metrics of a row, each from where its definition says.

use std::collections::BTreeMap;

use super::head_to_head::Runs;
use super::inference::of_steps;
use super::metric::{LeastChange, Part, Source, Worked};
use super::pairing::Pair;
use super::{
    Better, Change, Estimation, Measure, Metric, Options, Sides, Threshold, Value, Verdict, time, work,
};
use crate::estimate::{Roof, log_rounds};
use crate::model::Allocation;

/// What the metrics of a row are taken from.
pub(super) struct MeasuredRow<'a> {
    /// The uncontended rounds and the counts of both sides.
    pub(super) pair: &'a Pair<'a>,
    /// Its time, judged.
    pub(super) time: Option<Measure>,
    /// The sides whose times can be taken apart: neither failed nor contended.
    pub(super) sound: Sides<bool>,
    /// The times of both sides were compared.
    pub(super) compared: bool,
    /// The least times of its work on the machine of each side.
    pub(super) roofs: Sides<Option<&'a Roof>>,
    /// The runs that measured both sides in turn.
    pub(super) runs: Option<&'a Runs>,
    pub(super) options: &'a Options,
}

/// Every metric that a side has.
pub(super) fn measures(measured: &MeasuredRow<'_>) -> BTreeMap<Metric, Measure> {
    let mut measures = BTreeMap::new();
    for metric in Metric::ALL {
        let measure = match metric.definition().source {
            Source::Samples(None) => measured.time,
            Source::Samples(Some(part)) => of_part(measured, part),
            Source::Counted { of, least } => counted(measured.pair, metric.better(), of, least),
            Source::Rate { time, work, scale } => {
                view(measures.get(&time), works(measured.pair, work), &|ns, work| scale * work / ns)
            }
            Source::Per { metric, work } => {
                view(measures.get(&metric), works(measured.pair, work), &|total, work| total / work)
            }
            Source::Roof => {
                let least = measured.roofs.map(|roof| roof.map(|roof| roof.nanoseconds));
                let share = view(measures.get(&Metric::Time), least, &|ns, least| least / ns);
                share.map(|share| widened(share, measured.roofs))
            }
        };
        measures.extend(measure.map(|measure| (metric, measure)));
    }
    measures
}

/// Something within the generations of an inference, by the estimators of times; compared where the row is.
fn of_part(measured: &MeasuredRow<'_>, part: Part) -> Option<Measure> {
    let sides = measured.pair.sides.zip(measured.sound);
    let benchmarks = sides.map(|(benchmark, sound)| benchmark.filter(|_| sound));
    let parts =
        benchmarks.map(|benchmark| benchmark.map_or_else(Vec::new, |benchmark| of_steps(benchmark, part)));
    let parts = parts.as_ref().map(Vec::as_slice);
    let blocks = measured.runs.and_then(|runs| runs.blocks(parts, parts));
    let rounds = parts.map(log_rounds);
    let rounds = rounds.as_ref().map(Vec::as_slice);
    let options = measured.options;
    let compared =
        measured.compared.then(|| time::compared(rounds, blocks.as_ref(), options.threshold, options));
    let timed = compared.flatten().or_else(|| time::measured(rounds, options))?;
    let change = timed.measure.change.map(|change| change.held_against(options.threshold, options.rule));
    Some(Measure { threshold: None, change, ..timed.measure })
}

/// A count, judged exactly where its definition says so.
fn counted(
    pair: &Pair<'_>,
    better: Better,
    of: fn(&Allocation) -> Option<Value>,
    least: Option<LeastChange>,
) -> Option<Measure> {
    let without_pool = |value| least.map_or(value, |least| least.without_pool(value));
    let value = |allocation: Option<Allocation>| of(&allocation?).map(without_pool);
    let sides = pair.sides.map(|benchmark| value(benchmark.and_then(|benchmark| benchmark.allocation)));
    let mut measure = Measure::of(sides)?;
    if let Some(both) = sides.both() {
        measure.verdict = least.map(|least| least.verdict(both, better));
        let decided = |change: Change| measure.verdict.map_or(change, |verdict| change.decided(verdict));
        measure.change = change_of_counts(both).map(Change::exact).map(decided);
        measure.threshold = least.map(|least| Threshold::Amount(least.amount));
    }
    Some(measure)
}

/// new / old - 1 of the greatest values; absent where the baseline has none.
fn change_of_counts(sides: Sides<Value>) -> Option<f64> {
    let Sides { baseline, candidate } = sides.map(|value| value.most);
    (baseline > 0.0).then(|| candidate / baseline - 1.0)
}

impl LeastChange {
    /// *Regressed* for what is worse, *improved* for what is better, by the ranges of both sides; where these overlap,
    /// the verdict is *inconclusive*.
    fn verdict(self, sides: Sides<Value>, better: Better) -> Verdict {
        let Sides { baseline, candidate } = sides;
        let [more, less] = match better {
            Better::Lower => [Verdict::Regressed, Verdict::Improved],
            Better::Higher => [Verdict::Improved, Verdict::Regressed],
        };
        let (least, most) = (baseline.least.min(candidate.least), baseline.most.max(candidate.most));
        if most - least < self.amount {
            Verdict::Unchanged
        } else if candidate.least > baseline.most {
            more
        } else if candidate.most < baseline.least {
            less
        } else {
            Verdict::Inconclusive
        }
    }

    /// What every iteration allocates, the least, where iterations differ by no more than a thread pool makes them.
    fn without_pool(self, value: Value) -> Value {
        if value.most - value.least <= self.pool { Value::exact(value.least) } else { value }
    }
}

impl Measure {
    /// A judged count varies between the iterations of a side by more than a thread pool makes it.
    pub(super) fn varies(&self) -> bool {
        let counted = matches!(self.threshold, Some(Threshold::Amount(_)));
        counted && self.sides.iter().flatten().any(|value| !value.is_exact())
    }
}

/// The work of each side. None where the sides count it by different conventions.
fn works(pair: &Pair<'_>, worked: Worked) -> Sides<Option<f64>> {
    let works = pair.works();
    let refused =
        matches!(worked, Worked::ByConvention(_)) && !work::same_convention(works.baseline, works.candidate);
    pair.sides.map(|benchmark| worked.of(benchmark.filter(|_| !refused)?))
}

/// A metric that follows from a time and work in proportion, with the change that follows from the change of the time.
/// `None` where neither side has both.
fn view(time: Option<&Measure>, works: Sides<Option<f64>>, of: &dyn Fn(f64, f64) -> f64) -> Option<Measure> {
    let time = time?;
    let side = |(ns, work): (Option<f64>, Option<f64>)| Some(Value::exact(of(ns?, work?)));
    let mut measure = Measure::of(time.values().zip(works).map(side))?;
    measure.half_widths = time.half_widths;
    if let Some(works) = works.both() {
        let raw = |raw: Sides<f64>| raw.zip(works).map(|(ns, work)| of(ns, work));
        measure.change = time.change.and_then(|change| follow(change, works, of));
        measure.estimation = time.estimation.map(|found| Estimation { raw: raw(found.raw), ..found });
    }
    Some(measure)
}

/// A share of a peak with the interval of that peak in its own.
fn widened(share: Measure, roofs: Sides<Option<&Roof>>) -> Measure {
    let both = share.half_widths.zip(roofs);
    let half_widths = both.map(|(of_time, roof)| Some(of_time?.hypot(roof?.half_width.ln_1p())));
    Measure { half_widths, ..share }
}

/// The change of a view, so that time and view tell the same; work differs only under `--across work`.
fn follow(change: Change, works: Sides<f64>, of: &dyn Fn(f64, f64) -> f64) -> Option<Change> {
    let old = of(1.0, works.baseline);
    let at = |change: f64| of(1.0 + change, works.candidate) / old - 1.0;
    let (low, high) = (at(change.low), at(change.high));
    (old > 0.0).then(|| Change { point: at(change.point), low: low.min(high), high: low.max(high), ..change })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::metric::{ALLOCATIONS, BYTES};

    fn judge(least: LeastChange, old: (f64, f64), new: (f64, f64)) -> Verdict {
        let value = |(low, high): (f64, f64)| least.without_pool(Value { least: low, most: high });
        least.verdict(Sides::new(value(old), value(new)), Better::Lower)
    }

    #[test]
    fn exact_counts_differ_from_the_least_amount_on() {
        let bytes = |new: f64| judge(BYTES, (1000.0, 1000.0), (new, new));
        assert_eq!([1000.0, 1063.0, 937.0].map(bytes), [Verdict::Unchanged; 3]);
        assert_eq!([1064.0, 936.0].map(bytes), [Verdict::Regressed, Verdict::Improved]);
        let count = |new: f64| judge(ALLOCATIONS, (10.0, 10.0), (new, new));
        assert_eq!(
            [9.0, 11.0, 12.0, 8.0].map(count),
            [Verdict::Unchanged, Verdict::Unchanged, Verdict::Regressed, Verdict::Improved]
        );
    }

    #[test]
    fn a_block_of_a_thread_pools_queue_is_no_change() {
        // MatMul/f32/128x128 of the suite on one thread and on two.
        assert_eq!(judge(BYTES, (65_864.0, 65_864.0), (65_872.0, 67_400.0)), Verdict::Unchanged);
        assert_eq!(judge(ALLOCATIONS, (9.0, 9.0), (10.0, 11.0)), Verdict::Unchanged);
        // A kernel's own allocation beside it is one.
        assert_eq!(judge(BYTES, (65_864.0, 65_864.0), (66_000.0, 67_528.0)), Verdict::Regressed);
    }

    #[test]
    fn counts_that_vary_by_more_differ_where_their_ranges_do() {
        let old = (10_000.0, 20_000.0);
        assert_eq!(judge(BYTES, old, old), Verdict::Inconclusive);
        assert_eq!(judge(BYTES, old, (20_001.0, 30_000.0)), Verdict::Regressed);
        assert_eq!(judge(BYTES, old, (1_000.0, 9_999.0)), Verdict::Improved);
        assert_eq!(judge(BYTES, old, (15_000.0, 25_000.0)), Verdict::Inconclusive);
    }

    #[test]
    fn a_rate_falls_as_a_time_rises_and_its_interval_turns() {
        let slower = Change { point: 1.0, low: 0.6, high: 3.0, established: true };
        let rate = follow(slower, Sides::new(5.0, 5.0), &|ns, work| work / ns).expect("a change");
        assert_eq!((rate.point, rate.low, rate.high), (-0.5, -0.75, -0.375));
        let latency = follow(slower, Sides::new(5.0, 5.0), &|ns, work| ns / work).expect("a change");
        assert!((latency.point - 1.0).abs() < 1e-12 && latency.low < latency.high, "{latency:?}");
    }
}
