//! What the sides say of the same model.

use crate::compare::work::difference;
use crate::compare::{Difference, Fact, Sides};
use crate::inference::Model;
use crate::model::{Baseline, Benchmark, model_counts};

/// The model that a benchmark of this side measures.
pub(in crate::compare) fn model_of<'a>(side: &'a Baseline, benchmark: &Benchmark) -> Option<&'a Model> {
    find(side, &benchmark.inference.as_ref()?.model)
}

/// What two benchmarks, each with the model it measures, measure differently: another model, another phase, or a model of
/// one name with other facts. One that says nothing of it differs from nothing.
pub(in crate::compare) fn differences(sides: Sides<(&Benchmark, Option<&Model>)>) -> Vec<Difference> {
    let Sides { baseline: (old, old_model), candidate: (new, new_model) } = sides;
    let declared = [old, new].map(|benchmark| benchmark.inference.as_ref());
    let [names, phases] = [
        declared.map(|inference| inference.map(|inference| inference.model.clone())),
        declared.map(|inference| inference.map(|inference| inference.phase.to_string())),
    ];
    let own = [("model", names), ("phase", phases)]
        .map(|(name, [old, new])| difference(Fact::Model, name, old, new));
    let facts = old_model.zip(new_model).map(|(old, new)| between(old, new));
    own.into_iter().flatten().chain(facts.into_iter().flatten()).collect()
}

/// The model of that name. Of several the first counts.
pub(super) fn find<'a>(side: &'a Baseline, name: &str) -> Option<&'a Model> {
    side.models.iter().find(|model| model.name == name)
}

/// The facts that both models declare and that differ.
pub(super) fn between(old: &Model, new: &Model) -> Vec<Difference> {
    let counts = model_counts(old).into_iter().zip(model_counts(new));
    let counts = counts.map(|((name, old), (_, new))| {
        let [old, new] = [old, new].map(|count| (count > 0).then_some(count));
        difference(Fact::Model, name, old, new)
    });
    let logits = difference(Fact::Model, "logits", Some(old.logits), Some(new.logits));
    let dtype = difference(Fact::Dtype, "dtype", old.dtype, new.dtype);
    counts.chain([logits, dtype]).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::Dtype;
    use crate::inference::Logits;

    #[test]
    fn only_facts_that_both_declare_can_differ_and_each_is_named_with_both_values() {
        let model = Model { parameters: 10, layers: 2, dtype: Some(Dtype::F32), ..Model::new("a") };
        assert_eq!(between(&model, &model), []);
        assert_eq!(between(&model, &Model::new("a")), []);
        assert_eq!(between(&model, &Model { heads: 3, ..model.clone() }), []);
        let larger = Model { parameters: 11, layers: 3, ..model.clone() };
        let expected = [
            Difference::required(Fact::Model, "parameters", 10, 11),
            Difference::required(Fact::Model, "layers", 2, 3),
        ];
        assert_eq!(between(&model, &larger), expected);
        let half = Model { dtype: Some(Dtype::F16), ..model.clone() };
        assert_eq!(between(&model, &half), [Difference::required(Fact::Dtype, "dtype", "f32", "f16")]);
        let last = Model { logits: Logits::LastPosition, ..model.clone() };
        let expected =
            Difference::required(Fact::Model, "logits", "of every position", "of the last position");
        assert_eq!(between(&model, &last), [expected]);
    }
}
