//! A [`Comparison`](crate::compare::Comparison) as text: markdown, SVG charts, JSON, a terminal table. Pure.
