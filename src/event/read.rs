//! From the bytes of a log to its events: cut into blocks, read each, set the failures side by side.
//!
//! Never fails: a log may hold anything, so what is not understood is passed over, and counted where it was cut.

use super::Log;
use super::collector::{Collector, Filter};
use super::split::Splitter;

/// Reads a log of any format, any encoding and any length into its failures.
///
/// Colours, prefixes of services and jobs, quotes and records are peeled first. The work grows linearly with `bytes`.
pub fn read(bytes: &[u8]) -> Log {
    let mut reader = Reader::new(Filter::default());
    reader.push(bytes);
    reader.finish()
}

/// Reads a log as it comes, in bounded memory. Where more threads than one may help, its parts are used by themselves:
/// [`Splitter`], [`Block::read`](super::Block::read), [`Collector`].
pub struct Reader {
    splitter: Splitter,
    collector: Collector,
    filter: Filter,
}

impl Reader {
    /// At the start of a log.
    pub fn new(filter: Filter) -> Reader {
        Reader { splitter: Splitter::new(), collector: Collector::new(filter), filter }
    }

    /// The next bytes of the log.
    pub fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = self.splitter.room();
            let n = room.len().min(bytes.len());
            room[..n].copy_from_slice(&bytes[..n]);
            self.splitter.filled(n);
            self.take_blocks();
            bytes = &bytes[n..];
        }
    }

    /// What the log says so far, as if it ended here. Reads again what is not yet a whole block, one megabyte at most.
    pub fn snapshot(&self) -> Log {
        let mut collector = self.collector.clone();
        collector.add(self.splitter.rest().read(self.filter));
        collector.finish()
    }

    /// What the log says.
    pub fn finish(mut self) -> Log {
        self.splitter.end();
        self.take_blocks();
        self.collector.finish()
    }

    fn take_blocks(&mut self) {
        while let Some(block) = self.splitter.next_block() {
            self.collector.add(block.read(self.filter));
            self.splitter.reuse(block.into_buffer());
        }
    }
}

/// Reads `text` in blocks of so many bytes: a border falls behind the last line that ends within them.
#[cfg(test)]
pub(super) fn read_in_blocks(text: &str, block: usize) -> Log {
    let mut reader = Reader { splitter: Splitter::of(block), ..Reader::new(Filter::default()) };
    reader.push(text.as_bytes());
    reader.finish()
}

/// Reads `text` with no line left out, however calm it is.
#[cfg(test)]
pub(super) fn read_everything(text: &str) -> Log {
    let (mut splitter, mut collector) = (Splitter::new(), Collector::new(Filter::default()));
    for piece in text.as_bytes().chunks(1000) {
        splitter.room()[..piece.len()].copy_from_slice(piece);
        splitter.filled(piece.len());
        std::iter::from_fn(|| splitter.next_block()).for_each(|block| collector.add(block.read_with(Filter::default(), false)));
    }
    splitter.end();
    std::iter::from_fn(|| splitter.next_block()).for_each(|block| collector.add(block.read_with(Filter::default(), false)));
    collector.finish()
}

