//! `man`: the manual, one page for the program and one for each verb.

use super::exit::{Exit, Failure, after};
use super::global::Call;
use super::{command, exit, help};
use crate::explain::{Explain, closest};

/// Prints the manual page of the program or of a verb
///
/// To read it: `homeostasis man fix | man -l -`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Whose page, `fix` or `rules test`; the whole program's without it
    #[arg(value_name = "VERB")]
    verb: Vec<String>,
}

/// A page that does not exist.
#[derive(Debug, thiserror::Error)]
#[error("there is no verb `{wrong}`")]
struct UnknownVerb {
    wrong: String,
    closest: Option<String>,
}

impl Explain for UnknownVerb {
    fn hint(&self) -> Option<String> {
        self.closest.as_ref().map(|closest| format!("did you mean `{closest}`?"))
    }
}

/// Runs the verb.
pub(super) fn run(args: &Args, call: &mut Call) -> Result<Exit, Failure> {
    after(call.ui.exact(&page(&args.verb)?), Exit::Clean)
}

fn page(verb: &[String]) -> Result<Vec<u8>, UnknownVerb> {
    let mut page = command().disable_help_subcommand(true);
    page.build();
    for word in verb {
        let Some(next) = page.find_subcommand(word).cloned() else {
            let close = closest(word, page.get_subcommands().map(clap::Command::get_name)).map(str::to_owned);
            return Err(UnknownVerb { wrong: word.clone(), closest: close });
        };
        page = next;
    }
    let examples =
        if verb.is_empty() { help::EXAMPLES.to_owned() } else { page.get_after_long_help().map(ToString::to_string).unwrap_or_default() };
    // The section's own heading says it already.
    let (heading, rest) = examples.split_once('\n').unwrap_or_default();
    Ok(rendered(page, if heading.ends_with(':') { rest } else { &examples }))
}

/// The sections that clap knows, then ours, whose lines must stay as they are.
fn rendered(command: clap::Command, examples: &str) -> Vec<u8> {
    let has_verbs = command.has_subcommands();
    let source = format!("homeostasis {}", env!("CARGO_PKG_VERSION"));
    let man = clap_mangen::Man::new(command).source(source).manual("Homeostasis").section("1");
    let mut page = Vec::new();
    let mut write = || -> std::io::Result<()> {
        man.render_title(&mut page)?;
        man.render_name_section(&mut page)?;
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
        if has_verbs {
            man.render_subcommands_section(&mut page)?;
        }
        Ok(())
    };
    write().expect("a vector takes every byte");
    for (heading, text) in [("EXAMPLES", examples), ("EXIT STATUS", exit::TABLE), ("ENVIRONMENT", help::VARIABLES)] {
        page.extend(verbatim(heading, text).into_bytes());
    }
    page
}

/// A section whose lines are not filled. A leading dot or quote would be a command to roff.
fn verbatim(heading: &str, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let lines = text.lines().map(|line| format!("\\&{}\n", line.replace('\\', "\\e").replace('-', "\\-")));
    format!(".SH {heading}\n.nf\n{}.fi\n", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_has_the_exit_codes() {
        for verb in [vec![], vec!["fix".to_owned()]] {
            let page = String::from_utf8(page(&verb).unwrap()).unwrap();
            assert!(page.contains("cannot be trusted"), "{page}");
            assert!(page.contains(".nf\n"), "{page}");
        }
    }

    #[test]
    fn a_typo_is_answered_with_the_nearest_verb() {
        let error = page(&["analize".to_owned()]).unwrap_err();
        assert_eq!(error.hint().as_deref(), Some("did you mean `analyze`?"));
    }
}
