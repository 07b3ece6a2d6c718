//! How the tests of a Rust project are run.

use super::plan::{PlanError, RunnerKind, TestPlan, Tree, ancestors, common, is_below, on_path};
use crate::process::Environment;
use crate::text::RepoPath;

/// The plan for the manifest nearest to `focus`: its workspace's tests. Nothing without a manifest.
pub(super) fn find(tree: &Tree<'_>, focus: &[RepoPath], env: &Environment) -> Result<Option<TestPlan>, PlanError> {
    let Some(dir) = manifest_folder(tree, focus) else { return Ok(None) };
    let root = workspace_root(tree, dir);
    let manifest = tree.file(root, "Cargo.toml").expect("a workspace root has a manifest").clone();
    if on_path("cargo", env).is_none() {
        return Err(PlanError::NoCargo { manifest });
    }
    let text = tree.text(&manifest);
    let config = format!("{root}/.config");
    let has_nextest = tree.file(config.trim_start_matches('/'), "nextest.toml").is_some();
    let is_nextest = has_nextest && on_path("cargo-nextest", env).is_some();
    let launch: &[&str] = if is_nextest { &["cargo", "nextest", "run"] } else { &["cargo", "test"] };
    let mut argv: Vec<String> = launch.iter().map(|&word| word.to_owned()).collect();
    if has_table(&text, "workspace") && has_table(&text, "package") {
        argv.push("--workspace".to_owned());
    }
    Ok(Some(TestPlan {
        runner: if is_nextest { RunnerKind::Nextest } else { RunnerKind::Cargo },
        n_launch: launch.len(),
        argv,
        dir: root.to_owned(),
        python: None,
        env: Vec::new(),
        why: match (has_nextest, is_nextest) {
            (_, true) => format!("found {manifest} and .config/nextest.toml"),
            (true, false) => format!("found {manifest}; .config/nextest.toml is there, but cargo-nextest is not installed"),
            (false, false) => format!("found {manifest}"),
        },
    }))
}

/// The folder of the manifest nearest to `focus`, or of the one nearest to the root.
fn manifest_folder<'a>(tree: &Tree<'a>, focus: &'a [RepoPath]) -> Option<&'a str> {
    let has_manifest = |dir: &&str| tree.file(dir, "Cargo.toml").is_some();
    let rust: Vec<_> = focus.iter().filter(|file| matches!(file.extension(), "rs" | "toml")).map(RepoPath::parent).collect();
    let nearest = (!rust.is_empty()).then(|| ancestors(common(rust.into_iter())).find(has_manifest)).flatten();
    let topmost = || {
        let manifests = tree.files.iter().filter(|file| file.file_name() == "Cargo.toml");
        manifests.map(RepoPath::parent).min_by_key(|dir| (dir.split('/').filter(|part| !part.is_empty()).count(), *dir))
    };
    nearest.or_else(topmost)
}

/// The nearest folder at or above `dir` whose manifest begins a workspace; `dir` itself without one.
fn workspace_root<'a>(tree: &Tree<'_>, dir: &'a str) -> &'a str {
    let is_root = |folder: &&str| {
        let text = tree.text_in(folder, "Cargo.toml");
        has_table(&text, "workspace") && !excludes(&text, dir.strip_prefix(*folder).unwrap_or(dir).trim_start_matches('/'))
    };
    ancestors(dir).find(is_root).unwrap_or(dir)
}

/// Whether the workspace of a manifest excludes the folder `below` it.
fn excludes(text: &str, below: &str) -> bool {
    let table = toml::from_str::<toml::Table>(text).unwrap_or_default();
    let excluded = table.get("workspace").and_then(|workspace| workspace.get("exclude")).and_then(toml::Value::as_array);
    excluded.is_some_and(|list| list.iter().filter_map(toml::Value::as_str).any(|folder| !below.is_empty() && is_below(below, folder)))
}

/// Whether a manifest has the table `name`. One that is no TOML has none; cargo will say so.
fn has_table(text: &str, name: &str) -> bool {
    toml::from_str::<toml::Table>(text).is_ok_and(|table| table.contains_key(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &str)], focus: &[&str], dir: &str, argv: &[&str]) {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let paths = |names: &[&str]| names.iter().map(|name| RepoPath::new(name).unwrap()).collect::<Vec<_>>();
        let all = paths(&files.iter().map(|(path, _)| *path).collect::<Vec<_>>());
        let plan = find(&Tree { root: root.path(), files: &all }, &paths(focus), &Environment::for_tests()).unwrap().unwrap();
        assert_eq!((plan.dir.as_str(), plan.argv.iter().map(String::as_str).collect::<Vec<_>>()), (dir, argv.to_vec()), "{files:?}");
    }

    const PACKAGE: &str = "[package]\nname = \"x\"\n";

    #[test]
    fn the_manifest_nearest_to_the_failure_and_its_workspace_decide() {
        let two = [("a/Cargo.toml", PACKAGE), ("b/c/Cargo.toml", PACKAGE)];
        check(&two, &["b/c/src/lib.rs"], "b/c", &["cargo", "test"]);
        check(&two, &[], "a", &["cargo", "test"]);
        let workspace =
            [("Cargo.toml", "[workspace]\nmembers = [\"a\"]\nexclude = [\"b\"]\n"), ("a/Cargo.toml", PACKAGE), ("b/Cargo.toml", PACKAGE)];
        check(&workspace, &["a/src/lib.rs"], "", &["cargo", "test"]);
        check(&workspace, &["b/src/lib.rs"], "b", &["cargo", "test"]);
        let both = format!("{PACKAGE}[workspace]\nmembers = [\"a\"]\n");
        check(&[("Cargo.toml", &both), ("a/Cargo.toml", PACKAGE)], &["a/src/lib.rs"], "", &["cargo", "test", "--workspace"]);
    }

    #[test]
    fn a_project_without_a_manifest_is_no_rust_and_one_without_cargo_says_so() {
        let files = [RepoPath::new("Cargo.toml").unwrap()];
        let root = tempfile::tempdir().unwrap();
        let nothing = Tree { root: root.path(), files: &[] };
        assert!(find(&nothing, &[], &Environment::for_tests()).unwrap().is_none());
        let error = find(&Tree { files: &files, ..nothing }, &[], &Environment::empty()).unwrap_err();
        assert!(matches!(error, PlanError::NoCargo { .. }), "{error}");
    }
}
