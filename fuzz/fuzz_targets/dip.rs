#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dianzhi_grouper::fuzzed::dip(data));
