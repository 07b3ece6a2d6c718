//! Any bytes are a log: reading them ends, within bounds, and says only what stands in them.
#![no_main]

use homeostasis::{event, report};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let log = event::read(bytes);
    event::promise::log(&log, bytes.len()).unwrap();
    report::promise::shown(&log).unwrap();
});
