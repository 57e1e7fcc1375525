//! What a chart draws, as a text short enough to be read: its golden file.
//!
//! A paragraph for each kind of mark, which is an element with its colours, widths and fonts, in the order in which they are
//! first drawn. Few marks of a kind are listed with their places; many are counted, with the first place, the last and a
//! digest of all. Nothing moves, vanishes or changes its colour unseen, and another caption changes a line.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use sha2::{Digest as _, Sha256};

/// Up to so many marks of a kind are listed.
const LISTED: usize = 8;

/// Attributes that say where a mark is. The others say how it looks.
const PLACES: [&str; 7] = ["x", "y", "cx", "cy", "width", "height", "points"];

static ELEMENT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("<([a-zA-Z]+)([^<>]*)>([^<]*)").expect("a pattern"));
static ATTRIBUTE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"([a-zA-Z:-]+)="([^"]*)""#).expect("a pattern"));
static FRACTION: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\d+\.\d{3,}").expect("a pattern"));

/// Marks that look alike.
struct Kind {
    look: String,
    marks: Vec<Mark>,
}

struct Mark {
    place: String,
    text: String,
}

/// What the SVG document of a chart draws.
pub(super) fn drawn(svg: &str) -> String {
    let mut kinds: Vec<Kind> = vec![];
    let mut order = vec![];
    for element in ELEMENT.captures_iter(svg) {
        let (look, mark) = read(&element);
        let known = kinds.iter().position(|kind| kind.look == look);
        let index = known.unwrap_or(kinds.len());
        if known.is_none() {
            kinds.push(Kind { look, marks: vec![] });
        }
        kinds[index].marks.push(mark);
        order.push(index.to_string());
    }
    let kinds: String = kinds.iter().map(Kind::paragraph).collect();
    format!("{kinds}drawn in the order {}\n", digest(&order))
}

fn read(element: &Captures<'_>) -> (String, Mark) {
    let mut look = element[1].to_owned();
    let mut place = vec![];
    for attribute in ATTRIBUTE.captures_iter(&element[2]) {
        let value = short(attribute[2].trim());
        match &attribute[1] {
            name if PLACES.contains(&name) => place.push(value),
            name => look += &format!(" {name}={value}"),
        }
    }
    let text = element[3].split_whitespace().collect::<Vec<_>>().join(" ");
    (look, Mark { place: place.join(","), text })
}

/// Numbers with two decimals: the last digits differ between the mathematical libraries of systems.
fn short(value: &str) -> String {
    let round = |number: &Captures<'_>| format!("{:.2}", number[0].parse::<f64>().expect("is a number"));
    FRACTION.replace_all(value, round).into_owned()
}

impl Kind {
    fn paragraph(&self) -> String {
        let marks = if self.marks.len() > LISTED { self.summed_up() } else { self.listed() };
        format!("{}\n{marks}", self.look)
    }

    fn listed(&self) -> String {
        let line = |Mark { place, text }: &Mark| format!("    {}\n", format!("{place} {text}").trim());
        self.marks.iter().map(line).collect()
    }

    fn summed_up(&self) -> String {
        let places: Vec<String> = self.marks.iter().map(|mark| mark.place.clone()).collect();
        let (count, first, last) = (places.len(), &places[0], &places[places.len() - 1]);
        let texts: Vec<&str> = self.marks.iter().map(|mark| mark.text.as_str()).collect();
        let texts = texts.join(" | ");
        let texts = if texts.contains(|letter| !" |".contains(letter)) {
            format!("    {texts}\n")
        } else {
            String::new()
        };
        format!("    {count} from {first} to {last}, digest {}\n{texts}", digest(&places))
    }
}

/// Eight digits that are others where anything else is said.
fn digest(parts: &[String]) -> String {
    let hash = Sha256::digest(parts.join("\n"));
    hash[..4].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A title, two bars and ten dots.
fn chart() -> String {
    let dots: String = (0..10).map(|i| format!("<circle cx=\"{i}\" cy=\"5\" fill=\"red\"/>\n")).collect();
    format!(
        "<svg width=\"90\">\n<title>Of bars</title>\n<rect x=\"1\" y=\"2\" fill=\"blue\"/>\n\
         <rect x=\"1\" y=\"4\" fill=\"blue\"/>\n{dots}</svg>\n"
    )
}

#[test]
fn few_marks_are_listed_and_many_are_counted() {
    let text = drawn(&chart());
    let (shown, _) = text.split_once("10 from 0,5 to 9,5, digest ").expect("a sum");
    assert_eq!(
        shown,
        "svg\n    90\ntitle\n    Of bars\nrect fill=blue\n    1,2\n    1,4\ncircle fill=red\n    "
    );
}

#[test]
fn whatever_changes_is_seen() {
    for (before, after) in [
        ("x=\"1\" y=\"4\"", "x=\"1.5\" y=\"4\""),
        ("cx=\"6\"", "cx=\"7\""),
        ("<circle cx=\"6\" cy=\"5\" fill=\"red\"/>\n", ""),
        ("cx=\"6\" cy=\"5\" fill=\"red\"", "cx=\"6\" cy=\"5\" fill=\"green\""),
        ("Of bars", "Of dots"),
    ] {
        let changed = chart().replacen(before, after, 1);
        assert_ne!(changed, chart(), "{before}");
        assert_ne!(drawn(&changed), drawn(&chart()), "{before}");
    }
}

#[test]
fn what_hides_something_else_is_seen() {
    let svg = |marks: [&str; 3]| drawn(&marks.concat());
    let [bar, dot] = ["<rect x=\"1\"/>", "<circle cx=\"1\"/>"];
    assert_ne!(svg([bar, dot, bar]), svg([bar, bar, dot]));
}

#[test]
fn a_caption_is_one_line_and_the_last_digits_none() {
    let [before, after] = [chart(), chart().replace("Of bars", "Of all bars")].map(|svg| drawn(&svg));
    let differ = before.lines().zip(after.lines()).filter(|(before, after)| before != after);
    assert_eq!((differ.count(), before.lines().count()), (1, after.lines().count()));
    let precise = |x: &str| drawn(&chart().replace("x=\"1\"", &format!("x=\"{x}\"")));
    assert_eq!(precise("13.000000000000002"), precise("13.0000"));
}
