//! The verdict and the totals.

use crate::compare::{Change, Comparison, Sides, Summary};
use crate::model::Range;
use crate::report::cells::difference;
use crate::report::change::{AMOUNT, Effect, TIME, Words, exact, ratio};
use crate::report::quantity::{self, Precision, Time, count, delta, mebibytes, things};
use crate::report::table::{Table, Text};
use crate::report::verdict::{Headline, sentence};

/// The verdict: one word, one sentence of counts.
pub(in crate::report) fn words(comparison: &Comparison) -> String {
    format!("**{}.** {}", Headline::of(comparison).words(), sentence(comparison))
}

pub(super) fn section(comparison: &Comparison) -> String {
    if comparison.rows.is_empty() {
        return String::new();
    }
    let Summary { total_bytes, total_allocations, .. } = comparison.summary;
    let bytes = total_bytes.map(|sides| amounts("Total Allocations", sides, Text::Bytes, quantity::bytes));
    let allocations =
        total_allocations.map(|sides| amounts("Number of Allocations", sides, Text::Count, count));
    let rows = [geomean(comparison), runtime(comparison), bytes, allocations, Some(benchmarks(comparison))];
    let rows: Vec<Cells> = rows.into_iter().flatten().collect();
    let mut table = Table::of(&rows).left("Metric", |row| row[0].clone());
    for (index, heading) in ["Baseline", "Candidate", "Delta", "Change"].into_iter().enumerate() {
        table = table.right(heading, move |row| row[index + 1].clone());
    }
    let table = table.leading().page();
    format!("## Overall Performance Summary\n\n{table}\n{}\n", basis(comparison))
}

/// A metric, both sides, delta and change.
type Cells = [Text; 5];

fn geomean(comparison: &Comparison) -> Option<Cells> {
    let geomean = comparison.summary.time_geomean?;
    let rows = things(comparison.summary.geomean_rows, "benchmark");
    let metric = Text::line([Text::strong("Geometric Mean of Time Ratios"), format!(" ({rows})").into()]);
    Some([metric, Text::None, ratio(&geomean).into(), Text::None, Text::from(Some(&geomean))])
}

fn runtime(comparison: &Comparison) -> Option<Cells> {
    let total = comparison.summary.total_ns;
    if total.baseline <= 0.0 {
        return None;
    }
    let options = &comparison.options;
    let change = Change::exact(total.candidate / total.baseline - 1.0);
    let change = change.held_against(options.threshold, options.rule);
    let times = Time::pair(total.map(Some), Precision::of_sides(total, &change));
    let delta = difference(times, Some(&change));
    let Sides { baseline, candidate } = times.map(Text::from);
    Some([Text::strong("Total Runtime"), baseline, candidate, delta, Text::from(Some(&change))])
}

fn amounts(metric: &str, sides: Sides<u64>, text: fn(Range<u64>) -> Text, show: fn(u64) -> String) -> Cells {
    let Sides { baseline, candidate } = sides;
    let change = (baseline > 0).then(|| candidate as f64 / baseline as f64 - 1.0);
    let change = change.map(|change| Text::Change(Effect::of(&Change::exact(change), AMOUNT)));
    let [old, new] = [baseline, candidate].map(|side| text(Range::exact(side)));
    [Text::strong(metric), old, new, delta(sides, show).into(), change.into()]
}

fn benchmarks(comparison: &Comparison) -> Cells {
    let sides = comparison.sides.as_ref().map(|side| side.benchmarks as u64);
    let [metric, baseline, candidate, delta, _] = amounts("Benchmarks", sides, Text::Count, count);
    [metric, baseline, candidate, delta, Text::None]
}

/// What the totals are sums of, and what they are not good for.
fn basis(comparison: &Comparison) -> String {
    let nested = match comparison.summary.nested_rows {
        0 => String::new(),
        rows => {
            format!("; {} left out, since the rows that contain them count them", things(rows, "nested row"))
        }
    };
    format!(
        "Totals are sums of one iteration of each benchmark that both sides hold{nested}. The slowest benchmarks \
         dominate a sum, so the verdict does not use it.{}",
        counted_again(comparison)
    )
}

/// What the totals would be if rows counted again what the rows that contain them have counted.
fn counted_again(comparison: &Comparison) -> String {
    let summary = &comparison.summary;
    if summary.nested_rows == 0 {
        return String::new();
    }
    let time = sum(summary.total_with_nested_ns, |nanoseconds| format!("{:.2} ms", nanoseconds / 1e6), TIME);
    let bytes =
        summary.total_with_nested_bytes.and_then(|both| sum(both.map(|sum| sum as f64), mebibytes, AMOUNT));
    let sums: Vec<String> = [time, bytes].into_iter().flatten().collect();
    if sums.is_empty() {
        String::new()
    } else {
        format!(" Counted again with the nested rows: {}.", sums.join(", "))
    }
}

/// `5927.60 ms → 9277.78 ms (+56.5 %)`.
fn sum(Sides { baseline, candidate }: Sides<f64>, show: fn(f64) -> String, words: Words) -> Option<String> {
    let change = exact(candidate / baseline - 1.0, words);
    (baseline > 0.0).then(|| format!("{} → {} ({change})", show(baseline), show(candidate)))
}
