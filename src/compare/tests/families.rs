//! Families of sizes, and rows that contain one another.

use crate::compare::fixtures::{baseline, row};
use crate::compare::{Comparison, Family, Options, Rule, compare};
use crate::dtype::Dtype;
use crate::inference::Phase;
use crate::model::{Benchmark, Inference};
use crate::work::Work;

/// `ops/FUNCTION/PARAMETER` in three rounds near `ns`.
fn sized(function: &str, parameter: &str, ns: f64) -> Benchmark {
    let mut row = row(function, &[ns, ns * 1.002, ns * 0.999]);
    row.id.criterion.parameter = Some(parameter.to_owned());
    row
}

fn diff(old: Vec<Benchmark>, new: Vec<Benchmark>) -> Comparison {
    compare(&baseline("old", old), &baseline("new", new), &Options::default())
}

/// Rows of t = scale n^exponent, FLOPs of 2 n^3.
fn cubic(scale: f64, exponent: f64, sizes: &[u32]) -> Vec<Benchmark> {
    let row = |&n: &u32| Benchmark {
        work: Some(Work::none().flops(2 * u64::from(n).pow(3)).bytes(u64::from(n).pow(2))),
        ..sized("matmul", &format!("{n}x{n}"), scale * f64::from(n).powf(exponent))
    };
    sizes.iter().map(row).collect()
}

fn only(comparison: &Comparison) -> &Family {
    assert_eq!(comparison.families.len(), 1, "{:?}", comparison.families);
    &comparison.families[0]
}

fn close(found: f64, expected: f64) {
    assert!((found / expected - 1.0).abs() < 1e-6, "{found} is not {expected}");
}

#[test]
fn a_power_law_has_its_exponent_on_each_side() {
    let comparison = diff(cubic(1e3, 2.5, &[64, 8, 512]), cubic(2e3, 3.0, &[8, 64, 512]));
    let family = only(&comparison);
    let labels: Vec<&str> = family.rows.iter().map(|&row| comparison.rows[row].label.as_str()).collect();
    assert_eq!(labels, ["ops/matmul/8x8", "ops/matmul/64x64", "ops/matmul/512x512"]);
    let [old, new] = family.exponent.map(Option::unwrap).into_array();
    close(old.value, 2.5);
    close(new.value, 3.0);
    assert!(new.high - new.low < 1e-6, "the sizes lie on the line");
    close(family.expected_exponent.unwrap(), 3.0);
}

#[test]
fn an_exponent_does_not_depend_on_the_clock_of_the_other_side() {
    let probed = |mut rows: Vec<Benchmark>, clock: f64| {
        for (index, row) in rows.iter_mut().enumerate() {
            for (round, wander) in row.rounds.iter_mut().zip([1.0, 1.01, 0.99]) {
                // A clock that moved for some sizes more than for others.
                round.probes = vec![50_000.0 * wander * clock.powi(index as i32); round.samples.len()];
            }
        }
        rows
    };
    let rows = || cubic(1e3, 2.5, &[8, 64, 512]);
    let exponent = |old: f64| {
        let comparison = diff(probed(rows(), old), probed(rows(), 1.0));
        assert!(comparison.rows.iter().all(|row| row.time_change().is_some()));
        only(&comparison).exponent.candidate.unwrap().value
    };
    close(exponent(1.1), exponent(1.0));
}

#[test]
fn two_sizes_have_the_interval_of_their_rounds_and_one_has_no_exponent() {
    let two = cubic(1e3, 3.0, &[8, 64]);
    let found = only(&diff(two.clone(), two.clone())).exponent.baseline.unwrap();
    close(found.value, 3.0);
    assert!((1e-4..0.01).contains(&(found.high - found.low)), "{found:?}");
    let point = Options { rule: Rule::Point, ..Options::default() };
    let compared = compare(&baseline("a", two.clone()), &baseline("b", two.clone()), &point);
    let bare = only(&compared).exponent.baseline.unwrap();
    assert_eq!((bare.low, bare.high), (bare.value, bare.value));
    let one = only(&diff(two[..1].to_vec(), two)).exponent;
    assert!(one.baseline.is_none() && one.candidate.is_some());
}

#[test]
fn bytes_are_expected_of_what_declares_no_flops() {
    let mut rows = cubic(1e3, 2.0, &[8, 64]);
    rows.iter_mut().flat_map(|row| &mut row.work).for_each(|work| work.flops = None);
    close(only(&diff(rows.clone(), rows)).expected_exponent.unwrap(), 2.0);
}

