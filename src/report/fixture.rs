//! Comparisons built by hand, for tests.

use std::collections::BTreeMap;

use crate::channel::CriterionId;
use crate::compare::{
    AllocationChange, AllocationVerdict, Change, Comparison, Count, Options, Quality, RateChange, Row, Side,
    Summary, TimeChange, Verdict, Warning,
};
use crate::model::{
    Baseline, BenchmarkId, Build, Environment, Machine, Range, Revision, Round, Session, Settings,
};
use crate::report::rate::Rate;
use crate::work::Work;

/// A change by interval.
pub(crate) fn change(point: f64, low: f64, high: f64) -> Change {
    let quality = Quality { clock_slope: 0.8, raw: point, session_sd: 0.005, session_sd_learned: false };
    Change { point, low, high, p: 0.001, quality }
}

/// A row under construction.
pub(crate) struct RowBuilder {
    row: Row,
}

impl RowBuilder {
    /// A row of that path: the group before the first `/`, the parameter after the last.
    pub(crate) fn new(path: &str) -> Self {
        let mut parts = path.splitn(2, '/');
        let group = parts.next().unwrap_or_default().to_owned();
        let criterion = CriterionId { group, function: None, parameter: parts.next().map(str::to_owned) };
        let id = BenchmarkId { package: "tensors".to_owned(), target: "ops".to_owned(), criterion };
        let row = Row {
            label: id.path(),
            id,
            work: None,
            nested_in: None,
            inference: None,
            verdict: Verdict::Unchanged,
            time: None,
            allocation: None,
            gflops: None,
            gb_per_s: None,
            gelem_per_s: None,
            tokens_per_s: None,
            rounds: [vec![], vec![]],
            notes: vec![],
        };
        RowBuilder { row }
    }

    pub(crate) fn verdict(mut self, verdict: Verdict) -> Self {
        self.row.verdict = verdict;
        self
    }

    /// Displayed times in nanoseconds; the change follows from them, with an interval of that half-width.
    pub(crate) fn time(mut self, baseline_ns: f64, candidate_ns: f64, half_width: f64) -> Self {
        let point = candidate_ns / baseline_ns - 1.0;
        let spread = half_width * (1.0 + point);
        self.row.time = Some(TimeChange {
            baseline_ns: Some(baseline_ns),
            candidate_ns: Some(candidate_ns),
            change: Some(change(point, point - spread, point + spread)),
            threshold: 0.02,
        });
        self
    }

    /// A change of a row of 1 ms.
    pub(crate) fn change(mut self, point: f64, low: f64, high: f64) -> Self {
        self = self.time(1e6, 1e6 * (1.0 + point), 0.0);
        self.row.time =
            self.row.time.map(|time| TimeChange { change: Some(change(point, low, high)), ..time });
        self
    }

    /// Times that are not compared, or of one side only.
    pub(crate) fn sides(mut self, baseline_ns: Option<f64>, candidate_ns: Option<f64>) -> Self {
        self.row.time = Some(TimeChange { baseline_ns, candidate_ns, change: None, threshold: 0.02 });
        self
    }

    /// Declared work; call after the time, since the rates follow from both.
    pub(crate) fn work(mut self, work: Work) -> Self {
        let time = self.row.time;
        let rate = |rate: Rate| {
            let count = rate.work(&work)?;
            let of = |nanoseconds: Option<f64>| nanoseconds.map(|time| rate.per_time(count, time));
            Some(RateChange {
                baseline: of(time?.baseline_ns),
                candidate: of(time?.candidate_ns),
                change: time?.change.map(|change| 1.0 / (1.0 + change.point) - 1.0),
            })
        };
        self.row.gflops = rate(Rate::Gflops);
        self.row.gb_per_s = rate(Rate::Gigabytes);
        self.row.gelem_per_s = rate(Rate::Gigaelements);
        self.row.tokens_per_s = rate(Rate::Tokens);
        self.row.work = Some(work);
        self
    }

    /// Bytes and number of allocations on both sides; the peak is the bytes.
    pub(crate) fn allocation(mut self, bytes: [u64; 2], count: [u64; 2]) -> Self {
        let verdict = match bytes {
            [old, new] if new > old => AllocationVerdict::More,
            [old, new] if new < old => AllocationVerdict::Less,
            _ => AllocationVerdict::Same,
        };
        let both = |[old, new]: [u64; 2]| Count { baseline: Range::exact(old), candidate: Range::exact(new) };
        self.row.allocation =
            Some(AllocationChange { verdict, bytes: both(bytes), count: both(count), peak: both(bytes) });
        self
    }

    /// Allocation that varies by that many bytes on the candidate's side.
    pub(crate) fn varying(mut self, by: u64) -> Self {
        if let Some(allocation) = &mut self.row.allocation {
            allocation.verdict = AllocationVerdict::Varies;
            allocation.bytes.candidate.low -= by;
        }
        self
    }

    pub(crate) fn nested_in(mut self, path: &str) -> Self {
        self.row.nested_in = Some(path.to_owned());
        self
    }

    pub(crate) fn note(mut self, note: Warning) -> Self {
        self.row.notes.push(note);
        self
    }

    /// Rounds of samples around the displayed times, with a deterministic spread.
    pub(crate) fn rounds(mut self, rounds: usize, samples: usize) -> Self {
        let time = self.row.time.expect("a time before the rounds");
        for (side, centre) in [time.baseline_ns, time.candidate_ns].into_iter().enumerate() {
            let Some(centre) = centre else { continue };
            self.row.rounds[side] = (0..rounds)
                .map(|round| Round {
                    session: 0,
                    samples: samples_around(centre, round, samples),
                    probes: vec![],
                    issue: vec![],
                    steps: vec![],
                })
                .collect();
        }
        self
    }

