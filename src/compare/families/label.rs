//! What to call a family.

use std::collections::BTreeMap;

use super::members::Key;
use crate::channel::CriterionId;
use crate::compare::evidence::Evidence;
use crate::model::{BenchmarkId, parts, qualify, qualify_by_place, unique};

/// The name of each family, by the rule for [`labels`](crate::model::labels) of benchmarks: group and function, with the
/// element type as the first of what tells equal ones apart.
pub(super) fn labels(evidence: &Evidence<'_>, families: &BTreeMap<Key<'_>, Vec<usize>>) -> Vec<String> {
    let ids: Vec<&BenchmarkId> = families.values().map(|rows| &evidence.row(rows[0]).id).collect();
    let dtypes: Vec<_> = families.keys().map(|key| key.dtype).collect();
    let mut labels: Vec<String> = families.keys().map(Key::path).collect();
    qualify(&mut labels, |index, label| match dtypes[index] {
        Some(dtype) => format!("{label} ({dtype})"),
        None => label.to_owned(),
    });
    qualify_by_place(&mut labels, &ids);
    qualify(&mut labels, |index, label| {
        let family = CriterionId { parameter: None, ..ids[index].criterion.clone() };
        format!("{label} ({})", parts(&family))
    });
    unique(labels)
}
