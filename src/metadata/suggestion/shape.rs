//! Ids without their numbers.

use crate::dtype::Dtype;

/// What an id is an example of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape {
    /// The pattern: the id with names in the place of its numbers and of its element type.
    pub(super) pattern: String,
    /// The digits of its numbers.
    pub(super) numbers: Vec<String>,
    pub(super) has_dtype: bool,
    /// What each part between slashes is called, in small letters alone: `layernorm` of `Layer_Norm`.
    pub(super) words: Vec<String>,
}

/// A piece of an id.
enum Piece<'a> {
    /// Letters, or letters and digits.
    Word(&'a str),
    /// What stands between words and numbers.
    Mark(&'a str),
    Number(&'a str),
    Dtype,
}

impl Shape {
    /// Of an id; `None` if it has no number, or has a brace, for which patterns have no word.
    pub(super) fn of(id: &str) -> Option<Shape> {
        let mut pieces = Vec::new();
        for part in parts(id) {
            add_pieces(&mut pieces, part);
        }
        let numbers: Vec<String> = pieces.iter().filter_map(Piece::number).collect();
        if numbers.is_empty() || id.contains(['{', '}']) {
            return None;
        }
        let mut names = names(numbers.len()).into_iter();
        let text = |piece: &Piece<'_>| match piece {
            Piece::Word(text) | Piece::Mark(text) => (*text).to_owned(),
            Piece::Number(_) => format!("{{{}}}", names.next().unwrap_or_default()),
            Piece::Dtype => "{dtype}".to_owned(),
        };
        Some(Shape {
            pattern: pieces.iter().map(text).collect(),
            has_dtype: pieces.iter().any(|piece| matches!(piece, Piece::Dtype)),
            words: words(&pieces),
            numbers,
        })
    }

    /// All of its numbers are the same.
    pub(super) fn is_square(&self) -> bool {
        self.numbers.windows(2).all(|pair| pair[0] == pair[1])
    }
}

impl Piece<'_> {
    fn number(&self) -> Option<String> {
        match self {
            Piece::Number(digits) => Some((*digits).to_owned()),
            _ => None,
        }
    }
}

/// Runs of letters and digits, and what is between them.
fn parts(id: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = id;
    while let Some(first) = rest.chars().next() {
        let goes_on = |character: char| character.is_alphanumeric() == first.is_alphanumeric();
        let (part, behind) =
            rest.split_at(rest.find(|character: char| !goes_on(character)).unwrap_or(rest.len()));
        parts.push(part);
        rest = behind;
    }
    parts
}

/// A number, several with an `x` between them, an element type where none came before, or what stands for itself.
fn add_pieces<'a>(pieces: &mut Vec<Piece<'a>>, part: &'a str) {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let has_dtype = pieces.iter().any(|piece| matches!(piece, Piece::Dtype));
    if part.split('x').all(is_number) {
        for (index, number) in part.split('x').enumerate() {
            pieces.extend((index > 0).then_some(Piece::Mark("x")));
            pieces.push(Piece::Number(number));
        }
    } else if !has_dtype && part.parse::<Dtype>().is_ok() {
        pieces.push(Piece::Dtype);
    } else if part.starts_with(char::is_alphanumeric) {
        pieces.push(Piece::Word(part));
    } else {
        pieces.push(Piece::Mark(part));
    }
}

/// Names for so many numbers.
fn names(numbers: usize) -> Vec<String> {
    match numbers {
        1 => vec!["n".to_owned()],
        2 | 3 => ["m", "n", "k"].into_iter().take(numbers).map(str::to_owned).collect(),
        _ => (1..=numbers).map(|number| format!("n{number}")).collect(),
    }
}

/// The words of each part between slashes, joined.
fn words(pieces: &[Piece<'_>]) -> Vec<String> {
    let ends = |piece: &Piece<'_>| matches!(piece, Piece::Mark(mark) if mark.contains('/'));
    let word = |pieces: &[Piece<'_>]| -> String {
        let words = pieces.iter().filter_map(|piece| match piece {
            Piece::Word(word) => Some(word.to_lowercase()),
            _ => None,
        });
        words.collect()
    };
    pieces.split(ends).map(word).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_the_first_element_type_are_taken_out() {
        for (id, pattern, words) in [
            ("Dot/1000", "Dot/{n}", &["dot"][..]),
            ("ops/Layer_Norm f16/8x64", "ops/Layer_Norm {dtype}/{m}x{n}", &["ops", "layernorm"]),
            ("gemm/64/128/256", "gemm/{m}/{n}/{k}", &["gemm"]),
            ("a/1x2x3x4", "a/{n1}x{n2}x{n3}x{n4}", &["a"]),
            ("cast/f32/f16/n=7", "cast/{dtype}/f16/n={n}", &["cast", "f16", "n"]),
            ("größe-7", "größe-{n}", &["größe"]),
        ] {
            let shape = Shape::of(id).unwrap_or_else(|| panic!("{id}"));
            assert_eq!(shape.pattern, pattern);
            assert_eq!(shape.words, words, "{id}");
        }
    }

    #[test]
    fn a_number_stands_by_itself() {
        for id in ["conv2d", "matmul/64k", "n64", "x/8x", "a/x8"] {
            assert_eq!(Shape::of(id), None, "{id}");
        }
    }
}
