//! Rows of metadata for benchmarks whose work is not known, as far as their ids say what they compute and on which sizes.

mod operation;
mod shape;

use std::collections::BTreeMap;
use std::fmt;

use toml_edit::Key;

use self::operation::{Counts, counts};
use self::shape::Shape;
use super::{ManifestText, Metadata, MetadataError, Rows};

/// The element type of rows whose ids name none.
const ASSUMED_DTYPE: &str = "f32";

/// A table of rows to suggest, by pattern.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suggestion(BTreeMap<String, Row>);

/// What is suggested of the ids of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    /// `None` where no operation is known by the words of the id.
    counts: Option<Counts>,
    has_dtype: bool,
}

impl Suggestion {
    /// For benchmarks with these ids `group/function/parameter`.
    pub fn of<'a>(ids: impl Iterator<Item = &'a str>) -> Suggestion {
        let mut families: BTreeMap<String, Vec<Shape>> = BTreeMap::new();
        for shape in ids.filter_map(Shape::of) {
            families.entry(shape.pattern.clone()).or_default().push(shape);
        }
        let rows = families.into_iter().map(|(pattern, shapes)| (pattern, Row::of(&shapes)));
        Suggestion(rows.collect())
    }

    /// No id has a size in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The work of some row is suggested, and not only its pattern.
    pub fn says_work(&self) -> bool {
        self.0.values().any(|row| row.counts.is_some())
    }

    /// The element type of some row is assumed.
    pub fn assumes_dtype(&self) -> bool {
        self.0.values().any(|row| row.counts.is_some() && !row.has_dtype)
    }

    /// As a manifest has it, in `[package.metadata.tensorprof.rows]` or in that of the workspace. Rows without work are
    /// comments.
    pub fn table(&self, owner: &str) -> String {
        format!("[{owner}.metadata.tensorprof.rows]\n{self}")
    }

    /// What a project with this table would say of rows.
    ///
    /// # Errors
    /// None, as far as patterns and formulas are right.
    pub fn rows(&self) -> Result<Rows, MetadataError> {
        let (file, text) = ("Cargo.toml".to_owned(), self.table("workspace"));
        let manifest = ManifestText { file, text, package: None, is_root: true };
        Ok(Metadata::of(&[manifest])?.rows)
    }
}

impl Row {
    /// Of the ids of one pattern.
    fn of(shapes: &[Shape]) -> Row {
        let are_square = shapes.iter().all(Shape::is_square);
        let counts = shapes.first().and_then(|shape| counts(&shape.words, shape.numbers.len(), are_square));
        Row { counts, has_dtype: shapes.iter().all(|shape| shape.has_dtype) }
    }
}

/// The rows, a line each.
impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (pattern, row) in &self.0 {
            let pattern = Key::new(pattern.as_str());
            match row.counts {
                None => writeln!(f, "# {pattern} = {{ flops = \"...\", bytes = \"...\" }}")?,
                Some(Counts { flops, bytes }) => {
                    let dtype =
                        if row.has_dtype { String::new() } else { format!(", dtype = \"{ASSUMED_DTYPE}\"") };
                    writeln!(f, "{pattern} = {{ flops = \"{flops}\", bytes = \"{bytes}\"{dtype} }}")?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::CriterionId;
    use crate::model::{Benchmark, BenchmarkId};
    use crate::work::Work;

    fn suggested(ids: &[&str]) -> String {
        Suggestion::of(ids.iter().copied()).to_string()
    }

    #[test]
    fn known_operations_get_their_counts_and_others_their_pattern() {
        let rows = suggested(&[
            "MatMul/f32/64x64",
            "MatMul/bf16/128x128",
            "gemm/8x16x32",
            "layer_norm/4x8",
            "conv2d/3x3/64",
            "parse",
            "softmax_f32/1000",
        ]);
        assert_eq!(
            rows,
            "\"MatMul/{dtype}/{m}x{n}\" = { flops = \"2*m*n*n\", bytes = \"3*m*n*dtype_size\" }\n\
             # \"conv2d/{m}x{n}/{k}\" = { flops = \"...\", bytes = \"...\" }\n\
             \"gemm/{m}x{n}x{k}\" = { flops = \"2*m*n*k\", bytes = \"(m*n + n*k + m*k)*dtype_size\", dtype = \"f32\" }\n\
             \"layer_norm/{m}x{n}\" = { flops = \"7*m*n\", bytes = \"(2*m*n + 2*n)*dtype_size\", dtype = \"f32\" }\n\
             \"softmax_{dtype}/{n}\" = { flops = \"5*n\", bytes = \"2*n*dtype_size\" }\n"
        );
        let oblong = suggested(&["matmul/8x8", "matmul/8x16"]);
        assert_eq!(oblong, "# \"matmul/{m}x{n}\" = { flops = \"...\", bytes = \"...\" }\n");
    }

    #[test]
    fn ids_without_sizes_and_ids_that_no_pattern_can_name_are_left_out() {
        assert_eq!(suggested(&["parse", "conv2d", "f32", "a{b}/64", "matmul/64k"]), "");
        assert!(Suggestion::of(["parse"].into_iter()).is_empty());
        let quoted = Suggestion::of(["softmax/\"b\"/7", "a\n/7"].into_iter());
        assert!(quoted.says_work() && quoted.rows().is_ok(), "{quoted}");
    }

    #[test]
    fn the_counts_are_those_of_the_constructors() {
        for (id, work) in [
            ("matmul/f32/4x5x6", Work::matmul::<f32>(4, 5, 6)),
            ("matmul/f32/4x4", Work::matmul::<f32>(4, 4, 4)),
            ("matmul/f64/4", Work::matmul::<f64>(4, 4, 4)),
            ("matvec/f32/4x5", Work::matmul::<f32>(4, 1, 5)),
            ("matvec/f32/4", Work::matmul::<f32>(4, 1, 4)),
            ("add/bf16/4x5", Work::add::<half::bf16>(20)),
            ("mul/f32/20", Work::mul::<f32>(20)),
            ("softmax/f32/4x5", Work::softmax::<f32>(4, 5)),
            ("softmax/f32/5", Work::softmax::<f32>(1, 5)),
            ("gelu/f32/20", Work::gelu::<f32>(20)),
            ("layer_norm/f32/4x5", Work::layer_norm::<f32>(4, 5)),
            ("layer_norm/f32/5", Work::layer_norm::<f32>(1, 5)),
            ("rms_norm/f32/4x5", Work::rms_norm::<f32>(4, 5)),
            ("rms_norm/f32/5", Work::rms_norm::<f32>(1, 5)),
        ] {
            let criterion = CriterionId { group: id.to_owned(), function: None, parameter: None };
            let benchmark = BenchmarkId { package: "p".to_owned(), target: "t".to_owned(), criterion };
            let mut benchmarks = [Benchmark::unmeasured(benchmark, String::new())];
            let rows = Suggestion::of([id].into_iter()).rows().expect("is a table");
            assert!(rows.complete(&mut benchmarks).is_empty(), "{id}");
            let found = benchmarks[0].work.clone().unwrap_or_default();
            assert_eq!((found.flops, found.bytes, found.dtype), (work.flops, work.bytes, work.dtype), "{id}");
        }
    }
}
