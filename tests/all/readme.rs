//! The commands of the README do what it says: each of its blocks is run, in a project with one fault.

use std::os::unix::fs::symlink;
use std::path::Path;

use crate::case::Case;

/// Commands of the blocks, one list a block.
fn blocks(text: &str) -> Vec<Vec<&str>> {
    let inside = text.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next());
    inside.map(|block| block.lines().filter_map(|line| line.strip_prefix("$ ")).collect()).collect()
}

/// The command as it is run here: cargo is what runs this very test, so the program that it built is taken.
fn as_run(command: &str) -> Option<String> {
    match command {
        "cargo test" => None,
        _ => Some(command.replace("cargo run --release --", "homeostasis")),
    }
}

#[test]
fn every_command_of_the_readme_runs() {
    let blocks = blocks(include_str!("../../README.md"));
    assert!(blocks.len() >= 8, "the README shows how it is used");
    for block in blocks {
        let mut case = Case::copy("python/missing-import");
        let bin = case.root().join("../bin");
        std::fs::create_dir_all(&bin).expect("the case is ours");
        symlink(Path::new(env!("CARGO_BIN_EXE_homeostasis")), bin.join("homeostasis")).expect("the case is ours");
        case.with_path(bin);
        for command in block.iter().filter_map(|command| as_run(command)) {
            let (_, output) = case.shell(&format!("{command} || echo \"exit $?\""));
            let is_trouble = ["exit 2", "exit 4", "exit 5", "exit 127"].iter().any(|code| output.ends_with(&format!("{code}\n")));
            assert!(!is_trouble && !output.contains("error: "), "{command}\n{output}");
        }
    }
}

#[test]
fn the_readme_and_the_program_agree_on_the_exit_codes() {
    let case = Case::empty();
    let help = case.run(["--help"]).with_code(0).stdout;
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
    for row in include_str!("../../README.md").lines().filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit()) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let line = format!("{} {}", cells[0], cells[1].replace('`', ""));
        assert!(words(&help).contains(&line), "--help does not say `{line}`");
    }
}
