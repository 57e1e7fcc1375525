//! Everything that is measured of a benchmark, each metric defined once.
//!
//! A new metric is a variant, its place in [`Metric::ALL`] and its definition here, and a column where it is to be shown.

use super::inference::{first_token, per_token};
use super::measure::Value;
use crate::inference::Phase;
use crate::model::{Allocation, Benchmark};
use crate::work::Work;

/// What is measured of one iteration of a benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Metric {
    /// Time of an iteration.
    Time,
    /// Time to first token (TTFT) of a generation.
    FirstToken,
    /// Time per output token (TPOT): (E2E - TTFT) / (G - 1).
    PerToken,
    /// Time of a whole inference / tokens generated, prefill included.
    LatencyPerToken,
    /// FLOPs / time, where both sides count them by one convention.
    Gflops,
    /// Bytes of compulsory traffic / time.
    GigabytesPerSecond,
    /// Elements of the output / time.
    GigaelementsPerSecond,
    /// Tokens / time.
    TokensPerSecond,
    /// 1 / TPOT: prefill excluded.
    DecodeTokensPerSecond,
    /// Least time that the work could take on the machine / time, never clamped
    /// ([`Roof`](crate::estimate::Roof)).
    Efficiency,
    /// Bytes requested.
    AllocatedBytes,
    /// Allocations, a reallocation being one.
    Allocations,
    /// Most bytes live at once above those at the start.
    PeakBytes,
    /// Bytes live at the end above those at the start, with the output still held.
    LiveBytes,
    /// Bytes requested in a whole inference / tokens generated.
    BytesPerToken,
}

/// What the numbers of a metric count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Nanoseconds.
    Nanoseconds,
    /// Bytes.
    Bytes,
    /// Things.
    Count,
    /// Work per time in the unit of this name.
    Rate(&'static str),
    /// A share of what could be.
    Share,
}

/// Which direction of a metric is the better one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
}

/// What a metric is and where its numbers come from.
pub(super) struct Definition {
    key: &'static str,
    unit: Unit,
    better: Better,
    pub(super) source: Source,
}

/// A part of a generation, by its steps.
pub(super) type Part = fn(&[f64]) -> Option<f64>;

/// Where the numbers of a metric come from.
pub(super) enum Source {
    /// The samples of rounds; of a part of each generation, what this function takes from its steps.
    Samples(Option<Part>),
    /// The pass that counts allocation, exactly.
    Counted {
        of: fn(&Allocation) -> Option<Value>,
        /// What decides about a change; a count without it is shown and not judged.
        least: Option<LeastChange>,
    },
    /// So much work in the time of another metric, scaled: a view of that time and no test of its own.
    Rate { time: Metric, work: Worked, scale: f64 },
    /// What another metric takes for one piece of this work: a view likewise.
    Per { metric: Metric, work: Worked },
    /// The roof of the work over its time: a view likewise.
    Roof,
}

/// The work that a view divides by time, or time by.
#[derive(Debug, Clone, Copy)]
pub(super) enum Worked {
    /// A count of the declared work.
    Declared(fn(&Work) -> Option<f64>),
    /// A count that both sides must make by one convention.
    ByConvention(fn(&Work) -> Option<f64>),
    /// The tokens that an inference generates.
    Generated,
    /// One.
    One,
}

impl Worked {
    /// In one iteration of a benchmark.
    pub(super) fn of(self, benchmark: &Benchmark) -> Option<f64> {
        match self {
            Worked::Declared(count) | Worked::ByConvention(count) => count(benchmark.work.as_ref()?),
            Worked::Generated => match benchmark.inference.as_ref()?.phase {
                Phase::Inference { generated, .. } if generated > 0 => Some(generated as f64),
                _ => None,
            },
            Worked::One => Some(1.0),
        }
    }
}

/// Which differences of a count are more than chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct LeastChange {
    /// Least difference between what every iteration of the sides allocates.
    pub(super) amount: f64,
    /// Up to so much more in some iterations is a thread pool's, not the kernel's: the queue of a pool grows by a block
    /// every few dozen jobs (crossbeam-deque: 63 jobs, 1,520 bytes), whatever the jobs are.
    pub(super) pool: f64,
}

/// Bytes: below 64 a difference is less than a cache line.
pub(super) const BYTES: LeastChange = LeastChange { amount: 64.0, pool: 4096.0 };

/// Allocations: a thread pool makes one more or less as often as a kernel does; if it is of some size, the bytes tell.
pub(super) const ALLOCATIONS: LeastChange = LeastChange { amount: 2.0, pool: 2.0 };

impl Metric {
    /// Every metric; a view stands after the metric that it is a view of.
    pub const ALL: [Metric; 15] = [
        Metric::Time,
        Metric::FirstToken,
        Metric::PerToken,
        Metric::LatencyPerToken,
        Metric::Gflops,
        Metric::GigabytesPerSecond,
        Metric::GigaelementsPerSecond,
        Metric::TokensPerSecond,
        Metric::DecodeTokensPerSecond,
        Metric::Efficiency,
        Metric::AllocatedBytes,
        Metric::Allocations,
        Metric::PeakBytes,
        Metric::LiveBytes,
        Metric::BytesPerToken,
    ];

