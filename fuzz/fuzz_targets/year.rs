#![no_main]

// The years and the comparison of the core's own tests.
#[path = "../../crates/core/tests/common/mod.rs"]
mod common;

libfuzzer_sys::fuzz_target!(|data: &[u8]| common::against::drawn_from(data));
