//! Each layer on any text; the first byte picks the layer.
#![no_main]

use homeostasis::event::promise;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((pick, text)) = bytes.split_first() else { return };
    promise::layer(usize::from(*pick) % promise::n_layers(), &String::from_utf8_lossy(text)).unwrap();
});
