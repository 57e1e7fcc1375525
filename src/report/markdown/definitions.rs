//! The definitions of the numbers in this report, and of no others.

use crate::compare::{Comparison, LearnedSession, Metric, Row, Rule, Verdict};
use crate::inference::Phase;
use crate::report::footnotes::{has_own_thresholds, least_change, plain_percent};
use crate::report::model_rows::{generations, has_steps, rows_of};
use crate::report::quantity::bytes;
use crate::report::{Chart, charts};

const TIME: &str = "**Time** of a side: exp(mean of ln q over the faster half of the rounds), q the lower quartile of a \
    round's samples in time per iteration. A round is one fresh process. Contended samples, during which another \
    hardware thread used the core according to the contention probe around them, are left out.";
const INTERVAL: &str = "**95 % CI** of a time: Student's interval on the trimmed mean of its rounds. What another session \
    may differ by is not in it.";
const BLOCKS: &str = "**Block**, of rows measured head to head: a pair of fresh processes, one a side, whose samples were \
    taken in turn. Its change is the median of ln(candidate / baseline) over its pairs of samples; that of the row is the \
    mean over blocks, without the tenth at either end, and the candidate's time is shown by it. The interval is Student's, \
    between blocks, at the level that a Wang-Tsiatis boundary (Delta = 0.25, five looks) leaves for the look it was taken \
    at. No clock and no session enters it.";
const POINT: &str = "**Change**: candidate / baseline - 1 of the times shown. Point estimates without a noise model: \
    nothing says how much of a change is noise.";
const GEOMEAN: &str = "**Geometric mean of time ratios**: exp(mean of ln(candidate / baseline)), each benchmark with \
    equal weight; nested rows and rows that are not comparable are left out.";
const SAMPLES: &str =
    "**Samples** in charts: time per iteration of one timed batch, raw, not adjusted for the clock.";
const FIRST_TOKEN: &str = "**TTFT** (time to first token): from the prompt's ids to the id of the first token generated, \
    prefill included. A view of the same samples as the benchmark's time, with an interval by the same method and no \
    test of its own.";
const NEXT_TOKENS: &str = "**TPOT** (time per output token): (time of all tokens - TTFT) / (tokens - 1). **Decode \
    tokens/s**: 1 / TPOT, prefill excluded. **ITL** (inter-token latency): the distribution of the single steps behind \
    it; its tail is the highest of p99 and p90 beyond which at least ten steps lie, else the maximum.";
const STEPS: &str = "**Steps** behind TTFT, TPOT and ITL are those of the last generation of each kept sample. Probes are \
    around a whole sample: the clock and the contention of a single step are not known, and ITL is not adjusted for the \
    clock. Contended samples are left out, so tails are those of an uncontended core; a side that was contended \
    throughout has no such numbers.";
const END_TO_END: &str = "**End to end** (E2E): tokens generated / time of the whole inference, prefill included; latency \
    and memory per token are time and bytes allocated of the whole inference / tokens generated.";
const DEPTH: &str = "**Depth fit**: t(c) = a + b c over the steps of decoding with c tokens in the context, b the median \
    of the slopes between pairs of steps (Theil-Sen). FLOPs of a token: 2 N + 4 L H d (c + 1), N weights in matrix \
    products, L layers, H heads of size d; its part of the KV cache: 2 L K d elements, K heads of keys and values.";
const FAMILY: &str = "**Family**: the benchmarks of one group, function and element type at several sizes. Its row is \
    computed from theirs, not measured.";

const OF_PEAK: &str = "**Of peak**: the least time of the declared work / the time of a side, a view of the time and never \
    clamped. The least time is the longer of FLOPs / the peak of arithmetic and bytes / the peak of bandwidth of the caches \
    and the memory that hold them, by the peaks in the baseline of that side, on as many threads as the benchmark has cores \
    in use. The longer of both bounds the benchmark. *Overhead*: a time below 1 µs of which the work explains less than half.";
