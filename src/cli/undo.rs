//! `undo`: takes back what `--apply` wrote.

use super::exit::{Exit, Failure, after};
use super::global::{Call, Format};
use crate::deliver::{self, DeliverError, Tree};
use crate::project::Project;
use crate::redact::visible;

/// Takes back what `fix --apply` wrote
///
/// Each file gets its old bytes, unless somebody changed it since: then nothing is touched.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The run to take back, as its report names it; the newest without it
    #[arg(value_name = "RUN")]
    run: Option<String>,
}

/// Runs the verb.
pub(super) fn run(args: &Args, call: &mut Call) -> Result<Exit, Failure> {
    call.format("undo", &[Format::Human])?;
    let project = Project::open(call.dir())?;
    let state_dir = project.state_dir();
    let tree = Tree { root: project.root(), state_dir: &state_dir, repo: project.repo(), allow_dirty: false };
    let undone = deliver::undo(&tree, args.run.as_deref()).map_err(failure)?;
    let mut said = format!("run {} is taken back; as before it:\n", undone.run);
    for file in &undone.files {
        said = format!("{said}  {}\n", visible(file.as_str()));
    }
    after(call.ui.result(&said), Exit::Clean)
}

fn failure(error: DeliverError) -> Failure {
    let exit = if error.is_refusal() { Exit::Refused } else { Exit::Trouble };
    Failure::new(exit, error)
}
