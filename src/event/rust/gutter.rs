//! Reads the drawing under a diagnostic of rustc: numbered source lines, the marks under them, the changed lines of a help.
//!
//! Lines that are cut (`...`) say nothing exact, so no edit is made of them; tabs are printed as four blanks, which is why an edit keeps
//! the printed old line where there is one: who applies it must find that line.
//!
//! Source: rustc 1.95, `compiler/rustc_errors/src/emitter.rs`.

use crate::event::line::{split_location, split_number};
use crate::event::{Label, LineEdit, Place, Suggestion};

/// One line of the drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row<'a> {
    /// The source line's number.
    pub(super) number: Option<u32>,
    /// `|`, or `~`, `+`, `-` before a line that changes; `>` where the lines of another file begin, whose place is the code.
    pub(super) sign: char,
    /// What stands right of the gutter.
    pub(super) code: &'a str,
}

/// `12 | code`, `   | marks`, `12 ~ code`.
pub(super) fn row(text: &str) -> Option<Row<'_>> {
    let trimmed = text.trim_start();
    let (number, rest) = match split_number(trimmed) {
        Some((number, rest)) => (Some(number), rest.strip_prefix(' ')?.trim_start()),
        None => (None, trimmed),
    };
    let sign = rest.chars().next().filter(|sign| *sign == '|' || (number.is_some() && matches!(sign, '~' | '+' | '-')))?;
    let code = &rest[1..];
    let is_gutter = code.is_empty() || code.starts_with([' ', '/', '_']);
    is_gutter.then(|| Row { number, sign, code: code.strip_prefix(' ').unwrap_or(code).trim_end() })
}

/// A run of marks in a row: columns of characters counted from zero.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    start: usize,
    end: usize,
    sign: char,
}

/// The runs of `^` or `-` in `code`, and the text behind them.
fn runs(code: &str) -> (Vec<Run>, String) {
    let mut runs: Vec<Run> = Vec::new();
    let chars: Vec<char> = code.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        match (c, runs.last_mut()) {
            ('^' | '-' | '~' | '+', Some(run)) if run.end == at && run.sign == c => run.end = at + 1,
            ('^' | '-' | '~' | '+', _) => runs.push(Run { start: at, end: at + 1, sign: c }),
            (' ' | '|' | '_', _) => {}
            _ => return (runs, chars[at..].iter().collect()),
        }
    }
    (runs, String::new())
}

/// What the marks in the row below underline in a row of source.
pub(super) fn marked(source: &Row<'_>, marks: &Row<'_>) -> Option<String> {
    let (runs, _) = runs(marks.code);
    let run = runs.first().filter(|_| source.number.is_some() && marks.number.is_none())?;
    Some(source.code.chars().skip(run.start).take(run.end - run.start).collect())
}

