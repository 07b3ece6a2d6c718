//! Stand-in.
use crate::syntax::Source;
use crate::text::ByteSpan;
/// k
pub trait Knowledge {
    /// a
    fn answer(&self, question: &Question<'_>) -> Reply;
}
/// q
pub struct Question<'a> {
    /// r
    pub resolver: &'a str,
    /// o
    pub of: &'a str,
    /// n
    pub node: Option<ByteSpan>,
    /// w
    pub with: &'a [String],
    /// s
    pub source: &'a Source,
}
/// r
#[derive(Debug, PartialEq, Eq, Clone)]
pub enum Reply {
    /// v
    Values(Vec<String>),
    /// u
    Unknown,
    /// n
    Need(Vec<String>),
}
