//! What benchmarks are called where they are shown, by one rule: on terminals and pages, in charts, comments, messages and
//! books. Filters match full ids ([`BenchmarkId::path`]), and JSON and CSV have them, whatever a label says.

use std::collections::{BTreeMap, BTreeSet};

use super::text::{back, columns, elide, front, printable};
use super::{Baseline, Benchmark, BenchmarkId};
use crate::channel::CriterionId;

/// Most columns of a label where nothing else bounds it: on a page, in a pipe.
pub const LONGEST_LABEL: usize = 100;

/// The label of each of these ids, unique among them: its path; preceded by the bench target, and then the package too, as
/// far as others share it; followed by its parts where those of another join to the same path. What is longer than
/// [`LONGEST_LABEL`] is [`cut`].
pub fn labels(ids: &[&BenchmarkId]) -> Vec<String> {
    cut(&whole_labels(ids), LONGEST_LABEL)
}

/// The same, however long they are.
pub(crate) fn whole_labels(ids: &[&BenchmarkId]) -> Vec<String> {
    let mut labels: Vec<String> = ids.iter().map(|id| id.path()).collect();
    qualify_by_place(&mut labels, ids);
    qualify(&mut labels, |index, label| format!("{label} ({})", parts(&ids[index].criterion)));
    numbered(labels)
}

/// Tells equal labels apart by target, and those still equal by package.
pub(crate) fn qualify_by_place(labels: &mut [String], ids: &[&BenchmarkId]) {
    let names = labels.to_vec();
    let in_target = |index: usize| format!("{}::{}", ids[index].target, names[index]);
    qualify(labels, |index, _| in_target(index));
    qualify(labels, |index, _| format!("{}::{}", ids[index].package, in_target(index)));
}

/// Replaces every label that others share by what `qualified` makes of its index and itself, where that tells some of them
/// apart.
pub(crate) fn qualify(labels: &mut [String], qualified: impl Fn(usize, &str) -> String) {
    let mut sharing: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, label) in labels.iter().enumerate() {
        sharing.entry(label.clone()).or_default().push(index);
    }
    for (label, indices) in sharing {
        let forms: Vec<String> = indices.iter().map(|&index| qualified(index, &label)).collect();
        if forms.iter().any(|form| *form != forms[0]) {
            indices.into_iter().zip(forms).for_each(|(index, form)| labels[index] = form);
        }
    }
}

/// The parts of an id by their names: `group io, function read/4k`. They tell apart what one path cannot.
pub(crate) fn parts(id: &CriterionId) -> String {
    let CriterionId { group, function, parameter } = id;
    let named = [("group", Some(group)), ("function", function.as_ref()), ("parameter", parameter.as_ref())];
    let named = named.into_iter().filter_map(|(word, part)| Some(format!("{word} {}", part?)));
    named.collect::<Vec<_>>().join(", ")
}

/// Labels in which everything can be seen, each within [`LONGEST_LABEL`] and unlike all others.
pub(crate) fn unique(labels: Vec<String>) -> Vec<String> {
    cut(&numbered(labels), LONGEST_LABEL)
}

/// Labels in which everything can be seen, each unlike all others: those still equal are numbered.
fn numbered(labels: Vec<String>) -> Vec<String> {
    let mut labels: Vec<String> = labels.iter().map(|label| printable(label)).collect();
    let mut taken: BTreeSet<String> = labels.iter().cloned().collect();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for label in &mut labels {
        if !known.insert(label.clone()) {
            *label = free(&mut taken, |number| format!("{label} #{number}"));
        }
    }
    labels
}

/// The first of these texts, from number 2 on, that is not taken. It is afterwards.
fn free(taken: &mut BTreeSet<String>, numbered: impl Fn(usize) -> String) -> String {
    let mut texts = (2..).map(numbered);
    texts.find(|text| taken.insert(text.clone())).unwrap_or_default()
}

/// Each of these texts within so many columns, at least 16; those that differ still do. One that fits stays as it is. Of
/// another the beginning and the end are kept, since ids differ there; where those are another's too, also what stands where
/// the two begin to differ.
pub fn cut(texts: &[String], most: usize) -> Vec<String> {
    let distinct: BTreeSet<&str> = texts.iter().map(String::as_str).collect();
    let (fitting, long): (Vec<&str>, Vec<&str>) =
        distinct.into_iter().partition(|text| columns(text) <= most);
    let mut taken: BTreeSet<String> = fitting.iter().map(|text| (*text).to_owned()).collect();
    let mut shown: BTreeMap<&str, String> = fitting.into_iter().map(|text| (text, text.to_owned())).collect();
    for (text, form) in told_apart(long, &|text| elide(text, most), most) {
        let numbered = |number| {
            let number = format!(" #{number}");
            format!("{}{number}", elide(text, most.saturating_sub(number.len())))
        };
        let form = if taken.insert(form.clone()) { form } else { free(&mut taken, numbered) };
        shown.insert(text, form);
    }
    texts.iter().map(|text| shown[text.as_str()].clone()).collect()
}

