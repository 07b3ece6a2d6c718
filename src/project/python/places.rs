//! Where the interpreter of a project may be, best place first.
//!
//! The active environment, the one in the project's folder, those that poetry and pipenv keep elsewhere, those of tox and nox, and last
//! what is on `PATH`.

use std::fs;
use std::path::{Path, PathBuf};

use super::pyenv;
use crate::process::Environment;
use crate::project::plan::{Tree, on_path};

/// Variables that name an active environment.
const ACTIVE: &[&str] = &["VIRTUAL_ENV", "CONDA_PREFIX"];

/// Usual names of an environment in the project's folder.
const INSIDE: &[&str] = &[".venv", "venv", "env"];

/// The programs to try for the folder `dir` of the project; `named` is the program that a person typed.
pub(super) fn places(tree: &Tree<'_>, dir: &str, named: Option<&str>, env: &Environment) -> Vec<PathBuf> {
    let mut folders = vec![tree.folder(dir)];
    if !dir.is_empty() {
        folders.push(tree.root.to_owned());
    }
    let mut homes: Vec<PathBuf> = ACTIVE.iter().filter_map(|name| env.get(name)).map(PathBuf::from).collect();
    for folder in &folders {
        homes.extend(env.get("UV_PROJECT_ENVIRONMENT").map(|name| folder.join(name)));
        homes.extend(INSIDE.iter().map(|name| folder.join(name)));
    }
    for folder in &folders {
        homes.extend(poetry(folder, env));
        homes.extend(pipenv(folder, env));
        homes.extend([".tox", ".nox"].iter().flat_map(|name| children(&folder.join(name))));
    }
    let programs = homes.into_iter().map(|home| home.join("bin/python")).filter(|program| program.is_file());
    let on_path = named.into_iter().chain(["python3", "python"]).filter_map(|name| on_path(name, env));
    let on_path = on_path.map(|program| pyenv::behind(&program, &folders[0], env).unwrap_or(program));
    let mut places: Vec<PathBuf> = Vec::new();
    for place in programs.chain(on_path) {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

/// Environments of poetry for the project in `folder`: `{name}-{hash}-py3.11` in its cache. The hash is of the folder, by SHA-256; if
/// only one environment has the name, it is that one.
fn poetry(folder: &Path, env: &Environment) -> Option<PathBuf> {
    let text = fs::read_to_string(folder.join("pyproject.toml")).ok()?;
    let table = toml::from_str::<toml::Table>(&text).ok()?;
    let poetry = table.get("tool")?.get("poetry")?;
    let name = table.get("project").and_then(|project| project.get("name")).or_else(|| poetry.get("name"))?.as_str()?;
    let prefix = format!("{}-", name.to_lowercase().replace(['.', '_', ' '], "-"));
    let is_ours =
        |home: &PathBuf| home.file_name().is_some_and(|name| name.to_string_lossy().to_lowercase().replace('_', "-").starts_with(&prefix));
    let cache = env.get("XDG_CACHE_HOME").map(PathBuf::from).or_else(|| Some(Path::new(env.get("HOME")?).join(".cache")))?;
    let mut homes = children(&cache.join("pypoetry/virtualenvs")).into_iter().filter(is_ours);
    homes.next().filter(|_| homes.next().is_none())
}

/// The environment of pipenv for the project in `folder`: its file `.project` names the folder.
fn pipenv(folder: &Path, env: &Environment) -> Option<PathBuf> {
    let data = env.get("XDG_DATA_HOME").map(PathBuf::from).or_else(|| Some(Path::new(env.get("HOME")?).join(".local/share")))?;
    let is_ours = |home: &PathBuf| fs::read_to_string(home.join(".project")).is_ok_and(|named| Path::new(named.trim()) == folder);
    children(&data.join("virtualenvs")).into_iter().find(is_ours)
}

/// What lies in a folder, sorted.
fn children(folder: &Path) -> Vec<PathBuf> {
    let mut children: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    children.sort();
    children
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_active_environment_comes_before_the_projects_and_path_comes_last() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("p");
        let home = folder.path().join("home");
        let made = [
            "active",
            "p/.venv",
            "p/sub/venv",
            "p/.tox/py311",
            "home/.cache/pypoetry/virtualenvs/my-app-AbC1-py3.11",
            "home/.local/share/virtualenvs/p-x",
            "path",
        ];
        for place in made {
            let bin = folder.path().join(place).join("bin");
            fs::create_dir_all(&bin).unwrap();
            fs::write(bin.join("python"), "").unwrap();
        }
        fs::write(folder.path().join("path/bin/python3"), "").unwrap();
        fs::write(root.join("pyproject.toml"), "[tool.poetry]\nname = \"My.App\"\n").unwrap();
        fs::write(home.join(".local/share/virtualenvs/p-x/.project"), root.to_str().unwrap()).unwrap();
        let env = Environment::empty()
            .with("VIRTUAL_ENV", folder.path().join("active"))
            .with("HOME", &home)
            .with("PATH", folder.path().join("path/bin"));
        let found = places(&Tree { root: &root, files: &[] }, "sub", None, &env);
        let names: Vec<_> = found.iter().map(|place| place.strip_prefix(folder.path()).unwrap().to_str().unwrap()).collect();
        let expected = [
            "active/bin/python",
            "p/sub/venv/bin/python",
            "p/.venv/bin/python",
            "home/.cache/pypoetry/virtualenvs/my-app-AbC1-py3.11/bin/python",
            "home/.local/share/virtualenvs/p-x/bin/python",
            "p/.tox/py311/bin/python",
            "path/bin/python3",
            "path/bin/python",
        ];
        assert_eq!(names, expected);
    }
}
