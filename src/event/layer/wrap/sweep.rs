//! Wraps known logs at every width, in every way that we know, and reads them again.

use std::fmt::Write;

use crate::event::read;

const PYTHON: &str = r#"Traceback (most recent call last):
  File "/home/deploy/services/billing/app/main.py", line 417, in <module>
    main()
    ~~~~^^
  File "/home/deploy/services/billing/app/main.py", line 409, in main
    run_until_complete(settings.load_from_environment(), retries=settings.retries)
    ~~~~~~~~~~~~~~~~~~^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/usr/local/lib/python3.13/site-packages/billing_core/settings/environment.py", line 88, in run_until_complete
    raise ConfigurationError(message) from error
billing_core.errors.ConfigurationError: cannot read 'BILLING_DATABASE_URL' from the environment of service 'billing' on host 'worker-17' after 3 tries
2026-01-02 03:04:05 INFO shutting down
"#;

const CHAIN: &str = r#"starting the nightly import
Traceback (most recent call last):
  File "C:\Users\maria\AppData\Local\Programs\Python\Python312\Lib\json\decoder.py", line 355, in raw_decode
    obj, end = self.scan_once(s, idx)
               ^^^^^^^^^^^^^^^^^^^^^^
StopIteration: 0

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "C:\Users\maria\Projects\importer\nightly.py", line 31, in <module>
    records = json.loads(text)
              ^^^^^^^^^^^^^^^^
  File "C:\Users\maria\AppData\Local\Programs\Python\Python312\Lib\json\decoder.py", line 357, in raw_decode
    raise JSONDecodeError("Expecting value", s, err.value) from None
json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)
"#;

