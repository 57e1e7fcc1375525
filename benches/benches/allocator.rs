//! What counting allocators cost: one allocation and its free, through each, while it counts and while it does not.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use tensorprof::{CountingAllocator, ProfileExt, ProfileGroup, Work};

/// Bytes: within and beyond the thread cache of glibc.
const SIZES: [usize; 2] = [64, 4096];

static OURS: CountingAllocator = CountingAllocator::system();
static DIVAN: divan::AllocProfiler = divan::AllocProfiler::system();
static STATS: stats_alloc::StatsAlloc<System> = stats_alloc::StatsAlloc::system();
static DHAT: dhat::Alloc = dhat::Alloc;

fn allocators(c: &mut Criterion) {
    let mut group = c.profile_group("AllocateAndFree");
    group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    for size in SIZES {
        cycle(&mut group, "System", &System, size);
        cycle(&mut group, "tensorprof idle", &OURS, size);
        OURS.count(|| cycle(&mut group, "tensorprof counting", &OURS, size)).1.expect("a count");
        cycle(&mut group, "divan", &DIVAN, size);
        cycle(&mut group, "stats_alloc", &STATS, size);
        cycle(&mut group, "dhat idle", &DHAT, size);
    }
    // Last, for what dhat allocates itself changes the heap under the others.
    let _counting = dhat::Profiler::builder().testing().build();
    for size in SIZES {
        cycle(&mut group, "dhat counting", &DHAT, size);
    }
}

/// Divan and stats_alloc count always.
fn cycle(group: &mut ProfileGroup<'_>, name: &str, allocator: &impl GlobalAlloc, size: usize) {
    let layout = Layout::from_size_align(size, 8).expect("a valid layout");
    group.bench((name, format!("{size} B")), Work::none(), |p| {
        p.iter(|| allocate_and_free(allocator, layout))
    });
}

#[inline]
fn allocate_and_free(allocator: &impl GlobalAlloc, layout: Layout) {
    // SAFETY: the layout is not empty, and the memory is freed once, by the allocator it came from.
    unsafe {
        let memory = black_box(allocator.alloc(black_box(layout)));
        allocator.dealloc(memory, black_box(layout));
    }
}

criterion_group!(benches, allocators);
criterion_main!(benches);
