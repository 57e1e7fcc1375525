//! The cost of counting allocators over that of the system's: nanoseconds per allocation and free, as a
//! markdown table.
//!
//! Not a criterion bench: the differences are about a nanosecond, and a shared machine drifts by more than
//! that within seconds. Here the two allocators alternate in blocks of some tens of microseconds, so that
//! drift affects both, and interrupted blocks do not move the median.
//!
//! The intervals are those of one process. Between processes the same cost differs by more, usually by a few
//! tenths of a nanosecond, so run it several times and use the range.

use std::alloc::{GlobalAlloc, Layout, System};
use std::env;
use std::fmt::{self, Display, Formatter};
use std::hint::black_box;
use std::time::Instant;

use tensorprof::CountingAllocator;
use tensorprof::channel::PORT_VARIABLE;
use tensorprof_suite::Median;

/// A size in the thread cache of glibc, the largest power of two in it, and a size beyond it.
const SIZES: [(&str, usize); 3] = [("64 B", 64), ("1 KiB", 1024), ("4 KiB", 4096)];

static OURS: CountingAllocator = CountingAllocator::system();
static DIVAN: divan::AllocProfiler = divan::AllocProfiler::system();
static STATS: stats_alloc::StatsAlloc<System> = stats_alloc::StatsAlloc::system();
static DHAT: dhat::Alloc = dhat::Alloc;

fn main() {
    // `cargo tensorprof` runs every bench with its own harness and collects the results of criterion. There
    // are none here, so do not make the command wait.
    if env::var_os(PORT_VARIABLE).is_some() {
        return;
    }
    // `cargo bench` passes `--bench`. `cargo test --benches` does not: then it is enough that the bench runs.
    let asked = |flag: &str| env::args().any(|argument| argument == flag);
    if asked("--bench") && !asked("--test") {
        print_table(&rows(&Effort::FULL, &Effort::FEW));
    } else {
        rows(&Effort::TINY, &Effort::TINY);
    }
}

/// How much to measure for one number.
struct Effort {
    /// Sequences of reference, candidate, candidate, reference: each gives two pairs.
    quartets: usize,
    /// Allocations, each with its free, in a block.
    cycles: u32,
}

impl Effort {
    const FULL: Self = Effort { quartets: 2000, cycles: 2000 };
    /// For an allocator that takes microseconds.
    const FEW: Self = Effort { quartets: 100, cycles: 200 };
    const TINY: Self = Effort { quartets: 1, cycles: 1 };
}

/// One allocator, at each of [`SIZES`].
struct Row {
    name: &'static str,
    /// Most nanoseconds that it may cost.
    target: Option<f64>,
    overheads: [Median; SIZES.len()],
}

/// Divan and stats_alloc always count.
fn rows(effort: &Effort, few: &Effort) -> Vec<Row> {
    let mut rows = vec![
        row("`System` itself", None, || &System, effort),
        // Runs before the row in which it counts: an allocator that has never been called does not count.
        row("tensorprof, idle", Some(1.0), || &OURS, effort),
        counting(effort),
        row("divan", None, || &DIVAN, effort),
        row("stats_alloc", None, || &STATS, effort),
        row("dhat, idle", None, || &DHAT, effort),
    ];
    // Last, because dhat's own allocations change the heap for the others.
    let _counting = dhat::Profiler::builder().testing().build();
    rows.push(row("dhat, counting", None, || &DHAT, few));
    rows
}

fn counting(effort: &Effort) -> Row {
    let (row, counted) = OURS.count(|| row("tensorprof, counting", Some(10.0), || &OURS, effort));
    assert!(counted.is_some_and(|counted| counted.count > 0), "the allocator counts");
    row
}

fn row(name: &'static str, target: Option<f64>, allocator: impl Called, effort: &Effort) -> Row {
    let overheads = SIZES.map(|(_, size)| {
        let layout = Layout::from_size_align(size, 8).expect("a valid layout");
        Median::of(differences(allocator, black_box(layout), effort))
    });
    Row { name, target, overheads }
}

/// How much longer `allocator` takes than the system's, for each pair of neighbouring blocks, in nanoseconds
/// per allocation and free.
fn differences(allocator: impl Called, layout: Layout, effort: &Effort) -> Vec<f64> {
    let reference = || block(|| &System, layout, effort.cycles);
    let candidate = || block(allocator, layout, effort.cycles);
    let quartet = |_| {
        let (before, first) = (reference(), candidate());
        let (second, after) = (candidate(), reference());
        [first - before, second - after]
    };
    (0..effort.quartets).flat_map(quartet).collect()
}

/// Nanoseconds per allocation and free.
#[inline(never)]
fn block(allocator: impl Called, layout: Layout, cycles: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..cycles {
        // SAFETY: no layout of this bench is empty, and the memory is freed once, by the allocator it came
        // from.
        unsafe { allocator.free(black_box(allocator.allocate(layout)), layout) };
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(cycles)
}

/// An allocator that is called like a global one: by functions that are not inlined and that contain its
/// address.
trait Called: Copy {
    /// # Safety
    /// As for [`GlobalAlloc::alloc`].
    unsafe fn allocate(self, layout: Layout) -> *mut u8;

    /// # Safety
    /// As for [`GlobalAlloc::dealloc`].
    unsafe fn free(self, memory: *mut u8, layout: Layout);
}

/// A closure that captures nothing names the allocator without passing its address.
impl<A: GlobalAlloc + 'static, F: Fn() -> &'static A + Copy> Called for F {
    #[inline(never)]
    unsafe fn allocate(self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps to the contract of `GlobalAlloc::alloc`.
        unsafe { self().alloc(layout) }
    }

    #[inline(never)]
    unsafe fn free(self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps to the contract of `GlobalAlloc::dealloc`.
        unsafe { self().dealloc(memory, layout) }
    }
}

impl Display for Row {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let target = self.target.map(|most| format!("at most {most}")).unwrap_or_default();
        let [small, medium, large] = &self.overheads;
        write!(f, "| {} | {small} | {medium} | {large} | {target} |", self.name)
    }
}

fn print_table(rows: &[Row]) {
    let [small, medium, large] = SIZES.map(|(label, _)| label);
    println!("Nanoseconds per allocation and free over `System`: median (95 % interval of this run)\n");
    println!("| Allocator | {small} | {medium} | {large} | Target |");
    println!("|---|--:|--:|--:|--:|");
    rows.iter().for_each(|row| println!("{row}"));
}
