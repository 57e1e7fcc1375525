//! A saved baseline loads as it was, to five digits, and saving it again changes no byte.

mod arbitrary_edits;
mod arbitrary_models;

use jiff::Timestamp;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use self::arbitrary_edits::edit;
use self::arbitrary_models::{LONGEST, measured_of, measuring, models};
use super::{example, named};
use crate::Dtype;
use crate::channel::CriterionId;
use crate::inference::Model;
use crate::model::{
    Access, Allocation, ArithmeticPeak, BandwidthPeak, Baseline, Benchmark, BenchmarkId, Build, CpuTime,
    Environment, HeadToHead, Machine, NullArm, Partition, PeakRate, Peaks, Range, Revision, Round, Session,
    Settings, UnfinishedBench,
};
use crate::store::format::{parse, read_whole, render};
use crate::store::pieces;
use crate::store::wire::{BaselineFile, five_digits};
use crate::work::{Bits, Bytes, Elements, Flops, Tokens, Work, WorkSource};

/// Any text, with more quotes, line breaks and TOML syntax than chance would give.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[a-z '\"\\\\\\[\\]=#\r\n\t\u{0}\u{7f}ü]{0,12}", "[a-zA-Z/ ]{0,12}"]
}

fn time() -> impl Strategy<Value = f64> {
    (-9.0..15.0).prop_map(|exponent: f64| 10f64.powf(exponent))
}

fn count() -> impl Strategy<Value = u64> {
    prop_oneof![0..1000u64, 0..=i64::MAX as u64]
}

fn range<T: Copy + Ord + std::fmt::Debug>(
    values: impl Strategy<Value = T> + Clone,
) -> impl Strategy<Value = Range<T>> {
    (values.clone(), values).prop_map(|(one, other)| Range::exact(one).union(Range::exact(other)))
}

fn allocation() -> impl Strategy<Value = Allocation> {
    let counts = || prop_oneof![0..3u64, 0..=i64::MAX as u64];
    let facts = (
        option::of(counts()),
        counts(),
        option::of(range(0..9u64)),
        option::of(range(-2..2i64)),
        option::of(range(-2..2i64)),
    );
    facts.prop_map(|(count, bytes, peak, live, net)| Allocation {
        count: count.map(Range::exact),
        bytes: Range::exact(bytes),
        peak,
        live,
        net,
    })
}

fn work() -> impl Strategy<Value = Work> {
    let counts = [(); 6].map(|()| option::of(count()));
    let dtype = option::of(proptest::sample::select(Dtype::ALL.to_vec()));
    let source =
        prop_oneof![Just(WorkSource::Bench), Just(WorkSource::Metadata), Just(WorkSource::Throughput),];
    (counts, any::<bool>(), dtype, option::of(text()), source).prop_map(
        |([flops, bytes, bits, elements, tokens, before], nominal, dtype, convention, from)| Work {
            flops: flops.map(Flops),
            nominal,
            bytes: bytes.map(Bytes),
            bits: bits.map(Bits),
            elements: elements.map(Elements),
            tokens: tokens.map(Tokens),
            dtype,
            convention,
            counted_before: before.map(Flops),
            from,
        },
    )
}

fn cpu_time() -> impl Strategy<Value = CpuTime> {
    let outside = prop_oneof![Just(0.0), time(), time().prop_map(|time| -time)];
    let spent = || prop_oneof![Just(0.0), time()];
    let times = (time(), outside, spent(), time(), spent());
    (times, 0..3u32, 0..3u32).prop_map(|((wall, outside, thread, process, delay), waits, preemptions)| {
        CpuTime { wall, outside, thread, process, delay, waits, preemptions }
    })
}

/// A round of the longest generations.
fn round(sessions: usize) -> impl Strategy<Value = Round> {
    let steps = option::of(vec(time(), LONGEST));
    let sample = (time(), time(), steps.prop_map(Option::unwrap_or_default), cpu_time());
    let rounds = (0..sessions, vec(sample, 1..5), any::<bool>(), 0..3usize, option::of(0..9u32));
    rounds.prop_map(|(session, samples, has_probe, cpu, block)| {
        let samples_of = |of: fn(&Sample) -> f64| samples.iter().map(of).collect::<Vec<f64>>();
        let probes = if has_probe { samples_of(|sample| sample.1) } else { vec![] };
        // None, one for the round, or one a sample.
        let cpu = samples.iter().map(|sample| sample.3).take([0, 1, samples.len()][cpu]);
        Round {
            session,
            samples: samples_of(|sample| sample.0),
            contention: probes.iter().rev().copied().collect(),
            probes,
            steps: samples.iter().map(|sample| sample.2.clone()).collect(),
            cpu: cpu.collect(),
            block,
            corrected: vec![],
            places: vec![],
        }
    })
}

