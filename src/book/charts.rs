//! Charts within a page.

use crate::report::Chart;

/// How charts are shown to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charts {
    /// As a drawing, in the colours of the page.
    Drawn,
    /// As text: title and description.
    Described,
}

impl Charts {
    /// The chart as markdown, which ends with a line end.
    pub(super) fn show(self, chart: &Chart) -> String {
        match self {
            Charts::Drawn => {
                let (svg, caption) = (inline(&chart.svg), escaped(&chart.description));
                format!(
                    "<figure class=\"tensorprof\" style=\"margin:1em 0\">\n<div style=\"overflow-x:auto\">\n{svg}</div>\n\
                     <figcaption><em>{caption}</em></figcaption>\n</figure>\n"
                )
            }
            Charts::Described => format!("*{}. {}*\n", chart.title, chart.description),
        }
    }
}

/// Least share of its size at which a drawing is shown: its texts are 12 pixels high.
const LEAST_SHARE: f64 = 0.7;

/// An SVG document as a part of a page: no wider than the page, but wide enough to read, so that a phone
/// scrolls a wide one. Its `currentColor` is the colour of the text around it. Blank lines are removed, since one
/// would end the HTML block. `{{` is escaped, since mdBook would expand `{{#include}}` in the name of a
/// benchmark.
fn inline(svg: &str) -> String {
    let least =
        width(svg).map_or_else(String::new, |width| format!("min-width:{:.0}px;", width * LEAST_SHARE));
    let svg = svg.replacen("<svg ", &format!("<svg style=\"max-width:100%;{least}height:auto\" "), 1);
    let lines = svg.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| line.replace("{{", "&#123;&#123;") + "\n").collect()
}

/// The width that a document says it has, pixels.
fn width(svg: &str) -> Option<f64> {
    let (_, width) = svg.split_once("width=\"")?;
    width.split('"').next()?.parse().ok()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> Chart {
        Chart {
            file_name: "rates.svg",
            title: "Rate against size",
            alt: "Lines",
            description: "a < b".to_owned(),
            svg: "<svg class=\"tensorprof\" width=\"900\">\n<title>Rates</title>\n\n\
                  <text>\n\n{{#include /x}}\n</text>\n</svg>\n"
                .to_owned(),
        }
    }

    #[test]
    fn a_drawing_is_one_block() {
        let figure = Charts::Drawn.show(&chart());
        let expected = "<figure class=\"tensorprof\" style=\"margin:1em 0\">\n<div style=\"overflow-x:auto\">\n\
            <svg style=\"max-width:100%;min-width:630px;height:auto\" class=\"tensorprof\" width=\"900\">\n<title>Rates</title>\n\
            <text>\n&#123;&#123;#include /x}}\n</text>\n</svg>\n</div>\n\
            <figcaption><em>a &lt; b</em></figcaption>\n</figure>\n";
        assert_eq!(figure, expected);
    }

    #[test]
    fn a_chart_can_be_told_in_words() {
        assert_eq!(Charts::Described.show(&chart()), "*Rate against size. a < b*\n");
    }
}
