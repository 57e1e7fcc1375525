//! Ids of benchmarks within a profile group.

use std::fmt::Display;

use criterion::BenchmarkId;

use crate::channel::CriterionId;

/// Which benchmark of a group: a parameter (`"64x64"`), or a function and a parameter (`("f16", "64x64")`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileId {
    function: Option<String>,
    parameter: String,
    nested_in: Option<String>,
}

impl ProfileId {
    /// The same as the conversions, for an id that gets a [`ProfileId::nested_in`].
    pub fn new(id: impl Into<ProfileId>) -> Self {
        id.into()
    }

    /// Declares that this benchmark measures a part of another one in the same bench, given by its path
    /// (`group/function/parameter`), so that totals count the work only once. Applies only to this benchmark.
    ///
    /// ```no_run
    /// # let mut criterion = criterion::Criterion::default();
    /// # let (block, attention) = (|| (), || ());
    /// use tensorprof::{ProfileExt, ProfileId, Work};
    ///
    /// let mut group = criterion.profile_group("Block");
    /// group.bench("whole", Work::none(), |p| p.iter(block));
    /// group.bench(ProfileId::new("attention").nested_in("Block/whole"), Work::none(), |p| p.iter(attention));
    /// ```
    pub fn nested_in(self, path: impl Into<String>) -> Self {
        ProfileId { nested_in: Some(path.into()), ..self }
    }

    /// Path of the benchmark that contains this one.
    pub(super) fn container(&self) -> Option<&str> {
        self.nested_in.as_deref()
    }

    /// The id for criterion.
    pub(super) fn criterion(&self) -> BenchmarkId {
        match &self.function {
            Some(function) => BenchmarkId::new(function, &self.parameter),
            None => BenchmarkId::from_parameter(&self.parameter),
        }
    }

    /// The id in a record, with the name of the group.
    pub(super) fn in_group(self, group: &str) -> CriterionId {
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
        ProfileId { function: None, parameter, nested_in: None }
    }
}

impl<F: Into<String>, P: Display> From<(F, P)> for ProfileId {
    fn from((function, parameter): (F, P)) -> Self {
        ProfileId { function: Some(function.into()), parameter: parameter.to_string(), nested_in: None }
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
        let CriterionId { group, function, parameter } = id.in_group("MatMul");
        assert_eq!((group.as_str(), function, parameter.as_deref()), ("MatMul", None, Some("64x64")));
    }

    #[test]
    fn a_pair_is_a_function_and_a_parameter() {
        let id = ProfileId::from(("f16", 64));
        assert!(id.criterion() == BenchmarkId::new("f16", 64));
        let CriterionId { function, parameter, .. } = id.in_group("MatMul");
        assert_eq!((function.as_deref(), parameter.as_deref()), (Some("f16"), Some("64")));
    }
}
