//! The way that `fix` goes: the events of the log, the suggestions of an event, and their patches beside each other.

use std::collections::HashSet;
use std::sync::Arc;

use homeostasis::event::{self, Event, SuggestedEdit, Suggestion};
use homeostasis::text::{ByteSpan, Edit, EditSet, Patch, RepoPath};

use crate::suite::{Case, NAME};

/// The text with what can be applied, in the order and the choice of [`crate::theirs`].
pub(crate) fn applied(case: &Case, log: &str) -> String {
    let before: Arc<[u8]> = Arc::from(case.text.as_bytes());
    let mut whole: Option<Patch> = None;
    // A line at a time: the same error at another place of the same line would be one event of the log.
    let mut events: Vec<Event> = log.lines().filter_map(|line| event::read(line.as_bytes()).events.into_iter().next()).collect();
    if !case.is_lint {
        events.reverse();
    }
    for event in &events {
        for patch in chosen(case, event).into_iter().filter_map(|suggestion| patch(&before, suggestion)) {
            whole = match whole {
                Some(whole) => Some(whole.beside(&patch).unwrap_or(whole)),
                None => Some(patch),
            };
        }
    }
    let after = whole.as_ref().and_then(|whole| Some(whole.files().first()?.after.clone())).unwrap_or(before);
    String::from_utf8_lossy(&after).into_owned()
}

/// Of a lint the first; else the first reading of every help.
fn chosen<'e>(case: &Case, event: &'e Event) -> Vec<&'e Suggestion> {
    let mut told = HashSet::new();
    let helps = event.suggestions.iter().filter(|one| told.insert(&one.message));
    helps.take(if case.is_lint { 1 } else { usize::MAX }).collect()
}

fn patch(before: &Arc<[u8]>, suggestion: &Suggestion) -> Option<Patch> {
    let edit = |edit: &SuggestedEdit| {
        let now = before.get(edit.bytes.clone()).filter(|_| edit.file == NAME)?;
        let is_same = edit.before.as_ref().is_none_or(|before| before.as_bytes() == now);
        is_same.then(|| Edit { span: ByteSpan::new(edit.bytes.start, edit.bytes.end), text: edit.after.clone() })
    };
    let edits = EditSet::new(suggestion.edits.iter().map(edit).collect::<Option<_>>()?).ok()?;
    Patch::exact([(RepoPath::new(NAME).ok()?, before, &edits)]).ok()
}
