//! Passes over failures that a text only shows: in documentation, in templates, in source code, in a diff.
//!
//! People paste real failures into prose as well, so prose alone says nothing. A failure is only shown where it stands in a code block
//! whose neighbours teach or advise and nobody speaks of himself, in a string of source code, in the context of a diff, or where its
//! paths stand for any path.

use std::borrow::Cow;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::Layer;
use crate::event::line::{Line, indent_of, is_blank};

/// Examples of failures.
pub(super) struct Document;

/// Lines of prose before a code block, and after it, that tell what it is.
const NEAR: (usize, usize) = (6, 4);
/// Lines of prose on both sides that tell whether a person speaks of himself.
const PROSE: (usize, usize) = (16, 8);
/// So many words of prose are as good as one that teaches: who reports a failure is short.
const LONG: usize = 90;
/// Lines above a failure in which its string may begin.
const STRING: usize = 40;
/// Lines that the source of an entry takes at most.
const ENTRY: usize = 8;
/// A code block or a string is not longer than this.
const LONGEST: usize = 400;

/// What begins a string of several lines in Python and Rust.
const SIGNS_OF_STRINGS: [&str; 3] = ["\"\"\"", "'''", "r#\""];
static QUOTES: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(SIGNS_OF_STRINGS).expect("a handful of short literals")
});

impl Layer for Document {
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool {
        let mut shown: Vec<usize> = Vec::new();
        let mut fence: Option<usize> = None;
        let mut is_hunk = false;
        let mut n_shown = 0;
        let mut quoted: Option<Vec<usize>> = None;
        let mut at = 0;
        while at < lines.len() {
            let text = lines[at].text.as_ref();
            is_hunk = text.starts_with("@@ -") || (is_hunk && (text.is_empty() || text.starts_with([' ', '+', '-', '\\'])));
            if is_fence(text) {
                fence = if fence.is_some() { None } else { Some(at) };
            } else if is_sign(text) {
                let end = if is_hunk || is_placeholder(text) {
                    at + 1
                } else if let Some((open, end)) = block(lines, at, fence) {
                    let is_shown = is_example(lines, open, end, n_shown);
                    n_shown += usize::from(is_shown);
                    if is_shown { end } else { at }
                } else if text.trim_start().starts_with("File ") || is_sign_in_block(text.trim_start()) {
                    at
                } else {
                    let has_quote = |at: &usize| QUOTES.is_match(lines[*at].text.as_bytes());
                    let quoted = quoted.get_or_insert_with(|| (0..lines.len()).filter(has_quote).collect());
                    end_of_string(lines, at, quoted).unwrap_or(at)
                };
                shown.extend(at..end);
                at = at.max(end.saturating_sub(1));
            }
            at += 1;
        }
        for &at in &shown {
            lines[at].text = Cow::Borrowed("");
        }
        !shown.is_empty()
    }
}

/// Whether a failure, or an entry of its stack, begins at the start of `text`.
fn is_sign(text: &str) -> bool {
    let inner = text.trim_start_matches([' ', '\t']);
    let inner = inner.strip_prefix("r\"\"\"").or_else(|| inner.strip_prefix("\"\"\"")).unwrap_or(inner);
    match inner.as_bytes().first() {
        Some(b'T') => inner.starts_with("Traceback (most recent call last)"),
        Some(b'F') => inner.starts_with("File \""),
        Some(b't') => inner.starts_with("thread '"),
        Some(b'p') => inner.starts_with("panicked at "),
        Some(b'e') => inner.starts_with("error[E") || inner.starts_with("error: "),
        Some(b'E' | b'=') => is_sign_in_block(inner),
        _ => text.ends_with("(most recent call last):"),
    }
}

/// Whether a report of pytest or of a `main` begins there. Such reports quote source code, so only a code block tells that it is shown.
fn is_sign_in_block(inner: &str) -> bool {
    let titles = ["= FAILURES =", "= ERRORS =", "= short test summary info ="];
    inner.starts_with("E   ")
        || inner.starts_with("Error: ")
        || (inner.starts_with("===") && titles.iter().any(|title| inner.contains(title)))
}

