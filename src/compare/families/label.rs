//! What to call a family.

use super::FamilyKey;
use crate::model::{BenchmarkId, parts, qualify, qualify_by_place, unique};

/// The name of each of these families, by the rule for [`labels`](crate::model::labels) of
/// benchmarks: group and function, with the element type as the first of what tells equal ones
/// apart.
pub(in crate::compare) fn labels(families: &[&FamilyKey]) -> Vec<String> {
    let ids: Vec<&BenchmarkId> = families.iter().map(|family| &family.id).collect();
    let mut labels: Vec<String> = ids.iter().map(|id| id.path()).collect();
    qualify(&mut labels, |index, label| match families[index].dtype {
        Some(dtype) => format!("{label} ({dtype})"),
        None => label.to_owned(),
    });
    qualify_by_place(&mut labels, &ids);
    qualify(&mut labels, |index, label| format!("{label} ({})", parts(&ids[index].criterion)));
    unique(labels)
}