const OF_BOUND: &str = "**Of bound**, of tokens: the least time of a token / its time, never clamped. A generated token moves \
    all weights in matrix products and the keys and values of its context, at the peak of bandwidth for so many bytes; a \
    token of a prompt takes its FLOPs at the peak of arithmetic. Which of these is the bound stands beside it.";

pub(super) fn section(comparison: &Comparison, drawn: &[Chart]) -> String {
    if comparison.rows.is_empty() {
        return String::new();
    }
    let generations = generations(comparison);
    let requests = rows_of(comparison, |phase| matches!(phase, Phase::Inference { .. }));
    let per_token = generations.iter().any(|(row, _)| row.measure(Metric::PerToken).is_some());
    let used = |used: bool, text: &str| used.then(|| text.to_owned());
    let judged = !comparison.is_alone();
    let definitions = [
        used(true, TIME),
        judged.then(|| changes(comparison)),
        used(!judged, INTERVAL),
        used(blocks(comparison), BLOCKS),
        judged.then(|| verdicts(comparison)),
        used(comparison.summary.time_geomean.is_some(), GEOMEAN),
        allocation(comparison),
        rates(comparison),
        used(comparison.rows.iter().any(|row| row.efficiencies().any()), OF_PEAK),
        used(comparison.rows.iter().any(|row| row.token_efficiencies().any()), OF_BOUND),
        used(drawn.iter().any(|chart| chart.file_name == charts::SAMPLES.file_name), SAMPLES),
        used(!generations.is_empty(), FIRST_TOKEN),
        used(per_token, NEXT_TOKENS),
        used(!generations.is_empty(), STEPS),
        used(!requests.is_empty(), END_TO_END),
        used(comparison.models.iter().any(has_steps), DEPTH),
        efficiency(comparison),
        exponent(comparison),
        used(!comparison.families.is_empty(), FAMILY),
    ];
    let list: String = definitions.into_iter().flatten().map(|text| format!("- {text}\n")).collect();
    format!("## Definitions\n\n{list}")
}

/// Some row is judged by its blocks.
fn blocks(comparison: &Comparison) -> bool {
    let estimations = comparison.rows.iter().filter_map(|row| row.time()?.estimation);
    estimations.into_iter().any(|estimation| estimation.blocks.is_some())
}

fn changes(comparison: &Comparison) -> String {
    match comparison.options.rule {
        Rule::Interval => format!(
            "**Change**: candidate / baseline - 1, with its {} interval. Both times are shown at the core clock of the \
             baseline, so they agree with the change: ln t is adjusted by b ln p, p the time of a fixed chain of \
             arithmetic around each sample, b in [0, 1] estimated for each row. The times as measured are in the JSON. \
             The interval is Welch's t-interval on the trimmed means of rounds, widened by what sessions of identical \
             code differ by.{}{}",
            plain_percent(comparison.options.confidence),
            learned(comparison),
            if blocks(comparison) { " Of rows measured head to head, see Block." } else { "" }
        ),
        Rule::Point => POINT.to_owned(),
    }
}

/// Where it comes from what sessions differ by, if it is not assumed.
fn learned(comparison: &Comparison) -> String {
    let Some(machine) = comparison.options.learned_sessions else { return String::new() };
    let kinds = [("with", machine.probed), ("without", machine.unprobed)];
    let said = kinds.into_iter().filter_map(|(probes, learned)| {
        let LearnedSession { sd, sessions, .. } = learned?;
        Some(format!("{:.2} % for rows {probes} probes, from {sessions} sessions", 100.0 * sd))
    });
    let said = said.collect::<Vec<_>>().join("; ");
    format!(
        " The machine of both sides has measured identical executables in several sessions: their standard deviation \
         there is {said}. Elsewhere it is assumed, and intervals differ."
    )
}

