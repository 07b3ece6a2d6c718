//! What surrounds a place: the files, and whoever knows more of the project than its text.

use super::Templates;
use crate::symbols::Wanted;
use crate::syntax::{Node, Source};
use crate::text::ByteSpan;

/// Everything that may help to fill a hole.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// The catalogue, for its vocabularies.
    pub templates: &'a Templates,
    /// The file of the place.
    pub source: &'a Source,
    /// Files of the project, for donors.
    pub project: &'a [&'a Source],
    /// Test files, for donors; they are never edited.
    pub tests: &'a [&'a Source],
    /// Answers the resolvers that need the project, the event or a run.
    pub knowledge: &'a dyn Knowledge,
}

/// Whoever knows the project, the event or what was seen at run time.
pub trait Knowledge {
    /// Answers a resolver.
    fn answer(&self, question: &Question<'_>) -> Reply;

    /// The types that the expression `node` had where the failure passed it, as the language names them; none when nobody saw it.
    fn types_of(&self, source: &Source, node: Node<'_>) -> Vec<String> {
        let _ = (source, node);
        Vec::new()
    }

    /// The type that the expression `node` had at run time, if it had only one.
    fn type_of(&self, source: &Source, node: Node<'_>) -> Option<String> {
        let mut types = self.types_of(source, node);
        types.pop().filter(|_| types.is_empty())
    }
}

/// Knows nothing.
pub struct NoKnowledge;

impl Knowledge for NoKnowledge {
    fn answer(&self, _: &Question<'_>) -> Reply {
        Reply::Unknown
    }
}

/// What a hole asks.
pub struct Question<'a> {
    /// The name of the resolver.
    pub resolver: &'a str,
    /// The text of the hole that `of` names.
    pub of: &'a str,
    /// Where that hole stands, if it holds a node of [`Question::source`].
    pub node: Option<ByteSpan>,
    /// The words of `with`.
    pub with: &'a [String],
    /// The file of the place.
    pub source: &'a Source,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Texts, the best first.
    Values(Vec<String>),
    /// Nobody can know.
    Unknown,
    /// What to look up in the project; ask again when it is known.
    Need(Vec<Wanted>),
}
