//! Prints a file's change as git does, from the groups that `similar` finds.
//!
//! Written here because `similar`'s own printer takes a lone CR for a line end, which `git apply` refuses as a corrupt patch.
//!
//! Source: git 2.47, `Documentation/diff-generate-patch.txt`, and `quote.c` for the quoting of names.

use std::fmt::Write as _;
use std::io::Write as _;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

use super::FilePatch;

const CONTEXT: usize = 3;

/// The change of one file in git's format; nothing when it holds no change.
pub fn unified(file: &FilePatch) -> Vec<u8> {
    let (before, after) = (lines(&file.before), lines(&file.after));
    let groups = group_diff_ops(capture_diff_slices(Algorithm::Myers, &before, &after), CONTEXT);
    let mut out = Vec::new();
    if groups.is_empty() {
        return out;
    }
    let (a, b) = (quoted("a/", file.path.as_str()), quoted("b/", file.path.as_str()));
    write!(out, "diff --git {a} {b}\n--- {a}{tab}\n+++ {b}{tab}\n", tab = if a.contains(' ') && !a.starts_with('"') { "\t" } else { "" })
        .expect("a vector takes every byte");
    for group in groups {
        hunk(&mut out, &group, &before, &after);
    }
    out
}

fn hunk(out: &mut Vec<u8>, group: &[DiffOp], before: &[&[u8]], after: &[&[u8]]) {
    let (first, last) = (group[0], group[group.len() - 1]);
    let old = range(first.old_range().start, last.old_range().end);
    let new = range(first.new_range().start, last.new_range().end);
    writeln!(out, "@@ -{old} +{new} @@").expect("a vector takes every byte");
    for op in group {
        if op.tag() == DiffTag::Equal {
            print_lines(out, b' ', &before[op.old_range()]);
        } else {
            print_lines(out, b'-', &before[op.old_range()]);
            print_lines(out, b'+', &after[op.new_range()]);
        }
    }
}

/// `start,length` as git counts: from one, but from zero for an empty range, and no length of one.
fn range(start: usize, end: usize) -> String {
    match end - start {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        n => format!("{},{n}", start + 1),
    }
}

fn print_lines(out: &mut Vec<u8>, mark: u8, lines: &[&[u8]]) {
    for line in lines {
        out.push(mark);
        out.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            out.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
    }
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|&byte| byte == b'\n').collect()
}

/// A name as git prints it: in double quotes with escapes as soon as it holds a control byte, a quote, a backslash or a byte above 0x7e.
fn quoted(prefix: &str, name: &str) -> String {
    let plain = |byte: u8| (0x20..0x7f).contains(&byte) && byte != b'"' && byte != b'\\';
    if name.bytes().all(plain) {
        return format!("{prefix}{name}");
    }
    let mut out = format!("\"{prefix}");
    for byte in name.bytes() {
        match byte {
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b'\r' => out.push_str("\\r"),
            b'"' | b'\\' => out.extend(['\\', byte as char]),
            byte if plain(byte) => out.push(byte as char),
            byte => write!(out, "\\{byte:03o}").expect("a string takes every text"),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::text::RepoPath;

    fn diff(path: &str, before: &[u8], after: &[u8]) -> Vec<u8> {
        unified(&FilePatch { path: RepoPath::new(path).unwrap(), before: Arc::from(before), after: Arc::from(after) })
    }

    #[test]
    fn a_changed_last_line_without_newline_is_marked() {
        let shown = String::from_utf8(diff("a b.py", b"x\r\ny", b"x\r\nz")).unwrap();
        assert_eq!(
            shown,
            "diff --git a/a b.py b/a b.py\n--- a/a b.py\t\n+++ b/a b.py\t\n@@ -1,2 +1,2 @@\n x\r\n-y\n\\ No newline at end of file\n+z\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn a_hostile_name_cannot_forge_a_header() {
        let shown = String::from_utf8(diff("x\u{1b}[31m\n+++ b", b"1\n", b"2\n")).unwrap();
        assert!(shown.starts_with("diff --git \"a/x\\033[31m\\n+++ b\" "), "{shown}");
    }

    proptest! {
        #[test]
        fn diffy_gets_the_new_text_back(before in r"([ab\r\u{e9}]{0,3}\n){0,12}[ab]{0,2}", after in r"([ab\r\u{e9}]{0,3}\n){0,12}[ab]{0,2}") {
            let shown = diff("f", before.as_bytes(), after.as_bytes());
            if before == after {
                prop_assert!(shown.is_empty());
            } else {
                let patch = diffy::Patch::from_bytes(&shown).unwrap();
                prop_assert_eq!(diffy::apply_bytes(before.as_bytes(), &patch).unwrap(), after.as_bytes());
            }
        }
    }
}
