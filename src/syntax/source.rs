//! One file: its bytes, its lines and its tree.

use std::sync::Arc;

use tree_sitter::{InputEdit, Node, Point, Tree};

use super::node::{n_errors, path_to};
use super::{Language, language_of, limits, span};
use crate::explain::Explain;
use crate::text::{ByteSpan, EditError, EditSet, LineIndex, LineNo, RepoPath};

/// A source file, parsed. Cheap to share between threads.
pub struct Source {
    path: RepoPath,
    language: &'static dyn Language,
    bytes: Arc<[u8]>,
    mask: Option<Vec<u8>>,
    tree: Tree,
    /// The tree of the text as it is, where `tree` is that of the mask.
    raw: Option<Tree>,
    lines: LineIndex,
    errors: Errors,
}

/// Syntax errors of a text, as it is and as it is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Errors {
    raw: usize,
    masked: usize,
}

/// Why a file is no source.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// No language has its extension.
    #[error("{path}: no known language has the extension `{}`", path.extension())]
    Language {
        /// The file.
        path: RepoPath,
    },
    /// It is larger than we parse.
    #[error("{path}: {size} bytes are more than the {max} that are parsed", max = limits::MAX_BYTES)]
    TooLarge {
        /// The file.
        path: RepoPath,
        /// Its size in bytes.
        size: usize,
    },
    /// It is not UTF-8.
    #[error("{path}: not UTF-8 at byte {at}")]
    NotUtf8 {
        /// The file.
        path: RepoPath,
        /// The first wrong byte.
        at: usize,
    },
    /// The parser gave up.
    #[error("{path}: the text is too hard to parse")]
    TooHard {
        /// The file.
        path: RepoPath,
    },
    /// The edits are not of this text.
    #[error("{path}: the edits do not fit")]
    Edit {
        /// The file.
        path: RepoPath,
        /// What does not fit.
        source: EditError,
    },
}

impl Explain for SourceError {}

impl Source {
    /// Parses the file at `path`, whose extension tells the language.
    ///
    /// # Errors
    /// [`SourceError`] when it is too large, not UTF-8 or of no known language. A syntax error is no error: see [`Source::n_errors`].
    pub fn parse(path: RepoPath, bytes: Arc<[u8]>) -> Result<Source, SourceError> {
        match language_of(&path) {
            Some(language) => Source::parse_as(language, path, bytes),
            None => Err(SourceError::Language { path }),
        }
    }

    /// Parses a text as `language`, whatever its path says.
    ///
    /// # Errors
    /// As [`Source::parse`].
    pub fn parse_as(language: &'static dyn Language, path: RepoPath, bytes: Arc<[u8]>) -> Result<Source, SourceError> {
        check(&path, &bytes)?;
        let Some(raw) = limits::parse(&language.grammar(), &bytes) else { return Err(SourceError::TooHard { path }) };
        let mask = language.masked(&bytes, &raw);
        Source::of(language, path, bytes, raw, mask)
    }

    /// The file after `edits`.
    ///
    /// # Errors
    /// As [`Source::parse`], and when the edits reach beyond the text.
    pub fn after(&self, edits: &EditSet) -> Result<Source, SourceError> {
        let path = self.path.clone();
        let apply = |text: &[u8]| edits.apply(text).map_err(|source| SourceError::Edit { path: path.clone(), source });
        let bytes: Arc<[u8]> = apply(&self.bytes)?.into();
        check(&path, &bytes)?;
        let again = |tree: &Tree, text: &[u8]| {
            let tree = told(tree, &self.bytes, edits);
            limits::parse_again(&self.language.grammar(), text, Some(&tree)).ok_or_else(|| SourceError::TooHard { path: self.path.clone() })
        };
        // Only a text with `!` can bring a macro; all others may be made in the mask, which saves masking it anew.
        if self.raw.is_none() || edits.edits().iter().any(|edit| edit.text.contains('!')) {
            let raw = again(self.raw.as_ref().unwrap_or(&self.tree), &bytes)?;
            let mask = self.language.masked(&bytes, &raw);
            return Source::of(self.language, path, bytes, raw, mask);
        }
        let (Some(mask), Some(raw)) = (&self.mask, &self.raw) else { return Source::parse_as(self.language, path, bytes) };
        let mask = apply(mask)?;
        let (raw, tree) = (again(raw, &bytes)?, again(&self.tree, &mask)?);
        Ok(Source::with(self.language, path, bytes, Some((mask, tree)), raw))
    }

