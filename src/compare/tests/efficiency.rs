//! The share of what its machine can do that each side reaches.

use crate::compare::fixtures::{baseline, peaks, row};
use crate::compare::{Comparison, Metric, Options, Row, Sides, Warning, compare};
use crate::model::{Baseline, Benchmark};
use crate::work::Work;

/// One benchmark of 100,000 FLOPs, of that time, on a machine that does at most so many GFLOP/s.
fn side(name: &str, nanoseconds: f64, gflops: Option<f64>) -> Baseline {
    let work = Work::none().flops(100_000).dtype::<f32>();
    let benchmark = Benchmark { work: Some(work), ..row("a", &[nanoseconds, nanoseconds, nanoseconds]) };
    let mut side = baseline(name, vec![benchmark]);
    side.environment.peaks = gflops.map(|gflops| peaks(1, gflops, 10.0)).into_iter().collect();
    side
}

fn compared(old: Baseline, new: Baseline) -> Comparison {
    compare(&old, &new, &Options::default())
}

fn only(comparison: &Comparison) -> &Row {
    assert_eq!(comparison.rows.len(), 1);
    &comparison.rows[0]
}

fn shares(comparison: &Comparison) -> Sides<Option<f64>> {
    let measure = only(comparison).measure(Metric::Efficiency).expect("an efficiency");
    measure.values().map(|share| share.map(|share| (1e6 * share).round() / 1e6))
}

/// The shares that are told to be too much.
fn told(comparison: &Comparison) -> Option<Sides<Option<f64>>> {
    only(comparison).notes.iter().find_map(|note| match note {
        Warning::BeyondPeaks(shares) => Some(*shares),
        _ => None,
    })
}

#[test]
fn each_side_is_held_against_its_own_machine() {
    let found = compared(side("a", 4000.0, Some(100.0)), side("b", 4000.0, Some(50.0)));
    assert_eq!(shares(&found), Sides::new(Some(0.25), Some(0.5)));
    assert_eq!(told(&found), None);
}

#[test]
fn a_faster_side_is_nearer_to_the_peak() {
    let found = compared(side("a", 4000.0, Some(100.0)), side("b", 2000.0, Some(100.0)));
    assert_eq!(shares(&found), Sides::new(Some(0.25), Some(0.5)));
    let change = only(&found).measure(Metric::Efficiency).and_then(|measure| measure.change);
    assert!((change.expect("is compared").point - 1.0).abs() < 1e-9, "{change:?}");
}

#[test]
fn a_side_without_peaks_has_none() {
    let found = compared(side("a", 4000.0, None), side("b", 4000.0, Some(100.0)));
    assert_eq!(shares(&found), Sides::new(None, Some(0.25)));
    let neither = compared(side("a", 4000.0, None), side("b", 4000.0, None));
    assert_eq!(only(&neither).measure(Metric::Efficiency), None);
}

#[test]
fn more_than_the_machine_can_do_is_told_and_not_hidden() {
    let found = compared(side("a", 4000.0, Some(100.0)), side("b", 500.0, Some(100.0)));
    assert_eq!(shares(&found), Sides::new(Some(0.25), Some(2.0)));
    let beyond = told(&found).expect("a note");
    assert_eq!((beyond.baseline, beyond.candidate.is_some()), (None, true));
    let within = compared(side("a", 4000.0, Some(100.0)), side("b", 960.0, Some(100.0)));
    assert_eq!(told(&within), None, "104 % may be chance");
}
