//! How much worse a metric of some rows may become before the gate fails: `time=5%`, `peak-bytes=1MiB@^MatMul/`.

use std::fmt;
use std::str::FromStr;

use regex::Regex;

use crate::compare::{Better, Measure, Metric, Row, Sides, Unit, Value};

/// A limit on one metric.
#[derive(Debug, Clone)]
pub struct Limit {
    /// What is limited.
    pub metric: Metric,
    /// The most by which it may become worse.
    pub most: Most,
    /// The rows, by their ids, or by [`BenchmarkId::qualified`](crate::model::BenchmarkId::qualified) where `::` is in the
    /// expression; every row without.
    pub rows: Option<Regex>,
    /// As it was given.
    text: String,
}

/// The most by which a metric may become worse.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Most {
    /// This share of the baseline's value.
    Share(f64),
    /// So much, in the unit of the metric.
    Amount(f64),
    /// However much: the metric is not gated.
    Any,
}

/// Where a measure stands to a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Its whole interval is within, or at, the limit.
    Within,
    /// Its interval holds the limit.
    Open,
    /// Its whole interval is beyond the limit.
    Beyond,
}

impl Limit {
    /// The same limit, for every row.
    pub(super) fn for_every_row(&self) -> Limit {
        Limit { rows: None, ..self.clone() }
    }

    pub(super) fn holds_for(&self, row: &Row) -> bool {
        self.rows.as_ref().is_none_or(|rows| {
            rows.is_match(&row.id.path())
                || rows.as_str().contains("::") && rows.is_match(&row.id.qualified())
        })
    }

    /// Where a measure stands. `None` where the sides were not compared in it.
    pub(super) fn standing(&self, measure: &Measure) -> Option<Standing> {
        let (worse, most) = match self.most {
            Most::Any => return Some(Standing::Within),
            Most::Share(share) => (worse_by_share(self.metric, measure)?, share),
            Most::Amount(amount) => (worse_by_amount(self.metric, measure)?, amount),
        };
        // A limit of 5 % is kept by a change that is 5 % but for the rounding of logarithms.
        let most = most + 1e-9 * most.abs();
        Some(match worse {
            [least, _] if least > most => Standing::Beyond,
            [_, greatest] if greatest > most => Standing::Open,
            _ => Standing::Within,
        })
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The ends of what the candidate is worse by, as a share of the baseline's value.
fn worse_by_share(metric: Metric, measure: &Measure) -> Option<[f64; 2]> {
    match measure.change {
        Some(change) if !metric.is_exact() => Some(worse(metric, [change.low, change.high])),
        _ => {
            let baseline = measure.values().baseline?;
            let share = |amount: f64| match amount {
                0.0 => 0.0,
                amount => amount / baseline.abs(),
            };
            Some(worse_by_amount(metric, measure)?.map(share))
        }
    }
}

/// The same in the unit of the metric.
fn worse_by_amount(metric: Metric, measure: &Measure) -> Option<[f64; 2]> {
    let Sides { baseline, candidate } = measure.sides.both()?;
    if metric.is_exact() {
        return Some(worse(metric, [candidate.least - baseline.most, candidate.most - baseline.least]));
    }
    let change = measure.change?;
    let Value { most: baseline, .. } = baseline;
    Some(worse(metric, [change.low * baseline, change.high * baseline]))
}

/// The ends of an interval in the direction of what is worse.
fn worse(metric: Metric, [low, high]: [f64; 2]) -> [f64; 2] {
    match metric.better() {
        Better::Lower => [low, high],
        Better::Higher => [-high, -low],
    }
}

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (metric, rest) =
            text.split_once('=').ok_or("not a limit such as `time=5%` or `peak-bytes=1MiB@^MatMul/`")?;
        let (most, rows) = rest.split_once('@').map_or((rest, None), |(most, rows)| (most, Some(rows)));
        let metric = metric_of(metric.trim())?;
        let most = most_of(most.trim(), metric.unit())?;
        let rows = rows.map(Regex::new).transpose();
        let rows = rows.map_err(|_| {
            format!("`{}` is not a regular expression", rest.split_once('@').unwrap_or_default().1)
        })?;
        Ok(Limit { metric, most, rows, text: text.to_owned() })
    }
}

/// The name of a metric on a command line: its key in JSON, with `-`.
fn name(metric: Metric) -> String {
    metric.key().replace('_', "-")
}

fn metric_of(text: &str) -> Result<Metric, String> {
    Metric::ALL.into_iter().find(|metric| name(*metric) == text).ok_or_else(|| {
        let names: Vec<String> = Metric::ALL.into_iter().map(name).collect();
        format!("`{text}` is no metric; there are {}", names.join(", "))
    })
}

