//! What a comparison says of models, beyond the times of their benchmarks.

use crate::compare::{Side, Sides};
use crate::dtype::Dtype;
use crate::inference::{Model, Phase};
use crate::model::Range;

/// A value with an interval at the confidence of the comparison; `low` and `high` equal `value` where there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Point estimate.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Estimate {
    /// A value without an interval.
    pub fn bare(value: f64) -> Self {
        Self::around(value, 0.0)
    }

    /// A value with a symmetric interval.
    pub fn around(value: f64, half_width: f64) -> Self {
        Estimate { value, low: value - half_width, high: value + half_width }
    }

    /// Of a logarithm, what it is the logarithm of.
    pub fn exp(self) -> Self {
        Estimate { value: self.value.exp(), low: self.low.exp(), high: self.high.exp() }
    }
}

/// A model and its benchmarks on either side.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelComparison {
    /// Its facts, the candidate's where that has the model.
    pub model: Model,
    /// Its benchmarks: indices into [`Comparison::rows`](crate::compare::Comparison::rows), by phase and then by size.
    pub rows: Vec<usize>,
    /// Its inference benchmarks whose steps were recorded.
    pub generations: Vec<GenerationComparison>,
    /// Decode steps by context on each side, from all its benchmarks, sorted by context.
    pub steps: Sides<Vec<Step>>,
    /// Time of a decode step against its context, on each side.
    pub depth_fit: Sides<Option<DepthFit>>,
}

/// Steps of the generations of one inference benchmark. Their times ([`Metric::FirstToken`](crate::compare::Metric),
/// `PerToken`) are measures of the row: views of the same samples as its own time, with intervals by the same method and
/// without verdicts.
#[derive(Debug, Clone, PartialEq)]
pub struct GenerationComparison {
    /// Index into [`Comparison::rows`](crate::compare::Comparison::rows).
    pub row: usize,
    /// Inter-token latencies of each side.
    pub latency: Sides<Option<InterTokenLatency>>,
}

/// Distribution of the decode steps of all kept generations of a side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InterTokenLatency {
    /// Steps in it.
    pub steps: usize,
    /// Median, nanoseconds.
    pub median_ns: f64,
    /// What so many steps support.
    pub tail: Tail,
}

/// The tail of a distribution: the highest of p99 and p90 beyond which at least ten steps lie, else the maximum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tail {
    /// 99th percentile, nanoseconds.
    P99(f64),
    /// 90th percentile, nanoseconds.
    P90(f64),
    /// Greatest, nanoseconds.
    Maximum(f64),
}

/// Decode steps of one benchmark at one context.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Tokens in the context.
    pub context: u64,
    /// Time estimate of the step over rounds, as measured, nanoseconds. Absent where none was kept.
    pub ns: Option<f64>,
    /// Bytes allocated in the step.
    pub bytes: Option<Range<u64>>,
    /// Allocations in the step.
    pub allocations: Option<Range<u64>>,
}

/// t(c) = a + b c over the decode steps, by the median of pairwise slopes (Theil 1950; Sen 1968).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DepthFit {
    /// a: nanoseconds at an empty context.
    pub intercept_ns: f64,
    /// b: nanoseconds a token of context, with its interval by the rounds within each benchmark.
    pub slope_ns: Estimate,
}

/// Two sizes of a model, neighbours in number of parameters and of one element type, in one phase.
#[derive(Debug, Clone, PartialEq)]
pub struct SizeComparison {
    /// Index of the smaller model in [`Comparison::models`](crate::compare::Comparison::models).
    pub smaller: usize,
    /// Index of the larger.
    pub larger: usize,
    /// The phase.
    pub phase: Phase,
    /// Parameters of the larger / parameters of the smaller.
    pub parameter_ratio: f64,
    /// FLOPs of the phase likewise, where declared.
    pub flop_ratio: Option<f64>,
    /// Time likewise, on each side that measured both.
    pub time_ratio: Sides<Option<Estimate>>,
}

impl SizeComparison {
    /// Parameter ratio / time ratio of a side: above 1 means that the larger model makes better use of the machine.
    pub fn efficiency_by_parameters(&self, side: Side) -> Option<f64> {
        Some(self.parameter_ratio / self.time_ratio[side]?.value)
    }

    /// FLOP ratio / time ratio of a side.
    pub fn efficiency_by_flops(&self, side: Side) -> Option<f64> {
        Some(self.flop_ratio? / self.time_ratio[side]?.value)
    }

    /// ln time ratio / ln FLOP ratio of a side, with its interval.
    pub fn exponent(&self, side: Side) -> Option<Estimate> {
        let Estimate { value, low, high } = self.time_ratio[side]?;
        let scale = self.flop_ratio?.ln();
        (scale > 0.0).then(|| Estimate {
            value: value.ln() / scale,
            low: low.ln() / scale,
            high: high.ln() / scale,
        })
    }
}

/// Growth of time with FLOPs over three or more sizes of models of one element type, in one phase.
#[derive(Debug, Clone, PartialEq)]
pub struct SizeFit {
    /// The element type.
    pub dtype: Option<Dtype>,
    /// The phase.
    pub phase: Phase,
    /// The models that declare FLOPs of it: indices into [`Comparison::models`](crate::compare::Comparison::models).
    pub models: Vec<usize>,
    /// Least-squares slope of ln time on ln FLOPs on each side that measured three different FLOPs, with its interval by
    /// how far the sizes lie off the line.
    pub exponent: Sides<Option<Estimate>>,
}
