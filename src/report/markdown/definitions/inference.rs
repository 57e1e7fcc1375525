//! Definitions of what is said of models and of families.

use crate::compare::{Comparison, GenerationComparison};
use crate::inference::Phase;
use crate::report::footnotes::plain_percent;
use crate::report::models::{generations, has_steps, rows_of};

/// Those that the report uses.
pub(super) fn all(comparison: &Comparison) -> Vec<String> {
    let definitions = [
        first_token(comparison),
        following_tokens(comparison),
        steps(comparison),
        end_to_end(comparison),
        depth(comparison),
        efficiency(comparison),
        exponent(comparison),
        families(comparison),
    ];
    definitions.into_iter().flatten().collect()
}

fn any_generation(comparison: &Comparison, used: fn(&GenerationComparison) -> bool) -> bool {
    generations(comparison).into_iter().any(|(_, generation)| used(generation))
}

fn first_token(comparison: &Comparison) -> Option<String> {
    any_generation(comparison, |_| true).then(|| {
        "**TTFT** (time to first token): from the prompt's ids to the id of the first token generated, prefill \
         included. A view of the same samples as the benchmark's time, with an interval by the same method and no \
         test of its own."
            .to_owned()
    })
}

fn following_tokens(comparison: &Comparison) -> Option<String> {
    any_generation(comparison, |generation| generation.per_token.is_some()).then(|| {
        "**TPOT** (time per output token): (time of all tokens - TTFT) / (tokens - 1). **Decode tokens/s**: 1 / TPOT, \
         prefill excluded. **ITL** (inter-token latency): the distribution of the single steps behind it; its tail is the highest of p99 and p90 beyond which at least \
         ten steps lie, else the maximum."
            .to_owned()
    })
}

fn steps(comparison: &Comparison) -> Option<String> {
    any_generation(comparison, |_| true).then(|| {
        "**Steps** behind TTFT, TPOT and ITL are those of the last generation of each kept sample. Probes are around a \
         whole sample: the clock and the contention of a single step are not known, and ITL is not adjusted for the \
         clock. Since samples under contention are left out, unless the benchmark is marked for them, tails are those of an \
         undisturbed core."
            .to_owned()
    })
}

fn end_to_end(comparison: &Comparison) -> Option<String> {
    let requests = rows_of(comparison, |phase| matches!(phase, Phase::Inference { .. }));
    (!requests.is_empty()).then(|| {
        "**End to end** (E2E): tokens generated / time of the whole inference, prefill included; latency and memory per \
         token are time and bytes allocated of the whole inference / tokens generated."
            .to_owned()
    })
}

fn depth(comparison: &Comparison) -> Option<String> {
    comparison.models.iter().any(has_steps).then(|| {
        "**Depth fit**: t(c) = a + b c over the steps of decoding with c tokens in the context, b the median of the \
         slopes between pairs of steps (Theil-Sen). FLOPs of a token: 2 N + 4 L H d (c + 1), N weights in matrix \
         products, L layers, H heads of size d; its part of the KV cache: 2 L K d elements, K heads of keys and values."
            .to_owned()
    })
}

fn efficiency(comparison: &Comparison) -> Option<String> {
    (!comparison.sizes.is_empty()).then(|| {
        format!(
            "**Efficiency** of a larger model against a smaller: ratio of their parameters, or of the FLOPs of the \
             phase, / ratio of their times. Above 1, the larger makes better use of the machine. Ratios of times have \
             their {} interval.",
            plain_percent(comparison.options.confidence)
        )
    })
}

fn exponent(comparison: &Comparison) -> Option<String> {
    let models = comparison.sizes.iter().any(|sizes| sizes.flop_ratio.is_some());
    let families = comparison.families.iter().any(|family| family.exponent.iter().any(Option::is_some));
    let meanings = [
        models.then_some("between two models, ln(ratio of times) / ln(ratio of FLOPs)"),
        families.then_some(
            "within a family, the slope of ln time on ln size; expected is that of its FLOPs, or of its bytes",
        ),
    ];
    let meanings: Vec<&str> = meanings.into_iter().flatten().collect();
    (!meanings.is_empty()).then(|| {
        let level = plain_percent(comparison.options.confidence);
        format!("**Exponent**, with its {level} interval: {}.", meanings.join("; "))
    })
}

fn families(comparison: &Comparison) -> Option<String> {
    (!comparison.families.is_empty()).then(|| {
        "**Family**: the benchmarks of one group, function and element type at several sizes. Its row is computed \
         from theirs, not measured."
            .to_owned()
    })
}
