//! Whose line it is: a line without prefix among lines with one belongs to who spoke last, as a prefix stands only before the first line
//! of what was printed at once, or was lost where a terminal wrapped.

use std::sync::Arc;

use crate::event::line::Line;

/// So many lines without prefix in a row may still belong to who spoke before them.
const FOLLOW: usize = 40;

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
///
/// Lines without prefix go to an owner all together or not at all, as a failure that is torn apart is none; and only those that an
/// outer prefix gave to the same one before.
pub(super) fn assign(lines: &mut [Line<'_>], owners: &[Option<Owner>]) {
    let mut at = 0;
    while at < lines.len() {
        // The first line of an excerpt may have lost its prefix to the cut.
        let Some(owner) = owners[at].as_ref().or_else(|| owners.get(1).and_then(Option::as_ref).filter(|_| at == 0)) else {
            at += 1;
            continue;
        };
        let outer = (lines[at].service.clone(), lines[at].speaker.clone());
        if owners[at].is_some() || !is_of_launcher(&lines[at].text) {
            owner.claim(&mut lines[at]);
        }
        let is_bare = |(line, owner): &(&Line<'_>, &Option<Owner>)| owner.is_none() && line.service == outer.0 && line.speaker == outer.1;
        let n_bare = lines[at + 1..].iter().zip(&owners[at + 1..]).take_while(is_bare).count();
        for line in lines[at + 1..].iter_mut().take(if n_bare <= FOLLOW { n_bare } else { 0 }) {
            if !is_of_launcher(&line.text) {
                owner.claim(line);
            }
        }
        at += n_bare + 1;
    }
}

/// What the launcher itself says of a service.
fn is_of_launcher(text: &str) -> bool {
    text.contains(" exited with code ") || text.starts_with("Attaching to ") || text.starts_with("Gracefully stopping")
}
