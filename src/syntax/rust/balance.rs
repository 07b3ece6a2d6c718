//! Brackets and quotes of a text that do not match, set right by the layout of its lines.
//!
//! A text whose brackets do not match has no tree; but people indent, and what a block holds stands deeper than the line that opens it.
//! Every place where one bracket may be missing or too many is tried, and what leaves no bracket alone is put in order by how many lines
//! would stand at a depth of their own. Which of them is meant is for the compiler and the tests to say.

mod lex;

use std::collections::BTreeSet;
use std::ops::Range;

use lex::{Bracket, lex};

/// How many repairs are worth a try.
const MAX_REPAIRS: usize = 10;
/// How many lines around the first oddity are tried.
const MAX_LINES: usize = 300;
/// How many lines before a line that stands too deep at the top of a file may hold its head.
const N_BEFORE: usize = 8;
/// How long a text may be: each try reads all of it.
const MAX_BYTES: usize = 200_000;
/// A word of a line that a brace may end.
const HEADS: &[&str] =
    &["fn", "if", "else", "while", "for", "loop", "match", "impl", "struct", "enum", "trait", "mod", "unsafe", "async", "pub", "const"];

/// One change that leaves all brackets matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Repair {
    /// The bytes that go.
    pub(super) at: Range<usize>,
    /// What comes in their place.
    pub(super) text: String,
}

/// The repairs of `text` that leave no bracket or quote alone, the one that fits the layout best first; none where all match already.
pub(super) fn repairs(text: &str) -> Vec<Repair> {
    if text.len() > MAX_BYTES {
        return Vec::new();
    }
    let lines = lines(text);
    let lexed = lex(text);
    if lexed.is_in_text {
        return ordered(text, texts(text, &lines));
    }
    let faults = faults(text, &lexed.brackets, &lines);
    if faults.n_alone == 0 {
        return Vec::new();
    }
    let net = |open: u8, close: u8| {
        let count = |one: u8| lexed.brackets.iter().filter(|bracket| bracket.byte == one).count();
        (count(open), count(close))
    };
    let focus = faults.focus.unwrap_or(0..lines.len());
    let mut all = Vec::new();
    let (opened, closed) = net(b'{', b'}');
    if opened > closed {
        all.extend(closing_braces(text, &lines, focus.clone()));
        all.extend(closing(text, &lines, &focus, b'{', b'}'));
    } else if opened < closed {
        all.extend(opening_braces(text, &lines, focus.clone()));
        all.extend(opening(text, &lines, &focus, b'{', b'}').1);
        all.extend(without(&lexed.brackets, b'}', text, &lines, &focus));
    }
    for (open, close) in [(b'(', b')'), (b'[', b']')] {
        let (opened, closed) = net(open, close);
        if opened > closed {
            all.extend(closing(text, &lines, &focus, open, close));
        } else if opened < closed {
            let (calls, others) = opening(text, &lines, &focus, open, close);
            all.extend(calls);
            all.extend(without(&lexed.brackets, close, text, &lines, &focus));
            all.extend(others);
        }
    }
    all.extend(exchanged(&lexed.brackets));
    ordered(text, all)
}

/// What leaves nothing alone, by the number of lines at a depth of their own; of equals, in the order given.
fn ordered(text: &str, all: Vec<Repair>) -> Vec<Repair> {
    let mut seen = BTreeSet::new();
    let mut good: Vec<(usize, Repair)> = Vec::new();
    for repair in all {
        let after = format!("{}{}{}", &text[..repair.at.start], repair.text, &text[repair.at.end..]);
        let lexed = lex(&after);
        if lexed.is_in_text {
            continue;
        }
        let faults = faults(&after, &lexed.brackets, &lines(&after));
        if faults.n_alone == 0 && seen.insert(after) {
            good.push((faults.n_askew, repair));
        }
    }
    good.sort_by_key(|(n_askew, _)| *n_askew);
    let best = good.first().map_or(0, |(n_askew, _)| *n_askew);
    good.into_iter().take_while(|(n_askew, _)| *n_askew <= best + 1).take(MAX_REPAIRS).map(|(_, repair)| repair).collect()
}

/// A line without its end.
#[derive(Debug, Clone)]
struct Line {
    start: usize,
    end: usize,
    indent: usize,
}

fn lines(text: &str) -> Vec<Line> {
    let mut start = 0;
    let of = |line: &str| {
        let code = line.trim_end_matches(['\n', '\r']);
        let at = start;
        start += line.len();
        Line { start: at, end: at + code.len(), indent: code.len() - code.trim_start().len() }
    };
    text.split_inclusive('\n').map(of).collect()
}

