//! Reads CPython tracebacks into events: one for each chain, and one for each leaf of an exception group.
//!
//! Lenient by design: the header may be glued to other text or missing, frames may have lost their indent, the exception may be cut off.
//! What has neither a frame nor a header is no traceback; a header without a frame is documentation.
//!
//! Source: CPython 3.13, `Lib/traceback.py`.

use std::ops::Range;

use super::frame::{TURNED_HEADER, file_line};
use super::tree::{Chain, Raised, Reader};
use super::{notebook, rich, turned};
use crate::event::dialect::{Dialect, Failure, Item, Reading};
use crate::event::line::{Line, Needle, indent_of};
use crate::event::{Cause, Event};
use crate::syntax::LanguageId;

/// Plain, chained and grouped tracebacks.
pub(in crate::event) struct Traceback;

/// What all headers begin with.
const OPENING: &str = "Traceback (";
static OPENING_NEEDLE: Needle = Needle::new(OPENING);

impl Dialect for Traceback {
    fn hints(&self) -> &'static [&'static str] {
        &[OPENING, "File \"", "<ipython-input-", "Cell In[", "Cell In [", "Input In [", rich::HINT]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = &lines[at].text;
        let header = OPENING_NEEDLE.find(text);
        let is_header = header.is_some();
        if !is_header && file_line(text).is_none() && notebook::entry(text).is_none() {
            return rest_of_box(lines, at);
        }
        if !is_header && is_mere_stack(lines, at) {
            return Some(Reading::new(Vec::new(), end_of_stack(lines, at)));
        }
        let margin = margin(lines, at, is_header);
        let mut reader = Reader::new(lines, at, margin, is_fenced(lines, at));
        let mut chain = reader.chain(0);
        if is_header && let Some(reading) = named_above(&mut chain, lines, at, reader.at) {
            return Some(reading);
        }
        if (chain.links.is_empty() || text.contains(TURNED_HEADER))
            && let Some((raised, begin, end)) = turned::read(lines, at + usize::from(is_header), margin)
        {
            return Some(told(Chain { links: vec![raised] }, lines, begin, end));
        }
        if chain.links.is_empty() {
            // A stack without an exception is passed over whole: reading it again from each of its lines would take quadratic time.
            return (reader.furthest > at + 1).then(|| Reading::new(Vec::new(), reader.furthest));
        }
        if header.is_some_and(|header| is_literal(&text[..header])) || is_mere_warning(&chain, lines, at) {
            return Some(Reading::new(Vec::new(), reader.at));
        }
        Some(told(chain, lines, at, reader.at))
    }
}

