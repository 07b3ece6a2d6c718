//! Any bytes are a log: reading them ends, within bounds, and says only what stands in them.
#![no_main]

use homeostasis::event;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    event::promise::log(&event::read(bytes)).unwrap();
});
