//! From diagnoses to candidates in the order in which they are tried; each is a whole patch that parses no worse than the text before.
//!
//! What may never be healed (a changed test, a deleted statement, a stub) is told apart here, by comparing the trees before and after.

mod nature;
mod search;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnosis::{Diagnosis, Fix};
use crate::judge::{Nature, reasons};
use crate::syntax::{Source, language_of};
use crate::text::{FilePatch, Patch, RepoPath};

pub use search::{Ground, MAX_SUSPECTS, Sought, candidate_of};

/// How long the title of several candidates together may be, in bytes.
const MAX_TITLE: usize = 100;

/// The calls that copy a value.
const COPIES: &[&[u8]] = &[b".clone()", b".to_owned()", b".to_vec()", b"Clone>::clone("];
/// The confidence in what the compiler suggests as a last resort.
const OF_LAST_RESORT: f64 = 0.35;
/// How the compiler begins to suggest to convert a number where it is used.
const CONVERSION: &str = "you can convert ";
/// The confidence in a conversion: a declaration that differs from all its uses is the likelier fault.
const OF_CONVERSION: f64 = 0.55;
/// How the compiler ends a suggestion to call a method of a field in place of one of the value.
const OF_FIELD: &str = " a method of the same name";
/// How the compiler suggests to write a macro call that lacks its semicolon; it suggests the semicolon, too.
const BRACES: &str = "change the delimiters to curly braces";
/// How the compiler begins to suggest a derive: on a line of its own, beside the list that stands there.
const DERIVE: &str = "consider annotating ";
/// How the compiler begins to suggest a lifetime, and how long `<'a>` and two times `'a ` are: more of them tie several parameters.
const NAMED_LIFETIME: &str = "consider introducing a named lifetime parameter";
/// See [`NAMED_LIFETIME`].
const TWO_PLACES: usize = 10;

/// Where a candidate comes from; lower rungs are tried only when the upper ones gave nothing that heals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rung {
    /// A compiler or linter printed it.
    Suggestion,
    /// A rule wrote it.
    Rule,
    /// A template made it at a suspicious place.
    Search,
}

impl Rung {
    /// As reports spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Rung::Suggestion => "suggestion",
            Rung::Rule => "rule",
            Rung::Search => "search",
        }
    }
}

/// A patch that may heal.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Where it comes from.
    pub rung: Rung,
    /// The rule that wrote it, or `suggestion`.
    pub rule: String,
    /// What it does, in one line.
    pub title: String,
    /// Why the fault is a fault.
    pub why: String,
    /// `safe`, `unsafe` or `display`.
    pub safety: &'static str,
    /// What may go wrong with it.
    pub risk: Option<String>,
    /// What a run has shown of the values that it is about.
    pub seen: Vec<String>,
    /// The templates that wrote it.
    pub templates: Vec<String>,
    /// The change.
    pub patch: Patch,
    /// What the change does to the text.
    pub nature: Nature,
}

impl Candidate {
    /// Candidates that were made for one text as one; what does not fit beside those before it is left out, and so are doubles. None of
    /// nothing.
    pub fn all_of<'c>(candidates: impl IntoIterator<Item = &'c Candidate>) -> Option<Candidate> {
        let mut all = candidates.into_iter();
        let mut whole = all.next()?.clone();
        let mut n_untold = 0;
        for one in all {
            if let Some(patch) = whole.patch.beside(&one.patch).filter(|patch| *patch != whole.patch) {
                let title = whole.title.clone();
                whole.take(one, patch);
                if whole.title.len() > MAX_TITLE {
                    whole.title = title;
                    n_untold += 1;
                }
            }
        }
        if n_untold > 0 {
            whole.title = format!("{}; and {n_untold} more", whole.title);
        }
        Some(whole)
    }

    fn take(&mut self, other: &Candidate, patch: Patch) {
        let join = |one: &mut String, two: &str, between: &str| {
            if !one.split(between).any(|part| part == two) {
                one.push_str(between);
                one.push_str(two);
            }
        };
        join(&mut self.title, &other.title, "; ");
        join(&mut self.why, &other.why, "\n");
        self.rung = self.rung.max(other.rung);
        self.safety = looser(self.safety, other.safety);
        if let Some(risk) = &other.risk {
            join(self.risk.get_or_insert_default(), risk, "\n");
        }
        self.seen.extend(other.seen.iter().cloned());
        self.templates.extend(other.templates.iter().filter(|template| !self.templates.contains(template)).cloned().collect::<Vec<_>>());
        self.nature = self.nature.and(other.nature);
        self.patch = patch;
    }
}

