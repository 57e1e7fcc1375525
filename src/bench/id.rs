//! Ids of benchmarks within a profile group.

use std::fmt::Display;

use criterion::BenchmarkId;

use crate::channel::CriterionId;

/// Which benchmark of a group: a parameter (`"64x64"`), or a function and a parameter (`("f16", "64x64")`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileId {
    function: Option<String>,
    parameter: String,
}

impl ProfileId {
    /// As criterion takes it.
    pub(super) fn criterion(&self) -> BenchmarkId {
        match &self.function {
            Some(function) => BenchmarkId::new(function, &self.parameter),
            None => BenchmarkId::from_parameter(&self.parameter),
        }
    }

    /// As the channel names it.
    pub(super) fn within(self, group: &str) -> CriterionId {
        CriterionId { group: group.to_owned(), function: self.function, parameter: Some(self.parameter) }
    }
}

impl From<&str> for ProfileId {
    fn from(parameter: &str) -> Self {
        parameter.to_owned().into()
    }
}

impl From<String> for ProfileId {
    fn from(parameter: String) -> Self {
        ProfileId { function: None, parameter }
    }
}

impl<F: Into<String>, P: Display> From<(F, P)> for ProfileId {
    fn from((function, parameter): (F, P)) -> Self {
        ProfileId { function: Some(function.into()), parameter: parameter.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_a_parameter() {
        let id = ProfileId::from("64x64");
        assert_eq!(id, String::from("64x64").into());
        assert!(id.criterion() == BenchmarkId::from_parameter("64x64"));
        let CriterionId { group, function, parameter } = id.within("MatMul");
        assert_eq!((group.as_str(), function, parameter.as_deref()), ("MatMul", None, Some("64x64")));
    }

    #[test]
    fn a_pair_is_a_function_and_a_parameter() {
        let id = ProfileId::from(("f16", 64));
        assert!(id.criterion() == BenchmarkId::new("f16", 64));
        let CriterionId { function, parameter, .. } = id.within("MatMul");
        assert_eq!((function.as_deref(), parameter.as_deref()), (Some("f16"), Some("64")));
    }
}
