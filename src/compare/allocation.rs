//! Allocation of a row, judged exactly: counts carry no noise, so there is no interval.

use super::{AllocationChange, AllocationVerdict, Count};
use crate::model::{Allocation, Range};

/// Least change of the number of allocations that counts: any.
const COUNT_FLOOR: u64 = 1;

/// The change of allocation. Bytes requested decide; where they are equal up to `byte_floor`, or vary, the
/// number of allocations does. Peak is shown only: with kernels on several threads it depends on timing.
pub(super) fn change(old: &Allocation, new: &Allocation, byte_floor: u64) -> AllocationChange {
    let both =
        |of: fn(&Allocation) -> Option<Range<u64>>| Some(Count { baseline: of(old)?, candidate: of(new)? });
    let bytes = Count { baseline: old.bytes, candidate: new.bytes };
    let (count, peak) = (both(|allocation| allocation.count), both(|allocation| allocation.peak));
    AllocationChange { verdict: verdict(&bytes, count.as_ref(), byte_floor), bytes, count, peak }
}

/// Some value varies between iterations or rounds of one side.
pub(super) fn varies(change: &AllocationChange) -> bool {
    let inexact = |count: &Count| !(count.baseline.is_exact() && count.candidate.is_exact());
    inexact(&change.bytes) || change.count.as_ref().is_some_and(inexact)
}

fn verdict(bytes: &Count, count: Option<&Count>, byte_floor: u64) -> AllocationVerdict {
    use AllocationVerdict::{Less, More, Same, Varies};
    let count = count.map_or(Same, |count| direction(count, COUNT_FLOOR));
    match (direction(bytes, byte_floor), count) {
        (decided @ (More | Less), _) | (_, decided @ (More | Less)) => decided,
        (Same, Same) => Same,
        _ => Varies,
    }
}

fn direction(count: &Count, floor: u64) -> AllocationVerdict {
    let Count { baseline: old, candidate: new } = count;
    let all = old.union(*new);
    if all.high.saturating_sub(all.low) < floor {
        AllocationVerdict::Same
    } else if new.low > old.high {
        AllocationVerdict::More
    } else if new.high < old.low {
        AllocationVerdict::Less
    } else if all.is_exact() {
        AllocationVerdict::Same
    } else {
        AllocationVerdict::Varies
    }
}

#[cfg(test)]
mod tests {
    use AllocationVerdict::{Less, More, Same, Varies};

    use super::*;

    fn judge(old: [(u64, u64); 2], new: [(u64, u64); 2]) -> AllocationVerdict {
        let allocation = |[bytes, count]: [(u64, u64); 2]| Allocation {
            bytes: Range { low: bytes.0, high: bytes.1 },
            count: Some(Range { low: count.0, high: count.1 }),
            peak: Some(Range::exact(0)),
            net: Some(Range::exact(0)),
        };
        change(&allocation(old), &allocation(new), 64).verdict
    }

    #[test]
    fn exact_sides() {
        let old = [(1000, 1000), (10, 10)];
        assert_eq!(judge(old, old), Same);
        assert_eq!(judge(old, [(1063, 1063), (10, 10)]), Same);
        assert_eq!(judge(old, [(1064, 1064), (10, 10)]), More);
        assert_eq!(judge(old, [(936, 936), (10, 10)]), Less);
        assert_eq!(judge(old, [(1000, 1000), (9, 9)]), Less, "a count of one counts");
        assert_eq!(judge(old, [(900, 900), (20, 20)]), Less, "bytes lead");
    }

    #[test]
    fn ranges() {
        let old = [(1000, 2000), (10, 10)];
        assert_eq!(judge(old, old), Varies);
        assert_eq!(judge(old, [(2001, 3000), (10, 10)]), More);
        assert_eq!(judge(old, [(1500, 2500), (10, 10)]), Varies);
        assert_eq!(judge(old, [(1500, 2500), (12, 12)]), More, "the count is exact");
        assert_eq!(judge([(1000, 1030), (3, 3)], [(1010, 1050), (3, 3)]), Same, "all within the floor");
    }

    #[test]
    fn extremes_do_not_overflow() {
        let (nothing, everything) = ([(0, 0), (0, 0)], [(u64::MAX, u64::MAX), (u64::MAX, u64::MAX)]);
        assert_eq!(judge(nothing, everything), More);
        assert_eq!(judge(everything, nothing), Less);
    }
}
