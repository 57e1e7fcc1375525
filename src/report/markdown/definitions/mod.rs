//! The definitions of the numbers in this report, and of no others.

mod inference;

use crate::compare::{Comparison, Row, Rule, Verdict};
use crate::report::footnotes::plain_percent;
use crate::report::quantity::{Precision, Time, bytes};
use crate::report::rate::Rate;
use crate::report::verdict::rows;
use crate::report::{Chart, charts};

/// Definitions.
pub(super) fn section(comparison: &Comparison, drawn: &[Chart]) -> String {
    if comparison.rows.is_empty() {
        return String::new();
    }
    let definitions = [
        Some(times()),
        Some(changes(comparison)),
        Some(verdicts(comparison)),
        geomean(comparison),
        allocation(comparison),
        rates(comparison),
        drawn.iter().any(|chart| chart.file_name == charts::SAMPLES_FILE).then(samples),
    ];
    let definitions = definitions.into_iter().flatten().chain(inference::all(comparison));
    let list: String = definitions.map(|text| format!("- {text}\n")).collect();
    format!("## Definitions\n\n{list}")
}

fn times() -> String {
    "**Time** of a side: the undisturbed time, exp(mean over the lower half of the rounds of ln q), q the lower \
     quartile of a round's samples in time per iteration. A round is one fresh process. Samples during which another \
     hardware thread shared the core, by the contention probe around them, are left out."
        .to_owned()
}

fn changes(comparison: &Comparison) -> String {
    let options = &comparison.options;
    match options.rule {
        Rule::Interval => format!(
            "**Change**: candidate / baseline - 1, adjusted for the clock, with its {} interval. ln t is adjusted \
             by b ln p, p the time of a fixed chain of arithmetic around each sample, b in [0, 1] estimated for \
             each row. The interval is Welch's t-interval on the trimmed means of rounds, widened by what \
             sessions of identical code differ by.",
            plain_percent(options.confidence)
        ),
        Rule::Point => {
            "**Change**: candidate / baseline - 1 of the times shown. Point estimates without a noise \
            model: nothing says how much of a change is noise."
                .to_owned()
        }
    }
}

fn verdicts(comparison: &Comparison) -> String {
    let options = &comparison.options;
    let threshold = plain_percent(options.threshold);
    let floor = Time::new(options.time_floor_ns, Precision::COARSE);
    if options.rule == Rule::Point {
        return format!(
            "**Status**: *regressed* or *improved*, changed by more than the threshold; *unchanged*, by less. The \
             threshold is {threshold}, and at least {floor} per iteration."
        );
    }
    let mut text = format!(
        "**Status**: *regressed* or *improved*, the interval lies beyond the threshold, at a false discovery rate \
         of {} over all rows; *unchanged*, it lies within; *inconclusive*, neither.",
        plain_percent(options.false_discovery_rate)
    );
    if rows(comparison, Verdict::Suspect) > 0 {
        text.push_str(
            " *Suspect*: beyond the threshold, but within what sessions of identical code may differ by.",
        );
    }
    text.push_str(&format!(
        " The threshold is {threshold}, and at least {floor} per iteration. Rankings go by the end of the interval nearer to no change."
    ));
    text
}

fn geomean(comparison: &Comparison) -> Option<String> {
    comparison.summary.time_geomean.is_some().then(|| {
        "**Geometric mean of time ratios**: exp(mean of ln(candidate / baseline)), each benchmark with equal \
         weight; nested rows and rows that are not comparable are left out."
            .to_owned()
    })
}

fn allocation(comparison: &Comparison) -> Option<String> {
    comparison.rows.iter().any(|row| row.allocation.is_some()).then(|| {
        format!(
            "**Allocation**: bytes requested in one iteration by the whole process, counted in a pass that is not \
             timed; the number of allocations and the peak of live bytes likewise. Differences below {} count as \
             none. 1 KiB is 1024 bytes.",
            bytes(comparison.options.byte_floor)
        )
    })
}

fn rates(comparison: &Comparison) -> Option<String> {
    // Of models, tokens per second are shown alone.
    let shown = |row: &Row, rate: Rate| row.inference.is_none() || rate == Rate::Tokens;
    let used = |rate: Rate| comparison.rows.iter().any(|row| shown(row, rate) && rate.of(row).is_some());
    let formulas: Vec<&str> = Rate::ALL
        .into_iter()
        .filter(|rate| used(*rate))
        .map(|rate| match rate {
            Rate::Gflops => "GFLOP/s = FLOPs / ns, a multiply-add counted as two",
            Rate::Gigabytes => "GB/s = bytes / ns, each input read once and the output written once",
            Rate::Gigaelements => "Gelem/s = output elements / ns",
            Rate::Tokens => "tokens/s = tokens / s",
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

fn samples() -> String {
    "**Samples** in charts: time per iteration of one timed batch, raw, not adjusted for the clock."
        .to_owned()
}
