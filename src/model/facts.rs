//! What a baseline can hold of work, models and phases, and how two models differ.

use super::mismatch::{MismatchedFact, differing};
use crate::inference::{Model, Phase};
use crate::work::Work;

/// Greatest count that a baseline can hold: TOML promises 64-bit integers with a sign.
const GREATEST_COUNT: u64 = i64::MAX as u64;

/// Most characters of a name that a baseline can hold: of an id as filters match it, of a package, a bench target, a model.
/// The longest that anybody has chosen are a fraction of it.
const LONGEST_NAME: usize = 500;

/// The facts of a model that are numbers, in the order of the file.
pub(crate) fn model_counts(model: &Model) -> [(&'static str, u64); 9] {
    // Every field by name, so that a new fact is not forgotten here.
    let &Model {
        name: _,
        parameters,
        matrix_parameters,
        layers,
        width,
        heads,
        kv_heads,
        head_size,
        vocabulary,
        context,
        dtype: _,
        logits: _,
    } = model;
    [
        ("parameters", parameters),
        ("matrix parameters", matrix_parameters),
        ("layers", layers),
        ("width", width),
        ("heads", heads),
        ("key and value heads", kv_heads),
        ("head size", head_size),
        ("vocabulary", vocabulary),
        ("context", context),
    ]
}

/// Checks that every count of declared work can be held.
pub(crate) fn check_work(work: &Work) -> Result<(), String> {
    // Every field by name, so that a new count is not forgotten here.
    let Work {
        flops,
        nominal: _,
        bytes,
        bits,
        elements,
        tokens,
        dtype: _,
        convention: _,
        counted_before,
        from: _,
    } = work;
    let counts = [
        ("flops", flops.map(|count| count.0)),
        ("bytes", bytes.map(|count| count.0)),
        ("bits", bits.map(|count| count.0)),
        ("elements", elements.map(|count| count.0)),
        ("tokens", tokens.map(|count| count.0)),
        ("counted-before", counted_before.map(|count| count.0)),
    ];
    counts.into_iter().try_for_each(|(key, count)| count.map_or(Ok(()), |count| check_count(key, count)))
}

/// Checks that a count can be held.
pub(crate) fn check_count(key: &str, count: u64) -> Result<(), String> {
    if count <= GREATEST_COUNT {
        return Ok(());
    }
    Err(format!("{key} of {count} is above {GREATEST_COUNT}"))
}

/// Checks that a name can be held.
pub(crate) fn check_name(what: &str, name: &str) -> Result<(), String> {
    let length = name.chars().count();
    if length <= LONGEST_NAME {
        return Ok(());
    }
    Err(format!("{what} has {length} characters, and a baseline holds at most {LONGEST_NAME}; shorten it"))
}

/// Checks that every fact of a model is there and can be held.
pub(crate) fn check_model(model: &Model) -> Result<(), String> {
    if model.name.is_empty() {
        return Err("a model has no name".to_owned());
    }
    check_name("the name of its model", &model.name)?;
    let name = &model.name;
    if let Some((fact, count)) =
        model_counts(model).into_iter().find(|(_, count)| !(1..=GREATEST_COUNT).contains(count))
    {
        return Err(format!("model `{name}`: {fact} is {count}, not within 1 to {GREATEST_COUNT}"));
    }
    match model.dtype {
        Some(_) => Ok(()),
        None => Err(format!("model `{name}` has no dtype")),
    }
}

/// Checks that a phase has tokens, and no more than can be held.
pub(crate) fn check_phase(phase: &Phase) -> Result<(), String> {
    if phase.tokens() == Some(0) || matches!(phase, Phase::Inference { prompt: 0, .. }) {
        return Err(format!("its phase `{phase}` has no tokens"));
    }
    match phase.positions() {
        Some(positions) if positions.end > GREATEST_COUNT => {
            Err(format!("its phase `{phase}` has more than {GREATEST_COUNT} tokens"))
        }
        _ => Ok(()),
    }
}

/// The facts in which two models of one name differ, one that a side does not declare included: sessions of one baseline
/// declare the same.
pub(crate) fn differences(saved: &Model, new: &Model) -> Vec<MismatchedFact> {
    let texts = |model: &Model| {
        let dtype = model.dtype.map_or_else(|| "unknown".to_owned(), |dtype| dtype.to_string());
        model_counts(model)
            .map(|(fact, count)| (fact, count.to_string()))
            .into_iter()
            .chain([("dtype", dtype), ("logits", model.logits.to_string())])
    };
    let facts = differing(texts(saved), texts(new)).into_iter();
    let name = |fact: MismatchedFact| format!("{} of model `{}`", fact.name, new.name);
    facts.map(|fact| MismatchedFact { name: name(fact.clone()), ..fact }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Model {
        Model::new("Tiny")
            .weights([1024])
            .matrices([1000])
            .shape(2, 8)
            .attention(2, 1, 4)
            .tokens(16, 32)
            .dtype::<f32>()
    }

    #[test]
    fn a_model_needs_every_fact_within_what_a_file_holds() {
        type Change = fn(&mut Model);
        let changes: [(&str, Change); 5] = [
            ("a model has no name", |model| model.name.clear()),
            ("model `Tiny`: parameters is 0,", |model| model.parameters = 0),
            ("model `Tiny`: parameters is 18446744073709551615,", |model| model.parameters = u64::MAX),
            ("model `Tiny`: context is 0,", |model| model.context = 0),
            ("model `Tiny` has no dtype", |model| model.dtype = None),
        ];
        assert_eq!(check_model(&model()), Ok(()));
        for (reason, change) in changes {
            let mut changed = model();
            change(&mut changed);
            let fault = check_model(&changed).expect_err(reason);
            assert!(fault.starts_with(reason), "{fault}");
        }
    }

    #[test]
    fn a_phase_needs_tokens_but_no_cache() {
        for phase in [
            Phase::Forward { tokens: 0 },
            Phase::Prefill { prompt: 0, cached: 8 },
            Phase::Decode { generated: 0, cached: 8 },
            Phase::Inference { prompt: 0, generated: 8 },
            Phase::Inference { prompt: 8, generated: 0 },
        ] {
            assert!(check_phase(&phase).expect_err("no tokens").ends_with("has no tokens"), "{phase}");
        }
        for phase in [
            Phase::Prefill { prompt: 1, cached: u64::MAX },
            Phase::Decode { generated: u64::MAX, cached: 0 },
            Phase::Token { cached: i64::MAX as u64 },
        ] {
            assert!(check_phase(&phase).expect_err("too many").contains("has more than"), "{phase}");
        }
        for phase in [Phase::Creation, Phase::Token { cached: 0 }, Phase::Prefill { prompt: 1, cached: 0 }] {
            assert_eq!(check_phase(&phase), Ok(()));
        }
    }

    #[test]
    fn every_count_has_its_name() {
        let counts: Vec<String> =
            model_counts(&model()).iter().map(|(name, count)| format!("{name} {count}")).collect();
        let expected = "parameters 1024, matrix parameters 1000, layers 2, width 8, heads 2, key and value heads 1, \
                        head size 4, vocabulary 16, context 32";
        assert_eq!(counts.join(", "), expected);
    }

    #[test]
    fn models_differ_by_their_facts() {
        let other = Model { layers: 3, dtype: None, ..model() };
        let texts: Vec<String> = differences(&model(), &other).iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            ["layers of model `Tiny` (2 before, 3 now)", "dtype of model `Tiny` (f32 before, unknown now)"]
        );
        assert_eq!(differences(&other, &other), []);
    }
}
