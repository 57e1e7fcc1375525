//! A single baseline.

use crate::compare::fixtures::{baseline, row};
use crate::compare::{Comparison, Measured, Metric, Side, Verdict, Warning, alone};
use crate::model::{Baseline, Benchmark, HeadToHead, UnfinishedBench};
use crate::work::Work;

fn found(side: &Baseline) -> Comparison {
    alone(side, &|_| true)
}

#[test]
fn nothing_is_judged_and_nothing_is_said_of_another_side() {
    let mut side = baseline("a", vec![row("a", &[100.0, 101.0, 102.0]), row("b", &[200.0; 3])]);
    side.sessions[0].head_to_head = Some(HeadToHead::new(7, 30));
    side.settings.filter = Some("a|b".to_owned());
    side.unfinished = vec![UnfinishedBench {
        package: "suite".to_owned(),
        target: "ops".to_owned(),
        reason: "killed".to_owned(),
    }];
    let found = found(&side);
    assert_eq!((found.measured, found.is_judged()), (Measured::Alone, false));
    assert!(found.rows.iter().all(|row| row.verdict == Verdict::Added && row.notes.is_empty()));
    assert_eq!(found.warnings, []);
    let of_time = found.rows[1].time().expect("a time");
    assert_eq!((of_time.sides.baseline, of_time.change), (None, None));
}

#[test]
fn times_and_rates_have_the_interval_of_the_rounds() {
    let work = Work::none().flops(1000).dtype::<f32>();
    let measured = Benchmark { work: Some(work), ..row("a", &[100.0, 102.0, 104.0]) };
    let found = found(&baseline("a", vec![measured, row("b", &[100.0])]));
    let interval = |metric, row: usize| {
        let measure = found.rows[row].measure(metric).expect("is measured");
        (measure.values().candidate.expect("a value"), measure.interval(Side::Candidate))
    };
    let (time, ends) = interval(Metric::Time, 0);
    let [low, high] = ends.expect("an interval");
    assert!(low < time && time < high && (time / low - high / time).abs() < 1e-9, "{low} {time} {high}");
    let (rate, ends) = interval(Metric::Gflops, 0);
    assert!((ends.expect("an interval")[0] / rate - low / time).abs() < 1e-9);
    assert_eq!(interval(Metric::Time, 1).1, None, "of a single round");
}

#[test]
fn what_failed_says_why() {
    let failed = Benchmark { failure: Some("no disk".to_owned()), ..row("a", &[]) };
    let found = found(&baseline("a", vec![failed]));
    assert_eq!(found.rows[0].verdict, Verdict::Failed);
    let expected = Warning::Failed { side: Side::Candidate, reason: "no disk".to_owned() };
    assert_eq!(found.rows[0].notes, [expected]);
}
