//! The counters of the allocator, and the sections in which it counts.
//!
//! The thread that opens a section writes to its own tally with plain stores; all other threads share one
//! tally by atomic addition. Bytes allocated are a single atomic sum, so that every allocation sees those
//! before it and no peak is missed. On one thread this leaves one read-modify-write (about 5 ns) per
//! allocation.
//!
//! Every function on the path of an allocation is marked `#[inline]`: the allocator is generic and so
//! compiled in the user's crate, and calls from there into this crate would add about 4 ns.

use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr;
use std::sync::atomic::{AtomicI64, AtomicU8, AtomicU64, Ordering};

use crate::channel::AllocationCount;

/// The allocator has not been called yet, so it is not the one of the process.
const UNUSED: u8 = 0;
const IDLE: u8 = 1;
const COUNTING: u8 = 2;

thread_local! {
    /// The counters on which this thread holds a section. It has no initialiser or destructor, so that
    /// reading it never allocates.
    static OWNED: Cell<*const Counters> = const { Cell::new(ptr::null()) };
}

/// Sums that only grow. A section computes differences of them.
pub(super) struct Counters {
    state: AtomicU8,
    /// Bytes requested, by all threads.
    allocated: AtomicU64,
    /// Most bytes live since the last [`Section::mark`].
    peak: AtomicI64,
    /// Written only by the thread that holds the section.
    owner: Tally,
    others: Tally,
}

struct Tally {
    count: AtomicU64,
    /// Bytes freed.
    freed: AtomicU64,
}

impl Counters {
    pub(super) const fn new() -> Self {
        Counters {
            state: AtomicU8::new(UNUSED),
            allocated: AtomicU64::new(0),
            peak: AtomicI64::new(0),
            owner: Tally::new(),
            others: Tally::new(),
        }
    }

    /// Whether an allocator has used these counters.
    pub(super) fn used(&self) -> bool {
        self.state.load(Ordering::Relaxed) != UNUSED
    }

    /// Whether the allocator has nothing to count. False before its very first call, which has to be
    /// recorded.
    #[inline]
    pub(super) fn idle(&self) -> bool {
        self.state.load(Ordering::Relaxed) == IDLE
    }

    /// Counts an allocation of `size` bytes.
    #[inline]
    pub(super) fn allocate(&self, size: usize) {
        if self.counting() {
            self.grow(self.owned(), size as u64);
        }
    }

    /// Counts `size` bytes that are about to be freed.
    #[inline]
    pub(super) fn free(&self, size: usize) {
        if self.counting() {
            self.tally_add(self.owned(), |tally| &tally.freed, size as u64);
        }
    }

    /// Counts a reallocation: an allocation of the new size, and a free of the old one.
    #[inline]
    pub(super) fn reallocate(&self, old: usize, new: usize) {
        if self.counting() {
            let owned = self.owned();
            self.tally_add(owned, |tally| &tally.freed, old as u64);
            self.grow(owned, new as u64);
        }
    }

    #[inline]
    fn counting(&self) -> bool {
        let state = self.state.load(Ordering::Relaxed);
        if state == UNUSED {
            // Fails if another thread was faster, which has then set the state.
            let _ = self.state.compare_exchange(UNUSED, IDLE, Ordering::Relaxed, Ordering::Relaxed);
        }
        state == COUNTING
    }

    #[inline]
    fn owned(&self) -> bool {
        OWNED.with(|owned| ptr::eq(owned.get(), self))
    }

    #[inline]
    fn grow(&self, owned: bool, size: u64) {
        self.tally_add(owned, |tally| &tally.count, 1);
        let allocated = self.allocated.fetch_add(size, Ordering::Relaxed).wrapping_add(size);
        let live = self.live(allocated);
        if live > self.peak.load(Ordering::Relaxed) {
            self.peak.fetch_max(live, Ordering::Relaxed);
        }
    }

    #[inline]
    fn tally_add(&self, owned: bool, field: fn(&Tally) -> &AtomicU64, amount: u64) {
        if owned {
            let sum = field(&self.owner);
            sum.store(sum.load(Ordering::Relaxed).wrapping_add(amount), Ordering::Relaxed);
        } else {
            field(&self.others).fetch_add(amount, Ordering::Relaxed);
        }
    }

