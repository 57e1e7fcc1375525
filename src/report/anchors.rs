//! Anchors of rows, made of their labels alone: a link to a row survives other times, other verdicts and another order.

use std::collections::BTreeMap;

use crate::model::short_hash;

/// The anchor of each of these labels: their letters and digits, with `-` for what is between. Those that would share one
/// are told apart by a hash.
pub(super) fn anchors<'a>(labels: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, String> {
    let mut sharing: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for label in labels {
        sharing.entry(slug(label)).or_default().push(label);
    }
    let named = sharing.into_iter().flat_map(|(slug, labels)| {
        let shared = labels.len() > 1;
        labels.into_iter().map(move |label| {
            let anchor = if shared { format!("{slug}-{}", short_hash(label)) } else { slug.clone() };
            (label, anchor)
        })
    });
    named.collect()
}

fn slug(label: &str) -> String {
    let words = label.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    std::iter::once("row").chain(words).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(labels: &[&str]) -> Vec<String> {
        let anchors = anchors(labels.iter().copied());
        labels.iter().map(|label| anchors[label].clone()).collect()
    }

    #[test]
    fn anchors_are_the_words_of_labels() {
        assert_eq!(
            of(&["MatMul/f32/64x64", "p::a::x (group \"x\")"]),
            ["row-MatMul-f32-64x64", "row-p-a-x-group-x"]
        );
    }

    #[test]
    fn those_of_the_same_words_differ_in_whatever_order_they_come() {
        let [first, second, alone] = of(&["a/b", "a-b", "b"]).try_into().expect("three");
        assert_ne!(first, second);
        assert!(first.starts_with("row-a-b-") && second.starts_with("row-a-b-"), "{first} {second}");
        assert_eq!(of(&["b", "a-b", "a/b"]), [alone, second, first]);
    }
}
