//! Models: facts, generations, steps by context, sizes.

use std::collections::BTreeSet;

use crate::compare::fixtures::{baseline, row};
use crate::compare::{
    Comparison, Difference, Fact, Measure, Metric, ModelComparison, Options, Row, Rule, Side, Sides, Tail,
    Verdict, Warning, compare,
};
use crate::dtype::Dtype;
use crate::inference::{Model, Phase};
use crate::model::{Baseline, Benchmark, Inference, Range, Round, StepAllocation};
use crate::work::Work;

const INFERENCE: Phase = Phase::Inference { prompt: 10, generated: 5 };

fn model(name: &str, parameters: u64) -> Model {
    Model { parameters, dtype: Some(Dtype::F32), ..Model::new(name) }
}

/// Five rounds of eight samples, each of one generation with these steps, that wander with the clock.
fn generating(name: &str, phase: Phase, steps: &[f64]) -> Benchmark {
    let round = |wander: f64| {
        let generation: Vec<f64> = steps.iter().map(|ns| ns * wander).collect();
        Round {
            session: 0,
            samples: vec![generation.iter().sum(); 8],
            probes: vec![50_000.0 * wander; 8],
            contention: vec![20_000.0 * wander; 8],
            steps: vec![generation; 8],
            ..Round::default()
        }
    };
    let rounds = [1.0, 1.004, 0.997, 1.002, 0.999].map(round).to_vec();
    Benchmark { rounds, ..of_model("Small", phase, row(name, &[])) }
}

fn of_model(model: &str, phase: Phase, benchmark: Benchmark) -> Benchmark {
    Benchmark { inference: Some(Inference { model: model.to_owned(), phase }), ..benchmark }
}

/// A row of constant time without steps.
fn timed(name: &str, model: &str, phase: Phase, ns: f64) -> Benchmark {
    of_model(model, phase, row(name, &[ns, ns * 1.001, ns * 0.999]))
}

fn side(name: &str, models: Vec<Model>, rows: Vec<Benchmark>) -> Baseline {
    Baseline { models, ..baseline(name, rows) }
}

fn small(rows: Vec<Benchmark>) -> Baseline {
    side("x", vec![model("Small", 100)], rows)
}

fn diff(old: &Baseline, new: &Baseline) -> Comparison {
    compare(old, new, &Options::default())
}

fn only(comparison: &Comparison) -> &ModelComparison {
    assert_eq!(comparison.models.len(), 1);
    &comparison.models[0]
}

/// A time of the only generation.
fn of_generation(comparison: &Comparison, metric: Metric) -> Option<&Measure> {
    comparison.rows[only(comparison).generations[0].row].measure(metric)
}

fn close(found: f64, expected: f64) {
    assert!((found / expected - 1.0).abs() < 5e-3, "{found} is not {expected}");
}

#[test]
fn models_are_sorted_by_size_and_their_rows_by_phase() {
    let half = Model { dtype: Some(Dtype::F16), ..model("Half", 1) };
    let rows = vec![
        timed("a", "Small", Phase::Prefill { prompt: 128, cached: 0 }, 1e6),
        timed("b", "Small", Phase::Creation, 1e6),
        timed("c", "Small", Phase::Prefill { prompt: 64, cached: 0 }, 1e6),
        timed("d", "Gone", Phase::Creation, 1e6),
    ];
    let old = side("old", vec![model("Large", 200), half, model("Small", 90)], rows.clone());
    let comparison = diff(&old, &side("new", vec![model("Small", 100), model("New", 50)], rows));
    let names: Vec<_> =
        comparison.models.iter().map(|m| (m.model.name.as_str(), m.model.parameters)).collect();
    assert_eq!(names, [("New", 50), ("Small", 100), ("Large", 200), ("Half", 1)], "the candidate's facts");
    assert_eq!(comparison.models[1].rows, [1, 2, 0]);
}