    fn of(
        language: &'static dyn Language,
        path: RepoPath,
        bytes: Arc<[u8]>,
        raw: Tree,
        mask: Option<Vec<u8>>,
    ) -> Result<Source, SourceError> {
        let masked = match mask {
            None => None,
            Some(mask) => match limits::parse(&language.grammar(), &mask) {
                Some(tree) => Some((mask, tree)),
                None => return Err(SourceError::TooHard { path }),
            },
        };
        Ok(Source::with(language, path, bytes, masked, raw))
    }

    fn with(language: &'static dyn Language, path: RepoPath, bytes: Arc<[u8]>, masked: Option<(Vec<u8>, Tree)>, raw: Tree) -> Source {
        let lines = LineIndex::new(&bytes);
        let n_raw = n_errors(&raw);
        let (mask, tree, raw) = match masked {
            Some((mask, tree)) => (Some(mask), tree, Some(raw)),
            None => (None, raw, None),
        };
        let errors = Errors { raw: n_raw, masked: n_errors(&tree) };
        Source { path, language, bytes, mask, tree, raw, lines, errors }
    }

    /// Where the file is.
    pub fn path(&self) -> &RepoPath {
        &self.path
    }

    /// Its language.
    pub fn language(&self) -> &'static dyn Language {
        self.language
    }

    /// Its bytes.
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// Its text.
    pub fn whole_text(&self) -> &str {
        std::str::from_utf8(&self.bytes).expect("parsed sources are UTF-8")
    }

    /// The text at `span`; empty where it reaches beyond the end or cuts a character.
    pub fn text(&self, span: ByteSpan) -> &str {
        // A piece of a text that is UTF-8 is so unless it cuts a character: the whole need not be looked at for each piece.
        self.bytes.get(span.start..span.end).and_then(|piece| std::str::from_utf8(piece).ok()).unwrap_or_default()
    }

    /// The bytes of `node`, which is of this source, without the CR that a comment at its end swallowed.
    ///
    /// A line ends in CR LF, but the grammars let a comment run up to the LF.
    pub fn span_of(&self, node: Node<'_>) -> ByteSpan {
        let raw = span(node);
        let is_cut = raw.end < self.bytes.len() && raw.of(&self.bytes).ends_with(b"\r");
        if is_cut { ByteSpan::new(raw.start, raw.end - 1) } else { raw }
    }

    /// The text of `node`, which is of this source.
    pub fn text_of(&self, node: Node<'_>) -> &str {
        self.text(self.span_of(node))
    }

    /// Its lines.
    pub fn lines(&self) -> &LineIndex {
        &self.lines
    }

    /// The line on which `node` begins.
    pub fn line_of(&self, node: Node<'_>) -> LineNo {
        self.lines.line_of(node.start_byte())
    }

    /// The root of its tree; of the masked text, where the language masks something.
    pub fn root(&self) -> Node<'_> {
        self.tree.root_node()
    }

    /// The innermost named node that covers exactly `at`, as [`Source::span_of`] counts.
    pub fn node_at(&self, at: ByteSpan) -> Option<Node<'_>> {
        self.covering(at).filter(|&node| self.span_of(node) == at)
    }

    /// The innermost named node that covers `span`.
    pub fn covering(&self, span: ByteSpan) -> Option<Node<'_>> {
        self.root().named_descendant_for_byte_range(span.start, span.end)
    }

    /// The ancestors of `node`, the nearest first, without itself.
    pub fn ancestors<'s>(&'s self, node: Node<'s>) -> Vec<Node<'s>> {
        let mut path = path_to(self.root(), node);
        if path.last() == Some(&node) {
            path.pop();
        }
        path.reverse();
        path
    }

    /// The number of syntax errors: places where the parser skipped or invented text.
    pub fn n_errors(&self) -> usize {
        self.errors.raw
    }

    /// Whether `other` shows no more syntax errors than this one, both as they are and masked.
    pub fn is_no_worse_than(&self, other: &Source) -> bool {
        self.errors.raw <= other.errors.raw && self.errors.masked <= other.errors.masked
    }
}

