//! Lists the rule, template and demo files so that the binary carries them.
//!
//! Writes one list for each folder into `OUT_DIR` (`rules.rs`, `templates.rs`, `demo.rs`): an expression of type `[(&str, &str); N]`, the path below
//! the folder and the text. Every folder is watched as well as every file, so that an added file is seen.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const FOLDERS: &[&str] = &["rules", "templates", "demo"];

fn main() -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for a build script"));
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR for a build script"));
    watch(Path::new("src/build.rs"))?;
    for folder in FOLDERS {
        let mut files = Vec::new();
        collect(&root.join(folder), &mut files)?;
        files.sort();
        fs::write(out.join(format!("{folder}.rs")), list(&root.join(folder), &files))?;
    }
    Ok(())
}

/// All regular files below `folder`; a folder that does not exist is empty. Hidden files are an editor's, not ours.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.is_dir() {
        return Ok(());
    }
    watch(folder)?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), files)?;
        } else {
            watch(&entry.path())?;
            files.push(entry.path());
        }
    }
    Ok(())
}

/// The list as Rust source.
fn list(folder: &Path, files: &[PathBuf]) -> String {
    let mut text = String::from("[\n");
    for file in files {
        let below = file.strip_prefix(folder).expect("every file was found below the folder");
        let name = below.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
        writeln!(text, "    ({name:?}, include_str!({:?})),", file.to_string_lossy()).expect("a string takes every text");
    }
    text.push_str("]\n");
    text
}

fn watch(path: &Path) -> io::Result<()> {
    writeln!(io::stdout(), "cargo:rerun-if-changed={}", path.display())
}
