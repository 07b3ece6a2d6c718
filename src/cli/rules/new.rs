//! `rules new`: a rule to start from, complete with examples, so that its author begins with a green test.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::cli::exit::{Exit, Failure, after};
use crate::cli::global::{Call, Format};
use crate::cli::show::root;
use crate::explain::Explain;
use crate::rule::{RuleError, RuleId};

/// The rules to start from, by language.
const STARTS: &[(&str, &str)] = &[("python", include_str!("new/python.toml")), ("rust", include_str!("new/rust.toml"))];

/// What to start.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The name of the rule, `python/out-of-stock`: the language, and the fault in small letters and `-`
    #[arg(value_name = "ID")]
    id: String,
}

/// Why no rule was started.
#[derive(Debug, thiserror::Error)]
enum NewError {
    /// The name is none.
    #[error(transparent)]
    Id(RuleError),
    /// The language has no rules.
    #[error("there are no rules for {language}")]
    Language {
        /// As asked.
        language: String,
    },
    /// The file is there.
    #[error("{} exists", path.display())]
    Exists {
        /// Which.
        path: PathBuf,
    },
    /// The system refused.
    #[error("cannot write {}", path.display())]
    Unwritable {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl Explain for NewError {
    fn hint(&self) -> Option<String> {
        match self {
            NewError::Id(error) => error.hint(),
            NewError::Language { .. } => Some("write `python/...` or `rust/...`".to_owned()),
            NewError::Exists { .. } => Some("edit it, or give the new rule another name".to_owned()),
            NewError::Unwritable { .. } => None,
        }
    }
}

/// Runs the verb.
pub(super) fn run(args: &Args, call: &mut Call) -> Result<Exit, Failure> {
    call.format("rules new", &[Format::Human])?;
    let path = write(&args.id, &root(call.dir())).map_err(|error| Failure::new(exit(&error), error))?;
    let said = format!("wrote {}\nEdit it, then `homeostasis rules test {}` plays its examples.\n", path.display(), args.id);
    after(call.ui.result(&said), Exit::Clean)
}

fn exit(error: &NewError) -> Exit {
    if matches!(error, NewError::Exists { .. }) { Exit::Refused } else { Exit::Trouble }
}

fn write(id: &str, root: &Path) -> Result<PathBuf, NewError> {
    let id = RuleId::new(id).map_err(NewError::Id)?;
    let start = STARTS.iter().find(|(language, _)| *language == id.language());
    let (_, text) = start.ok_or_else(|| NewError::Language { language: id.language().to_owned() })?;
    let path = root.join(".homeostasis/rules").join(format!("{id}.toml"));
    let written = || -> io::Result<()> {
        fs::create_dir_all(path.parent().unwrap_or(root))?;
        OpenOptions::new().write(true).create_new(true).open(&path)?.write_all(text.as_bytes())
    };
    match written() {
        Ok(()) => Ok(path),
        Err(source) if source.kind() == io::ErrorKind::AlreadyExists => Err(NewError::Exists { path }),
        Err(source) => Err(NewError::Unwritable { path, source }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::{Catalogue, check_rule};

    #[test]
    fn a_started_rule_passes_its_own_examples() {
        const TEMPLATES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/templates.rs"));
        let needed = ["python/vocabulary.toml", "python/wrap-call.toml", "rust/vocabulary.toml", "rust/question-mark.toml"];
        for (language, text) in STARTS {
            let own = format!("{language}/a-new-one.toml");
            let templates = TEMPLATES.iter().copied().filter(|(path, _)| needed.contains(path));
            let (catalogue, errors) = Catalogue::load([(own.as_str(), *text)], templates);
            assert!(errors.is_empty(), "{errors:?}");
            let rule = catalogue.get(&format!("{language}/a-new-one")).unwrap();
            let problems: Vec<_> = check_rule(&catalogue, rule).iter().map(ToString::to_string).collect();
            assert!(problems.is_empty(), "{problems:#?}");
        }
    }

    #[test]
    fn a_started_rule_is_not_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let path = write("python/out-of-stock", dir.path()).unwrap();
        fs::write(&path, "mine").unwrap();
        assert!(matches!(write("python/out-of-stock", dir.path()), Err(NewError::Exists { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        assert!(matches!(write("cobol/x", dir.path()), Err(NewError::Language { .. })));
        assert!(matches!(write("../../x", dir.path()), Err(NewError::Id(_))));
    }
}
