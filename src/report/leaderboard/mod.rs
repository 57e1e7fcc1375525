//! A [`Leaderboard`] as text: tables for a terminal, markdown for a book, JSON, and comma-separated
//! values. What a table says is the same on a terminal and on a page.

mod columns;
mod csv;
mod entry;
mod json;
mod markdown;
mod terminal;
#[cfg(test)]
mod tests;
mod words;

pub use self::csv::csv;
pub use self::json::json;
pub use self::markdown::page;
pub use self::terminal::table;

#[cfg(doc)]
use crate::compare::Leaderboard;
