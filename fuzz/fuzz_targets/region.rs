#![no_main]

// What the policy's own tests ask of any text.
#[path = "../../crates/policy/tests/common/answers.rs"]
mod answers;

libfuzzer_sys::fuzz_target!(|data: &[u8]| answers::region(data));