#[test]
fn other_facts_and_other_phases_are_not_comparable_unless_allowed() {
    let old = small(vec![timed("a", "Small", INFERENCE, 1e6), timed("b", "Small", Phase::Creation, 1e6)]);
    let mut facts = old.clone();
    facts.models[0].parameters = 101;
    let mut phases = old.clone();
    phases.benchmarks[0] = timed("a", "Small", Phase::Inference { prompt: 11, generated: 5 }, 1e6);
    let mut silent = old.clone();
    silent.benchmarks[0].inference = None;
    let mut half = old.clone();
    half.models[0].dtype = Some(Dtype::F16);
    let standing = |new: &Baseline| -> Vec<Vec<Difference>> {
        let differs = |row: Row| match row.notes.into_iter().next() {
            Some(Warning::Differs(differences)) if row.verdict == Verdict::NotComparable => differences,
            _ => vec![],
        };
        diff(&old, new).rows.into_iter().map(differs).collect()
    };
    let parameters = vec![Difference::required(Fact::Model, "parameters", 100, 101)];
    assert_eq!(standing(&facts), [parameters.clone(), parameters.clone()]);
    let phase = Difference::required(Fact::Model, "phase", "inference 10+5", "inference 11+5");
    assert_eq!(standing(&phases), [vec![phase], vec![]]);
    assert_eq!(standing(&silent), [vec![], vec![]]);
    let dtype = vec![Difference::required(Fact::Dtype, "dtype", "f32", "f16")];
    assert_eq!(standing(&half), [dtype.clone(), dtype], "of the model, and no other fact of it");
    let options = Options { across: BTreeSet::from([Fact::Model]), ..Options::default() };
    let allowed = compare(&old, &facts, &options);
    assert!(allowed.rows.iter().all(|row| row.notes.contains(&Warning::Across(parameters.clone()))));
    assert!(allowed.rows.iter().all(|row| row.time_change().is_some()));
}

#[test]
fn a_first_token_that_changes_within_the_threshold_is_not_called_faster() {
    let steps = |first: f64| small(vec![generating("a", INFERENCE, &[first, 10e3, 11e3, 12e3, 11e3])]);
    let established = |first: f64| {
        let comparison = diff(&steps(80e3), &steps(first));
        let change = |metric| of_generation(&comparison, metric).unwrap().change.unwrap();
        assert!(change(Metric::FirstToken).high < 0.0, "the interval holds no change");
        [Metric::FirstToken, Metric::PerToken].map(|metric| change(metric).established)
    };
    let options = Options::default();
    assert_eq!(options.threshold, 0.02);
    assert_eq!(established(0.60 * 80e3), [true, false]);
    assert_eq!(established(0.982 * 80e3), [false, false]);
}

#[test]
fn first_token_and_time_per_token_change_apart() {
    let old = small(vec![generating("a", INFERENCE, &[80e3, 10e3, 11e3, 12e3, 11e3])]);
    let new = small(vec![generating("a", INFERENCE, &[160e3, 10e3, 11e3, 12e3, 11e3])]);
    let comparison = diff(&old, &new);
    let [generation] = only(&comparison).generations.as_slice() else { panic!("{:?}", only(&comparison)) };
    for (metric, [old_ns, new_ns]) in [(Metric::FirstToken, [80e3, 160e3]), (Metric::PerToken, [11e3, 11e3])]
    {
        let time = of_generation(&comparison, metric).unwrap();
        let shown = time.values().both().unwrap();
        close(shown.baseline, old_ns);
        close(shown.candidate, new_ns);
        let change = time.change.unwrap();
        close(1.0 + change.point, new_ns / old_ns);
        assert!(change.low < change.point && change.point < change.high, "{change:?}");
    }
    let latency = generation.latency.candidate.unwrap();
    assert_eq!(latency.steps, 5 * 8 * 4);
    close(latency.median_ns, 11e3);
    assert!(matches!(latency.tail, Tail::P90(ns) if ns > latency.median_ns), "{latency:?}");
}

#[test]
fn generations_are_compared_only_where_their_row_is() {
    let steps = [80e3, 10e3, 11e3, 12e3, 11e3];
    let whole = small(vec![generating("a", INFERENCE, &steps)]);
    let mut other_machine = whole.clone();
    other_machine.environment.machine.cpu = "Other".to_owned();
    let mut contended = whole.clone();
    contended.benchmarks[0].rounds.iter_mut().for_each(|round| round.contention.fill(40_000.0));
    let mut failed = whole.clone();
    failed.benchmarks[0].failure = Some("panicked".to_owned());
    for new in [&other_machine, &contended, &failed, &small(vec![])] {
        let comparison = diff(&whole, new);
        let generation = &only(&comparison).generations[0];
        let times = [Metric::FirstToken, Metric::PerToken].map(|metric| of_generation(&comparison, metric));
        assert!(times.iter().flatten().all(|time| time.sides.baseline.is_some() && time.change.is_none()));
        let is_measured = std::ptr::eq(new, &other_machine);
        assert_eq!(times[0].unwrap().sides.candidate.is_some(), is_measured);
        assert_eq!(generation.latency.candidate.is_some(), is_measured);
    }
    let point = compare(&whole, &whole, &Options { rule: Rule::Point, ..Options::default() });
    let change = of_generation(&point, Metric::FirstToken).unwrap().change.unwrap();
    assert_eq!((change.point, change.low, change.high), (0.0, 0.0, 0.0));
}

