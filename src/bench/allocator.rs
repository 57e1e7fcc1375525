//! The global allocator, which counts on request.
#![expect(
    unsafe_code,
    reason = "GlobalAlloc is an unsafe trait; every method passes its arguments on unchanged"
)]

use std::alloc::{GlobalAlloc, Layout, System};

use super::counters::{Counters, Section};
use crate::channel::AllocationCount;

/// A process has one heap, so all its counting allocators share one set of counters.
static PROCESS: Counters = Counters::new();

/// A global allocator that counts allocations of the whole process while a benchmark's untimed allocation
/// pass runs. Otherwise it only forwards calls to `A` after one relaxed load.
///
/// ```
/// use tensorprof::CountingAllocator;
///
/// #[global_allocator]
/// static ALLOCATOR: CountingAllocator = CountingAllocator::system();
///
/// # fn main() {
/// let (text, counted) = ALLOCATOR.count(|| String::with_capacity(100));
/// let counted = counted.expect("no other section is open");
/// assert_eq!((counted.count, counted.bytes, counted.net), (1, 100, 100));
/// # drop(text);
/// # }
/// ```
pub struct CountingAllocator<A = System> {
    inner: A,
    counters: &'static Counters,
}

impl CountingAllocator {
    /// Wraps the system's allocator.
    pub const fn system() -> Self {
        Self::new(System)
    }
}

impl<A> CountingAllocator<A> {
    /// Wraps `inner`.
    pub const fn new(inner: A) -> Self {
        CountingAllocator { inner, counters: &PROCESS }
    }

    /// Runs `section` and counts what all threads of the process allocate meanwhile. The value that `section`
    /// returns is still live when the count is taken.
    ///
    /// The count is `None` if this allocator has not been used yet, or if a section is already open on some
    /// thread: sections do not nest.
    pub fn count<R>(&self, section: impl FnOnce() -> R) -> (R, Option<AllocationCount>) {
        let open = Section::begin(self.counters);
        let mark = open.as_ref().map(Section::mark);
        let output = section();
        (output, open.zip(mark).map(|(open, mark)| open.since(mark)))
    }
}

/// Opens a section on the allocator of the process. `None` if that is not a [`CountingAllocator`], or a
/// section is open.
pub(super) fn process_section() -> Option<Section<'static>> {
    Section::begin(&PROCESS)
}

/// Whether the allocator of the process is a [`CountingAllocator`].
pub(super) fn installed() -> bool {
    PROCESS.used()
}

/// The methods of the allocator while it counts. They are out of line, so that an idle method is a test and a
/// jump to the inner one.
impl<A: GlobalAlloc> CountingAllocator<A> {
    /// # Safety
    /// As for [`GlobalAlloc::alloc`].
    #[cold]
    #[inline(never)]
    unsafe fn counted_alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps to the contract of `GlobalAlloc::alloc`, which is also the inner one's.
        self.count_allocation(unsafe { self.inner.alloc(layout) }, layout)
    }

    /// # Safety
    /// As for [`GlobalAlloc::alloc_zeroed`].
    #[cold]
    #[inline(never)]
    unsafe fn counted_alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as in `counted_alloc`.
        self.count_allocation(unsafe { self.inner.alloc_zeroed(layout) }, layout)
    }

    /// Counts an allocation unless it failed.
    fn count_allocation(&self, memory: *mut u8, layout: Layout) -> *mut u8 {
        if !memory.is_null() {
            self.counters.allocate(layout.size());
        }
        memory
    }

    /// # Safety
    /// As for [`GlobalAlloc::realloc`].
    #[cold]
    #[inline(never)]
    unsafe fn counted_realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: as in `counted_alloc`; `memory` came from the inner allocator, as all memory given out here
        // does.
        let moved = unsafe { self.inner.realloc(memory, layout, new_size) };
        if !moved.is_null() {
            self.counters.reallocate(layout.size(), new_size);
        }
        moved
    }

    /// # Safety
    /// As for [`GlobalAlloc::dealloc`].
    #[cold]
    #[inline(never)]
    unsafe fn counted_dealloc(&self, memory: *mut u8, layout: Layout) {
        // Counted before the memory can be allocated again, so that no peak of another thread includes it
        // twice.
        self.counters.free(layout.size());
        // SAFETY: as in `counted_realloc`.
        unsafe { self.inner.dealloc(memory, layout) }
    }
}

