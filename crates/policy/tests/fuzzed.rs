//! The corpus of the fuzz target `region`, and mutations of it.

#[path = "common/answers.rs"]
mod answers;
#[path = "../../../fuzz/smoke.rs"]
mod smoke;

#[test]
fn region() {
    smoke::smoke("region", 50, answers::region);
}
