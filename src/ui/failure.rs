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
    line(&mut out, ERROR, "error", &error.to_string());
    let mut cause = error.source();
    while let Some(error) = cause {
        line(&mut out, CAUSE, "caused by", &error.to_string());
        cause = error.source();
    }
    if let Some(hint) = error.hint() {
        line(&mut out, HINT, "hint", &hint);
    }
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
    fn an_error_says_what_why_and_what_now() {
        let error = Unreadable { source: std::io::Error::other("no") };
        let plain = anstream::adapter::strip_str(&text(&error)).to_string();
        assert_eq!(plain, "error: cannot read x\\u{1b}[31m.log\ncaused by: no\nhint: one\n      two\n");
    }
}