fn row_of(lines: &[Line], at: usize) -> usize {
    lines.partition_point(|line| line.start <= at).saturating_sub(1)
}

fn partner(open: u8) -> u8 {
    match open {
        b'(' => b')',
        b'[' => b']',
        _ => b'}',
    }
}

#[derive(Debug, Default)]
struct Faults {
    /// Brackets without a partner.
    n_alone: usize,
    /// Lines at a depth that does not fit the block that they are in.
    n_askew: usize,
    /// The lines around the first oddity.
    focus: Option<Range<usize>>,
}

/// A bracket that is open while the lines behind it are read.
struct Open {
    byte: u8,
    row: usize,
    /// The depth of the first line inside.
    inner: Option<usize>,
}

fn faults(text: &str, brackets: &[Bracket], lines: &[Line]) -> Faults {
    let mut faults = Faults::default();
    let mut open: Vec<Open> = Vec::new();
    let mut next = brackets.iter().peekable();
    let mut ends_statement = true;
    let mut first_row = None;
    let mut last_row = None;
    let mut odd = |from: usize, to: usize| {
        first_row.get_or_insert(from);
        last_row.get_or_insert(to);
    };
    for (row, line) in lines.iter().enumerate() {
        let code = text[line.start..line.end].trim();
        let is_plain = !code.is_empty() && !code.starts_with("//") && !code.starts_with(['}', ')', ']']);
        if let Some(from) = is_plain.then(|| askew(lines, row, &mut open, ends_statement)).flatten() {
            faults.n_askew += 1;
            odd(from, row);
        }
        let mut is_first = code.starts_with(['}', ')', ']']);
        while let Some(bracket) = next.next_if(|bracket| bracket.at < line.end) {
            if matches!(bracket.byte, b'(' | b'[' | b'{') {
                open.push(Open { byte: bracket.byte, row, inner: None });
                continue;
            }
            let Some(at) = open.iter().rposition(|one| partner(one.byte) == bracket.byte) else {
                faults.n_alone += 1;
                odd(row.saturating_sub(MAX_LINES), row);
                is_first = false;
                continue;
            };
            let n_left = open.len() - at - 1;
            faults.n_alone += n_left;
            if n_left > 0 {
                odd(open[at + 1].row, row);
            }
            let from = open[at].row;
            if is_first && lines[from].indent != line.indent {
                faults.n_askew += 1;
                odd(from, row);
            }
            open.truncate(at);
            is_first = false;
        }
        if !code.is_empty() && !code.starts_with("//") {
            ends_statement = code.ends_with([';', '{', '}', ',']);
        }
    }
    faults.n_alone += open.len();
    if let Some(left) = open.first() {
        odd(left.row, lines.len().saturating_sub(1));
    }
    faults.focus = first_row.zip(last_row).map(|(from, to)| from..(to + 1).min(from + MAX_LINES).min(lines.len()));
    faults
}

/// The line from which on something is odd, if the line of `row` does not stand as deep as the block that it is in.
fn askew(lines: &[Line], row: usize, open: &mut [Open], ends_statement: bool) -> Option<usize> {
    let depth = lines[row].indent;
    let Some(block) = open.last_mut() else {
        return (depth > 0 && ends_statement).then(|| row.saturating_sub(N_BEFORE));
    };
    let is_askew = depth <= lines[block.row].indent || (ends_statement && block.inner.is_some_and(|inner| inner != depth));
    block.inner.get_or_insert(depth);
    is_askew.then_some(block.row)
}

fn is_blank(text: &str, line: &Line) -> bool {
    text[line.start..line.end].trim().is_empty()
}

/// A closing brace on a line of its own behind each line, at each depth of a line before; or before an `else`.
fn closing_braces(text: &str, lines: &[Line], focus: Range<usize>) -> Vec<Repair> {
    let eol = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut all = Vec::new();
    let depths: BTreeSet<usize> = lines[focus.clone()].iter().filter(|line| !is_blank(text, line)).map(|line| line.indent).collect();
    for line in lines[focus.clone()].iter().filter(|line| text[line.start..line.end].trim_start().starts_with("else")) {
        let at = line.start + line.indent;
        all.push(Repair { at: at..at, text: "} ".to_owned() });
    }
    for line in lines[focus].iter().filter(|line| !is_blank(text, line)) {
        for depth in depths.iter().filter(|depth| **depth <= line.indent) {
            let margin: String = text[line.start..line.start + line.indent].chars().take(*depth).collect();
            all.push(Repair { at: line.end..line.end, text: format!("{eol}{margin}}}") });
        }
    }
    all
}

