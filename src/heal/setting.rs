//! What a healing needs before the first test runs: the command, the tree, the rules.

use std::collections::BTreeSet;
use std::ops::Deref;

use super::HealError;
use super::court::Court;
use super::library::Library;
use super::target::{command_failures, failures_of};
use super::work::Work;
use crate::event::Event;
use crate::git::{Slots, Workspace};
use crate::judge::Run;
use crate::process::Environment;
use crate::project::Project;
use crate::project::plan::{PlanError, RunnerKind, Search, TestPlan, Told, find_plan, given_plan};
use crate::report::{FilesReport, Step};
use crate::rule::Catalogue;
use crate::syntax::LanguageId;
use crate::text::{Patch, RepoPath};
use crate::trial::{Lab, Limits, Surroundings, build_options};

/// Where a project keeps its own rules and templates, below its root.
const OWN: [&str; 2] = [".homeostasis/rules/", ".homeostasis/templates/"];

/// The rules of a healing.
pub(super) enum Rules {
    /// Those that the program carries.
    Embedded(&'static Catalogue),
    /// Those and the project's own.
    Own(Box<Catalogue>),
}

impl Deref for Rules {
    type Target = Catalogue;

    fn deref(&self) -> &Catalogue {
        match self {
            Rules::Embedded(catalogue) => catalogue,
            Rules::Own(catalogue) => catalogue,
        }
    }
}

/// The embedded rules and the project's own below `.homeostasis/`.
///
/// # Errors
/// [`HealError::Rules`] names every file of the project's own that is refused.
pub(super) fn catalogue_of(project: &Project) -> Result<Rules, HealError> {
    let own = |folder: &str| -> Vec<(String, String)> {
        let below = |path: &&RepoPath| path.as_str().starts_with(folder) && path.extension() == "toml";
        let text = |path: &RepoPath| String::from_utf8(project.read(path).ok()?.to_vec()).ok();
        project.files().iter().filter(below).filter_map(|path| Some((path.as_str()[folder.len()..].to_owned(), text(path)?))).collect()
    };
    let [rules, templates] = OWN.map(own);
    if rules.is_empty() && templates.is_empty() {
        return Ok(Rules::Embedded(Catalogue::embedded()));
    }
    let own = Catalogue::with_own(&rules, &templates).map_err(|problems| HealError::Rules { problems })?;
    Ok(Rules::Own(Box::new(own)))
}

/// What a person should know of the project's own rules and templates, a line each: links, which are not followed, and files that stand
/// in the place of ours.
pub fn own_remarks(project: &Project) -> Vec<String> {
    let is_own = |path: &str| OWN.iter().any(|folder| format!("{path}/").starts_with(folder) || folder.starts_with(&format!("{path}/")));
    let links: Vec<&str> = project.links().iter().map(RepoPath::as_str).filter(|path| is_own(path)).collect();
    let replaced: Vec<&str> = project.files().iter().map(RepoPath::as_str).filter(|path| is_also_ours(path)).collect();
    let told = |paths: &[&str], what: &str| (!paths.is_empty()).then(|| format!("{what}: {}", paths.join(", ")));
    let of_links = told(&links, "own rules and templates that are links are not used, for links are not followed");
    let of_replaced = told(&replaced, "own files that bear the name of a built-in one are used in its place");
    of_links.into_iter().chain(of_replaced).collect()
}

/// Whether a file of the project's own bears the name of one that the program carries.
fn is_also_ours(path: &str) -> bool {
    let id = |folder: &str| path.strip_prefix(folder)?.strip_suffix(".toml").map(str::to_owned);
    let (ours, [rule, template]) = (Catalogue::embedded(), OWN.map(id));
    rule.is_some_and(|id| ours.get(&id).is_some()) || template.is_some_and(|id| ours.templates().get(&id).is_some())
}

/// How many files of the project were looked at so far.
pub(super) fn files_of(project: &Project) -> FilesReport {
    FilesReport { listed: project.files().len(), read: project.n_read(), indexed: project.n_indexed() }
}

impl Work<'_, '_> {
    /// How the tests are run. The files that the log names decide where there are several ways.
    pub(super) fn plan(&self, library: &mut Library<'_>) -> Result<TestPlan, PlanError> {
        let focus: Vec<RepoPath> = match &self.log {
            Some(log) => log.events.iter().flat_map(|event| library.locate(event).spots).map(|spot| spot.path).collect(),
            None => Vec::new(),
        };
        let search = Search { focus: &focus, seen: self.seen_runner(), ..self.search() };
        match self.request.test.as_deref().or(self.project.config().test.as_deref()) {
            Some(configured) => given_plan(&search, configured, &Environment::for_tests()),
            None => find_plan(&search, &Environment::for_tests()),
        }
    }

    /// `plan` with the features and packages of the command that the log shows; none where the person said how to test, or it shows none.
    pub(super) fn as_in_log(&self, plan: &TestPlan) -> Option<TestPlan> {
        let is_given = self.request.test.is_some() || self.project.config().test.is_some();
        let log = self.request.log.as_ref().filter(|_| !is_given)?;
        Told::of(&log.end)?.on(plan)
    }

    /// The command whose failure is the fault, where the person named one.
    pub(super) fn repro_plan(&self) -> Result<Option<TestPlan>, PlanError> {
        let named = self.request.repro.as_deref().or(self.project.config().repro.as_deref());
        named.map(|command| given_plan(&self.search(), command, &Environment::for_tests())).transpose()
    }

