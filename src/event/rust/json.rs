//! Reads rustc's diagnostics as JSON: what cargo prints with `--message-format=json`, and rustc with `--error-format=json`.
//!
//! Only errors are failures. Of an error everything is kept that helps to heal it, above all the suggestions with their bytes.

use super::wire::{CargoMessage, Diagnostic, Span};
use crate::event::dialect::{Dialect, Failure, Reading};
use crate::event::line::Line;
use crate::event::{Applicability, Event, Label, Place, SuggestedEdit, Suggestion};
use crate::syntax::LanguageId;

/// A diagnostic a line.
pub(in crate::event) struct Diagnostics;

impl Dialect for Diagnostics {
    fn hints(&self) -> &'static [&'static str] {
        &["compiler-message", "\"$message_type\""]
    }

    fn read(&self, lines: &[Line<'_>], at: usize) -> Option<Reading> {
        let text = lines[at].text.trim();
        let diagnostic = parse(text)?;
        let nothing = Reading::new(Vec::new(), at + 1);
        if !diagnostic.level.starts_with("error") || diagnostic.message.starts_with("aborting due to") {
            return Some(nothing);
        }
        let event = Event { lines: lines[at].no..lines[at].no + 1, ..event(&diagnostic) };
        Some(Reading::failure(Failure::new(event), at + 1))
    }
}

fn parse(text: &str) -> Option<Diagnostic> {
    if !text.starts_with('{') {
        return None;
    }
    if text.contains("\"compiler-message\"") {
        return serde_json::from_str::<CargoMessage>(text).ok()?.message;
    }
    if text.contains("\"$message_type\":\"diagnostic\"") { serde_json::from_str(text).ok() } else { None }
}

fn event(diagnostic: &Diagnostic) -> Event {
    let kind = diagnostic.code.as_ref().map_or("error", |code| &code.code);
    let mut labels: Vec<Label> = diagnostic.spans.iter().map(label).collect();
    labels.sort_by_key(|label| !label.is_primary);
    let (helps, notes): (Vec<&Diagnostic>, Vec<&Diagnostic>) = diagnostic.children.iter().partition(|child| is_suggestion(child));
    Event {
        raised_at: labels.first().map(|label| label.place.clone()),
        labels,
        notes: notes.into_iter().map(note).collect(),
        suggestions: helps.into_iter().flat_map(suggestions).collect(),
        ..Event::new(LanguageId::RUST, kind, diagnostic.message.clone())
    }
}

fn is_suggestion(child: &Diagnostic) -> bool {
    child.spans.iter().any(|span| span.suggested_replacement.is_some())
}

/// A note with the places that it names.
fn note(child: &Diagnostic) -> String {
    let places = child
        .spans
        .iter()
        .filter(|span| span.is_primary)
        .map(|span| format!(" ({}:{}:{})", span.file_name, span.line_start, span.column_start));
    std::iter::once(child.message.clone()).chain(places).collect()
}

/// A place inside a macro of another crate is shown where the macro was called.
fn visible(span: &Span) -> &Span {
    let mut span = span;
    while (span.file_name.starts_with('<') || span.file_name.starts_with("/rustc/"))
        && let Some(expansion) = &span.expansion
    {
        span = &expansion.span;
    }
    span
}

fn label(span: &Span) -> Label {
    let (text, is_primary, span) = (span.label.clone().unwrap_or_default(), span.is_primary, visible(span));
    Label {
        place: Place { file: span.file_name.clone(), line: Some(span.line_start), column: Some(span.column_start), function: None },
        end_line: Some(span.line_end),
        end_column: Some(span.column_end),
        bytes: Some(span.byte_start..span.byte_end.max(span.byte_start)),
        text,
        is_primary,
    }
}

/// The alternatives of one help. rustc flattens them into one list of spans: a new alternative starts where a span meets one of the
/// alternative at hand. Parts of one alternative mostly come in order, but not always (E0106 puts the declaration, the return type and
/// then the arguments), while alternatives may also lie apart; so a list out of order is offered as a whole and in its ordered pieces.
fn suggestions(child: &Diagnostic) -> Vec<Suggestion> {
    let spans: Vec<&Span> = child.spans.iter().filter(|span| span.suggested_replacement.is_some()).collect();
    let mut alternatives: Vec<Vec<SuggestedEdit>> = Vec::new();
    for edit in spans.iter().map(|span| edit(span)) {
        match alternatives.last_mut() {
            Some(last) if !last.iter().any(|other| meet(other, &edit)) => last.push(edit),
            _ => alternatives.push(vec![edit]),
        }
    }
    let applicability = applicability(spans.first().and_then(|span| span.suggestion_applicability.as_deref()));
    let suggestion = |mut edits: Vec<SuggestedEdit>| {
        edits.sort_by(|a, b| (&a.file, a.bytes.start).cmp(&(&b.file, b.bytes.start)));
        Suggestion { message: child.message.clone(), edits, lines: Vec::new(), applicability }
    };
    alternatives.into_iter().flat_map(readings).map(suggestion).collect()
}

/// Whether two edits cannot be made together: they want the same bytes, or insert at one place. An insertion at the border of what is
/// replaced stands before or behind it, as rustfix has it.
fn meet(a: &SuggestedEdit, b: &SuggestedEdit) -> bool {
    let overlap = a.bytes.start < b.bytes.end && b.bytes.start < a.bytes.end;
    a.file == b.file && (overlap || a.bytes == b.bytes)
}