#[test]
fn means_are_of_rows_that_both_sides_measured() {
    let old = vec![sized("f", "1", 1e5), sized("f", "2", 4e5), sized("f", "3", 7e5)];
    let new = vec![sized("f", "1", 2e5), sized("f", "2", 4e5), sized("f", "4", 9e5)];
    let comparison = diff(old, new);
    let family = only(&comparison);
    assert_eq!(family.rows.len(), 4);
    let time = family.time.unwrap();
    let means = time.values().both().unwrap();
    assert!((means.candidate / means.baseline - 2f64.sqrt()).abs() < 1e-9);
    let change = time.change.unwrap();
    close(1.0 + change.point, 2f64.sqrt());
    assert!(change.low < change.point && change.point < change.high);
    let one_sided = diff(vec![sized("f", "1", 1e5)], vec![]);
    assert_eq!(only(&one_sided).time, None);
}

#[test]
fn part_of_another_member_is_listed_and_not_counted_again() {
    let inside = Benchmark { nested_in: Some("ops/f/10".to_owned()), ..sized("f", "Iteration", 1e4) };
    let elsewhere = Benchmark { nested_in: Some("ops/g".to_owned()), ..sized("f", "20", 4e5) };
    let rows = vec![sized("f", "10", 1e5), elsewhere, inside, row("g", &[1e6, 1e6])];
    let comparison = diff(rows.clone(), rows);
    let family = &comparison.families[0];
    assert_eq!((family.label.as_str(), family.rows.len()), ("ops/f", 3));
    assert!((family.time.unwrap().values().baseline.unwrap() / 2e5 - 1.0).abs() < 5e-3);
}

#[test]
fn labels_tell_families_apart() {
    let of = |package: &str, function: &str, dtype: Option<Dtype>| {
        let parameter = dtype.map_or("1", Dtype::name);
        let mut row = sized(function, parameter, 1e5);
        row.id.package = package.to_owned();
        row.work = dtype.map(|dtype| Work { dtype: Some(dtype), ..Work::none() });
        row
    };
    let model = Benchmark {
        inference: Some(Inference { model: "S".to_owned(), phase: Phase::Creation }),
        ..row("model", &[1e5])
    };
    let rows = vec![
        of("p", "add", None),
        of("p", "gelu", Some(Dtype::F16)),
        of("p", "gelu", Some(Dtype::F32)),
        of("p", "mul", None),
        of("q", "mul", None),
        model,
    ];
    let comparison = diff(rows.clone(), rows);
    let labels: Vec<&str> = comparison.families.iter().map(|family| family.label.as_str()).collect();
    assert_eq!(labels, ["ops/add", "ops/gelu (f32)", "ops/gelu (f16)", "p::ops::ops/mul", "q::ops::ops/mul"]);
}

fn inside(function: &str, outer: &str, ns: f64) -> Benchmark {
    Benchmark { nested_in: Some(format!("ops/{outer}")), ..row(function, &[ns, ns]) }
}

#[test]
fn a_chain_of_rows_is_counted_once() {
    let chain = || {
        vec![
            inside("forward", "token", 8e5),
            inside("token", "inference", 9e5),
            row("inference", &[1e6, 1e6]),
        ]
    };
    let summary = diff(chain(), chain()).summary;
    assert_eq!((summary.nested_rows, summary.geomean_rows), (2, 1));
    close(summary.total_ns.baseline, 1e6);
    close(summary.total_with_nested_ns.baseline, 2.7e6);
}

#[test]
fn a_chain_holds_through_a_row_that_one_side_lacks() {
    let chain = vec![
        inside("forward", "token", 8e5),
        inside("token", "inference", 9e5),
        row("inference", &[1e6, 1e6]),
    ];
    let without = [&chain[..1], &chain[2..]].concat();
    let summary = diff(chain.clone(), without.clone()).summary;
    assert_eq!(summary.nested_rows, 1);
    close(summary.total_ns.baseline, 1e6);
    let broken = diff(without.clone(), without).summary;
    assert_eq!(broken.nested_rows, 0, "nothing says what contains a row that neither side has");
}

#[test]
fn rows_that_would_contain_themselves_are_counted() {
    let circle =
        vec![inside("a", "b", 1e6), inside("b", "a", 2e6), inside("c", "a", 4e6), inside("d", "d", 8e6)];
    let summary = diff(circle.clone(), circle).summary;
    assert_eq!(summary.nested_rows, 1);
    close(summary.total_ns.baseline, 11e6);
}
