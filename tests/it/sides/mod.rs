//! The build side of a head-to-head comparison: real git, real cargo, projects of a few lines.

mod faults;
#[cfg(unix)]
mod interrupted;
pub(crate) mod lab;
mod places;
mod repository;
mod same_code;
mod variants;
