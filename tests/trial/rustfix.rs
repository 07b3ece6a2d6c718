//! What a compiler suggests is applied as rustfix applies it, to the byte, wherever rustfix applies it at all.
//!
//! Diagnostics are made up from a seed: several parts, parts that touch, overlap or are given twice, insertions at one place and at the
//! border of what is replaced, in texts of several bytes a character and with CRLF. One thing is ours: of a suggestion that repeats a part of
//! another one, what is new is applied as well, where rustfix leaves all of it to the next run of the compiler.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use homeostasis::event::{self, Suggestion};
use homeostasis::text::{ByteSpan, Edit, EditSet, Patch, RepoPath};
use rustfix::{CodeFix, Filter, Solution, get_suggestions_from_json};
use serde_json::{Value, json};

/// What texts are made of.
const PIECES: &[&str] = &["a", "b", "(", " ", "é", "漢", "🦀", "\n", "\r\n", "let x = 1;"];

/// What replaces a part of one.
const NEW: &[&str] = &["", "a", "mut ", "&", "é", "\n", "\r\n", "漢(", "use std::fmt;\n"];

/// How many texts with diagnostics are made up.
const CASES: u64 = 3_000;

/// Numbers from a seed: xorshift, by Marsaglia.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(n).unwrap()).unwrap()
    }

    fn one_of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }
}

/// A replacement.
type Part = (Range<usize>, String);

/// A text and, for each diagnostic, its helps with their parts.
struct Made {
    text: String,
    diagnostics: Vec<Vec<Vec<Part>>>,
}

impl Made {
    fn of(seed: u64) -> Made {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let text: String = (0..8 + dice.below(40)).map(|_| dice.one_of(PIECES)).collect();
        let borders: Vec<usize> = (0..=text.len()).filter(|&at| text.is_char_boundary(at)).collect();
        let mut made = Vec::new();
        let mut diagnostics = Vec::new();
        for _ in 0..=dice.below(4) {
            let mut helps = Vec::new();
            for _ in 0..=dice.below(2) {
                let parts = (0..=dice.below(3)).map(|_| part(&mut dice, &borders, &mut made)).collect();
                helps.push(parts);
            }
            diagnostics.push(helps);
        }
        Made { text, diagnostics }
    }

    /// What rustc would print.
    fn json(&self) -> Vec<String> {
        let span = |part: &Part| span(&self.text, part);
        let child = |(n, parts): (usize, &Vec<Part>)| json!({"message": format!("help {n}"), "code": null, "level": "help", "spans": parts.iter().map(span).collect::<Vec<_>>(), "children": [], "rendered": null});
        let diagnostic = |(n, helps): (usize, &Vec<Vec<Part>>)| {
            let children: Vec<Value> = helps.iter().enumerate().map(child).collect();
            json!({"$message_type": "diagnostic", "message": format!("error {n}"), "code": null, "level": "error", "spans": [], "children": children, "rendered": null}).to_string()
        };
        self.diagnostics.iter().enumerate().map(diagnostic).collect()
    }
}

/// A new part, at times one that was there before, or one that touches it.
fn part(dice: &mut Dice, borders: &[usize], made: &mut Vec<Part>) -> Part {
    let place = |dice: &mut Dice| {
        let start = dice.below(borders.len());
        let end = if dice.below(3) == 0 { start } else { (start + dice.below(4)).min(borders.len() - 1) };
        borders[start]..borders[end]
    };
    let old = if made.is_empty() { None } else { Some(made[dice.below(made.len())].clone()) };
    let part = match (old, dice.below(8)) {
        (Some(old), 0) => old,
        (Some((range, _)), 1) => (range.start..range.start, dice.one_of(NEW).to_owned()),
        (Some((range, _)), 2) => (range.end..range.end, dice.one_of(NEW).to_owned()),
        _ => (place(dice), dice.one_of(NEW).to_owned()),
    };
    made.push(part.clone());
    part
}

fn span(text: &str, (range, new): &Part) -> Value {
    let row = |at: usize| text[..at].matches('\n').count() + 1;
    let column = |at: usize| text[..at].rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let (line, end_line) = (row(range.start), row(range.end));
    let shown = text.split('\n').nth(line - 1).unwrap_or_default().trim_end_matches('\r');
    let shown = json!([{"text": shown, "highlight_start": column(range.start), "highlight_end": column(range.end)}]);
    json!({
        "file_name": "src/lib.rs", "byte_start": range.start, "byte_end": range.end, "line_start": line, "line_end": end_line,
        "column_start": column(range.start), "column_end": column(range.end), "is_primary": true, "label": null, "expansion": null,
        "text": if line == end_line { shown } else { json!([]) },
        "suggested_replacement": new, "suggestion_applicability": "MachineApplicable",
    })
}

