//! Whether two rows declare the same work.

use std::collections::BTreeSet;

use super::Fact;
use crate::work::Work;

/// The facts of a row's work that are known on both sides and differ.
pub(super) fn differing_facts(old: Option<&Work>, new: Option<&Work>) -> BTreeSet<Fact> {
    let (Some(old), Some(new)) = (old, new) else {
        return BTreeSet::new();
    };
    let dtype_differs = differ(&old.dtype, &new.dtype);
    let mut facts = BTreeSet::new();
    if dtype_differs {
        facts.insert(Fact::Dtype);
    }
    if counts_differ(old, new, dtype_differs) {
        facts.insert(Fact::Work);
    }
    facts
}

/// FLOP/s can be compared: not so where the counts follow different conventions.
pub(super) fn same_convention(old: Option<&Work>, new: Option<&Work>) -> bool {
    let conventions =
        [old, new].map(|work| work.filter(|work| work.flops.is_some()).map(|work| &work.convention));
    !differ(&conventions[0], &conventions[1])
}

/// FLOPs and bytes of different conventions cannot be told apart; bytes of different element types differ
/// for that reason alone.
fn counts_differ(old: &Work, new: &Work, dtype_differs: bool) -> bool {
    let same_rules = old.convention == new.convention;
    differ(&old.elements, &new.elements)
        || differ(&old.tokens, &new.tokens)
        || same_rules && differ(&old.flops, &new.flops)
        || same_rules && !dtype_differs && differ(&old.traffic(), &new.traffic())
}

fn differ<T: PartialEq>(old: &Option<T>, new: &Option<T>) -> bool {
    old.is_some() && new.is_some() && old != new
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::Dtype;
    use crate::work::{Bytes, Elements, Flops};

    fn work(flops: u64, bytes: u64, dtype: Dtype, convention: &str) -> Work {
        Work {
            flops: Some(Flops(flops)),
            bytes: Some(Bytes(bytes)),
            dtype: Some(dtype),
            convention: Some(convention.to_owned()),
            ..Work::default()
        }
    }

    fn facts(old: &Work, new: &Work) -> Vec<Fact> {
        differing_facts(Some(old), Some(new)).into_iter().collect()
    }

    #[test]
    fn counts_and_dtype_are_separate_facts() {
        let old = work(100, 400, Dtype::F32, "a");
        assert_eq!(facts(&old, &old), []);
        assert_eq!(facts(&old, &work(200, 400, Dtype::F32, "a")), [Fact::Work]);
        assert_eq!(facts(&old, &work(100, 200, Dtype::F16, "a")), [Fact::Dtype]);
        assert_eq!(facts(&old, &work(300, 200, Dtype::F16, "a")), [Fact::Work, Fact::Dtype]);
    }

    #[test]
    fn bits_are_held_against_bytes() {
        let of = |work: Work| work.elements(1);
        let [bits, floored, bytes] =
            [Work::none().bits(12), Work::none().bytes(1), Work::none().bytes(2)].map(of);
        assert_eq!(facts(&bits, &bits), []);
        assert_eq!(facts(&floored, &bits), [Fact::Work], "as earlier versions counted them");
        assert_eq!(facts(&bytes, &of(Work::none().bits(16))), []);
    }

    #[test]
    fn counts_of_other_conventions_and_unknown_counts_differ_from_nothing() {
        let old = work(100, 400, Dtype::F32, "a");
        assert_eq!(facts(&old, &work(200, 500, Dtype::F32, "b")), []);
        assert_eq!(facts(&old, &Work { elements: Some(Elements(3)), ..Work::default() }), []);
        assert_eq!(differing_facts(None, Some(&old)), BTreeSet::new());
        assert!(!same_convention(Some(&old), Some(&work(100, 400, Dtype::F32, "b"))));
        assert!(same_convention(Some(&old), Some(&Work::default())));
    }
}
