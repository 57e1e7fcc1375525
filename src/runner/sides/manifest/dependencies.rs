//! Where a manifest names dependencies.

use toml_edit::{DocumentMut, Item, TableLike, Value};

/// The keys of tables of dependencies, old spellings included.
const KINDS: [&str; 5] =
    ["dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies"];

/// Calls `visit` with the name and the item of every dependency: of the package, of its targets, of the
/// workspace, and what patches replace them.
pub(in crate::runner::sides) fn for_each(document: &mut DocumentMut, visit: &mut dyn FnMut(&str, &mut Item)) {
    let root = document.as_table_mut();
    in_kinds(root, visit);
    for table in children(root.get_mut("target")) {
        in_kinds(table, visit);
    }
    if let Some(workspace) = root.get_mut("workspace").and_then(Item::as_table_like_mut) {
        in_kinds(workspace, visit);
    }
    for table in children(root.get_mut("patch")) {
        in_table(table, visit);
    }
    if let Some(replaced) = root.get_mut("replace").and_then(Item::as_table_like_mut) {
        in_table(replaced, visit);
    }
}

/// The package that a dependency names: it may be renamed.
pub(in crate::runner::sides) fn package<'a>(name: &'a str, item: &'a Item) -> &'a str {
    text(item, "package").unwrap_or(name)
}

/// A key of a dependency that is text.
pub(in crate::runner::sides) fn text<'a>(item: &'a Item, key: &str) -> Option<&'a str> {
    item.as_table_like()?.get(key)?.as_str()
}

/// Sets a key of a dependency to a text. The layout of the rest stays.
pub(in crate::runner::sides) fn set_text(item: &mut Item, key: &str, text: String) {
    if let Some(table) = item.as_table_like_mut() {
        table.insert(key, Item::Value(Value::from(text)));
    }
}

fn in_kinds(table: &mut dyn TableLike, visit: &mut dyn FnMut(&str, &mut Item)) {
    for kind in KINDS {
        if let Some(dependencies) = table.get_mut(kind).and_then(Item::as_table_like_mut) {
            in_table(dependencies, visit);
        }
    }
}

fn in_table(table: &mut dyn TableLike, visit: &mut dyn FnMut(&str, &mut Item)) {
    for (name, item) in table.iter_mut() {
        visit(name.get(), item);
    }
}

/// The tables in a table.
fn children(table: Option<&mut Item>) -> Vec<&mut dyn TableLike> {
    let table = table.and_then(Item::as_table_like_mut);
    table
        .into_iter()
        .flat_map(|table| table.iter_mut())
        .filter_map(|(_, item)| item.as_table_like_mut())
        .collect()
}
