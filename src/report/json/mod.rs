//! The JSON twin of a report: everything the page says, for programs.
//!
//! Keys are never renamed and never change their meaning within a `format_version`; readers must accept keys
//! they do not know. Numbers are unrounded, in the unit their key names. A section that does not apply to a
//! row is absent; a value that does not exist within a section is `null`.

mod model;
mod row;
mod scaling;
mod side;

use serde::{Serialize, Serializer};

use self::model::ModelComparisonJson;
pub(super) use self::model::{InferenceJson, ModelJson};
use self::row::RowJson;
use self::scaling::{FamilyJson, SizeFitJson, SizesJson};
pub(super) use self::side::{ProvenanceJson, WorkJson};
use super::footnotes;
use super::table::Form;
use super::verdict::{self, Headline};
use crate::compare::{Comparison, Difference, Fact, Options, Origin, Rule, Sides, Summary, Verdict, Warning};
use crate::model::Range;

/// Value of `format`.
const FORMAT: &str = "tensorprof-diff";
/// Value of `format_version`: raised when a key changes its meaning or goes.
pub(super) const FORMAT_VERSION: u32 = 1;

/// A comparison as indented JSON with a line end.
pub fn render(comparison: &Comparison) -> String {
    text(&DiffJson {
        format: FORMAT,
        format_version: FORMAT_VERSION,
        baseline: SideJson::new(&comparison.sides.baseline),
        candidate: SideJson::new(&comparison.sides.candidate),
        options: OptionsJson::new(&comparison.options),
        summary: SummaryJson::new(comparison),
        rows: comparison.rows.iter().map(|row| RowJson::new(row, comparison)).collect(),
        models: comparison.models.iter().map(|model| ModelComparisonJson::new(model, comparison)).collect(),
        sizes: comparison.sizes.iter().map(|sizes| SizesJson::new(sizes, comparison)).collect(),
        size_fits: comparison.size_fits.iter().map(|fit| SizeFitJson::new(fit, comparison)).collect(),
        families: comparison.families.iter().map(|family| FamilyJson::new(family, comparison)).collect(),
        differences: comparison.differences.iter().map(DifferenceJson::new).collect(),
        agreeing_facts: comparison.agreeing_facts,
        warnings: NoteJson::all(&comparison.warnings, comparison),
    })
}

/// A value as indented JSON with a line end.
pub(super) fn text(value: &impl Serialize) -> String {
    // Only maps with keys that are no strings and failing `Serialize` impls can fail; there are none here.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct DiffJson<'a> {
    format: &'static str,
    format_version: u32,
    baseline: SideJson<'a>,
    candidate: SideJson<'a>,
    options: OptionsJson,
    summary: SummaryJson,
    rows: Vec<RowJson<'a>>,
    models: Vec<ModelComparisonJson<'a>>,
    sizes: Vec<SizesJson<'a>>,
    size_fits: Vec<SizeFitJson<'a>>,
    families: Vec<FamilyJson<'a>>,
    differences: Vec<DifferenceJson<'a>>,
    agreeing_facts: usize,
    warnings: Vec<NoteJson>,
}

#[derive(Serialize)]
struct SideJson<'a> {
    #[serde(flatten)]
    provenance: ProvenanceJson<'a>,
    benchmarks: usize,
    rounds: usize,
}

impl<'a> SideJson<'a> {
    fn new(side: &'a Origin) -> Self {
        SideJson {
            provenance: ProvenanceJson::new(&side.baseline),
            benchmarks: side.benchmarks,
            rounds: side.rounds,
        }
    }
}

#[derive(Serialize)]
struct OptionsJson {
    rule: &'static str,
    threshold: f64,
    confidence: f64,
    false_discovery_rate: f64,
    across: Vec<&'static str>,
}

impl OptionsJson {
    fn new(options: &Options) -> Self {
        OptionsJson {
            rule: match options.rule {
                Rule::Interval => "interval",
                Rule::Point => "point",
            },
            threshold: options.threshold,
            confidence: options.confidence,
            false_discovery_rate: options.false_discovery_rate,
            across: options.across.iter().map(|fact| fact.name()).collect(),
        }
    }
}

