//! The rooms of `src/` stay in order: a room may use only itself and the rooms named before it. Each house rule that a machine can
//! check is checked here.

use std::fs;
use std::path::Path;

use regex::Regex;
use tree_sitter::{Node, Parser};

const ORDER: &[&str] = &[
    "explain",
    "text",
    "redact",
    "syntax",
    "symbols",
    "event",
    "template",
    "rule",
    "diagnosis",
    "judge",
    "localize",
    "propose",
    "report",
    "process",
    "git",
    "project",
    "trial",
    "provider",
    "deliver",
    "store",
    "ui",
    "heal",
    "cli",
];
/// The rooms up to here open nothing and cannot fail.
const LAST_PURE: &str = "report";
const LINES_OF_A_FILE: usize = 400;
const LINES_OF_A_FUNCTION: usize = 60;
const DRAWERS: &[&str] = &["utils", "util", "helpers", "helper", "common", "misc", "types", "mod"];

/// A source of the library.
struct RustFile {
    /// From `src/` on, without it.
    path: String,
    text: String,
}

impl RustFile {
    /// The room, which is the first part of the path; none for `lib.rs`, `main.rs` and `build.rs`.
    fn room(&self) -> Option<&str> {
        let first = self.path.split('/').next().unwrap_or_default();
        let room = first.strip_suffix(".rs").unwrap_or(first);
        (!["lib", "main", "build"].contains(&room)).then_some(room)
    }

    fn stem(&self) -> &str {
        self.path.rsplit('/').next().and_then(|name| name.strip_suffix(".rs")).unwrap_or_default()
    }

    /// The part above the tests.
    fn production(&self) -> &str {
        let tests = Regex::new(r"(?m)^#\[cfg\(test\)\]\n(pub(\(\w+\))? )?mod ").expect("the pattern is valid");
        tests.find(&self.text).map_or(&self.text, |found| &self.text[..found.start()])
    }

    /// The production part without comments and without what stands in quotes.
    fn code(&self) -> String {
        let quiet = Regex::new(r#"(?m)//.*$|"(?:[^"\\\n]|\\.)*""#).expect("the pattern is valid");
        quiet.replace_all(self.production(), "").into_owned()
    }

    fn rooms_used(&self) -> Vec<String> {
        let one = Regex::new(r"\bcrate::(\w+)").expect("the pattern is valid");
        let several = Regex::new(r"(?s)\buse crate::\{(.*?)\};").expect("the pattern is valid");
        let code = self.code();
        let mut used: Vec<String> = one.captures_iter(&code).map(|found| found[1].to_owned()).collect();
        for list in several.captures_iter(&code) {
            used.extend(outer_names(&list[1]));
        }
        used
    }
}

/// The first name of each entry of a use list: `a::{b, c}, d` has `a` and `d`.
fn outer_names(list: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut names = vec![String::new()];
    for letter in list.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(String::new()),
            _ if depth == 0 => names.last_mut().expect("there is always one").push(letter),
            _ => {}
        }
    }
    names.iter().map(|name| name.trim().split("::").next().unwrap_or_default().to_owned()).filter(|name| !name.is_empty()).collect()
}

