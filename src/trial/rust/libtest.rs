//! What libtest says: the list of tests, the log of results, the result line, the failures' texts.
//!
//! Source: Rust 1.95, `library/test/src/console.rs` (`write_log_result`), `library/test/src/formatters/pretty.rs`.

use std::collections::{BTreeMap, BTreeSet};

use crate::judge::Outcome;

/// The names in the output of `--list --format terse`; nothing if that is no such list.
pub(super) fn list(stdout: &str) -> Option<BTreeSet<String>> {
    let name = |line: &str| line.strip_suffix(": test").or_else(|| line.strip_suffix(": benchmark")).map(str::to_owned);
    stdout.lines().filter(|line| !line.is_empty()).map(name).collect()
}

/// The results in a file made by `--logfile`: `ok NAME`, `failed NAME`, `ignored: REASON NAME`. A reason may have several lines.
pub(super) fn log(text: &str, names: &BTreeSet<String>) -> BTreeMap<String, Outcome> {
    let mut results = BTreeMap::new();
    let mut pending = None;
    for line in text.lines() {
        let outcome = pending.take().unwrap_or_else(|| match line.split([' ', ':']).next() {
            Some("failed") => Outcome::Failed,
            Some("ignored") => Outcome::Skipped,
            _ => Outcome::Passed,
        });
        let is_end = |(at, _): &(usize, &str)| names.contains(&line[at + 1..]);
        match line.match_indices(' ').find(is_end) {
            Some((at, _)) => drop(results.insert(line[at + 1..].to_owned(), outcome)),
            None => pending = Some(outcome),
        }
    }
    results
}

/// The results that stand in the output itself: `test NAME ... ok`.
pub(super) fn printed(stdout: &str) -> Vec<(String, Outcome)> {
    let result = |line: &str| {
        let (name, said) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
        let outcome = match said.split([',', ' ']).next()? {
            "ok" => Outcome::Passed,
            "FAILED" => Outcome::Failed,
            "ignored" => Outcome::Skipped,
            _ => return None,
        };
        // `should panic` and the like stand behind the name.
        let name = name.split_once(" - should panic").or_else(|| name.split_once(" - compile")).map_or(name, |(name, _)| name);
        Some((name.to_owned(), outcome))
    };
    stdout.lines().filter_map(result).collect()
}

/// What a result line counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Whether it says `ok`.
    pub(super) is_ok: bool,
    /// Passed and measured.
    pub(super) n_passed: usize,
    /// Failed.
    pub(super) n_failed: usize,
    /// Ignored.
    pub(super) n_ignored: usize,
}

/// All result lines of an output, in order; rustdoc prints several.
pub(super) fn result_lines(stdout: &str) -> Vec<Counts> {
    stdout.lines().filter_map(result_line).collect()
}

fn result_line(line: &str) -> Option<Counts> {
    let (verdict, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut counted = Counts { is_ok: verdict == "ok", ..Counts::default() };
    for part in counts.split("; ") {
        let Some((number, what)) = part.split_once(' ') else { continue };
        let Ok(number) = number.parse::<usize>() else { continue };
        match what {
            "passed" | "measured" => counted.n_passed += number,
            "failed" => counted.n_failed += number,
            "ignored" => counted.n_ignored += number,
            _ => {}
        }
    }
    Some(counted)
}

/// The text of each failure: what stands under `---- NAME stdout ----`.
pub(super) fn failures(stdout: &str) -> BTreeMap<String, String> {
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut current: Option<String> = None;
    for line in stdout.lines() {
        if let Some(name) = line.strip_prefix("---- ").and_then(|rest| rest.strip_suffix(" stdout ----")) {
            current = Some(name.to_owned());
        } else if line == "failures:" {
            current = None;
        } else if let Some(name) = &current {
            let text = texts.entry(name.clone()).or_default();
            text.push_str(line);
            text.push('\n');
        }
    }
    texts.into_iter().map(|(name, text)| (name, text.trim().to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn a_list_is_a_list_and_nothing_else() {
        assert_eq!(list("a::b: test\nc: benchmark\n"), Some(names(&["a::b", "c"])));
        assert_eq!(list(""), Some(BTreeSet::new()));
        assert_eq!(list("running my own harness\na: test\n"), None);
    }

    #[test]
    fn a_log_tells_results_even_when_reasons_have_several_lines() {
        let text = "ok a::b\nfailed c\nignored: not\nyet c2 d\nfailed (time limit exceeded) e\n";
        let expected = [("a::b", Outcome::Passed), ("c", Outcome::Failed), ("d", Outcome::Skipped), ("e", Outcome::Failed)];
        assert_eq!(log(text, &names(&["a::b", "c", "d", "e"])), expected.map(|(name, outcome)| (name.to_owned(), outcome)).into());
    }

    #[test]
    fn result_lines_are_counted() {
        let line = "test result: FAILED. 3 passed; 1 failed; 2 ignored; 1 measured; 4 filtered out; finished in 0.09s";
        assert_eq!(result_lines(line), [Counts { is_ok: false, n_passed: 4, n_failed: 1, n_ignored: 2 }]);
        assert_eq!(result_lines("test result: what\n"), []);
    }

    #[test]
    fn failures_keep_their_texts() {
        let stdout = "failures:\n\n---- a::b stdout ----\n\nthread 'a::b' panicked at x\nleft\n\n---- c stdout ----\nhello\n\n\nfailures:\n    a::b\n    c\n\ntest result: x\n";
        let texts = failures(stdout);
        assert_eq!(texts["a::b"], "thread 'a::b' panicked at x\nleft");
        assert_eq!(texts["c"], "hello");
    }

    #[test]
    fn printed_results_are_read_with_spaces_in_their_names() {
        let stdout = "test src/lib.rs - add (line 3) ... ok\ntest src/lib.rs - sub (line 9) - should panic ... FAILED\ntest x ... ignored, later\nprinted\n";
        let expected =
            [("src/lib.rs - add (line 3)", Outcome::Passed), ("src/lib.rs - sub (line 9)", Outcome::Failed), ("x", Outcome::Skipped)];
        assert_eq!(printed(stdout), expected.map(|(name, outcome)| (name.to_owned(), outcome)));
    }
}
