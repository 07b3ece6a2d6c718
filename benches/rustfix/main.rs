//! Whether what compilers suggest is applied as rustfix applies it, on the public suites that say what must come out.
//!
//! `cargo bench --bench rustfix -- DIR..` walks the directories for sources with a fixed text beside them: `name.rs` with `name.fixed.rs`
//! (rustfix's own suite, of which all suggestions are applied) or with `name.fixed` (the tests of clippy's lints, of which the first help
//! of each diagnostic is). Each source is compiled by the installed rustc or clippy-driver for its JSON, and the suggestions are applied
//! twice: by rustfix, and by the way that `fix` goes. It prints how many texts came out as the suite has them, how many of ours are
//! rustfix's to the byte, and every source where they are not. A suite of another release than the compiler asks for other texts, of both.

#![expect(clippy::print_stdout, reason = "a bench talks to a person, and has no `ui`")]

mod ours;
mod suite;
mod theirs;

use std::io;
use std::path::Path;
use std::process::ExitCode;

use suite::{Case, Suite};

/// What was counted.
#[derive(Default)]
struct Count {
    files: usize,
    /// The compiler said nothing that could be applied.
    silent: usize,
    suggestions: usize,
    rustfix_equal: usize,
    ours_equal: usize,
    alike: usize,
}

fn main() -> ExitCode {
    // Cargo adds `--bench` to what the caller wrote.
    let dirs: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if dirs.is_empty() {
        println!("name the directories of the suites: cargo bench --bench rustfix -- DIR..");
        return ExitCode::FAILURE;
    }
    println!(
        "| suite | files | nothing to apply | suggestions | rustfix equal | ours equal | ours as rustfix |\n|---|---|---|---|---|---|---|"
    );
    for dir in &dirs {
        if let Err(error) = play(dir) {
            println!("{dir}: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn play(dir: &str) -> io::Result<()> {
    let scratch = tempfile::tempdir()?;
    let suite = Suite::below(Path::new(dir))?;
    let mut count = Count::default();
    let mut unlike = Vec::new();
    for case in &suite.cases {
        count.files += 1;
        let log = case.compile(scratch.path())?;
        if !count.add(case, &log) {
            unlike.push(case.path.display().to_string());
        }
    }
    let Count { files, silent, suggestions, rustfix_equal, ours_equal, alike } = count;
    println!("| {dir} | {files} | {silent} | {suggestions} | {rustfix_equal} | {ours_equal} | {alike} of {} |", files - silent);
    for path in unlike {
        println!("\nunlike: {path}");
    }
    Ok(())
}

impl Count {
    /// Counts a source; whether both made one text of it.
    fn add(&mut self, case: &Case, log: &str) -> bool {
        let (theirs, n_theirs) = theirs::applied(case, log);
        let ours = ours::applied(case, log);
        if n_theirs == 0 && ours == case.text {
            self.silent += 1;
            return true;
        }
        self.suggestions += n_theirs;
        self.rustfix_equal += usize::from(theirs == case.fixed);
        self.ours_equal += usize::from(ours == case.fixed);
        self.alike += usize::from(ours == theirs);
        ours == theirs
    }
}