#[test]
fn latency_per_token_has_the_clock_of_the_time_that_it_is_a_view_of() {
    let steps = [80e3, 10e3, 10e3];
    let phase = Phase::Inference { prompt: 12, generated: 2 };
    let mut slow_clock = small(vec![generating("a", phase, &steps.map(|ns| ns * 1.1))]);
    for round in &mut slow_clock.benchmarks[0].rounds {
        round.probes.iter_mut().chain(&mut round.contention).for_each(|ns| *ns *= 1.1);
    }
    let comparison = diff(&small(vec![generating("a", phase, &steps)]), &slow_clock);
    let row = &comparison.rows[0];
    let [time, latency] = [Metric::Time, Metric::LatencyPerToken].map(|metric| row.measure(metric).unwrap());
    for of in [Measure::values, Measure::raw] {
        let [time, latency] = [time, latency].map(|measure| of(measure).both().unwrap().candidate);
        close(latency, time / 2.0);
    }
    assert!(latency.raw() != latency.values(), "the clocks differ");
}

#[test]
fn benchmarks_that_were_contended_or_failed_have_no_times_of_steps() {
    let sound = generating("b", Phase::Decode { generated: 3, cached: 12 }, &on_the_line(12..15));
    let mut slow = generating("a", INFERENCE, &[800e3, 100e3, 110e3, 120e3, 130e3]);
    slow.step_allocation = vec![
        StepAllocation { count: Range::exact(1), bytes: Range::exact(8) };
        INFERENCE.tokens().unwrap() as usize
    ];
    let mut contended = slow.clone();
    contended.rounds.iter_mut().for_each(|round| round.contention.fill(40_000.0));
    let failed = Benchmark { failure: Some("panicked".to_owned()), ..slow };
    for disturbed in [contended, failed] {
        let both = small(vec![disturbed, sound.clone()]);
        let comparison = diff(&both, &both);
        let model = only(&comparison);
        assert_eq!(model.generations, []);
        let timed: Vec<u64> =
            model.steps.baseline.iter().filter(|step| step.ns.is_some()).map(|step| step.context).collect();
        assert_eq!(timed, [12, 13, 14]);
        assert!(
            model.steps.baseline.iter().any(|step| step.bytes.is_some()),
            "allocation is counted whether the core is contended or not"
        );
        close(model.depth_fit.baseline.unwrap().slope_ns.value, 100.0);
    }
}

#[test]
fn samples_under_contention_are_no_part_of_a_generation() {
    let mut noisy = small(vec![generating("a", INFERENCE, &[80e3, 10e3, 10e3, 10e3, 10e3])]);
    for round in &mut noisy.benchmarks[0].rounds {
        round.contention[..4].fill(40_000.0);
        round.steps[..4].fill(vec![900e3; 5]);
    }
    let comparison = diff(&noisy, &noisy);
    let latency = only(&comparison).generations[0].latency.baseline.unwrap();
    assert_eq!(latency.steps, 5 * 4 * 4);
    assert!(matches!(latency.tail, Tail::Maximum(ns) if ns < 20e3), "{latency:?}");
    assert!(only(&comparison).steps.baseline.iter().all(|step| step.ns.unwrap() < 20e3));
}

#[test]
fn a_benchmark_without_steps_has_no_generation_and_a_single_token_no_time_per_token() {
    let none = small(vec![timed("a", "Small", INFERENCE, 1e6)]);
    assert_eq!(only(&diff(&none, &none)).generations, []);
    let single = small(vec![generating("a", Phase::Inference { prompt: 10, generated: 1 }, &[80e3])]);
    let comparison = diff(&single, &single);
    let generation = &only(&comparison).generations[0];
    assert_eq!(of_generation(&comparison, Metric::PerToken), None);
    assert_eq!(generation.latency, Sides::new(None, None));
}

