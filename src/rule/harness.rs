//! Plays the examples: what every rule and template of a catalogue must show before anybody trusts it.
//!
//! A rule must answer its positive examples with `after` as the first patch, in every layout of the file; leave its near misses alone;
//! find nothing left to do in what it made; use each of its fixes somewhere; and leave the examples of other rules of the same confidence
//! to them. A template must do what its own examples say, and be used by a rule or by the search.

mod play;

use super::catalogue::{Catalogue, CatalogueError};
use super::{Rule, RuleId};
use crate::explain::Explain;
use crate::template::{ExampleProblem, TemplateId};
use play::Play;

/// What an example, or the catalogue as a whole, shows to be wrong.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// A pattern or query is wrong, or examples are not there.
    #[error(transparent)]
    Refused(CatalogueError),
    /// An example of a template fails.
    #[error("{template}: {problem}")]
    Template {
        /// The template.
        template: TemplateId,
        /// What its example shows.
        problem: ExampleProblem,
    },
    /// The rule is silent where it must speak.
    #[error("{rule}: example {example:?}: missing; {why}")]
    Missing {
        /// The rule.
        rule: RuleId,
        /// The example, with its twin if it is one.
        example: String,
        /// How far it came.
        why: String,
    },
    /// The rule speaks where it must be silent.
    #[error("{rule}: example {example:?}: noisy; it made\n{made}")]
    Noisy {
        /// The rule.
        rule: RuleId,
        /// The example.
        example: String,
        /// The text that was made.
        made: String,
    },
    /// The first patch is another one.
    #[error("{rule}: example {example:?}: wrong; expected\n{expected}\nmade\n{made}")]
    Wrong {
        /// The rule.
        rule: RuleId,
        /// The example.
        example: String,
        /// The text that was asked for.
        expected: String,
        /// The text that was made.
        made: String,
    },
    /// No example uses a fix.
    #[error("{rule}: no example uses fix {nth}, template `{template}`")]
    UnusedFix {
        /// The rule.
        rule: RuleId,
        /// The fix, counted from one.
        nth: usize,
        /// Its template.
        template: String,
    },
    /// Two rules of one confidence answer the same example, so nothing says which comes first.
    #[error("{rule}: example {example:?} is answered by `{other}` of the same confidence")]
    Shared {
        /// The rule.
        rule: RuleId,
        /// The example.
        example: String,
        /// The other rule.
        other: RuleId,
    },
    /// Neither a rule nor the search uses a template.
    #[error("{template}: no rule uses it and it has no [search]")]
    UnusedTemplate {
        /// The template.
        template: TemplateId,
    },
}

impl Explain for Problem {
    fn hint(&self) -> Option<String> {
        match self {
            Problem::Refused(error) => error.hint(),
            Problem::Shared { .. } => Some("give one of them another `confidence`, or make its query narrower".to_owned()),
            _ => None,
        }
    }
}

/// Plays every example of every rule and template, with twins.
pub fn check_all(catalogue: &Catalogue) -> Vec<Problem> {
    let queries = catalogue.templates().check_queries().into_iter().map(CatalogueError::Template);
    let mut problems: Vec<Problem> = catalogue.errors().into_iter().chain(queries).map(Problem::Refused).collect();
    for template in catalogue.templates().iter() {
        let failed = template.check_examples(catalogue.templates());
        problems.extend(failed.into_iter().map(|problem| Problem::Template { template: template.id().clone(), problem }));
        let is_used = catalogue.rules().any(|rule| rule.fixes.iter().any(|fix| fix.template == template.id().as_str()));
        if !is_used && template.search().is_none() {
            problems.push(Problem::UnusedTemplate { template: template.id().clone() });
        }
    }
    problems.extend(catalogue.rules().flat_map(|rule| check_rule(catalogue, rule)));
    problems
}