/// A stack without an exception below it, or a header without either, whose exception stands in the line above.
fn named_above(chain: &mut Chain, lines: &[Line<'_>], at: usize, end: usize) -> Option<Reading> {
    let is_nameless = match chain.links.as_slice() {
        [] => lines[at].text.trim_start().starts_with(OPENING) && lines[at.checked_sub(1)?].text.starts_with("[ERROR] "),
        [raised] => raised.kind == "unknown",
        _ => false,
    };
    let (kind, message) = turned::above(lines, at).filter(|_| is_nameless)?;
    let frames = chain.links.pop().map(|raised| raised.frames).unwrap_or_default();
    let raised = Raised { frames, kind: kind.to_owned(), message: message.to_owned(), ..Raised::default() };
    Some(told(Chain { links: vec![raised] }, lines, at - 1, end.max(at + 1)))
}

/// Whether a warning was raised where nobody could catch it: the object was closed by the collector, and nothing failed.
fn is_mere_warning(chain: &Chain, lines: &[Line<'_>], at: usize) -> bool {
    let is_warning = matches!(chain.links.as_slice(), [raised] if raised.kind == "ResourceWarning");
    is_warning && at.checked_sub(1).is_some_and(|above| lines[above].text.trim_start().starts_with("Exception ignored in"))
}

/// Whether a header behind `before` stands in a string of source code.
fn is_literal(before: &str) -> bool {
    let quoted = before.trim_end_matches(['"', '\'']);
    let n_quotes = before.len() - quoted.len();
    n_quotes == 3 || (n_quotes == 1 && (quoted.ends_with(['(', 'f', 'r']) || quoted.ends_with(" = ") || quoted.ends_with(" == ")))
}

/// What `chain`, read from `lines[begin]` up to `end`, tells of.
fn told(chain: Chain, lines: &[Line<'_>], begin: usize, end: usize) -> Reading {
    let span = lines[begin].no..lines[end.max(begin + 1) - 1].no + 1;
    Reading::new(items(chain, &span), end)
}

/// A box of rich whose top the log does not show.
fn rest_of_box(lines: &[Line<'_>], at: usize) -> Option<Reading> {
    let (page, begin) = rich::unbox_rest(lines, at)?;
    let mut reader = Reader::new(lines, page.end, page.indent, false);
    let end = page.end;
    let mut chain = Chain::default();
    chain.links.extend(reader.below_box(&page).filter(|raised| !raised.frames.is_empty()));
    if chain.links.is_empty() {
        return Some(Reading::new(Vec::new(), end));
    }
    reader.go_on(&mut chain, 0);
    Some(told(chain, lines, begin, reader.at))
}

/// Blanks before the whole traceback: entries stand two blanks deeper than the header and the exception.
fn margin(lines: &[Line<'_>], at: usize, is_header: bool) -> usize {
    let entry = lines[at..].iter().take(3).find(|line| file_line(&line.text).is_some());
    let by_entry = entry.map_or(0, |line| indent_of(&line.text).saturating_sub(2));
    let own = indent_of(&lines[at].text);
    if is_header && lines[at].text[own..].starts_with("Traceback") { own.min(by_entry) } else { by_entry }
}

/// unittest rules off each failure.
fn is_fenced(lines: &[Line<'_>], at: usize) -> bool {
    let is_rule = |line: &Line<'_>| line.text.len() >= 60 && line.text.bytes().all(|byte| byte == b'-');
    lines[at.saturating_sub(2)..at].iter().any(is_rule)
}

/// Stacks that show where something was called, not that it failed.
fn is_mere_stack(lines: &[Line<'_>], at: usize) -> bool {
    let Some(line) = at.checked_sub(1).map(|before| lines[before].text.trim()) else { return false };
    line == "Call stack:"
        || line.starts_with("Stack (most recent call last)")
        || line.ends_with("(most recent call first):")
        || line.starts_with("Object allocated at")
}

fn end_of_stack(lines: &[Line<'_>], at: usize) -> usize {
    let indent = indent_of(&lines[at].text);
    lines[at..].iter().position(|line| indent_of(&line.text) < indent.max(1)).map_or(lines.len(), |n| at + n)
}

/// The failure of a chain, and those of the groups in it.
fn items(chain: Chain, lines: &Range<u32>) -> Vec<Item> {
    let mut failures = Vec::new();
    let mut leaves = Vec::new();
    if let Some(event) = event(chain, lines, &mut leaves) {
        failures.push(Failure::new(event));
    }
    // Leaves of inner groups belong to the outermost one: inner groups only give them order.
    while !leaves.is_empty() {
        for leaf in std::mem::take(&mut leaves) {
            let is_group = leaf.links.last().is_some_and(|raised| !raised.leaves.is_empty());
            let Some(event) = event(leaf, lines, &mut leaves) else { continue };
            if !is_group {
                let group = Some(failures.len());
                failures.push(Failure { group, ..Failure::new(event) });
            }
        }
    }
    failures.into_iter().map(|failure| Item::Failure(Box::new(failure))).collect()
}

/// The event of the last link; the others are its causes.
fn event(mut chain: Chain, lines: &Range<u32>, leaves: &mut Vec<Chain>) -> Option<Event> {
    let mut raised = chain.links.pop()?;
    unite(&mut raised, &mut chain.links);
    let mut event = event_of(raised, lines, leaves);
    for link in chain.links.into_iter().rev() {
        leaves.extend(link.leaves);
        event.causes.push(Cause { kind: link.kind, message: link.message, frames: link.frames });
    }
    Some(event)
}

/// A worker's exception that its parent raises again comes as its own cause: it is one, and was raised where the worker raised it.
fn unite(raised: &mut Raised, before: &mut Vec<Raised>) {
    let is_again = |link: &Raised| (&link.kind, link.message.trim()) == (&raised.kind, raised.message.trim()) && raised.leaves.is_empty();
    if before.last().is_some_and(|link| is_again(link) && is_library(raised)) {
        raised.frames.extend(before.pop().into_iter().flat_map(|link| link.frames));
    }
}

/// `concurrent.futures`, `multiprocessing` and their kin bring the exception from one process to the other.
fn is_library(raised: &Raised) -> bool {
    let file = raised.frames.last().map_or("", |frame| frame.place.file.as_str()).replace('\\', "/");
    [
        "concurrent/futures/_base.py",
        "multiprocessing/pool.py",
        "multiprocess/pool.py",
        "billiard/pool.py",
        "joblib/parallel.py",
        "loky/_base.py",
    ]
    .iter()
    .any(|library| file.ends_with(library))
}

fn event_of(raised: Raised, lines: &Range<u32>, leaves: &mut Vec<Chain>) -> Event {
    leaves.extend(raised.leaves);
    Event {
        raised_at: raised.frames.last().map(|frame| frame.place.clone()),
        frames: raised.frames,
        notes: raised.notes,
        lines: lines.clone(),
        ..Event::new(LanguageId::PYTHON, raised.kind, raised.message)
    }
}

#[cfg(test)]
mod tests {
    use crate::event::read;
    use crate::event::read::outline;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    // Printed by CPython 3.13.
    const CHAIN: &str = r#"Traceback (most recent call last):
  File "/home/me/app/chain.py", line 6, in main
    load("a")
    ~~~~^^^^^
  File "/home/me/app/chain.py", line 2, in load
    return {"b": 1}[key]
           ~~~~~~~~^^^^^
KeyError: 'a'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/home/me/app/chain.py", line 10, in <module>
    main()
    ~~~~^^
  File "/home/me/app/chain.py", line 8, in main
    raise RuntimeError("cannot load") from error
RuntimeError: cannot load
"#;

    #[test]
    fn a_chain_is_one_event_with_its_causes() {
        check(CHAIN, &["RuntimeError: cannot load @ /home/me/app/chain.py:8 main <- KeyError: 'a'"]);
        let handled = CHAIN.replace(
            "The above exception was the direct cause of the following exception:",
            "During handling of the above exception, another exception occurred:",
        );
        check(&handled, &["RuntimeError: cannot load @ /home/me/app/chain.py:8 main <- KeyError: 'a'"]);
        let event = &read(CHAIN.as_bytes()).events[0];
        assert_eq!(event.frames.len(), 2);
        assert_eq!(event.frames[0].source.as_deref(), Some("main()"));
        assert_eq!(event.frames[0].marked, Some(0..6));
        assert_eq!(event.frames[1].marked, None);
        assert_eq!(event.lines, 1..19);
    }

    #[test]
    fn a_warning_of_the_collector_is_no_failure() {
        let text = "Exception ignored in: <function T.__del__ at 0x7f>\nTraceback (most recent call last):\n  File \"t.pyx\", line 11, in T.__del__\nResourceWarning: unclosed transport\n";
        check(text, &[]);
        check(&text.replace("ResourceWarning: unclosed", "RuntimeError: closed"), &["RuntimeError: closed transport @ t.pyx:11 T.__del__"]);
    }

    #[test]
    fn records_of_another_stream_cut_into_a_stack() {
        let record = "INFO:     10.0.0.1:3128 - \"GET /health HTTP/1.1\" 200 OK\n";
        for cut in ["  File \"b.py\"", "      ~~~~~^^", "TimeoutError"] {
            let text = "Traceback (most recent call last):\n  File \"a.py\", line 3, in main\n    run()\n  File \"b.py\", line 5, in run\n    await wait()\n      ~~~~~^^\nTimeoutError\n";
            check(&text.replace(cut, &format!("{record}{cut}")), &["TimeoutError:  @ b.py:5 run"]);
        }
        // A record below a stack that was cut is none of it.
        check("Traceback (most recent call last):\n  File \"a.py\", line 3, in main\nINFO:     ready\n", &["unknown:  @ a.py:3 main"]);
    }

    #[test]
    fn a_context_that_was_printed_before_is_the_same_failure() {
        let (first, _) = CHAIN.split_once("\n\n").unwrap();
        check(
            &format!("{first}\n\nretrying\n\n{CHAIN}"),
            &["RuntimeError: cannot load @ /home/me/app/chain.py:8 main <- KeyError: 'a' x2"],
        );
    }

    // Printed by CPython 3.13; the source has several lines.
    #[test]
    fn calls_over_several_lines_and_repeated_lines_are_read() {
        check(
            r#"before
Traceback (most recent call last):
  File "multi.py", line 5, in f
    return g(
        1,
        "x",
    )
  File "multi.py", line 2, in g
    return a + b
           ~~^~~
TypeError: unsupported operand type(s) for +: 'int' and 'str'
after
"#,
            &["TypeError: unsupported operand type(s) for +: 'int' and 'str' @ multi.py:2 g"],
        );
        check(
            "Traceback (most recent call last):\n  File \"rec.py\", line 2, in f\n    return f(n + 1)\n  [Previous line repeated 996 more times]\nRecursionError: maximum recursion depth exceeded\n",
            &["RecursionError: maximum recursion depth exceeded @ rec.py:2 f"],
        );
    }

    // Printed by CPython 3.8 and 3.13.
    #[test]
    fn a_syntax_error_needs_no_header_and_its_place_has_no_function() {
        check(
            "  File \"syn.py\", line 1\n    def f(:\n          ^\nSyntaxError: invalid syntax\n",
            &["SyntaxError: invalid syntax @ syn.py:1"],
        );
        check(
            "Traceback (most recent call last):\n  File \"run.py\", line 1, in <module>\n    import syn\n  File \"/home/me/app/syn.py\", line 1\n    def f(:\n          ^\nSyntaxError: invalid syntax\n",
            &["SyntaxError: invalid syntax @ /home/me/app/syn.py:1"],
        );
    }

    #[test]
    fn an_exception_may_have_no_message_and_any_name() {
        for (line, expected) in [
            ("Odd", "Odd: "),
            ("__main__.Odd: x", "__main__.Odd: x"),
            ("KeyboardInterrupt", "KeyboardInterrupt: "),
            ("socket.timeout: timed out", "socket.timeout: timed out"),
            ("Failure: builtins.ValueError: x", "builtins.ValueError: x"),
        ] {
            check(
                &format!("Traceback (most recent call last):\n  File \"x.py\", line 3, in f\n    raise\n{line}\n"),
                &[format!("{expected} @ x.py:3 f").as_str()],
            );
        }
    }

    #[test]
    fn a_cut_traceback_says_what_it_can() {
        check("Traceback (most recent call last):\n  File \"x.py\", line 3, in f\n    g()", &["unknown:  @ x.py:3 f"]);
        check("    g()\n  File \"x.py\", line 3, in f\n    h()\nValueError: bad\n", &["ValueError: bad @ x.py:3 f"]);
        for gap in ["  ... 12 more lines", "[... skipped ...]", "  ...<3 lines>...", "<snip>"] {
            check(
                &format!(
                    "Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n    g()\n{gap}\n  File \"x.py\", line 3, in f\n    h()\nValueError: bad\n"
                ),
                &["ValueError: bad @ x.py:3 f"],
            );
        }
    }

    #[test]
    fn a_string_of_source_code_is_silent() {
        for opening in ["    text = \"\"\"", "    assert out == '", "print(\""] {
            check(&format!("{opening}Traceback (most recent call last):\n  File \"<string>\", line 1, in <module>\nKeyError: 1\n"), &[]);
        }
    }

    // Printed by CPython 3.13.
    #[test]
    fn a_group_comes_before_its_leaves() {
        check(
            r#"  + Exception Group Traceback (most recent call last):
  |   File "group.py", line 14, in <module>
  |     main()
  |     ~~~~^^
  | ExceptionGroup: outer (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "group.py", line 3, in leaf
    |     return {}["k"]
    |            ~~^^^^^
    | KeyError: 'k'
    +---------------- 2 ----------------
    | Exception Group Traceback (most recent call last):
    |   File "group.py", line 10, in main
    |     raise ExceptionGroup("inner", errors[1:])
    | ExceptionGroup: inner (2 sub-exceptions)
    +-+---------------- 1 ----------------
      | Traceback (most recent call last):
      |   File "group.py", line 2, in leaf
      |     if x: raise ValueError(f"leaf {x}")
      | ValueError: leaf 1
      +---------------- 2 ----------------
      | ValueError: leaf 2
      +------------------------------------
"#,
            &[
                "ExceptionGroup: outer (2 sub-exceptions) @ group.py:14 <module>",
                "KeyError: 'k' @ group.py:3 leaf in 0",
                "ValueError: leaf 1 @ group.py:2 leaf in 0",
                "ValueError: leaf 2 in 0",
            ],
        );
    }

    // Printed by CPython 3.13, shortened.
    #[test]
    fn two_loggers_print_one_failure() {
        let trace = |line: u32| {
            format!(
                "Traceback (most recent call last):\n  File \"log.py\", line {line}, in <module>\n    f()\n  File \"log.py\", line 3, in f\n    def f(): return [][1]\nIndexError: list index out of range\n"
            )
        };
        let text = format!(
            "2026-11-22 00:28:56,088 ERROR root: first logger\n{}2026-11-22 00:28:56,093 ERROR root: second\n{}2026-11-22 00:28:56,093 INFO root: done\n",
            trace(4),
            trace(6)
        );
        check(&text, &["IndexError: list index out of range @ log.py:3 f x2"]);
    }

    #[test]
    fn a_workers_exception_was_raised_in_the_worker() {
        check(
            r#"concurrent.futures.process._RemoteTraceback:
"""
Traceback (most recent call last):
  File "mp.py", line 2, in work
    def work(x): return 1/x
ZeroDivisionError: division by zero
"""

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "mp.py", line 4, in <module>
    list(p.map(work, [0]))
  File "/usr/lib/python3.8/concurrent/futures/_base.py", line 389, in __get_result
    raise self._exception
ZeroDivisionError: division by zero
"#,
            &["ZeroDivisionError: division by zero @ mp.py:2 work"],
        );
    }

    #[test]
    fn a_call_stack_of_logging_is_no_part_of_the_failure() {
        check(
            "--- Logging error ---\nTraceback (most recent call last):\n  File \"/usr/lib/python3.11/logging/__init__.py\", line 377, in getMessage\n    msg = msg % self.args\nTypeError: not all arguments converted\nCall stack:\n  File \"x.py\", line 1, in <module>\n    main()\nMessage: 'x'\nArguments: (1,)\n",
            &["TypeError: not all arguments converted @ /usr/lib/python3.11/logging/__init__.py:377 getMessage"],
        );
    }
}
