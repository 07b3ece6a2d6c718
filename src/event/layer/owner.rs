//! Whose line it is: a line without prefix among lines with one belongs to who spoke last, as a prefix stands only before the first line
//! of what was printed at once, or was lost where a terminal wrapped.

use std::sync::Arc;

use crate::event::line::Line;

/// So many lines without prefix in a row may still belong to who spoke before them.
const FOLLOW: usize = 8;

/// Who speaks: the service and, where several speak for it, which of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) service: Option<Arc<str>>,
    pub(super) speaker: Option<Arc<str>>,
}

impl Owner {
    /// Writes the name onto `line`.
    pub(super) fn claim(&self, line: &mut Line<'_>) {
        if self.service.is_some() {
            line.service.clone_from(&self.service);
        }
        if self.speaker.is_some() {
            line.speaker.clone_from(&self.speaker);
        }
    }
}

/// Gives each line its owner; `owners` has one entry a line, nothing where the line has no prefix.
pub(super) fn assign(lines: &mut [Line<'_>], owners: &[Option<Owner>]) {
    let mut last: Option<&Owner> = None;
    let mut n_bare = 0;
    for (at, line) in lines.iter_mut().enumerate() {
        if let Some(owner) = &owners[at] {
            owner.claim(line);
            (last, n_bare) = (Some(owner), 0);
            continue;
        }
        n_bare += 1;
        // The first line of an excerpt may have lost its prefix to the cut.
        let owner = if at == 0 { owners.get(1).and_then(Option::as_ref) } else { last.filter(|_| n_bare <= FOLLOW) };
        if let Some(owner) = owner.filter(|_| !is_of_launcher(&line.text)) {
            owner.claim(line);
        }
    }
}

/// What the launcher itself says of a service.
fn is_of_launcher(text: &str) -> bool {
    text.contains(" exited with code ") || text.starts_with("Attaching to ") || text.starts_with("Gracefully stopping")
}
