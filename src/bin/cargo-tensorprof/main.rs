//! `cargo tensorprof`.
fn main() {}