/// `tree`, the tree of `before`, told of `edits`.
fn told(tree: &Tree, before: &[u8], edits: &EditSet) -> Tree {
    let mut tree = tree.clone();
    // From the last to the first, so that each stands where it stood in the old text.
    for edit in edits.edits().iter().rev() {
        let ByteSpan { start, end } = edit.span;
        let start_position = advanced(Point::new(0, 0), &before[..start]);
        tree.edit(&InputEdit {
            start_byte: start,
            old_end_byte: end,
            new_end_byte: start + edit.text.len(),
            start_position,
            old_end_position: advanced(start_position, &before[start..end]),
            new_end_position: advanced(start_position, edit.text.as_bytes()),
        });
    }
    tree
}

/// The place behind `text` that begins at `from`, as the parser counts: rows by line feeds, columns in bytes.
fn advanced(from: Point, text: &[u8]) -> Point {
    match memchr::memrchr(b'\n', text) {
        Some(last) => Point::new(from.row + memchr::memchr_iter(b'\n', text).count(), text.len() - last - 1),
        None => Point::new(from.row, from.column + text.len()),
    }
}

fn check(path: &RepoPath, bytes: &[u8]) -> Result<(), SourceError> {
    if bytes.len() > limits::MAX_BYTES {
        return Err(SourceError::TooLarge { path: path.clone(), size: bytes.len() });
    }
    match std::str::from_utf8(bytes) {
        Ok(_) => Ok(()),
        Err(error) => Err(SourceError::NotUtf8 { path: path.clone(), at: error.valid_up_to() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source::parse(RepoPath::new(path).unwrap(), Arc::from(text.as_bytes())).unwrap()
    }

    #[test]
    fn a_file_that_is_no_source_is_named_with_its_reason() {
        let parse = |path: &str, bytes: &[u8]| Source::parse(RepoPath::new(path).unwrap(), Arc::from(bytes)).err().unwrap().to_string();
        assert_eq!(parse("a.txt", b""), "a.txt: no known language has the extension `txt`");
        assert_eq!(parse("a.py", b"x = '\xff'"), "a.py: not UTF-8 at byte 5");
        assert!(parse("a.py", &vec![b' '; limits::MAX_BYTES + 1]).contains("bytes are more than the 4194304"));
    }

    #[test]
    fn errors_are_counted_not_refused() {
        assert_eq!(source("a.py", "x = 1\n").n_errors(), 0);
        assert!(source("a.py", "def f(:\n    return\n").n_errors() > 0);
        assert_eq!(source("a.py", "").n_errors(), 0);
    }

    #[test]
    fn macros_are_seen_and_keep_their_text() {
        let source = source("a.rs", "fn f() { assert!(a - b > 1); }\n");
        let node = source.node_at(ByteSpan::new(9, 27)).unwrap();
        assert_eq!((node.kind(), source.text_of(node)), ("call_expression", "assert!(a - b > 1)"));
        let kinds: Vec<&str> = source.ancestors(node).iter().map(Node::kind).collect();
        assert_eq!(kinds, ["expression_statement", "block", "function_item", "source_file"]);
    }

    #[test]
    fn edits_meet_the_text_and_its_mask() {
        let before = source("a.rs", "fn f() { assert!(a); }\n");
        for (span, text, expected) in [(17..18, "b()", "assert!(b())"), (17..18, "vec![1]", "assert!(vec![1])")] {
            let after = before.after(&EditSet::one(ByteSpan::new(span.start, span.end), text)).unwrap();
            let call = after.covering(ByteSpan::empty(18)).unwrap();
            assert_ne!(call.kind(), "token_tree");
            assert!(after.whole_text().contains(expected));
            assert!(after.is_no_worse_than(&before));
        }
        let worse = before.after(&EditSet::one(ByteSpan::new(17, 18), "a b")).unwrap();
        assert!(!worse.is_no_worse_than(&before), "the raw text parses, the mask does not");
    }

    #[test]
    fn a_hostile_nesting_is_parsed_or_refused_but_never_overflows() {
        let deep = "(".repeat(200_000);
        let parsed = Source::parse(RepoPath::new("a.py").unwrap(), Arc::from(deep.as_bytes()));
        assert!(parsed.map_or(true, |source| source.n_errors() > 0));
    }
}