/// t(c) = 5000 + 100 c.
fn on_the_line(contexts: std::ops::Range<u64>) -> Vec<f64> {
    contexts.map(|context| 5000.0 + 100.0 * context as f64).collect()
}

#[test]
fn steps_of_all_benchmarks_meet_at_their_context() {
    let allocation = |bytes| StepAllocation { count: Range::exact(2), bytes: Range::exact(bytes) };
    let inference = [vec![80e3], on_the_line(10..14)].concat();
    let mut rows = vec![
        generating("decode", Phase::Decode { generated: 3, cached: 12 }, &on_the_line(12..15)),
        generating("inference", INFERENCE, &inference),
    ];
    rows[1].step_allocation = (0..5).map(|step| allocation(1000 + step)).collect();
    let comparison = diff(&small(rows.clone()), &small(vec![rows[0].clone()]));
    let Sides { baseline: old, candidate: new } = &only(&comparison).steps;
    let contexts: Vec<u64> = old.iter().map(|step| step.context).collect();
    assert_eq!(contexts, [10, 11, 12, 12, 13, 13, 14]);
    let bytes: Vec<_> = old.iter().map(|step| step.bytes.map(|bytes| bytes.high)).collect();
    assert_eq!(bytes, [Some(1001), Some(1002), None, Some(1003), None, Some(1004), None]);
    assert_eq!(old[0].allocations, Some(Range::exact(2)));
    old.iter().for_each(|step| close(step.ns.unwrap(), 5000.0 + 100.0 * step.context as f64));
    assert_eq!(new.len(), 3);
    let fit = only(&comparison).depth_fit.baseline.unwrap();
    close(fit.slope_ns.value, 100.0);
    close(fit.intercept_ns, 5000.0);
    assert!(fit.slope_ns.low < 100.0 && fit.slope_ns.high > 99.0, "{fit:?}");
}

#[test]
fn allocation_of_steps_stands_without_times() {
    let mut row = timed("a", "Small", Phase::Decode { generated: 2, cached: 7 }, 1e6);
    row.step_allocation =
        vec![StepAllocation { count: Range::exact(1), bytes: Range { low: 8, high: 16 } }; 2];
    let comparison = diff(&small(vec![row.clone()]), &small(vec![row]));
    let steps = &only(&comparison).steps.candidate;
    assert_eq!(steps.iter().map(|step| (step.context, step.ns)).collect::<Vec<_>>(), [(7, None), (8, None)]);
    assert_eq!(only(&comparison).depth_fit, Sides::new(None, None));
}

/// Creation and inference of a model of so many parameters; FLOPs are 20 a parameter.
fn sized(name: &str, parameters: u64, ns: f64) -> (Model, Vec<Benchmark>) {
    let work = Some(Work::none().flops(20 * parameters));
    let inference = Benchmark { work, ..timed(&format!("{name}-inference"), name, INFERENCE, ns) };
    (model(name, parameters), vec![timed(&format!("{name}-creation"), name, Phase::Creation, 1e6), inference])
}

fn of_sizes(sizes: Vec<(Model, Vec<Benchmark>)>) -> Baseline {
    let (models, rows): (Vec<Model>, Vec<Vec<Benchmark>>) = sizes.into_iter().unzip();
    side("sizes", models, rows.concat())
}

#[test]
fn neighbours_in_size_are_compared_in_each_phase_on_each_side() {
    let old = of_sizes(vec![sized("S", 100, 1e6), sized("M", 400, 2e6), sized("L", 1600, 8e6)]);
    let new = of_sizes(vec![sized("S", 100, 1e6), sized("M", 400, 3e6), sized("L", 1600, 6e6)]);
    let comparison = diff(&old, &new);
    let pairs: Vec<_> =
        comparison.sizes.iter().map(|size| (size.smaller, size.larger, size.phase.name())).collect();
    assert_eq!(pairs, [(0, 1, "creation"), (0, 1, "inference"), (1, 2, "creation"), (1, 2, "inference")]);
    let inference = &comparison.sizes[3];
    assert_eq!((inference.parameter_ratio, inference.flop_ratio), (4.0, Some(4.0)));
    let [old, new] = inference.time_ratio.map(Option::unwrap).into_array();
    close(old.value, 4.0);
    close(new.value, 2.0);
    assert!(new.low < new.value && new.value < new.high && new.low > 1.9, "{new:?}");
    close(inference.exponent(Side::Candidate).unwrap().value, 0.5);
    close(inference.efficiency_by_flops(Side::Candidate).unwrap(), 2.0);
    assert_eq!(comparison.sizes[0].flop_ratio, None);
}

