//! The classes of rows in a study.

use tensorprof::model::BenchmarkId;

/// Groups of the suite whose time on one thread is arithmetic: matrix products, and GELU with its tanh.
const COMPUTE_BOUND: [&str; 2] = ["MatMul", "GELU"];

/// A class of rows, by what bounds them or what they measure of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// An operation whose time on one thread is arithmetic.
    ComputeBound,
    /// A model processes a prompt.
    Prefill,
    /// A model generates tokens.
    Decode,
}

impl Class {
    /// Every class.
    pub const ALL: [Class; 3] = [Class::ComputeBound, Class::Prefill, Class::Decode];

    /// The class of a benchmark of the suite, if it belongs to one.
    pub fn of(id: &BenchmarkId) -> Option<Class> {
        match id.criterion.function.as_deref() {
            Some("prefill") => Some(Class::Prefill),
            Some("decode") => Some(Class::Decode),
            _ => COMPUTE_BOUND.contains(&id.criterion.group.as_str()).then_some(Class::ComputeBound),
        }
    }

    /// The title of the class in tables.
    pub fn title(self) -> &'static str {
        match self {
            Class::ComputeBound => "Compute-bound rows",
            Class::Prefill => "Prefill rows",
            Class::Decode => "Decode rows",
        }
    }
}