/// The events of `text`, one line each: `kind: headline @ file:line function [test] <- cause xN`.
#[cfg(test)]
pub(super) fn outline(text: &str) -> Vec<String> {
    let one = |event: &super::Event| {
        let place = event.raised_at.as_ref().map(|place| {
            let line = place.line.map_or(String::new(), |line| format!(":{line}"));
            let function = place.function.as_ref().map_or(String::new(), |name| format!(" {name}"));
            format!(" @ {}{line}{function}", place.file)
        });
        let name = event.test.as_ref().map(|name| format!(" [{name}]"));
        let causes = event.causes.iter().map(|cause| format!(" <- {}: {}", cause.kind, cause.message)).collect::<Vec<_>>().concat();
        let count = (event.count > 1).then(|| format!(" x{}", event.count));
        let within = event.within.map(|group| format!(" in {group}"));
        format!(
            "{}: {}{}{}{causes}{}{}",
            event.kind,
            event.headline(),
            place.unwrap_or_default(),
            name.unwrap_or_default(),
            within.unwrap_or_default(),
            count.unwrap_or_default()
        )
    };
    read(text.as_bytes()).events.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "Traceback (most recent call last):\n  File \"/home/me/app/x.py\", line 3, in f\n    g()\nKeyError: 'a'\n";
    const SEEN: &str = "KeyError: 'a' @ /home/me/app/x.py:3 f";

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn dress_does_not_matter() {
        check(TRACE, &[SEEN]);
        check(&TRACE.replace('\n', "\r\n"), &[SEEN]);
        check(&TRACE.replace("File", "\u{1b}[35mFile\u{1b}[0m").replace("Key", "\u{1b}[1mKey\u{1b}[0m"), &[SEEN]);
        check(&format!("\u{feff}{TRACE}"), &[SEEN]);
        check(&format!("10%\r55%\r{TRACE}"), &[SEEN]);
        check(&format!("10it [00:07]{TRACE}"), &[SEEN]);
        let each_line = |prefix: &str| TRACE.lines().map(|line| format!("{prefix}{line}\n")).collect::<Vec<_>>().concat();
        for prefix in [
            "    ",
            "> ",
            "[rank1]: ",
            "web-1  | ",
            "2025-01-02T03:04:05.1234567Z ",
            "test (3.9)\tRun\t2025-01-02T03:04:05.1234567Z ",
            "Jan  2 03:04:05 host app[12]: ",
        ] {
            check(&each_line(prefix), &[SEEN]);
        }
        check(&each_line("web-1  | 2025-01-02T03:04:05.1234567Z "), &[SEEN]);
    }

    #[test]
    fn utf16_and_broken_utf8_are_read() {
        let utf16: Vec<u8> = format!("\u{feff}{TRACE}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&utf16).events.len(), 1);
        let broken = [b"\xff\xfe\xfd\n".as_slice(), TRACE.as_bytes()].concat();
        assert_eq!(read(&[b"x".as_slice(), &broken].concat()).events[0].message, "'a'");
    }

    #[test]
    fn two_services_may_talk_at_once() {
        let other = TRACE.replace("'a'", "'b'");
        let text =
            TRACE.lines().zip(other.lines()).map(|(one, two)| format!("web-1  | {one}\ndb-1   | {two}\n")).collect::<Vec<_>>().concat();
        let log = read(text.as_bytes());
        let seen: Vec<_> = log.events.iter().map(|event| (event.service.as_deref(), event.message.as_str())).collect();
        assert_eq!(seen, [(Some("web-1"), "'a'"), (Some("db-1"), "'b'")]);
    }

    #[test]
    fn a_line_of_ten_megabytes_is_read_round_its_hint() {
        let filler = "x".repeat(10_000_000);
        let log = read(format!("{filler} thread 'main' panicked at 'boom', src/main.rs:1:2{filler}\nnext").as_bytes());
        assert_eq!(log.skipped.len(), 1);
        assert_eq!(log.n_lines, 2);
        assert_eq!(read(filler.as_bytes()).events.len(), 0);
    }

    /// Twice the text takes about twice the time, whatever it is made of: a quadratic reader would take minutes here.
    #[test]
    fn hostile_repetition_is_read_in_time() {
        for piece in [
            "  File \"x.py\", line 1, in f\n    g()\n",
            "Traceback (most recent call last):\n",
            "E   KeyError: 1\n",
            "E   assert 1\nx.py:1: assert 1\n",
            "thread 'main' panicked at 'x\n",
            "thread 'main' panicked at x.rs:1:2:\n\n",
            "error: x\n1 | y\n",
            "---- a stdout ----\n",
            "Error: x\nCaused by:\n",
            "======================================================================\nERROR: x (y)\n",
            "a.b | x\nTraceback\n",
            "FAILED x.py::test_a - x\n",
            "error: could not compile `x`\n",
        ] {
            let text = piece.repeat(20_000);
            assert!(read(text.as_bytes()).n_lines >= 20_000, "{piece}");
        }
    }

    #[test]
    fn lines_are_numbered_in_the_log() {
        let text = format!("{}{TRACE}", "all is well\n".repeat(500));
        assert_eq!(read(text.as_bytes()).events[0].lines, 501..505);
    }

    /// Everything that an event says of the log must be true of it.
    fn check_sound(bytes: &[u8]) {
        let log = read(bytes);
        for event in &log.events {
            assert!(
                event.lines.start >= 1 && event.lines.start < event.lines.end && event.lines.end <= log.n_lines + 2,
                "{:?} of {}",
                event.lines,
                log.n_lines
            );
            assert!(event.count >= 1 && event.within.is_none_or(|group| group < log.events.len()));
            assert!(event.fingerprint.0.starts_with("2:"));
        }
        assert_eq!(crate::event::incidents(&log).iter().map(|incident| incident.events.len()).sum::<usize>(), log.events.len());
    }

    /// Pieces of which hostile logs are made: each opens, continues or closes something.
    const PIECES: &[&str] = &[
        "Traceback (most recent call last):",
        "  + Exception Group Traceback (most recent call last):",
        "  +-+---------------- 1 ----------------",
        "    | KeyError: 1",
        "  |   File \"x.py\", line 1, in f",
        "    +------------------------------------",
        "  File \"x.py\", line 3, in f",
        "    source(é)",
        "    ^^^~~~",
        "KeyError: 'a'",
        "ValueError",
        "",
        "During handling of the above exception, another exception occurred:",
        "The above exception was the direct cause of the following exception:",
        "\"\"\"",
        "thread 'main' panicked at src/é.rs:1:2:",
        "thread 'a::b' (1) panicked at 'x', ",
        "stack backtrace:",
        "   0: f",
        "             at /x.rs:1:2",
        "note: run with `RUST_BACKTRACE=1`",
        "error[E0308]: mismatched",
        "error: linking with `cc` failed",
        " --> src/main.rs:1:2",
        "  |",
        "1 | let é = 1;",
        "  |     ^^ - text",
        "  = note: `-D x` implied",
        "help: try",
        "1 - a",
        "1 + b",
        "2 ~ c",
        "error: could not compile `x`",
        "error: test failed",
        "Caused by:",
        "  (signal: 6, SIGABRT)",
        "---- a::b stdout ----",
        "failures:",
        "test a::b ... FAILED",
        "test result: FAILED.",
        "note: test did not panic as expected at a.rs:1:2",
        "note: panic did not contain expected string",
        "Error: x",
        "Location:",
        "    src/main.rs:1:2",
        "_____ test_é _____",
        "=================== FAILURES ===================",
        "E   KeyError: 1",
        "E       assert 1",
        ">       x",
        "x.py:1: KeyError",
        "x.py:1: in f",
        "x.py:9: ",
        "FAILED x.py::test_a - KeyError: 1",
        "----------- Captured stdout -----------",
        "======================================================================",
        "ERROR: test_x (m.T)",
        "----------------------------------------------------------------------",
        "        FAIL [   0.1s] (1/2) t a::b",
        "  TRY 2 PASS [   0.1s] (1/2) t a::b",
        "{\"error_type\": \"E\", \"error_message\": \"x\", \"t\": \"Traceback (most recent call last):\\n  File \\\"x\\\", line 1\\nE: x\"}",
        "{\"reason\":\"compiler-message\",\"message\":{\"message\":\"m\",\"code\":null,\"level\":\"error\",\"spans\":[{\"file_name\":\"a\",\"byte_start\":9,\"byte_end\":2,\"line_start\":1,\"line_end\":1,\"column_start\":0,\"column_end\":9,\"text\":[{\"text\":\"é\",\"highlight_start\":9,\"highlight_end\":2}],\"suggested_replacement\":\"\"}],\"children\":[]}}",
        "Fatal Python error: x",
        "Current thread 0x1 (most recent call first):",
        "  File \"x.py\", line 1 in f",
        "thread 'a' has overflowed its stack",
        "\u{1b}[1mx\u{1b}[",
        "web-1  | ",
        "> ",
        "2025-01-02T03:04:05.1234567Z ",
        "\u{feff}",
        "\r",
        "\t",
        "🦀",
    ];

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(256))]

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            check_sound(&bytes);
        }

        #[test]
        fn no_mixture_of_pieces_makes_it_panic(picks in proptest::collection::vec((0..PIECES.len(), proptest::bool::weighted(0.85)), 0..60)) {
            let text = picks.iter().map(|&(at, ends)| format!("{}{}", PIECES[at], if ends { "\n" } else { "" })).collect::<Vec<_>>().concat();
            check_sound(text.as_bytes());
        }

        #[test]
        fn no_cut_or_changed_byte_makes_it_panic(cut in 0_usize..400, at in 0_usize..400, byte: u8) {
            let text = format!("web-1  | {TRACE}thread 'main' panicked at src/é.rs:1:2:\nboom\nerror[E0308]: mismatched\n --> a.rs:1:2\n  |\n1 | é = x;\n  | ^ text\n  | |\n  | more\n");
            let mut bytes = text.into_bytes();
            bytes.drain(..cut.min(bytes.len()));
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            check_sound(&bytes);
        }
    }

    #[test]
    fn what_is_no_failure_is_silent() {
        for text in [
            "test tests::parse_error ... ok\ntest_error_case (m.T) ... ok\ntests/x.py::test_key_error PASSED\n",
            "+Traceback (most recent call last):\n+  File \"x.py\", line 1, in f\n+KeyError: 1\n",
            ">>> f()\nTraceback (most recent call last):\n    ...\nValueError: x\n",
            "{\"level\": \"error\", \"traceback\": \"NoneType: None\\n\"}\n",
            "warning: unused variable: `x`\n --> src/main.rs:2:9\n  |\n2 |     let x = 1;\n  |         ^\n",
            "Stack (most recent call last):\n  File \"x.py\", line 1, in f\n    log()\n",
            "ERROR: docstring of x: Unknown role\nno error: all good\n0 errors\n",
            "we call a function that panicked at once, error: none\n",
        ] {
            check(text, &[]);
        }
    }
}