#[test]
fn three_sizes_have_an_exponent_on_each_side_that_measured_them() {
    // ln time against ln FLOPs: on the line of slope 1 / 2, and off it.
    let old = of_sizes(vec![sized("S", 100, 1e6), sized("M", 400, 2e6), sized("L", 1600, 4e6)]);
    let off = of_sizes(vec![sized("S", 100, 1e6), sized("M", 400, 3e6), sized("L", 1600, 4e6)]);
    let comparison = diff(&old, &off);
    let [fit] = comparison.size_fits.as_slice() else { panic!("{:?}", comparison.size_fits) };
    assert_eq!((fit.dtype, fit.phase, fit.models.as_slice()), (Some(Dtype::F32), INFERENCE, &[0, 1, 2][..]));
    let [exact, scattered] = fit.exponent.map(Option::unwrap).into_array();
    close(exact.value, 0.5);
    close(scattered.value, 0.5);
    assert!(exact.high - exact.low < 1e-6 && scattered.high - scattered.low > 0.1, "{fit:?}");
    let mut failed = old.clone();
    failed.benchmarks[3].failure = Some("panicked".to_owned());
    let known = diff(&failed, &old).size_fits[0].exponent.map(|exponent| exponent.is_some());
    assert_eq!(known, Sides::new(false, true));
}

#[test]
fn two_sizes_other_dtypes_and_equal_flops_make_no_fit() {
    let mut half = sized("Half", 1600, 4e6);
    half.0.dtype = Some(Dtype::F16);
    let both = of_sizes(vec![sized("A", 100, 1e6), sized("B", 100, 1e6), sized("C", 400, 2e6), half]);
    assert_eq!(diff(&both, &both).size_fits, []);
}

#[test]
fn equal_sizes_other_dtypes_and_unknown_sizes_are_no_neighbours() {
    let mut half = sized("Half", 50, 1e6);
    half.0.dtype = Some(Dtype::F16);
    let models =
        vec![sized("A", 100, 1e6), sized("B", 100, 1e6), sized("C", 300, 1e6), sized("Zero", 0, 1e6), half];
    let both = of_sizes(models);
    let comparison = diff(&both, &both);
    let name = |index: usize| comparison.models[index].model.name.as_str();
    let inferences = comparison.sizes.iter().filter(|size| size.phase == INFERENCE);
    let pairs: Vec<_> = inferences.map(|size| (name(size.smaller), name(size.larger))).collect();
    assert_eq!(pairs, [("A", "C"), ("B", "C")]);
}

#[test]
fn a_side_that_did_not_measure_both_sizes_has_no_ratio() {
    let whole = of_sizes(vec![sized("S", 100, 1e6), sized("M", 400, 2e6)]);
    let mut failed = whole.clone();
    failed.benchmarks[3].failure = Some("panicked".to_owned());
    let mut other = whole.clone();
    other.models[1].parameters = 500;
    let known = |old: &Baseline, options: &Options| {
        let comparison = compare(old, &whole, options);
        comparison
            .sizes
            .iter()
            .find(|size| size.phase == INFERENCE)
            .unwrap()
            .time_ratio
            .map(|ratio| ratio.is_some())
            .into_array()
    };
    let across = Options { across: BTreeSet::from([Fact::Model]), ..Options::default() };
    assert_eq!(known(&whole, &across), [true, true]);
    assert_eq!(known(&failed, &across), [false, true]);
    assert_eq!(known(&other, &across), [false, true], "a ratio of other sizes");
    let point = compare(&whole, &whole, &Options { rule: Rule::Point, ..Options::default() });
    let ratio = point.sizes[1].time_ratio.baseline.unwrap();
    assert_eq!((ratio.low, ratio.high), (ratio.value, ratio.value));
}
