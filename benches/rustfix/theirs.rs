//! rustfix.

use std::collections::HashSet;

use rustfix::{CodeFix, Filter, get_suggestions_from_json};

use crate::suite::{Case, NAME};

/// The text with what can be applied, and of how many diagnostics that is. Of a lint it is the first help of each, in the order of the log,
/// and what meets an earlier one is left out; of rustfix's own suite it is everything, from the last one on, as that suite has it.
pub(crate) fn applied(case: &Case, log: &str) -> (String, usize) {
    let json: Vec<&str> = log.lines().filter(|line| line.starts_with('{')).collect();
    let suggestions = get_suggestions_from_json(&json.join("\n"), &HashSet::new(), Filter::Everything).unwrap_or_default();
    if !case.is_lint {
        let n = suggestions.len();
        return rustfix::apply_suggestions(&case.text, &suggestions).map_or_else(|_| (case.text.clone(), 0), |fixed| (fixed, n));
    }
    let mut fix = CodeFix::new(&case.text);
    let mut n_applied = 0;
    for solution in suggestions.iter().filter_map(|suggestion| suggestion.solutions.first()) {
        let is_here = solution.replacements.iter().all(|part| part.snippet.file_name == NAME);
        n_applied += usize::from(is_here && fix.apply_solution(solution).is_ok());
    }
    (fix.finish().unwrap_or_default(), n_applied)
}