fn rust_files() -> Vec<RustFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut waiting = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).expect("src can be read").flatten() {
            let at = entry.path();
            if at.is_dir() {
                waiting.push(at);
            } else if at.extension().is_some_and(|extension| extension == "rs") {
                let path = at.strip_prefix(&root).expect("it is below src").to_string_lossy().into_owned();
                files.push(RustFile { path, text: fs::read_to_string(&at).expect("sources are UTF-8") });
            }
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

fn rank(room: &str) -> usize {
    ORDER.iter().position(|known| *known == room).unwrap_or_else(|| panic!("add `{room}` to ORDER"))
}

fn is_pure(file: &RustFile) -> bool {
    file.room().is_some_and(|room| rank(room) <= rank(LAST_PURE))
}

/// Panics with every offence, so that one run shows them all.
fn none(offences: &[String]) {
    assert!(offences.is_empty(), "\n{}", offences.join("\n"));
}

#[test]
fn rooms_use_only_earlier_rooms() {
    let mut offences = Vec::new();
    for file in rust_files() {
        let Some(room) = file.room() else { continue };
        for used in file.rooms_used() {
            if rank(&used) > rank(room) {
                offences.push(format!("src/{}: must not use `{used}`", file.path));
            }
        }
    }
    none(&offences);
}

#[test]
fn each_file_opens_with_what_it_is_for() {
    let files = rust_files();
    none(
        &files
            .iter()
            .filter(|file| !file.text.starts_with("//! "))
            .map(|file| format!("src/{}: no `//!` head", file.path))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn no_file_is_too_long() {
    let too_long = |file: &RustFile| {
        let lines = file.production().lines().count();
        (lines > LINES_OF_A_FILE).then(|| format!("src/{}: {lines} lines above its tests, {LINES_OF_A_FILE} allowed", file.path))
    };
    none(&rust_files().iter().filter_map(too_long).collect::<Vec<_>>());
}

#[test]
fn no_function_is_too_long() {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_rust::LANGUAGE.into()).expect("the grammar fits the library");
    let mut offences = Vec::new();
    for file in rust_files() {
        let tree = parser.parse(file.production(), None).expect("nothing stops the parser");
        let mut waiting = vec![tree.root_node()];
        while let Some(node) = waiting.pop() {
            let lines = node.end_position().row - node.start_position().row + 1;
            if node.kind() == "function_item" && lines > LINES_OF_A_FUNCTION {
                offences.push(format!("src/{}:{}: a function of {lines} lines", file.path, node.start_position().row + 1));
            }
            waiting.extend(children(node));
        }
    }
    none(&offences);
}

fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).collect()
}

#[test]
fn no_file_is_a_drawer() {
    let files = rust_files();
    none(
        &files
            .iter()
            .filter(|file| DRAWERS.contains(&file.stem()))
            .map(|file| format!("src/{}: name what it holds", file.path))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn the_core_opens_nothing() {
    let doors = Regex::new(r"std::(fs|env|net|process|io)\b|\bCommand::new\b|\bSystemTime\b|\bInstant\b|\bgit2::|\bnix::")
        .expect("the pattern is valid");
    // A formatter that writes bytes into a `Vec` opens nothing.
    let open = |file: &RustFile| {
        let code = file.code().replace("std::io::Write", "");
        doors.find(&code).map(|found| format!("src/{}: `{}` in a pure room", file.path, found.as_str()))
    };
    none(&rust_files().iter().filter(|file| is_pure(file)).filter_map(open).collect::<Vec<_>>());
}

#[test]
fn serde_stands_only_at_the_borders() {
    let derives = Regex::new(r"derive\([^)]*\b(Serialize|Deserialize)\b").expect("the pattern is valid");
    let is_border =
        |file: &RustFile| ["file", "wire"].contains(&file.stem()) || file.room() == Some("report") || file.room() == Some("store");
    let offences = rust_files()
        .iter()
        .filter(|file| !is_border(file) && derives.is_match(&file.code()))
        .map(|file| format!("src/{}: derives serde", file.path))
        .collect::<Vec<_>>();
    none(&offences);
}

#[test]
fn only_syntax_names_the_parser() {
    let names = Regex::new(r"\btree_sitter(_\w+)?\b").expect("the pattern is valid");
    let offences = rust_files()
        .iter()
        .filter(|file| file.room() != Some("syntax") && names.is_match(&file.code()))
        .map(|file| format!("src/{}: names tree_sitter", file.path))
        .collect::<Vec<_>>();
    none(&offences);
}

#[test]
fn only_the_judge_makes_a_healed() {
    let makes = Regex::new(r"[^:\w]Healed\s*\{").expect("the pattern is valid");
    let pattern = Regex::new(r"(struct|impl|for)\s+Healed\s*\{").expect("the pattern is valid");
    let offences = rust_files()
        .iter()
        .filter(|file| file.room() != Some("judge"))
        .filter(|file| makes.is_match(&pattern.replace_all(&file.code(), "")))
        .map(|file| format!("src/{}: makes a `Healed`", file.path))
        .collect::<Vec<_>>();
    none(&offences);
}

#[test]
fn the_entry_is_thin() {
    let main = rust_files().into_iter().find(|file| file.path == "main.rs").expect("there is a main.rs");
    assert!(main.text.lines().count() <= 20, "main.rs: the program lives in the library");
}

#[test]
fn a_use_list_names_its_rooms() {
    assert_eq!(outer_names("text::{Patch, RepoPath}, judge, event::Event"), ["text", "judge", "event"]);
}