fn most_of(text: &str, unit: Unit) -> Result<Most, String> {
    if text == "any" {
        return Ok(Most::Any);
    }
    let digits =
        text.find(|character: char| !(character.is_ascii_digit() || character == '.')).unwrap_or(text.len());
    let (number, suffix) = text.split_at(digits);
    let number: Option<f64> = number.parse().ok().filter(|number: &f64| number.is_finite());
    let wrong = || {
        let units = suffixes(unit).iter().map(|(suffix, _)| *suffix).filter(|suffix| !suffix.is_empty());
        let units: Vec<&str> = ["%"].into_iter().chain(units).collect();
        format!("`{text}` is no limit: give `any`, or a number followed by {}", units.join(", "))
    };
    match (number, suffix.trim()) {
        (Some(number), "%") => Ok(Most::Share(number / 100.0)),
        (Some(number), suffix) => {
            let scale = suffixes(unit).iter().find(|(known, _)| *known == suffix).map(|(_, scale)| *scale);
            scale.map(|scale| Most::Amount(number * scale)).ok_or_else(wrong)
        }
        (None, _) => Err(wrong()),
    }
}

/// The units of an amount, in the unit of a metric.
fn suffixes(unit: Unit) -> &'static [(&'static str, f64)] {
    match unit {
        Unit::Nanoseconds => &[("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9)],
        Unit::Bytes => &[
            ("B", 1.0),
            ("KiB", 1024.0),
            ("MiB", 1_048_576.0),
            ("GiB", 1_073_741_824.0),
            ("kB", 1e3),
            ("MB", 1e6),
            ("GB", 1e9),
        ],
        Unit::Count | Unit::Rate(_) | Unit::Share => &[("", 1.0)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Change;

    fn limit(text: &str) -> Limit {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn measure(baseline: Value, candidate: Value, change: Option<[f64; 2]>) -> Measure {
        let change = change.map(|[low, high]| Change { point: low, low, high, established: true });
        let sides = Sides { baseline: Some(baseline), candidate: Some(candidate) };
        Measure { change, ..Measure::of(sides).expect("both sides have values") }
    }

    fn exact(baseline: f64, candidate: f64) -> Measure {
        measure(Value::exact(baseline), Value::exact(candidate), None)
    }

    #[test]
    fn limits_are_shares_or_amounts_in_units_of_the_metric() {
        for (text, most) in [
            ("time=5%", Most::Share(0.05)),
            ("time=1.5us", Most::Amount(1500.0)),
            ("peak-bytes=1MiB", Most::Amount(1_048_576.0)),
            ("allocations=0", Most::Amount(0.0)),
            ("tokens-per-s=3 %", Most::Share(0.03)),
            ("time=any@^Slow/", Most::Any),
        ] {
            assert_eq!(limit(text).most, most, "{text}");
        }
        assert_eq!(limit("time=any@^Slow/").rows.map(|rows| rows.to_string()).as_deref(), Some("^Slow/"));
        for (text, said) in [
            ("time", "not a limit such as"),
            ("speed=5%", "`speed` is no metric; there are time, "),
            ("time=5", "`5` is no limit: give `any`, or a number followed by %, ns, us, µs, ms, s"),
            ("time=-5%", "is no limit"),
            ("time=5%@(", "`(` is not a regular expression"),
        ] {
            let error = text.parse::<Limit>().expect_err(text);
            assert!(error.contains(said), "{error}");
        }
    }

    #[test]
    fn an_interval_is_within_open_or_beyond() {
        let five = limit("time=5%");
        let standing = |ends| five.standing(&measure(Value::exact(100.0), Value::exact(106.0), Some(ends)));
        assert_eq!(standing([0.051, 0.07]), Some(Standing::Beyond));
        assert_eq!(standing([0.05, 0.07]), Some(Standing::Open), "the limit itself is allowed");
        assert_eq!(standing([0.01, 0.05]), Some(Standing::Within));
        assert_eq!(standing([-0.5, -0.4]), Some(Standing::Within));
        assert_eq!(five.standing(&exact(1.0, 2.0)), None, "times that were not compared");
        let amount = limit("time=5ns");
        let times = measure(Value::exact(100.0), Value::exact(110.0), Some([0.06, 0.14]));
        assert_eq!(amount.standing(&times), Some(Standing::Beyond));
    }

    #[test]
    fn counts_that_vary_are_beyond_where_every_one_is() {
        let bytes = limit("peak-bytes=10B");
        let range = |least, most| Value { least, most };
        let standing = |baseline, candidate| bytes.standing(&measure(baseline, candidate, None));
        assert_eq!(standing(range(100.0, 120.0), range(131.0, 140.0)), Some(Standing::Beyond));
        assert_eq!(standing(range(100.0, 120.0), range(125.0, 140.0)), Some(Standing::Open));
        assert_eq!(bytes.standing(&exact(100.0, 110.0)), Some(Standing::Within));
    }

    #[test]
    fn something_where_there_was_nothing_is_beyond_any_share() {
        let none = limit("allocations=50%");
        assert_eq!(none.standing(&exact(0.0, 1.0)), Some(Standing::Beyond));
        assert_eq!(none.standing(&exact(0.0, 0.0)), Some(Standing::Within));
    }

    #[test]
    fn fewer_tokens_a_second_are_worse() {
        let tokens = limit("tokens-per-s=3%");
        let standing = |ends| tokens.standing(&measure(Value::exact(100.0), Value::exact(90.0), Some(ends)));
        assert_eq!(standing([-0.12, -0.08]), Some(Standing::Beyond));
        assert_eq!(standing([0.08, 0.12]), Some(Standing::Within));
    }
}
