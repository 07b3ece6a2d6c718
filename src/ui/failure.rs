//! An error for a person: what, why, and what to do now.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use crate::explain::Explain;
use crate::redact::visible;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const CAUSE: Style = Style::new().bold();
const HINT: Style = AnsiColor::Green.on_default().bold();

/// `error:`, `caused by:` and `hint:` lines.
pub(super) fn text(error: &dyn Explain) -> String {
    let mut out = String::new();
    let mut said = error.to_string();
    line(&mut out, ERROR, "error", &said);
    let mut cause = error.source();
    while let Some(error) = cause {
        // Some libraries repeat their cause's words as their own.
        let text = error.to_string();
        if text != said {
            line(&mut out, CAUSE, "caused by", &text);
        }
        said = text;
        cause = error.source();
    }
    if let Some(hint) = error.hint() {
        line(&mut out, HINT, "hint", &hint);
    }
    out
}

/// clap's message, with its last paragraph in our own words.
pub(super) fn usage(error: &clap::Error) -> String {
    let text = error.render().ansi().to_string();
    if !error.use_stderr() || error.kind() == clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return text.trim_end().to_owned() + "\n";
    }
    let end = text.rfind("\n\nFor more information").unwrap_or(text.trim_end().len());
    let mut out = text[..end].to_owned() + "\n\n";
    line(&mut out, HINT, "hint", "`--help` behind a verb says what it takes, `homeostasis --help` lists the verbs");
    out
}

fn line(out: &mut String, style: Style, name: &str, text: &str) {
    let text = visible(text.trim_end()).replace('\n', &format!("\n{:width$}", "", width = name.len() + 2));
    writeln!(out, "{style}{name}:{style:#} {text}").expect("a string takes every text");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot read x\u{1b}[31m.log")]
    struct Unreadable {
        source: std::io::Error,
    }

    impl Explain for Unreadable {
        fn hint(&self) -> Option<String> {
            Some("one\ntwo".to_owned())
        }
    }

    #[test]
    fn a_usage_error_ends_with_our_hint() {
        let error = clap::Command::new("x").try_get_matches_from(["x", "--nope"]).unwrap_err();
        let plain = anstream::adapter::strip_str(&usage(&error)).to_string();
        assert!(plain.starts_with("error: unexpected argument '--nope' found\n"), "{plain}");
        assert!(plain.ends_with("\nhint: `--help` behind a verb says what it takes, `homeostasis --help` lists the verbs\n"), "{plain}");
    }

    #[test]
    fn an_error_says_what_why_and_what_now() {
        let error = Unreadable { source: std::io::Error::other("no") };
        let plain = anstream::adapter::strip_str(&text(&error)).to_string();
        assert_eq!(plain, "error: cannot read x\\u{1b}[31m.log\ncaused by: no\nhint: one\n      two\n");
    }
}
