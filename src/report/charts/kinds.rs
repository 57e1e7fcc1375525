//! The file names of the charts.

/// Forest plot of time ratios.
pub(in crate::report) const RATIOS_FILE: &str = "time-ratios.svg";
/// Distributions of the samples of changed rows.
pub(in crate::report) const SAMPLES_FILE: &str = "samples.svg";
/// Rates against size.
pub(in crate::report) const RATES_FILE: &str = "rates.svg";
/// Allocation on both sides.
pub(in crate::report) const ALLOCATION_FILE: &str = "allocation.svg";
/// Time of models against their size.
pub(in crate::report) const SCALING_FILE: &str = "scaling.svg";
/// Tokens per second of models.
pub(in crate::report) const TOKENS_FILE: &str = "tokens-per-second.svg";
/// Time of a token against its context.
pub(in crate::report) const TOKEN_LATENCY_FILE: &str = "token-latency.svg";
/// Allocation of a token against its context.
pub(in crate::report) const TOKEN_ALLOCATION_FILE: &str = "token-allocation.svg";
/// Benchmarks over time.
pub(in crate::report) const HISTORY_FILE: &str = "history.svg";

/// The files of every chart that the report of a comparison can have, on light pages.
pub(in crate::report) const FILES: [&str; 8] = [
    RATIOS_FILE,
    SAMPLES_FILE,
    SCALING_FILE,
    TOKENS_FILE,
    TOKEN_LATENCY_FILE,
    TOKEN_ALLOCATION_FILE,
    RATES_FILE,
    ALLOCATION_FILE,
];
