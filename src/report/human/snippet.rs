//! One failure in rustc's look: title, the project's source with the place marked, and facts behind the gutter.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::Human;
use super::paint::{cut, wrapped};
use super::place::{self, Mark, View};
use crate::redact::visible;
use crate::report::{DiagnosisReport, EventReport, MarkedReport, PlaceReport};
use crate::text::{LineIndex, RepoPath};

/// A fact has at least so many columns.
const NARROWEST: usize = 40;
/// Columns beside a source line: its number and the gutter.
const SNIPPET_MARGIN: usize = 8;
/// Facts that the log prints.
const PRINTED: &[&str] = &["message", "effects"];
/// A title goes over so many lines of the terminal at most.
const TITLE_LINES: usize = 4;

/// A piece of source under its path.
struct Shown {
    path: String,
    view: View,
}

impl Human<'_> {
    /// `event` with its place, as far as the project's files show it, what `diagnosis` says there, and `facts` (name, text) below.
    pub(super) fn snippet(&self, event: &EventReport, diagnosis: Option<&DiagnosisReport>, facts: &[(&'static str, String)]) -> String {
        let mut group = Level::ERROR
            .primary_title(cut(&title(event, diagnosis), self.width * TITLE_LINES, self.is_unicode))
            .id(visible(&event.kind))
            .elements(std::iter::empty::<Origin>());
        let shown = self.shown(event, diagnosis);
        if shown.is_empty() {
            group = self.with_origin(group, event);
        }
        for Shown { path, view } in &shown {
            group = group.element(annotated(path, view));
        }
        // The renderer sets a message's text as it is; only titles and sources are made harmless by it.
        let gutter = gutter(event, &shown);
        group = group.elements(facts.iter().map(|(name, text)| {
            let room = self.width.saturating_sub(gutter + name.len() + "  = : ".len()).max(NARROWEST);
            // What the log itself prints over several lines keeps its shape.
            let text = if PRINTED.contains(name) { visible(text.trim_end()) } else { wrapped(&visible(text.trim_end()), room) };
            Level::NOTE.with_name(*name).message(text)
        }));
        let rendered = Renderer::styled().term_width(self.width).render(&[group]);
        rendered + "\n"
    }

    /// Without a source of the project: the place, and the line that the log shows there.
    fn with_origin<'g>(&self, group: Group<'g>, event: &EventReport) -> Group<'g> {
        let raised = event.raised_at.as_ref().filter(|place| !place.file.is_empty());
        let Some(place) = event.blamed.as_ref().or(raised) else { return group };
        let path = visible(&place.file);
        let printed = event.frames.iter().rev().find(|frame| names_end_alike(&frame.file, &place.file) && frame.source.is_some());
        if let (Some(line), Some(source)) = (place.line, printed.and_then(|frame| frame.source.as_deref())) {
            let source = cut(source.trim(), self.width.saturating_sub(SNIPPET_MARGIN).max(NARROWEST), self.is_unicode);
            let marked =
                printed.and_then(|frame| frame.marked).and_then(|marked| place::of_chars(&source, marked)).unwrap_or(0..source.len());
            let mark = AnnotationKind::Primary.span(marked);
            return group.element(Snippet::source(source).path(path).line_start(line as usize).annotation(mark));
        }
        let mut origin = Origin::path(path);
        if let Some(line) = place.line {
            origin = origin.line(line as usize);
        }
        group.element(origin)
    }

    /// The places to show: a compiler's labels, which say it best; else the diagnosis' own place, and the blamed one where it is another.
    fn shown(&self, event: &EventReport, diagnosis: Option<&DiagnosisReport>) -> Vec<Shown> {
        if let Some(blamed) = event.blamed.as_ref().filter(|_| !event.labels.is_empty()) {
            return self.blamed(event, blamed, false).into_iter().collect();
        }
        let told = diagnosis.and_then(|diagnosis| diagnosis.place.as_ref().map(|place| (diagnosis, place)));
        let mut shown = Vec::new();
        if let Some((diagnosis, place)) = told {
            shown.extend(self.told(place, diagnosis.marked, &diagnosis.title));
        }
        let is_told = told.is_some_and(|(_, place)| event.blamed.as_ref().is_some_and(|at| at.file == place.file && at.line == place.line));
        if (!is_told || shown.is_empty())
            && let Some(blamed) = &event.blamed
        {
            shown.extend(self.blamed(event, blamed, !shown.is_empty()));
        }
        shown
    }

    fn told(&self, place: &PlaceReport, marked: Option<MarkedReport>, label: &str) -> Option<Shown> {
        let path = RepoPath::new(&place.file).ok()?;
        let file = (self.sources)(&path)?;
        let index = LineIndex::new(&file);
        let span = marked.and_then(|marked| place::of_bytes(&file, &index, marked));
        let span = span.or_else(|| place::whole_line(&file, &index, place.line?))?;
        let mark = Mark { span, label: visible(label), is_primary: true };
        Some(Shown { path: place.file.clone(), view: place::view(&file, &index, &[mark])? })
    }

    fn blamed(&self, event: &EventReport, blamed: &PlaceReport, is_second: bool) -> Option<Shown> {
        let path = RepoPath::new(&blamed.file).ok()?;
        let file = (self.sources)(&path)?;
        let index = LineIndex::new(&file);
        let mut marks = labels(event, blamed, &file, &index);
        if marks.is_empty() {
            let line = blamed.line?;
            let whole = place::whole_line(&file, &index, line)?;
            // A file that was changed since shows another line: then the log's own is shown.
            let frame = event.frames.iter().rev().find(|frame| names_end_alike(&frame.file, &blamed.file));
            let printed = frame.and_then(|frame| frame.source.as_deref());
            if printed.is_some_and(|source| source.trim().as_bytes() != whole.of(&file)) {
                return None;
            }
            let span = frame.and_then(|frame| place::of_frame(&file, &index, line, frame)).unwrap_or(whole);
            let label = if is_second { "it showed here".to_owned() } else { String::new() };
            marks.push(Mark { span, label, is_primary: !is_second });
        }
        Some(Shown { path: blamed.file.clone(), view: place::view(&file, &index, &marks)? })
    }
}

