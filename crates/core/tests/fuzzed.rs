//! The corpus of the fuzz target `year`, and mutations of it.

mod common;
#[path = "../../../fuzz/smoke.rs"]
mod smoke;

#[test]
fn year() {
    smoke::smoke("year", 60, common::against::drawn_from);
}
