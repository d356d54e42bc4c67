#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| viewer_fuzz::run("jxl", bytes));
