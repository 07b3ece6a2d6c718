//! Why a place or a candidate gives no patch. The report counts these words as the space that was explored.

/// A reason; its text is what reports show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("the template does not match here")]
    NoMatch,
    #[error("nothing fills `${0}`")]
    Unfilled(String),
    #[error("a `where` does not hold")]
    Where,
    #[error("the statement shares its line")]
    SharedLine,
    #[error("`{0}` needs {1}")]
    Place(&'static str, &'static str),
    #[error("nothing may stand behind the value of a block")]
    BehindTail,
    #[error("it is the only statement of its block")]
    OnlyStatement,
    #[error("it is imported already")]
    Imported,
    #[error("the string around it cannot hold the text")]
    InString,
    #[error("a string names `{0}` as well")]
    InlineName(String),
    #[error("a test is never edited")]
    Test,
    #[error("the edits overlap")]
    Overlap,
    #[error("new syntax error")]
    SyntaxError,
    #[error("same text")]
    SameText,
    #[error("another candidate gives the same text")]
    Duplicate,
    #[error("more candidates than the limit")]
    Limit,
}
