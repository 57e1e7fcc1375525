//! A benchmark as a point of a roofline.

use crate::compare::{Metric, Row, Sides};
use crate::dtype::Dtype;
use crate::estimate::Roof;
use crate::model::{BenchmarkId, Inference};
use crate::report::order::strength;
use crate::work::Work;

/// Arithmetic intensity, FLOP/B, and rate, GFLOP/s.
pub(super) type Coordinates = [f64; 2];

/// A benchmark of which both are known on a side.
#[derive(Debug, Clone, Default)]
pub(super) struct Point<'a> {
    /// Its name among all benchmarks.
    pub(super) name: &'a str,
    /// What it is one of.
    pub(super) family: String,
    /// Its name among those.
    pub(super) short: String,
    pub(super) dtype: Option<Dtype>,
    /// Threads of the peaks that each side is held against, where it has a place.
    pub(super) threads: Sides<Option<u32>>,
    pub(super) sides: Sides<Option<Coordinates>>,
    /// How much it has changed at least.
    pub(super) strength: f64,
}

impl<'a> Point<'a> {
    /// That of a row, where a side has a place.
    pub(super) fn of_row(row: &'a Row) -> Option<Point<'a>> {
        let rates = row.measure(Metric::Gflops)?.values();
        let places = row.roofs.as_ref().zip(rates).map(|(roof, rate)| {
            let roof = roof.as_ref()?;
            Some((roof.threads, coordinates(roof, rate?)?))
        });
        places.any().then(|| Point {
            name: &row.label,
            threads: places.map(|place| place.map(|(threads, _)| threads)),
            sides: places.map(|place| place.map(|(_, coordinates)| coordinates)),
            strength: strength(row)[0],
            ..Point::new(&row.id, row.work.as_ref(), row.inference.as_ref())
        })
    }

    fn new(id: &BenchmarkId, work: Option<&Work>, inference: Option<&Inference>) -> Point<'a> {
        let dtype = work.and_then(|work| work.dtype);
        let (family, short) = match inference {
            Some(Inference { model, phase }) => (model.clone(), phase.to_string()),
            None => (family(id, dtype), short(id, dtype)),
        };
        Point { family, short, dtype, ..Point::default() }
    }

    /// Where it is shown: the candidate's, or the only one.
    pub(super) fn latest(&self) -> Coordinates {
        self.sides.latest().unwrap_or_default()
    }
}

/// Only numbers above zero have a place on log axes.
fn coordinates(roof: &Roof, rate: f64) -> Option<Coordinates> {
    let found = [roof.intensity?, rate];
    found.into_iter().all(|value| value > 0.0 && value.is_finite()).then_some(found)
}

/// The group, with the element type where it is known.
fn family(id: &BenchmarkId, dtype: Option<Dtype>) -> String {
    let group = id.criterion.group.as_str();
    [Some(group), dtype.map(Dtype::name)].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Function and parameter, without what the family says; the group of a benchmark that has neither.
fn short(id: &BenchmarkId, dtype: Option<Dtype>) -> String {
    let id = &id.criterion;
    let function = id.function.as_deref().filter(|function| dtype.map(Dtype::name) != Some(*function));
    let parts: Vec<&str> = [function, id.parameter.as_deref()].into_iter().flatten().collect();
    if parts.is_empty() { id.group.clone() } else { parts.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::CriterionId;
    use crate::inference::Phase;

    fn names(function: Option<&str>, parameter: Option<&str>, dtype: Option<Dtype>) -> [String; 2] {
        let [function, parameter] = [function, parameter].map(|part| part.map(str::to_owned));
        let criterion = CriterionId { group: "MatMul".to_owned(), function, parameter };
        let id = BenchmarkId { package: "p".to_owned(), target: "ops".to_owned(), criterion };
        let work = Work { dtype, ..Work::default() };
        let point = Point::new(&id, Some(&work), None);
        [point.family, point.short]
    }

    #[test]
    fn what_a_family_says_is_not_said_again() {
        let f32 = Some(Dtype::F32);
        assert_eq!(names(Some("f32"), Some("512x512"), f32), ["MatMul f32", "512x512"]);
        assert_eq!(names(Some("tiled"), Some("512x512"), f32), ["MatMul f32", "tiled/512x512"]);
        assert_eq!(names(None, Some("512x512"), None), ["MatMul", "512x512"]);
        assert_eq!(names(Some("f32"), None, f32), ["MatMul f32", "MatMul"]);
    }

    #[test]
    fn a_phase_is_one_of_its_model() {
        let id = crate::report::fixture::RowBuilder::new("Tiny/token/@64").build().id;
        let inference = Inference { model: "Tiny".to_owned(), phase: Phase::Token { cached: 64 } };
        let point = Point::new(&id, None, Some(&inference));
        assert_eq!((point.family.as_str(), point.short.as_str()), ("Tiny", "token @64"));
    }

    #[test]
    fn nothing_lies_at_zero() {
        let roof = |intensity| Roof {
            nanoseconds: 1.0,
            half_width: 0.0,
            limit: crate::estimate::Limit::Bandwidth("L2".to_owned()),
            threads: 1,
            intensity,
            avx2_nanoseconds: None,
        };
        assert_eq!(coordinates(&roof(Some(0.5)), 3.0), Some([0.5, 3.0]));
        for (intensity, rate) in [(None, 3.0), (Some(0.0), 3.0), (Some(0.5), 0.0), (Some(0.5), f64::INFINITY)]
        {
            assert_eq!(coordinates(&roof(intensity), rate), None);
        }
    }
}
