//! `[workspace.metadata.tensorprof]` and `[package.metadata.tensorprof]`: what a project says in its manifests of how its
//! benchmarks are measured and judged, and of the work that they do. Texts of manifests in, plain data out.
//!
//! Keys of the whole workspace count in the table of the workspace, or else in that of the package in the same manifest.
//! What is said of rows in the table of a package holds for its own benches.

mod exact;
mod formula;
mod place;
mod rows;
mod rule;
mod suggestion;
mod tables;

pub use self::place::{MetadataError, Place};
pub use self::rows::{RowFault, Rows};
pub use self::suggestion::Suggestion;
use self::tables::{ManifestTables, Table};

/// A manifest of the workspace.
#[derive(Debug, Clone)]
pub struct ManifestText {
    /// Its path, relative to the folder of the workspace.
    pub file: String,
    /// What it holds.
    pub text: String,
    /// The name of its package, if it has one.
    pub package: Option<String>,
    /// It is the manifest of the workspace.
    pub is_root: bool,
}

/// What the manifests of a workspace say.
#[derive(Debug, Clone, Default)]
pub struct Metadata {
    /// `baselines`: the folder of the baselines.
    pub baselines: Option<String>,
    /// `record-env`: the variables whose values baselines record.
    pub recorded_variables: Vec<String>,
    /// Keys that stand for flags which the user does not give.
    pub flags: Vec<Flag>,
    /// `rows`: what holds for the rows that patterns match.
    pub rows: Rows,
}

/// A key that stands for a flag.
#[derive(Debug, Clone)]
pub struct Flag {
    /// The flag, without its dashes.
    pub name: &'static str,
    /// Its value, as on a command line.
    pub value: String,
    /// Where the value stands.
    pub place: Place,
}

impl Metadata {
    /// What these manifests say.
    ///
    /// # Errors
    /// The first key or value that cannot be used.
    pub fn of(manifests: &[ManifestText]) -> Result<Metadata, MetadataError> {
        let mut metadata = Metadata::default();
        for manifest in manifests {
            let [workspace, package] = manifest.tables()?;
            if manifest.is_root {
                metadata.add_settings(manifest, &workspace);
                metadata.add_settings(manifest, &package);
                metadata.rows.add(manifest, None, workspace.rows)?;
            } else if let Some(offset) = package.of_workspace() {
                let reason = "this key is of the whole workspace: move it to [workspace.metadata.tensorprof] in the manifest \
                              of the workspace"
                    .to_owned();
                return Err(MetadataError { place: manifest.place(offset), reason });
            }
            metadata.rows.add(manifest, manifest.package.clone(), package.rows)?;
        }
        metadata.rows.sort();
        Ok(metadata)
    }

    /// Adds what is not said yet.
    fn add_settings(&mut self, manifest: &ManifestText, table: &Table) {
        let baselines = table.baselines.as_ref().map(|folder| folder.get_ref().clone());
        self.baselines = self.baselines.take().or(baselines);
        if let Some(names) = table.record_env.as_ref().filter(|_| self.recorded_variables.is_empty()) {
            self.recorded_variables = names.get_ref().0.clone();
        }
        for (name, value) in table
            .flags()
            .filter(|(name, _)| self.flags.iter().all(|flag| flag.name != *name))
            .collect::<Vec<_>>()
        {
            let text = value.get_ref().as_str().map_or_else(|| value.get_ref().to_string(), str::to_owned);
            self.flags.push(Flag { name, value: text, place: manifest.place(value.span().start) });
        }
    }
}

impl ManifestText {
    /// The tables of the workspace and of the package.
    fn tables(&self) -> Result<[Table; 2], MetadataError> {
        let tables: Result<ManifestTables, _> = toml::from_str(&self.text);
        tables.map(ManifestTables::into_tables).map_err(|error| MetadataError {
            place: self.place(error.span().map_or(0, |span| span.start)),
            reason: error.message().to_owned(),
        })
    }

    /// So many bytes from its start.
    fn place(&self, offset: usize) -> Place {
        Place::at(&self.file, &self.text, offset)
    }
}

#[cfg(test)]
mod tests;
