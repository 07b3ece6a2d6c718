//! How often the code of each rule stands in sources that its author did not write: the ground that only the message narrows down.
//!
//! `cargo bench --bench rules -- DIR..` reads the sources below the directories and prints, for every rule with a `[code]`, the places
//! whatever a failure would say, and those per 10,000 lines, the most frequent first; then the rules with none. A frequent code with a
//! weak message is a rule to be looked at; a code that nobody writes is one too.

#![expect(clippy::print_stdout, reason = "a bench talks to a person, and has no `ui`")]

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::process::ExitCode;

use homeostasis::rule::Catalogue;
use homeostasis::syntax::{LanguageId, Source};
use homeostasis::template::{NoKnowledge, Site};
use homeostasis::text::RepoPath;

/// What was read and counted.
#[derive(Default)]
struct Count {
    n_files: usize,
    n_lines: BTreeMap<LanguageId, usize>,
    /// Places by rule.
    places: BTreeMap<String, usize>,
}

fn main() -> ExitCode {
    // Cargo adds `--bench` to what the caller wrote.
    let dirs: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if dirs.is_empty() {
        println!("name the directories whose sources are searched: cargo bench --bench rules -- DIR..");
        return ExitCode::FAILURE;
    }
    let mut count = Count::default();
    for dir in &dirs {
        if let Err(error) = count.read(Path::new(dir)) {
            println!("{dir}: {error}");
            return ExitCode::FAILURE;
        }
    }
    count.told();
    ExitCode::SUCCESS
}

impl Count {
    fn read(&mut self, dir: &Path) -> io::Result<()> {
        let mut entries: Vec<_> = fs::read_dir(dir)?.collect::<Result<_, _>>()?;
        entries.sort_by_key(fs::DirEntry::path);
        for entry in entries {
            let (path, is_hidden) = (entry.path(), entry.file_name().to_string_lossy().starts_with('.'));
            if entry.file_type()?.is_dir() && !is_hidden {
                self.read(&path)?;
            } else if let Some(source) = source(&path)? {
                self.add(&source);
            }
        }
        Ok(())
    }

    fn add(&mut self, source: &Source) {
        let catalogue = Catalogue::embedded();
        let site = Site { templates: catalogue.templates(), source, project: &[], tests: &[], knowledge: &NoKnowledge };
        let language = source.language().id();
        self.n_files += 1;
        *self.n_lines.entry(language).or_default() += source.whole_text().lines().count();
        for rule in catalogue.rules().filter(|rule| rule.language == language) {
            if let Some(places) = rule.count_in(&site) {
                *self.places.entry(rule.id.to_string()).or_default() += places;
            }
        }
    }

    fn told(&self) {
        let n_lines: usize = self.n_lines.values().sum();
        println!("{} files, {n_lines} lines\n\n| rule | places | per 10,000 lines |\n|---|---|---|", self.n_files);
        let mut rows: Vec<(&String, usize)> = self.places.iter().map(|(rule, places)| (rule, *places)).collect();
        rows.sort_by_key(|&(rule, places)| (std::cmp::Reverse(places), rule));
        for (rule, places) in rows.iter().filter(|(_, places)| *places > 0) {
            #[expect(clippy::cast_precision_loss, reason = "lines are far fewer than 2^52")]
            let rate = *places as f64 * 10_000.0 / n_lines.max(1) as f64;
            println!("| {rule} | {places} | {rate:.1} |");
        }
        let none: Vec<&str> = rows.iter().filter(|(_, places)| *places == 0).map(|(rule, _)| rule.as_str()).collect();
        println!("\nNone: {}", if none.is_empty() { "-".to_owned() } else { none.join(", ") });
    }
}

/// The source at `path`; none where it is no source of ours, or parses no further than its limits allow.
fn source(path: &Path) -> io::Result<Option<Source>> {
    if !path.extension().is_some_and(|extension| extension == "py" || extension == "rs") || !path.is_file() {
        return Ok(None);
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let Ok(name) = RepoPath::new(&name) else { return Ok(None) };
    Ok(Source::parse(name, fs::read(path)?.into()).ok())
}
