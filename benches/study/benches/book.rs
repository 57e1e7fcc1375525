//! The time that the preprocessor adds to `mdbook build`: a book of ten directives on fifty baselines of
//! thirty rows, from files to text. The target is at most a second.
//!
//! ```sh
//! cargo tensorprof save book -p tensorprof-study --bench book --rounds 3 && cargo tensorprof show book
//! ```

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::{SignedDuration, Timestamp};
use mdbook_preprocessor::book::{Book, BookItem, Chapter};
use tempfile::TempDir;
use tensorprof::book::{Charts, Expansion, Source, expand};
use tensorprof::compare::Options;
use tensorprof::model::{Baseline, BaselineName, Session};
use tensorprof::store::{Mode, Store};
use tensorprof::{CountingAllocator, ProfileExt, Work};
use tensorprof_study::synthetic::baseline;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::system();

const BASELINES: u32 = 50;
const ROWS: usize = 30;

/// One chapter each.
const DIRECTIVES: [&str; 10] = [
    "diff week-00 week-49",
    "diff week-48 week-49",
    "diff week-00 week-24 filter=0$",
    "chart week-00 week-49 time-ratios",
    "chart week-10 week-40 rates",
    "show week-49",
    "leaderboard week-00 week-10 week-20 week-30 week-40",
    "history",
    "history last=10",
    "history 0$ baselines=week-*",
];

fn book(c: &mut Criterion) {
    let folder = TempDir::new().expect("a temporary folder");
    let store = stored(&folder);
    let mut group = c.profile_group("Book");
    group.sample_size(10);
    group.bench("ten directives", Work::none(), |p| {
        p.iter(|| expanded(&store, &DIRECTIVES));
    });
    for directive in ["history", "diff week-00 week-49"] {
        group.bench(directive, Work::none(), |p| p.iter(|| expanded(&store, &[directive])));
    }
}

/// Saves baselines a week apart. In the thirtieth week all rows slow down.
fn stored(folder: &TempDir) -> Store {
    let store = Store::new(folder.path().join("baselines"), folder.path().join("locks"));
    for week in 0..BASELINES {
        let slowdown = if week < 30 { 1.0 } else { 1.1 };
        let started = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(7 * 24 * i64::from(week));
        let saved = Baseline {
            sessions: vec![Session::new(started)],
            ..baseline(&format!("week-{week:02}"), ROWS, slowdown, u64::from(week))
        };
        store.save(&saved, Mode::New).expect("the folder is writable");
    }
    store
}

struct Saved<'a>(&'a Store);

impl Source for Saved<'_> {
    fn names(&mut self) -> Result<Vec<BaselineName>, String> {
        self.0.names().map_err(|error| error.to_string())
    }

    fn load(&mut self, name: &BaselineName) -> Result<Baseline, String> {
        self.0.load(name).map(|loaded| loaded.baseline).map_err(|error| error.to_string())
    }

    fn judging(&mut self) -> Result<Options, String> {
        Ok(Options::default())
    }
}

fn expanded(store: &Store, directives: &[&str]) -> Book {
    let chapter = |directive: &&str| {
        let text = format!("# A chapter\n\n{{{{#tensorprof {directive}}}}}\n");
        BookItem::Chapter(Chapter::new("A chapter", text, "chapter.md", vec![]))
    };
    let book = Book::new_with_items(directives.iter().map(chapter).collect());
    let expansion = Expansion { charts: Charts::Drawn, baselines: &mut Saved(store), file: &|_| None };
    expand(book, expansion).expect("the directives are fine")
}

criterion_group!(benches, book);
criterion_main!(benches);