// SAFETY: every method calls the inner allocator's method of the same name with the same arguments and
// returns what it returned. Counting beside it neither touches the memory, nor allocates, nor unwinds.
unsafe impl<A: GlobalAlloc> GlobalAlloc for CountingAllocator<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps to the contract of `GlobalAlloc::alloc`, which is also that of both
        // callees.
        unsafe { if self.counters.idle() { self.inner.alloc(layout) } else { self.counted_alloc(layout) } }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as in `alloc`.
        unsafe {
            if self.counters.idle() {
                self.inner.alloc_zeroed(layout)
            } else {
                self.counted_alloc_zeroed(layout)
            }
        }
    }

    #[inline]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: as in `alloc`; `memory` came from the inner allocator, as all memory given out here does.
        unsafe {
            if self.counters.idle() {
                self.inner.realloc(memory, layout, new_size)
            } else {
                self.counted_realloc(memory, layout, new_size)
            }
        }
    }

    #[inline]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as in `realloc`.
        unsafe {
            if self.counters.idle() {
                self.inner.dealloc(memory, layout)
            } else {
                self.counted_dealloc(memory, layout)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ptr;
    use std::slice;

    use super::*;

    fn layout(size: usize) -> Layout {
        Layout::from_size_align(size, 8).expect("a valid layout")
    }

    fn counting<A>(inner: A) -> CountingAllocator<A> {
        CountingAllocator { inner, counters: Box::leak(Box::new(Counters::new())) }
    }

    #[test]
    fn every_method_counts_and_keeps_the_memory_intact() {
        let allocator = counting(System);
        // SAFETY: the layouts are not empty, and each block is used within its size and freed by its last
        // layout.
        let cycle = || unsafe {
            let zeroed = allocator.alloc_zeroed(layout(16));
            assert_eq!(slice::from_raw_parts(zeroed, 16), [0; 16]);
            zeroed.write_bytes(7, 16);
            let moved = allocator.realloc(zeroed, layout(16), 4096);
            assert_eq!(slice::from_raw_parts(moved, 16), [7; 16]);
            let plain = allocator.alloc(layout(8));
            allocator.dealloc(moved, layout(4096));
            plain
        };
        let ((), unused) = allocator.count(|| ());
        assert_eq!(unused, None);
        let first = cycle();
        let (second, count) = allocator.count(cycle);
        assert_eq!(
            count,
            Some(AllocationCount { count: 3, bytes: 16 + 4096 + 8, peak: 4104, live: 8, net: 8 })
        );
        for plain in [first, second] {
            // SAFETY: both came from `alloc` with this layout and are freed once.
            unsafe { allocator.dealloc(plain, layout(8)) };
        }
    }

    struct OutOfMemory;

    // SAFETY: null is always a permitted answer, and no memory is ever given out that could come back.
    unsafe impl GlobalAlloc for OutOfMemory {
        unsafe fn alloc(&self, _: Layout) -> *mut u8 {
            ptr::null_mut()
        }

        unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
    }

    #[test]
    fn an_allocation_that_fails_does_not_count() {
        let allocator = counting(OutOfMemory);
        // SAFETY: the layouts are not empty; null is freed only by an allocator that ignores it.
        let fail = || unsafe {
            let failed = [allocator.alloc(layout(8)), allocator.alloc_zeroed(layout(8))];
            assert!(failed.iter().all(|memory| memory.is_null()));
        };
        // SAFETY: as above.
        unsafe { allocator.dealloc(ptr::null_mut(), layout(8)) };
        let ((), count) = allocator.count(fail);
        assert_eq!(count, Some(AllocationCount { count: 0, bytes: 0, peak: 0, live: 0, net: 0 }));
    }

    #[test]
    fn counting_ends_with_a_panic() {
        let allocator = counting(System);
        // SAFETY: the layout is not empty, and the block is freed once.
        unsafe { allocator.dealloc(allocator.alloc(layout(8)), layout(8)) };
        let panicked = std::panic::catch_unwind(|| allocator.count(|| panic!("in a routine")));
        assert!(panicked.is_err());
        assert!(allocator.count(|| ()).1.is_some());
    }
}