    /// Everything, without a patch. Where the tests show nothing of the log, the compiler is asked too: tests do not build everything, and no
    /// build of theirs denies a warning.
    pub(super) fn baseline(&mut self, court: &mut Court<'_>, plain: &TestPlan, none: &Patch) -> Result<Run, HealError> {
        let mut baseline = court.all(none)?;
        if baseline.distrust.is_some() && court.plan() != plain {
            (self.on_step)(Step::Note(format!("tests: {}, for the options of the log do not work here", plain.line())));
            court.test_by(plain.clone());
            baseline = court.all(none)?;
        }
        let is_shown = |run: &Run| self.wanted(failures_of(run)).is_some_and(|shown| !shown.is_empty() && run.distrust.is_none());
        if court.has_repro() || is_shown(&baseline) {
            return Ok(baseline);
        }
        // The log may hold nothing but errors, of features that nothing asks for by default.
        let has_all_already = build_options(court.plan()).iter().any(|option| option == "--all-features");
        for has_all_features in [false, true] {
            let Some(compiler) = self.compiler(court.plan(), has_all_features) else { return Ok(baseline) };
            court.reproduce_by(compiler);
            let run = court.all(none)?;
            if has_all_features || has_all_already || self.wanted(command_failures(&run)).is_some_and(|shown| !shown.is_empty()) {
                return Ok(run);
            }
        }
        Ok(baseline)
    }

    /// The call of the compiler that shows the errors of the log which no test shows: those of other targets and of warnings that were
    /// denied, each lint by its name. None where the log holds no error of a Rust compiler.
    fn compiler(&self, tests: &TestPlan, has_all_features: bool) -> Option<TestPlan> {
        let said: Vec<&Event> = self.log.as_ref()?.events.iter().filter(|event| is_of_rustc(event)).collect();
        let lints: BTreeSet<&str> = said.iter().map(|event| event.kind.as_str()).filter(|kind| is_lint(kind)).collect();
        let denied = |prefix: &'static str| lints.iter().map(move |lint| format!("{prefix}{lint}"));
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let all_features = has_all_features.then(|| "--all-features".to_owned());
        let options = || build_options(tests).into_iter().chain(all_features.clone());
        let call = |verb: &str| -> Vec<String> {
            words(&["cargo", verb, "--all-targets", "--offline", "--message-format=json"]).into_iter().chain(options()).collect()
        };
        let argv: Vec<String> = match () {
            () if said.is_empty() => return None,
            () if lints.iter().any(|lint| lint.starts_with("clippy::")) => {
                call("clippy").into_iter().chain(words(&["--"])).chain(denied("-D")).collect()
            }
            () if lints.is_empty() => call("check"),
            () => {
                let flags = toml::Value::Array(denied("-D").map(toml::Value::String).collect());
                call("check").into_iter().chain(["--config".to_owned(), format!("build.rustflags={flags}")]).collect()
            }
        };
        let plan = given_plan(&self.search(), &shlex::try_join(argv.iter().map(String::as_str)).ok()?, &Environment::for_tests());
        plan.ok().map(|plan| TestPlan { why: "the compiler that the log is of".to_owned(), dir: tests.dir.clone(), ..plan })
    }

    fn search(&self) -> Search<'_> {
        Search { root: self.project.root(), files: self.project.files(), focus: &[], seen: None }
    }

    /// Whose words the log is in, where unittest says its own.
    fn seen_runner(&self) -> Option<RunnerKind> {
        let text = &self.request.log.as_ref()?.end;
        let holds = |words: &str| memchr::memmem::find(text, words.as_bytes()).is_some();
        let is_unittest = holds("\nRan ") && holds(" tests in ") && !holds("short test summary info");
        is_unittest.then_some(RunnerKind::Unittest)
    }

    /// A lab in `workspace` with the limits of this healing.
    pub(super) fn lab<'w>(&self, workspace: &'w mut Workspace, plan: TestPlan) -> Lab<'w> {
        let surroundings = Surroundings {
            original: workspace.user_root().to_owned(),
            build: workspace.slot().beside("target"),
            environment: Environment::for_tests(),
        };
        let limits = Limits { run: self.request.timeout.or(self.project.config().timeout), ..Limits::default() };
        Lab::new(workspace, plan, surroundings, limits, self.interrupt)
    }

    /// A throw-away tree of what the user has now, and whether that differs from HEAD.
    pub(super) fn workspace(&self) -> Result<(Workspace, bool), HealError> {
        let (repo, root) = (self.project.repo(), self.project.root());
        let slots = repo.map_or_else(|| Slots::of_folder(root), Slots::of);
        let (mut workspace, snapshot) = Workspace::of_user(repo, root, slots.take(SLOT)?)?;
        workspace.carry(&self.project.config().carry)?;
        Ok((workspace, snapshot.is_none_or(|snapshot| snapshot.differs_from_head)))
    }
}

fn is_of_rustc(event: &Event) -> bool {
    event.language == LanguageId::RUST && event.frames.is_empty() && !event.labels.is_empty()
}

/// Whether a kind is the name of a lint, not a code and not a plain error.
fn is_lint(kind: &str) -> bool {
    kind != "error" && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_:".contains(&byte))
}

/// The name of the slots that healings take.
pub(super) const SLOT: &str = "heal";
/// The name of the slots that hold a commit which is healed in place of the user's tree.
pub(super) const COMMIT_SLOT: &str = "commit";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lint_is_told_from_a_code() {
        assert!(is_lint("unused_variables") && is_lint("clippy::needless_return"));
        assert!(!is_lint("E0308") && !is_lint("error"));
    }
}
