//! The untimed allocation pass: each loop of the profiler runs a few iterations, and their allocations are
//! counted.

use std::hint::black_box;

use super::allocator::process_section;
use super::counters::Section;
use super::recorder::TokenRecorder;
use crate::channel::AllocationCount;

/// Enough to see whether counts vary from one iteration to the next.
const ITERATIONS: usize = 3;

/// The counts of the pass. Empty if the allocator of the process does not count.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// One entry per iteration.
    pub(super) iterations: Vec<AllocationCount>,
    /// The steps of each iteration, if it is a generation.
    pub(super) steps: Vec<Vec<AllocationCount>>,
}

/// Counts the allocations of `routine`. What it leaves live is counted while its output is held; the net growth is
/// over the whole iteration: live bytes before `setup` against those after all its values are dropped.
pub(super) fn count<I, O>(mut setup: impl FnMut() -> I, mut routine: impl FnMut(I) -> O) -> Counts {
    let iterations = sections().map(|section| iteration(section, &mut setup, &mut routine)).collect();
    Counts { iterations, steps: Vec::new() }
}

/// Counts generations of `tokens` tokens, as a whole from the start to the last token, and step by step. Net
/// growth is as in [`count`].
///
/// # Errors
/// The error of the first generation that fails.
pub(super) fn count_generations(
    tokens: usize,
    mut generation: impl FnMut(&mut TokenRecorder<'_>) -> Result<(), String>,
) -> Result<Counts, String> {
    let counted: Result<Vec<_>, String> =
        sections().map(|section| steps(section, tokens, &mut generation)).collect();
    let (iterations, steps) = counted?.into_iter().unzip();
    Ok(Counts { iterations, steps })
}

/// One section per iteration; none if the allocator cannot count.
fn sections() -> impl Iterator<Item = Section<'static>> {
    (0..ITERATIONS).map_while(|_| process_section())
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

/// One generation, and each of its steps.
fn steps(
    section: Section<'_>,
    tokens: usize,
    generation: impl FnOnce(&mut TokenRecorder<'_>) -> Result<(), String>,
) -> Result<(AllocationCount, Vec<AllocationCount>), String> {
    let mut recorder = TokenRecorder::counting(tokens, &section);
    let before = section.mark();
    generation(&mut recorder)?;
    let net = section.since(before).net;
    let steps = recorder.into_counts();
    Ok((AllocationCount { net, ..in_sequence(&steps) }, steps))
}

/// Joins counts that follow one another into one.
fn in_sequence(counts: &[AllocationCount]) -> AllocationCount {
    let nothing = AllocationCount { count: 0, bytes: 0, peak: 0, live: 0, net: 0 };
    counts.iter().fold(nothing, |whole, next| AllocationCount {
        count: whole.count + next.count,
        bytes: whole.bytes + next.bytes,
        // The next peak is above what the earlier counts left live.
        peak: whole.peak.max(whole.net.saturating_add_unsigned(next.peak).try_into().unwrap_or(0)),
        live: whole.live + next.live,
        net: whole.net + next.net,
    })
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::counters::Counters;
    use super::*;

    /// Memory, as the counters see it.
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
        assert_eq!(count, AllocationCount { count: 1, bytes: 16, peak: 0, live: -984, net: 0 });
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
        assert_eq!(count, AllocationCount { count: 2, bytes: 150, peak: 150, live: 150, net: 100 });
    }

    #[test]
    fn an_input_that_outlives_the_iteration_is_growth_too() {
        let counters = used();
        let mut kept = Vec::new();
        let section = Section::begin(&counters).expect("the counters are idle");
        let count = iteration(section, || Block::new(&counters, 70), |input| kept.push(input));
        assert_eq!(count, AllocationCount { count: 0, bytes: 0, peak: 0, live: 0, net: 70 });
    }

    #[test]
    fn a_generation_is_counted_by_steps_without_its_set_up_and_its_ending() {
        let counters = used();
        let section = Section::begin(&counters).expect("the counters are idle");
        let (whole, steps) = steps(section, 3, |recorder| {
            let mut sequence = vec![Block::new(&counters, 1000)];
            recorder.start();
            for size in [100, 10, 30] {
                drop(Block::new(&counters, 5));
                sequence.push(Block::new(&counters, size));
                recorder.token();
            }
            drop(Block::new(&counters, 7));
            recorder.check(Ok::<(), String>(()))
        })
        .expect("a good generation");
        let step = |size: u64| {
            let live = size as i64;
            AllocationCount { count: 2, bytes: size + 5, peak: size, live, net: live }
        };
        assert_eq!(steps, [step(100), step(10), step(30)]);
        assert_eq!(whole, AllocationCount { count: 6, bytes: 155, peak: 140, live: 140, net: 0 });
    }

    #[test]
    fn a_generation_that_fails_has_no_counts_and_ends_the_section() {
        let counters = used();
        let section = Section::begin(&counters).expect("the counters are idle");
        let counted = steps(section, 2, |recorder| recorder.check(Err("no memory")));
        assert!(counted.is_err_and(|failure| failure.ends_with("no memory")));
        assert!(counters.idle());
    }

    /// Allocates or, for negative sizes, frees.
    fn replay(counters: &Counters, sizes: &[i16]) {
        for &size in sizes {
            let bytes = usize::from(size.unsigned_abs());
            if size > 0 { counters.allocate(bytes) } else { counters.free(bytes) }
        }
    }

    proptest! {
        #[test]
        fn steps_make_up_the_whole(steps in vec(vec(any::<i16>(), 0..9), 0..9)) {
            let counters = used();
            let section = Section::begin(&counters).expect("the counters are idle");
            let start = section.mark();
            replay(&counters, &steps.concat());
            let whole = section.since(start);
            let mut mark = section.mark();
            let laps: Vec<AllocationCount> = steps.iter().map(|step| {
                replay(&counters, step);
                section.lap(&mut mark)
            }).collect();
            prop_assert_eq!(in_sequence(&laps), whole);
        }
    }
}
