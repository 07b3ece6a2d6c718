//! Whether Python files compile in the project's own interpreter: tree-sitter accepts much that `CPython` refuses.

use std::fs;
use std::io;
use std::path::Path;

use crate::judge::Exit;
use crate::process::{Command, Environment, Interrupt, run};
use crate::text::FilePatch;
use crate::trial::TrialError;

const PROGRAM: &str = include_str!("compile.py");

/// Says why the patched `files` do not compile, if they do not. Nothing is imported, nothing written to the tree.
pub(in crate::trial) fn compiles(
    python: &Path,
    files: &[&FilePatch],
    env: &Environment,
    interrupt: &Interrupt,
) -> Result<Result<(), String>, TrialError> {
    let scratch = |source: io::Error| TrialError::Scratch { source };
    let folder = tempfile::tempdir().map_err(scratch)?;
    let mut argv = ["-I", "-S", "-W", "ignore", "-c", PROGRAM].map(str::to_owned).to_vec();
    argv.insert(0, python.to_string_lossy().into_owned());
    for (n, file) in files.iter().enumerate() {
        let path = folder.path().join(n.to_string());
        fs::write(&path, &file.after).map_err(scratch)?;
        argv.extend([path.to_string_lossy().into_owned(), file.path.to_string()]);
    }
    let finished = run(&Command::new(argv, folder.path(), env.clone()), interrupt)?;
    match finished.exit {
        Exit::Code(0) => Ok(Ok(())),
        exit => {
            let said = String::from_utf8_lossy(&[finished.stdout, finished.stderr].concat()).trim().to_owned();
            Ok(Err(if said.is_empty() { format!("the compiler ended with {exit:?}") } else { said }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::RepoPath;
    use std::sync::Arc;

    fn check(source: &str, expected: Result<(), &str>) {
        let file = FilePatch { path: RepoPath::new("a/b.py").unwrap(), before: Arc::from(*b""), after: Arc::from(source.as_bytes()) };
        let said = compiles(Path::new("python3"), &[&file], &Environment::for_tests(), &Interrupt::never()).unwrap();
        match expected {
            Ok(()) => assert_eq!(said, Ok(())),
            Err(part) => assert!(said.as_ref().is_err_and(|text| text.contains(part)), "{said:?}"),
        }
    }

    #[test]
    fn what_the_interpreter_refuses_does_not_compile() {
        check("x = 1\n", Ok(()));
        check("print('\\d')\nraise SystemExit\n", Ok(()));
        check("# -*- coding: latin-1 -*-\r\nx = 'a'\r\n", Ok(()));
        check("x = 1\ndef f():\n    return\n  y = 2\n", Err("a/b.py:4: IndentationError"));
        check("def f():\n    nonlocal x\n", Err("a/b.py:2: SyntaxError: no binding for nonlocal 'x' found"));
        check("return 1\n", Err("'return' outside function"));
        check(&format!("x = {}1{}\n", "(".repeat(500), ")".repeat(500)), Err("a/b.py"));
    }
}
