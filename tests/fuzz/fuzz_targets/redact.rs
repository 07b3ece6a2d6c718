//! Whatever the text, what is shown of it moves no cursor and turns no writing direction.
#![no_main]

use homeostasis::redact;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let shown = redact::visible(&redact::covered(&text));
    assert!(shown.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\t')), "{shown:?}");
});
