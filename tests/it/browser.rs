//! Published books in a browser: on a phone and on a desk, in mdBook's themes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::SignedDuration;
use serde::Deserialize;
use tempfile::TempDir;
use tensorprof::model::{Baseline, Benchmark};
use tensorprof::store::{Mode, Store};

use crate::committed::committed;
use crate::links::broken;
use crate::published::{build, copy_folder, guide, installed, left_behind, mdbook, pages, root, skipped};

/// Widths of a page, CSS pixels.
const WIDTHS: [u32; 2] = [390, 1400];
const THEMES: [&str; 3] = ["light", "ayu", "coal"];

/// Least contrast of text: level AA of WCAG 2.2 (1.4.3).
const LEAST_CONTRAST: f64 = 4.5;

/// A page in a width and a theme, as `tests/fixtures/book/inspect.html` saw it.
#[derive(Debug, Deserialize)]
struct View {
    page: String,
    width: u32,
    theme: String,
    charts: Vec<Drawn>,
    /// Elements that reach beyond the page or their box.
    overflowing: Vec<String>,
    /// Ids that are given twice.
    duplicates: Vec<String>,
    /// Links of headings without text.
    unnamed: Vec<String>,
    /// Headings of columns that decide and that cannot be seen without scrolling.
    hidden: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Drawn {
    title: String,
    /// CSS pixels.
    width: f64,
    height: f64,
    /// Least contrast ratio of a text in it.
    contrast: f64,
}

/// What a browser saw of several pages.
struct Looked {
    views: Vec<View>,
    /// What the pages wrote to the browser's console, errors among it.
    console: Vec<String>,
}

/// `$CHROMIUM`, or one on the path.
fn chromium() -> Option<String> {
    let named = std::env::var("CHROMIUM").ok();
    let usual = ["chromium", "chromium-browser", "google-chrome"].map(str::to_owned);
    let found = named.into_iter().chain(usual).find(|program| installed(program));
    if found.is_none() {
        skipped("Chromium is not installed");
    }
    found
}

/// Opens pages of a folder in every width and theme.
fn look(chromium: &str, folder: &Path, pages: &[String]) -> Looked {
    let inspector = folder.join("inspect.html");
    fs::copy(root().join("tests/fixtures/book/inspect.html"), &inspector).expect("copies");
    let widths = WIDTHS.map(|width| width.to_string());
    let query = format!("pages={}&widths={}&themes={}", pages.join(","), widths.join(","), THEMES.join(","));
    let profile = TempDir::new().expect("makes a folder");
    let mut command = Command::new(chromium);
    // The pages are our own, and the sandbox needs more rights than a container has.
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]);
    command.args([
        "--allow-file-access-from-files",
        "--enable-logging=stderr",
        "--virtual-time-budget=600000",
    ]);
    command.arg(format!("--user-data-dir={}", profile.path().display()));
    command.arg("--dump-dom").arg(format!("file://{}?{query}", inspector.display()));
    let output = command.output().expect("starts");
    fs::remove_file(inspector).expect("removes");
    let [document, log] =
        [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    let findings = document.split_once("<script id=\"findings\" type=\"application/json\">");
    let (_, findings) = findings.unwrap_or_else(|| panic!("no findings in {document}\n{log}"));
    let findings = findings.split_once("</script>").expect("is closed").0;
    let console = log.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect();
    Looked { views: serde_json::from_str(findings).expect("findings"), console }
}

impl View {
    /// The page where and how it was seen.
    fn place(&self) -> String {
        format!("{} at {} px in {}", self.page, self.width, self.theme)
    }

    /// Everything that is wrong with it.
    fn faults(&self) -> Vec<String> {
        let place = self.place();
        let overflowing = self.overflowing.iter().map(|element| format!("{place}: too wide: {element}"));
        let duplicates = self.duplicates.iter().map(|id| format!("{place}: twice: #{id}"));
        let unnamed = self.unnamed.iter().map(|link| format!("{place}: without a name: {link}"));
        let hidden = self.hidden.iter().map(|heading| format!("{place}: hidden: {heading}"));
        let charts = self.charts.iter().filter(|chart| !chart.is_legible());
        let charts = charts.map(|chart| format!("{place}: not legible: {chart:?}"));
        overflowing.chain(duplicates).chain(unnamed).chain(hidden).chain(charts).collect()
    }
}

