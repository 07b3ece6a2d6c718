//! What users have today, on the same package.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use rustfix::{CodeFix, Filter, Suggestion, get_suggestions_from_json};

use crate::example::Example;
use crate::package::cargo;
use crate::text;

/// What each of the peers made of an example.
#[derive(Default)]
pub(crate) struct Peers {
    pub(crate) cargo_fix: Peer,
    pub(crate) suggestions: Peer,
}

/// Whether the package compiles afterwards, and whether a line of it went for that.
#[derive(Default)]
pub(crate) struct Peer {
    pub(crate) compiles: bool,
    pub(crate) deletes: bool,
    /// The file was changed and fails still.
    pub(crate) is_half: bool,
}

/// Runs both; the file is as before afterwards.
pub(crate) fn run(example: &Example, root: &Path) -> io::Result<Peers> {
    let file = root.join(example.path());
    let before = fs::read_to_string(&file)?;
    cargo(root, &["fix", "--broken-code", "--allow-no-vcs", "--allow-dirty", "--all-targets"])?;
    let after = fs::read_to_string(&file)?;
    let compiles = after != before && cargo(root, &["check", "--all-targets"])?.status.success();
    let cargo_fix = Peer { compiles, deletes: compiles && text::deletes(&before, &after), is_half: after != before && !compiles };
    fs::write(&file, &before)?;
    Ok(Peers { cargo_fix, suggestions: by_suggestions(example, root, &before)? })
}

/// Every solution of every suggestion alone, then all first ones together: the first text that compiles.
fn by_suggestions(example: &Example, root: &Path, before: &str) -> io::Result<Peer> {
    let scratch = root.join("target").join("alone");
    fs::create_dir_all(&scratch)?;
    let json = compile(example, &scratch, before)?.unwrap_or_default();
    let all: Vec<Suggestion> = get_suggestions_from_json(&json, &HashSet::new(), Filter::Everything).unwrap_or_default();
    let alone = all.iter().flat_map(|one| &one.solutions).map(|solution| vec![solution]);
    let together = all.iter().filter_map(|one| one.solutions.first()).collect();
    for solutions in alone.chain([together]) {
        let mut fix = CodeFix::new(before);
        for solution in solutions {
            let _ = fix.apply_solution(solution);
        }
        let Ok(after) = fix.finish() else { continue };
        if after != before && compile(example, &scratch, &after)?.is_none() {
            return Ok(Peer { compiles: true, deletes: text::deletes(before, &after), is_half: false });
        }
    }
    Ok(Peer::default())
}

/// What the compiler says of `text`, as JSON lines; none where it compiles.
fn compile(example: &Example, scratch: &Path, text: &str) -> io::Result<Option<String>> {
    let is_program = example.path().ends_with("main.rs");
    fs::write(scratch.join("example.rs"), text)?;
    let output = Command::new("rustc")
        .args(["--error-format=json", "--emit=metadata", "--out-dir", ".", "--edition", &example.edition])
        .args(["--crate-type", if is_program { "bin" } else { "lib" }, "example.rs"])
        .current_dir(scratch)
        .output()?;
    Ok((!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned()))
}