/// The one of two applicabilities that promises less.
fn looser(one: &'static str, two: &'static str) -> &'static str {
    ["display", "unsafe", "safe"].into_iter().find(|word| [one, two].contains(word)).unwrap_or(one)
}

/// A candidate that is not worth a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// What it would have done.
    pub summary: String,
    /// One of [`reasons`].
    pub reason: &'static str,
    /// What was seen.
    pub detail: Option<String>,
}

/// The candidates of some diagnoses, best first, and what was refused.
#[derive(Debug, Clone, Default)]
pub struct Proposal {
    /// To be tried in this order.
    pub candidates: Vec<Candidate>,
    /// Not to be tried.
    pub refused: Vec<Refused>,
}

/// Orders the fixes of `diagnoses` and refuses what cannot heal.
///
/// `is_protected` names a file that no patch may change (tests, configuration, lock files) by the reason.
pub fn propose(
    diagnoses: &[Diagnosis],
    sources: &BTreeMap<RepoPath, Source>,
    is_protected: &dyn Fn(&RepoPath) -> Option<&'static str>,
) -> Proposal {
    let mut proposal = Proposal::default();
    let mut seen = BTreeSet::new();
    for (diagnosis, fix) in in_order(diagnoses) {
        if !seen.insert(fix.patch.clone()) || fix.patch.files().iter().all(is_idle) {
            continue;
        }
        let refuse = |reason, detail: Option<String>| Refused { summary: fix.title.clone(), reason, detail };
        if let Some((path, reason)) = fix.patch.files().iter().find_map(|file| Some((&file.path, is_protected(&file.path)?))) {
            proposal.refused.push(refuse(reason, Some(path.to_string())));
            continue;
        }
        match nature::of(&fix.patch, sources) {
            Err(problem) => proposal.refused.push(refuse(reasons::DOES_NOT_COMPILE, Some(problem))),
            Ok(nature) if nature.touches_test => proposal.refused.push(refuse(reasons::TOUCHES_TEST, None)),
            Ok(nature) if nature.is_forbidden => proposal.refused.push(refuse(reasons::FORBIDDEN, None)),
            Ok(nature) if nature.makes_up => proposal.refused.push(refuse(reasons::MADE_UP_VALUE, None)),
            Ok(nature) => proposal.candidates.push(candidate(diagnosis, fix, nature)),
        }
    }
    proposal
}

/// Whether a change moves nothing but blanks where they say nothing: compilers suggest such edits beside others.
fn is_idle(file: &FilePatch) -> bool {
    let words = |bytes: &[u8]| String::from_utf8_lossy(bytes).split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    file.path.extension() == "rs" && words(&file.before) == words(&file.after)
}

fn candidate(diagnosis: &Diagnosis, fix: &Fix, nature: Nature) -> Candidate {
    Candidate {
        rung: rung(diagnosis, fix),
        rule: diagnosis.rule.clone(),
        title: fix.title.clone(),
        why: diagnosis.why.clone(),
        safety: fix.safety,
        risk: fix.risk.clone(),
        seen: fix.seen.clone(),
        templates: fix.templates.clone(),
        patch: fix.patch.clone(),
        nature,
    }
}

