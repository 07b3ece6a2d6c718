//! The options that `fix` and `run` share: which patch is wanted, how it is proved and what becomes of it.

use std::path::{Path, PathBuf};

use super::global::Call;
use crate::heal::{DEFAULT_BUDGET, Delivery, LogInput, Reach, Request};

/// The request to heal what the tests of `dir` show, with nothing special wished for.
pub(super) fn plain(dir: &Path, call: &Call) -> Request {
    Request {
        dir: dir.to_owned(),
        commit: None,
        log: None,
        test: None,
        repro: None,
        budget: DEFAULT_BUDGET,
        reach: Reach::Search,
        timeout: call.timeout(),
        pick: None,
        allow_unproven: false,
        keep_going: false,
        delivery: Delivery::Show,
        keep: call.keep(),
        allow_dirty: false,
    }
}

/// What the person wishes.
#[derive(Debug, clap::Args)]
pub(super) struct Wishes {
    #[command(flatten)]
    delivery: DeliveryArgs,

    /// Takes the patch number N of `--list`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), conflicts_with_all = ["list", "check"])]
    pick: Option<u16>,

    /// Writes the patch to FILE too, if there is one
    #[arg(long, value_name = "FILE")]
    save_patch: Option<PathBuf>,

    /// Runs the tests by CMD instead of the command that is found
    #[arg(long, value_name = "CMD", help_heading = "Proof")]
    test: Option<String>,

    /// Lets `--apply` write a patch that harms no test but that nothing proves
    #[arg(long, requires = "apply", help_heading = "Proof")]
    allow_unproven: bool,

    /// Shows a patch for a part of a build's errors where none heals all: it adds no error, and stays unproven
    #[arg(long, help_heading = "Proof")]
    keep_going: bool,

    /// Lets `--apply` write to files with changes that are not committed
    #[arg(long, requires = "apply", help_heading = "Proof")]
    allow_dirty: bool,

    #[command(flatten)]
    search: SearchArgs,
}

/// How far the search goes.
#[derive(Debug, clap::Args)]
struct SearchArgs {
    /// Runs at most N candidates
    #[arg(long, value_name = "N", default_value_t = DEFAULT_BUDGET, value_parser = clap::value_parser!(u32).range(1..), help_heading = "Search")]
    budget: u32,

    /// Tries only what compilers suggest and rules know
    #[arg(long, help_heading = "Search")]
    no_search: bool,

    /// Names the functions that may hold the fault, the most suspicious first, and tries nothing
    #[arg(long, conflicts_with_all = ["no_search", "apply", "branch", "check", "list", "pick"], help_heading = "Search")]
    suspects: bool,
}

/// What becomes of the patch; at most one.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct DeliveryArgs {
    /// Writes the patch to your files; `homeostasis undo` takes it back
    #[arg(long)]
    apply: bool,

    /// Commits the patch to the new branch NAME; your files stay as they are
    #[arg(long, value_name = "NAME")]
    branch: Option<String>,

    /// Only says whether there is a fix: exit code 1 if there is one
    #[arg(long)]
    check: bool,

    /// Lists every patch that passes
    #[arg(long)]
    list: bool,
}

impl Wishes {
    /// The request to heal what `log` or `repro` shows, or what the tests show where both are none.
    pub(super) fn request(&self, log: Option<LogInput>, repro: Option<String>, call: &Call) -> Request {
        Request {
            log,
            test: self.test.clone(),
            repro,
            budget: self.search.budget,
            reach: self.reach(),
            pick: self.pick.map(usize::from),
            allow_unproven: self.allow_unproven,
            keep_going: self.keep_going,
            delivery: self.delivery(),
            allow_dirty: self.allow_dirty,
            ..plain(call.dir(), call)
        }
    }

    fn reach(&self) -> Reach {
        match (self.search.no_search, self.search.suspects) {
            (true, _) => Reach::Rules,
            (_, true) => Reach::Suspects,
            _ => Reach::Search,
        }
    }

    /// Whether only the exit code is wanted.
    pub(super) fn is_check(&self) -> bool {
        self.delivery.check
    }

    /// Whether every patch that passes is wanted.
    pub(super) fn is_list(&self) -> bool {
        self.delivery.list
    }

    /// Whether the patch is written to the tree.
    pub(super) fn is_apply(&self) -> bool {
        self.delivery.apply
    }

    /// The file that takes the patch too.
    pub(super) fn save_patch(&self) -> Option<&PathBuf> {
        self.save_patch.as_ref()
    }

    fn delivery(&self) -> Delivery {
        match &self.delivery {
            DeliveryArgs { apply: true, .. } => Delivery::Apply,
            DeliveryArgs { branch: Some(name), .. } => Delivery::Branch(name.clone()),
            _ => Delivery::Show,
        }
    }
}