/// Each of these texts in short. Those of one form get another, in which they begin to differ, if there is one.
fn told_apart<'a>(
    texts: Vec<&'a str>,
    short: &dyn Fn(&str) -> String,
    most: usize,
) -> Vec<(&'a str, String)> {
    let mut alike: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for &text in &texts {
        alike.entry(short(text)).or_default().push(text);
    }
    let all = texts.len();
    let told = |(form, texts): (String, Vec<&'a str>)| {
        let apart = common_start(&texts);
        let window = move |text: &str| around(text, apart, most);
        match texts.len() {
            1 => vec![(texts[0], form)],
            // They begin to differ where the form shows it already, and are still alike.
            same if same == all && texts.iter().all(|text| window(text) == form) => {
                texts.into_iter().map(|text| (text, form.clone())).collect()
            }
            _ => told_apart(texts, &window, most),
        }
    };
    alike.into_iter().flat_map(told).collect()
}

/// The bytes with which all of these texts begin.
fn common_start(texts: &[&str]) -> usize {
    let Some((first, others)) = texts.split_first() else { return 0 };
    let common = |other: &&str| {
        let same = first.chars().zip(other.chars()).take_while(|(one, two)| one == two);
        same.map(|(character, _)| character.len_utf8()).sum::<usize>()
    };
    others.iter().map(common).min().unwrap_or(first.len())
}

/// A text within so many columns: its beginning, what stands at that byte, from the start of the word if that is near, and its
/// end.
fn around(text: &str, at: usize, most: usize) -> String {
    let kept = most.saturating_sub(2);
    let [middle, end] = [(kept + 1) / 3, kept / 3];
    let beginning = front(text, kept - middle - end);
    let word = text[..at].trim_end_matches(char::is_alphanumeric).len();
    let from = if columns(&text[word..at]) <= middle / 2 { word } else { at };
    format!("{beginning}…{}…{}", front(&text[from..], middle), back(text, end))
}

/// The label of a bench among others, given by package and target: its target, preceded by its package where another has a
/// bench of that name.
pub(crate) fn bench_label<'a>(
    mut benches: impl Iterator<Item = (&'a str, &'a str)>,
    package: &str,
    target: &str,
) -> String {
    let another = benches.any(|(other, same)| other != package && same == target);
    let label = if another { format!("{package}::{target}") } else { target.to_owned() };
    elide(&printable(&label), LONGEST_LABEL)
}

impl Baseline {
    /// Every benchmark with its label.
    pub fn labelled(&self) -> Vec<(&Benchmark, String)> {
        let ids: Vec<&BenchmarkId> = self.benchmarks.iter().map(|benchmark| &benchmark.id).collect();
        self.benchmarks.iter().zip(labels(&ids)).collect()
    }
}

/// What benchmarks are called while they are measured, when not all are known yet: each label is unlike those of others that
/// came before.
#[derive(Debug, Default)]
pub struct Arriving {
    by_path: BTreeMap<String, BTreeSet<BenchmarkId>>,
}