    /// The rates of declared work in the time of an iteration.
    pub const RATES: [Metric; 4] =
        [Metric::Gflops, Metric::GigabytesPerSecond, Metric::GigaelementsPerSecond, Metric::TokensPerSecond];

    /// The key in JSON.
    pub fn key(self) -> &'static str {
        self.definition().key
    }

    /// What its numbers count.
    pub fn unit(self) -> Unit {
        self.definition().unit
    }

    /// Which direction is the better one.
    pub fn better(self) -> Better {
        self.definition().better
    }

    /// Its numbers are counted and carry no noise.
    pub fn is_exact(self) -> bool {
        matches!(self.definition().source, Source::Counted { .. })
    }

    /// The count of declared work that one of [`Metric::RATES`] is a rate of.
    pub fn declared(self, work: &Work) -> Option<f64> {
        match self.definition().source {
            Source::Rate { work: Worked::Declared(count) | Worked::ByConvention(count), .. } => count(work),
            _ => None,
        }
    }

    /// One of [`Metric::RATES`] of work done in so many nanoseconds.
    pub fn of_work(self, work: &Work, nanoseconds: f64) -> Option<f64> {
        let Source::Rate { scale, .. } = self.definition().source else { return None };
        Some(scale * self.declared(work)? / nanoseconds)
    }

    /// The metric that this one is a view of, with no test of its own.
    pub fn viewed(self) -> Option<Metric> {
        match self.definition().source {
            Source::Rate { time: viewed, .. } | Source::Per { metric: viewed, .. } => Some(viewed),
            Source::Roof => Some(Metric::Time),
            Source::Samples(_) | Source::Counted { .. } => None,
        }
    }

    /// Least difference that counts for a metric that is counted and judged, in its unit.
    pub fn least_change(self) -> Option<f64> {
        match self.definition().source {
            Source::Counted { least, .. } => least.map(|least| least.amount),
            _ => None,
        }
    }

    pub(super) fn definition(self) -> Definition {
        use Metric as M;
        match self {
            M::Time => time("time", Source::Samples(None)),
            M::FirstToken => time("first_token", Source::Samples(Some(first_token))),
            M::PerToken => time("per_token", Source::Samples(Some(per_token))),
            M::LatencyPerToken => {
                let source = Source::Per { metric: M::Time, work: Worked::Generated };
                time("latency_per_token", source)
            }
            M::Gflops => {
                rate("gflops", "GFLOP/s", Worked::ByConvention(|work| work.flops.map(|count| count.0 as f64)))
            }
            M::GigabytesPerSecond => rate("gb_per_s", "GB/s", Worked::Declared(Work::traffic)),
            M::GigaelementsPerSecond => {
                let declared = Worked::Declared(|work| work.elements.map(|count| count.0 as f64));
                rate("gelem_per_s", "Gelem/s", declared)
            }
            M::TokensPerSecond => {
                let declared = Worked::Declared(|work| work.tokens.map(|count| count.0 as f64));
                tokens("tokens_per_s", M::Time, declared)
            }
            M::DecodeTokensPerSecond => tokens("decode_tokens_per_s", M::PerToken, Worked::One),
            M::Efficiency => Definition {
                key: "efficiency",
                unit: Unit::Share,
                better: Better::Higher,
                source: Source::Roof,
            },
            M::AllocatedBytes => {
                counted("allocated_bytes", Unit::Bytes, |found| Some(found.bytes.into()), Some(BYTES))
            }
            M::Allocations => {
                counted("allocations", Unit::Count, |found| found.count.map(Value::from), Some(ALLOCATIONS))
            }
            M::PeakBytes => counted("peak_bytes", Unit::Bytes, |found| found.peak.map(Value::from), None),
            M::LiveBytes => counted("live_bytes", Unit::Bytes, |found| found.live.map(Value::from), None),
            M::BytesPerToken => {
                let source = Source::Per { metric: M::AllocatedBytes, work: Worked::Generated };
                Definition { key: "bytes_per_token", unit: Unit::Bytes, better: Better::Lower, source }
            }
        }
    }
}

fn time(key: &'static str, source: Source) -> Definition {
    Definition { key, unit: Unit::Nanoseconds, better: Better::Lower, source }
}

/// Work per nanosecond, which is 1e9 of it per second.
fn rate(key: &'static str, unit: &'static str, work: Worked) -> Definition {
    let source = Source::Rate { time: Metric::Time, work, scale: 1.0 };
    Definition { key, unit: Unit::Rate(unit), better: Better::Higher, source }
}

fn tokens(key: &'static str, time: Metric, work: Worked) -> Definition {
    let source = Source::Rate { time, work, scale: 1e9 };
    Definition { key, unit: Unit::Rate("tokens/s"), better: Better::Higher, source }
}

fn counted(
    key: &'static str,
    unit: Unit,
    of: fn(&Allocation) -> Option<Value>,
    least: Option<LeastChange>,
) -> Definition {
    Definition { key, unit, better: Better::Lower, source: Source::Counted { of, least } }
}
