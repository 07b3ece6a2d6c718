//! rustc on one small program at a time. What it said is kept below the target directory under the program's own hash, so that a run of
//! the suite compiles only what changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use homeostasis::event::{self, Event};

/// The file of an example, where no other is the root of its crate.
const EXAMPLE: &str = "src/example.rs";

/// A compiler and the folder in which it works.
pub(crate) struct Compiler {
    version: String,
    folder: PathBuf,
}

/// The files of one program, by path.
pub(crate) type Program = BTreeMap<String, String>;

impl Compiler {
    /// The one on the search path.
    pub(crate) fn find() -> Compiler {
        let said = Command::new("rustc").arg("-vV").output().expect("rustc can be started");
        let version = String::from_utf8(said.stdout).unwrap();
        Compiler { version, folder: Path::new(env!("CARGO_TARGET_TMPDIR")).join("examples") }
    }

    /// Whether it is of the release whose messages the rules quote.
    pub(crate) fn is_the_one_that_the_rules_quote(&self) -> bool {
        self.version.starts_with(&format!("rustc {}.", env!("CARGO_PKG_RUST_VERSION")))
    }

    /// The errors of a program with the example `text` in it. A lint that rustc denies is an error only where `lints` count.
    pub(crate) fn errors(&self, files: &Program, text: &str, lints: bool) -> Vec<Event> {
        let mut program = files.clone();
        program.insert(EXAMPLE.to_owned(), text.to_owned());
        let root = ["src/main.rs", "src/lib.rs"].into_iter().find(|root| files.contains_key(*root)).unwrap_or(EXAMPLE);
        let is_program = program[root].contains("fn main") || program[root].contains("fn mian");
        let flags = [
            format!("--crate-type={}", if is_program { "bin" } else { "lib" }),
            format!("--cap-lints={}", if lints { "forbid" } else { "warn" }),
            "--crate-name=tool".to_owned(),
            "--edition=2024".to_owned(),
            "--error-format=json".to_owned(),
            "--emit=metadata=tool.rmeta".to_owned(),
            root.to_owned(),
        ];
        let key = format!("{}\n{flags:?}\n{program:?}", self.version);
        let folder = self.folder.join(&blake3::hash(key.as_bytes()).to_hex()[..32]);
        let kept = folder.join("said.json");
        let said = fs::read(&kept).unwrap_or_else(|_| {
            let said = compile(&folder, &program, &flags);
            // Whole or not at all: a run that is interrupted must not leave half of an answer.
            let draft = folder.join(format!("said-{}", std::process::id()));
            fs::write(&draft, &said).unwrap();
            fs::rename(draft, kept).unwrap();
            said
        });
        event::read(&said).events
    }
}

/// What rustc prints about the program, a diagnostic a line.
fn compile(folder: &Path, program: &Program, flags: &[String]) -> Vec<u8> {
    for (path, text) in program {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    // No library of the surroundings, and no flag of them.
    let output = Command::new("rustc").args(flags).current_dir(folder).env_remove("RUSTFLAGS").env_remove("RUST_BACKTRACE").output();
    let output = output.expect("rustc can be started");
    let _ = fs::remove_file(folder.join("tool.rmeta"));
    let said = output.stderr;
    let has_errors = !event::read(&said).events.is_empty();
    assert_eq!(has_errors, !output.status.success(), "{}: {}", folder.display(), String::from_utf8_lossy(&said));
    said
}
