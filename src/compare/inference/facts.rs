//! What the sides say of the same model.

use crate::compare::Sides;
use crate::inference::Model;
use crate::model::{Baseline, Benchmark, model_counts};

/// The model that a benchmark of this side measures.
pub(in crate::compare) fn model_of<'a>(side: &'a Baseline, benchmark: &Benchmark) -> Option<&'a Model> {
    find(side, &benchmark.inference.as_ref()?.model)
}

/// Two benchmarks, each with the model it measures, measure different things: another model, another phase, or a model of
/// one name with other facts. One that says nothing of it differs from nothing.
pub(in crate::compare) fn measure_different(sides: Sides<(&Benchmark, Option<&Model>)>) -> bool {
    let Sides { baseline: (old, old_model), candidate: (new, new_model) } = sides;
    let phases = old.inference.as_ref().zip(new.inference.as_ref());
    let models = old_model.zip(new_model);
    phases.is_some_and(|(old, new)| old != new) || models.is_some_and(|(old, new)| differ(old, new))
}

/// The model of that name. Of several the first counts.
pub(super) fn find<'a>(side: &'a Baseline, name: &str) -> Option<&'a Model> {
    side.models.iter().find(|model| model.name == name)
}

/// A fact that both declare differs.
pub(super) fn differ(old: &Model, new: &Model) -> bool {
    let known = |model: &Model| model_counts(model).map(|(_, count)| (count > 0).then_some(count));
    known(old).into_iter().zip(known(new)).any(disagree) || disagree((old.dtype, new.dtype))
}

fn disagree<T: PartialEq>((old, new): (Option<T>, Option<T>)) -> bool {
    old.zip(new).is_some_and(|(old, new)| old != new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::Dtype;

    #[test]
    fn only_facts_that_both_declare_can_differ() {
        let model = Model { parameters: 10, layers: 2, dtype: Some(Dtype::F32), ..Model::new("a") };
        assert!(!differ(&model, &model));
        assert!(!differ(&model, &Model::new("a")));
        assert!(!differ(&model, &Model { heads: 3, ..model.clone() }));
        assert!(differ(&model, &Model { parameters: 11, ..model.clone() }));
        assert!(differ(&model, &Model { dtype: Some(Dtype::F16), ..model.clone() }));
    }
}
