use super::*;
use crate::compare::fixtures::{peaks_of, row};
use crate::inference::Phase;
use crate::model::{Access, CpuTime, Inference, MEMORY, Machine};
use crate::work::Work;

/// Peaks of a machine with 32 KiB and 1 MiB for each of its two cores.
fn peaks_on(threads: u32) -> Peaks {
    let factor = f64::from(threads);
    let arithmetic = [
        (Dtype::F64, "avx2", 50.0),
        (Dtype::F32, "avx2", 100.0),
        (Dtype::F32, "avx512f", 200.0),
        (Dtype::Bf16, "avx512bf16", 400.0),
    ];
    let bandwidth = [
        (Access::Read, "L1d", 1, 256.0 * factor),
        (Access::Read, "L2", 1, 128.0 * factor),
        (Access::Read, MEMORY, 1, 16.0),
        (Access::Copy, "L1d", 1, 64.0 * factor),
        (Access::StreamingCopy, MEMORY, 1, 32.0),
    ];
    peaks_of(threads, 0.01, &arithmetic.map(|(dtype, set, value)| (dtype, set, factor * value)), &bandwidth)
}

pub(super) fn environment() -> Environment {
    let caches = [("L1d", 32 << 10), ("L2", 1 << 20)].map(|(name, size)| (name.to_owned(), size));
    let machine = Machine { cores: Some(2), caches: caches.into(), ..Machine::default() };
    Environment { machine, peaks: vec![peaks_on(2), peaks_on(1)], ..Environment::default() }
}

/// A benchmark that uses so many cores.
fn benchmark(work: Work, cores: f64) -> Benchmark {
    let mut benchmark = Benchmark { work: Some(work), ..row("a", &[1.0; 3]) };
    let cpu = CpuTime {
        wall: 1.0,
        outside: 0.0,
        thread: 1.0,
        process: cores,
        delay: 0.0,
        waits: 0,
        preemptions: 0,
    };
    benchmark.rounds.iter_mut().for_each(|round| round.cpu = vec![cpu]);
    benchmark
}

fn roof(work: Work, cores: f64) -> Roof {
    Roof::of(&benchmark(work, cores), &[], &environment()).expect("a roof")
}

fn arithmetic(set: &str) -> Limit {
    Limit::Arithmetic(set.to_owned())
}

fn bandwidth(level: &str) -> Limit {
    Limit::Bandwidth(level.to_owned())
}

#[test]
fn much_arithmetic_is_held_against_the_fastest_instruction_set() {
    // 128 times 128: 2 n^3 FLOPs over 3 n^2 elements.
    let found = roof(Work::matmul::<f32>(128, 128, 128), 1.0);
    assert_eq!((found.nanoseconds, found.limit.clone()), (4_194_304.0 / 200.0, arithmetic("avx512f")));
    assert_eq!((found.threads, found.avx2_nanoseconds), (1, Some(4_194_304.0 / 100.0)));
    assert_eq!((found.share(41_943.04), found.bound(41_943.04).name()), (0.5, "arithmetic"));
    let double = roof(Work::matmul::<f64>(128, 128, 128), 1.0);
    assert_eq!((double.limit, double.avx2_nanoseconds), (arithmetic("avx2"), None));
}

#[test]
fn types_without_instructions_are_computed_in_single_precision() {
    let set = |work| roof(work, 1.0).limit;
    assert_eq!(set(Work::matmul::<half::bf16>(128, 128, 128)), arithmetic("avx512bf16"));
    assert_eq!(set(Work::matmul::<half::f16>(128, 128, 128)), arithmetic("avx512f"));
    let integers = benchmark(Work::none().flops(1_000_000).dtype::<i32>(), 1.0);
    assert_eq!(Roof::of(&integers, &[], &environment()), None, "nothing is known of them");
}

#[test]
fn bytes_are_held_against_the_level_where_they_lie() {
    // 3 n elements of 4 bytes.
    let add = |n: usize| roof(Work::add::<f32>(n), 1.0);
    let small = add(1000);
    assert_eq!((small.nanoseconds, small.limit), (12_000.0 / 256.0, bandwidth("L1d")));
    // As much of a larger working set lies in the first cache as fits.
    let (inner, outer) = (f64::from(32 << 10), 120_000.0 - f64::from(32 << 10));
    let larger = add(10_000);
    assert!((larger.nanoseconds - (inner / 256.0 + outer / 128.0)).abs() < 1e-6, "{larger:?}");
    assert_eq!((larger.limit.clone(), larger.bound(5000.0).name()), (bandwidth("L2"), "L2"));
    // From memory, the fastest way counts.
    let huge = add(100_000_000);
    assert!((huge.nanoseconds / (1.2e9 / 32.0) - 1.0).abs() < 1e-3, "{huge:?}");
    assert!((huge.half_width - 0.01).abs() < 1e-9 && huge.limit == bandwidth(MEMORY), "{huge:?}");
}

#[test]
fn the_roof_rises_with_the_working_set_and_never_jumps() {
    let mut before = 0.0;
    for n in (1..200).map(|step| step * 1000) {
        let found = roof(Work::add::<f32>(n), 1.0).nanoseconds;
        assert!(found > before && found - before <= 12_000.0 / 32.0 + 1e-6, "{n}: {before} to {found}");
        before = found;
    }
}

