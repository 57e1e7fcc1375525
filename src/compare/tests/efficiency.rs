//! The share of what its machine can do that each side reaches.

use crate::compare::fixtures::{baseline, peaks, row};
use crate::compare::{Comparison, Metric, Options, Row, Side, Sides, Warning, compare};
use crate::inference::{Model, Phase};
use crate::model::{Baseline, Benchmark, Inference};
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

#[test]
fn a_share_has_the_interval_of_the_time_and_of_the_peak() {
    let mut old = side("a", 4000.0, Some(100.0));
    let of = |old: &Baseline| {
        let found = compared(old.clone(), side("b", 4000.0, Some(100.0)));
        let found = only(&found).efficiency(Side::Baseline).expect("an efficiency");
        (found.share(), found.interval.expect("an interval"))
    };
    let (share, [low, high]) = of(&old);
    assert!(
        (share / low - 1.01).abs() < 1e-9 && (high / share - 1.01).abs() < 1e-9,
        "{low} {high}: the peak's"
    );
    old.benchmarks[0].rounds[0].samples = vec![4400.0];
    old.benchmarks[0].rounds[1].samples = vec![4200.0];
    let (share, [wider_low, wider_high]) = of(&old);
    assert!(wider_low < 0.97 * share && wider_high > 1.03 * share, "{wider_low} {share} {wider_high}");
}

/// A model of 1,000 weights of 4 bytes and 64 bytes of keys and values a token, from a memory of 10 GB/s.
fn with_model(name: &str, phase: Phase, nanoseconds: f64) -> Baseline {
    let model = Model::new("Tiny").matrices([1000]).shape(1, 8).attention(2, 2, 4).dtype::<f32>();
    let mut side = side(name, nanoseconds, Some(100.0));
    side.benchmarks[0].work = Some(model.work(&phase));
    side.benchmarks[0].inference = Some(Inference { model: "Tiny".to_owned(), phase });
    side.models = vec![model];
    side
}

#[test]
fn a_decoded_token_is_held_against_the_bytes_that_it_reads() {
    let phase = Phase::Decode { generated: 2, cached: 9 };
    let found = compared(with_model("a", phase, 4000.0), with_model("b", phase, 2000.0));
    let both = only(&found).token_efficiencies().both().expect("both sides");
    // 4,000 bytes of weights and 10.5 times 64 of the cache, at 10 bytes a nanosecond.
    let least = 467.2;
    for (found, time) in [(both.baseline, 2000.0), (both.candidate, 1000.0)] {
        assert!((found.share() - least / time).abs() < 1e-9, "{found:?}");
        assert!((found.tokens_per_second() - 1e9 / time).abs() < 1e-3);
        assert!((found.most_tokens_per_second() - 1e9 / least).abs() < 1e-3);
    }
}

#[test]
fn a_prompt_is_held_against_arithmetic_also_where_bytes_bound_it() {
    let phase = Phase::Prefill { prompt: 2, cached: 0 };
    let found = compared(with_model("a", phase, 4000.0), with_model("b", phase, 4000.0));
    let row = only(&found);
    let flops = row.work.as_ref().and_then(|work| work.flops).expect("FLOPs").0 as f64;
    let tokens = row.token_efficiency(Side::Candidate).expect("a bound");
    assert!((tokens.share() - flops / 100.0 / 4000.0).abs() < 1e-9, "{tokens:?}");
    let row = row.efficiency(Side::Candidate).expect("an efficiency");
    assert_eq!(row.bound().name(), "memory");
}