#[derive(Serialize)]
struct SummaryJson {
    verdict: &'static str,
    sentence: String,
    rows: usize,
    #[serde(flatten)]
    verdicts: VerdictCounts,
    time_ratio_geomean: Option<GeomeanJson>,
    total_ns: PairJson<f64>,
    allocated_bytes: Option<PairJson<u64>>,
    allocations: Option<PairJson<u64>>,
    /// Common rows that the sums above leave out, and the sums with them.
    nested_rows: usize,
    total_with_nested_ns: PairJson<f64>,
    allocated_bytes_with_nested: Option<PairJson<u64>>,
}

impl SummaryJson {
    fn new(comparison: &Comparison) -> Self {
        let summary = &comparison.summary;
        SummaryJson {
            verdict: Headline::of(comparison).name(),
            sentence: verdict::sentence(comparison),
            rows: comparison.rows.len(),
            verdicts: VerdictCounts(
                Verdict::ALL.map(|verdict| (verdict, verdict::rows(comparison, verdict))),
            ),
            time_ratio_geomean: GeomeanJson::new(summary),
            total_ns: PairJson::new(summary.total_ns),
            allocated_bytes: summary.total_bytes.map(PairJson::new),
            allocations: summary.total_allocations.map(PairJson::new),
            nested_rows: summary.nested_rows,
            total_with_nested_ns: PairJson::new(summary.total_with_nested_ns),
            allocated_bytes_with_nested: summary.total_with_nested_bytes.map(PairJson::new),
        }
    }
}

/// One key a verdict, in the order of [`Verdict::ALL`], with 0 for verdicts without rows.
struct VerdictCounts([(Verdict, usize); Verdict::ALL.len()]);

impl Serialize for VerdictCounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(verdict, rows)| (verdict.name(), rows)))
    }
}

#[derive(Serialize)]
struct GeomeanJson {
    ratio: f64,
    low: f64,
    high: f64,
    rows: usize,
}

impl GeomeanJson {
    fn new(summary: &Summary) -> Option<Self> {
        summary.time_geomean.map(|change| GeomeanJson {
            ratio: 1.0 + change.point,
            low: 1.0 + change.low,
            high: 1.0 + change.high,
            rows: summary.geomean_rows,
        })
    }
}

#[derive(Serialize)]
struct PairJson<T> {
    baseline: T,
    candidate: T,
}

impl<T> PairJson<T> {
    fn new(Sides { baseline, candidate }: Sides<T>) -> Self {
        PairJson { baseline, candidate }
    }
}

/// Least and greatest value seen: equal where the count is exact.
#[derive(Serialize)]
pub(super) struct RangeJson<T> {
    low: T,
    high: T,
}

impl<T> RangeJson<T> {
    pub(super) fn new(range: Range<T>) -> Self {
        RangeJson { low: range.low, high: range.high }
    }
}

/// Rows by their labels.
fn labels<'a>(rows: &[usize], comparison: &'a Comparison) -> Vec<&'a str> {
    rows.iter().filter_map(|row| Some(comparison.rows.get(*row)?.label.as_str())).collect()
}

#[derive(Serialize)]
struct DifferenceJson<'a> {
    name: &'a str,
    baseline: &'a str,
    candidate: &'a str,
    fact: Option<&'static str>,
}

impl<'a> DifferenceJson<'a> {
    fn new(difference: &'a Difference) -> Self {
        DifferenceJson {
            name: &difference.name,
            baseline: &difference.baseline,
            candidate: &difference.candidate,
            fact: difference.fact.map(Fact::name),
        }
    }
}

/// A warning: a code for programs and a sentence for people.
#[derive(Serialize)]
struct NoteJson {
    code: &'static str,
    text: String,
}

impl NoteJson {
    fn all(warnings: &[Warning], comparison: &Comparison) -> Vec<Self> {
        let note = |warning| NoteJson {
            code: footnotes::code(warning),
            text: footnotes::text(warning, comparison).write(Form::Terminal),
        };
        warnings.iter().map(note).collect()
    }
}
