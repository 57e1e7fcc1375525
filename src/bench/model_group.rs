//! Model groups: profile groups whose benchmarks are the phases of a model.

use super::group::ProfileGroup;
use super::profiler::Profiler;
use super::record::Declaration;
use crate::channel::Inference;
use crate::inference::{Model, Phase};

/// Benchmarks of one model: its creation, prefill, decode and so on. Opened by
/// [`ProfileExt::model_group`](super::ProfileExt::model_group).
///
/// ```no_run
/// # struct Weights;
/// # struct Sequence;
/// # impl Weights {
/// #     fn elements(&self) -> Vec<usize> { vec![] }
/// #     fn matrices(&self) -> Vec<usize> { vec![] }
/// #     fn sequence(&self, _tokens: usize) -> Sequence { Sequence }
/// #     fn forward(&self, _: &mut Sequence, _tokens: usize) -> f32 { 0.0 }
/// #     fn next_token(&self, _: &mut Sequence) -> Result<u32, std::fmt::Error> { Ok(0) }
/// # }
/// # let weights = Weights;
/// # let mut criterion = criterion::Criterion::default();
/// use criterion::BatchSize;
/// use tensorprof::{Model, Phase, ProfileExt};
///
/// let model = Model::new("Small-f32")
///     .weights(weights.elements())
///     .matrices(weights.matrices())
///     .shape(2, 128)
///     .attention(4, 4, 32)
///     .tokens(256, 512)
///     .dtype::<f32>();
/// let mut group = criterion.model_group(model);
/// group.bench(Phase::Prefill { prompt: 64, cached: 0 }, |p| {
///     p.iter_batched_ref(|| weights.sequence(0), |sequence| weights.forward(sequence, 64), BatchSize::PerIteration)
/// });
/// for cached in [0, 128] {
///     group.bench(Phase::Decode { generated: 8, cached: cached as u64 }, |p| {
///         p.generate(|| weights.sequence(cached), |sequence| weights.next_token(sequence))
///     });
/// }
/// ```
pub type ModelGroup<'a> = ProfileGroup<'a, Model>;

impl ProfileGroup<'_, Model> {
    /// Runs the benchmark of a phase unless it is filtered out. Its id is made of the phase
    /// (`decode/tg8@128`) and its work of the model and the phase ([`Model::work`]): one iteration of
    /// `routine`'s loop has to do that work. A phase that is a part of an inference of the same model needs
    /// no [`ProfileId::nested_in`](super::ProfileId::nested_in).
    ///
    /// # Panics
    /// Like [`ProfileGroup::bench`]: if the group has the phase already, or `routine` calls no loop.
    pub fn bench(&mut self, phase: Phase, routine: impl FnMut(&mut Profiler<'_, '_>)) -> &mut Self {
        let declaration = self.phase(phase);
        self.measure(declaration, routine)
    }

    pub(super) fn phase(&self, phase: Phase) -> Declaration {
        let model = self.model().clone();
        let id = match phase.size() {
            Some(size) => (phase.name(), size).into(),
            None => phase.name().into(),
        };
        Declaration { id, work: model.work(&phase), inference: Some(Inference { model, phase }) }
    }
}