    #[inline]
    fn tally_sum(&self, field: fn(&Tally) -> &AtomicU64) -> u64 {
        field(&self.owner).load(Ordering::Relaxed).wrapping_add(field(&self.others).load(Ordering::Relaxed))
    }

    /// Bytes live when `allocated` had been allocated, relative to an unknown start: memory from before
    /// counting may have been freed since.
    #[inline]
    fn live(&self, allocated: u64) -> i64 {
        allocated.wrapping_sub(self.tally_sum(|tally| &tally.freed)) as i64
    }
}

impl Tally {
    const fn new() -> Self {
        Tally { count: AtomicU64::new(0), freed: AtomicU64::new(0) }
    }
}

/// While this value lives, allocations of all threads are counted. Sections do not nest.
pub(super) struct Section<'a> {
    counters: &'a Counters,
    /// It must end on the thread on which it began, which owns a tally.
    not_send: PhantomData<*const ()>,
}

/// A point within a section.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    count: u64,
    allocated: u64,
    live: i64,
}

impl<'a> Section<'a> {
    /// Starts counting. `None` if the allocator is not in use, or another section is open.
    pub(super) fn begin(counters: &'a Counters) -> Option<Self> {
        // Acquires the owner's tally from the previous section.
        counters.state.compare_exchange(IDLE, COUNTING, Ordering::Acquire, Ordering::Relaxed).ok()?;
        OWNED.with(|owned| owned.set(counters));
        Some(Section { counters, not_send: PhantomData })
    }

    /// Marks this point. Peaks are counted from here.
    pub(super) fn mark(&self) -> Mark {
        let mark = self.now();
        self.counters.peak.store(mark.live, Ordering::Relaxed);
        mark
    }

    /// Counted since the latest mark.
    pub(super) fn since(&self, mark: Mark) -> AllocationCount {
        self.between(mark, self.now())
    }

    /// Counted since the latest mark, which moves here, so that no allocation is missed between two laps.
    pub(super) fn lap(&self, mark: &mut Mark) -> AllocationCount {
        let now = self.now();
        let counted = self.between(*mark, now);
        self.counters.peak.store(now.live, Ordering::Relaxed);
        *mark = now;
        counted
    }

    fn between(&self, mark: Mark, now: Mark) -> AllocationCount {
        let peak = self.counters.peak.load(Ordering::Relaxed).wrapping_sub(mark.live);
        let live = now.live.wrapping_sub(mark.live);
        AllocationCount {
            count: now.count.wrapping_sub(mark.count),
            bytes: now.allocated.wrapping_sub(mark.allocated),
            peak: u64::try_from(peak).unwrap_or(0),
            live,
            net: live,
        }
    }

    fn now(&self) -> Mark {
        let allocated = self.counters.allocated.load(Ordering::Relaxed);
        let count = self.counters.tally_sum(|tally| &tally.count);
        Mark { count, allocated, live: self.counters.live(allocated) }
    }
}

