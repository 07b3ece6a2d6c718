//! The test command as a person gave it: recognised, so that its results can be read one by one, or taken as it is.

use super::{PlanError, RunnerKind, TestPlan, Tree};
use crate::process::Environment;
use crate::project::python::{self, Interpreter, Wish};

/// Programs that run another one in the project's environment. We find that environment ourselves: some of them use the network.
const WRAPPERS: &[&str] = &["uv", "poetry", "pipenv", "pdm", "rye"];

/// The plan that runs `text`.
pub(super) fn plan(tree: &Tree<'_>, text: &str, env: &Environment) -> Result<TestPlan, PlanError> {
    let (dir, text) = folder(tree, text);
    let unreadable = |why| PlanError::Unreadable { text: text.to_owned(), why };
    let mut words = shlex::split(text).ok_or_else(|| unreadable("a quote is not closed"))?;
    if words.is_empty() {
        return Err(unreadable("it is empty"));
    }
    let why = "the command was given".to_owned();
    let plain = TestPlan { runner: RunnerKind::Command, argv: Vec::new(), n_launch: 0, dir, python: None, env: Vec::new(), why };
    if needs_shell(text) {
        let argv = ["sh", "-c", text].map(str::to_owned).to_vec();
        return Ok(TestPlan { argv, python: any_python(tree, &plain.dir, env), ..plain });
    }
    let n_variables = words.iter().take_while(|word| variable(word).is_some()).count();
    let variables = words.drain(..n_variables).filter_map(|word| variable(&word)).collect();
    let plain = TestPlan { env: variables, ..plain };
    if words.is_empty() {
        return Err(unreadable("it sets variables and runs nothing"));
    }
    let recognised = recognise(tree, &words, &plain, env)?;
    Ok(recognised.unwrap_or_else(|| TestPlan { argv: words, python: any_python(tree, &plain.dir, env), ..plain }))
}

/// The command as one of the runners whose results we can read.
fn recognise(tree: &Tree<'_>, words: &[String], plain: &TestPlan, env: &Environment) -> Result<Option<TestPlan>, PlanError> {
    let words = match words {
        [wrapper, run, rest @ ..]
            if WRAPPERS.contains(&wrapper.as_str()) && run == "run" && rest.first().is_some_and(|word| !word.starts_with('-')) =>
        {
            rest
        }
        words => words,
    };
    let program = base(&words[0]);
    if matches!(program, "pytest" | "py.test") {
        return Ok(Some(pytest(tree, words, plain, env)?));
    }
    if program == "cargo" {
        return Ok(cargo(words, plain));
    }
    if !is_python(program) {
        return Ok(None);
    }
    let n_options = options(&words[1..]);
    let (runner, n_launch, tool) = match &words[1 + n_options..] {
        [m, module, ..] if m == "-m" && module == "pytest" => (RunnerKind::Pytest, n_options + 3, Some("pytest")),
        [m, module, ..] if m == "-m" && module == "unittest" => (RunnerKind::Unittest, n_options + 3, None),
        [script, command, ..] if base(script) == "manage.py" && command == "test" => (RunnerKind::Django, n_options + 3, Some("django")),
        _ => return Ok(None),
    };
    let python = python::choose(tree, &Wish { program: Some(&words[0]), dir: &plain.dir, tool }, env)?;
    let mut argv = vec![text(&python)];
    argv.extend_from_slice(&words[1..]);
    Ok(Some(TestPlan { runner, argv, n_launch, python: Some(python), ..plain.clone() }))
}

/// `pytest ...`: by the script beside the interpreter, since `python -m pytest` would find modules that the script does not.
fn pytest(tree: &Tree<'_>, words: &[String], plain: &TestPlan, env: &Environment) -> Result<TestPlan, PlanError> {
    let beside = words[0].rsplit_once('/').map(|(folder, _)| format!("{folder}/python"));
    let wish = Wish { program: beside.as_deref(), dir: &plain.dir, tool: Some("pytest") };
    let python = python::choose(tree, &wish, env)?;
    let script = python.path.with_file_name("pytest");
    let mut argv = vec![text(&python)];
    argv.extend(if script.is_file() { vec![script.to_string_lossy().into_owned()] } else { vec!["-m".to_owned(), "pytest".to_owned()] });
    let n_launch = argv.len();
    argv.extend_from_slice(&words[1..]);
    Ok(TestPlan { runner: RunnerKind::Pytest, argv, n_launch, python: Some(python), ..plain.clone() })
}

/// `cargo test ...`, `cargo +nightly t ...`, `cargo nextest run ...`.
fn cargo(words: &[String], plain: &TestPlan) -> Option<TestPlan> {
    let n_toolchain = usize::from(words.get(1).is_some_and(|word| word.starts_with('+')));
    let (runner, n_more) = match &words[1 + n_toolchain..] {
        [test, ..] if test == "test" || test == "t" => (RunnerKind::Cargo, 1),
        [nextest, run, ..] if nextest == "nextest" && matches!(run.as_str(), "run" | "r") => (RunnerKind::Nextest, 2),
        _ => return None,
    };
    let n_launch = 1 + n_toolchain + n_more;
    let mut argv = words.to_vec();
    if runner == RunnerKind::Cargo {
        "test".clone_into(&mut argv[n_launch - 1]);
    }
    Some(TestPlan { runner, argv, n_launch, ..plain.clone() })
}

