//! `ab`: two sides, measured in turn.

mod as_cargo;
mod asked;
mod bisect;
mod contest;
mod dirty;
mod faults;
#[cfg(unix)]
mod interrupted;
mod output;
mod turns;
mod unlike;
mod variants;