    pub(crate) fn build(self) -> Row {
        self.row
    }
}

/// Samples skewed to the right as those of a busy machine are.
fn samples_around(centre: f64, round: usize, samples: usize) -> Vec<f64> {
    let mut state = 1 + round as u64;
    let shift = 1.0 + 0.01 * (round % 3) as f64;
    (0..samples)
        .map(|_| {
            // The multiplier of MMIX's generator (Knuth).
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let uniform = (state >> 33) as f64 / (1u64 << 31) as f64;
            centre * shift * (0.99 + 0.05 * uniform.powi(4))
        })
        .collect()
}

/// A baseline without benchmarks.
pub(crate) fn baseline(name: &str, created: &str, commit: &str) -> Baseline {
    Baseline {
        name: name.parse().expect("a plain name"),
        tool_version: "0.1.0".to_owned(),
        environment: environment(commit),
        settings: Settings {
            rounds: 5,
            warm_up: 0.15,
            measurement: 0.5,
            samples: 20,
            filter: None,
            bench_arguments: vec![],
            cargo_arguments: vec![],
        },
        sessions: vec![Session { started: created.parse().expect("a timestamp") }],
        benchmarks: vec![],
        models: vec![],
    }
}

fn environment(commit: &str) -> Environment {
    Environment {
        revision: Some(Revision {
            commit: commit.to_owned(),
            branch: Some("main".to_owned()),
            dirty: commit.starts_with('b'),
        }),
        build: Build {
            rustc: "rustc 1.91.0 (f8297e351 2025-10-28)".to_owned(),
            target: "x86_64-unknown-linux-gnu".to_owned(),
            profile: "bench".to_owned(),
            criterion: Some("0.8.2".to_owned()),
            target_features: vec!["fxsr".to_owned(), "sse2".to_owned()],
            ..Build::default()
        },
        machine: Machine {
            cpu: "AMD EPYC 7763 64-Core Processor".to_owned(),
            cores: Some(2),
            hardware_threads: Some(4),
            caches: BTreeMap::from([("L2".to_owned(), 512 << 10)]),
            instruction_sets: vec!["avx2".to_owned(), "fma".to_owned()],
            memory: Some(16 << 30),
            governor: None,
            virtual_machine: Some(true),
            kernel: "Linux 6.1.0".to_owned(),
        },
        threads: BTreeMap::from([("RAYON_NUM_THREADS".to_owned(), "2".to_owned())]),
    }
}

/// A comparison of these rows, with the counts and totals that follow from them.
pub(crate) fn comparison(mut rows: Vec<Row>) -> Comparison {
    rows.sort_by(|first, second| first.id.cmp(&second.id));
    let side = |name, created, commit| Side {
        baseline: baseline(name, created, commit),
        benchmarks: rows.len(),
        rounds: 5,
    };
    Comparison {
        baseline: side("before", "2026-02-03T02:36:36Z", "a84483f0c1d2e3f405162738495a6b7c8d9e0f10"),
        candidate: side("after", "2026-02-04T02:36:44Z", "b1d2e3f405162738495a6b7c8d9e0f10a84483f0"),
        options: Options::default(),
        summary: summary(&rows),
        rows,
        models: vec![],
        sizes: vec![],
        families: vec![],
        differences: vec![],
        agreeing_facts: 14,
        warnings: vec![],
    }
}

fn summary(rows: &[Row]) -> Summary {
    let mut verdicts = BTreeMap::new();
    let mut allocation_verdicts = BTreeMap::new();
    for row in rows {
        *verdicts.entry(row.verdict).or_insert(0) += 1;
        if let Some(allocation) = &row.allocation {
            *allocation_verdicts.entry(allocation.verdict).or_insert(0) += 1;
        }
    }
    let all: Vec<&Row> = rows.iter().collect();
    let outer: Vec<&Row> = rows.iter().filter(|row| row.nested_in.is_none()).collect();
    let changes: Vec<&Change> = outer.iter().filter_map(|row| row.time.as_ref()?.change.as_ref()).collect();
    Summary {
        verdicts,
        allocation_verdicts,
        time_geomean: geomean(&changes),
        geomean_rows: changes.len(),
        total_ns: total_time(&outer),
        total_bytes: total(&outer, |allocation| allocation.bytes),
        total_allocations: total(&outer, |allocation| allocation.count),
        nested_rows: rows.len() - outer.len(),
        total_with_nested_ns: total_time(&all),
        total_with_nested_bytes: total(&all, |allocation| allocation.bytes),
    }
}

fn geomean(changes: &[&Change]) -> Option<Change> {
    let mean = |end: fn(&Change) -> f64| {
        (changes.iter().map(|change| end(change).ln_1p()).sum::<f64>() / changes.len() as f64).exp_m1()
    };
    (!changes.is_empty()).then(|| change(mean(|c| c.point), mean(|c| c.low), mean(|c| c.high)))
}

fn total_time(rows: &[&Row]) -> [f64; 2] {
    let both = rows.iter().filter_map(|row| row.time?.baseline_ns.zip(row.time?.candidate_ns));
    both.fold([0.0; 2], |[old, new], (baseline, candidate)| [old + baseline, new + candidate])
}

fn total(rows: &[&Row], count: fn(&AllocationChange) -> Count) -> Option<[u64; 2]> {
    rows.iter()
        .filter_map(|row| row.allocation.as_ref().map(count))
        .map(|count| [count.baseline.high, count.candidate.high])
        .reduce(|[old, new], [baseline, candidate]| [old + baseline, new + candidate])
}