/// The edits as a whole, and their ordered pieces where they are out of order.
fn readings(edits: Vec<SuggestedEdit>) -> Vec<Vec<SuggestedEdit>> {
    let is_behind = |a: &SuggestedEdit, b: &SuggestedEdit| a.file != b.file || a.bytes.start < b.bytes.start;
    let pieces: Vec<Vec<SuggestedEdit>> = edits.chunk_by(is_behind).map(<[SuggestedEdit]>::to_vec).collect();
    let is_ordered = pieces.len() < 2;
    std::iter::once(edits).chain(pieces.into_iter().filter(|_| !is_ordered)).collect()
}

fn edit(span: &Span) -> SuggestedEdit {
    SuggestedEdit {
        file: span.file_name.clone(),
        bytes: span.byte_start..span.byte_end.max(span.byte_start),
        line: span.line_start,
        before: before(span),
        after: span.suggested_replacement.clone().unwrap_or_default(),
    }
}

/// What a span within one line held.
fn before(span: &Span) -> Option<String> {
    let [line] = span.text.as_slice() else { return None };
    let n = line.highlight_end.checked_sub(line.highlight_start)?;
    let text: String = line.text.chars().skip(line.highlight_start.checked_sub(1)?).take(n).collect();
    (text.len() == span.byte_end.saturating_sub(span.byte_start)).then_some(text)
}

fn applicability(name: Option<&str>) -> Applicability {
    match name {
        Some("MachineApplicable") => Applicability::MachineApplicable,
        Some("MaybeIncorrect") => Applicability::MaybeIncorrect,
        Some("HasPlaceholders") => Applicability::HasPlaceholders,
        _ => Applicability::Unspecified,
    }
}

#[cfg(test)]
mod tests {
    use crate::event::{Applicability, read};

    fn span(bytes: (usize, usize), column: (u32, u32), new: Option<&str>) -> String {
        let new = new.map_or("null".to_owned(), |new| format!("\"{new}\""));
        format!(
            r#"{{"file_name":"src/main.rs","byte_start":{},"byte_end":{},"line_start":1,"line_end":1,"column_start":{},"column_end":{},"is_primary":true,"text":[{{"text":"let x = ab;","highlight_start":{},"highlight_end":{}}}],"label":"here","suggested_replacement":{new},"suggestion_applicability":"MaybeIncorrect","expansion":null}}"#,
            bytes.0, bytes.1, column.0, column.1, column.0, column.1
        )
    }

    fn message(level: &str, help_spans: &[String]) -> String {
        let help = format!(
            r#"{{"message":"use these","code":null,"level":"help","spans":[{}],"children":[],"rendered":null}}"#,
            help_spans.join(",")
        );
        let note = r#"{"message":"expected `u8`","code":null,"level":"note","spans":[],"children":[],"rendered":null}"#;
        format!(
            r#"{{"reason":"compiler-message","package_id":"x","message":{{"message":"mismatched types","code":{{"code":"E0308","explanation":"error: fake"}},"level":"{level}","spans":[{}],"children":[{help},{note}],"rendered":"error[E0308]: mismatched types\n --> src/main.rs:1:9\n"}}}}"#,
            span((8, 10), (9, 11), None)
        )
    }

    #[test]
    fn an_error_keeps_its_bytes_labels_and_notes() {
        let event = read(message("error", &[span((8, 10), (9, 11), Some("cd"))]).as_bytes()).events.remove(0);
        assert_eq!((event.kind.as_str(), event.message.as_str()), ("E0308", "mismatched types"));
        assert_eq!(event.labels[0].bytes, Some(8..10));
        assert_eq!(event.notes, ["expected `u8`"]);
        let suggestion = &event.suggestions[0];
        assert_eq!(suggestion.applicability, Applicability::MaybeIncorrect);
        assert_eq!((suggestion.edits[0].before.as_deref(), suggestion.edits[0].after.as_str()), (Some("ab"), "cd"));
    }

    #[test]
    fn spans_that_meet_are_alternatives_and_spans_out_of_order_may_be_either() {
        let parts = |spans: &[((usize, usize), &str)]| {
            let spans: Vec<String> = spans.iter().map(|(bytes, new)| span(*bytes, (1, 1), Some(new))).collect();
            let event = read(message("error", &spans).as_bytes()).events.remove(0);
            event.suggestions.iter().map(|suggestion| suggestion.edits.len()).collect::<Vec<_>>()
        };
        assert_eq!(parts(&[((1, 2), "a"), ((5, 5), "b")]), [2]);
        assert_eq!(parts(&[((0, 0), "use a;"), ((0, 0), "use b;")]), [1, 1]);
        assert_eq!(parts(&[((1, 2), "a"), ((5, 6), "b"), ((1, 2), "c"), ((5, 6), "d")]), [2, 2]);
        assert_eq!(parts(&[((10, 10), "<'a>"), ((33, 33), "'a "), ((15, 15), "'a "), ((24, 24), "'a ")]), [4, 2, 2]);
    }

    #[test]
    fn warnings_and_the_text_inside_are_silent() {
        assert!(read(message("warning", &[]).as_bytes()).events.is_empty());
        assert!(read(br#"{"reason":"build-finished","success":false}"#).events.is_empty());
        assert!(read(br#"{"reason":"compiler-message","message":{"broken"#).events.is_empty());
    }

    #[test]
    fn the_same_error_for_people_and_as_json_is_one_event_with_bytes() {
        let human = "error[E0308]: mismatched types\n --> src/main.rs:1:9\n  |\n1 | let x = ab;\n  |         ^^ here\n\n";
        let log = read(format!("{human}{}\n", message("error", &[span((8, 10), (9, 11), Some("cd"))])).as_bytes());
        assert_eq!(log.events.len(), 1);
        assert_eq!((log.events[0].count, log.events[0].suggestions[0].edits.len()), (2, 1));
    }
}