/// The compiler's labels that stand in the blamed file.
fn labels(event: &EventReport, blamed: &PlaceReport, file: &[u8], index: &LineIndex) -> Vec<Mark> {
    let here = event.labels.iter().filter(|label| names_end_alike(&label.file, &blamed.file));
    here.filter_map(|label| {
        let span = place::of_label(file, index, label)?;
        Some(Mark { span, label: visible(&label.text), is_primary: label.primary })
    })
    .collect()
}

/// Whether a printed path can be the repository's file: one of them ends in the other.
fn names_end_alike(printed: &str, file: &str) -> bool {
    let printed = printed.trim_start_matches("./");
    printed == file || printed.strip_suffix(file).is_some_and(|front| front.ends_with('/'))
}

/// Columns of the line numbers in front of the facts.
fn gutter(event: &EventReport, shown: &[Shown]) -> usize {
    let last = shown.iter().map(|Shown { view, .. }| view.first_line + view.text.lines().count()).max();
    let printed = event.raised_at.as_ref().and_then(|place| place.line).map(|line| line as usize);
    last.or(printed).unwrap_or_default().to_string().len()
}

fn title(event: &EventReport, diagnosis: Option<&DiagnosisReport>) -> String {
    let first = event.message.trim();
    match (first, diagnosis) {
        ("", Some(diagnosis)) => visible(&diagnosis.title),
        ("", None) => "no message was printed".to_owned(),
        (first, _) => visible(first),
    }
}

fn annotated<'a>(path: &'a str, view: &'a View) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let marks = view.marks.iter().map(|(span, label, is_primary)| {
        let kind = if *is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let label = Some(label.as_str()).filter(|label| !label.is_empty());
        kind.span(span.clone()).label(label)
    });
    let context = view.context.iter().map(|line| AnnotationKind::Visible.span(line.clone()));
    Snippet::source(view.text.as_str()).path(path).line_start(view.first_line).annotations(marks.chain(context))
}