/// The patch of one suggestion, as far as it is one.
fn patch(before: &Arc<[u8]>, suggestion: &Suggestion) -> Option<Patch> {
    let edit = |edit: &event::SuggestedEdit| {
        let now = before.get(edit.bytes.clone()).unwrap();
        assert!(edit.before.as_ref().is_none_or(|before| before.as_bytes() == now), "{edit:?} is not of this text");
        Edit { span: ByteSpan::new(edit.bytes.start, edit.bytes.end), text: edit.after.clone() }
    };
    let edits = EditSet::new(suggestion.edits.iter().map(edit).collect()).ok()?;
    Patch::exact([(RepoPath::new("src/lib.rs").unwrap(), before, &edits)]).ok()
}

/// What rustfix makes of the whole log: none where it refuses, or would leave out what repeats only a part of another suggestion.
fn by_rustfix(text: &str, log: &str) -> Option<(String, usize)> {
    let suggestions = get_suggestions_from_json(log, &HashSet::new(), Filter::Everything).unwrap();
    let mut taken: Vec<Part> = Vec::new();
    let mut fix = CodeFix::new(text);
    let mut n_trimmed = 0;
    for suggestion in suggestions.iter().rev() {
        let parts = || suggestion.solutions.iter().flat_map(|solution| &solution.replacements);
        let key = |part: &rustfix::Replacement| (part.snippet.range.clone(), part.replacement.clone());
        let keys: Vec<Part> = parts().map(key).collect();
        let is_told_twice = keys.iter().enumerate().any(|(at, key)| keys[..at].contains(key));
        if is_told_twice {
            return None;
        }
        let fresh: Vec<_> = parts().filter(|part| !taken.contains(&key(part))).cloned().collect();
        n_trimmed += usize::from(fresh.len() < keys.len());
        fix.apply_solution(&Solution { message: String::new(), replacements: fresh }).ok()?;
        taken.extend(keys);
    }
    let fixed = fix.finish().ok()?;
    if n_trimmed == 0 {
        assert_eq!(rustfix::apply_suggestions(text, &suggestions).unwrap(), fixed);
    }
    Some((fixed, n_trimmed))
}

/// What we make of it: of each help the first reading, all beside each other.
fn by_us(text: &str, diagnostics: &[String]) -> Option<String> {
    let before: Arc<[u8]> = Arc::from(text.as_bytes());
    let mut whole: Option<Patch> = None;
    for diagnostic in diagnostics.iter().rev() {
        let event = event::read(diagnostic.as_bytes()).events.remove(0);
        let mut told = HashSet::new();
        for suggestion in event.suggestions.iter().filter(|suggestion| told.insert(&suggestion.message)) {
            let patch = patch(&before, suggestion)?;
            whole = Some(match whole {
                Some(whole) => whole.beside(&patch)?,
                None => patch,
            });
        }
    }
    let after =
        whole.map_or_else(|| text.as_bytes().to_vec(), |whole| whole.files().first().map_or(text.as_bytes(), |file| &file.after).to_vec());
    Some(String::from_utf8(after).expect("no edit cuts a character"))
}

#[test]
fn what_rustfix_applies_is_applied_to_the_same_bytes() {
    let (mut n_applied, mut n_several, mut n_trimmed) = (0, 0, 0);
    for seed in 0..CASES {
        let made = Made::of(seed);
        let diagnostics = made.json();
        let Some((fixed, trimmed)) = by_rustfix(&made.text, &diagnostics.join("\n")) else { continue };
        let ours = by_us(&made.text, &diagnostics);
        n_applied += 1;
        n_several += usize::from(made.diagnostics.iter().flatten().map(Vec::len).sum::<usize>() > 1);
        n_trimmed += usize::from(trimmed > 0);
        assert_eq!(ours.as_deref(), Some(fixed.as_str()), "seed {seed}: {:?} {:?}", made.text, made.diagnostics);
    }
    // Else the cases say nothing.
    assert!(
        n_applied > 500 && n_several > 400 && n_trimmed > 50,
        "{n_applied} applied, {n_several} of several parts, {n_trimmed} repeat a part"
    );
}