/// Plays every example of one rule.
pub fn check_rule(catalogue: &Catalogue, rule: &Rule) -> Vec<Problem> {
    if let Err(error) = rule.check() {
        return vec![Problem::Refused(CatalogueError::Rule(error))];
    }
    let mut used = vec![false; rule.fixes.len()];
    let mut problems = Vec::new();
    for example in &rule.examples {
        let play = Play::of(catalogue, rule, example);
        for (fix, _) in &play.patches {
            // A new line is no `[[fix]]`.
            if let Some(used) = used.get_mut(fix.nth) {
                *used = true;
            }
        }
        problems.extend(play.check());
        problems.extend(play.check_shared());
    }
    problems.extend(
        used.iter().zip(&rule.fixes).enumerate().filter(|(_, (is_used, _))| !**is_used).map(|(at, (_, fix))| Problem::UnusedFix {
            rule: rule.id.clone(),
            nth: at + 1,
            template: fix.template.clone(),
        }),
    );
    problems
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use super::*;
    use crate::syntax::LanguageId;

    const RULE: &str = r#"
summary = "s"
why = "w"
source = "s"
event = { fault = ["panic"], message = "^boom$" }
code = { query = '(call_expression function: (identifier) @name) @place' }
[[fix]]
template = "rust/bang"
target = "name"
[[example]]
name = "near miss: another message"
error = "bang"
before = "fn f() { g(); }"
[[example]]
name = "near miss: no call"
error = "boom"
before = "fn f() { 1; }"
"#;

    /// The problems of a rule with these examples more.
    fn problems(examples: &str) -> Vec<String> {
        let templates = [("rust/vocabulary.toml", include_str!("../../templates/rust/vocabulary.toml"))];
        let bang = [("rust/bang.toml", include_str!("../../templates/rust/bang.toml"))];
        let rule = format!("{RULE}{examples}");
        let (catalogue, errors) = Catalogue::load([("rust/x.toml", rule.as_str())], templates.into_iter().chain(bang));
        assert!(errors.is_empty(), "{errors:?}");
        check_rule(&catalogue, catalogue.get("rust/x").unwrap()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_rule_that_is_silent_or_says_something_else_is_told_with_both_texts() {
        let missing = problems("[[example]]\nname = 'a'\nerror = 'boom'\nbefore = 'fn f() { 1; }'\nafter = 'fn f() { 2; }'\n");
        assert_eq!(missing[0], "rust/x: example \"a\": missing; the event fits, and no place does");
        let wrong = problems("[[example]]\nname = 'a'\nerror = 'boom'\nbefore = 'fn f() { g(); }'\nafter = 'fn f() { h(); }'\n");
        assert_eq!(wrong[0], "rust/x: example \"a\": wrong; expected\nfn f() { h(); }\nmade\nfn f() { g!(); }");
    }

    #[test]
    fn a_near_miss_that_is_answered_and_a_fix_that_nothing_uses_are_told() {
        let fine = "[[example]]\nname = 'a'\nerror = 'boom'\nbefore = 'fn f() { g(); }'\nafter = 'fn f() { g!(); }'\n";
        assert_eq!(problems(fine), [] as [&str; 0]);
        let noisy = problems(&format!("{fine}[[example]]\nname = 'b'\nerror = 'boom'\nbefore = 'fn f() {{ g(); }}'\n"));
        assert_eq!(noisy, ["rust/x: example \"b\": noisy; it made\nfn f() { g!(); }"]);
        let unused = problems("[[example]]\nname = 'a'\nerror = 'boom'\nbefore = 'fn f() { 1; }'\nafter = 'fn f() { 2; }'\n");
        assert_eq!(unused[1], "rust/x: no example uses fix 1, template `rust/bang`");
    }

    fn check(language: LanguageId) {
        static PROBLEMS: OnceLock<Vec<String>> = OnceLock::new();
        let all = PROBLEMS.get_or_init(|| check_all(Catalogue::embedded()).iter().map(ToString::to_string).collect());
        let problems: Vec<&str> = all.iter().map(String::as_str).filter(|text| text.starts_with(language.0)).collect();
        assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n\n"));
    }

    #[test]
    fn every_rust_file_loads_and_every_example_comes_out() {
        check(LanguageId::RUST);
    }

    #[test]
    fn every_python_file_loads_and_every_example_comes_out() {
        check(LanguageId::PYTHON);
    }
}