type Sample = (f64, f64, Vec<f64>, CpuTime);

fn id() -> impl Strategy<Value = BenchmarkId> {
    (text(), text(), text(), option::of(text()), option::of(text())).prop_map(
        |(package, target, group, function, parameter)| BenchmarkId {
            package,
            target,
            criterion: CriterionId { group, function, parameter },
        },
    )
}

fn benchmarks(sessions: usize, models: &[Model]) -> impl Strategy<Value = Vec<Benchmark>> + use<> {
    let measured = (vec(round(sessions), 1..4), option::of(text()), Just(None));
    let failed = text().prop_map(|failure| (vec![], Some(failure), None));
    let not_reached = text().prop_map(|reason| (vec![], None, Some(reason)));
    let outcome = prop_oneof![3 => measured, 1 => failed, 1 => not_reached];
    let content = (option::of(work()), option::of(text()), option::of(allocation()), outcome);
    btree_map(id(), (content, measured_of(models)), 0..5).prop_map(|benchmarks| {
        let benchmark = |(id, ((work, nested_in, allocation, (rounds, failure, not_measured)), measured))| {
            let benchmark = Benchmark {
                id,
                work,
                nested_in,
                inference: None,
                rounds,
                allocation,
                step_allocation: vec![],
                failure,
                not_measured,
            };
            measuring(measured, benchmark)
        };
        benchmarks.into_iter().map(benchmark).collect()
    })
}

fn build() -> impl Strategy<Value = Build> {
    let texts = (text(), text(), text(), text());
    let lists = (vec(text(), 0..3), vec(text(), 0..3));
    (texts, lists, option::of(text()), option::of(text())).prop_map(
        |((rustc, target, profile, rustflags), (features, target_features), lock_hash, criterion)| Build {
            rustc,
            target,
            profile,
            features,
            rustflags,
            target_features,
            lock_hash,
            criterion,
        },
    )
}

fn machine() -> impl Strategy<Value = Machine> {
    let numbers = (option::of(any::<u32>()), option::of(any::<u32>()), option::of(count()));
    let texts = (text(), text(), option::of(text()), vec(text(), 0..3));
    (numbers, texts, btree_map(text(), count(), 0..3), option::of(any::<bool>())).prop_map(
        |((cores, hardware_threads, memory), (cpu, kernel, governor, sets), caches, virtual_machine)| {
            Machine {
                cpu,
                cores,
                hardware_threads,
                caches,
                instruction_sets: sets,
                memory,
                governor,
                virtual_machine,
                kernel,
            }
        },
    )
}

fn peaks() -> impl Strategy<Value = Peaks> {
    let rate = || (time(), 0.0..1e6).prop_map(|(value, half_width)| PeakRate { value, half_width });
    let arithmetic = btree_map((select(&Dtype::ALL[..]), text()), rate(), 0..4);
    let bandwidth = btree_map((select(&Access::ALL[..]), text()), (count(), rate()), 0..4);
    (1..=u32::MAX, arithmetic, bandwidth).prop_map(|(threads, arithmetic, bandwidth)| Peaks {
        threads,
        arithmetic: arithmetic
            .into_iter()
            .map(|((dtype, instruction_set), rate)| ArithmeticPeak { dtype, instruction_set, rate })
            .collect(),
        bandwidth: bandwidth
            .into_iter()
            .map(|((access, level), (working_set, rate))| BandwidthPeak { access, level, working_set, rate })
            .collect(),
    })
}

fn environment() -> impl Strategy<Value = Environment> {
    let revision = (text(), option::of(text()), any::<bool>()).prop_map(|(commit, branch, dirty)| Revision {
        commit,
        branch,
        dirty,
    });
    let variables = || btree_map(text(), text(), 0..3);
    (option::of(revision), build(), machine(), variables(), variables(), vec(peaks(), 0..3)).prop_map(
        |(revision, build, machine, threads, variables, peaks)| Environment {
            revision,
            build,
            machine,
            threads,
            variables,
            peaks,
        },
    )
}

fn settings() -> impl Strategy<Value = Settings> {
    let numbers = (any::<u32>(), option::of(any::<u32>()), any::<u32>(), 0.0..1e6, 0.0..1e6);
    let partition = (1..9u32, 0..9u32, option::of(any::<u32>()));
    let partition =
        partition.prop_map(|(part, more, benchmarks)| Partition { part, of: part + more, benchmarks });
    (numbers, option::of(text()), vec(text(), 0..3), vec(text(), 0..3), option::of(partition)).prop_map(
        |(numbers, filter, bench_arguments, cargo_arguments, partition)| {
            let (rounds, max_rounds, samples, warm_up, measurement) = numbers;
            Settings {
                rounds,
                max_rounds,
                warm_up,
                measurement,
                samples,
                filter,
                bench_arguments,
                cargo_arguments,
                partition,
            }
        },
    )
}