/// The marked places in the drawing of `file`, in the order of the drawing.
pub(super) fn labels(rows: &[Row<'_>], file: &str) -> Vec<Label> {
    let mut labels: Vec<Label> = Vec::new();
    let mut line = None;
    let mut first_of_line = 0;
    let mut file = file;
    for row in rows {
        if row.sign == '>' {
            file = split_location(row.code).map_or(file, |(file, ..)| file);
            line = None;
        }
        if let Some(number) = row.number {
            line = Some((number, row.code));
            first_of_line = labels.len();
            continue;
        }
        let Some((number, code)) = line else { continue };
        let (runs, text) = runs(row.code);
        if runs.is_empty() {
            hang(&mut labels[first_of_line..], row.code, &text);
        } else if labels.len() == first_of_line {
            let is_cut = code.starts_with("...");
            labels.extend(runs.iter().map(|run| label(file, number, run, is_cut)));
            if let Some(last) = labels.last_mut().filter(|_| !text.starts_with("help: ")) {
                last.text = text;
            }
        }
    }
    labels
}

fn label(file: &str, line: u32, run: &Run, is_cut: bool) -> Label {
    let column = |at: usize| (!is_cut).then_some(at as u32 + 1);
    let place = Place { file: file.to_owned(), line: Some(line), column: column(run.start), function: None };
    Label { place, end_line: Some(line), end_column: column(run.end), bytes: None, text: String::new(), is_primary: run.sign == '^' }
}

/// A text that hangs below its marks begins in their first column.
fn hang(labels: &mut [Label], code: &str, text: &str) {
    let column = code.chars().take_while(|c| matches!(c, ' ' | '|' | '_')).count() as u32 + 1;
    if text.starts_with("help: ") {
        return; // It is said in another way: as a suggestion.
    }
    if let Some(label) = labels.iter_mut().find(|label| label.place.column == Some(column) && label.text.is_empty()) {
        text.clone_into(&mut label.text);
    }
}

/// The change that a help draws as changed lines; nothing if it cannot be read back exactly.
pub(super) fn line_edits(rows: &[Row<'_>], file: &str) -> Option<Vec<LineEdit>> {
    let mut edits: Vec<LineEdit> = Vec::new();
    // Numbers are those of the new text, so lines that were put in before shift them; a removed line shows its old number.
    let mut n_added = 0;
    for (at, row) in rows.iter().enumerate() {
        let Some(number) = row.number else { continue };
        let line = number.checked_sub(n_added)?;
        let made = |before: Vec<Option<String>>, after: Vec<String>| LineEdit { file: file.to_owned(), line, before, after };
        let code = || row.code.to_owned();
        if row.code.starts_with("...") && row.sign != '|' {
            return None;
        }
        match (row.sign, edits.last_mut()) {
            ('+', Some(last)) if last.line + last.before.len() as u32 > line && last.after.len() < last.before.len() => {
                last.after.push(code());
            }
            ('+', _) => {
                edits.push(made(vec![], vec![code()]));
                n_added += 1;
            }
            ('-', Some(last)) if last.line + last.before.len() as u32 == line && last.after.is_empty() => last.before.push(Some(code())),
            ('-', _) => edits.push(made(vec![Some(code())], vec![])),
            // Of several changed lines in a row nobody can tell which of them are new.
            ('~', Some(last)) if last.line + 1 == line => return None,
            ('~', _) => edits.push(made(vec![None], vec![code()])),
            _ => edits
                .extend(rows.get(at + 1).and_then(|marks| underlined(row, marks)).map(|(before, after)| made(vec![before], vec![after]))),
        }
    }
    (!edits.is_empty()).then_some(edits)
}

/// A line in its new form, with the added text underlined by `+`, or the replaced by `~`.
fn underlined(row: &Row<'_>, marks: &Row<'_>) -> Option<(Option<String>, String)> {
    let (runs, text) = runs(marks.code);
    let is_marks = marks.number.is_none() && text.is_empty() && !runs.is_empty() && runs.iter().all(|run| matches!(run.sign, '+' | '~'));
    if !is_marks || row.code.starts_with("...") {
        return None;
    }
    let before = runs.iter().all(|run| run.sign == '+').then(|| without(row.code, &runs));
    Some((before, row.code.to_owned()))
}

/// `code` without the marked parts. A blank at the end of what was added is not marked; it is the one that no person would have written.
fn without(code: &str, runs: &[Run]) -> String {
    let chars: Vec<char> = code.chars().collect();
    let mut out = String::new();
    let mut at = 0;
    for run in runs {
        out.extend(&chars[at.min(chars.len())..run.start.min(chars.len())]);
        at = run.end;
        let is_lone = out.chars().next_back().is_none_or(|before| matches!(before, ' ' | '(' | '[' | '{' | '<' | '&'));
        if is_lone && chars.get(at) == Some(&' ') {
            at += 1;
        }
    }
    out.extend(&chars[at.min(chars.len())..]);
    out.trim_end().to_owned()
}

/// A help that stands as a label right behind the marks: ``help: try: `x` `` replaces what is marked.
pub(super) fn inline_suggestion(rows: &[Row<'_>], file: &str) -> Option<Suggestion> {
    let (at, text) = rows.iter().enumerate().find_map(|(at, row)| {
        let text = row.number.is_none().then(|| runs(row.code).1)?;
        text.starts_with("help: ").then_some((at, text))
    })?;
    let text = text.strip_prefix("help: ")?;
    let (message, new) = match text.strip_suffix('`').and_then(|text| text.split_once(": `")) {
        Some(found) => found,
        // What is put in is shown unless it is nothing; other helps without it are mere advice.
        None if text.starts_with("remove ") => (text, ""),
        None => return None,
    };
    let source = rows.get(at.checked_sub(1)?)?;
    let (runs, _) = runs(rows[at].code);
    let [run] = runs.as_slice() else { return None };
    // A mark that begins left of the line it stands under belongs to several lines.
    let is_whole = !rows[at].code.contains(['|', '_']) && !source.code.starts_with("...");
    let line = source.number.filter(|_| is_whole)?;
    let chars: Vec<char> = source.code.chars().collect();
    let (head, tail) = (chars.get(..run.start)?, chars.get(run.end..)?);
    // A place between two characters is marked by one sign as well.
    if run.end == run.start + 1 && !new.is_empty() && !new.contains(chars[run.start]) {
        return None;
    }
    let after = head.iter().copied().chain(new.chars()).chain(tail.iter().copied()).collect();
    let edit = LineEdit { file: file.to_owned(), line, before: vec![Some(source.code.to_owned())], after: vec![after] };
    Some(Suggestion {
        message: message.to_owned(),
        edits: Vec::new(),
        lines: vec![edit],
        applicability: crate::event::Applicability::Unspecified,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Row<'_>> {
        text.lines().filter_map(row).collect()
    }

    fn edit(line: u32, before: &[Option<&str>], after: &[&str]) -> LineEdit {
        LineEdit {
            file: "src/main.rs".into(),
            line,
            before: before.iter().map(|text| text.map(str::to_owned)).collect(),
            after: after.iter().map(|text| (*text).to_owned()).collect(),
        }
    }

    fn check(text: &str, expected: Option<&[LineEdit]>) {
        assert_eq!(line_edits(&rows(text), "src/main.rs").as_deref(), expected, "{text}");
    }

    #[test]
    fn changed_lines_are_read_back() {
        check("2 -     let mut x = 5;\n2 +     let x = 5;", Some(&[edit(2, &[Some("    let mut x = 5;")], &["    let x = 5;"])]));
        check(
            "  |\n3 ~ fn main() -> R {\n4 |     let f = g()?;\n5 +     Ok(())\n  |",
            Some(&[edit(3, &[None], &["fn main() -> R {"]), edit(5, &[], &["    Ok(())"])]),
        );
        check("1 + use std::fs;\n  |", Some(&[edit(1, &[], &["use std::fs;"])]));
        check("4 |     foo(&x);\n  |         +", Some(&[edit(4, &[Some("    foo(x);")], &["    foo(&x);"])]));
        check("4 |     foo(&x.y());\n  |         + ++++", Some(&[edit(4, &[Some("    foo(x);")], &["    foo(&x.y());"])]));
        check("7 ~     bar(y);\n  |", Some(&[edit(7, &[None], &["    bar(y);"])]));
        check("4 - ...   foo(x)\n4 + ...   foo(y)", None);
        check("4 |     foo(x);\n  |     ^^^ here", None);
    }

    #[test]
    fn marks_become_labels_with_their_texts() {
        let found = labels(
            &rows(
                "3 |     let y = x;\n  |             - value moved here\n4 |     f(x, y);\n  |       ^  - second\n  |       |\n  |       first",
            ),
            "a.rs",
        );
        let seen: Vec<_> =
            found.iter().map(|label| (label.place.line, label.place.column, label.text.as_str(), label.is_primary)).collect();
        assert_eq!(
            seen,
            [(Some(3), Some(13), "value moved here", false), (Some(4), Some(7), "first", true), (Some(4), Some(10), "second", false)]
        );
    }

    #[test]
    fn a_help_behind_its_marks_is_an_edit() {
        let suggestion =
            inline_suggestion(&rows("116 |     .on(|s| M(s))\n    |         ^^^^^^^^ help: replace the closure: `M`"), "a.rs").unwrap();
        assert_eq!(suggestion.lines[0].after, ["    .on(M)"]);
        assert_eq!(suggestion.message, "replace the closure");
    }
}
