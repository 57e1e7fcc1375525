//! The comparison as a whole.

mod cases;
mod families;
mod models;
mod properties;
mod reference;
mod simulation;
mod wild;
