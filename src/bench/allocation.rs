//! The untimed allocation pass: each loop of the profiler runs a few iterations and counts each.

use std::hint::black_box;

use super::allocator::process_section;
use super::counters::Section;
use crate::channel::AllocationCount;

/// Enough to tell whether counts are equal from one iteration to the next.
const ITERATIONS: usize = 3;

/// Counts `routine` alone, but holds the live bytes against those before `setup` and after every value of the iteration
/// is dropped. Empty where the process's allocator does not count.
pub(super) fn count<I, O>(
    mut setup: impl FnMut() -> I,
    mut routine: impl FnMut(I) -> O,
) -> Vec<AllocationCount> {
    let sections = (0..ITERATIONS).map_while(|_| process_section());
    sections.map(|section| iteration(section, &mut setup, &mut routine)).collect()
}

fn iteration<I, O>(
    section: Section<'_>,
    setup: impl FnOnce() -> I,
    routine: impl FnOnce(I) -> O,
) -> AllocationCount {
    let before = section.mark();
    let input = setup();
    let start = section.mark();
    let output = black_box(routine(input));
    let counted = section.since(start);
    drop(output);
    AllocationCount { net: section.since(before).net, ..counted }
}

#[cfg(test)]
mod tests {
    use super::super::counters::Counters;
    use super::*;

    /// Memory, as far as counters are concerned.
    struct Block<'a>(&'a Counters, usize);

    impl<'a> Block<'a> {
        fn new(counters: &'a Counters, size: usize) -> Self {
            counters.allocate(size);
            Block(counters, size)
        }
    }

    impl Drop for Block<'_> {
        fn drop(&mut self) {
            self.0.free(self.1);
        }
    }

    fn used() -> Counters {
        let counters = Counters::new();
        counters.free(0);
        counters
    }

    #[test]
    fn set_up_is_not_counted_and_what_is_dropped_is_no_growth() {
        let counters = used();
        let section = Section::begin(&counters).expect("the counters are idle");
        let input = || (Block::new(&counters, 1000), Block::new(&counters, 24));
        let count = iteration(section, input, |(large, small)| {
            drop(large);
            (Block::new(&counters, 16), small)
        });
        // The 1000 bytes of the input were live when the routine began, and gone when it allocated.
        assert_eq!(count, AllocationCount { count: 1, bytes: 16, peak: 0, net: 0 });
    }

    #[test]
    fn what_outlives_the_iteration_is_growth() {
        let counters = used();
        let mut kept = Vec::new();
        let section = Section::begin(&counters).expect("the counters are idle");
        let count = iteration(
            section,
            || (),
            |()| {
                kept.push(Block::new(&counters, 100));
                Block::new(&counters, 50)
            },
        );
        assert_eq!(count, AllocationCount { count: 2, bytes: 150, peak: 150, net: 100 });
    }

    #[test]
    fn an_input_that_outlives_the_iteration_is_growth_too() {
        let counters = used();
        let mut kept = Vec::new();
        let section = Section::begin(&counters).expect("the counters are idle");
        let count = iteration(section, || Block::new(&counters, 70), |input| kept.push(input));
        assert_eq!(count, AllocationCount { count: 0, bytes: 0, peak: 0, net: 70 });
    }
}