fn verdicts(comparison: &Comparison) -> String {
    let options = &comparison.options;
    let own = if has_own_thresholds(options) { ", or that of a row's own, which its note gives" } else { "" };
    let threshold = format!("{}{own}", least_change(options));
    if options.rule == Rule::Point {
        return format!(
            "**Status**: *regressed* or *improved*, changed by more than the threshold; *unchanged*, by less. The \
             threshold is {threshold}."
        );
    }
    let suspect = match comparison.summary.rows(Verdict::Suspect) {
        0 => "",
        _ => " *Suspect*, beyond the threshold, but by no more than sessions of identical code may differ.",
    };
    format!(
        "**Status**: *regressed* or *improved*, the interval lies beyond the threshold, at a false discovery rate \
         of {} over all rows; *unchanged*, it lies within; *inconclusive*, the data cannot tell.{suspect} The \
         threshold is {threshold}. Rows are ranked by the end of the interval that is nearer to no change.",
        plain_percent(options.false_discovery_rate)
    )
}

fn allocation(comparison: &Comparison) -> Option<String> {
    let least = Metric::AllocatedBytes.least_change()?;
    let count = Metric::Allocations.least_change()?;
    comparison.rows.iter().any(|row| row.allocation_verdict().is_some()).then(|| {
        format!(
            "**Allocation**: bytes requested in one iteration by the whole process, counted in a pass that is not \
             timed; the number of allocations, the peak of live bytes and the bytes that are live at the end, with the \
             output still held, likewise. Sides are compared by what every iteration allocates, so a block that the \
             queue of a thread pool allocates now and then is not a change. Differences below {}, or of fewer than {count} \
             allocations, do not count. 1 KiB is 1024 bytes.",
            bytes(least as u64)
        )
    })
}

fn rates(comparison: &Comparison) -> Option<String> {
    // Of models, tokens per second are shown alone.
    let shown = |row: &Row, rate: Metric| row.inference.is_none() || rate == Metric::TokensPerSecond;
    let used =
        |rate: Metric| comparison.rows.iter().any(|row| shown(row, rate) && row.measure(rate).is_some());
    let formulas: Vec<&str> = Metric::RATES
        .into_iter()
        .filter(|rate| used(*rate))
        .map(|rate| match rate {
            Metric::Gflops => "GFLOP/s = FLOPs / ns, a multiply-add counted as two",
            Metric::GigabytesPerSecond => {
                "GB/s = bytes / ns, each input read once and the output written once"
            }
            Metric::GigaelementsPerSecond => "Gelem/s = output elements / ns",
            _ => "tokens/s = tokens / s",
        })
        .collect();
    (!formulas.is_empty()).then(|| {
        format!(
            "**Rates**: declared work of one iteration / time of a side, a view of the time and no test of its own. \
             {}. Prefixes are decimal.",
            formulas.join("; ")
        )
    })
}

fn efficiency(comparison: &Comparison) -> Option<String> {
    (!comparison.sizes.is_empty()).then(|| {
        format!(
            "**Efficiency** of a larger model against a smaller: ratio of their parameters, or of the FLOPs of the \
             phase, / ratio of their times. Above 1, the larger makes better use of the machine. Ratios of times have \
             their {} interval.",
            plain_percent(comparison.options.confidence)
        )
    })
}

fn exponent(comparison: &Comparison) -> Option<String> {
    let models = comparison.sizes.iter().any(|sizes| sizes.flop_ratio.is_some());
    let families = comparison.families.iter().any(|family| family.exponent.any());
    let meanings = [
        models.then_some("between two models, ln(ratio of times) / ln(ratio of FLOPs)"),
        families.then_some(
            "within a family, the slope of ln time on ln size; expected is that of its FLOPs, or of its bytes",
        ),
    ];
    let meanings: Vec<&str> = meanings.into_iter().flatten().collect();
    (!meanings.is_empty()).then(|| {
        let level = plain_percent(comparison.options.confidence);
        format!("**Exponent**, with its {level} interval: {}.", meanings.join("; "))
    })
}
