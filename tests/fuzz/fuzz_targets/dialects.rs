//! Each dialect on any text; the first byte picks the dialect.
#![no_main]

use homeostasis::event::promise;
use homeostasis::report;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((pick, text)) = bytes.split_first() else { return };
    let log = promise::dialect(usize::from(*pick) % promise::n_dialects(), &String::from_utf8_lossy(text)).unwrap();
    report::promise::shown(&log).unwrap();
});
