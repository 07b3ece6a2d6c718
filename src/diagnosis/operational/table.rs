//! What a line of the tables of advice is: what is wrong, why no edit heals it, what to look at and do.
//!
//! Commands only look, or act on what the person names; none deletes anything.

/// The knowledge about one fault.
pub(super) struct Operational {
    /// Its name in the event room.
    pub(super) fault: &'static str,
    /// What is wrong.
    pub(super) title: &'static str,
    /// Why no edit of the code heals it.
    pub(super) why: &'static str,
    /// Takes names out of the message.
    pub(super) pattern: Option<&'static str>,
    /// The steps; of each, wordings with their commands, of which the first one whose `$names` are known is given.
    pub(super) steps: &'static [&'static [(&'static str, &'static str)]],
}

type Steps = &'static [&'static [(&'static str, &'static str)]];

/// A fault whose message names nothing of use.
pub(super) const fn fault(fault: &'static str, title: &'static str, why: &'static str, steps: Steps) -> Operational {
    Operational { fault, title, why, pattern: None, steps }
}

/// A fault whose message names what `pattern` finds.
pub(super) const fn naming(pattern: &'static str, mut known: Operational) -> Operational {
    known.pattern = Some(pattern);
    known
}