const SYNTAX: &str = r#"  File "/home/deploy/services/billing/app/reports/quarterly_summary_of_accounts.py", line 1204
    def render(self, template: str, context: dict[str, object], *, encoding: str = "utf-8", strict: bool = True -> bytes:
               ^
SyntaxError: '(' was never closed
"#;

const PANIC: &str = r#"   Compiling ledger v0.3.1 (/home/me/ledger)
    Finished `dev` profile [unoptimized + debuginfo] target(s) in 1.21s
     Running `target/debug/ledger --file accounts.toml`

thread 'main' (40211) panicked at crates/ledger-core/src/accounts/balance.rs:212:34:
called `Result::unwrap()` on an `Err` value: Parse(Error { line: 14, column: 3, message: "expected a number, found `twelve`" })
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
"#;

const COMPILER: &str = r#"   Compiling ledger v0.3.1 (/home/me/ledger)
error[E0308]: mismatched types: the method expects a borrowed slice of entries but an owned vector was passed to it
   --> crates/ledger-core/src/accounts/balance.rs:212:34
    |
212 |     let total = compute_total_of_all_entries_in_the_ledger(entries.clone(), options.rounding_mode);
    |                 ------------------------------------------ ^^^^^^^^^^^^^^^ expected `&[Entry]`, found `Vec<Entry>`
    |                 |
    |                 arguments to this function are incorrect
    |
    = note: expected reference `&[Entry]`
                  found struct `Vec<Entry>`
note: function defined here
   --> crates/ledger-core/src/accounts/totals.rs:14:8
    |
14  | pub fn compute_total_of_all_entries_in_the_ledger(entries: &[Entry], mode: RoundingMode) -> Amount {
    |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

error[E0599]: no method named `into_sorted` found for struct `Vec<Entry>` in the current scope
  --> crates/ledger-core/src/lib.rs:31:17
   |
31 |         entries.into_sorted()
   |                 ^^^^^^^^^^^ method not found in `Vec<Entry>`

Some errors have detailed explanations: E0308, E0599.
For more information about an error, try `rustc --explain E0308`.
error: could not compile `ledger` (bin "ledger") due to 2 previous errors
"#;

const TESTS: &str = r"running 3 tests
test accounts::tests::balance_is_kept ... ok
test accounts::tests::rounding_follows_the_mode_of_the_ledger ... FAILED
test accounts::tests::empty_ledger_has_no_total ... ok

failures:

---- accounts::tests::rounding_follows_the_mode_of_the_ledger stdout ----
thread 'accounts::tests::rounding_follows_the_mode_of_the_ledger' panicked at 'assertion failed: `(left == right)`
  left: `Amount(1250)`,
 right: `Amount(1251)`: the ledger rounds half to even unless told otherwise by its mode', crates/ledger-core/src/accounts/totals.rs:88:9
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace


failures:
    accounts::tests::rounding_follows_the_mode_of_the_ledger

test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";

const BACKTRACE: &str = r"thread 'tokio-runtime-worker' panicked at 'index out of bounds: the len is 100 but the index is 100', /home/me/.cargo/registry/src/github.com-1ecc6299db9ec823/smallvec-1.6.1/src/lib.rs:1265:10
stack backtrace:
   0: rust_begin_unwind
             at /rustc/897e37553bba8b42751c67658967889d11ecd120/library/std/src/panicking.rs:584:5
   1: core::panicking::panic_fmt
             at /rustc/897e37553bba8b42751c67658967889d11ecd120/library/core/src/panicking.rs:142:14
   2: ledger::worker::drain_queue
             at ./src/worker.rs:77:21
note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.
";

const LOGS: &[(&str, &str)] = &[
    ("python", PYTHON),
    ("chain", CHAIN),
    ("syntax", SYNTAX),
    ("panic", PANIC),
    ("compiler", COMPILER),
    ("tests", TESTS),
    ("backtrace", BACKTRACE),
];

/// Every width was read once; each so many keeps the test short.
const STEP: usize = 4;

/// Kind, message, file and line of an event.
type Facts = (String, String, Option<(String, Option<u32>)>);

type Way = fn(&str, usize) -> String;

/// How lines are broken, and the share of widths, in percent, at which all logs must be read in full.
const WAYS: &[(&str, Way, usize)] = &[
    ("anywhere", anywhere, 96),
    ("anywhere, CRLF", |text, width| anywhere(text, width).replace('\n', "\r\n"), 96),
    ("anywhere, trimmed", |text, width| trimmed(&anywhere(text, width)), 92),
    ("behind blanks", behind_blanks, 98),
    ("behind blanks, in a block", in_block, 92),
    ("behind blanks, trimmed", |text, width| trimmed(&behind_blanks(text, width)), 83),
    ("in place of blanks", in_place_of_blanks, 87),
];

/// As `fold` and terminals do.
fn anywhere(text: &str, width: usize) -> String {
    let parts = |line: &str| {
        let chars: Vec<char> = line.chars().collect();
        chars.chunks(width).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("\n")
    };
    text.split('\n').map(parts).collect::<Vec<_>>().join("\n")
}

fn trimmed(text: &str) -> String {
    text.split('\n').map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// As Windows PowerShell does: a word goes with the blank behind it; one that is wider than the console begins where the last one ended.
fn behind_blanks(text: &str, width: usize) -> String {
    let wrap = |line: &str| {
        let mut parts = vec![String::new()];
        let is_wide = line.len() > width;
        for word in line.split_inclusive(' ') {
            let last = parts.last_mut().unwrap();
            if !is_wide || last.len() + word.len() <= width {
                last.push_str(word);
            } else if word.len() <= width {
                parts.push(word.to_owned());
            } else {
                for c in word.chars() {
                    if parts.last().unwrap().len() == width {
                        parts.push(String::new());
                    }
                    parts.last_mut().unwrap().push(c);
                }
            }
        }
        parts.join("\n")
    };
    text.split('\n').map(wrap).collect::<Vec<_>>().join("\n")
}

/// The whole stderr of a program, redirected by Windows PowerShell.
fn in_block(text: &str, width: usize) -> String {
    let (first, rest) = text.split_once('\n').unwrap();
    let tail = "    + FullyQualifiedErrorId : NativeCommandError\n \n";
    let block = format!(
        "python : {first}\nAt line:1 char:1\n+ python -m app.main --serve --port 80 2>&1 | Out-File all.log\n+ {}\n",
        "~".repeat(60)
    );
    let category = format!("    + CategoryInfo          : NotSpecified: ({first:.20}:String) [], RemoteException\n");
    behind_blanks(&format!("{block}{category}{tail}{rest}"), width)
}

/// As mail programs and `fmt` do; a word that is too wide is cut.
fn in_place_of_blanks(text: &str, width: usize) -> String {
    let wrap = |line: &str| {
        let indent = line.len() - line.trim_start().len();
        let mut parts = vec![line[..indent].to_owned()];
        for (at, word) in line[indent..].split(' ').enumerate() {
            let last = parts.last_mut().unwrap();
            let gap = usize::from(at > 0);
            if last.len() + gap + word.len() <= width {
                last.push_str(&" ".repeat(gap));
                last.push_str(word);
                continue;
            }
            let mut rest = word;
            if word.len() > width && last.len() + gap < width {
                let room = width - last.len() - gap;
                last.push_str(&" ".repeat(gap));
                last.push_str(&word[..room]);
                rest = &word[room..];
            }
            while rest.len() > width {
                parts.push(rest[..width].to_owned());
                rest = &rest[width..];
            }
            parts.push(rest.to_owned());
        }
        parts.join("\n")
    };
    text.split('\n').map(wrap).collect::<Vec<_>>().join("\n")
}

/// What must be the same, whatever the width: kind, message, file, line.
fn facts(text: &str) -> Vec<Facts> {
    let events = read(text.as_bytes()).events.into_iter();
    let fact = |event: crate::event::Event| {
        let place = event.raised_at.as_ref().map(|place| (place.file.clone(), place.line));
        (event.kind.clone(), event.headline().trim_end().to_owned(), place)
    };
    events.map(fact).collect()
}

#[test]
fn known_logs_are_read_at_every_width() {
    let mut table = String::new();
    let mut is_enough = true;
    let n_widths = (40..=200).step_by(STEP).count();
    for (name, way, share) in WAYS {
        let mut n_full = 0;
        for (log, text) in LOGS {
            let expected = facts(text);
            assert!(!expected.is_empty(), "{log}");
            let missed: Vec<usize> = (40..=200).step_by(STEP).filter(|&width| facts(&way(text, width)) != expected).collect();
            n_full += n_widths - missed.len();
            writeln!(table, "{name}, {log}: {} missed {missed:?}", missed.len()).expect("a string takes all");
        }
        writeln!(table, "{name}: {n_full} of {} read in full", n_widths * LOGS.len()).expect("a string takes all");
        is_enough &= n_full * 100 >= share * n_widths * LOGS.len();
    }
    assert!(is_enough, "{table}");
}
