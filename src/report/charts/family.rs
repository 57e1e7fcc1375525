//! Families of benchmarks: one group of a bench, by its leading rate, over sizes.

use std::collections::BTreeMap;

use crate::compare::Row;
use crate::report::order::strength;
use crate::report::rate::Rate;

/// What makes rows a family: package, target, group, leading rate.
type Key<'a> = (&'a str, &'a str, &'a str, Rate);

/// Benchmarks of one group that share a leading rate.
#[derive(Debug)]
pub(super) struct Family<'a> {
    key: Key<'a>,
    /// The group.
    pub(super) name: &'a str,
    /// The rate that is drawn.
    pub(super) rate: Rate,
    /// Its series, sorted by name.
    pub(super) series: Vec<Series<'a>>,
}

/// Benchmarks of a family with the same function and element type.
#[derive(Debug)]
pub(super) struct Series<'a> {
    /// Function and element type.
    pub(super) name: String,
    /// Sorted by work.
    pub(super) points: Vec<Point<'a>>,
}

/// One benchmark.
#[derive(Debug)]
pub(super) struct Point<'a> {
    /// Declared work of an iteration in the count of the rate, at least 1.
    pub(super) work: f64,
    /// Name of the size.
    label: &'a str,
    /// The rate of baseline and candidate.
    pub(super) rates: [Option<f64>; 2],
    strength: f64,
}

/// The families with at least two sizes.
pub(super) fn families(rows: &[Row]) -> Vec<Family<'_>> {
    let mut families: BTreeMap<Key<'_>, BTreeMap<String, Vec<Point<'_>>>> = BTreeMap::new();
    for row in rows {
        if let Some((rate, point)) = point(row) {
            let id = &row.id;
            let key = (id.package.as_str(), id.target.as_str(), id.criterion.group.as_str(), rate);
            families.entry(key).or_default().entry(series_name(row)).or_default().push(point);
        }
    }
    families.into_iter().map(|(key, series)| Family::new(key, series)).filter(Family::has_sizes).collect()
}

fn point(row: &Row) -> Option<(Rate, Point<'_>)> {
    let work = row.work.as_ref()?;
    let rate = Rate::leading(work)?;
    let count = rate.work(work).filter(|count| *count > 0)?;
    let change = rate.of(row)?;
    let rates = [change.baseline, change.candidate].map(|rate| rate.filter(|rate| rate.is_finite()));
    rates.iter().any(Option::is_some).then(|| {
        let point = Point { work: count as f64, label: size_label(row), rates, strength: strength(row)[0] };
        (rate, point)
    })
}

/// The parameter where there is one; a function without parameter is the name of a size itself.
fn size_label(row: &Row) -> &str {
    let id = &row.id.criterion;
    id.parameter.as_deref().or(id.function.as_deref()).unwrap_or("")
}

fn series_name(row: &Row) -> String {
    let id = &row.id.criterion;
    let function = id.function.as_deref().filter(|_| id.parameter.is_some());
    let dtype = row.work.as_ref().and_then(|work| work.dtype).map(|dtype| dtype.name());
    let dtype = dtype.filter(|dtype| function != Some(*dtype));
    function.into_iter().chain(dtype).collect::<Vec<_>>().join(" ")
}

impl<'a> Family<'a> {
    fn new(key: Key<'a>, series: BTreeMap<String, Vec<Point<'a>>>) -> Self {
        let series = series.into_iter().map(|(name, mut points)| {
            points.sort_by(|first, second| first.work.total_cmp(&second.work));
            Series { name, points }
        });
        Family { key, name: key.2, rate: key.3, series: series.collect() }
    }

    /// What families are sorted by.
    pub(super) fn key(&self) -> Key<'a> {
        self.key
    }

    fn points(&self) -> impl Iterator<Item = &Point<'a>> {
        self.series.iter().flat_map(|series| &series.points)
    }

    /// The strongest change of any row.
    pub(super) fn strength(&self) -> f64 {
        self.points().map(|point| point.strength).fold(0.0, f64::max)
    }

    /// The least and the greatest work.
    pub(super) fn sizes(&self) -> [f64; 2] {
        let works = || self.points().map(|point| point.work);
        [works().fold(f64::INFINITY, f64::min), works().fold(0.0, f64::max)]
    }

    fn has_sizes(&self) -> bool {
        let [least, greatest] = self.sizes();
        least < greatest
    }

    /// The highest rate of either side.
    pub(super) fn fastest(&self) -> f64 {
        self.points().flat_map(|point| point.rates).flatten().fold(f64::MIN_POSITIVE, f64::max)
    }

    /// Work and name of each size, sorted by work; the shortest name where several share one.
    pub(super) fn labels(&self) -> Vec<(f64, &'a str)> {
        let mut labels: Vec<(f64, &str)> = self.points().map(|point| (point.work, point.label)).collect();
        labels.sort_by(|first, second| {
            first.0.total_cmp(&second.0).then(first.1.len().cmp(&second.1.len())).then(first.1.cmp(second.1))
        });
        labels.dedup_by(|second, first| first.0 == second.0);
        labels
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::RowBuilder;
    use crate::work::{Bytes, Flops, Work};

    fn row(path: &str, flops: u64) -> Row {
        let work = Work { flops: Some(Flops(flops)), bytes: Some(Bytes(1)), ..Work::default() };
        RowBuilder::new(path).time(1e3, 1e3, 0.01).work(work).build()
    }

    #[test]
    fn a_group_with_several_sizes_is_a_family() {
        let rows = [row("MatMul/64", 10), row("MatMul/128", 80), row("Alone/1", 10)];
        let families = families(&rows);
        assert_eq!(families.len(), 1);
        assert_eq!(families[0].labels(), [(10.0, "64"), (80.0, "128")]);
        assert_eq!(families[0].sizes(), [10.0, 80.0]);
    }

    #[test]
    fn rows_without_rates_are_no_family() {
        assert!(families(&[RowBuilder::new("a/1").build(), RowBuilder::new("a/2").build()]).is_empty());
    }
}
