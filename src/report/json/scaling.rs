//! Sizes of models and families of operations as JSON.

use serde::Serializer;

use super::labels;
use super::object::{Json, Keys, Object, sides};
use crate::compare::{Comparison, Family, Metric, Sides, SizeComparison, SizeFit};
use crate::report::model_rows::name;

/// Two sizes of a model in one phase, by the names of the models.
impl Object for (&SizeComparison, &Comparison) {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let (sizes, comparison) = *self;
        keys.key("smaller", name(comparison, sizes.smaller))
            .key("larger", name(comparison, sizes.larger))
            .all([sizes.phase])
            .key("parameter_ratio", sizes.parameter_ratio)
            .key("flop_ratio", sizes.flop_ratio)
            .key("time_ratio", sides(sizes.time_ratio))
            .key("efficiency_by_parameters", Json(Sides::of(|side| sizes.efficiency_by_parameters(side))))
            .key("efficiency_by_flops", Json(Sides::of(|side| sizes.efficiency_by_flops(side))))
            .key("exponent", sides(Sides::of(|side| sizes.exponent(side))))
    }
}

/// Growth of time with FLOPs over all sizes of models of one element type, by their names.
impl Object for (&SizeFit, &Comparison) {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let (fit, comparison) = *self;
        keys.key("dtype", fit.dtype.map(|dtype| dtype.name()))
            .key("models", fit.models.iter().map(|&model| name(comparison, model)).collect::<Vec<_>>())
            .all([fit.phase])
            .key("exponent", sides(fit.exponent))
    }
}

/// A family of operations; its rows by their labels, its time as geometric means over them.
impl Object for (&Family, &Comparison) {
    fn keys<S: Serializer>(&self, keys: Keys<S>) -> Keys<S> {
        let (family, comparison) = *self;
        keys.key("label", &family.label)
            .key("rows", labels(&family.rows, comparison))
            .key("time", family.time.as_ref().map(|time| Json((Metric::Time, time))))
            .key("exponent", sides(family.exponent))
            .key("expected_exponent", family.expected_exponent)
    }
}
