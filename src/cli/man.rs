//! `man`: the manual, one page for the program and one for each verb.

use super::exit::{Exit, Failure, after};
use super::global::Call;
use super::{command, exit};
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
    let mut page = command();
    page.build();
    for word in verb {
        let Some(next) = page.find_subcommand(word).cloned() else {
            let close = closest(word, page.get_subcommands().map(clap::Command::get_name)).map(str::to_owned);
            return Err(UnknownVerb { wrong: word.clone(), closest: close });
        };
        page = next;
    }
    if !verb.is_empty() {
        let examples = page.get_after_long_help().map(|text| format!("{text}\n\n")).unwrap_or_default();
        page = page.after_long_help(format!("{examples}Exit codes:\n{}", exit::TABLE));
    }
    Ok(rendered(page))
}

fn rendered(command: clap::Command) -> Vec<u8> {
    let mut page = Vec::new();
    let man = clap_mangen::Man::new(command).manual("Homeostasis").section("1");
    man.render(&mut page).expect("a vector takes every byte");
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_has_the_exit_codes() {
        for verb in [vec![], vec!["fix".to_owned()]] {
            let page = String::from_utf8(page(&verb).unwrap()).unwrap();
            assert!(page.contains("cannot be trusted"), "{page}");
        }
    }

    #[test]
    fn a_typo_is_answered_with_the_nearest_verb() {
        let error = page(&["analize".to_owned()]).unwrap_err();
        assert_eq!(error.hint().as_deref(), Some("did you mean `analyze`?"));
    }
}
