//! Whether two rows declare the same work.

use super::{Difference, Fact};
use crate::work::Work;

/// The facts of a row's work that are known on both sides and differ. FLOPs and bytes of different conventions cannot be
/// told apart; bytes of different element types differ for that reason alone.
pub(super) fn differences(old: Option<&Work>, new: Option<&Work>) -> Vec<Difference> {
    let (Some(old), Some(new)) = (old, new) else { return Vec::new() };
    let dtype = difference(Fact::Dtype, "dtype", old.dtype, new.dtype);
    let same_rules = old.convention == new.convention;
    let same_bytes = same_rules && dtype.is_none();
    let count = |name, applies: bool, count: fn(&Work) -> Option<u64>| {
        difference(Fact::Work, name, count(old), count(new)).filter(|_| applies)
    };
    let counts = [
        count("FLOPs", same_rules, |work| Some(work.flops?.0)),
        difference(Fact::Work, "bytes", old.traffic(), new.traffic()).filter(|_| same_bytes),
        count("elements", true, |work| Some(work.elements?.0)),
        count("tokens", true, |work| Some(work.tokens?.0)),
    ];
    [dtype].into_iter().chain(counts).flatten().collect()
}

/// That a value is known on both sides and differs.
pub(super) fn difference<T: PartialEq + ToString>(
    fact: Fact,
    name: &str,
    old: Option<T>,
    new: Option<T>,
) -> Option<Difference> {
    let (old, new) = old.zip(new).filter(|(old, new)| old != new)?;
    Some(Difference::required(fact, name, old, new))
}

/// FLOP/s can be compared: not so where the counts follow different conventions.
pub(super) fn same_convention(old: Option<&Work>, new: Option<&Work>) -> bool {
    let conventions =
        [old, new].map(|work| work.filter(|work| work.flops.is_some()).map(|work| &work.convention));
    !differ(&conventions[0], &conventions[1])
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
        differences(Some(old), Some(new)).into_iter().filter_map(|difference| difference.fact).collect()
    }

    #[test]
    fn counts_and_dtype_are_separate_facts() {
        let old = work(100, 400, Dtype::F32, "a");
        assert_eq!(facts(&old, &old), []);
        assert_eq!(facts(&old, &work(200, 400, Dtype::F32, "a")), [Fact::Work]);
        assert_eq!(facts(&old, &work(100, 200, Dtype::F16, "a")), [Fact::Dtype]);
        assert_eq!(facts(&old, &work(300, 200, Dtype::F16, "a")), [Fact::Dtype, Fact::Work]);
        let flops = differences(Some(&old), Some(&work(200, 400, Dtype::F32, "a")));
        assert_eq!(flops, [Difference::required(Fact::Work, "FLOPs", 100, 200)]);
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
        assert_eq!(differences(None, Some(&old)), []);
        assert!(!same_convention(Some(&old), Some(&work(100, 400, Dtype::F32, "b"))));
        assert!(same_convention(Some(&old), Some(&Work::default())));
    }
}