fn sessions() -> impl Strategy<Value = Vec<Session>> {
    let started = 0..4_102_444_800i64;
    let null_arm = (0..=9u32, 0..=9u32);
    let null_arm = null_arm.prop_map(|(changed, same)| NullArm { rows: changed + same, changed });
    let head_to_head = (any::<u64>(), any::<u32>(), option::of(null_arm));
    let head_to_head =
        head_to_head.prop_map(|(id, most_blocks, null_arm)| HeadToHead { id, most_blocks, null_arm });
    let session = (started, option::of(head_to_head)).prop_map(|(second, head_to_head)| Session {
        started: Timestamp::from_second(second).expect("before 2100"),
        head_to_head,
    });
    vec(session, 1..4)
}

fn baseline() -> impl Strategy<Value = Baseline> {
    let unfinished = vec(
        (text(), text(), text()).prop_map(|(package, target, reason)| UnfinishedBench {
            package,
            target,
            reason,
        }),
        0..3,
    );
    (sessions(), environment(), settings(), text(), models(), unfinished).prop_flat_map(
        |(sessions, environment, settings, tool_version, models, unfinished)| {
            benchmarks(sessions.len(), &models).prop_map(move |benchmarks| Baseline {
                name: named("main"),
                tool_version: tool_version.clone(),
                environment: environment.clone(),
                settings: settings.clone(),
                sessions: sessions.clone(),
                unfinished: unfinished.clone(),
                models: models.clone(),
                benchmarks,
            })
        },
    )
}

fn rounded(mut baseline: Baseline) -> Baseline {
    for round in baseline.benchmarks.iter_mut().flat_map(|benchmark| &mut benchmark.rounds) {
        let steps = round.steps.iter_mut().flatten();
        for value in
            round.samples.iter_mut().chain(&mut round.probes).chain(&mut round.contention).chain(steps)
        {
            *value = five_digits(*value);
        }
        for cpu in &mut round.cpu {
            let digits = |value: &mut f64| *value = five_digits(*value);
            [&mut cpu.wall, &mut cpu.outside, &mut cpu.thread, &mut cpu.process, &mut cpu.delay]
                .into_iter()
                .for_each(digits);
        }
    }
    for peaks in &mut baseline.environment.peaks {
        let arithmetic = peaks.arithmetic.iter_mut().map(|peak| &mut peak.rate);
        for rate in arithmetic.chain(peaks.bandwidth.iter_mut().map(|peak| &mut peak.rate)) {
            rate.value = five_digits(rate.value);
            rate.half_width = five_digits(rate.half_width);
        }
    }
    baseline
}

proptest! {
    #[test]
    fn a_saved_baseline_loads_as_it_was_to_five_digits(baseline in baseline()) {
        let text = render(&baseline).expect("a file");
        let loaded = parse(&text, &baseline.name).expect("a baseline");
        prop_assert_eq!(loaded.newer, None);
        prop_assert_eq!(&loaded.baseline, &rounded(baseline));
        prop_assert_eq!(render(&loaded.baseline).expect("a file"), text);
    }

    #[test]
    fn no_text_makes_the_reader_panic(cut in 0..4000usize, inserted in text()) {
        let mut text = render(&example()).expect("a file");
        // The example is ASCII: every offset is a boundary.
        text.insert_str(cut % text.len(), &inserted);
        let _ = parse(&text, &named("main"));
    }

    #[test]
    fn the_reader_and_the_whole_text_agree(baseline in baseline(), edits in vec(edit(), 0..4)) {
        let mut text = render(&baseline).expect("a file");
        edits.iter().for_each(|edit| edit.apply(&mut text));
        let model = |file: BaselineFile| file.into_model(&baseline.name);
        match (pieces::read(&text), read_whole(&text)) {
            (Ok(pieces), Ok(whole)) => prop_assert_eq!(model(pieces), model(whole)),
            (Ok(_), Err(fault)) => prop_assert!(false, "what is no TOML baseline is read: {fault}\n{text}"),
            // Then it is read whole.
            (Err(_), _) => {}
        }
        if edits.iter().all(|edit| edit.is_harmless()) {
            prop_assert!(pieces::read(&text).is_ok(), "only read whole:\n{text}");
        }
    }
}
