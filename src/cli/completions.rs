//! `completions`: the script that lets a shell complete verbs and options.

use clap_complete::Shell;

use super::exit::{Exit, Failure, after};
use super::global::Call;

/// Prints the completion script of a shell
///
/// For bash: `homeostasis completions bash > ~/.local/share/bash-completion/completions/homeostasis`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Which shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Runs the verb.
pub(super) fn run(args: &Args, call: &mut Call) -> Result<Exit, Failure> {
    after(call.ui.exact(&script(args.shell)), Exit::Clean)
}

fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut super::command(), "homeostasis", &mut script);
    script
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use clap::ValueEnum as _;
    use clap_complete::Generator as _;

    use super::*;

    /// `UPDATE=1 cargo test` writes the scripts anew.
    #[test]
    fn the_scripts_in_completions_are_fresh() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
        for shell in Shell::value_variants() {
            let path = folder.join(shell.file_name("homeostasis"));
            let fresh = script(*shell);
            if std::env::var_os("UPDATE").is_some() {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(&path, &fresh).unwrap();
            }
            let is_fresh = std::fs::read(&path).is_ok_and(|kept| kept == fresh);
            assert!(is_fresh, "{} is stale: run `UPDATE=1 cargo test completions`", path.display());
        }
    }
}
