//! The cost of `diff`, by stage and as a whole, for a suite and for ten thousand rows. Measured with
//! tensorprof itself, so that `cargo tensorprof show` has time and peak memory:
//!
//! ```sh
//! cargo tensorprof save tool -p tensorprof-study --bench diff --rounds 3 && cargo tensorprof show tool
//! ```

use std::fs;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use tempfile::TempDir;
use tensorprof::compare::{Comparison, Options, compare};
use tensorprof::model::Baseline;
use tensorprof::report::terminal::{View, table};
use tensorprof::report::{Report, Reproduction, render};
use tensorprof::store::{Mode, Store};
use tensorprof::{CountingAllocator, ProfileExt, Work};
use tensorprof_study::synthetic::baseline;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

fn diff(c: &mut Criterion) {
    let mut group = c.profile_group("Diff");
    group.sample_size(10);
    for rows in [30, 10_000] {
        let folder = TempDir::new().expect("a temporary folder");
        let store = stored(rows, folder.path());
        let [old, new] = load(&store);
        let comparison = compare(&old, &new, &Options::default());
        let report = render(&comparison, &Reproduction::default());
        let work = || Work::none().elements(rows as u64);
        let mut stage = |name: &str, run: &dyn Fn()| {
            group.bench((name, rows.to_string()), work(), |p| p.iter(run));
        };
        stage("load", &|| drop(load(&store)));
        stage("compare", &|| drop(compare(&old, &new, &Options::default())));
        stage("render", &|| drop(rendered(&comparison)));
        stage("write", &|| write(&report, folder.path()));
        stage("whole", &|| whole(&store, folder.path()));
    }
}

/// Saves two baselines of `rows` rows. Every third row is 10 % slower in the second.
fn stored(rows: usize, folder: &Path) -> Store {
    let store = Store::new(folder.join("baselines"), folder.join("locks"));
    let mut slower = baseline("new", rows, 1.1, 2);
    let same = baseline("new", rows, 1.0, 3);
    for (index, benchmark) in slower.benchmarks.iter_mut().enumerate() {
        if index % 3 != 0 {
            benchmark.rounds = same.benchmarks[index].rounds.clone();
        }
    }
    for side in [&baseline("old", rows, 1.0, 1), &slower] {
        store.save(side, Mode::New).expect("the folder is writable");
    }
    store
}

fn load(store: &Store) -> [Baseline; 2] {
    ["old", "new"].map(|name| store.load(&name.parse().expect("a plain name")).expect("was saved").baseline)
}

fn rendered(comparison: &Comparison) -> (Report, String) {
    let view = View { width: None, all: false, has_report: true };
    let reproduction = Reproduction::default();
    (render(comparison, &reproduction), table(comparison, &reproduction, view))
}

fn write(report: &Report, folder: &Path) {
    for (name, text) in report.files() {
        fs::write(folder.join(name), text).expect("the folder is writable");
    }
}

/// What the command does, less starting a process and asking cargo where the project is.
fn whole(store: &Store, folder: &Path) {
    let [old, new] = load(store);
    let comparison = compare(&old, &new, &Options::default());
    let (report, _) = rendered(&comparison);
    write(&report, folder);
}

criterion_group!(benches, diff);
criterion_main!(benches);
