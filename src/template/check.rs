//! For tests: a template as text, a source, and all that comes of it.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::{Filling, Instances, NoKnowledge, Site, Template, Templates};
use crate::syntax::Source;
use crate::text::{ByteSpan, RepoPath};

const PYTHON: (&str, &str) = ("python/vocabulary.toml", include_str!("../../templates/python/vocabulary.toml"));
const RUST: (&str, &str) = ("rust/vocabulary.toml", include_str!("../../templates/rust/vocabulary.toml"));

/// A template without summary and examples, in a language.
#[derive(Clone, Copy)]
pub(super) struct Sample {
    id: &'static str,
    path: &'static str,
    text: &'static str,
}

pub(super) fn python(text: &'static str) -> Sample {
    Sample { id: "python/x", path: "x.py", text }
}

pub(super) fn rust(text: &'static str) -> Sample {
    Sample { id: "rust/x", path: "x.rs", text }
}

thread_local! {
    /// Reading the vocabularies takes longer than most tests.
    static LOADED: RefCell<HashMap<(&'static str, &'static str), Rc<Templates>>> = RefCell::default();
}

impl Sample {
    /// The catalogue with the template, or what is wrong with it.
    pub(super) fn load(self) -> Result<Templates, String> {
        let text = if self.text.contains("summary") { self.text.to_owned() } else { format!("summary = 'x'\n{}", self.text) };
        let path = format!("{}.toml", self.id);
        let (templates, errors) = Templates::load([PYTHON, RUST, (path.as_str(), text.as_str())]);
        let checked = templates.get(self.id).map_or(Ok(()), Template::check_queries);
        let wrong = errors.first().map(|error| &error.problem).cloned().or(checked.err());
        wrong.map_or(Ok(templates), |problem| Err(format!("{}: {problem}", self.id)))
    }

    /// What is wrong with the template.
    pub(super) fn error(self) -> String {
        self.load().expect_err("the template is wrong")
    }

    /// The texts that the template makes of `before` at its places, in order; and the reasons for what it refused.
    pub(super) fn play(self, before: &str, given: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
        let load = || Rc::new(self.load().expect("the template is fine"));
        let templates = LOADED.with_borrow_mut(|loaded| loaded.entry((self.id, self.text)).or_insert_with(load).clone());
        let source = Source::parse(RepoPath::new(self.path).unwrap(), Arc::from(before.as_bytes())).unwrap();
        let site = Site { templates: &templates, source: &source, project: &[], tests: &[], knowledge: &NoKnowledge };
        let given: BTreeMap<String, Filling> =
            given.iter().map(|(name, text)| ((*name).to_owned(), Filling::Text((*text).to_owned()))).collect();
        let template = templates.get(self.id).unwrap();
        let mut all = Instances::default();
        for target in template.targets(&site, ByteSpan::new(0, before.len())) {
            let instances = template.instances(&site, target, &given);
            all.made.extend(instances.made);
            all.refused.extend(instances.refused);
        }
        let apply = |edits: &BTreeMap<RepoPath, crate::text::EditSet>| {
            String::from_utf8(edits[source.path()].apply(source.bytes()).unwrap()).unwrap()
        };
        (all.made.iter().map(|instance| apply(&instance.edits)).collect(), all.refused.into_keys().collect())
    }

    /// Asserts that `after` is what the template makes of `before`, and all that it makes.
    #[track_caller]
    pub(super) fn check(self, before: &str, after: &[&str]) {
        let (made, refused) = self.play(before, &[]);
        assert_eq!(made, after, "refused: {refused:?}");
    }

    /// Asserts that the template makes nothing of `before`, for `reason`.
    #[track_caller]
    pub(super) fn refuses(self, before: &str, reason: &str) {
        let (made, refused) = self.play(before, &[]);
        assert_eq!(made, [""; 0]);
        assert_eq!(refused, [reason]);
    }
}
