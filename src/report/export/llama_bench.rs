//! The JSON of llama.cpp's `llama-bench -o json`, of the benchmarks of models.
//! <https://github.com/ggml-org/llama.cpp/tree/master/tools/llama-bench>

use serde::Serialize;
use statrs::statistics::Statistics as _;

use super::{sd, text};
use crate::estimate;
use crate::inference::{Model, Phase};
use crate::model::{Baseline, Benchmark};
use crate::report::model_rows::facts;
use crate::report::saved::Saved;

/// A test of llama-bench: so many tokens of a prompt, or so many generated ones, at a depth of the cache.
#[derive(Serialize)]
struct Test<'a> {
    build_commit: &'a str,
    cpu_info: &'a str,
    gpu_info: &'static str,
    backends: &'static str,
    model_filename: &'a str,
    model_type: String,
    model_size: Option<u64>,
    model_n_params: Option<u64>,
    n_threads: Option<u32>,
    n_prompt: u64,
    n_gen: u64,
    n_depth: u64,
    test_time: String,
    avg_ns: f64,
    stddev_ns: f64,
    avg_ts: f64,
    stddev_ts: f64,
    samples_ns: Vec<f64>,
    samples_ts: Vec<f64>,
}

/// Prefill, decode and whole inferences of each model. A repetition of llama-bench is a round here.
pub fn llama_bench(saved: &Saved) -> String {
    let baseline = saved.baseline();
    let tests = baseline.benchmarks.iter().filter_map(|benchmark| test(benchmark, baseline));
    text(&tests.collect::<Vec<_>>())
}

fn test<'a>(benchmark: &'a Benchmark, baseline: &'a Baseline) -> Option<Test<'a>> {
    let inference = benchmark.inference.as_ref().filter(|_| benchmark.gap().is_none())?;
    let (n_prompt, n_gen, n_depth) = match inference.phase {
        Phase::Prefill { prompt, cached } => (prompt, 0, cached),
        Phase::Decode { generated, cached } => (0, generated, cached),
        Phase::Token { cached } => (0, 1, cached),
        Phase::Inference { prompt, generated } => (prompt, generated, 0),
        Phase::Creation | Phase::Forward { .. } => return None,
    };
    let rounds = benchmark.rounds.chunks(1);
    let samples_ns: Vec<f64> = rounds.filter_map(estimate::time).collect();
    if samples_ns.is_empty() {
        return None;
    }
    let tokens = (n_prompt + n_gen) as f64;
    let samples_ts: Vec<f64> = samples_ns.iter().map(|nanoseconds| tokens * 1e9 / nanoseconds).collect();
    let environment = &baseline.environment;
    let model = baseline.models.iter().find(|model| model.name == inference.model);
    Some(Test {
        build_commit: environment.revision.as_ref().map_or("unknown", |revision| &revision.commit),
        cpu_info: &environment.machine.cpu,
        gpu_info: "",
        backends: "CPU",
        model_filename: &inference.model,
        model_type: model.map(facts).unwrap_or_default(),
        model_size: model.and_then(size),
        model_n_params: model.map(|model| model.parameters).filter(|count| *count > 0),
        n_threads: environment.threads.get("RAYON_NUM_THREADS").and_then(|count| count.parse().ok()),
        n_prompt,
        n_gen,
        n_depth,
        test_time: baseline.created().to_string(),
        avg_ns: samples_ns.iter().mean(),
        stddev_ns: sd(&samples_ns),
        avg_ts: samples_ts.iter().mean(),
        stddev_ts: sd(&samples_ts),
        samples_ns,
        samples_ts,
    })
}

/// Bytes of the weights.
fn size(model: &Model) -> Option<u64> {
    let size = model.dtype?.size();
    (model.parameters > 0).then(|| model.parameters.saturating_mul(size))
}
