//! Where things are in charts: what a golden file does not say is wrong.

use std::sync::LazyLock;

use regex::Regex;

use crate::report::charts::plain_width;

/// A text of a chart and the box that it fills, pixels.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) words: String,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) y: f64,
    height: f64,
}

static TEXT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<text ([^>]*)>\s*([^<]*?)\s*</text>").expect("a pattern"));
static ELEMENT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<(\w+) ([^>]*?)/?>").expect("a pattern"));

/// An attribute of an element.
fn attribute<'a>(attributes: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = attributes.split_once(&format!("{name}=\""))?;
    Some(rest.split_once('"')?.0)
}

/// A number of an element.
fn number(attributes: &str, name: &str) -> f64 {
    let value = attribute(attributes, name).unwrap_or_else(|| panic!("no {name} in {attributes}"));
    value.parse().unwrap_or_else(|_| panic!("{name} of {attributes}"))
}

/// The texts of a chart.
pub(super) fn written(svg: &str) -> Vec<Written> {
    TEXT.captures_iter(svg).map(|text| Written::of(&format!(" {}", &text[1]), &unescaped(&text[2]))).collect()
}

fn unescaped(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        .into_iter()
        .fold(text.to_owned(), |text, (escape, mark)| text.replace(escape, mark))
}

impl Written {
    fn of(attributes: &str, words: &str) -> Self {
        let [x, y, height] = [" x", " y", "font-size"].map(|name| number(attributes, name));
        let bold = if attribute(attributes, "font-weight") == Some("bold") { 1.1 } else { 1.0 };
        let width = match attribute(attributes, "font-family") {
            Some("monospace") => 0.602 * height * words.chars().count() as f64,
            _ => f64::from(plain_width(words)) * height / 12.0 * bold,
        };
        let left = match attribute(attributes, "text-anchor") {
            Some("start") => x,
            Some("middle") => x - width / 2.0,
            _ => x - width,
        };
        Written { words: words.to_owned(), left, right: left + width, y, height }
    }

    fn touches(&self, other: &Written) -> bool {
        let apart = (self.y - other.y).abs() >= 0.4 * (self.height + other.height);
        !apart && self.left < other.right && other.left < self.right
    }

    /// Where its middle is.
    pub(super) fn middle(&self) -> f64 {
        f64::midpoint(self.left, self.right)
    }
}

/// A drawn element: its kind, its attributes, and the points it goes through.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) kind: String,
    attributes: String,
    pub(super) points: Vec<[f64; 2]>,
}

impl Shape {
    pub(super) fn has_colour(&self, colour: &str) -> bool {
        ["fill", "stroke"].iter().any(|name| attribute(&self.attributes, name) == Some(colour))
    }

    /// An attribute has this value.
    pub(super) fn has(&self, name: &str, value: &str) -> bool {
        attribute(&self.attributes, &format!(" {name}")) == Some(value)
    }

    /// The middle of the box around its points.
    pub(super) fn middle(&self) -> [f64; 2] {
        let [[left, right], [top, bottom]] = [0, 1].map(|axis| self.extent(axis));
        [f64::midpoint(left, right), f64::midpoint(top, bottom)]
    }

    /// The least and the greatest place along an axis.
    pub(super) fn extent(&self, axis: usize) -> [f64; 2] {
        let places = || self.points.iter().map(|point| point[axis]);
        [places().fold(f64::INFINITY, f64::min), places().fold(f64::NEG_INFINITY, f64::max)]
    }
}

/// The lines and areas of a chart.
pub(super) fn shapes(svg: &str) -> Vec<Shape> {
    let elements = ELEMENT.captures_iter(svg).filter_map(|element| {
        let (kind, attributes) = (&element[1], format!(" {}", &element[2]));
        let at = |name| attribute(&attributes, name).and_then(|value| value.parse::<f64>().ok());
        let points = match kind {
            "rect" => {
                let [x, y] = [at(" x")?, at(" y")?];
                vec![[x, y], [x + at(" width")?, y + at(" height")?]]
            }
            "circle" => {
                let [x, y, radius] = [at(" cx")?, at(" cy")?, at(" r")?];
                vec![[x - radius, y - radius], [x + radius, y + radius]]
            }
            "polyline" | "polygon" => points(attribute(&attributes, "points")?),
            _ => return None,
        };
        let kind = kind.to_owned();
        Some(Shape { kind, attributes, points })
    });
    elements.collect()
}

fn points(list: &str) -> Vec<[f64; 2]> {
    let pairs = list.split_whitespace().filter_map(|pair| pair.split_once(','));
    pairs.map(|(x, y)| [x, y].map(|place| place.parse().expect("a number"))).collect()
}

/// Asserts that all of a chart lies within it, and that no two of its texts touch.
#[track_caller]
pub(super) fn assert_legible(svg: &str) {
    let (_, head) = svg.split_once("<svg").expect("a document");
    let [width, height] = ["width", "height"].map(|name| number(head, &format!(" {name}")));
    let texts = written(svg);
    for (index, text) in texts.iter().enumerate() {
        let Written { left, right, y, height: size, .. } = text;
        assert!(*left >= 0.0 && *right <= width, "{text:?} in {width}");
        assert!(*y >= size / 2.0 && y + size / 2.0 <= height, "{text:?} in {height}");
        let touched = texts[..index].iter().find(|other| other.touches(text));
        assert!(touched.is_none(), "{text:?} touches {touched:?}");
    }
    for shape in shapes(svg) {
        let [[left, right], [top, bottom]] = [0, 1].map(|axis| shape.extent(axis));
        assert!(left >= 0.0 && right <= width && top >= 0.0 && bottom <= height, "{shape:?}");
    }
}

#[test]
fn what_is_not_legible_is_seen() {
    let text = |x: i32, y: i32, words: &str| {
        format!(
            "<text x=\"{x}\" y=\"{y}\" dy=\"0.5ex\" text-anchor=\"start\" font-family=\"sans-serif\" font-size=\"12\">\n{words}\n</text>\n"
        )
    };
    let chart = |parts: &[String]| format!("<svg width=\"100\" height=\"50\">\n{}</svg>\n", parts.concat());
    let fails = |parts: &[String]| std::panic::catch_unwind(|| assert_legible(&chart(parts))).is_err();
    assert!(!fails(&[text(8, 10, "name"), text(50, 10, "number"), text(8, 24, "below")]));
    assert!(fails(&[text(8, 10, "names"), text(30, 10, "number")]), "they touch");
    assert!(fails(&[text(80, 10, "number")]), "it reaches over the edge");
    assert!(fails(&[text(8, 49, "name")]), "it reaches over the bottom");
    assert!(fails(&["<circle cx=\"99\" cy=\"9\" r=\"4\"/>".to_owned()]), "a mark reaches over the edge");
}
