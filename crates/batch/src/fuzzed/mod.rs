//! What the fuzz targets check, and how `cargo test` tries the same (fuzz/README.md).
//!
//! Every check takes any bytes and panics where the engine and a slow second way differ. The
//! engine's internals are reached in [`engine`] alone, so that a change of theirs is minded in one
//! place. Beside each check stand the defects that it was seen to catch.
#![allow(clippy::unwrap_used, reason = "a check fails by panicking")]

mod date;
mod decimal;
mod encoding;
mod engine;
mod published;
mod rows;
mod run;
mod slow;
mod year;

pub use date::date;
pub use decimal::decimal;
pub use encoding::encoding;
pub use published::published;
pub use rows::{longest, rows};
pub use run::run;

#[cfg(test)]
#[path = "../../../../fuzz/smoke.rs"]
mod smoke;

#[cfg(test)]
mod tests {
    use super::smoke::smoke;

    #[test]
    fn rows() {
        smoke("rows", 100, super::rows);
    }

    #[test]
    fn longest() {
        smoke("longest", 4, super::longest);
    }

    #[test]
    fn decimal() {
        smoke("decimal", 500, super::decimal);
    }

    #[test]
    fn date() {
        smoke("date", 500, super::date);
    }

    #[test]
    fn encoding() {
        smoke("encoding", 200, super::encoding);
    }

    #[test]
    fn run() {
        smoke("run", 10, super::run);
    }

    #[test]
    fn most_of_the_runs_in_the_corpus_are_published() {
        let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/run");
        let mut refused = Vec::new();
        let mut published = 0;
        for entry in std::fs::read_dir(corpus).unwrap() {
            let path = entry.unwrap().path();
            match super::run::outcome(&std::fs::read(&path).unwrap()) {
                None => published += 1,
                Some(code) => refused.push((path, code)),
            }
        }
        println!("{published} published, refused: {refused:?}");
        assert!(
            published > 2 * refused.len(),
            "{published} published, refused: {refused:?}"
        );
    }

    #[test]
    fn published() {
        smoke("published", 100, super::published);
    }
}