/// ```` ``` ```` or `~~~` with the name of a language.
fn is_fence(text: &str) -> bool {
    let text = text.trim_start();
    (text.starts_with("```") && !text.trim_start_matches('`').contains('`')) || text.starts_with("~~~ ") || text == "~~~"
}

/// The line before the code block that `lines[at]` stands in, and the line behind it: between fences, or indented under `::`.
fn block(lines: &[Line<'_>], at: usize, fence: Option<usize>) -> Option<(usize, usize)> {
    if let Some(open) = fence {
        return Some((open, end_of_block(lines, open)?));
    }
    let indent = indent_of(&lines[at].text);
    if indent == 0 {
        return None;
    }
    let is_outside = |line: &Line<'_>| !is_blank(&line.text) && indent_of(&line.text) < indent;
    let floor = at.saturating_sub(STRING);
    let open = floor + lines[floor..at].iter().rposition(is_outside)?;
    let text = lines[open].text.trim_end();
    let is_literal = text.ends_with("::") || text.trim_start().starts_with(".. code");
    let end = lines[at..].iter().take(LONGEST).position(is_outside).map_or(lines.len().min(at + LONGEST), |n| at + n);
    is_literal.then_some((open, end - 1))
}

/// The line that closes the block which `lines[open]` opens.
fn end_of_block(lines: &[Line<'_>], open: usize) -> Option<usize> {
    lines[open + 1..].iter().take(LONGEST).position(|line| is_fence(&line.text)).map(|n| open + 1 + n)
}

/// Whether the prose round the block teaches, as it does round the `n_shown` blocks before, and nobody tells there what happened to him.
fn is_example(lines: &[Line<'_>], open: usize, end: usize, n_shown: usize) -> bool {
    let is_fenced = is_fence(&lines[open].text);
    let before = prose(lines[..open + usize::from(!is_fenced)].iter().rev(), PROSE.0);
    let after = prose(lines[end + 1..].iter(), PROSE.1);
    let near = before.iter().take(NEAR.0).rev().chain(after.iter().take(NEAR.1)).cloned().collect::<Vec<_>>().join(" ");
    let n_words: usize = before.iter().chain(&after).map(|line| line.split(' ').count()).sum();
    let is_told = before.iter().chain(&after).any(|line| TOLD.iter().any(|sign| line.contains(sign)));
    let n_of = |signs: &[&str]| signs.iter().filter(|sign| near.contains(**sign)).count();
    let is_named = matches!(lines[open].text.trim().trim_start_matches(['`', '~', ' ']), "error" | "{.error}" | "output");
    // Who writes a directive of reStructuredText writes documentation.
    let is_directive = lines[open].text.trim_start().starts_with(".. code");
    let n_taught = n_of(TAUGHT) + 2 * n_of(ADVISED) + usize::from(is_named) + 2 * usize::from(is_directive);
    !is_told && n_taught > 0 && (n_taught + n_words / LONG > 1 || n_shown > 1)
}

/// The first `n` lines of prose of `lines`, in small letters; what stands in other code blocks is none.
fn prose<'l, 't: 'l>(lines: impl Iterator<Item = &'l Line<'t>>, n: usize) -> Vec<String> {
    let mut is_code = false;
    let mut found = Vec::new();
    for line in lines.take(4 * n) {
        if is_fence(&line.text) {
            is_code = !is_code;
        } else if !is_code && !is_blank(&line.text) {
            found.push(line.text.to_lowercase());
            if found.len() == n {
                break;
            }
        }
    }
    found
}

/// What a text says that teaches; a report may say one of them too.
const TAUGHT: &[&str] = &[
    "example",
    "e.g.",
    "for instance",
    "let's",
    "let’s",
    "we see",
    "we can see",
    "notice ",
    "will raise",
    "would raise",
    "will panic",
    "would panic",
    "python will",
    "rust will",
    "the compiler",
    "listing",
    "exercise",
    "chapter",
    "learn",
    "placeholder",
];

/// What only a text says that teaches or advises: it speaks to its reader, or is parted into symptoms and solutions.
const ADVISED: &[&str] = &[
    "you will see",
    "you'll see",
    "you’ll see",
    "you'll get",
    "you’ll get",
    "you will get",
    "you may see",
    "you might see",
    "you could see",
    "you should see",
    "you would see",
    "if you get",
    "if you see",
    "if you encounter",
    "if you run into",
    "if you receive",
    "you may get",
    "you might get",
    "you may encounter",
    "you may run into",
    "when you run",
    "when we run",
    "if we run",
    "when we try",
    "if we try",
    "if you try",
    "try running",
    "try compiling",
    "when we compile",
    "if we compile",
    "run this code",
    "running this code",
    "running this program",
    "compiling this code",
    "compile this code",
    "here’s the error",
    "here's the error",
    "here is the error",
    "this error message",
    "we get this error",
    "we’ll get",
    "we'll get",
    "we’ll see",
    "we'll see",
    "running the tests",
    "run the tests again",
    "when you see",
    "looks like this",
    "look like this",
    "something like",
    "may look like",
    "might look like",
    "could look like",
    "looks like the following",
    "troubleshoot",
    "frequently asked",
    "faq",
    "common error",
    "common issue",
    "common problem",
    "common pitfall",
    "symptom",
    "**cause",
    "cause:",
    "**solution",
    "solution:",
    "# solution",
    "**fix",
    "fix:",
    "# fix",
    "how to",
    "tutorial",
    "anatomy",
    "error message looks",
    "full traceback could look",
    "bottom to top",
    "bottom up",
    "解决",
    "修复",
    "原因",
    "例如",
    "示例",
    "解決",
    "対処",
    "решение",
    "пример",
    "solución",
    "soluzione",
    "lösung",
    "ejemplo",
    "exemple",
    "beispiel",
];

/// What a person says of a failure that he met.
const TOLD: &[&str] = &[
    "i get ",
    "i got ",
    "i'm ",
    "i am ",
    "i have ",
    "i've ",
    "i tried",
    "i run ",
    "i ran ",
    "when i ",
    "i see ",
    "i was ",
    " my ",
    "describe the bug",
    "reproduc",
    "expected behavio",
    "actual behavio",
    "actual result",
    "expected result",
    "what happened",
    "environment",
    "stack trace",
    "stacktrace",
    "full log",
    "logs",
    "log:",
    "log file",
    "crash",
    "upgrad",
    "regression",
    "ci run",
    "failed run",
    "please help",
    "thanks",
    "bug report",
    "additional context",
    "minimal",
    "broken",
    "this bug",
    "the bug",
    "this issue",
    "the issue",
    "stopped working",
    "no longer",
    "fails with",
    "failing",
];

/// `File "/path/to/file.py"`, `File "..."`, `File "<your script>"`.
fn is_placeholder(text: &str) -> bool {
    const INTERNAL: &[&str] = &[
        "<stdin",
        "<string",
        "<frozen",
        "<ipython",
        "<module",
        "<input",
        "<console",
        "<doctest",
        "<template",
        "<unknown",
        "<cell",
        "<attrs",
        "<__",
        "<timed",
        "<decorator",
        "<lambda",
        "<generated",
        "<fstring",
        "<shim",
        "<tokenize",
        "<exec",
        "<command",
    ];
    let Some(rest) = text.trim_start().strip_prefix("File \"") else { return false };
    let Some((file, _)) = rest.split_once('"') else { return false };
    let lower = file.to_lowercase().replace('\\', "/");
    // People put `/path/to/` before the real path of a library as well, but then more than a name follows.
    let below = lower.split_once("path/to/").filter(|(before, _)| before.len() < 4).map(|(_, below)| below);
    let is_any_path = below.is_some_and(|below| !below.contains('/') || below.starts_with("your"));
    let is_named = lower.starts_with('<') && !INTERNAL.iter().any(|name| lower.starts_with(name));
    let is_cut = matches!(lower.as_str(), "..." | "…" | ".../..." | "[...]" | "xxx" | "xxx.py")
        || lower.starts_with("your_")
        || lower.starts_with('{');
    is_any_path
        || is_cut
        || (is_named && (lower.contains("path") || lower.contains("file") || lower.contains("your") || lower.contains("script")))
}

/// Where the string of source code ends that `lines[at]` stands in.
fn end_of_string(lines: &[Line<'_>], at: usize, quoted: &[usize]) -> Option<usize> {
    let open = *quoted[..quoted.partition_point(|line| *line <= at)].last().filter(|open| **open + STRING >= at)?;
    let quote = SIGNS_OF_STRINGS.into_iter().find(|quote| lines[open].text.contains(quote))?;
    // The source line of an entry or of a warning may open a string as well; what follows there is the stack, or the log.
    let is_source = |line: &Line<'_>| {
        line.text.trim_start().starts_with("File \"") || line.text.split_once(".py:").is_some_and(|(_, rest)| rest.contains("Warning: "))
    };
    if lines[open.saturating_sub(ENTRY)..open].iter().any(is_source) {
        return None;
    }
    let text = lines[open].text.trim();
    let (before, after) = text.split_once(quote)?;
    // A worker's traceback stands between lines of three quotes and nothing else.
    let is_code = before.ends_with(['(', '=', ' ', 'r', 'f', 'b', ',', '[', ':']) || (before.is_empty() && !after.trim().is_empty());
    let is_open = !after.contains(quote) && is_code && !before.contains("File ");
    let close = if quote == "r#\"" { "\"#" } else { quote };
    let end =
        lines[at..].iter().take(LONGEST).position(|line| line.text.contains(close) && !line.text.trim_start().starts_with("r\"\"\""))?;
    is_open.then_some(at + end.max(1))
}

#[cfg(test)]
mod tests {
    use crate::event::read::outline;

    const TRACE: &str = "Traceback (most recent call last):\n  File \"app.py\", line 12, in main\n    run()\nTypeError: bad\n";
    const SEEN: &[&str] = &["TypeError: bad @ app.py:12 main"];

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(outline(text), expected, "{text}");
    }

    #[test]
    fn examples_of_documentation_are_no_failures() {
        for (before, after) in [
            ("## Anatomy of a traceback\n\n", "\nRead it from the bottom to the top.\n"),
            ("## Troubleshooting\n\nIf you see this error:\n\n", "\nrun `pip install x`.\n"),
            ("### Symptom\n\n", "\n### Solution\n\nInstall the package.\n"),
            ("When you run it you will see something like:\n\n", ""),
            ("A full traceback could look like:\n", "If it is long, use a paste service.\n"),
            ("Let's see what happens. For example, this raises:\n\n", ""),
        ] {
            check(&format!("{before}```\n{TRACE}```\n{after}"), &[]);
            check(&format!("{before}```text\n$ python app.py\n{TRACE}```\n{after}"), &[]);
        }
        let indented = TRACE.lines().map(|line| format!("   {line}\n")).collect::<Vec<_>>().concat();
        check(
            &format!("Errors\n------\n\nYou may run into the following errors when you rebase::\n\n{indented}\nThen install it again.\n"),
            &[],
        );
        check(&format!("You may see this, for example:\n\n.. code-block:: python\n\n{indented}\nThen install it again.\n"), &[]);
        check(
            "### Chapter 3\n\nThe program will panic, for example:\n\n```console\nthread 'main' panicked at src/main.rs:4:5:\nboom\n```\n",
            &[],
        );
    }

    #[test]
    fn reports_of_pytest_are_shown_as_well() {
        let report = format!(
            "{0} FAILURES {0}\n{1} test_a {1}\n\n    def test_a():\n>       assert f(3) == 5\nE       assert 4 == 5\n\ntest_a.py:6: AssertionError\n{0} short test summary info {0}\nFAILED test_a.py::test_a - assert 4 == 5\n",
            "=".repeat(20),
            "_".repeat(20)
        );
        let seen = ["AssertionError: assert 4 == 5 @ test_a.py:6 test_a [test_a.py::test_a] x2"];
        check(&report, &seen);
        check(&format!("It fails on main:\n\n```\n{report}```\n"), &seen);
        check(&format!("Running the tests, you will see something like:\n\n```\n{report}```\n"), &[]);
        let indented =
            report.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") }).collect::<String>();
        check(
            &format!(
                "Fixtures of a module\n---------------------\n\nThe file is collected:\n\n.. code-block:: pytest\n\n    $ pytest\n{indented}\nDone.\n"
            ),
            &[],
        );
        let source = "    def test_b():\n        run(\"\"\"\n          select\n        \"\"\")\n>       assert 4 == 5\nE       assert 4 == 5\n\ntest_a.py:6: AssertionError\n";
        let title = "____________________ test_b ____________________\n\n";
        check(&format!("{title}{source}{title}{source}"), &["AssertionError: assert 4 == 5 @ test_a.py:6 test_b [test_b] x2"]);
    }

    #[test]
    fn failures_that_people_report_are_read() {
        for (before, after) in [
            ("", ""),
            ("When I run the example I get:\n\n", "\nAny ideas?\n"),
            ("**Describe the bug**\nIt stops.\n\n**To Reproduce**\n", "\n**Expected behavior**\nNo error.\n"),
            ("### Traceback\n", "\n### Environment\n"),
            ("Since the upgrade this error comes with the example from the README, see the logs:\n", ""),
            ("It fails:\n", ""),
            ("Minimal example:\n```python\nf()\n```\nraises\n", "\nThis happens because of the cache.\n"),
            ("Running this on 3.12 results in:\n", "\nIt is caused by the new parser.\n"),
        ] {
            check(&format!("{before}```\n{TRACE}```\n{after}"), SEEN);
        }
        check(&format!("\"\"\"\n{TRACE}\"\"\"\n"), SEEN);
    }

    #[test]
    fn a_string_in_the_source_of_an_entry_hides_nothing() {
        let trace = "Traceback (most recent call last):\n  File \"db.py\", line 3, in f\n    run(\"\"\"\nValueError: bad\n";
        let other = trace.replace("line 3", "line 9");
        check(&format!("{trace}retrying\n{other}"), &["ValueError: bad @ db.py:3 f", "ValueError: bad @ db.py:9 f"]);
    }

    #[test]
    fn a_string_in_the_source_of_a_warning_hides_nothing() {
        let warning =
            "[WARNING/Main] /lib/fix.py:20: UserWarning: The cache is\n            shared by all\n  warnings.warn(\'\'\'The cache is\n\n";
        check(&format!("{warning}ready\n{TRACE}stopped\n{warning}ready\n"), SEEN);
    }

    #[test]
    fn templates_name_no_real_path() {
        for file in [
            "...",
            "/path/to/file.py",
            "path/to/your/script.py",
            "C:\\path\\to\\script.py",
            "<path>",
            "<your file>",
            "your_script.py",
            "{file}",
        ] {
            check(&TRACE.replace("app.py", file), &[]);
        }
        for file in ["/path/to/venv/lib/python3.11/site-packages/x/core.py", "<stdin>", "<frozen runpy>", "./main.py"] {
            assert_eq!(outline(&TRACE.replace("app.py", file)).len(), 1, "{file}");
        }
    }

    #[test]
    fn strings_of_source_code_and_diffs_are_no_failures() {
        let indented = TRACE.lines().map(|line| format!("    {line}\n")).collect::<Vec<_>>().concat();
        check(&format!("def test_x():\n    expected = \"\"\"\\\n{TRACE}\"\"\"\n    assert x == expected\n"), &[]);
        check(&format!("def f():\n    \"\"\"Says what is wrong.\n\n{indented}    \"\"\"\n    return 1\n"), &[]);
        check(&format!("const TEXT: &str = r#\"{TRACE}\"#;\n"), &[]);
        let context = TRACE.lines().map(|line| format!(" {line}\n")).collect::<Vec<_>>().concat();
        check(&format!("diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,5 +1,6 @@\n{context}+more\n"), &[]);
    }
}