/// An opening brace behind each line that has a word of those that end with it.
fn opening_braces(text: &str, lines: &[Line], focus: Range<usize>) -> Vec<Repair> {
    let mut all = Vec::new();
    for line in &lines[focus] {
        let code = text[line.start..line.end].trim_end();
        let has_head = code.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| HEADS.contains(&word));
        if has_head && !code.ends_with(['{', ';', ',', '(', '[']) {
            let end = line.start + code.len();
            all.push(Repair { at: end..end, text: " {".to_owned() });
        }
    }
    all
}

/// Each closing bracket of the sort taken away, with its line if nothing else stands there.
fn without(brackets: &[Bracket], byte: u8, text: &str, lines: &[Line], focus: &Range<usize>) -> Vec<Repair> {
    let mut all = Vec::new();
    for bracket in brackets.iter().filter(|bracket| bracket.byte == byte) {
        let row = row_of(lines, bracket.at);
        if !focus.contains(&row) {
            continue;
        }
        let line = &lines[row];
        let is_all = text[line.start..line.end].trim().len() == 1;
        let whole = line.start..lines.get(row + 1).map_or(text.len(), |next| next.start);
        all.push(Repair { at: if is_all { whole } else { bracket.at..bracket.at + 1 }, text: String::new() });
    }
    all
}

/// A closing bracket at each place of a line that opens one more than it closes.
fn closing(text: &str, lines: &[Line], focus: &Range<usize>, open: u8, close: u8) -> Vec<Repair> {
    let mut all = Vec::new();
    for line in &lines[focus.clone()] {
        let code = &text[line.start..line.end];
        let lexed = lex(code);
        let count = |one: u8| lexed.brackets.iter().filter(|bracket| bracket.byte == one).count();
        let Some(first) = lexed.brackets.iter().find(|bracket| bracket.byte == open).filter(|_| count(open) > count(close)) else {
            continue;
        };
        let is_free = |at: usize| !lexed.opaque.iter().any(|range| range.start < at && at < range.end);
        let is_gap = |at: usize, c: char| {
            ";,.?)]}=<>!&|+-*/%".contains(c)
                || (c == ' ' && code[at..].trim_start().starts_with(['{', '=', '!', '<', '>', '&', '|', '+', '-']))
        };
        let mut gaps: Vec<usize> =
            code.char_indices().filter(|&(at, c)| at > first.at && is_free(at) && is_gap(at, c)).map(|(at, _)| at).collect();
        gaps.push(first.at + 1);
        gaps.extend(Some(code.trim_end().len()).filter(|_| !code.trim_end().ends_with([';', ',', '{'])));
        // What ends the statement is the likeliest place.
        gaps.sort_unstable_by(|one, two| two.cmp(one));
        gaps.dedup();
        all.extend(gaps.into_iter().map(|at| Repair { at: line.start + at..line.start + at, text: char::from(close).to_string() }));
    }
    all
}

/// An opening bracket at each place of a line that closes one more than it opens: first those of calls without arguments, such as `.len)`.
fn opening(text: &str, lines: &[Line], focus: &Range<usize>, open: u8, close: u8) -> (Vec<Repair>, Vec<Repair>) {
    let (mut calls, mut others) = (Vec::new(), Vec::new());
    for line in &lines[focus.clone()] {
        let code = &text[line.start..line.end];
        if !code.contains(char::is_alphanumeric) {
            continue;
        }
        let lexed = lex(code);
        let count = |one: u8| lexed.brackets.iter().filter(|bracket| bracket.byte == one).count();
        let Some(last) = lexed.brackets.iter().rfind(|bracket| bracket.byte == close).filter(|_| count(open) < count(close)) else {
            continue;
        };
        let is_free = |at: usize| !lexed.opaque.iter().any(|range| range.start < at && at < range.end);
        let is_gap = |at: usize| {
            let before = code[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || "_!>&= ([,".contains(c));
            let behind = code[at..].chars().next().is_some_and(|c| !c.is_alphanumeric() && !"_.,;>=<: ".contains(c));
            let is_word_behind_blank = code[..at].ends_with([' ', '(', '[', '&']) && code[at..].starts_with(|c: char| c.is_alphanumeric());
            let is_between_blanks = code[..at].ends_with(' ') && code[at..].starts_with(' ');
            (before && behind) || is_word_behind_blank || is_between_blanks
        };
        let mut gaps: Vec<usize> = code.char_indices().map(|(at, _)| at).filter(|&at| at <= last.at && is_free(at) && is_gap(at)).collect();
        // Next to what closes it, it holds the least.
        gaps.reverse();
        let is_call = |at: usize| {
            let head = code[..at].trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
            head.len() < at && head.ends_with('.') && code[at..].starts_with(char::from(close))
        };
        for at in gaps {
            let repair = Repair { at: line.start + at..line.start + at, text: char::from(open).to_string() };
            if is_call(at) { calls.push(repair) } else { others.push(repair) }
        }
    }
    (calls, others)
}

