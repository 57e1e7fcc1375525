//! Threads that do the same job at the same time, again and again, each with something of its own.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How often a thread looks before it lets others have its core: some 10 µs.
const LOOKS: u32 = 10_000;

/// The job that ends a crew.
const END: usize = usize::MAX;

/// What the members of a crew watch. They do not sleep between two jobs: waking up takes as long as
/// a job.
struct Board {
    /// Jobs that have been given out.
    given: AtomicUsize,
    /// The last of them.
    job: AtomicUsize,
    /// Members that are ready or have done the last one.
    done: AtomicUsize,
}

impl Board {
    fn give(&self, job: usize) {
        self.done.store(0, Ordering::Relaxed);
        self.job.store(job, Ordering::Relaxed);
        // Whoever sees the new count sees the job.
        self.given.fetch_add(1, Ordering::Release);
    }

    /// The job that follows so many.
    fn take(&self, taken: usize) -> usize {
        wait_until(|| self.given.load(Ordering::Acquire) > taken);
        self.job.load(Ordering::Relaxed)
    }

    fn report(&self) {
        self.done.fetch_add(1, Ordering::Release);
    }

    fn wait_for(&self, members: usize) {
        wait_until(|| self.done.load(Ordering::Acquire) == members);
    }
}

fn wait_until(condition: impl Fn() -> bool) {
    let mut looks = 0;
    while !condition() {
        if looks < LOOKS {
            looks += 1;
            spin_loop();
        } else {
            thread::yield_now();
        }
    }
}

/// Ends the crew, also where what it works for panics.
struct Ends<'a>(&'a Board);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.give(END);
    }
}

/// Calls `lead` with a function that has every thread of a crew do a job, this thread among them,
/// and returns when all have done it. Each thread makes its own state, so that the memory in it is
/// near the thread.
pub(super) fn with_crew<State>(
    threads: usize,
    state: impl Fn() -> State + Sync,
    work: impl Fn(&mut State, usize) + Sync,
    lead: impl FnOnce(&mut dyn FnMut(usize)),
) {
    let board = Board { given: AtomicUsize::new(0), job: AtomicUsize::new(0), done: AtomicUsize::new(0) };
    let members = threads.saturating_sub(1);
    let member = || {
        let mut own = state();
        board.report();
        for taken in 0.. {
            match board.take(taken) {
                END => break,
                job => work(&mut own, job),
            }
            board.report();
        }
    };
    thread::scope(|scope| {
        let _ends = Ends(&board);
        for _ in 0..members {
            scope.spawn(member);
        }
        let mut own = state();
        board.wait_for(members);
        lead(&mut |job| {
            board.give(job);
            work(&mut own, job);
            board.wait_for(members);
        });
    });
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn every_thread_does_every_job_once_before_the_next_is_given() {
        for threads in [1, 2, 5] {
            let done = Mutex::new(Vec::new());
            let work = |count: &mut usize, job: usize| {
                *count += 1;
                done.lock().unwrap().push((job, *count));
            };
            with_crew(threads, || 0, work, |give| (0..3).for_each(give));
            let expected: Vec<(usize, usize)> =
                (0..3).flat_map(|job| vec![(job, job + 1); threads]).collect();
            assert_eq!(done.into_inner().unwrap(), expected);
        }
    }

    #[test]
    fn a_panic_of_the_lead_ends_the_crew() {
        let led = std::panic::catch_unwind(|| with_crew(2, || (), |(), _| (), |_| panic!("the lead fails")));
        assert!(led.is_err());
    }
}
