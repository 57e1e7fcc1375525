//! The tables `[[model]]`, `[benchmark.inference]` and `[benchmark.step-allocation]`.

use serde::{Deserialize, Serialize};

use super::number::Span;
use crate::dtype::Dtype;
use crate::inference::{Logits, Model, Phase};
use crate::model;

/// A model of the file.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct ModelEntry(#[serde(with = "ModelTable")] pub(super) Model);

/// The keys of [`Model`] in a file. Unlike on the channel, all but the last are required.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Model", rename_all = "kebab-case")]
struct ModelTable {
    name: String,
    parameters: u64,
    matrix_parameters: u64,
    layers: u64,
    width: u64,
    heads: u64,
    kv_heads: u64,
    head_size: u64,
    vocabulary: u64,
    context: u64,
    dtype: Option<Dtype>,
    #[serde(default, with = "LogitsName", skip_serializing_if = "is_default")]
    logits: Logits,
}

/// The values of [`Logits`] in a file.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Logits", rename_all = "kebab-case")]
enum LogitsName {
    EveryPosition,
    LastPosition,
}

fn is_default(logits: &Logits) -> bool {
    *logits == Logits::default()
}

#[derive(Serialize, Deserialize)]
pub(super) struct InferenceTable {
    model: String,
    #[serde(flatten, with = "PhaseTable")]
    phase: Phase,
}

/// The keys of [`Phase`] in a file.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Phase", tag = "phase", rename_all = "kebab-case")]
enum PhaseTable {
    Creation,
    Forward { tokens: u64 },
    Prefill { prompt: u64, cached: u64 },
    Decode { generated: u64, cached: u64 },
    Token { cached: u64 },
    Inference { prompt: u64, generated: u64 },
}

/// Allocation of each step, in columns: one table per step would make up most of a file.
#[derive(Default, Serialize, Deserialize)]
#[serde(try_from = "Columns")]
pub(super) struct StepAllocationTable {
    count: Vec<Span<u64>>,
    bytes: Vec<Span<u64>>,
}

#[derive(Deserialize)]
struct Columns {
    count: Vec<Span<u64>>,
    bytes: Vec<Span<u64>>,
}

impl TryFrom<Columns> for StepAllocationTable {
    type Error = String;

    fn try_from(Columns { count, bytes }: Columns) -> Result<Self, String> {
        if count.len() == bytes.len() {
            return Ok(StepAllocationTable { count, bytes });
        }
        Err(format!("count has {} steps and bytes {}", count.len(), bytes.len()))
    }
}

impl StepAllocationTable {
    pub(super) fn is_empty(&self) -> bool {
        self.count.is_empty()
    }
}

impl From<&model::Inference> for InferenceTable {
    fn from(inference: &model::Inference) -> Self {
        InferenceTable { model: inference.model.clone(), phase: inference.phase }
    }
}

impl From<InferenceTable> for model::Inference {
    fn from(InferenceTable { model, phase }: InferenceTable) -> Self {
        model::Inference { model, phase }
    }
}

impl From<&[model::StepAllocation]> for StepAllocationTable {
    fn from(steps: &[model::StepAllocation]) -> Self {
        StepAllocationTable {
            count: steps.iter().map(|step| Span(step.count)).collect(),
            bytes: steps.iter().map(|step| Span(step.bytes)).collect(),
        }
    }
}

impl From<StepAllocationTable> for Vec<model::StepAllocation> {
    fn from(StepAllocationTable { count, bytes }: StepAllocationTable) -> Self {
        let steps = count.into_iter().zip(bytes);
        steps.map(|(Span(count), Span(bytes))| model::StepAllocation { count, bytes }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phase_has_its_keys() {
        let phases = [
            (Phase::Creation, "phase = 'creation'"),
            (Phase::Forward { tokens: 1 }, "phase = 'forward'\ntokens = 1"),
            (Phase::Prefill { prompt: 1, cached: 2 }, "phase = 'prefill'\nprompt = 1\ncached = 2"),
            (Phase::Decode { generated: 1, cached: 2 }, "phase = 'decode'\ngenerated = 1\ncached = 2"),
            (Phase::Token { cached: 1 }, "phase = 'token'\ncached = 1"),
            (Phase::Inference { prompt: 1, generated: 2 }, "phase = 'inference'\nprompt = 1\ngenerated = 2"),
        ];
        for (phase, keys) in phases {
            let text = format!("model = 'Tiny'\n{keys}\n").replace('\'', "\"");
            let table: InferenceTable = toml::from_str(&text).expect("a phase");
            assert_eq!((table.model.as_str(), table.phase), ("Tiny", phase));
            assert_eq!(toml::to_string(&table).expect("a table"), text);
        }
    }
}
