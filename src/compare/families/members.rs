//! Which benchmarks make a family, and at which sizes.

use std::collections::{BTreeMap, BTreeSet};

use super::FamilyKey;
use crate::compare::evidence::Evidence;
use crate::compare::nesting::Nesting;

/// The rows of each family, in their order. Rows that measure a model are none.
pub(super) fn by_family(evidence: &Evidence<'_>) -> BTreeMap<FamilyKey, Vec<usize>> {
    let mut families: BTreeMap<FamilyKey, Vec<usize>> = BTreeMap::new();
    for (index, row) in evidence.rows().filter(|(_, row)| row.inference.is_none()) {
        families.entry(FamilyKey::of(row)).or_default().push(index);
    }
    families
}

/// The rows of a family.
pub(super) struct Members {
    /// All of them, by size; those without one last.
    pub(super) rows: Vec<usize>,
    /// Those that are not part of another of them: what means and exponents are taken of, each piece of time once.
    pub(super) outer: Vec<usize>,
    /// The outer ones with a size, and its logarithm.
    pub(super) sized: Vec<(usize, f64)>,
}

impl Members {
    pub(super) fn new(evidence: &Evidence<'_>, nesting: &Nesting, mut rows: Vec<usize>) -> Self {
        let size = |row: usize| evidence.row(row).id.criterion.parameter.as_deref().and_then(size);
        rows.sort_by_key(|&row| (size(row).is_none(), size(row), row));
        let family: BTreeSet<usize> = rows.iter().copied().collect();
        let is_outer = |row: &usize| !nesting.around(*row).iter().any(|outer| family.contains(outer));
        let outer: Vec<usize> = rows.iter().copied().filter(is_outer).collect();
        let sized = outer.iter().filter_map(|&row| Some((row, (size(row)? as f64).ln()))).collect();
        Members { rows, outer, sized }
    }
}

/// The size that a parameter names: its first run of digits, as 64 of `64x64`, 8 of `batch8x64`, 1 of `1e6`. `None`
/// without digits, and of zero, which has no logarithm.
fn size(parameter: &str) -> Option<u64> {
    let digits = parameter.split(|c: char| !c.is_ascii_digit()).find(|run| !run.is_empty())?;
    digits.parse().ok().filter(|&size| size > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_the_first_integer() {
        for (parameter, expected) in [
            ("64x64", Some(64)),
            ("1000", Some(1000)),
            ("batch8x64", Some(8)),
            ("Iteration", None),
            ("", None),
            ("n=0", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(size(parameter), expected, "{parameter}");
        }
    }
}
