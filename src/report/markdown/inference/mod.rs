//! What models reach: tokens per second, the time to a token, memory per token, and how they depend on context.

mod depth;
pub(super) mod generations;
mod requests;
mod throughput;

use crate::compare::Comparison;

/// Inference Throughput.
pub(super) fn section(comparison: &Comparison) -> String {
    let parts = [
        ("Prefill and Decode", throughput::tables(comparison)),
        ("Tokens of a Generation", generations::tables(comparison)),
        ("End to End", requests::tables(comparison)),
        ("Latency and Memory against Context", depth::tables(comparison)),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(_, tables)| !tables.is_empty())
        .map(|(heading, tables)| format!("### {heading}\n\n{tables}"))
        .collect();
    if parts.is_empty() { String::new() } else { format!("## Inference Throughput\n\n{}", parts.join("\n")) }
}
