//! The numbers of a row agree with each other to the digits that are shown.

use proptest::collection::vec;
use proptest::prelude::*;

use super::comment::REPORT;
use super::{matmul, reproduction};
use crate::compare::fixtures::reference_comparison;
use crate::compare::{Comparison, Family, Measure, Metric, Sides, Verdict};
use crate::dtype::Dtype;
use crate::report::fixture::inference::{family, models, sizes};
use crate::report::fixture::{RowBuilder, timed};
use crate::report::{comment, render};

/// A time by its logarithm, the logarithm of the ratio of the sides, and that of the half-width of its interval.
type Random = (f64, f64, f64);

fn random() -> impl Strategy<Value = Random> {
    (0.1..25.0, -8.0..6.0, -12.0..0.0)
}

fn sides((time, ratio, _): Random) -> Sides<f64> {
    Sides::new(time.exp(), (time + ratio).exp())
}

fn measure(random: Random) -> Measure {
    timed(sides(random), random.2.exp())
}

/// Benchmarks with rates, generations and a family, whose times are random.
fn comparison(random: &[Random]) -> Comparison {
    let row = |(index, random): (usize, &Random)| {
        let Sides { baseline, candidate } = sides(*random);
        let verdict = [Verdict::Regressed, Verdict::Improved, Verdict::Unchanged][index % 3];
        let row = RowBuilder::new(&format!("group/{index}")).time(baseline, candidate, random.2.exp());
        row.work(matmul(1 << (index % 12))).verdict(verdict).build()
    };
    let mut comparison = models(&sizes(Dtype::F32), random.iter().enumerate().map(row).collect());
    let rows = comparison.models.iter().flat_map(|model| &model.generations).map(|generation| generation.row);
    for (row, random) in rows.zip(random) {
        let time = measure(*random);
        let metrics = [Metric::Time, Metric::FirstToken, Metric::PerToken, Metric::LatencyPerToken];
        comparison.rows[row].measures.extend(metrics.map(|metric| (metric, time)));
    }
    let family = family(&comparison, "group");
    let with = |random: &Random| Family { time: Some(measure(*random)), ..family.clone() };
    comparison.families = random.iter().map(with).collect();
    comparison
}

/// A number as it is shown, and a unit of its last digit.
#[derive(Debug, Clone, Copy)]
struct Shown {
    value: f64,
    unit: f64,
}

fn shown(text: &str) -> Shown {
    let decimals = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    Shown { value: text.parse().expect("a number"), unit: 10f64.powi(-(decimals as i32)) }
}

/// Significant digits that are sure to be some.
fn digits(text: &str) -> usize {
    let whole = if text.contains('.') { text } else { text.trim_end_matches('0') };
    whole.trim_start_matches(['0', '.']).bytes().filter(u8::is_ascii_digit).count()
}

/// Two times, which have equally many significant digits, and how many where decimals tell: the zeros at the end of a
/// whole number may be rounded.
fn times(baseline: &str, candidate: &str) -> (Shown, Shown, Option<usize>) {
    let known = [baseline, candidate].into_iter().find(|text| text.contains('.')).map(digits);
    let figures = known.unwrap_or(digits(baseline).max(digits(candidate)));
    let time = |text: &str| {
        let Shown { value, unit } = shown(text);
        Shown { value, unit: unit.max(10f64.powi(value.log10().floor() as i32 + 1 - figures as i32)) }
    };
    (time(baseline), time(candidate), known)
}

/// Asserts that these times and this change agree, as they are shown: within their rounding there are times with that
/// change, and the change of the times as they are shown is that change: to its last digit where five digits of the times
/// can do that, and else to within one unit of it.
fn assert_agree(baseline: Shown, candidate: Shown, figures: Option<usize>, change: Shown) {
    let end = |sign: f64| {
        (candidate.value + sign * candidate.unit / 2.0) / (baseline.value - sign * baseline.unit / 2.0)
    };
    let [low, high] = [-1.0, 1.0].map(|sign| 100.0 * (end(sign) - 1.0));
    let half = change.unit / 2.0 * (1.0 + 1e-6);
    assert!(low <= change.value + half && change.value - half <= high, "{change:?} in {low}..{high}");
    let ratio = candidate.value / baseline.value;
    let again = 100.0 * (ratio - 1.0);
    let moved = [baseline, candidate].map(|time| 100.0 * ratio * time.unit / time.value);
    if moved.iter().all(|moved| *moved <= change.unit) {
        assert!((again - change.value).abs() < 1.01 * change.unit + half, "{again} for {change:?}");
    } else {
        assert!(
            figures.is_none_or(|figures| figures >= 4),
            "there are more digits: {baseline:?} {candidate:?} {change:?}"
        );
    }
}

