//! Bounds on what one text may cost. They are counted steps, never seconds: the same text always ends the same way.

use std::ops::ControlFlow;

use tree_sitter::{ParseOptions, Parser, Tree};

/// The largest source in bytes; generated tables are larger, programs that people heal are not.
pub(super) const MAX_BYTES: usize = 4 << 20;

/// How often the parser may report progress, which it does every hundred steps. 4 MB of plain code need about 50,000.
const MAX_PARSE_REPORTS: u32 = 400_000;

/// How often a query may report progress, which it does every hundred steps.
pub(super) const MAX_QUERY_REPORTS: u32 = 400_000;

/// How many matches of a query may be under way at once; the most that tree-sitter can be asked for.
pub(super) const MAX_MATCHES_UNDER_WAY: u32 = 65_536;

/// The tree of `text`; none when the text was too hard.
pub(super) fn parse(grammar: &tree_sitter::Language, text: &[u8]) -> Option<Tree> {
    parse_again(grammar, text, None)
}

/// The same, with the tree of an earlier text that was told of every edit since: what the edits left alone is not parsed anew.
pub(super) fn parse_again(grammar: &tree_sitter::Language, text: &[u8], old: Option<&Tree>) -> Option<Tree> {
    let mut parser = Parser::new();
    parser.set_language(grammar).expect("the grammars are built for this version of tree-sitter");
    let mut on_progress = countdown(MAX_PARSE_REPORTS);
    let mut progress = |_: &tree_sitter::ParseState| on_progress();
    let options = ParseOptions::new().progress_callback(&mut progress);
    parser.parse_with_options(&mut |at, _| text.get(at..).unwrap_or_default(), old, Some(options))
}

/// Says "go on" `reports` times, then "stop".
pub(super) fn countdown(mut reports: u32) -> impl FnMut() -> ControlFlow<()> {
    move || {
        reports = reports.saturating_sub(1);
        if reports == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
