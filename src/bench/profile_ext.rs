//! How a bench opens groups on its [`Criterion`].

use criterion::Criterion;

use super::group::ProfileGroup;
use super::model_group::ModelGroup;
use crate::inference::Model;

/// Profile groups for [`Criterion`].
pub trait ProfileExt {
    /// Opens a group of benchmarks named `name`, as `Criterion::benchmark_group` does. Its sampling is flat,
    /// so that all samples of a benchmark weigh the same.
    fn profile_group(&mut self, name: impl Into<String>) -> ProfileGroup<'_>;

    /// Opens a group of benchmarks of `model`, named after it. Declare all its facts: [`Model::missing`] is
    /// empty.
    fn model_group(&mut self, model: Model) -> ModelGroup<'_>;
}

impl ProfileExt for Criterion {
    fn profile_group(&mut self, name: impl Into<String>) -> ProfileGroup<'_> {
        ProfileGroup::open(self, name.into(), ())
    }

    fn model_group(&mut self, model: Model) -> ModelGroup<'_> {
        ProfileGroup::open(self, model.name.clone(), model)
    }
}
