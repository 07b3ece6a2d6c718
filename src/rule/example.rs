//! The examples of a rule: a failure as printed, a source, and what the first patch must make of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::file::ExampleFile;
use super::mark::{Columns, Mark};
use super::symptom::Symptom;
use crate::syntax::{LanguageId, Node, Source, language};
use crate::template::{Knowledge, Question, Reply};
use crate::text::{ByteSpan, LineIndex, LineNo, RepoPath};

/// One `[[example]]`.
#[derive(Debug, Clone)]
pub(super) struct Example {
    pub(super) name: String,
    pub(super) error: String,
    pub(super) label: Option<String>,
    pub(super) note: Option<String>,
    pub(super) line: u32,
    pub(super) label_line: u32,
    /// What the label underlines; a text, so that it survives another layout of the file.
    pub(super) marked: Option<String>,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) advice: Option<String>,
    pub(super) answers: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    /// Other files of the project, by path.
    pub(super) files: BTreeMap<String, String>,
    /// The types that expressions had when the failure passed them.
    pub(super) types: BTreeMap<String, String>,
}

impl Example {
    pub(super) fn of(file: ExampleFile) -> Example {
        let line = file.line.unwrap_or(1);
        Example {
            name: file.name,
            error: file.error,
            label: file.label,
            note: file.note,
            line,
            label_line: file.label_line.unwrap_or(line),
            marked: file.marked,
            before: file.before,
            after: file.after,
            advice: file.advice,
            answers: file.answers,
            files: file.files,
            types: file.types,
        }
    }

    /// Whether the rule must answer it.
    pub(super) fn is_positive(&self) -> bool {
        self.after.is_some() || self.advice.is_some()
    }

    /// The other files, those that are sources.
    pub(super) fn others(&self) -> Vec<Source> {
        let parse = |(path, text): (&String, &String)| Source::parse(RepoPath::new(path).ok()?, Arc::from(text.as_bytes())).ok();
        self.files.iter().filter_map(parse).collect()
    }

    /// Where its source stands.
    pub(super) fn path(id: LanguageId) -> RepoPath {
        let extension = language(id.0).map_or("txt", |language| language.extensions()[0]);
        RepoPath::new(&format!("src/example.{extension}")).expect("a plain name is a path")
    }

    /// The failure.
    pub(super) fn symptom(&self, language: LanguageId) -> Symptom {
        let source = self.before.as_deref().unwrap_or_default();
        let mark = self.marked_span(source).map(|span| self.mark(language, source, span));
        self.symptom_marking(language, mark)
    }

    /// The failure with something else marked than the example says.
    pub(super) fn symptom_marking(&self, language: LanguageId, mark: Option<Mark>) -> Symptom {
        let mut symptom = Symptom::of_printed(language, &self.error);
        let unmarked = |line| Mark { file: Example::path(language).as_str().to_owned(), line, columns: Columns::Unknown };
        if self.label_line == self.line {
            symptom.marks.extend(mark.clone());
        }
        symptom.marks.push(unmarked(self.line));
        symptom.labels.extend(self.label.clone().map(|text| (text, Some(mark.unwrap_or_else(|| unmarked(self.label_line))))));
        symptom.notes.extend(self.note.clone());
        symptom
    }

    /// The bytes of `marked`: the first such text that begins on the line of the label.
    pub(super) fn marked_span(&self, source: &str) -> Option<ByteSpan> {
        let lines = LineIndex::new(source.as_bytes());
        let line = lines.span_of(LineNo::new(self.label_line)?)?;
        let marked = self.marked.as_deref()?;
        let at = line.start + source.get(line.start..)?.find(marked)?;
        (at < line.end).then(|| ByteSpan::new(at, at + marked.len()))
    }

    /// `span` as a log marks it: a compiler from column to column, a panic where it begins.
    pub(super) fn mark(&self, language: LanguageId, source: &str, span: ByteSpan) -> Mark {
        let lines = LineIndex::new(source.as_bytes());
        let column = |at: usize| {
            let line = lines.span_of(lines.line_of(at)).map_or(0, |line| line.start);
            u32::try_from(source.get(line..at).unwrap_or_default().chars().count()).unwrap_or(u32::MAX - 1) + 1
        };
        let (line, end_line) = (lines.line_of(span.start).get(), lines.line_of(span.end).get());
        let is_panic = Symptom::of_printed(language, &self.error).kind == "panic";
        let columns = if is_panic {
            Columns::Start(column(span.start))
        } else {
            Columns::Span { start: column(span.start), end_line, end: column(span.end) }
        };
        Mark { file: Example::path(language).as_str().to_owned(), line, columns }
    }
}

impl Knowledge for Example {
    fn answer(&self, question: &Question<'_>) -> Reply {
        let answers = self.answers.get(question.resolver);
        answers.and_then(|answers| answers.get(question.of)).cloned().map_or(Reply::Unknown, Reply::Values)
    }

    fn types_of(&self, source: &Source, node: Node<'_>) -> Vec<String> {
        self.types.get(source.text_of(node)).cloned().into_iter().collect()
    }
}
