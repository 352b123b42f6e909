#![no_main]

libfuzzer_sys::fuzz_target!(
    init: tidegate_fuzz::write_seeds("payload"),
    |data: &[u8]| tidegate_fuzz::targets::payload(data)
);
