//! What to call a family.

use std::collections::BTreeMap;

use super::members::Key;
use crate::compare::evidence::Evidence;
use crate::compare::pairing::{qualify, qualify_by_place};
use crate::model::BenchmarkId;

/// The name of each family: group and function; followed by the element type where others share them, and preceded by
/// the target and then the package as far as others share that.
pub(super) fn labels(evidence: &Evidence<'_>, families: &BTreeMap<Key<'_>, Vec<usize>>) -> Vec<String> {
    let ids: Vec<&BenchmarkId> = families.values().map(|rows| &evidence.row(rows[0]).id).collect();
    let dtypes: Vec<_> = families.keys().map(|key| key.dtype).collect();
    let mut labels: Vec<String> = families.keys().map(Key::path).collect();
    qualify(&mut labels, |index, label| match dtypes[index] {
        Some(dtype) => format!("{label} ({dtype})"),
        None => label.to_owned(),
    });
    qualify_by_place(&mut labels, &ids);
    labels
}
