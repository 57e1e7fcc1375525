//! A chart as files, and on the page beside them.

use super::files::FILES;
use super::theme::Theme;

/// A chart as an SVG document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// Name of its file for light pages, fixed for each kind of chart.
    pub file_name: &'static str,
    /// What it shows, in a few words.
    pub title: &'static str,
    /// What is drawn, for those who cannot see it. Our own words: without markup and quotes.
    pub alt: &'static str,
    /// How to read it, and what was left out.
    pub description: String,
    /// The document, to be a part of a page: its foreground is `currentColor`.
    pub svg: String,
}

impl Chart {
    /// Its name where one is asked for: the file name without its ending.
    pub fn name(&self) -> &'static str {
        name(self.file_name)
    }

    /// Its files, each a name and a document: for light pages and for dark ones.
    pub fn files(&self) -> [(String, String); 2] {
        [Theme::Light, Theme::Dark].map(|theme| (file_name(self.file_name, theme), theme.file(&self.svg)))
    }

    /// Markdown that shows its files on a page beside them, with its description. Ends with a line end.
    ///
    /// Always a `<picture>`, since GitHub answers the media query of a `<source>` by the theme that its
    /// reader chose; one within the file would ask the operating system. Other viewers, mdBook among them,
    /// answer both by the system, and one that drops these tags shows the image for light pages. A book's
    /// chapters are better drawn by the preprocessor: mdBook moves the links of chapters in folders to its
    /// page for printing, but not those in `srcset`.
    pub(in crate::report) fn figure(&self) -> String {
        let Chart { alt, description, .. } = self;
        let [light, dark] = [Theme::Light, Theme::Dark].map(|theme| file_name(self.file_name, theme));
        // A blank line would end the block of HTML.
        format!(
            "<picture>\n<source media=\"(prefers-color-scheme: dark)\" srcset=\"{dark}\">\n\
             <img alt=\"{alt}\" src=\"{light}\">\n</picture>\n\n*{description}*\n"
        )
    }
}

/// The names of all charts that a report can have.
pub fn chart_names() -> impl Iterator<Item = &'static str> + Clone {
    FILES.into_iter().map(name)
}

/// The names of all files of charts that a report can have.
pub fn chart_files() -> impl Iterator<Item = String> {
    FILES.into_iter().flat_map(|file| [Theme::Light, Theme::Dark].map(|theme| file_name(file, theme)))
}

fn name(file: &'static str) -> &'static str {
    file.strip_suffix(".svg").unwrap_or(file)
}

/// The name of a chart's file for these pages.
fn file_name(file: &'static str, theme: Theme) -> String {
    match theme {
        Theme::Light => file.to_owned(),
        Theme::Dark => format!("{}-dark.svg", name(file)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_one_block_of_html_and_its_files_are_those_that_it_names() {
        let chart = Chart {
            file_name: super::super::files::RATES_FILE,
            title: "Rates",
            alt: "Lines",
            description: "One panel a family.".to_owned(),
            svg: "<svg></svg>\n".to_owned(),
        };
        assert_eq!(
            chart.figure(),
            "<picture>\n<source media=\"(prefers-color-scheme: dark)\" srcset=\"rates-dark.svg\">\n\
             <img alt=\"Lines\" src=\"rates.svg\">\n</picture>\n\n*One panel a family.*\n"
        );
        assert_eq!(chart.files().map(|(name, _)| name), ["rates.svg", "rates-dark.svg"]);
        assert!(chart.files().iter().all(|(name, _)| chart_files().any(|file| file == *name)));
    }
}
