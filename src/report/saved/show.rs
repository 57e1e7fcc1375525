//! One baseline: where it comes from, and time, rate and allocation of each benchmark.

use anstyle::{AnsiColor, Style};

use super::{commit, rounds};
use crate::inference::Model;
use crate::model::{Baseline, Benchmark};
use crate::report::escape::{clip, printable};
use crate::report::models::facts;
use crate::report::quantity::{NONE, Precision, bytes, count, range, significant, things, time};
use crate::report::rate::Rate;
use crate::report::terminal::aligned::Columns;
use crate::stats::{displayed_time, round_spread};

/// Longest reason of a failure, characters.
pub(in crate::report) const LONGEST_REASON: usize = 120;

/// A baseline as text for a terminal of that width.
pub fn table(baseline: &Baseline, width: Option<usize>) -> String {
    let mut columns = Columns::new("benchmark")
        .word("type", 3)
        .number("time", 0)
        .number("spread", 1)
        .number("rate", 0)
        .number("allocated", 0)
        .number("allocations", 2);
    for benchmark in &baseline.benchmarks {
        let [dtype, time, spread, rate, allocated, allocations] = values(benchmark);
        let path = printable(&benchmark.id.path());
        columns.line([path, dtype, time, spread, rate, allocated, allocations], Style::new(), 0);
    }
    format!("{}\n{}{}", head(baseline), columns.render(width), below(baseline))
}

fn head(baseline: &Baseline) -> String {
    let environment = &baseline.environment;
    let bold = Style::new().bold();
    let measured = format!(
        "{}, {} in {}",
        things(baseline.benchmarks.len(), "benchmark"),
        things(rounds(baseline), "round"),
        things(baseline.sessions.len(), "session"),
    );
    let facts = [
        ("created", baseline.created().strftime("%Y-%m-%d %H:%M:%S UTC").to_string()),
        ("commit", commit(baseline)),
        ("machine", printable(&environment.machine.cpu)),
        ("system", printable(&environment.machine.kernel)),
        ("built by", printable(&environment.build.rustc)),
        ("holds", measured),
    ];
    let models = baseline.models.iter().map(|model| ("model", described(model)));
    let lines = facts.into_iter().chain(models).filter(|(_, value)| !value.is_empty());
    let lines: String = lines.map(|(name, value)| format!("{name:>10}  {value}\n")).collect();
    format!("{bold}{}{bold:#}\n{lines}", baseline.name)
}

/// A model by its name and its facts.
fn described(model: &Model) -> String {
    let facts = facts(model);
    let name = printable(&model.name);
    if facts.is_empty() { name } else { format!("{name}: {facts}") }
}

/// Element type, time, spread, leading rate, bytes allocated and allocations.
pub(in crate::report) fn values(benchmark: &Benchmark) -> [String; 6] {
    let nanoseconds = displayed_time(&benchmark.rounds);
    let spread = round_spread(&benchmark.rounds);
    let precision = spread.map_or(Precision::UNKNOWN, Precision::spread);
    let none = || NONE.to_owned();
    let dtype = benchmark.work.as_ref().and_then(|work| work.dtype);
    let allocation = benchmark.allocation.as_ref();
    [
        dtype.map_or_else(none, |dtype| dtype.name().to_owned()),
        nanoseconds.map_or_else(none, |nanoseconds| time(nanoseconds, precision)),
        spread.map_or_else(none, |spread| format!("± {:.1} %", spread * 100.0)),
        nanoseconds.and_then(|nanoseconds| rate(benchmark, nanoseconds, precision)).unwrap_or_else(none),
        allocation.map_or_else(none, |allocation| range(allocation.bytes, bytes)),
        allocation
            .and_then(|allocation| allocation.count)
            .map_or_else(none, |allocations| range(allocations, count)),
    ]
}

/// The leading rate.
fn rate(benchmark: &Benchmark, nanoseconds: f64, precision: Precision) -> Option<String> {
    let work = benchmark.work.as_ref()?;
    let rate = Rate::leading(work)?;
    let value = rate.per_time(rate.work(work)?, nanoseconds);
    Some(format!("{} {}", significant(value, precision), rate.unit_of(benchmark.inference.as_ref())))
}

/// What the spread is, and the benchmarks that failed.
fn below(baseline: &Baseline) -> String {
    let red = Style::new().fg_color(Some(AnsiColor::Red.into()));
    let failures = baseline.benchmarks.iter().filter_map(|benchmark| {
        let reason = clip(benchmark.failure.as_ref()?, LONGEST_REASON);
        let path = printable(&benchmark.id.path());
        Some(format!("{red}failed{red:#}: {path}: {}\n", printable(&reason)))
    });
    let spread = if rounds(baseline) > 1 {
        "spread: standard deviation between the lower half of the rounds\n"
    } else {
        ""
    };
    std::iter::once(format!("\n{spread}")).chain(failures).collect()
}