impl Drop for Section<'_> {
    fn drop(&mut self) {
        OWNED.with(|owned| owned.set(ptr::null()));
        self.counters.state.store(IDLE, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::thread;

    use proptest::prelude::*;

    use super::*;

    fn used() -> Counters {
        let counters = Counters::new();
        counters.free(0);
        counters
    }

    fn begin(counters: &Counters) -> Section<'_> {
        Section::begin(counters).expect("the counters are idle")
    }

    #[test]
    fn unused_counters_do_not_count() {
        let counters = Counters::new();
        assert!(!counters.used() && !counters.idle() && Section::begin(&counters).is_none());
        counters.allocate(8);
        assert!(counters.used() && counters.idle() && Section::begin(&counters).is_some());
    }

    #[test]
    fn sections_do_not_nest_and_follow_one_another_on_any_thread() {
        let counters = used();
        let first = begin(&counters);
        assert!(Section::begin(&counters).is_none());
        drop(first);
        let count = thread::scope(|scope| {
            let other = scope.spawn(|| {
                let section = begin(&counters);
                let mark = section.mark();
                counters.allocate(8);
                section.since(mark)
            });
            other.join().expect("no panic")
        });
        assert_eq!(count, AllocationCount { count: 1, bytes: 8, peak: 8, live: 8, net: 8 });
        assert!(counters.idle());
    }

    #[test]
    fn nothing_counts_between_sections() {
        let counters = used();
        counters.allocate(100);
        let section = begin(&counters);
        let mark = section.mark();
        assert_eq!(section.since(mark), AllocationCount { count: 0, bytes: 0, peak: 0, live: 0, net: 0 });
    }

    #[test]
    fn freeing_older_memory_is_negative_growth() {
        let counters = used();
        let section = begin(&counters);
        let mark = section.mark();
        counters.free(1000);
        counters.allocate(10);
        assert_eq!(
            section.since(mark),
            AllocationCount { count: 1, bytes: 10, peak: 0, live: -990, net: -990 }
        );
    }

    #[test]
    fn counts_of_many_threads_are_exact() {
        const THREADS: u64 = 8;
        const BLOCKS: u64 = 10_000;
        let counters = used();
        let section = begin(&counters);
        let mark = section.mark();
        let all_hold = Barrier::new(THREADS as usize + 1);
        let work = |barrier: &Barrier| {
            (0..BLOCKS).for_each(|_| counters.allocate(3));
            barrier.wait();
            (0..BLOCKS).for_each(|_| counters.free(3));
        };
        thread::scope(|scope| {
            (0..THREADS).for_each(|_| drop(scope.spawn(|| work(&all_hold))));
            work(&all_hold);
        });
        let count = (THREADS + 1) * BLOCKS;
        assert_eq!(
            section.since(mark),
            AllocationCount { count, bytes: 3 * count, peak: 3 * count, live: 0, net: 0 }
        );
    }

    #[derive(Debug, Clone, Copy)]
    enum Event {
        Allocate(usize),
        Free(usize),
        Reallocate(usize, usize),
    }

    fn events() -> impl Strategy<Value = Vec<Event>> {
        let event = prop_oneof![
            (1..5000_usize).prop_map(Event::Allocate),
            (1..5000_usize).prop_map(Event::Free),
            (1..5000_usize, 1..5000_usize).prop_map(|(old, new)| Event::Reallocate(old, new)),
        ];
        proptest::collection::vec(event, 0..100)
    }

    /// The same, computed by the definitions one event at a time.
    fn counted(events: &[Event]) -> AllocationCount {
        let (mut live, mut peak) = (0_i64, 0_i64);
        let mut requests = Vec::new();
        for event in events {
            let (freed, requested) = match *event {
                Event::Allocate(size) => (0, Some(size)),
                Event::Free(size) => (size, None),
                Event::Reallocate(old, new) => (old, Some(new)),
            };
            live += requested.unwrap_or(0) as i64 - freed as i64;
            peak = peak.max(live);
            requests.extend(requested);
        }
        let bytes = requests.iter().sum::<usize>() as u64;
        AllocationCount { count: requests.len() as u64, bytes, peak: peak as u64, live, net: live }
    }

    proptest! {
        #[test]
        fn any_sequence_counts_by_the_definitions(
            before in events(), events in events(), after in events(), owner: bool,
        ) {
            let counters = used();
            let section = begin(&counters);
            let replay = |events: &[Event]| for event in events {
                match *event {
                    Event::Allocate(size) => counters.allocate(size),
                    Event::Free(size) => counters.free(size),
                    Event::Reallocate(old, new) => counters.reallocate(old, new),
                }
            };
            replay(&before);
            let mut mark = section.mark();
            if owner {
                replay(&events);
            } else {
                thread::scope(|scope| drop(scope.spawn(|| replay(&events))));
            }
            prop_assert_eq!(section.since(mark), counted(&events));
            prop_assert_eq!(section.lap(&mut mark), counted(&events));
            replay(&after);
            prop_assert_eq!(section.lap(&mut mark), counted(&after));
        }
    }
}