impl Drawn {
    fn is_legible(&self) -> bool {
        self.width > 0.0 && self.height > 0.0 && self.contrast >= LEAST_CONTRAST
    }
}

/// Asserts that pages were seen in every width and theme, and that nothing is wrong with them.
#[track_caller]
fn assert_fine(looked: &Looked, pages: &[String]) {
    assert_eq!(looked.views.len(), pages.len() * WIDTHS.len() * THEMES.len());
    let faults: Vec<String> = looked.views.iter().flat_map(View::faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(looked.console.is_empty(), "{}", looked.console.join("\n"));
}

/// The pages with chapters: mdBook's others are the whole book for printing and its contents.
fn chapters(folder: &Path) -> Vec<String> {
    let mut pages = pages(folder);
    pages.retain(|page| !["print.html", "toc.html"].contains(&page.as_str()));
    pages
}

/// A copy of the fixture's book with its baselines: the committed ones, weeks made from one of them, and two with a third
/// size of their models.
fn fixture() -> PathBuf {
    let book = left_behind("book-of-every-directive");
    copy_folder(&root().join("tests/fixtures/book"), &book);
    let baselines = book.join("baselines");
    fs::create_dir(&baselines).expect("makes a folder");
    copy_folder(&root().join("tests/fixtures/reference"), &baselines);
    for name in ["one-thread", "two-threads", "no-cache", "kv-cache"] {
        let file = format!("{name}.toml");
        fs::copy(committed().join("baselines").join(&file), baselines.join(&file)).expect("copies");
    }
    let store = Store::new(&baselines, &baselines);
    let load = |name: &str| store.load(&name.parse().expect("a name")).expect("is committed").baseline;
    let first = load("one-thread");
    let weeks = (1..=14).map(|week| in_week(week, &first));
    let sizes = ["no-cache", "kv-cache"].map(|name| with_a_large_model(load(name)));
    for saved in weeks.chain(sizes) {
        store.save(&saved, Mode::New).expect("saves");
    }
    book
}

/// The same code so many weeks later, on a core that is never quite as fast; from the ninth week on `MatMul` takes a
/// fifth longer.
fn in_week(week: i32, first: &Baseline) -> Baseline {
    let mut saved = first.clone();
    saved.name = format!("week-{week:02}").parse().expect("a name");
    saved.sessions[0].started += SignedDuration::from_hours(7 * 24 * i64::from(week));
    let pace = 1.0 + 0.002 * f64::from(week * 5 % 7);
    for benchmark in &mut saved.benchmarks {
        let slower = week >= 9 && benchmark.id.criterion.group == "MatMul";
        let times = pace * if slower { 1.2 } else { 1.0 };
        for round in &mut benchmark.rounds {
            round.samples.iter_mut().for_each(|sample| *sample *= times);
            round.probes.iter_mut().for_each(|probe| *probe *= pace);
        }
    }
    saved
}

/// The same with a model four times as large and as slow as the medium one, without its steps.
fn with_a_large_model(mut saved: Baseline) -> Baseline {
    let large = |text: &str| text.replace("Medium", "Large");
    saved.name = format!("{}-of-three-sizes", saved.name.as_str()).parse().expect("a name");
    let mut models: Vec<_> =
        saved.models.iter().filter(|model| model.name.starts_with("Medium")).cloned().collect();
    for model in &mut models {
        model.name = large(&model.name);
        model.parameters *= 4;
        model.matrix_parameters *= 4;
    }
    let is_medium = |benchmark: &&Benchmark| benchmark.id.criterion.group.starts_with("Medium");
    let mut benchmarks: Vec<Benchmark> = saved.benchmarks.iter().filter(is_medium).cloned().collect();
    for benchmark in &mut benchmarks {
        benchmark.id.criterion.group = large(&benchmark.id.criterion.group);
        benchmark.nested_in = benchmark.nested_in.as_deref().map(large);
        benchmark.inference.iter_mut().for_each(|inference| inference.model = large(&inference.model));
        let flops = benchmark.work.iter_mut().filter_map(|work| work.flops.as_mut());
        flops.for_each(|flops| flops.0 *= 4);
        benchmark.step_allocation.clear();
        for round in &mut benchmark.rounds {
            round.samples.iter_mut().for_each(|sample| *sample *= 4.0);
            round.cpu.clear();
            round.steps.clear();
        }
    }
    saved.models.extend(models);
    saved.models.sort_by(|first, second| first.name.cmp(&second.name));
    saved.benchmarks.extend(benchmarks);
    saved.benchmarks.sort_by(|first, second| first.id.cmp(&second.id));
    saved
}

const TIME: &str = "Change of time";
const SAMPLES: &str = "Samples of the changed rows";
const RATES: &str = "Rate against size";
const SHARES: &str = "Share of the peak";
const ROOFLINE: &str = "Roofline";
const BYTES: &str = "Bytes allocated per iteration";
const SIZES: &str = "Time against the size of a model";
const TOKENS: &str = "Tokens per second";
const TOKEN_TIME: &str = "Time of a token against its context";
const TOKEN_BYTES: &str = "Allocation of a token against its context";

/// Titles of the charts of each page of the fixture.
const CHARTS: [(&str, &[&str]); 9] = [
    ("charts.html", &[TIME, RATES, SAMPLES, SIZES]),
    ("comparison.html", &[TIME, SAMPLES, RATES, SHARES, ROOFLINE]),
    ("history.html", &["History"; 3]),
    ("index.html", &[]),
    ("leaderboard.html", &[]),
    ("links.html", &[]),
    ("models/comparison.html", &[TIME, SAMPLES, TOKENS, RATES, BYTES, TOKENS]),
    ("models/tokens.html", &[TIME, SAMPLES, TOKENS, TOKEN_TIME, TOKEN_BYTES, SHARES, ROOFLINE, BYTES]),
    ("one.html", &[]),
];

#[test]
fn a_book_of_every_directive_is_fine_on_every_screen() {
    let (Some(mdbook), Some(chromium)) = (mdbook(), chromium()) else { return };
    let folder = build(&mdbook, &fixture(), "published-every-directive");
    assert_eq!(broken(&folder), [""; 0]);
    let chapters = chapters(&folder);
    assert_eq!(chapters, CHARTS.map(|(page, _)| page));
    let looked = look(&chromium, &folder, &chapters);
    assert_fine(&looked, &chapters);
    for view in &looked.views {
        let (_, titles) = CHARTS.iter().find(|(page, _)| *page == view.page).expect("was asked for");
        let drawn: Vec<&str> = view.charts.iter().map(|chart| chart.title.as_str()).collect();
        assert_eq!(drawn, *titles, "{}", view.place());
    }
}

#[test]
fn the_book_of_this_project_is_fine_on_every_screen() {
    let (Some(mdbook), Some(chromium)) = (mdbook(), chromium()) else { return };
    let folder = guide(&mdbook);
    assert_eq!(broken(folder), [""; 0]);
    let chapters = chapters(folder);
    assert_fine(&look(&chromium, folder, &chapters), &chapters);
}

#[test]
fn what_is_wrong_with_a_page_is_seen() {
    let Some(chromium) = chromium() else { return };
    let folder = TempDir::new().expect("makes a folder");
    fs::copy(root().join("tests/fixtures/book/faulty.html"), folder.path().join("faulty.html"))
        .expect("copies");
    let looked = look(&chromium, folder.path(), &["faulty.html".to_owned()]);
    assert!(looked.console.iter().all(|line| line.contains("a fault on purpose")), "{:?}", looked.console);
    assert_eq!(looked.console.len(), looked.views.len());
    for view in &looked.views {
        let faults = view.faults();
        let has = |text: &str| faults.iter().any(|fault| fault.contains(text));
        assert!(has("twice: #twice") && has("too wide: p wide") && has("\"Empty\""), "{faults:?}");
        assert!(has("without a name: #nested") && !has("#named"), "{faults:?}");
        assert!(has("hidden: th Memory") && !has("hidden: th Status"), "{faults:?}");
        assert!(!has("scrolled"), "what scrolls in its box is fine: {faults:?}");
        assert_eq!(has("\"Legible in the light\""), view.theme == "coal", "{faults:?}");
    }
}