/// Where a fix stands. What the compiler suggests because it compiles waits until rules have said what they know.
fn rung(diagnosis: &Diagnosis, fix: &Fix) -> Rung {
    let is_suggestion = diagnosis.rule == crate::diagnosis::SUGGESTION;
    let waits = [CONVERSION, DERIVE].iter().any(|title| fix.title.starts_with(title));
    if is_suggestion && !waits && !is_last_resort(fix) { Rung::Suggestion } else { Rung::Rule }
}

/// Whether a suggestion copies a value that might be lent, throws one away, asks a part of it, or ties lifetimes that nothing ties.
fn is_last_resort(fix: &Fix) -> bool {
    let count = |bytes: &[u8]| COPIES.iter().map(|call| memchr::memmem::find_iter(bytes, call).count()).sum::<usize>();
    let copies = fix.patch.files().iter().any(|file| count(&file.after) > count(&file.before));
    let throws_away = fix.patch.files().iter().any(|file| {
        let (gone, come) = nature::changed_words(file);
        let is_keyword = |word: &String| language_of(&file.path).is_some_and(|language| language.is_keyword(word));
        come.is_empty() && gone.keys().any(|word| !is_keyword(word))
    });
    let ties =
        fix.title.starts_with(NAMED_LIFETIME) && fix.patch.files().iter().any(|file| file.after.len() > file.before.len() + TWO_PLACES);
    copies || throws_away || ties || fix.title.ends_with(OF_FIELD) || fix.title == BRACES
}

/// Whether a fix changes nothing but the line that the call stack shows.
fn is_at_spot(diagnosis: &Diagnosis, fix: &Fix) -> bool {
    let (Some(spot), [file]) = (&diagnosis.spot, fix.patch.files()) else { return false };
    let lines = |bytes: &[u8]| bytes.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
    let (mut before, mut after) = (lines(&file.before), lines(&file.after));
    let row = spot.line.row();
    file.path == spot.path && before.len() == after.len() && row < before.len() && {
        before.remove(row);
        after.remove(row);
        before == after
    }
}

/// How far a fix is trusted among those of its rung.
fn confidence(diagnosis: &Diagnosis, fix: &Fix) -> f64 {
    if diagnosis.rule != crate::diagnosis::SUGGESTION {
        diagnosis.confidence
    } else if is_last_resort(fix) {
        OF_LAST_RESORT
    } else if fix.title.starts_with(CONVERSION) {
        OF_CONVERSION
    } else {
        diagnosis.confidence
    }
}

/// By rung, then the surest diagnosis, then the order that its rule gives; of equals, what changes just the line that is shown goes first.
fn in_order(diagnoses: &[Diagnosis]) -> Vec<(&Diagnosis, &Fix)> {
    let mut all: Vec<_> =
        diagnoses.iter().flat_map(|diagnosis| (0..).zip(&diagnosis.fixes).map(move |(rank, fix)| (diagnosis, rank, fix))).collect();
    let score = |diagnosis: &Diagnosis, rank: u32, fix: &Fix| confidence(diagnosis, fix) / (1.0 + f64::from(rank));
    all.sort_by(|(one, one_rank, one_fix), (two, two_rank, two_fix)| {
        let by_score = || score(two, *two_rank, two_fix).total_cmp(&score(one, *one_rank, one_fix));
        rung(one, one_fix)
            .cmp(&rung(two, two_fix))
            .then_with(by_score)
            .then_with(|| is_at_spot(two, two_fix).cmp(&is_at_spot(one, one_fix)))
    });
    all.into_iter().map(|(diagnosis, _, fix)| (diagnosis, fix)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn an_edit_of_blanks_alone_says_nothing_in_rust() {
        let check = |path: &str, before: &str, after: &str, expected| {
            let bytes = |text: &str| Arc::from(text.as_bytes());
            let file = FilePatch { path: RepoPath::new(path).unwrap(), before: bytes(before), after: bytes(after) };
            assert_eq!(is_idle(&file), expected, "{after:?}");
        };
        check("a.rs", "type A = B;\n", " type A  = B;\n", true);
        check("a.rs", "letx = 1;\n", "let x = 1;\n", false);
        check("a.py", "x = 1\n", "    x = 1\n", false);
    }
}
