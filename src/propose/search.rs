//! The third rung: templates at suspicious places, each filling a variant, the most promising first.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::{Candidate, Refused, Rung, nature};
use crate::judge::reasons;
use crate::localize::{Scene, Spectrum, Suspect};
use crate::syntax::{LanguageId, Node, Source};
use crate::template::{Knowledge, Question, Reply, Site, Template, Templates, nearest};
use crate::text::{ByteSpan, EditSet, LineNo, Patch, RepoPath};

/// How many functions are searched.
pub const MAX_SUSPECTS: usize = 10;
/// How many variants are made at most, however large the functions are.
const MAX_MADE: usize = 60_000;
/// What is left of a line's suspicion for a place whose own line no failing test ran, though its statement began.
const UNSEEN: f64 = 0.3;
/// Why a patch of the search is one.
const WHY: &str = "no rule knows this failure: of the small changes at the places that the failing tests run, this one passes all tests";
/// What is not known of it.
const RISK: &str = "the tests alone speak for it: read it, for another change may pass them too";
/// How much of a text a title shows.
const SHOWN: usize = 48;

/// One variant of the code.
#[derive(Debug, Clone, PartialEq)]
pub struct Sought {
    /// What to change in which file.
    pub edits: BTreeMap<RepoPath, EditSet>,
    /// How promising it is: the line's suspicion times the template's prior times the filling's rank.
    pub weight: f64,
    /// The template that made it.
    pub template: String,
    /// What it does, in one line.
    pub title: String,
    /// The function that it changes, by its place among the suspects.
    pub suspect: usize,
}

/// What the search knows of a project.
pub struct Ground<'a> {
    /// The templates.
    pub templates: &'a Templates,
    /// The project's files, those of all suspects among them.
    pub sources: &'a BTreeMap<RepoPath, Source>,
    /// The files of the failing tests: what stands there may be an ingredient.
    pub tests: Vec<&'a Source>,
    /// What the failing tests ran.
    pub spectrum: &'a Spectrum,
}

impl Ground<'_> {
    /// The variants of the first [`MAX_SUSPECTS`] of `suspects`, the most promising first, each once.
    pub fn variants(&self, suspects: &[Suspect]) -> Vec<Sought> {
        let mut made = Vec::new();
        let mut seen = BTreeMap::new();
        for (at, suspect) in suspects.iter().take(MAX_SUSPECTS).enumerate() {
            let Some(source) = self.sources.get(&suspect.path) else { continue };
            let templates = self.templates.of_language(source.language().id()).filter(|template| template.search().is_some());
            for template in templates {
                self.add(template, source, suspect, at, &mut made, &mut seen);
            }
            if made.len() > MAX_MADE {
                break;
            }
        }
        made.sort_by(|one, two| two.weight.total_cmp(&one.weight).then_with(|| key(one).cmp(&key(two))));
        made
    }

    fn add(
        &self,
        template: &Template,
        source: &Source,
        suspect: &Suspect,
        at: usize,
        made: &mut Vec<Sought>,
        seen: &mut BTreeMap<Changes, usize>,
    ) {
        let seen_types = Traced { spectrum: self.spectrum };
        let site = Site { templates: self.templates, source, project: &[], tests: &self.tests, knowledge: &seen_types };
        for target in template.search_targets(&site, suspect.function.span) {
            let Some(suspicion) = self.suspicion(source, target, suspect) else { continue };
            for instance in template.instances(&site, target, &BTreeMap::new()).made {
                let weight = suspicion * instance.rank;
                let title = format!("{}: {}", template.summary(), told(&instance.edits, source));
                let changes = changes(&instance.edits);
                let sought = Sought { weight, edits: instance.edits, template: template.id().to_string(), title, suspect: at };
                match seen.entry(changes) {
                    Entry::Vacant(free) if !free.key().is_empty() => {
                        free.insert(made.len());
                        made.push(sought);
                    }
                    // The same from the template that is surer of it.
                    Entry::Occupied(known) if made[*known.get()].weight < weight => made[*known.get()] = sought,
                    _ => {}
                }
            }
        }
    }

    /// How suspicious the place `target` is; none where no failing test comes by.
    fn suspicion(&self, source: &Source, target: ByteSpan, suspect: &Suspect) -> Option<f64> {
        let of_line = |at: usize| suspect.lines.get(&source.lines().line_of(at));
        let score = of_line(target.start).copied().or_else(|| {
            let vocabulary = self.templates.vocabulary_of(source)?;
            let statement = nearest(vocabulary, source, source.node_at(target)?, "statement")?;
            of_line(statement.start_byte()).map(|score| score * UNSEEN)
        });
        let best = suspect.lines.values().copied().max_by(f64::total_cmp)?;
        // The score of the function holds what is known of it beside its lines.
        score.map(|score| score * suspect.score / best)
    }
}

/// The patch that a variant is.
///
/// # Errors
/// What kind of change is never healed, or does not parse.
pub fn candidate_of(sought: &Sought, sources: &BTreeMap<RepoPath, Source>) -> Result<Candidate, Refused> {
    let refuse = |reason, detail| Refused { summary: sought.title.clone(), reason, detail };
    let mut patch = Patch::new(Vec::new());
    for (path, edits) in &sought.edits {
        let source = sources.get(path).ok_or_else(|| refuse(reasons::OTHER_TEXT, Some(path.to_string())))?;
        let one =
            Patch::of_edits(path.clone(), source.bytes(), edits).map_err(|error| refuse(reasons::OTHER_TEXT, Some(error.to_string())))?;
        patch = patch.beside(&one).ok_or_else(|| refuse(reasons::OTHER_TEXT, None))?;
    }
    match nature::of(&patch, sources) {
        Err(problem) => Err(refuse(reasons::DOES_NOT_COMPILE, Some(problem))),
        Ok(nature) if nature.touches_test => Err(refuse(reasons::TOUCHES_TEST, None)),
        Ok(nature) if nature.is_forbidden => Err(refuse(reasons::FORBIDDEN, None)),
        Ok(nature) => Ok(Candidate {
            rung: Rung::Search,
            rule: "search".to_owned(),
            title: sought.title.clone(),
            why: WHY.to_owned(),
            safety: "unsafe",
            risk: Some(RISK.to_owned()),
            seen: Vec::new(),
            templates: vec![sought.template.clone()],
            patch,
            nature,
        }),
    }
}

