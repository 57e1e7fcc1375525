//! The kinds of charts: their files and their words.

use super::chart::Kind;

pub(in crate::report) const RATIOS: Kind = Kind::new(
    "time-ratios.svg",
    "Change of time",
    "Forest plot: change of time of each benchmark with its interval, slower to the right",
)
.headed("Change of time, candidate / baseline")
.or("no benchmark has times that can be compared");
pub(in crate::report) const SAMPLES: Kind = Kind::new(
    "samples.svg",
    "Samples of the changed rows",
    "Strip plots: samples of both sides of each changed benchmark, one strip a round",
)
.or("no benchmark changed");
pub(in crate::report) const RATES: Kind = Kind::new(
    "rates.svg",
    "Rate against size",
    "Line charts: rate against size, one panel a family of benchmarks",
)
.or("no family of operations has three sizes");
pub(in crate::report) const EFFICIENCY: Kind = Kind::new(
    "efficiency.svg",
    "Share of the peak",
    "Dot plot: share of its machine's peak that each benchmark reaches",
)
.or("no benchmark with declared work has peaks to compare with");
pub(in crate::report) const ROOFLINE: Kind = Kind::new(
    "roofline.svg",
    "Roofline",
    "Scatter plot: rate of each benchmark against its arithmetic intensity, below the peaks of the machine",
)
.or("no benchmark with declared FLOPs and bytes has peaks to compare with");
pub(in crate::report) const ALLOCATION: Kind = Kind::new(
    "allocation.svg",
    "Bytes allocated per iteration",
    "Dot plot: bytes allocated per iteration on both sides, one pair of dots a benchmark",
)
.or("no benchmark changed the bytes it allocates");
pub(in crate::report) const SCALING: Kind = Kind::new(
    "scaling.svg",
    "Time against the size of a model",
    "Line charts: time of models against their size, one panel a phase",
)
.or("no phase was measured of models of three sizes");
pub(in crate::report) const TOKENS: Kind = Kind::new(
    "tokens-per-second.svg",
    "Tokens per second",
    "Dot plot: tokens per second, one row a benchmark",
)
.or("no benchmark of a model counts tokens");
pub(in crate::report) const TOKEN_LATENCY: Kind = Kind::new(
    "token-latency.svg",
    "Time of a token against its context",
    "Scatter plots: time of each decoded token against its context, one panel a model",
)
.or("no model recorded the time of its tokens");
pub(in crate::report) const TOKEN_ALLOCATION: Kind = Kind::new(
    "token-allocation.svg",
    "Allocation of a token against its context",
    "Scatter plots: bytes allocated for each decoded token against its context, one panel a model",
)
.or("no model allocated memory for its tokens");
pub(in crate::report) const HISTORY: Kind = Kind::new(
    "history.svg",
    "History",
    "Line charts: time of each benchmark over the baselines, one panel a benchmark",
)
.headed("Time over baselines");

pub(in crate::report) const BANDWIDTH: Kind = Kind::new(
    "peak-bandwidth.svg",
    "Peaks of bandwidth",
    "Line charts: bandwidth of each access to memory against its working set, one panel a number of threads",
);
pub(in crate::report) const ARITHMETIC: Kind = Kind::new(
    "peak-arithmetic.svg",
    "Peaks of arithmetic",
    "Dot plot: peak of arithmetic of each element type and instruction set",
);

/// Every kind that the report of a comparison can have.
pub(super) const OF_COMPARISONS: [Kind; 10] = [
    RATIOS,
    SAMPLES,
    SCALING,
    TOKENS,
    TOKEN_LATENCY,
    TOKEN_ALLOCATION,
    RATES,
    EFFICIENCY,
    ROOFLINE,
    ALLOCATION,
];

/// Every kind that shows what a machine can do at most.
pub(in crate::report) const OF_MACHINES: [Kind; 2] = [ARITHMETIC, BANDWIDTH];