impl Arriving {
    /// The label of a benchmark.
    pub fn benchmark(&mut self, id: &BenchmarkId) -> String {
        let alike = self.by_path.entry(id.path()).or_default();
        alike.insert(id.clone());
        let alike: Vec<&BenchmarkId> = alike.iter().collect();
        let mut labels = alike.iter().zip(labels(&alike));
        labels.find(|(other, _)| **other == id).map(|(_, label)| label).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(package: &str, target: &str, [group, function, parameter]: [&str; 3]) -> BenchmarkId {
        let part = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let criterion =
            CriterionId { group: group.to_owned(), function: part(function), parameter: part(parameter) };
        BenchmarkId { package: package.to_owned(), target: target.to_owned(), criterion }
    }

    fn labels_of(ids: &[BenchmarkId]) -> Vec<String> {
        labels(&ids.iter().collect::<Vec<_>>())
    }

    #[test]
    fn labels_say_as_much_as_is_needed() {
        let ids = [
            ("p", "a", "one"),
            ("p", "a", "two"),
            ("p", "b", "two"),
            ("p", "a", "three"),
            ("q", "a", "three"),
        ];
        let labels =
            labels_of(&ids.map(|(package, target, function)| id(package, target, ["ops", function, ""])));
        assert_eq!(labels, ["ops/one", "a::ops/two", "b::ops/two", "p::a::ops/three", "q::a::ops/three"]);
    }

    #[test]
    fn ids_of_one_path_are_told_apart_by_their_parts() {
        let ids =
            [["io", "read/4k", ""], ["io", "read", "4k"], ["io", "", "read/4k"], ["io/read/4k", "", ""]];
        let labels = labels_of(&ids.map(|parts| id("p", "a", parts)));
        let expected = [
            "io/read/4k (group io, function read/4k)",
            "io/read/4k (group io, function read, parameter 4k)",
            "io/read/4k (group io, parameter read/4k)",
            "io/read/4k (group io/read/4k)",
        ];
        assert_eq!(labels, expected);
        let elsewhere = [id("p", "a", ids[0]), id("p", "a", ids[1]), id("q", "a", ids[1])];
        assert_eq!(
            labels_of(&elsewhere)[1..],
            ["p::a::io/read/4k (group io, function read, parameter 4k)", "q::a::io/read/4k",]
        );
    }

    #[test]
    fn what_qualifiers_cannot_tell_apart_is_numbered() {
        let seen_alike = [id("p", "a", ["b\n", "", ""]), id("p", "a", ["b\\n", "", ""])];
        assert_eq!(labels_of(&seen_alike), ["b\\n", "b\\n #2"]);
        let ids = [id("p", "a", ["b", "", ""]), id("p", "x", ["b", "", ""]), id("p", "y", ["a::b", "", ""])];
        assert_eq!(labels_of(&ids), ["p::a::b", "x::b", "p::y::a::b"]);
    }

    #[test]
    fn a_long_id_keeps_what_tells_it_from_others() {
        let long = |middle: &str| format!("{}/{middle}/{}", "a".repeat(300), "z".repeat(300));
        let cut = cut(&[long("one"), long("two"), "short".to_owned()], 30);
        assert_eq!(cut, ["aaaaaaaaaa…one/zzzzz…zzzzzzzzz", "aaaaaaaaaa…two/zzzzz…zzzzzzzzz", "short"]);
        let alone = super::cut(&[long("one")], 30);
        assert_eq!(alone, ["aaaaaaaaaaaaaaa…zzzzzzzzzzzzzz"]);
    }

    #[test]
    fn benchmarks_that_come_one_by_one_are_told_from_those_before() {
        let [first, second] = ["p", "q"].map(|package| id(package, "a", ["ops", "", "1"]));
        let mut arriving = Arriving::default();
        let said = [&first, &first, &second, &first].map(|id| arriving.benchmark(id));
        assert_eq!(said, ["ops/1", "ops/1", "q::a::ops/1", "p::a::ops/1"]);
    }

    /// Names that are easily confused.
    fn name() -> impl Strategy<Value = String> {
        prop_oneof![
            "[ab/:…#2 ]{0,4}",
            "[\\\\n\n]{0,3}",
            "[名a]{0,9}",
            (0..3_usize, "[ab]{0,2}")
                .prop_map(|(times, end)| format!("{}{end}", "long/name".repeat(times * 20))),
        ]
    }

    fn ids() -> impl Strategy<Value = BTreeSet<BenchmarkId>> {
        let some = || prop::option::of(name());
        let id = (name(), name(), name(), some(), some()).prop_map(
            |(package, target, group, function, parameter)| BenchmarkId {
                package,
                target,
                criterion: CriterionId { group, function, parameter },
            },
        );
        prop::collection::btree_set(id, 0..24)
    }

    proptest! {
        #[test]
        fn labels_are_unique_and_bounded_and_an_id_alone_is_its_own(ids in ids()) {
            let ids: Vec<&BenchmarkId> = ids.iter().collect();
            let labels = labels(&ids);
            prop_assert_eq!(labels.iter().collect::<BTreeSet<_>>().len(), ids.len());
            let paths: Vec<String> = ids.iter().map(|id| id.path()).collect();
            for (label, path) in labels.iter().zip(&paths) {
                prop_assert!(columns(label) <= LONGEST_LABEL, "{}", label);
                prop_assert_eq!(&printable(label), label);
                let alone = paths.iter().filter(|other| *other == path).count() == 1;
                let plain = !path.contains([':', '#', '…', '\\', '\n']) && columns(path) <= LONGEST_LABEL;
                if alone && plain {
                    prop_assert_eq!(label, path);
                }
            }
        }

        #[test]
        fn cut_texts_keep_their_ends_and_differ(texts in prop::collection::vec(name(), 0..24), most in 16_usize..60) {
            let cut = cut(&texts, most);
            let number = |texts: &[String]| texts.iter().collect::<BTreeSet<_>>().len();
            prop_assert_eq!(number(&cut), number(&texts));
            for (text, cut) in texts.iter().zip(&cut) {
                prop_assert!(columns(cut) <= most, "{}", cut);
                if columns(text) <= most {
                    prop_assert_eq!(text, cut);
                } else {
                    prop_assert!(cut.starts_with(front(text, most / 4)), "{}", cut);
                    prop_assert!(cut.contains(" #") || cut.ends_with(back(text, most / 4)), "{}", cut);
                }
            }
        }
    }
}
