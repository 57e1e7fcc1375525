//! `ab`: two sides, measured in turn.

mod as_cargo;
mod asked;
mod bisect;
pub(crate) mod contest;
mod dirty;
mod faults;
#[cfg(unix)]
mod interrupted;
mod output;
mod turns;
mod unlike;
mod variants;
