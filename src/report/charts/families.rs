//! Families of benchmarks: one group of a bench, by its leading rate, over sizes.

use std::collections::BTreeMap;

use super::size_curves::{self, Point, Series};
use super::whisker::of_candidate;
use crate::compare::{Metric, Row};
use crate::report::order::strength;
use crate::report::rate::leading;

/// What makes rows a family: package, target, group, leading rate.
type Key<'a> = (&'a str, &'a str, &'a str, Metric);

/// Benchmarks of one group that share a leading rate.
#[derive(Debug)]
pub(super) struct Family<'a> {
    /// The group.
    pub(super) name: &'a str,
    /// The rate that is drawn.
    pub(super) rate: Metric,
    /// The strongest change of any row.
    pub(super) strength: f64,
    /// Benchmarks with the same function and element type, sorted by that name, and within by declared work.
    pub(super) series: Vec<Series<'a>>,
}

/// The families with sizes enough for a curve. Models have charts of their own.
pub(super) fn families(rows: &[Row]) -> Vec<Family<'_>> {
    let mut families: BTreeMap<Key<'_>, Family<'_>> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.inference.is_none()) {
        if let Some((rate, point)) = point(row) {
            let id = &row.id;
            let name = id.criterion.group.as_str();
            let family = || Family { name, rate, strength: 0.0, series: vec![] };
            let key = (id.package.as_str(), id.target.as_str(), name, rate);
            families.entry(key).or_insert_with(family).add(row, point);
        }
    }
    families
        .into_values()
        .map(Family::sorted)
        .filter(|family| size_curves::has_curve(&family.series))
        .collect()
}

fn point(row: &Row) -> Option<(Metric, Point<'_>)> {
    let work = row.work.as_ref()?;
    let rate = leading(work)?;
    let count = rate.declared(work).filter(|count| *count > 0.0)?;
    let measure = row.measure(rate)?;
    let values = measure.values().map(|rate| rate.filter(|rate| rate.is_finite()));
    let point = Point { size: count, label: size_label(row), values, interval: of_candidate(measure) };
    values.any().then_some((rate, point))
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
    fn add(&mut self, row: &Row, point: Point<'a>) {
        self.strength = self.strength.max(strength(row)[0]);
        let name = series_name(row);
        match self.series.iter_mut().find(|series| series.name == name) {
            Some(series) => series.points.push(point),
            None => self.series.push(Series { name, points: vec![point] }),
        }
    }

    fn sorted(mut self) -> Self {
        self.series.sort_by(|first, second| first.name.cmp(&second.name));
        for series in &mut self.series {
            series.points.sort_by(|first, second| first.size.total_cmp(&second.size));
        }
        self
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
    fn a_group_with_three_sizes_is_a_family() {
        let two = [row("Two/1", 10), row("Two/2", 20)];
        let rows = [row("MatMul/64", 10), row("MatMul/128", 80), row("MatMul/256", 640)];
        let rows = [rows.as_slice(), &two].concat();
        let families = families(&rows);
        assert_eq!(families.len(), 1);
        let points = families[0].series[0].points.iter().map(|point| (point.size, point.label));
        assert_eq!(points.collect::<Vec<_>>(), [(10.0, "64"), (80.0, "128"), (640.0, "256")]);
    }

    #[test]
    fn rows_without_rates_are_no_family() {
        let rows = ["a/1", "a/2", "a/3"].map(|path| RowBuilder::new(path).build());
        assert!(families(&rows).is_empty());
    }
}
