//! What a healing needs before the first test runs: the command, the tree, the rules.

use std::ops::Deref;

use super::HealError;
use super::library::Library;
use super::work::Work;
use crate::git::{Slots, Workspace};
use crate::process::Environment;
use crate::project::Project;
use crate::project::plan::{PlanError, RunnerKind, Search, TestPlan, find_plan, given_plan};
use crate::report::FilesReport;
use crate::rule::Catalogue;
use crate::text::RepoPath;
use crate::trial::{Lab, Limits, Surroundings};

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
    let (rules, templates) = (own(".homeostasis/rules/"), own(".homeostasis/templates/"));
    if rules.is_empty() && templates.is_empty() {
        return Ok(Rules::Embedded(Catalogue::embedded()));
    }
    let own = Catalogue::with_own(&rules, &templates).map_err(|problems| HealError::Rules { problems })?;
    Ok(Rules::Own(Box::new(own)))
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

    /// The command whose failure is the fault, where the person named one.
    pub(super) fn repro_plan(&self) -> Result<Option<TestPlan>, PlanError> {
        let named = self.request.repro.as_deref().or(self.project.config().repro.as_deref());
        named.map(|command| given_plan(&self.search(), command, &Environment::for_tests())).transpose()
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

/// The name of the slots that healings take.
pub(super) const SLOT: &str = "heal";
/// The name of the slots that hold a commit which is healed in place of the user's tree.
pub(super) const COMMIT_SLOT: &str = "commit";
