//! The packages that a package is linked with, as `cargo metadata` has resolved them.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, Node, NodeDep, Package, PackageId};

/// The packages that a package depends on itself, whatever for.
pub(super) fn direct<'a>(metadata: &'a Metadata, package: &PackageId) -> Vec<&'a Package> {
    let graph = Graph::of(metadata);
    graph.dependencies(package, |_| true).collect()
}

/// They, and the packages that these hand on to it; nearest first.
pub(super) fn linked<'a>(metadata: &'a Metadata, package: &PackageId) -> Vec<&'a Package> {
    let graph = Graph::of(metadata);
    let mut found = direct(metadata, package);
    let mut known: BTreeSet<&PackageId> = found.iter().map(|package| &package.id).collect();
    let mut next = 0;
    while let Some(package) = found.get(next).copied() {
        let more = graph.dependencies(&package.id, is_linked);
        found.extend(more.filter(|package| known.insert(&package.id)));
        next += 1;
    }
    found
}

/// It is linked wherever the package is that depends on it, not in that package's tests and benches alone.
fn is_linked(dependency: &NodeDep) -> bool {
    dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal)
}

struct Graph<'a> {
    packages: BTreeMap<&'a PackageId, &'a Package>,
    nodes: BTreeMap<&'a PackageId, &'a Node>,
}

impl<'a> Graph<'a> {
    fn of(metadata: &'a Metadata) -> Graph<'a> {
        let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
        Graph {
            packages: metadata.packages.iter().map(|package| (&package.id, package)).collect(),
            nodes: nodes.map(|node| (&node.id, node)).collect(),
        }
    }

    fn dependencies(
        &self,
        package: &PackageId,
        counts: fn(&NodeDep) -> bool,
    ) -> impl Iterator<Item = &'a Package> {
        let of_node = self.nodes.get(package).map(|node| node.deps.as_slice()).unwrap_or_default();
        let counting = of_node.iter().filter(move |dependency| counts(dependency));
        counting.filter_map(|dependency| self.packages.get(&dependency.pkg).copied())
    }
}