#[test]
fn peaks_are_those_of_the_cores_in_use() {
    let work = || Work::matmul::<f32>(128, 128, 128);
    assert_eq!([0.9, 1.0, 1.05, 1.5, 2.0, 7.0].map(|cores| roof(work(), cores).threads), [1, 1, 1, 2, 2, 2]);
    let mut unknown = benchmark(work(), 1.0);
    unknown.rounds.iter_mut().for_each(|round| round.cpu.clear());
    let threads = |environment: &Environment| Roof::of(&unknown, &[], environment).expect("a roof").threads;
    assert_eq!(threads(&environment()), 2, "as many as there are");
    let pinned = Environment { threads: [("affinity".to_owned(), "1".to_owned())].into(), ..environment() };
    assert_eq!(threads(&pinned), 1);
}

#[test]
fn a_short_time_that_work_does_not_explain_is_overhead() {
    let found = roof(Work::matmul::<f32>(4, 4, 4), 1.0);
    assert_eq!([1.0, 100.0, 2000.0].map(|time| found.bound(time).name()), ["L1d", "overhead", "L1d"]);
}

#[test]
fn a_token_is_held_against_the_bandwidth_of_the_weights() {
    let model = Model::new("Tiny").matrices([1 << 16]).shape(2, 8).attention(2, 2, 4).dtype::<f32>();
    let phase = Phase::Token { cached: 0 };
    let mut token = benchmark(model.work(&phase), 1.0);
    token.inference = Some(Inference { model: "Tiny".to_owned(), phase });
    let found = Roof::of(&token, std::slice::from_ref(&model), &environment()).expect("a roof");
    assert_eq!(found.limit, bandwidth("L2"));
    assert!(found.nanoseconds > f64::from(1 << 18) / 256.0, "{found:?}");
    let alone = Roof::of(&token, &[], &environment()).expect("a roof");
    assert_eq!(alone.limit, arithmetic("avx512f"), "of an unknown model only the arithmetic is known");
}

#[test]
fn without_peaks_or_work_there_is_no_roof() {
    let known = benchmark(Work::add::<f32>(1000), 1.0);
    assert_eq!(Roof::of(&known, &[], &Environment { peaks: vec![], ..environment() }), None);
    for work in [Work::none(), Work::none().tokens(3), Work::none().flops(0).bytes(0).dtype::<f32>()] {
        assert_eq!(Roof::of(&benchmark(work, 1.0), &[], &environment()), None);
    }
    let mut few = environment();
    few.peaks.iter_mut().for_each(|peaks| peaks.bandwidth.retain(|peak| peak.level == "L1d"));
    let large = benchmark(Work::none().bytes(1 << 20), 1.0);
    assert_eq!(Roof::of(&large, &[], &few), None, "where the rest lies is not known");
}

#[test]
fn intensity_is_that_of_the_bytes_that_move() {
    let of = |work| roof(work, 1.0).intensity;
    assert_eq!(of(Work::matmul::<f32>(96, 96, 96)), Some(16.0));
    assert_eq!(of(Work::add::<f32>(1000)), Some(1.0 / 12.0));
    assert_eq!(of(Work::none().flops(1000).dtype::<f32>()), None);
    let model = Model::new("Tiny").matrices([1 << 16]).shape(2, 8).attention(2, 2, 4).dtype::<f32>();
    let phase = Phase::Token { cached: 0 };
    let mut token = benchmark(model.work(&phase), 1.0);
    token.inference = Some(Inference { model: "Tiny".to_owned(), phase });
    let found = Roof::of(&token, std::slice::from_ref(&model), &environment()).expect("a roof");
    let intensity = found.intensity.expect("FLOPs and bytes");
    assert!((0.45..0.55).contains(&intensity), "two FLOPs for each weight of four bytes: {intensity}");
}

#[test]
fn ceilings_are_those_of_the_element_types_and_of_every_level() {
    let environment = environment();
    let of = |dtypes: &[Dtype]| {
        let found = Ceilings::of(&environment, 1, &dtypes.iter().copied().collect()).expect("peaks");
        let named = |peak: &&ArithmeticPeak| (peak.dtype, peak.instruction_set.clone(), peak.rate.value);
        let bandwidth = found.bandwidth.into_iter().map(|(level, rate)| (level, rate.value));
        (found.arithmetic.iter().map(named).collect::<Vec<_>>(), bandwidth.collect::<Vec<_>>())
    };
    let (arithmetic, bandwidth) = of(&[Dtype::F32, Dtype::F16, Dtype::F64]);
    let expected = [(Dtype::F32, "avx512f", 200.0), (Dtype::F32, "avx2", 100.0), (Dtype::F64, "avx2", 50.0)];
    assert_eq!(arithmetic, expected.map(|(dtype, set, rate)| (dtype, set.to_owned(), rate)));
    assert_eq!(bandwidth, [("L1d", 256.0), ("L2", 128.0), (MEMORY, 32.0)]);
    assert_eq!(of(&[Dtype::I32]).0, [], "nothing is known of them");
    assert_eq!(Ceilings::of(&environment, 7, &[Dtype::F32].into()), None);
}
