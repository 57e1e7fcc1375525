//! The models that benchmarks have declared so far.

use std::collections::BTreeMap;

use crate::inference::{Model, Phase};
use crate::model::{check_model, check_phase, differences, enumeration};

/// The models declared so far, by name.
#[derive(Debug, Default)]
pub(super) struct DeclaredModels(BTreeMap<String, Model>);

impl DeclaredModels {
    /// Adds the model of a benchmark that measures this phase of it. The first declaration of a name is kept.
    ///
    /// # Errors
    /// The declaration is invalid, or contradicts an earlier one.
    pub(super) fn declare(&mut self, model: &Model, phase: &Phase) -> Result<(), String> {
        check_facts(model)?;
        check_phase(phase)?;
        let known = self.0.entry(model.name.clone()).or_insert_with(|| model.clone());
        match differences(known, model).as_slice() {
            [] => Ok(()),
            facts => Err(format!(
                "another benchmark declares this model with other facts: {}; give each model a name of its own",
                enumeration(facts)
            )),
        }
    }

    /// All models, sorted by name.
    pub(super) fn into_vec(self) -> Vec<Model> {
        self.0.into_values().collect()
    }
}

fn check_facts(model: &Model) -> Result<(), String> {
    let missing = model.missing();
    if missing.is_empty() {
        return check_model(model);
    }
    let (name, facts) = (&model.name, missing.join(", "));
    Err(format!("its model `{name}` lacks facts: {facts}; declare them with the methods named"))
}
