//! What the fuzz targets check, and how `cargo test` tries the same (fuzz/README.md).
//!
//! Every check takes any bytes and panics where the engine and the model differ, where an answer
//! lacks what it must have, or where anything else panics. Beside each check stand the defects that
//! it was seen to catch.
#![allow(clippy::unwrap_used, reason = "a check fails by panicking")]

mod atoms;
mod dip;
mod known;
mod opendrg;
mod parts;
mod record;
mod scheme;
mod stay;

pub use dip::dip;
pub use opendrg::opendrg;
pub use record::record;
pub use scheme::scheme;

#[cfg(test)]
#[path = "../../../../fuzz/smoke.rs"]
mod smoke;

#[cfg(test)]
mod tests {
    use super::smoke::smoke;

    #[test]
    fn record() {
        smoke("record", 60, super::record);
    }

    #[test]
    fn scheme() {
        smoke("scheme", 25, super::scheme);
    }

    #[test]
    fn opendrg() {
        smoke("opendrg", 40, super::opendrg);
    }

    #[test]
    fn dip() {
        smoke("dip", 60, super::dip);
    }

    /// A corpus of which everything is refused would try only what refuses.
    #[test]
    fn enough_of_the_corpus_is_read() {
        for (target, reaches) in [
            ("scheme", super::scheme::is_read as fn(&[u8]) -> bool),
            ("opendrg", super::opendrg::is_read),
            ("dip", super::dip::is_read),
        ] {
            let corpus = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
            let files = std::fs::read_dir(corpus.join(target)).unwrap();
            let (read, refused): (Vec<_>, Vec<_>) = files
                .map(|entry| entry.unwrap().path())
                .partition(|path| reaches(&std::fs::read(path).unwrap()));
            println!("{target}: {} read, refused: {refused:?}", read.len());
            assert!(read.len() * 3 >= refused.len(), "{target}: {refused:?}");
        }
    }
}