/// How many of the words are options of the interpreter and their values.
fn options(words: &[String]) -> usize {
    let mut n_words = 0;
    while let Some(word) = words.get(n_words).filter(|word| word.starts_with('-') && *word != "-m" && *word != "-c") {
        n_words += if matches!(word.as_str(), "-X" | "-W") { 2 } else { 1 };
    }
    n_words.min(words.len())
}

/// The interpreter of a project with Python files, if there is one: patches must compile in it.
fn any_python(tree: &Tree<'_>, dir: &str, env: &Environment) -> Option<Interpreter> {
    let has_python = tree.files.iter().any(|file| file.extension() == "py");
    has_python.then(|| python::choose(tree, &Wish { program: None, dir, tool: None }, env).ok()).flatten()
}

/// `cd DIR && COMMAND` runs COMMAND in DIR, if that is a folder of the project.
fn folder<'t>(tree: &Tree<'_>, text: &'t str) -> (String, &'t str) {
    let split = || {
        let (dir, command) = text.trim_start().strip_prefix("cd ")?.split_once("&&")?;
        let dir = dir.trim().trim_end_matches('/').trim_start_matches("./");
        let is_folder = tree.files.iter().any(|file| file.as_str().starts_with(&format!("{dir}/")));
        is_folder.then(|| (dir.to_owned(), command.trim()))
    };
    split().unwrap_or_else(|| (String::new(), text))
}

/// Whether a command uses what only a shell understands.
fn needs_shell(text: &str) -> bool {
    let mut quote = None;
    let mut is_escaped = false;
    for c in text.chars() {
        match (quote, c) {
            _ if is_escaped => is_escaped = false,
            (None | Some('"'), '\\') => is_escaped = true,
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None | Some('"'), '$' | '`') | (None, '|' | '&' | ';' | '<' | '>' | '(' | ')' | '*' | '?' | '~' | '\n') => return true,
            _ => {}
        }
    }
    false
}

/// `NAME=value` before a command.
fn variable(word: &str) -> Option<(String, String)> {
    let (name, value) = word.split_once('=')?;
    let is_name = !name.starts_with(|c: char| c.is_ascii_digit()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_name && !name.is_empty()).then(|| (name.to_owned(), value.to_owned()))
}

fn is_python(program: &str) -> bool {
    let rest = program.strip_prefix("python").or_else(|| program.strip_prefix("pypy"));
    rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

fn base(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

fn text(python: &Interpreter) -> String {
    python.path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planned(text: &str) -> TestPlan {
        let files = [crate::text::RepoPath::new("sub/x.txt").unwrap()];
        plan(&Tree { root: &std::env::temp_dir(), files: &files }, text, &Environment::for_tests()).unwrap()
    }

    fn check(text: &str, runner: RunnerKind, arguments: &[&str]) {
        let plan = planned(text);
        assert_eq!((plan.runner, plan.arguments().iter().map(String::as_str).collect::<Vec<_>>()), (runner, arguments.to_vec()), "{text}");
    }

    #[test]
    fn runners_are_recognised_with_their_arguments() {
        check("cargo test --lib -- x", RunnerKind::Cargo, &["--lib", "--", "x"]);
        check("cargo +nightly t", RunnerKind::Cargo, &[]);
        check("cargo nextest run -p a", RunnerKind::Nextest, &["-p", "a"]);
        check("cargo clippy", RunnerKind::Command, &["cargo", "clippy"]);
        check("python3 -m unittest -v", RunnerKind::Unittest, &["-v"]);
        check("uv run python -X dev -m unittest discover", RunnerKind::Unittest, &["discover"]);
        check("make test", RunnerKind::Command, &["make", "test"]);
        check("python3 main.py", RunnerKind::Command, &["python3", "main.py"]);
    }

    #[test]
    fn the_interpreter_that_was_named_is_the_one_that_runs() {
        let plan = planned("python3 -m unittest -v");
        let python = plan.python.clone().unwrap();
        assert_eq!(plan.argv, [&text(&python), "-m", "unittest", "-v"]);
    }

    #[test]
    fn variables_and_a_folder_may_come_first() {
        let plan = planned("cd sub && A=1 B_2='x y' cargo test");
        assert_eq!((plan.runner, plan.dir.as_str()), (RunnerKind::Cargo, "sub"));
        assert_eq!(plan.env, [("A".to_owned(), "1".to_owned()), ("B_2".to_owned(), "x y".to_owned())]);
    }

    #[test]
    fn what_only_a_shell_understands_goes_to_a_shell() {
        for text in ["a | b", "a; b", "cd nowhere && a", "echo $HOME", "ls *.py", "a \"`b`\"", "a > b"] {
            assert_eq!(planned(text).argv, ["sh", "-c", text]);
        }
        assert!(!["a 'b|c'", "pytest 't.py::x[1]' -k \"a or b\"", "a \\| b"].into_iter().any(needs_shell));
    }

    #[test]
    fn what_is_no_command_is_refused() {
        for text in ["", "  ", "a 'b", "A=1"] {
            let error = plan(&Tree { root: &std::env::temp_dir(), files: &[] }, text, &Environment::for_tests()).unwrap_err();
            assert!(matches!(error, PlanError::Unreadable { .. }), "{text:?}: {error:?}");
        }
    }
}
