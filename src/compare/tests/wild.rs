//! Baselines of any data, for properties.

use jiff::Timestamp;
use proptest::prelude::*;

use crate::compare::fixtures::{baseline, row};
use crate::dtype::Dtype;
use crate::inference::{Model, Phase};
use crate::model::{
    Allocation, Baseline, Benchmark, CpuTime, HeadToHead, Inference, NullArm, Range, Round, Session,
    StepAllocation,
};
use crate::work::{Bytes, Flops, Work};

/// Any number that a file may hold.
fn wild_number() -> impl Strategy<Value = f64> {
    prop_oneof![1e-300..1e15f64, Just(1e15), Just(f64::MIN_POSITIVE), 1.0..2.0f64]
}

fn wild_count() -> impl Strategy<Value = u64> {
    prop_oneof![0..40u64, Just(u64::MAX), any::<u64>()]
}

fn wild_cpu_time() -> impl Strategy<Value = CpuTime> {
    let time = || prop_oneof![Just(0.0), wild_number(), 1.0..2.0f64];
    let times = (wild_number(), time(), time(), time(), time());
    (times, 0..2u32, 0..2u32).prop_map(|((wall, outside, thread, process, delay), waits, preemptions)| {
        CpuTime { wall, outside, thread, process, delay, waits, preemptions }
    })
}

/// Rounds of any shape; lists that should be equally long are not.
fn wild_round() -> impl Strategy<Value = Round> {
    let numbers = || prop::collection::vec(wild_number(), 0..6);
    let steps = prop::collection::vec(numbers(), 0..4);
    let block = prop::option::of(0u32..5);
    let cpu = prop::collection::vec(wild_cpu_time(), 0..6);
    (0usize..4, numbers(), numbers(), numbers(), steps, block, cpu).prop_map(
        |(session, samples, probes, contention, steps, block, cpu)| Round {
            session,
            samples,
            probes,
            contention,
            steps,
            block,
            cpu,
            ..Round::default()
        },
    )
}

fn wild_phase() -> impl Strategy<Value = Phase> {
    let count = || prop_oneof![Just(1u64), wild_count()];
    prop_oneof![
        Just(Phase::Creation),
        count().prop_map(|tokens| Phase::Forward { tokens }),
        (count(), count()).prop_map(|(prompt, cached)| Phase::Prefill { prompt, cached }),
        (count(), count()).prop_map(|(generated, cached)| Phase::Decode { generated, cached }),
        count().prop_map(|cached| Phase::Token { cached }),
        (count(), count()).prop_map(|(prompt, generated)| Phase::Inference { prompt, generated }),
    ]
}

fn wild_work() -> impl Strategy<Value = Work> {
    let dtype = prop::option::of(prop_oneof![Just(Dtype::F32), Just(Dtype::F16)]);
    (prop::option::of(wild_count()), prop::option::of(wild_count()), dtype).prop_map(
        |(flops, bytes, dtype)| Work {
            flops: flops.map(Flops),
            bytes: bytes.map(Bytes),
            dtype,
            ..Work::none()
        },
    )
}

fn wild_range() -> impl Strategy<Value = Range<u64>> {
    (wild_count(), prop_oneof![Just(0), 0..5000u64, any::<u64>()])
        .prop_map(|(low, more)| Range { low, high: low.saturating_add(more) })
}

fn wild_balance() -> impl Strategy<Value = Range<i64>> {
    let balance = || prop_oneof![-40..40i64, any::<i64>()];
    (balance(), balance()).prop_map(|(one, other)| Range { low: one.min(other), high: one.max(other) })
}

fn wild_allocation() -> impl Strategy<Value = Allocation> {
    let [count, peak] = std::array::from_fn(|_| prop::option::of(wild_range()));
    let [live, net] = std::array::from_fn(|_| prop::option::of(wild_balance()));
    (count, wild_range(), peak, live, net).prop_map(|(count, bytes, peak, live, net)| Allocation {
        count,
        bytes,
        peak,
        live,
        net,
    })
}

fn wild_step_allocation() -> impl Strategy<Value = StepAllocation> {
    (wild_count(), wild_count())
        .prop_map(|(count, bytes)| StepAllocation { count: Range::exact(count), bytes: Range::exact(bytes) })
}

/// Anything that a file may hold, and more.
fn wild_row() -> impl Strategy<Value = Benchmark> {
    let place = ("[a-c]", prop::option::of("[0-9x]{0,3}"), prop::option::of("ops/[a-c]"));
    let rounds = prop::collection::vec(wild_round(), 0..7);
    let inference = ("[S-U]", wild_phase()).prop_map(|(model, phase)| Inference { model, phase });
    let declared = (prop::option::of(wild_work()), prop::option::of(inference), any::<bool>());
    let allocated =
        (prop::option::of(wild_allocation()), prop::collection::vec(wild_step_allocation(), 0..4));
    (place, rounds, declared, allocated).prop_map(
        |(
            (function, parameter, nested_in),
            rounds,
            (work, inference, fails),
            (allocation, step_allocation),
        )| {
            let mut row = row(&function, &[]);
            row.id.criterion.parameter = parameter;
            let failure = fails.then(|| "failed".to_owned());
            Benchmark { rounds, work, inference, nested_in, failure, allocation, step_allocation, ..row }
        },
    )
}

fn wild_model() -> impl Strategy<Value = Model> {
    let dtype = prop::option::of(prop_oneof![Just(Dtype::F32), Just(Dtype::F16)]);
    ("[S-U]", wild_count(), 0..3u64, dtype).prop_map(|(name, parameters, layers, dtype)| Model {
        parameters,
        layers,
        dtype,
        ..Model::new(name)
    })
}

/// A session of one side alone, or of one of three runs.
fn wild_session() -> impl Strategy<Value = Session> {
    let null_arm = prop::option::of((any::<u32>(), any::<u32>()));
    let null_arm = null_arm.prop_map(|arm| arm.map(|(rows, changed)| NullArm { rows, changed }));
    let most_blocks = prop_oneof![0u32..9, Just(30), Just(u32::MAX)];
    let run = (0u64..3, most_blocks, null_arm).prop_map(|(id, most_blocks, null_arm)| HeadToHead {
        id,
        most_blocks,
        null_arm,
    });
    prop::option::of(run)
        .prop_map(|head_to_head| Session { head_to_head, ..Session::new(Timestamp::UNIX_EPOCH) })
}

/// A baseline of wild rows, models and sessions.
pub(super) fn wild_side() -> impl Strategy<Value = Baseline> {
    let sessions = prop::collection::vec(wild_session(), 0..4);
    (prop::collection::vec(wild_row(), 0..6), prop::collection::vec(wild_model(), 0..4), sessions)
        .prop_map(|(rows, models, sessions)| Baseline { models, sessions, ..baseline("wild", rows) })
}
