//! One line a model, and one a family of operations.

use crate::compare::{Comparison, Family, Metric, ModelComparison, Row, Side};
use crate::inference::Phase;
use crate::model::Range;
use crate::report::cells::{both, bytes, name};
use crate::report::model_rows::{facts, representative, rows};
use crate::report::table::{Table, Text, long};

pub(super) fn models(comparison: &Comparison) -> String {
    let models: Vec<Represented<'_>> =
        comparison.models.iter().map(|model| (model, representative(model, comparison))).collect();
    let lead = "## Model Size Comparison\n\nEach model by its longest inference, or by its longest benchmark where it has \
        none. Parameters are those that the baselines declare.\n\n";
    let allocated = if comparison.is_alone() { "Allocated" } else { "Candidate Alloc" };
    long(lead, &models, "model", |models| {
        Table::comparing(comparison, models)
            .left("Model", |(model, _)| Text::strong(Text::foreign(&model.model.name)))
            .left("Facts", |(model, _)| facts(&model.model))
            .left("Benchmark", |(_, row)| row.map(name))
            .times(comparison, |(_, row)| row.and_then(Row::time))
            .right(allocated, |(_, row)| Some(Text::Bytes(candidate_bytes(comparison, (*row)?)?)))
            .right("Live after Creation", |(model, _)| live_after_creation(model, comparison))
            .page()
    })
}

/// The bytes that the candidate allocates, where both sides counted them, or there is no other.
fn candidate_bytes(comparison: &Comparison, row: &Row) -> Option<Range<u64>> {
    if comparison.is_alone() {
        return row.measure(Metric::AllocatedBytes)?.sides.candidate.map(Range::from);
    }
    bytes(row, Side::Candidate)
}

/// The bytes that the creation of a model leaves live.
fn live_after_creation(model: &ModelComparison, comparison: &Comparison) -> Option<Text> {
    let mut rows = rows(model, comparison);
    let (creation, _) = rows.find(|(_, phase)| *phase == Phase::Creation)?;
    creation.measure(Metric::LiveBytes).map(|_| both(creation, Metric::LiveBytes))
}

/// A model and the row that stands for it.
type Represented<'a> = (&'a ModelComparison, Option<&'a Row>);

pub(super) fn families(comparison: &Comparison) -> String {
    let lead = "## Operation Families\n\nGeometric means over the benchmarks of a family that both sides measured: of \
        their times, and of the ratios of their times.\n\n";
    long(lead, &comparison.families, "family", |families| {
        Table::of(families)
            .left("Family", |family| Text::foreign(&family.label))
            .right("Benchmarks", |family| Text::count(common(comparison, family)))
            .times(comparison, |family| family.time.as_ref())
            .page()
    })
}

/// The benchmarks that both sides measured.
fn common(comparison: &Comparison, family: &Family) -> usize {
    family.rows.iter().filter_map(|row| comparison.rows.get(*row)?.time()?.values().both()).count()
}