/// Each closing bracket that meets an opening one of another sort, as the partner of that one.
fn exchanged(brackets: &[Bracket]) -> Vec<Repair> {
    let mut all = Vec::new();
    let mut open: Vec<u8> = Vec::new();
    for bracket in brackets {
        if matches!(bracket.byte, b'(' | b'[' | b'{') {
            open.push(bracket.byte);
            continue;
        }
        let Some(byte) = open.pop().map(partner).filter(|byte| *byte != bracket.byte) else { continue };
        all.push(Repair { at: bracket.at..bracket.at + 1, text: char::from(byte).to_string() });
    }
    all
}

/// A quote at each place of a line that opens a text and does not close it.
fn texts(text: &str, lines: &[Line]) -> Vec<Repair> {
    let mut all = Vec::new();
    for line in lines {
        let code = &text[line.start..line.end];
        if !lex(code).is_in_text {
            continue;
        }
        let last = code.rfind('"').unwrap_or_default();
        let tail = code.trim_end_matches([';', ',', ')', ']', '}', ' ', '\t', '{']).len().max(last + 1);
        let mut gaps = vec![tail, code.trim_end().len()];
        gaps.extend(code.char_indices().rev().filter(|&(at, c)| at > last && ",);".contains(c)).map(|(at, _)| at));
        let mut seen = BTreeSet::new();
        gaps.retain(|at| seen.insert(*at));
        all.extend(gaps.into_iter().map(|at| Repair { at: line.start + at..line.start + at, text: "\"".to_owned() }));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "impl S {\n    fn a(&self) -> u8 {\n        for x in &self.v {\n            g(x, [1, 2]);\n        }\n        if self.b {\n            1\n        } else {\n            2\n        }\n    }\n\n    fn b(&self) -> char {\n        '{'\n    }\n}\n\nfn c<'a>(s: &'a str) -> String {\n    format!(\"{s} }}\")\n}\n";

    fn healed(broken: &str) -> Vec<String> {
        let done = |repair: Repair| format!("{}{}{}", &broken[..repair.at.start], repair.text, &broken[repair.at.end..]);
        repairs(broken).into_iter().map(done).collect()
    }

    fn rank(old: &str, new: &str) -> Option<usize> {
        assert!(GOOD.contains(old));
        healed(&GOOD.replacen(old, new, 1)).iter().position(|text| text == GOOD)
    }

    #[test]
    fn what_matches_is_left_alone() {
        assert!(repairs(GOOD).is_empty());
        assert!(repairs("// (\n/* { */\nconst A: &str = r#\"(\"\"#;\nconst B: char = '\\'';\n").is_empty());
    }

    #[test]
    fn a_missing_closing_brace_goes_where_the_depth_falls() {
        assert_eq!(rank("        }\n        if", "        if"), Some(0));
        assert_eq!(rank("    }\n\n    fn b", "\n    fn b"), Some(0));
        assert_eq!(rank("}\n\nfn c", "\nfn c"), Some(0));
        assert_eq!(rank("} else {", "else {"), Some(0));
    }

    #[test]
    fn a_missing_opening_brace_goes_behind_its_head() {
        assert_eq!(rank("v {", "v"), Some(0));
        assert_eq!(rank("-> char {", "-> char"), Some(0));
        assert_eq!(rank("if self.b {", "if self.b"), Some(0));
    }

    #[test]
    fn one_brace_too_many_goes() {
        assert_eq!(rank("        }\n        if", "        }\n        }\n        if"), Some(0));
        assert_eq!(rank("\n}\n\nfn c", "\n}\n}\n\nfn c"), Some(0));
    }

    #[test]
    fn brackets_in_a_line_are_closed_exchanged_and_taken_away() {
        assert!(rank("g(x, [1, 2]);", "g(x, [1, 2];").is_some());
        assert!(rank("g(x, [1, 2]);", "g(x, [1, 2);").is_some());
        assert_eq!(rank("g(x, [1, 2]);", "g(x, [1, 2));"), Some(0));
        assert!(rank("g(x, [1, 2]);", "g(x, [1, 2]));").is_some());
        assert!(rank("a(&self) -> u8", "a&self) -> u8").is_some());
    }

    #[test]
    fn a_text_is_closed_on_its_line() {
        assert_eq!(rank("}}\")", "}})"), Some(0));
    }

    #[test]
    fn lines_end_as_they_did() {
        let broken = GOOD.replacen("        }\n        if", "        if", 1).replace('\n', "\r\n");
        assert_eq!(healed(&broken).first(), Some(&GOOD.replace('\n', "\r\n")));
    }
}
