//! A bench gets what `cargo bench` gives it: its environment, its folder, its arguments, and the user's runner.

mod environment;
mod recorded;
mod runners;
mod subject;