/// A stable order of variants that are equally promising.
fn key(sought: &Sought) -> (usize, Option<(&RepoPath, usize)>, &str, &str) {
    let first = sought.edits.iter().next().and_then(|(path, edits)| Some((path, edits.edits().first()?.span.start)));
    (sought.suspect, first, &sought.template, &sought.title)
}

/// What is replaced by what.
type Changes = Vec<(RepoPath, ByteSpan, String)>;

fn changes(edits: &BTreeMap<RepoPath, EditSet>) -> Changes {
    edits.iter().flat_map(|(path, set)| set.edits().iter().map(|edit| (path.clone(), edit.span, edit.text.clone()))).collect()
}

/// What the edits replace by what, as far as one line can say it.
fn told(edits: &BTreeMap<RepoPath, EditSet>, source: &Source) -> String {
    let of_file = edits.get(source.path()).map(EditSet::edits).unwrap_or_default();
    let one = |edit: &crate::text::Edit| match (short(source.text(edit.span)), short(&edit.text)) {
        (old, new) if old.is_empty() => format!("`{new}` added"),
        (old, new) if new.is_empty() => format!("`{old}` gone"),
        (old, new) => format!("`{old}` -> `{new}`"),
    };
    let line = of_file.first().map(|edit| format!(" (line {})", source.lines().line_of(edit.span.start).get())).unwrap_or_default();
    of_file.iter().take(2).map(one).collect::<Vec<_>>().join(", ") + &line
}

fn short(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= SHOWN { words } else { words.chars().take(SHOWN).chain("...".chars()).collect() }
}

/// Knows the types that names had while failing tests ran.
struct Traced<'a> {
    spectrum: &'a Spectrum,
}

impl Knowledge for Traced<'_> {
    fn answer(&self, _: &Question<'_>) -> Reply {
        Reply::Unknown
    }

    fn types_of(&self, source: &Source, node: Node<'_>) -> Vec<String> {
        if source.language().id() != LanguageId::PYTHON || self.spectrum.types.is_empty() {
            return Vec::new();
        }
        let text = source.text_of(node);
        let is_function = |node: &Node<'_>| node.kind() == "function_definition";
        let mut around = source.ancestors(node).into_iter().filter(is_function);
        let seen = around.find_map(|function| {
            let types = self.spectrum.types.get(&Scene { path: source.path().clone(), line: first_line(source, function) })?;
            types.get(text)
        });
        seen.into_iter().flatten().cloned().collect()
    }
}

/// The line on which a definition begins, decorators included.
fn first_line(source: &Source, function: Node<'_>) -> LineNo {
    let outer = source.ancestors(function).first().copied().filter(|parent| parent.kind() == "decorated_definition").unwrap_or(function);
    source.line_of(outer)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use super::*;
    use crate::judge::TestId;
    use crate::localize::{Clues, Covered, suspects};
    use crate::rule::Catalogue;

    /// The titles of the variants of `text` whose `lines` a failing test ran.
    fn titles(text: &str, lines: &[u32], types: &[(&str, &str)]) -> Vec<String> {
        let path = RepoPath::new("x.py").unwrap();
        let source = Source::parse(path.clone(), Arc::from(text.as_bytes())).unwrap();
        let lines = lines.iter().map(|n| LineNo::new(*n).unwrap()).collect();
        let covered = Covered { has_failed: true, lines: BTreeMap::from([(path.clone(), lines)]), n_steps: 1 };
        let types = types.iter().map(|(name, one)| ((*name).to_owned(), BTreeSet::from([(*one).to_owned()]))).collect();
        let scene = Scene { path: path.clone(), line: LineNo::new(1).unwrap() };
        let spectrum = Spectrum { tests: BTreeMap::from([(TestId("t".to_owned()), covered)]), types: BTreeMap::from([(scene, types)]) };
        let sources = BTreeMap::from([(path, source)]);
        let found = suspects(&spectrum, &sources, &Clues::default());
        let ground = Ground { templates: Catalogue::embedded().templates(), sources: &sources, tests: Vec::new(), spectrum: &spectrum };
        ground.variants(&found).into_iter().map(|one| one.title).collect()
    }

    const LARGER: &str = "def larger(a, b, names):\n    if a < b:\n        return b\n    return a\n";

    #[test]
    fn places_that_no_failing_test_ran_are_left_alone() {
        let all = titles(LARGER, &[2, 4], &[]);
        assert!(all.iter().any(|title| title.ends_with("`<` -> `<=` (line 2)")), "{all:?}");
        assert!(!all.iter().any(|title| title.ends_with("(line 3)") && title.contains("`b` ->")), "{all:?}");
        let mut once = all.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), all.len(), "each variant once");
    }

    #[test]
    fn a_name_is_not_replaced_by_one_of_another_type() {
        let replaced = |types: &[(&str, &str)]| titles(LARGER, &[2, 4], types).iter().any(|title| title.contains("`a` -> `names`"));
        assert!(replaced(&[]));
        assert!(!replaced(&[("a", "int"), ("b", "int"), ("names", "list")]));
    }
}
