//! Prints how often the rule of runs head to head errs, and what it finds.

use std::io::{Write as _, stdout};

use anyhow::Result;
use clap::Parser;
use tensorprof_study::sequential::render;

/// How often the rule of runs head to head calls a change where there is none, and finds one that is there: a simulation
#[derive(Debug, Parser)]
struct Arguments {
    /// Simulated rows of each kind
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    rows: usize,
}

fn main() -> Result<()> {
    Ok(stdout().write_all(render(Arguments::parse().rows)?.as_bytes())?)
}
