#![no_main]

libfuzzer_sys::fuzz_target!(
    init: tidegate_fuzz::write_seeds("evaluate"),
    |data: &[u8]| tidegate_fuzz::targets::evaluate(data)
);