/// Asserts that the delta is the difference of the times, and nothing where it reads as none beside a change.
fn assert_difference(baseline: Shown, candidate: Shown, delta: &str, change: Shown) {
    let unit = baseline.unit.max(candidate.unit);
    let difference = candidate.value - baseline.value;
    match number(delta) {
        None => assert!(difference.abs() <= unit / 2.0 && change.value != 0.0, "{baseline:?} {candidate:?}"),
        Some((delta, _)) => {
            assert!((shown(delta).value - difference).abs() < unit * 0.51, "{delta} for {difference}");
            assert!(shown(delta).value != 0.0 || change.value == 0.0, "{delta} beside {change:?}");
        }
    }
}

/// A number and its unit.
fn number(cell: &str) -> Option<(&str, &str)> {
    cell.split_once(' ').filter(|(number, _)| number.parse::<f64>().is_ok())
}

/// A change in percent, and whether it is that of the baseline against the candidate: a fall that is told by its factor.
fn change_in(cell: &str) -> Option<(Shown, bool)> {
    let (text, rest) = cell.split_once(' ')?;
    let (number, is_factor) = text.strip_suffix('x').map_or((text, false), |factor| (factor, true));
    number.parse::<f64>().ok()?;
    let Shown { value, unit } = shown(number);
    // No more than four digits are shown, so large numbers are whole tens or hundreds.
    let unit = unit.max(10f64.powi(value.abs().max(1.0).log10().floor() as i32 - 3));
    let percent = Shown { value: 100.0 * (value - 1.0), unit: 100.0 * unit };
    Some(if is_factor { (percent, rest.starts_with("faster")) } else { (Shown { value, unit }, false) })
}

/// Checks every row of every table of a page that has times and their change, and says how many there are.
fn check(page: &str) -> usize {
    let page = page.replace('\u{a0}', " ");
    let mut headings: Vec<&str> = vec![];
    let mut rows = 0;
    for line in page.lines() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        if !line.starts_with('|') || headings.is_empty() {
            headings = if line.starts_with('|') { cells } else { vec![] };
            continue;
        }
        let changes = (0..cells.len()).filter(|column| headings[*column].starts_with("Change"));
        rows += changes.filter(|column| check_row(&headings, &cells, *column).is_some()).count();
    }
    rows
}

/// Checks the times of a column of changes: both in the column before it, or in two of their own; the rates after it have
/// the digits of the times.
fn check_row(headings: &[&str], cells: &[&str], column: usize) -> Option<()> {
    let (change, inverse) = change_in(cells[column])?;
    let column_of = |name: &str| headings.iter().position(|heading| *heading == name);
    let (baseline, candidate, delta) = match cells[column - 1].split_once(" → ") {
        Some((baseline, candidate)) => (baseline, candidate, None),
        None => {
            let delta = column_of("Delta").map(|delta| cells[delta]);
            (cells[column_of("Baseline")?], cells[column_of("Candidate")?], delta)
        }
    };
    let ((baseline, unit), (candidate, other)) = (number(baseline)?, number(candidate)?);
    if !["ns", "µs", "ms", "s"].contains(&unit) {
        return None;
    }
    assert_eq!(unit, other, "a row has one unit");
    let (baseline, candidate, figures) = times(baseline, candidate);
    let [old, new] = if inverse { [candidate, baseline] } else { [baseline, candidate] };
    assert_agree(old, new, figures, change);
    if let Some(delta) = delta {
        assert_difference(baseline, candidate, delta, change);
        let rates = (column..cells.len()).filter(|column| headings[*column].ends_with("/s"));
        let rates = rates.flat_map(|column| cells[column].split(" → ")).filter(|rate| rate.contains('.'));
        // One digit more is for the change of the times, which rates do not have beside them.
        rates.for_each(|rate| assert!(figures.is_none_or(|figures| digits(rate) <= figures), "{rate}"));
    }
    Some(())
}

#[test]
fn figures_of_the_reference_report_agree() {
    assert!(check(&render(&reference_comparison(), &reproduction()).markdown) > 50);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn times_deltas_and_changes_agree(random in vec(random(), 9)) {
        let comparison = comparison(&random);
        let page = render(&comparison, &reproduction()).markdown;
        // Times of benchmarks, of operations, of families, of generations, per token.
        prop_assert!(check(&page) > 4 * random.len(), "{}", page);
        prop_assert!(check(&comment(&comparison, &reproduction(), Some(REPORT))) > random.len() / 2);
    }
}
