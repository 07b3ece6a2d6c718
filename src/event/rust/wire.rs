//! The JSON of rustc and cargo, as far as we read it.
//!
//! Source: rustc 1.95, `compiler/rustc_errors/src/json.rs`; cargo 1.95, `src/cargo/util/machine_message.rs`.

use serde::Deserialize;

/// A line of `cargo --message-format=json`.
#[derive(Debug, Deserialize)]
pub(super) struct CargoMessage {
    /// Present where `reason` is `compiler-message`.
    pub(super) message: Option<Diagnostic>,
}

/// A diagnostic, or a note or help of one.
#[derive(Debug, Deserialize)]
pub(super) struct Diagnostic {
    pub(super) message: String,
    pub(super) code: Option<Code>,
    pub(super) level: String,
    #[serde(default)]
    pub(super) spans: Vec<Span>,
    #[serde(default)]
    pub(super) children: Vec<Diagnostic>,
}

/// `E0382`, or the name of a lint.
#[derive(Debug, Deserialize)]
pub(super) struct Code {
    pub(super) code: String,
}

/// A place in a source file. Lines and columns count from one, bytes from zero, ends are exclusive.
#[derive(Debug, Deserialize)]
pub(super) struct Span {
    pub(super) file_name: String,
    pub(super) byte_start: usize,
    pub(super) byte_end: usize,
    pub(super) line_start: u32,
    pub(super) line_end: u32,
    pub(super) column_start: u32,
    pub(super) column_end: u32,
    #[serde(default)]
    pub(super) is_primary: bool,
    #[serde(default)]
    pub(super) text: Vec<SpanText>,
    pub(super) label: Option<String>,
    pub(super) suggested_replacement: Option<String>,
    pub(super) suggestion_applicability: Option<String>,
    pub(super) expansion: Option<Box<Expansion>>,
}

/// A source line, and the columns of characters in it that a span covers.
#[derive(Debug, Deserialize)]
pub(super) struct SpanText {
    pub(super) text: String,
    pub(super) highlight_start: usize,
    pub(super) highlight_end: usize,
}

/// Where a macro was called.
#[derive(Debug, Deserialize)]
pub(super) struct Expansion {
    pub(super) span: Span,
}
